"""A tiny playbook, a deal, and what a run of the command leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TINY = Path(__file__).parent / "tiny"

DEAL = """\
# Hua Xin, noted after the second visit
ltc: 1
id: huaxin
customer: 华信制造
weather: cloudy   # a field of our own
answers:
  - question: documents   # they e-mailed it
    value: list
    day: 2026-11-02
# the end
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the command left behind."""

    code: int
    out: str
    err: str
