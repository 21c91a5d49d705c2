"""All conditions of a playbook judged at once, for runs over many deals.

Each condition is a bit, and so is each alternative within one. The outcome of a test says at one stroke which of them
it leaves dead (they fail by best guess) and which open (they do not hold for certain); a few steps over whole numbers
then do for all rules. Says what conditions.py says one by one, in the same logic: the failure of a condition is taken
apart until only tests and failures of tests are left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import NamedTuple

from ltc_coach.engine.conditions import LIKELY, Atom, Condition, Truth
from ltc_coach.engine.ties import exceeds


class Verdict(NamedTuple):
    """Bits of the conditions that fail by best guess, and of those that do not hold for certain."""

    dead: int
    open: int


class _Test(NamedTuple):
    """A test: the stretches of values it is about (on a scale), and what each outcome does."""

    atom: Atom
    stretches: tuple[tuple[int, int], ...]
    outcomes: Mapping[Truth, Verdict]
    guessed: Verdict


class Verdicts:
    """Conditions made ready; bit i is the i-th of them."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._bits = len(conditions)
        # Per test: the bits of what wants it to hold, and to fail.
        self._wanted: dict[Atom, list[int]] = {}
        # What needs one of several, innermost first: its bit, and theirs.
        self._choices: list[tuple[int, int]] = []
        self._known: dict[tuple[Condition, bool], int] = {}
        for i, condition in enumerate(conditions):
            self._demand(condition, 1 << i, wanted=True)
        tests = [_test(atom, *bits) for atom, bits in self._wanted.items()]
        self._scales = {t.atom.key: [s for s in tests if s.atom.key == t.atom.key] for t in tests if t.atom.is_scale}
        self._facts = {
            t.atom.key: _by_value([s for s in tests if s.atom.key == t.atom.key]) for t in tests if not t.atom.is_scale
        }

    def at(self, scale: str, values: Sequence[float]) -> Verdict:
        """Return what the tests on a scale come to, given P(value)."""
        dead = left = 0
        top, ends = max(values), [0.0, *accumulate(values)]
        for atom, stretches, outcomes, guessed in self._scales.get(scale, ()):
            inside = sum([ends[end] - ends[start] for start, end in stretches])
            truth = atom.located(inside, top)
            found = guessed if truth is None and exceeds(inside, LIKELY) else outcomes[truth]
            dead, left = dead | found.dead, left | found.open
        return Verdict(dead, left)

    def told(self, facts: Mapping[str, str]) -> Verdict:
        """Return what the tests on facts come to."""
        return together([by_value[facts.get(fact)] for fact, by_value in self._facts.items()])

    def judge(self, parts: Iterable[Verdict]) -> Verdict:
        """Return the verdict on all conditions, given what the tests on every scale and on facts come to."""
        dead, left = together(parts)
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
        self._choices.append((bit, reduce(or_, [self._part(when, wanted=wanted) for when, wanted in among], 0)))

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


def _test(atom: Atom, holds: int, fails: int) -> _Test:
    """Make a test ready from the bits of what wants it to hold, and to fail."""
    either = holds | fails
    outcomes: dict[Truth, Verdict] = {
        True: Verdict(fails, fails),
        False: Verdict(holds, holds),
        None: Verdict(holds, either),
    }
    return _Test(atom, tuple(_stretches(atom)), outcomes, Verdict(fails, either))


def _stretches(atom: Atom) -> Iterator[tuple[int, int]]:
    """Yield where runs of tested values begin and end."""
    start = None
    for k in range(len(atom.values) + 1):
        if atom.mask >> k & 1:
            start = k if start is None else start
        elif start is not None:
            yield start, k
            start = None


def _by_value(tests: Sequence[_Test]) -> dict[str | None, Verdict]:
    """Return what the tests on one fact come to, by its value; None while nobody has told it."""

    def found(test: _Test, value: str | None) -> Verdict:
        truth = test.atom.told(value)
        return test.guessed if truth is None and test.atom.assumed else test.outcomes[truth]

    return {value: together(found(test, value) for test in tests) for value in (None, *tests[0].atom.values)}
