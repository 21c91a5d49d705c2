"""How much the tests of deal files do: enough for every day, or, with LTC_LONG=1, what the promises are measured by."""

from __future__ import annotations

import os

# Read while tests are collected: the tests themselves see no LTC_* of the person who runs them.
LONG = bool(os.environ.get("LTC_LONG"))


def size(every_day: int, long: int) -> int:
    """Return how often something is to be done."""
    return long if LONG else every_day
