"""Three-valued conditions: does `when` hold, given probabilities on scales and facts that may be unknown?

Kleene's logic: True, False, or None for unknown (design.md section 3). An answered fact never
flips by answering others, because nothing here depends on what else was asked.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ltc_coach.engine.tables import UNKNOWN
from ltc_coach.engine.ties import TIE
from ltc_coach.model.playbook import Playbook, Span, When

# A test on a scale holds with this share of its probability inside, and fails with as much outside.
SURE = 0.75
# A best guess is a value that is likelier than not.
LIKELY = 0.5

# All that a test asks of a probability is its level, by how many of these it exceeds: it is surely not so, unlikely,
# likelier than not, sure. What lies on a limit fails, is not likelier than not, is sure.
LIMITS = (1.0 - SURE + TIE, LIKELY + TIE, math.nextafter(SURE - TIE, 0.0))
LEVELS = range(len(LIMITS) + 1)
_LIKELY, _SURE = 2, 3

Truth = bool | None


def level(chance: float) -> int:
    """Return the level of a probability."""
    return bisect_left(LIMITS, chance)


@dataclass(frozen=True, slots=True)
class State:
    """What is known: probabilities per scale (in the scale's order) and the facts told."""

    scales: Mapping[str, tuple[float, ...]]
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Atom:
    """One test: whether scale or fact ``key`` has one of the values of ``mask`` (bit k = value k).

    ``or_unknown``: the word `unknown` stands among the values. A fact is unknown until it is told; a
    scale while no value is likelier than not, and no longer once one is sure. In between the best
    guess leads: `[unknown, x]` holds if that guess is x.
    """

    key: str
    is_scale: bool
    values: tuple[str, ...]
    mask: int
    or_unknown: bool
    assumed: bool

    def holds(self, state: State) -> Truth:
        """Evaluate on a state."""
        if not self.is_scale:
            return self.told(state.facts.get(self.key))
        chances = state.scales[self.key]
        return self.located(level(self.inside(chances)), level(max(chances)))

    def located(self, inside: int, top: int) -> Truth:
        """Evaluate a test on a scale from the levels of the probability of its values and of the likeliest one."""
        if inside == _SURE:
            return True
        if self.or_unknown and top < _SURE:
            return True if top < _LIKELY or inside == _LIKELY else None
        return None if inside else False

    def told(self, value: str | None) -> Truth:
        """Evaluate a test on a fact."""
        if value is None:
            return True if self.or_unknown else None
        return bool(self.mask >> self.values.index(value) & 1)

    def inside(self, chances: tuple[float, ...]) -> float:
        """Return the probability of the tested values."""
        return math.fsum(p for k, p in enumerate(chances) if self.mask >> k & 1)

    def guess(self, state: State) -> bool:
        """Evaluate at the best guess: a scale where it more likely is than not, untold facts as assumed."""
        truth = self.holds(state)
        if truth is not None:
            return truth
        if not self.is_scale:
            return self.assumed
        return self.likely(level(self.inside(state.scales[self.key])))

    def likely(self, inside: int) -> bool:
        """Evaluate a test on a scale at the best guess, where it is neither true nor false."""
        return inside >= _LIKELY


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled `when`: all of ``atoms`` and ``every``, any of each of ``some``, none of ``none``."""

    atoms: tuple[Atom, ...] = ()
    every: tuple[Condition, ...] = ()
    some: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()

    def all_atoms(self) -> Iterator[Atom]:
        """Yield every atom, however deep."""
        yield from self.atoms
        for part in (*self.every, *self.some, *self.none):
            yield from part.all_atoms()

    def holds(self, state: State) -> Truth:
        """Evaluate in three values."""
        unknown = False
        for truth in self._parts(state):
            if truth is False:
                return False
            unknown = unknown or truth is None
        return None if unknown else True

    def _parts(self, state: State) -> Iterator[Truth]:
        for atom in self.atoms:
            yield atom.holds(state)
        for part in self.every:
            yield part.holds(state)
        if self.some:
            truths = [part.holds(state) for part in self.some]
            yield True if True in truths else None if None in truths else False
        for part in self.none:
            truth = part.holds(state)
            yield None if truth is None else not truth

    def guess(self, state: State) -> bool:
        """Evaluate at the best guess."""
        return (
            all(a.guess(state) for a in self.atoms)
            and all(c.guess(state) for c in self.every)
            and (not self.some or any(c.guess(state) for c in self.some))
            and not any(c.guess(state) for c in self.none)
        )

    def on(self, scale: str, full: int, state: State) -> tuple[int, int]:
        """Return the values of ``scale`` (bits) where this may hold, and where it holds for sure.

        Everything that is not about ``scale`` is taken as it stands.
        """
        may = sure = full
        for atom in self.atoms:
            a, b = (atom.mask, atom.mask) if atom.key == scale else _everywhere(atom.holds(state), full)
            may, sure = may & a, sure & b
        for part in self.every:
            a, b = part.on(scale, full, state)
            may, sure = may & a, sure & b
        if self.some:
            either = [part.on(scale, full, state) for part in self.some]
            may &= _union(a for a, _ in either)
            sure &= _union(b for _, b in either)
        for part in self.none:
            a, b = part.on(scale, full, state)
            may, sure = may & ~b & full, sure & ~a & full
        return may, sure

    def chance(self, weigh: Callable[[Atom], float]) -> float:
        """Return the chance that it holds, taking its parts as independent."""
        result = math.prod(weigh(a) for a in self.atoms) * math.prod(c.chance(weigh) for c in self.every)
        if self.some:
            result *= 1.0 - math.prod(1.0 - c.chance(weigh) for c in self.some)
        return result * math.prod(1.0 - c.chance(weigh) for c in self.none)


def _everywhere(truth: Truth, full: int) -> tuple[int, int]:
    return (0 if truth is False else full), (full if truth is True else 0)


def _union(masks: Iterator[int]) -> int:
    result = 0
    for mask in masks:
        result |= mask
    return result


def compile_when(when: When, playbook: Playbook) -> Condition:
    """Compile a `when` of a playbook whose references are sound."""
    return Condition(
        atoms=tuple(_atom(key, span, playbook) for key, span in when.tests.items()),
        every=tuple(compile_when(w, playbook) for w in when.all),
        some=tuple(compile_when(w, playbook) for w in when.any),
        none=(compile_when(when.not_, playbook),) if when.not_ else (),
    )


def _atom(key: str, span: Span, playbook: Playbook) -> Atom:
    scale = playbook.scales.get(key)
    fact = None if scale else playbook.facts[key]
    values = scale.ids if scale else fact.ids if fact else ()
    known = span.model_copy(update={"at": tuple(v for v in span.at if v != UNKNOWN)}) if UNKNOWN in span.at else span
    only_unknown = bool(span.at) and not known.at
    mask = 0 if only_unknown else known.mask(values)
    assumed = fact is not None and fact.assume is not None and bool(mask >> values.index(fact.assume) & 1)
    return Atom(key, scale is not None, values, mask, UNKNOWN in span.at, assumed)
