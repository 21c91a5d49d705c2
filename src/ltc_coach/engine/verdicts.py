"""All conditions of a playbook judged at once, for runs over many deals.

Each condition is a bit, and so is each alternative within one. The outcome of a test says at one stroke which of them
it leaves dead (they fail by best guess) and which open (they do not hold for certain); a few steps over whole numbers
then do for all rules. Says what conditions.py says one by one, in the same logic: the failure of a condition is taken
apart until only tests and failures of tests are left.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from ltc_coach.engine.conditions import LEVELS, LIMITS, Atom, Condition, Truth, level
from ltc_coach.engine.memory import Memory


class Verdict(NamedTuple):
    """Bits of the conditions that fail by best guess, and of those that do not hold for certain."""

    dead: int
    open: int


class _Test(NamedTuple):
    """A test made ready: what it comes to when true, when false, and by best guess in between."""

    atom: Atom
    true: Verdict
    false: Verdict
    guessed: Verdict
    unlikely: Verdict

    def located(self, inside: int, top: int) -> Verdict:
        """Return what it comes to on a scale, by the levels of its values and of the likeliest one."""
        return self._found(self.atom.located(inside, top), guess=self.atom.likely(inside))

    def told(self, value: str | None) -> Verdict:
        """Return what it comes to for the value of a fact."""
        return self._found(self.atom.told(value), guess=self.atom.assumed)

    def _found(self, truth: Truth, *, guess: bool) -> Verdict:
        if truth is None:
            return self.guessed if guess else self.unlikely
        return self.true if truth else self.false


# Where the first stretch of its values begins and ends, the other stretches, and what a test comes to by the level of
# their probability.
_Located = tuple[int, int, Sequence[tuple[int, int]], Sequence[Verdict]]


class Verdicts:
    """Conditions made ready; bit i is the i-th of them."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._bits = len(conditions)
        # Per test: the bits of what wants it to hold, and to fail.
        self._wanted: dict[Atom, list[int]] = {}
        # What needs one of several, innermost first: its bit, and theirs.
        self._choices: list[tuple[int, int]] = []
        self._known: dict[tuple[Condition, bool], int] = {}
        self._judged: Memory[Verdict, Verdict] = Memory()
        for i, condition in enumerate(conditions):
            self._demand(condition, 1 << i, wanted=True)
        tests: dict[str, list[_Test]] = {}
        for atom, (holds, fails) in self._wanted.items():
            either = holds | fails
            verdicts = Verdict(fails, fails), Verdict(holds, holds), Verdict(fails, either), Verdict(holds, either)
            tests.setdefault(atom.key, []).append(_Test(atom, *verdicts))
        # By scale and by the level of its likeliest value.
        self._scales = {
            key: [[_located(test, top) for test in its] for top in LEVELS]
            for key, its in tests.items()
            if its[0].atom.is_scale
        }
        self._facts = {
            key: {value: together(test.told(value) for test in its) for value in (None, *its[0].atom.values)}
            for key, its in tests.items()
            if not its[0].atom.is_scale
        }

    def at(self, scale: str, values: Sequence[float]) -> Verdict:
        """Return what the tests on a scale come to, given P(value)."""
        dead = left = 0
        if scale in self._scales:
            ends = [0.0, *accumulate(values)]
            for start, end, others, by_level in self._scales[scale][level(max(values))]:
                inside = ends[end] - ends[start]
                for first, last in others:
                    inside += ends[last] - ends[first]
                its_dead, its_open = by_level[bisect_left(LIMITS, inside)]
                dead, left = dead | its_dead, left | its_open
        return Verdict(dead, left)

    def told(self, facts: Mapping[str, str]) -> Verdict:
        """Return what the tests on facts come to."""
        return together([by_value[facts.get(fact)] for fact, by_value in self._facts.items()])

    def judge(self, parts: Iterable[Verdict]) -> Verdict:
        """Return the verdict on all conditions, given what the tests on every scale and on facts come to."""
        given = together(parts)
        return self._judged.get(given) or self._judged.keep(given, self._judge(*given))

    def _judge(self, dead: int, left: int) -> Verdict:
        for bit, others in self._choices:
            if dead & others == others:
                dead |= bit
            if left & others == others:
                left |= bit
        return Verdict(dead, left)

    def _demand(self, when: Condition, bit: int, *, wanted: bool) -> None:
        """Let ``bit`` stand only where a condition holds, or fails, as is wanted."""
        if not wanted and not (len(when.atoms) == 1 and when == Condition(atoms=when.atoms)):
            self._choose(_failures(when), bit)
            return
        for atom in when.atoms:
            self._wanted.setdefault(atom, [0, 0])[not wanted] |= bit
        for part in when.every:
            self._demand(part, bit, wanted=True)
        if when.some:
            self._choose([(part, True) for part in when.some], bit)
        for part in when.none:
            self._demand(part, bit, wanted=False)

    def _choose(self, among: Iterable[tuple[Condition, bool]], bit: int) -> None:
        """Let ``bit`` stand only where one of several conditions is as wanted."""
        parts = list(dict.fromkeys(among))
        if len(parts) == 1:
            ((when, wanted),) = parts
            self._demand(when, bit, wanted=wanted)
        else:
            self._choices.append((bit, sum([self._part(when, wanted=wanted) for when, wanted in parts])))

    def _part(self, when: Condition, *, wanted: bool) -> int:
        """Return the bit of a condition within another."""
        bit = self._known.get((when, wanted))
        if bit is None:
            bit = self._known[when, wanted] = 1 << self._bits
            self._bits += 1
            self._demand(when, bit, wanted=wanted)
        return bit


def together(parts: Iterable[Verdict]) -> Verdict:
    """Return what several parts of a situation come to together."""
    dead = left = 0
    for its_dead, its_open in parts:
        dead, left = dead | its_dead, left | its_open
    return Verdict(dead, left)


def _failures(when: Condition) -> Iterator[tuple[Condition, bool]]:
    """Yield the ways in which a condition fails: each a condition that holds, or fails."""
    yield from ((Condition(atoms=(atom,)), False) for atom in when.atoms)
    yield from ((part, False) for part in when.every)
    if when.some:
        yield Condition(none=when.some), True
    yield from ((part, True) for part in when.none)


def _located(test: _Test, top: int) -> _Located:
    (start, end), *others = list(_stretches(test.atom)) or [(0, 0)]
    return start, end, others, [test.located(inside, top) for inside in LEVELS]


def _stretches(atom: Atom) -> Iterator[tuple[int, int]]:
    """Yield where runs of tested values begin and end."""
    start = None
    for k in range(len(atom.values) + 1):
        if atom.mask >> k & 1:
            start = k if start is None else start
        elif start is not None:
            yield start, k
            start = None
