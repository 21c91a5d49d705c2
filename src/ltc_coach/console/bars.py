"""Numbers as words and as bars: how strongly an answer speaks, how large a share is."""

from __future__ import annotations

from ltc_coach import words
from ltc_coach.i18n import Text

FULL = "█"
# 10 decibans are odds ten times as good, 4 are two and a half times: below that a hint, no more.
STRONG_DECIBANS = 10.0
MEDIUM_DECIBANS = 4.0


def strength(decibans: float) -> Text:
    """Return how strongly an answer speaks, for or against."""
    size = abs(decibans)
    return words.STRONG if size >= STRONG_DECIBANS else words.MEDIUM if size >= MEDIUM_DECIBANS else words.WEAK


def bar(share: float, width: int) -> str:
    """Return ``share`` (0..1) of ``width`` cells as a bar; anything above zero shows."""
    length = round(share * width)
    return FULL * (length or int(share > 0))
