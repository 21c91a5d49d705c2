"""How sure a counted share is, and shares that must not fall: what every fit reports beside its figure."""

from __future__ import annotations

import math
from collections.abc import Sequence

# Two-sided 90 %, for what is shown; and 99 %, for what is laid to a claim.
Z90, Z99 = 1.6448536269514722, 2.5758293035489004


def wilson(hits: float, count: float, z: float = Z90) -> tuple[float, float]:
    """Return the interval of a share (Wilson 1927), 90 % unless told; 0..1 where nothing was counted."""
    if count <= 0:
        return 0.0, 1.0
    share, z2 = hits / count, z * z
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = z / (1 + z2 / count) * math.sqrt(max(0.0, share * (1 - share)) / count + z2 / (4 * count * count))
    # Rounding must not push a bound past the share itself.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def rising(points: Sequence[tuple[float, float]]) -> list[float]:
    """Make (share, weight) never fall from the one before: neighbours that do are pooled (isotonic regression)."""
    pools: list[list[float]] = []
    for share, weight in points:
        pools.append([share, weight, 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            right, left = pools.pop(), pools.pop()
            total = left[1] + right[1]
            mean = (left[0] * left[1] + right[0] * right[1]) / total if total else 0.0
            pools.append([mean, total, left[2] + right[2]])
    return [pool[0] for pool in pools for _ in range(int(pool[2]))]
