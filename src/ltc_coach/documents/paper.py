"""How much room a text takes on paper, reckoned without a browser: for pages that must not run over.

Widths are in ems of an average sans-serif font and rather too wide than too narrow; which font a reader's
machine takes is not known here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_NARROW, _BROAD = frozenset(" iljtfrI.,:;'|!()[]-"), frozenset("mwMW@%&")
# A word of letters that is only broken where it is longer than a line, or any other single character.
_WORD = re.compile(r"[!-~\u00a1-\u024f]+|.", re.DOTALL)


def ems(text: str) -> float:
    """Return the width of ``text`` in one line."""
    return sum(_em(char) for char in text)


def lines(text: str, room: float) -> int:
    """Return how many lines of ``room`` ems ``text`` takes at most; an empty text takes none."""
    count, used = 0, room
    for word in _WORD.findall(text):
        width = ems(word)
        if used + width > room and not word.isspace():
            count, used = count + 1, 0.0
            while width > room:
                count, width = count + 1, width - room
        used += width
    return count


def clip(text: str, room: float) -> str:
    """Return ``text`` cut to ``room`` ems; a cut shows as an ellipsis."""
    used, cut = 0.0, 0
    for place, char in enumerate(text):
        # The ellipsis takes one em.
        if used <= room - 1:
            cut = place
        used += _em(char)
        if used > room:
            return text[:cut].rstrip() + "…"
    return text


@cache
def _em(char: str) -> float:
    if char.isascii():
        if char in _NARROW:
            return 0.36
        if char in _BROAD:
            return 0.95
        return 0.7 if char.isupper() else 0.57
    kind = unicodedata.category(char)
    if kind in {"Mn", "Me", "Cf"}:
        # What has no width of its own may still be drawn beside its base.
        return 0.3
    # Pictures are broader than hanzi.
    return 1.4 if kind == "So" and unicodedata.east_asian_width(char) == "W" else 1.0
