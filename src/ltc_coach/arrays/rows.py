"""Columns as Python values again, and frames as rows: for what has to be looked at one by one.

Arrow makes an object of its own for every value on its way into a list; numpy does not, and words of which there are
few need not be made at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from ltc_coach.arrays.amounts import MONEY
from ltc_coach.arrays.exact import as_money, units_of
from ltc_coach.arrays.keys import coded
from ltc_coach.i18n import Text
from ltc_coach.model.batch import DealRow, Warn
from ltc_coach.model.frame import Brief, Frame, Worded


def listed(column: Any) -> list[Any]:
    """Return the values of a column, None where it is null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        codes, words = coded(column)
        return [words[code] for code in codes.tolist()]
    if pa.types.is_list(kind):
        items = listed(column.flatten())
        ends = (np.asarray(column.offsets) - column.offsets[0].as_py()).tolist()
        return [tuple(items[start:end]) for start, end in pairwise(ends)]
    if pa.types.is_date32(kind):
        return list(np.asarray(column).tolist())
    if kind == MONEY:
        values = [as_money(units) for units in units_of(column).tolist()]
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        values = np.asarray(column.fill_null(0)).tolist()
    else:
        return list(column.to_pylist())
    if not column.null_count:
        return values
    return [value if valid else None for value, valid in zip(values, column.is_valid().to_pylist(), strict=True)]


def deals_of(frame: Frame, places: Any = None) -> Iterator[DealRow]:
    """Yield the deals of a frame as rows: all, or those at ``places`` (a numpy array of whole numbers)."""
    batch = frame.batch if places is None else frame.batch.take(places)
    columns = {name: listed(batch.column(name)) for name in batch.schema.names}
    maps = [columns.pop(f"map_{id_}") for id_ in frame.maps]
    texts = {name: _said(worded, places) for name, worded in frame.texts.items()}
    warnings = _warned(frame, batch.num_rows, places)
    for i, values in enumerate(zip(*columns.values(), strict=True)):
        given: dict[str, Any] = dict(zip(columns, values, strict=True))
        given |= {name: its[i] for name, its in texts.items()}
        given["maps"] = {id_: its[i] for id_, its in zip(frame.maps, maps, strict=True) if its[i] is not None}
        yield DealRow(file=frame.file, warnings=tuple(warnings[i]), **given)


def briefs_of(frame: Frame) -> Iterator[Brief]:
    """Yield of each deal of a frame what is followed from run to run."""
    columns = (listed(frame.batch.column(name)) for name in Brief._fields)
    yield from map(Brief._make, zip(*columns, strict=True))


def _said(worded: Worded, places: Any) -> list[Text]:
    codes = worded.codes if places is None else worded.codes[places]
    return [worded.texts[code] for code in codes.tolist()]


def _warned(frame: Frame, count: int, places: Any) -> list[list[Warn]]:
    found: list[list[Warn]] = [[] for _ in range(count)]
    for flag in frame.warnings:
        where = flag.where if places is None else flag.where[places]
        texts = _said(flag.text, places)
        for i in where.nonzero()[0].tolist():
            found[i].append(Warn(id=flag.id, text=texts[i]))
    return found
