"""A deal among others: what a list shows of it, what a search looks at, and why it comes where it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from ltc_coach.i18n import Text


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the customer stands by the answers of the log; ``confidence`` is a probability, ``at`` a place's id."""

    at: str
    title: Text
    confidence: float
    settled: bool


@dataclass(frozen=True, slots=True)
class Filed:
    """A deal in short, as its file says.

    ``contact`` is the day of the last answer, visit or meeting; ``asked`` counts the answers of the log.
    ``standing`` is None where nobody asked for it, and for a deal that has ended.
    """

    path: Path
    id: str
    customer: str
    alias: tuple[str, ...] = ()
    product: str | None = None
    owner: str | None = None
    amount: Decimal | None = None
    currency: str = "CNY"
    expected: date | None = None
    next_visit: date | None = None
    contact: date | None = None
    asked: int = 0
    outcome: str | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A deal in a list: its points by what they are given for, and what is ``said`` about the weightiest of them.

    ``silent`` counts the days since the last contact; None when there was none.
    """

    deal: Filed
    points: Mapping[str, float]
    said: tuple[tuple[Text, object], ...]
    silent: int | None

    @property
    def score(self) -> float:
        """All points."""
        return sum(self.points.values())

    @property
    def reason(self) -> Text:
        """Why it comes where it comes, in words; put together here, for most of a long list is never shown."""
        texts = [text.fill(n=n) for text, n in self.said]
        return Text(zh=",".join(text.zh for text in texts), en=", ".join(text.en for text in texts))
