"""Is every line of a block plainly one record, which both readers understand alike? If in any doubt, it is not.

Two parsers agree on what is written by the book. What they might take differently (a quote in the middle of a cell, a
number with an exponent, a key written twice) is looked for here, in the bytes of a whole block at once.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ltc_coach.arrays.amounts import MONEY
from ltc_coach.arrays.keys import coded

Bools = npt.NDArray[np.bool_]

# The other reader refuses longer cells and longer lines of JSON.
_CELL, _LINE = 131_072, 1_000_000
_MARK = b"\xef\xbb\xbf"
_QUOTE, _LF, _CR, _OPEN, _CLOSE, _LIST, _E, _POINT, _NINE = b'"\n\r{}[e.9'
# Brackets in one line that are certainly not nested too deep.
_NESTED = 500
_SMALL = 0x20
"""The bit by which a small letter differs from its capital."""

# What makes a record a whole deal, and the beginning of other spellings of it.
_OF_DEALS = (b'"answers"', b'"ltc"', rb"\u006", rb"\u007")
# The parser takes these for numbers.
_NO_NUMBER = re.compile(rb"(?:NaN|Inf(?:inity)?)[ \t]*[,}\]\r\n]")
_MOST = 10 ** (MONEY.precision - MONEY.scale)
_MINUS_ZERO = re.compile(rb":[ \t]*-0")
_BEFORE_EXPONENT = re.compile(rb":[ \t]*-?[0-9.]+$")
# Characters looked at before an exponent: more than any number that could be read has.
_DIGITS = 32


def returns_alone(data: bytes) -> int:
    """Count the carriage returns that are no part of an end of line."""
    return data.count(b"\r") - data.count(b"\r\n") if b"\r" in data else 0


# ---- CSV ----------------------------------------------------------------------------------------------------------


def plain_rows(data: bytes) -> bool:
    """Say whether every line of a delimited text is a row of its own."""
    # A byte order mark would be passed over at the beginning of every block.
    if b"\0" in data or returns_alone(data) or data.startswith((b"\n", b"\r", _MARK)):
        return False
    signs = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(signs == _LF)
    lengths = np.diff(ends, prepend=-1)
    return int(lengths.max(initial=0)) <= _CELL and not _blank_between(signs, ends, lengths)


def well_quoted(data: bytes, delimiter: int) -> bool:
    """Say whether quotes open at the beginning of a cell, close at its end, and on the same line."""
    if b'"' not in data:
        return True
    signs = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(signs == _QUOTE)
    if len(quotes) % 2 or (np.searchsorted(quotes, np.flatnonzero(signs == _LF)) % 2).any():
        return False
    padded = np.concatenate([[_LF], signs, [_LF]])
    opening, closing = quotes[::2], quotes[1::2]
    before, after = padded[opening], padded[closing + 2]
    opened = (before == delimiter) | (before == _LF) | (before == _QUOTE)
    closed = (after == delimiter) | (after == _LF) | (after == _CR) | (after == _QUOTE)
    return bool(opened.all()) and bool(closed.all())


def some_blank(batch: Any) -> bool:
    """Say whether there is a row in which nothing but white space is written in any column that is read."""
    blank = np.ones(batch.num_rows, np.bool_)
    # Columns of words first: of those, each word is looked at once.
    for column in sorted(batch.columns, key=lambda column: column.type == pa.string()):
        blank &= _blank(column)
        if not blank.any():
            return False
    return bool(blank.any())


def _blank_between(signs: npt.NDArray[np.uint8], ends: npt.NDArray[np.intp], lengths: npt.NDArray[np.intp]) -> bool:
    """Say whether a line has nothing, or only a carriage return, before its end."""
    short = ends[lengths <= 2]  # noqa: PLR2004 - an end of line, and perhaps a carriage return before it
    return bool(((lengths[lengths <= 2] == 1) | (signs[short - 1] == _CR)).any())  # noqa: PLR2004 - the same


def _blank(column: Any) -> Bools:
    if pa.types.is_dictionary(column.type):
        codes, words = coded(column)
        return np.array([not (word or "").strip() for word in words]).take(codes)
    return np.asarray(pc.equal(pc.utf8_trim_whitespace(column), "").fill_null(True))  # noqa: FBT003 - pyarrow's own


# ---- JSON Lines ---------------------------------------------------------------------------------------------------


def plain_objects(data: bytes) -> bool:
    """Say whether every line is whole JSON objects, none of which is a complete deal."""
    if b"\0" in data or returns_alone(data) or any(key in data for key in _OF_DEALS):
        return False
    if (b"NaN" in data or b"Inf" in data) and _NO_NUMBER.search(data):
        return False
    signs = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(signs == _LF)
    starts = np.concatenate([[0], ends[:-1] + 1])
    last = ends - 1 - (signs[ends - 1] == _CR)
    whole = (signs[starts] == _OPEN) & (signs[last] == _CLOSE)
    return bool(whole.all()) and int((ends - starts).max(initial=0)) < _LINE and not _deep(signs, starts)


def _deep(signs: npt.NDArray[np.uint8], starts: npt.NDArray[np.intp]) -> bool:
    """Say whether a line opens so many brackets that they might be nested too deep for the other reader."""
    opening = (signs == _OPEN) | (signs == _LIST)
    if np.count_nonzero(opening) < len(starts) + _NESTED:
        return False
    return int(np.add.reduceat(opening, starts, dtype=np.int64).max()) > _NESTED


def plain_numbers(data: bytes, batch: Any) -> bool:
    """Say whether amounts that are numbers have no sign, no exponent and not too many digits: such are refused."""
    amounts = [column for column in batch.columns if column.type == MONEY]
    if not amounts:
        return True
    least, most = pc.min_max(amounts[0]).as_py().values()
    if least is not None and (least < 0 or most >= _MOST or (least == 0 and _MINUS_ZERO.search(data))):
        return False
    signs = np.frombuffer(data, np.uint8)
    exponents = np.flatnonzero((signs | _SMALL) == _E)
    before = signs[exponents - 1]
    exponents = exponents[(before >= _POINT) & (before <= _NINE)]
    return not any(_BEFORE_EXPONENT.search(data[max(0, at - _DIGITS) : at]) for at in exponents.tolist())
