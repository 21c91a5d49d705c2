"""Text and numbers made fit to show: data is never terminal control, the uncertain never reads 100%.

Every sink (terminal, stderr, log, error message) passes foreign text through here first, before
Rich or anything else sees it (reliability promise: data is data).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

QUOTED = 80
"""How many characters of somebody's input a message quotes at most."""

# What could move the cursor, recolour or reorder a line, or hide in it: C0 except tab and newline,
# DEL and C1, line and paragraph separators, bidi embeddings, overrides and isolates, a byte order mark,
# interlinear annotation, lone surrogates, noncharacters, tag characters. Joiners, variation selectors
# and right-to-left marks stay: Arabic, emoji sequences and rare hanzi need them.
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:  # noqa: PLR2004 - the last code point with a two-digit escape
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the last four-digit one


def clean(text: str) -> str:
    r"""Return ``text`` with control, bidi and tag characters shown as escapes; ``\n`` and ``\t`` stay."""
    return UNSAFE.sub(_escape, text)


def quoted(text: str, limit: int = QUOTED) -> str:
    """Return ``text`` cleaned, on one line and cut to ``limit`` characters, to be named in a message."""
    # Cut first: a scalar may be 20,000 characters long and escapes only make it longer.
    line = clean(text[: limit + 1]).replace("\n", "\\n").replace("\t", "\\t")
    return line if len(text) <= limit and len(line) <= limit else line[: limit - 1] + "…"


def percent(probability: float) -> str:
    """Return a probability in whole percent; what is not certain never reads 0% or 100%."""
    if 0 < probability < 0.01:  # noqa: PLR2004 - one percent
        return "<1%"
    if 0.99 < probability < 1:  # noqa: PLR2004 - 99 percent
        return ">99%"
    return f"{100 * probability:.0f}%"


def grouped(amount: Decimal) -> str:
    """Return an amount to the last digit, by thousands: cents in pairs, and no noughts that say nothing."""
    whole, _, cents = f"{amount:,f}".partition(".")
    cents = cents.rstrip("0")
    return f"{whole}.{cents:0<2}" if cents else whole
