"""Which ids came up twice, in memory that does not grow (deals/seen.py)."""

from __future__ import annotations

import random

import pytest

from ltc_coach.deals.seen import Seen


@pytest.mark.parametrize("most", [3, 100, 10_000])
def test_twins_are_found_wherever_they_lie(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """In memory, in the file, or one in each; in other files too, and none that is no twin."""
    monkeypatch.setattr("ltc_coach.deals.seen._MOST", most)
    draw = random.Random(4)
    stood: dict[str, list[tuple[str, int]]] = {}
    seen = Seen()
    for line in range(1, 2_001):
        id_, file = f"d{draw.randrange(1_500)}", "a.csv" if line < 1_200 else "b.csv"
        seen.add(id_, file, line)
        stood.setdefault(id_, []).append((file, line))
    expected = sorted(tuple(places) for places in stood.values() if len(places) > 1)
    assert sorted(seen.twice()) == expected
    assert sorted(seen.twice()) == expected, "asking changes nothing"
