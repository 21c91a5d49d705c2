"""The posterior of one scale for many rows at once, by table look-up instead of arithmetic.

The engine multiplies one row of chances per answer (engine.md section 2). Here several questions share
one *composite* table with a row for every combination of their answers, so a handful of look-ups do for all
questions of a scale. Questions of one topic stand in the same table: the mixture over the mistaken belief behind
them couples them, and inside a table it costs nothing. Everything stays exact; only the order of
the multiplications differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ltc_coach.engine.belief import Star

# One row per question, one column per deal: 0 not answered, then the answers, then `unknown`.
Codes: TypeAlias = npt.NDArray[np.uint8]
Floats: TypeAlias = npt.NDArray[np.float64]

# Bytes of a table, of one that holds a whole topic, and of the products of deals looked up together: a table and a
# block share the second-level cache, and a topic that fits no table has to be mixed deal by deal.
_TABLE_BYTES, _TOPIC_BYTES, _BLOCK_BYTES = 320_000, 1_200_000, 1 << 18
# Below this a product of chances is scaled up again before it underflows.
_SMALL = 1e-250


@dataclass(frozen=True, slots=True)
class _Table:
    """Chances for every combination of the answers to ``questions`` (rows of Codes), the last varying fastest."""

    questions: tuple[int, ...]
    sizes: tuple[int, ...]
    chances: Floats

    def keys(self, codes: Codes) -> npt.NDArray[np.intp]:
        """Return the row of each deal."""
        keys = np.zeros(codes.shape[1], np.uint32)
        for question, size in zip(self.questions, self.sizes, strict=True):
            keys *= size
            keys += codes[question]
        return keys.astype(np.intp)


@dataclass(frozen=True, slots=True)
class _Factor:
    """What one or more tables multiply the posterior by; ``mixed``: a topic too large for one table, mixed here."""

    tables: tuple[_Table, ...]
    mixed: bool


class Composite:
    """A star model compiled for columns; picklable.

    ``numbers`` gives each question its row of :data:`Codes`, ``sizes`` how many codes it has.
    """

    def __init__(self, star: Star, prior: Sequence[float], numbers: Mapping[str, int], sizes: Sequence[int]) -> None:
        self.size = star.size
        self._classes = len(star.reps)
        self._wrong = star.topic_error
        self._width = self._classes * self.size
        start = np.array([[share * p for share, _ in star.reps for p in prior]])
        self._factors = _factors(star, start, numbers, sizes)
        self._rescale = _rescale(self._factors)

    def values(self, codes: Codes) -> Floats:
        """Return P(value) as one row per value of the scale; a deal whose answers are impossible has NaN."""
        count = codes.shape[1]
        keys = [[table.keys(codes) for table in factor.tables] for factor in self._factors]
        values = np.empty((self.size, count))
        step = _BLOCK_BYTES // (8 * self._width)
        space = np.empty((3, step, self._width))
        for at in range(0, count, step):
            part = slice(at, min(at + step, count))
            joint = self._joint([[key[part] for key in of_factor] for of_factor in keys], *space[:, : part.stop - at])
            by_value, *others = np.ascontiguousarray(joint.T).reshape(self._classes, self.size, -1)
            for other in others:
                by_value += other
            total = by_value[0].copy()
            for row in by_value[1:]:
                total += row
            with np.errstate(divide="ignore", invalid="ignore"):
                np.multiply(by_value, 1.0 / total, out=values[:, part])
        return values

    def _joint(
        self, keys: Sequence[Sequence[npt.NDArray[np.intp]]], joint: Floats, told: Floats, other: Floats
    ) -> Floats:
        """P(reliability, value) of each deal of a block, up to a constant of its own; the arrays are for its use."""
        for i, (factor, of_factor) in enumerate(zip(self._factors, keys, strict=True)):
            target = told if i else joint
            factor.tables[0].chances.take(of_factor[0], axis=0, mode="clip", out=target)
            for table, key in zip(factor.tables[1:], of_factor[1:], strict=True):
                table.chances.take(key, axis=0, mode="clip", out=other)
                target *= other
            if i:
                joint *= _mixed(told, self.size, self._wrong) if factor.mixed else told
            if self._rescale[i]:
                joint /= np.maximum(joint.max(axis=1, keepdims=True), np.finfo(float).tiny)
        return joint


def _mixed(rows: Floats, size: int, wrong: float) -> Floats:
    """Allow for one mistaken belief behind everything said on a topic, per reliability class (engine.md section 2)."""
    by_class = rows.reshape(len(rows), -1, size)
    mean = by_class.mean(axis=2, keepdims=True)
    mixed: Floats = ((1.0 - wrong) * by_class + wrong * mean).reshape(rows.shape)
    return mixed


def _scaled(rows: Floats) -> Floats:
    """Scale each row so that its largest chance is 1: the posterior does not change, and products stay large."""
    top = rows.max(axis=1, keepdims=True)
    return rows / np.where(top > 0.0, top, 1.0)


def _rows(star: Star, question: str, size: int) -> Floats:
    """P(answer | reliability, value), a row per code; what says nothing here is 1 everywhere."""
    table = star.tables[question]
    blind = 1.0 / len(table.answers)
    rows = np.ones((size, len(star.reps) * star.size))
    for code, chances in enumerate(table.chances, start=1):
        rows[code] = [(1.0 - lapse) * chance + lapse * blind for _, lapse in star.reps for chance in chances]
    return rows


def _product(rows: Iterable[Floats]) -> Floats:
    """Return one row for every combination of rows, the last varying fastest."""
    made, *others = rows
    for other in others:
        made = _scaled((made[:, None, :] * other[None, :, :]).reshape(-1, made.shape[1]))
    return made


def _factors(star: Star, start: Floats, numbers: Mapping[str, int], sizes: Sequence[int]) -> list[_Factor]:
    """Group the questions of a scale into tables, topics kept together; the first holds the prior as well."""
    row = 8 * start.size
    topics: dict[str, list[str]] = {}
    for question, table in star.tables.items():
        if question in numbers:
            # A question without a topic is a topic of its own in which nothing is mixed.
            topics.setdefault(f"topic {table.topic}" if table.topic else f"question {question}", []).append(question)
    wide: list[_Factor] = []
    units = [_Table((), (), _scaled(start))]
    for questions in topics.values():
        single = [_Table((numbers[q],), (sizes[numbers[q]],), _rows(star, q, sizes[numbers[q]])) for q in questions]
        mixed = star.tables[questions[0]].topic is not None
        if prod(t.sizes[0] for t in single) * row > _TOPIC_BYTES:
            wide.append(_Factor(tuple(_packed(single, _TABLE_BYTES // row)), mixed))
        else:
            unit = _joined(single)
            chances = _mixed(unit.chances, star.size, star.topic_error) if mixed else unit.chances
            units.append(_Table(unit.questions, unit.sizes, _scaled(chances)))
    tables = _packed(units, _TABLE_BYTES // row)
    tables.sort(key=lambda t: t.questions)
    return [*(_Factor((table,), mixed=False) for table in tables), *wide]


def _joined(tables: Sequence[_Table]) -> _Table:
    return _Table(
        tuple(q for t in tables for q in t.questions),
        tuple(s for t in tables for s in t.sizes),
        np.ascontiguousarray(_product(t.chances for t in tables)),
    )


def _packed(tables: Iterable[_Table], most: int) -> list[_Table]:
    """Join tables into as few as possible of ``most`` rows, largest first; one alone may be larger."""
    bins: list[list[_Table]] = []
    for table in sorted(tables, key=lambda t: -len(t.chances)):
        for held in bins:
            if prod(len(t.chances) for t in held) * len(table.chances) <= most:
                held.append(table)
                break
        else:
            bins.append([table])
    return [_joined(held) for held in bins]


def _rescale(factors: Sequence[_Factor]) -> list[bool]:
    """Say after which factors the product may have become so small that it has to be scaled up."""
    marks: list[bool] = []
    least = 1.0
    for factor in factors:
        for table in factor.tables:
            least *= float(table.chances.min(initial=1.0, where=table.chances > 0.0))
        # Once it has been small, what is left in it may be anything: scale after every factor from there on.
        marks.append(least < _SMALL)
    return marks
