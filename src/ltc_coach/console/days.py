"""Days on a screen: short where the year goes without saying."""

from __future__ import annotations

from datetime import date


def short(day: date, today: date) -> str:
    """Return 11-02, and 2025-11-02 for a day of another year than ``today``'s."""
    return day.isoformat() if day.year != today.year else day.isoformat()[5:]
