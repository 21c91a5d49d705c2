"""The lines of the benchmark table, and the clock of one core."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

ROUNDS = 3

Row = dict[str, Any]
"""Name, value, unit, goal, whether it ``holds`` (None: nothing was measured) and, in that case, ``why``."""


def row(name: str, value: float, unit: str, goal: str = "", *, holds: bool = True) -> Row:
    """Make a line for what was measured."""
    return {"name": name, "value": float(f"{value:.4g}"), "unit": unit, "goal": goal, "holds": holds}


def left_out(name: str, why: str) -> Row:
    """Make a line for what cannot be measured here: no goal is missed by it, and none is shown."""
    return {"name": name, "value": None, "unit": "", "goal": "", "holds": None, "why": why}


def fastest(act: Callable[[], object], rounds: int = 7) -> float:
    """Return the least processor time in seconds: of all threads of this process, whatever else the machine does."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        act()
        spent.append(time.process_time() - start)
    return min(spent)


def compared(act: Callable[[], object], yardstick: Callable[[], object]) -> tuple[float, float, float]:
    """Time two acts in turn: median ratios of wall and of processor time, and the least seconds of the first."""
    walls, works, least = [], [], []
    for _ in range(ROUNDS):
        spent = []
        for its in (yardstick, act):
            start, worked = time.perf_counter(), time.process_time()
            its()
            spent.append((time.perf_counter() - start, time.process_time() - worked))
        walls.append(spent[1][0] / spent[0][0])
        works.append(spent[1][1] / spent[0][1])
        least.append(spent[1][0])
    return statistics.median(walls), statistics.median(works), min(least)
