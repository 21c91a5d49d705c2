"""Exact sums of money over columns: whole numbers of 1/10,000, added up in parts that no float rounds.

Amounts have at most 15 digits and 4 decimals, so one fits into 64 bits, but a sum of them, let alone of their
squares, does not. numpy adds up floats by group and nothing else as fast; a float holds whole numbers up to 2**53
exactly, so amounts are split into parts small enough for that.
"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ltc_coach.arrays.amounts import MONEY

# Amounts in 1/10,000 of the currency.
Units: TypeAlias = npt.NDArray[np.uint64]
Codes: TypeAlias = npt.NDArray[np.integer[Any]]

# So many rows are added up at a time: 2**20 parts of 32 bits stay below 2**53.
MOST_ROWS = 1 << 20
_DECIMALS = MONEY.scale
_EXACT = Context(prec=60)


def units_of(column: Any) -> Units:
    """Return the amounts of a column of ``MONEY`` as whole numbers; what is null is 0."""
    if not len(column):
        return np.zeros(0, np.uint64)
    # A decimal has 128 bits, of which no amount needs the upper half.
    words = np.frombuffer(column.buffers()[1], np.uint64)[2 * column.offset : 2 * (column.offset + len(column)) : 2]
    return words if not column.null_count else words * np.asarray(column.is_valid()).astype(np.uint64)


def as_money(units: int) -> Decimal:
    """Return so many units as an amount."""
    return Decimal(units).scaleb(-_DECIMALS, _EXACT)


def as_square(units: int) -> Decimal:
    """Return a sum of squares of units as one of squares of amounts."""
    return Decimal(units).scaleb(-2 * _DECIMALS, _EXACT)


def sums(codes: Codes, count: int, units: Units) -> list[int]:
    """Add up amounts by code, 0 to ``count`` - 1; at most ``MOST_ROWS`` of them."""
    return _added(codes, count, units, 32)


def squares(codes: Codes, count: int, units: Units) -> list[int]:
    """Add up the squares of amounts by code."""
    total = [0] * count
    parts = [(units >> np.uint64(16 * i)) & np.uint64(0xFFFF) for i in range(4)]
    for i, one in enumerate(parts):
        if not one.any():
            continue
        for j, other in enumerate(parts[i:], start=i):
            if other.any():
                factor = 1 if i == j else 2
                for code, its in enumerate(_added(codes, count, one * other, 32)):
                    total[code] += factor * its << 16 * (i + j)
    return total


def _added(codes: Codes, count: int, numbers: Units, bits: int) -> list[int]:
    low = np.bincount(codes, (numbers & np.uint64((1 << bits) - 1)).astype(np.float64), count)
    high = numbers >> np.uint64(bits)
    if not high.any():
        return [int(x) for x in low.tolist()]
    return [
        int(x) + (int(y) << bits) for x, y in zip(low.tolist(), np.bincount(codes, high, count).tolist(), strict=True)
    ]
