"""Many deals: what is reported of each, and what comes out of all of them.

A row is plain and flat, so that it can be a line of JSON, of a sheet or of a column file. A summary is small
whatever the number of rows; texts are in both languages, money is exact and per currency.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from ltc_coach.i18n import Text
from ltc_coach.model.base import NOTHING, Model
from ltc_coach.model.deal import Ending
from ltc_coach.model.report import PlaybookRef

SCHEMA_VERSION = 1

ENOUGH_ENDED = 20
"""Deals of a rep or a team that must have ended before the share won says anything."""

# Where a win rate comes from (domain S1-F, A2.8, A4); never from the customer's place.
RateSource = Literal["evidence", "declared", "calibrated", "outcome", "none"]
Moved = Literal["on", "back", "stuck", "new", "gone", "won", "lost", "given_up"]


class Warn(Model):
    """Something a manager should look at in one deal; ``id`` is stable and counted over all deals."""

    id: str
    text: Text


class DealRow(Model):
    """One deal of a batch.

    ``row`` counts over all input in its order, ``line`` in its file. ``place`` is where the evidence puts the
    customer (None where there is none at all), ``crm_at`` what the mapping takes the CRM's stage for: a
    place, an ending, `open`, or None. ``weakest`` names what is known least about, ``unclear`` is its id (a scale, or
    `person`), ``missing`` the customer's act that ends the place. ``rate`` is the chance of winning, 0..1,
    ``rate_source`` where it comes from. ``at_risk`` is the money that the reason ``risk`` puts in doubt.
    """

    row: int
    file: str
    line: int
    id: str
    customer: str
    product: str = ""
    owner: str = ""
    team: str = ""
    amount: Decimal | None = None
    currency: str = "CNY"
    crm_stage: str = ""
    crm_at: str | None = None
    answers: int = 0
    place: str | None = None
    place_title: Text = Text()
    confidence: float = 0.0
    runner_up: str | None = None
    settled: bool = False
    maps: dict[str, str] = NOTHING
    origin: str | None = None
    origin_confidence: float = 0.0
    weakest: Text = Text()
    unclear: str | None = None
    missing: Text = Text()
    first_move: str | None = None
    first_move_title: Text = Text()
    moves: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    rung: str | None = None
    rate: float | None = None
    rate_source: RateSource = "none"
    days_in_place: int | None = None
    last_contact: date | None = None
    days_silent: int | None = None
    opened: date | None = None
    expected: date | None = None
    overdue_days: int | None = None
    outcome: Ending | None = None
    closed: date | None = None
    warnings: tuple[Warn, ...] = ()
    at_risk: Decimal = Decimal(0)
    risk: Text = Text()


class SkippedRow(Model):
    """A row nothing could be made of; ``field`` is the column or field at fault."""

    row: int
    file: str
    line: int
    field: str
    reason: Text


class SourceFile(Model):
    """A file that was read: what it is, in which encoding, how many rows came out of it, what was noticed."""

    file: str
    kind: str
    encoding: str = ""
    rows: int = 0
    skipped: int = 0
    notes: tuple[Text, ...] = ()


class Money(Model):
    """Deals and their money, in one currency; ``unpriced`` have no amount."""

    currency: str
    deals: int = 0
    amount: Decimal = Decimal(0)
    unpriced: int = 0


class Step(Model):
    """Open deals at one place of the main scale (``place`` None: no evidence, or not settled)."""

    place: str | None
    title: Text
    deals: int
    money: tuple[Money, ...]


class Cell(Model):
    """Open deals with this stage in the CRM and this place by the evidence (None: not settled)."""

    crm_stage: str
    crm_at: str | None
    place: str | None
    deals: int
    money: tuple[Money, ...]


class Age(Model):
    """Open deals silent for ``at_least`` days and less than the next band."""

    at_least: int
    title: Text
    deals: int
    money: tuple[Money, ...]


class Theme(Model):
    """What comes up most over all open deals: a warning, a never, a missing link."""

    id: str
    text: Text
    deals: int
    money: tuple[Money, ...]
    examples: tuple[str, ...]


class Group(Model):
    """The open deals of one rep or team: how many, how sure, how old, what comes up most (domain S1-MO5)."""

    name: str
    team: str
    deals: int
    money: tuple[Money, ...]
    settled: int
    silent: int
    overdue: int
    at_risk: tuple[Money, ...]
    won: int
    lost: int
    theme: Text

    @property
    def share(self) -> float | None:
        """The share of deals won among those that ended; None for so few that it would say nothing."""
        ended = self.won + self.lost
        return self.won / ended if ended >= ENOUGH_ENDED else None


class Range(Model):
    """Money expected, in one currency: ``worst`` and ``best`` are the 10 % and 90 % points, ``likely`` the mean."""

    currency: str
    deals: int
    worst: Decimal
    likely: Decimal
    best: Decimal


class Outlook(Model):
    """A forecast by one way of setting the win rates; ``missing`` counts open deals it has no rate for."""

    source: RateSource
    how: Text
    ranges: tuple[Range, ...]
    missing: int


class Due(Model):
    """The forecast of one month of expected closing; ``month`` is YYYY-MM, empty where no date is known."""

    month: str
    ranges: tuple[Range, ...]


class Bottleneck(Model):
    """Where deals get stuck: the place with the lowest share passing on, or the longest stay against the usual.

    ``place`` is empty where it is the whole way from opening to signature.
    """

    place: str
    title: Text
    seen: int
    passed: float | None
    days: float | None
    why: Text


class Band(Model):
    """Forecasts of ``low`` up to ``high`` whose deals have ended: the rate they gave on average, the share won."""

    low: float
    high: float
    deals: int
    said: float
    won: float


class Hindsight(Model):
    """Forecasts kept earlier, held against what became of the deals.

    ``brier`` is the mean squared error of the rates (0 is perfect, 0.25 a coin); ``usual`` that of giving every deal
    the share that was won. ``money`` has per currency what was forecast for these deals and what they brought.
    """

    days: tuple[date, ...]
    deals: int
    waiting: int
    brier: float | None
    usual: float | None
    bands: tuple[Band, ...]
    money: tuple[tuple[str, Decimal, Decimal], ...]
    too_few: Text = Text()


class Forecast(Model):
    """What the open deals may bring; ``too_few`` says what is missing where a figure cannot be given.

    ``how`` says what worst, likely and best mean.
    """

    outlooks: tuple[Outlook, ...]
    months: tuple[Due, ...]
    bottlenecks: tuple[Bottleneck, ...]
    too_few: tuple[Text, ...]
    hindsight: Hindsight | None = None
    how: Text = Text()


class Shift(Model):
    """What happened to one deal since the last run."""

    id: str
    customer: str
    moved: Moved
    before: str | None
    now: str | None
    amount: Decimal | None
    currency: str


class Since(Model):
    """What changed since the last run."""

    day: date
    counts: dict[str, int]
    money: dict[str, tuple[Money, ...]]
    shifts: tuple[Shift, ...]


class Summary(Model):
    """All deals of a run. ``ranked`` are the open deals with the most money at risk, the rest is in the rows.

    ``skipped`` has the first rows that could not be read, ``refused`` counts all of them. ``findings`` are what is odd
    about the rows together; ``limits`` says in plain sentences what these data can and cannot tell. ``moves`` has the
    titles of the moves and nevers that rows name by id.
    """

    schema_version: int = SCHEMA_VERSION
    ltc: str
    today: date
    playbook: PlaybookRef
    sources: tuple[SourceFile, ...]
    rows: int
    reported: int
    skipped: tuple[SkippedRow, ...]
    open: tuple[Money, ...]
    won: tuple[Money, ...]
    lost: tuple[Money, ...]
    funnel: tuple[Step, ...]
    matrix: tuple[Cell, ...]
    ages: tuple[Age, ...]
    ranked: tuple[DealRow, ...]
    themes: tuple[Theme, ...]
    reps: tuple[Group, ...]
    teams: tuple[Group, ...]
    forecast: Forecast
    since: Since | None = None
    limits: tuple[Text, ...] = ()
    findings: tuple[Text, ...] = ()
    refused: int = 0
    moves: dict[str, Text] = NOTHING
