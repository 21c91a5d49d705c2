"""Moves, nevers, ladders and what is missing, for many rows at once.

Every test of the playbook's rules becomes a plane of bits, every rule a few steps over planes (rules.py). The order
of the advice depends only on the move, on whether it holds for certain and on how many needs are unmet, so each such
combination is a slot with a fixed rank, and the list of a deal is the slots it has, in that order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from ltc_coach.batch.composite import Codes, Floats
from ltc_coach.batch.planes import Bools, Plane, Program, pack, unpack
from ltc_coach.batch.rules import Ladder, Rules, Slot
from ltc_coach.engine.conditions import LIKELY, SURE
from ltc_coach.engine.situation import Compiled
from ltc_coach.engine.ties import TIE

# The number of a value that does not exist.
NOBODY = 255
# Deals in a block: their number takes half of a 32-bit key.
MOST_DEALS = 1 << 16

Small: TypeAlias = npt.NDArray[np.uint8]


class Stand(NamedTuple):
    """Where deals stand on one scale: the best value and its chance, and P(value), one row per value."""

    best: Small
    top: Floats
    values: Sequence[Floats] | Floats


class Lists(NamedTuple):
    """Ragged lists: those of deal i are ``items[offsets[i] : offsets[i + 1]]``."""

    offsets: npt.NDArray[np.int32]
    items: npt.NDArray[np.int16]

    def first(self) -> npt.NDArray[np.int16]:
        """Return the first item of each list, -1 where there is none."""
        if not len(self.items):
            return np.full(len(self.offsets) - 1, -1, np.int16)
        first = self.items.take(self.offsets[:-1], mode="clip")
        first[self.offsets[:-1] == self.offsets[1:]] = -1
        return first


class Advised(NamedTuple):
    """What is advised to the deals of a block.

    ``second`` numbers the runner-up, ``moves`` and ``nevers`` the playbook's moves, ``missing`` its scales and then
    its facts; ``rungs`` gives per ladder the number of the rung plus one, 0 while nothing is proved.
    """

    settled: Bools
    second: Small
    moves: Lists
    nevers: Lists
    missing: Lists
    rungs: tuple[Small, ...]


def stand(values: Sequence[Floats] | Floats) -> Stand:
    """Find the likeliest value of every deal, given P(value), one row per value; of equally likely ones the earlier."""
    top = values[0].copy()
    for row in values[1:]:
        np.maximum(top, row, out=top)
    least = top * (1.0 - TIE)
    best, found = np.zeros(len(top), np.uint8), np.zeros(len(top), np.bool_)
    for row in values[:-1]:
        found |= row >= least
        best += ~found
    return Stand(best, top, values)


def runner_up(found: Stand) -> tuple[Small, Floats]:
    """Find the second likeliest value of every deal and its chance; ``NOBODY`` where there is only one value."""
    best, _, values = found
    if len(values) == 1:
        return np.full_like(best, NOBODY), np.full(len(best), -1.0)
    # The second largest of all is the largest of the rest, even where the likeliest is not quite the largest.
    top, after = np.maximum(values[0], values[1]), np.minimum(values[0], values[1])
    for row in values[2:]:
        np.maximum(after, np.minimum(top, row), out=after)
        np.maximum(top, row, out=top)
    least = after * (1.0 - TIE)
    second, seen = np.zeros(len(top), np.uint8), np.zeros(len(top), np.bool_)
    for k, row in enumerate(values[:-1]):
        seen |= (row >= least) & (best != k)
        second += ~seen
    return second, after


class Advising:
    """The rules of a playbook compiled for columns; picklable.

    ``numbers`` gives each question its row of codes.
    """

    def __init__(self, compiled: Compiled, numbers: Mapping[str, int]) -> None:
        self._main = compiled.main
        self._ordered = compiled.playbook.scales[compiled.main].ordered
        self._enough = compiled.playbook.stop.place_sure
        self._program = Program()
        rules = Rules(compiled, self._program, numbers)
        warnings = [rule.is_never for rule in compiled.rules]
        self._moves = sorted(s for i, rule in enumerate(compiled.rules) if not warnings[i] for s in rules.move(i, rule))
        self._nevers = sorted(s for i, rule in enumerate(compiled.rules) if warnings[i] for s in rules.never(i, rule))
        self._missing = list(rules.missing())
        self._ladders = [rules.ladder(id_) for id_ in compiled.ladders]
        planes = [slot.plane for slot in (*self._moves, *self._nevers, *self._missing)]
        for ladder in self._ladders:
            planes += [*ladder.proofs, *(plane for plane, _ in ladder.caps)]
        self._program.finish(planes)

    def advise(self, codes: Codes, stands: Mapping[str, Stand]) -> Advised:
        """Advise a block of at most ``MOST_DEALS`` deals."""
        count = codes.shape[1]
        main = stands[self._main]
        settled = main.top >= self._enough - TIE
        # The runner-up is a candidate unless it is less than half as likely (domain B5.4).
        second, after = runner_up(main)
        two = ~settled & (second != NOBODY) & (after >= main.top / 2 * (1.0 - TIE))
        low, high = np.minimum(main.best, second), np.maximum(main.best, second)
        near = two & (high - low <= 1) & self._ordered
        look = _Look(
            codes,
            stands,
            {"first": main.best, "second": second, "warned": np.where(near, high, main.best)},
            {"settled": settled, "two": two, "far": two & ~near},
        )
        plane = self._program.run(look.plane, count)
        return Advised(
            settled,
            second,
            _lists(self._moves, plane, count),
            _lists(self._nevers, plane, count),
            _lists(self._missing, plane, count),
            tuple(_rungs(ladder, plane, count) for ladder in self._ladders),
        )


class _Look:
    """One look at a block of deals: answers the leaves of the rules (see :class:`Rules`) as planes."""

    def __init__(
        self,
        codes: Codes,
        stands: Mapping[str, Stand],
        at: Mapping[str, Small],
        where: Mapping[str, Bools],
    ) -> None:
        self._codes = codes
        self._stands = stands
        self._at = at
        self._where = where
        self._sums: dict[tuple[str, int], Floats] = {}

    def plane(self, name: tuple[str, ...]) -> Plane:
        """Return the plane of a leaf."""
        kind, *about = name
        return pack(getattr(self, f"_{kind}_rows")(*about))

    def _where_rows(self, what: str) -> Bools:
        return self._where[what]

    def _inside_rows(self, scale: str, mask: int, how: str) -> Bools:
        if (scale, mask) not in self._sums:
            self._sums[scale, mask] = _inside(self._stands[scale].values, mask)
        inside = self._sums[scale, mask]
        if how == "sure":
            return inside >= SURE - TIE
        rows: Bools = inside <= 1.0 - SURE + TIE if how == "out" else inside > LIKELY + TIE
        return rows

    def _top_rows(self, scale: str, how: str) -> Bools:
        top = self._stands[scale].top
        rows: Bools = top <= LIKELY + TIE if how == "unlikely" else top < SURE - TIE
        return rows

    def _at_rows(self, which: str, value: int) -> Bools:
        rows: Bools = self._at[which] == value
        return rows

    def _said_rows(self, question: int, code: int) -> Bools:
        rows: Bools = self._codes[question] == code
        return rows


def _inside(values: Sequence[Floats] | Floats, mask: int) -> Floats:
    """Return the probability of the values whose bits are set."""
    inside = [k for k in range(len(values)) if mask >> k & 1]
    if 2 * len(inside) > len(values):
        return 1.0 - _inside(values, (1 << len(values)) - 1 - mask)
    total = values[inside[0]].copy()
    for k in inside[1:]:
        total += values[k]
    return total


def _lists(slots: Sequence[Slot], plane: Callable[[int], Plane], count: int) -> Lists:
    """List for every deal the slots it has, in their order."""
    planes = np.array([plane(slot.plane) for slot in slots] or np.empty((0, 1)), np.uint8)
    width = 8 * planes.shape[1]
    # Most bytes are empty: find those that are not, and then their bits.
    some = np.flatnonzero(planes.ravel() != 0)
    bits = np.flatnonzero(np.unpackbits(planes.ravel()[some]).view(np.bool_))
    places = (some[bits >> 3] << 3) + (bits & 7)
    ends = np.searchsorted(places, np.arange(len(slots) + 1) * width)
    slot = np.repeat(np.arange(len(slots), dtype=np.uint32), np.diff(ends))
    keys = (places.astype(np.uint32) - slot * np.uint32(width)) << 16 | slot
    keys.sort()
    offsets = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(keys >> 16, minlength=count)[:count], out=offsets[1:])
    return Lists(offsets, np.array([slot.item for slot in slots], np.int16)[keys[: offsets[-1]] & 0xFFFF])


def _rungs(ladder: Ladder, plane: Callable[[int], Plane], count: int) -> Small:
    """Return the last rung there is proof of, or the cap below it, plus one; 0 where nothing is proved."""
    rungs = np.zeros(count, np.uint8)
    for rung, proof in enumerate(ladder.proofs, start=1):
        np.maximum(rungs, unpack(plane(proof), count) * np.uint8(rung), out=rungs)
    for cap, at in ladder.caps:
        # Where it holds, nothing above its rung counts; elsewhere anything does.
        np.minimum(rungs, ~(unpack(plane(cap), count) * np.uint8(0xFE - at)), out=rungs)
    return rungs
