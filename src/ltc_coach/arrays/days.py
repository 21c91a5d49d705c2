"""Days in columns as whole numbers: those since 1970, as Arrow counts them."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Days: TypeAlias = npt.NDArray[np.int32]

EPOCH = date(1970, 1, 1)
NO_DAY = int(np.iinfo(np.int32).min)
"""What stands for no day."""


def days_of(column: Any) -> Days:
    """Return a column of days as numbers."""
    return np.asarray(column.cast(pa.int32()).fill_null(NO_DAY))


def as_days(days: Days) -> Any:
    """Return numbers as a column of days."""
    return pa.array(days.astype(np.int32, copy=False), mask=days == NO_DAY).cast(pa.date32())
