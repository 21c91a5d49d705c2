"""Words in columns as small whole numbers, alone and in combinations, so that rows can be counted by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Numbers: TypeAlias = npt.NDArray[np.int64]

# Combinations up to so many are counted in a table of all of them; of more only those that occur.
_DENSE = 1 << 14


def coded(column: Any) -> tuple[npt.NDArray[np.int32], list[str | None]]:
    """Return a dictionary column as numbers and the words they stand for; null is the last one, None."""
    words = column.dictionary.to_pylist()
    indices = column.indices
    if indices.null_count:
        indices = indices.fill_null(len(words))
    return np.asarray(indices).astype(np.int32, copy=False), [*words, None]


def worded(codes: npt.NDArray[np.integer[Any]], words: Sequence[str | None]) -> Any:
    """Return a dictionary column of numbers and the words they stand for; where the word is None it is null."""
    none = np.array([word is None for word in words])
    mask = none.take(codes)
    kept = pa.array([word or "" for word in words], pa.string())
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32, copy=False), mask=mask if mask.any() else None), kept
    )


def combined(*keys: tuple[npt.NDArray[np.integer[Any]], int]) -> tuple[Numbers, list[tuple[int, ...]]]:
    """Number the combinations of several keys, each given as numbers and how many of them there may be.

    Returns the number of each row's combination, and for each number what it is made of.
    """
    sizes = [size for _, size in keys]
    number = np.zeros(len(keys[0][0]), np.int64)
    for codes, size in keys:
        number *= size
        number += codes
    total = int(np.prod(sizes, dtype=object))
    if total <= _DENSE:
        found = np.arange(total)
    else:
        found, number = np.unique(number, return_inverse=True)
    parts = []
    for size in reversed(sizes):
        parts.append((found % size).tolist())
        found = found // size
    return number, list(zip(*reversed(parts), strict=True))
