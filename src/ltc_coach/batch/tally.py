"""What is gathered of the deals of a run, row by row or a frame at a time; none is kept but the worst.

Every figure is a count or an exact sum, so that the same deals come to the same whatever their order. Memory depends
on how many reps, stages and currencies there are, not on the rows.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ltc_coach.batch.alarms import UNTOLD
from ltc_coach.batch.comparison import Comparison
from ltc_coach.batch.forecast import Outlooks
from ltc_coach.batch.groups import Groups
from ltc_coach.batch.limits import Known
from ltc_coach.batch.money import Purses
from ltc_coach.batch.ranking import Examples, Ranking
from ltc_coach.batch.rates import Rates
from ltc_coach.model.batch import DealRow, SkippedRow

# Skipped rows a summary names; all are in the rows themselves.
NAMED = 20_000
# With more stages than this a column was taken for what it is not.
MOST_CELLS = 5_000
AGES = (0, 7, 30, 60, 90, 180)
"""Days from which the bands of ages begin."""


class Spot(NamedTuple):
    """A field of the matrix: the CRM's stage, what it is taken for, the place by the evidence (None: not settled)."""

    crm_stage: str
    crm_at: str | None
    place: str | None


class Tally:
    """Takes the deals of a run into account."""

    def __init__(self, today: date, rates: Rates, comparison: Comparison | None = None) -> None:
        self.today = today
        self.comparison = comparison
        self.outlooks = Outlooks(rates)
        self.ranking = Ranking()
        self.known = Known()
        self.files: dict[str, list[int]] = {}
        self.skipped: list[SkippedRow] = []
        self.refused = 0
        self.states: Purses[str] = Purses()
        self.cells: Purses[Spot] = Purses()
        self.funnel: Purses[str | None] = Purses()
        self.ages: Purses[int] = Purses()
        self.themes: Purses[str] = Purses()
        self.examples = Examples()
        self.reps = Groups()
        self.teams = Groups()

    def add(self, row: DealRow | SkippedRow) -> None:
        """Take a row into account; a frame goes through ``frame_tally.add_frame``."""
        if isinstance(row, SkippedRow):
            self._refuse(row)
            return
        self.counted(row.file)[0] += 1
        amount, currency, outcome = row.amount, row.currency, row.outcome
        self.known.add(row)
        if self.comparison:
            self.comparison.add(row)
        self.states.add(outcome or "open", amount, currency)
        # Who answers for a deal matters for those that have ended as well.
        self.reps.add((row.owner, row.team), row)
        if row.team:
            self.teams.add((row.team, row.team), row)
        if outcome is not None:
            return
        place = row.place if row.settled else None
        self.funnel.add(place, amount, currency)
        if len(self.cells) <= MOST_CELLS:
            self.cells.add(Spot(row.crm_stage, row.crm_at, place), amount, currency)
        self.outlooks.add(row)
        if (age := self._age(row)) is not None:
            self.ages.add(age, amount, currency)
        self.ranking.add(row)
        for theme in themes(row):
            self.themes.add(theme, amount, currency)
            self.examples.add(theme, row)

    def _refuse(self, row: SkippedRow) -> None:
        self.counted(row.file)[1] += 1
        self.refused += 1
        if len(self.skipped) < NAMED:
            self.skipped.append(row)

    def counted(self, file: str) -> list[int]:
        """Return how many rows of a file were reported, and how many refused."""
        return self.files.setdefault(file, [0, 0])

    @property
    def reported(self) -> int:
        """How many deals are reported."""
        return self.known.deals

    def themed(self, theme: str) -> int:
        """Return how many open deals have a warning."""
        return self.themes.deals(theme)

    def at_risk(self) -> dict[str, Decimal]:
        """Return the money at risk by currency."""
        return self.ranking.at_risk

    def went_back(self) -> int:
        """Return how many deals went back since the last run."""
        return self.comparison.count("back") if self.comparison else 0

    def _age(self, row: DealRow) -> int | None:
        """Return the band of days without contact; where none is noted, of days since it was opened."""
        days = row.days_silent
        if days is None and row.opened and row.opened <= self.today:
            days = (self.today - row.opened).days
        return None if days is None else max(band for band in AGES if band <= days)


def themes(row: DealRow) -> list[str]:
    """Return what a deal is an instance of: its warnings, its nevers, its weakest link."""
    found = [warning.id for warning in row.warnings if warning.id not in UNTOLD]
    found += [f"never:{id_}" for id_ in row.never]
    if row.unclear is not None and row.settled:
        found.append(f"unclear:{row.unclear}")
    return found
