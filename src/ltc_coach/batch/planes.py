"""Conditions for many rows at once: one bit per row, eight rows a byte.

A *plane* is a packed row of bits, one per deal: where a test holds, where it fails, where its best
guess is yes. Three-valued logic (engine/conditions.py) becomes and, or and not on planes, written down
once as a straight list of steps in which nothing is computed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import reduce
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ltc_coach.engine.conditions import Atom, Condition

Plane: TypeAlias = npt.NDArray[np.uint8]
Bools: TypeAlias = npt.NDArray[np.bool_]

# What may be asked of a test or a condition.
Asked = Literal["holds", "fails", "guessed"]
_OPPOSITE: Mapping[Asked, Asked] = {"holds": "fails", "fails": "holds"}

_AND, _OR, _XOR = range(3)
_OPS = (np.bitwise_and, np.bitwise_or, np.bitwise_xor)


def pack(rows: Bools) -> Plane:
    """Make a plane of one truth value per deal."""
    return np.packbits(rows)


def unpack(plane: Plane, count: int) -> Bools:
    """Return the truth values of a plane again."""
    return np.unpackbits(plane, count=count).view(np.bool_)


class Program:
    """Steps over planes: write expressions, ``finish`` once, ``run`` for every block; picklable.

    Each expression is a number, equal ones the same; ``all`` and ``none`` are the constants. What no wanted
    expression needs is not computed, and a plane no longer needed gives its memory to the next.
    """

    all, none = 0, 1

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {"all": self.all, "none": self.none}
        self._steps: dict[int, tuple[int, int, int]] = {}
        self._leaves: dict[int, Hashable] = {}
        self._finished: list[tuple[int, int, int, int]] = []
        self._places: dict[int, int] = {}
        self._scratch = 0

    def leaf(self, name: Hashable) -> int:
        """Return the plane that is given to ``run`` under this name."""
        number = self._numbers.setdefault(("leaf", name), len(self._numbers))
        self._leaves[number] = name
        return number

    def both(self, a: int, b: int) -> int:
        """Where both are set."""
        if a == self.all or b in {self.none, a}:
            return b
        return a if b == self.all or a == self.none else self._step(_AND, *sorted((a, b)))

    def either(self, a: int, b: int) -> int:
        """Where at least one is set."""
        if a == self.none or b in {self.all, a}:
            return b
        return a if b == self.none or a == self.all else self._step(_OR, *sorted((a, b)))

    def inverse(self, a: int) -> int:
        """Where it is not set."""
        if a in {self.all, self.none}:
            return self.none if a == self.all else self.all
        return self._step(_XOR, self.all, a)

    def every(self, planes: Iterable[int]) -> int:
        """Where all are set; everywhere if there are none."""
        return reduce(self.both, planes, self.all)

    def some(self, planes: Iterable[int]) -> int:
        """Where any is set; nowhere if there are none."""
        return reduce(self.either, planes, self.none)

    def choose(self, where: int, then: int, other: int) -> int:
        """``then`` where ``where`` is set, ``other`` elsewhere."""
        return self.either(self.both(where, then), self.both(self.inverse(where), other))

    def condition(self, condition: Condition, asked: Asked, atom: Callable[[Atom, Asked], int]) -> int:
        """Where a condition holds, fails, or is guessed to hold, given the same of every test."""

        def part(inner: Condition, what: Asked = asked) -> int:
            return self.condition(inner, what, atom)

        together, apart = (self.some, self.every) if asked == "fails" else (self.every, self.some)
        parts = [atom(test, asked) for test in condition.atoms]
        parts += [part(inner) for inner in condition.every]
        if condition.some:
            parts.append(apart([part(inner) for inner in condition.some]))
        for inner in condition.none:
            parts.append(self.inverse(part(inner)) if asked == "guessed" else part(inner, _OPPOSITE[asked]))
        return together(parts)

    def _step(self, op: int, a: int, b: int) -> int:
        number = self._numbers.setdefault((op, a, b), len(self._numbers))
        self._steps[number] = (op, a, b)
        return number

    def finish(self, wanted: Iterable[int]) -> None:
        """Keep what the wanted expressions need, and give every step its place in memory."""
        wanted = set(wanted)
        needed = set(wanted) | {self.all, self.none}
        for number in sorted(self._steps, reverse=True):  # a step comes after what it reads
            if number in needed:
                needed.update(self._steps[number][1:])
        self._leaves = {number: name for number, name in self._leaves.items() if number in needed}
        self._places = {self.all: 0, self.none: 1} | {n: i for i, n in enumerate(self._leaves, start=2)}
        steps = [(number, *self._steps[number]) for number in sorted(self._steps) if number in needed]
        last = {read: i for i, (_, _, a, b) in enumerate(steps) for read in (a, b)}
        fixed, free, used = len(self._places), list[int](), 0
        for i, (number, op, a, b) in enumerate(steps):
            if free:
                place = free.pop()
            else:
                place, used = fixed + used, used + 1
            self._places[number] = place
            self._finished.append((op, place, self._places[a], self._places[b]))
            free += {self._places[n] for n in (a, b) if last[n] == i and n in self._steps and n not in wanted}
        self._scratch = used
        self._steps, self._numbers = {}, {}

    def run(self, given: Callable[[Any], Plane], count: int) -> Callable[[int], Plane]:
        """Compute everything wanted for ``count`` deals; returns the plane of an expression."""
        size = (count + 7) // 8
        planes = [np.full(size, 255, np.uint8), np.zeros(size, np.uint8), *map(given, self._leaves.values())]
        planes.extend(np.empty((self._scratch, size), np.uint8))
        for op, to, a, b in self._finished:
            _OPS[op](planes[a], planes[b], out=planes[to])
        return lambda number: planes[self._places[number]]
