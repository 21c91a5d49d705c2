"""Where many deals stand on one scale, and what its tests come to there; each set of answers is worked out once.

Answers are bits here: one for each answer a question can get, in the playbook's order. What answers to the questions of
one topic multiply the posterior by is remembered as well, so that a new set of answers costs a few products.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ltc_coach.engine.belief import Said, Star
from ltc_coach.engine.drift import Row
from ltc_coach.engine.memory import Memory
from ltc_coach.engine.ties import likeliest, runner_up
from ltc_coach.engine.verdicts import Verdict, Verdicts

# A row of chances takes as much memory as a dozen results, and there are fewer of them.
_ROWS_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a deal stands on one scale: the likeliest value, how sure, and the runner-up."""

    at: str
    confidence: float
    runner_up: str | None


class Reading:
    """One scale of one deal: P(value), the numbers of the likeliest and the runner-up, and what its tests come to."""

    __slots__ = ("best", "second", "stand", "values", "verdict")

    def __init__(self, ids: Sequence[str], values: tuple[float, ...], verdict: Verdict) -> None:
        self.values = values
        self.best = best = likeliest(values)
        self.second = second = runner_up(values, best)
        self.stand = Stand(ids[best], values[best], None if second is None else ids[second])
        self.verdict = verdict


class Gauge:
    """A scale ready for many deals; ``bits`` gives the bit of each answer."""

    def __init__(
        self, id_: str, ids: Sequence[str], star: Star, verdicts: Verdicts, bits: Mapping[tuple[str, str], int]
    ) -> None:
        self._id = id_
        self._ids = ids
        self._star = star
        self._verdicts = verdicts
        said = {bit: Said(*answer) for answer, bit in bits.items()}
        self._said = {bit: its for bit, its in said.items() if star.tells(its)}
        self._mask = sum(self._said)
        masks = [sum(b for b, its in self._said.items() if its.question in part) for part in star.parts]
        self._parts: list[tuple[int, Memory[int, Row]]] = [(mask, Memory(_ROWS_REMEMBERED)) for mask in masks if mask]
        self._readings: Memory[int, Reading] = Memory()

    def of(self, told: int) -> Reading:
        """Return where the answers ``told`` put a deal."""
        key = told & self._mask
        return self._readings.get(key) or self._readings.keep(key, self.read(self._star.values(self._factors(key))))

    def read(self, values: tuple[float, ...]) -> Reading:
        """Return what a posterior comes to."""
        return Reading(self._ids, values, self._verdicts.at(self._id, values))

    def _factors(self, told: int) -> Iterator[Row]:
        for mask, known in self._parts:
            if key := told & mask:
                yield known.get(key) or known.keep(key, self._star.factor([self._said[bit] for bit in bits_of(key)]))


def bits_of(number: int) -> Iterator[int]:
    """Yield the bits that are set, the lowest first."""
    while number:
        bit = number & -number
        yield bit
        number ^= bit
