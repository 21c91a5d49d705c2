"""When two probabilities are equal, and when one is at a limit.

What is equal on paper differs in its last bits by the order in which it was multiplied and added up. No place, move or
warning may hang on that: every comparison that advice rests on goes through here, and the columnar path, which
multiplies in another order, compares with the same tolerance (batch/advice.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

# Probabilities this close are equal. A hundred multiplications differ by a hundredth of it.
TIE = 1e-12

_Key = TypeVar("_Key")


def likeliest(chances: Sequence[float]) -> int:
    """Return the index of the largest; of equal ones the first."""
    least = max(chances) * (1.0 - TIE)
    for k, chance in enumerate(chances):
        if chance >= least:
            return k
    raise AssertionError  # pragma: no cover - the largest is at least as large


def runner_up(chances: tuple[float, ...], best: int) -> int | None:
    """Return the index of the largest but ``best``, by the same rule; None where there is no other."""
    if len(chances) == 1:
        return None
    found = likeliest(chances[:best] + chances[best + 1 :])
    return found + (found >= best)


def likeliest_of(chances: Mapping[_Key, float]) -> _Key:
    """Return the key of the largest; of equal ones the first."""
    return list(chances)[likeliest(list(chances.values()))]


def reaches(chance: float, limit: float) -> bool:
    """Whether it is as much as ``limit``, or more."""
    return chance >= limit - TIE


def exceeds(chance: float, limit: float) -> bool:
    """Whether it is more than ``limit``."""
    return chance > limit + TIE
