"""A column of money written in plain digits, read exactly and all at once: no float ever touches it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

# Money in columns: as many digits before and after the point as a deal file may write (model/cells.py).
MONEY = pa.decimal128(19, 4)
_PLAIN = r"^[0-9]{1,15}(\.[0-9]{1,4})?$"
_ZERO, _NINE, _POINT = b"09."


def plain_amounts(column: Any) -> tuple[Any, npt.NDArray[np.bool_]]:
    """Read the cells of a string column that are digits with at most one point and four decimals.

    Returns the amounts, null where the cell is null or written in any other way, and which cells are so
    read. What is not may still be money: see ``model.cells.as_money``.
    """
    texts = column.cast(pa.string())
    if not len(texts):
        return texts.cast(MONEY), np.zeros(0, np.bool_)
    plain = _digits(texts)
    try:
        return _amounts(texts, plain), plain
    except pa.ArrowInvalid:
        # Two points, or too many digits: rare enough to look at every cell.
        plain = np.asarray(pc.match_substring_regex(texts, _PLAIN).fill_null(False))  # noqa: FBT003 - pyarrow's own
        return _amounts(texts, plain), plain


def _amounts(texts: Any, plain: npt.NDArray[np.bool_]) -> Any:
    return pc.if_else(pa.array(plain), texts, pa.scalar(None, pa.string())).cast(MONEY)


def _digits(texts: Any) -> npt.NDArray[np.bool_]:
    """Say which cells are nothing but digits and points, and begin and end with a digit."""
    ends = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(texts.buffers()[2] or b"\0", np.uint8)
    lengths = np.diff(ends)
    plain = np.asarray(texts.is_valid()) & (lengths > 0)
    for edge in (ends[:-1], ends[1:] - 1):
        sign = data.take(edge, mode="clip")
        plain &= (sign >= _ZERO) & (sign <= _NINE)
    written = data[ends[0] : ends[-1]]
    strange = np.flatnonzero(((written < _ZERO) | (written > _NINE)) & (written != _POINT))
    plain[np.searchsorted(ends[1:], strange + ends[0], side="right")] = False
    return plain
