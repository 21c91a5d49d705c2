"""Many deals as columns: what :class:`~ltc_coach.model.batch.DealRow` is for one of them.

Columns are Arrow and numpy arrays, which only the extra `batch` brings; nothing here imports either. A frame holds
ids, numbers and days; texts stand once each beside it, in both languages, and rows point at them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ltc_coach.i18n import Text
from ltc_coach.model.batch import RateSource, SkippedRow
from ltc_coach.model.deal import Ending

NO_TEXT = Text()


@dataclass(frozen=True, slots=True)
class Worded:
    """A column of texts: row i says ``texts[codes[i]]`` (``codes``: a numpy array of whole numbers)."""

    codes: Any
    texts: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Flag:
    """A warning: in which rows it stands (``where``: a numpy array of truth values), and what it says there."""

    id: str
    where: Any
    text: Worded


class Brief(NamedTuple):
    """The few fields of a deal that are followed from run to run, under their names in a DealRow."""

    id: str
    customer: str
    place: str | None
    settled: bool
    crm_stage: str
    crm_at: str | None
    outcome: Ending | None
    amount: Decimal | None
    currency: str
    rate: float | None
    rate_source: RateSource
    expected: date | None


@dataclass(frozen=True, slots=True)
class Frame:
    """Deals of one file that were read together, and the rows refused among them.

    ``batch`` is an Arrow record batch with the fields of a DealRow that are neither texts nor ``file``, ``maps`` and
    ``warnings``; each map of the places is a column ``map_ID``. ``texts`` holds the columns of texts by their names,
    ``warnings`` every kind of warning in the order in which a row lists them. ``told`` says of which deals the table
    itself tells what became of them, ``unnamed`` which have no id of their own (numpy arrays of truth values).
    ``newest`` is the last day on which anything happened.
    """

    file: str
    batch: Any
    maps: tuple[str, ...]
    texts: Mapping[str, Worded]
    warnings: tuple[Flag, ...]
    skipped: tuple[SkippedRow, ...]
    told: Any
    unnamed: Any
    newest: date | None = None

    @property
    def rows(self) -> int:
        """Every row of the file in it, good or not."""
        return int(self.batch.num_rows) + len(self.skipped)
