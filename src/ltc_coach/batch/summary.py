"""All deals of a run in one small document; rows go through one by one and none is kept but the worst.

Every figure is a count or an exact sum and every list has a full order, so that the same deals give the same
summary whatever their order. Memory depends on how many reps, stages and currencies there are, not on the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from ltc_coach import __version__
from ltc_coach.batch.alarms import TITLES, UNTOLD
from ltc_coach.batch.comparison import Comparison
from ltc_coach.batch.forecast import RANGES, Outlooks
from ltc_coach.batch.limits import Known, limits
from ltc_coach.batch.money import Purses
from ltc_coach.batch.ranking import Examples, Ranking
from ltc_coach.batch.rates import Rates
from ltc_coach.batch.stays import Stays
from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import (
    Age,
    Cell,
    DealRow,
    Forecast,
    Group,
    Hindsight,
    Money,
    SkippedRow,
    SourceFile,
    Step,
    Summary,
    Theme,
)
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.report import PlaybookRef

# Skipped rows a summary names; all are in the rows themselves.
NAMED = 20_000
# With more reps or stages than this a column was taken for what it is not.
_MOST_REPS, _MOST_CELLS = 5_000, 5_000
_AGES = (0, 7, 30, 60, 90, 180)

_AGE = both(zh="{first} 到 {last} 天", en="{first} to {last} days")
_OLDEST = both(zh="{first} 天以上", en="{first} days or more")
_NOT_SETTLED = both(zh="还定不了", en="not settled")
_UNCLEAR = both(zh="最弱的一环:{what}", en="weakest link: {what}")
_FURTHEST_BACK = both(zh="走得最慢的那个人", en="the person furthest back")
_NEVER = both(zh="别做:{what}", en="not now: {what}")
_ZERO = Decimal(0)


class Tally:
    """Takes the rows of a run and says what comes out of all of them."""

    def __init__(self, playbook: Playbook, today: date, rates: Rates, comparison: Comparison | None = None) -> None:
        self._playbook = playbook
        self._today = today
        self._comparison = comparison
        self._outlooks = Outlooks(rates)
        self._ranking = Ranking()
        self._known = Known()
        self._files: dict[str, list[int]] = {}
        self._skipped: list[SkippedRow] = []
        self._refused = 0
        self._states: Purses[str] = Purses()
        self._funnel: Purses[str | None] = Purses()
        self._cells: Purses[tuple[str, str | None, str | None]] = Purses()
        self._ages: Purses[int] = Purses()
        self._themes: Purses[str] = Purses()
        self._examples = Examples()
        self._reps = _Groups()
        self._teams = _Groups()

    def add(self, row: DealRow | SkippedRow) -> None:
        """Take a row into account."""
        counts = self._files.setdefault(row.file, [0, 0])
        if isinstance(row, SkippedRow):
            counts[1] += 1
            self._refused += 1
            if len(self._skipped) < NAMED:
                self._skipped.append(row)
            return
        counts[0] += 1
        amount, currency, outcome = row.amount, row.currency, row.outcome
        self._known.add(row)
        if self._comparison:
            self._comparison.add(row)
        self._states.add(outcome or "open", amount, currency)
        # Who answers for a deal matters for those that have ended as well.
        self._reps.add((row.owner, row.team), row)
        if row.team:
            self._teams.add((row.team, row.team), row)
        if outcome is not None:
            return
        place = row.place if row.settled else None
        self._funnel.add(place, amount, currency)
        if len(self._cells) <= _MOST_CELLS:
            self._cells.add((row.crm_stage, row.crm_at, place), amount, currency)
        self._outlooks.add(row)
        if (age := self._age(row)) is not None:
            self._ages.add(age, amount, currency)
        self._ranking.add(row)
        for theme in themes(row):
            self._themes.add(theme, amount, currency)
            self._examples.add(theme, row)

    @property
    def open_deals(self) -> int:
        """How many deals are open."""
        return self._states.deals("open")

    @property
    def refused(self) -> int:
        """How many rows could not be read."""
        return self._refused

    @property
    def reported(self) -> int:
        """How many deals are reported."""
        return self._known.deals

    def themed(self, theme: str) -> int:
        """Return how many open deals have a warning."""
        return self._themes.deals(theme)

    def at_risk(self) -> dict[str, Decimal]:
        """Return the money at risk by currency."""
        return self._ranking.at_risk

    def went_back(self) -> int:
        """Return how many deals went back since the last run."""
        return self._comparison.count("back") if self._comparison else 0

    def summary(
        self,
        sources: Sequence[SourceFile],
        stays: Stays,
        *,
        findings: Iterable[Text] = (),
        notes: Iterable[Text] = (),
        hindsight: Hindsight | None = None,
    ) -> Summary:
        """Return the document; ``notes`` are further limits of the data."""
        book = self._playbook
        since = self._comparison.since() if self._comparison else None
        unordered = self._comparison.unordered if self._comparison else Text()
        dropped = self._reps.full or len(self._cells) > _MOST_CELLS
        few = [text for text in (*self._outlooks.too_few(), stays.too_few) if text]
        return Summary(
            ltc=__version__,
            today=self._today,
            playbook=PlaybookRef(id=book.id, version=book.version, fingerprint=book.fingerprint, title=book.title),
            sources=tuple(self._sources(sources)),
            rows=self._known.deals + self._refused,
            reported=self._known.deals,
            skipped=tuple(self._skipped),
            refused=self._refused,
            open=self._states.money("open"),
            won=self._states.money("won"),
            lost=_together(self._states.money("lost"), self._states.money("given_up")),
            funnel=tuple(self._steps()),
            matrix=tuple(self._matrix()) if len(self._cells) <= _MOST_CELLS else (),
            ages=tuple(self._bands()),
            ranked=self._ranking.ranked(),
            themes=tuple(self._common()),
            reps=tuple(self._reps.groups(self._title)),
            teams=tuple(self._teams.groups(self._title)),
            forecast=Forecast(
                outlooks=self._outlooks.outlooks(),
                months=self._outlooks.months(),
                bottlenecks=stays.bottlenecks(),
                too_few=tuple(few),
                hindsight=hindsight,
                how=RANGES,
            ),
            since=since,
            limits=(*limits(self._known, too_many=dropped), *([unordered] if unordered else ()), *notes),
            findings=tuple(findings),
            moves={move.id: move.title for move in book.moves},
        )

    def _sources(self, sources: Iterable[SourceFile]) -> Iterable[SourceFile]:
        for source in sources:
            rows, skipped = self._files.get(source.file, (0, 0))
            yield source.model_copy(update={"rows": rows, "skipped": skipped})

    def _age(self, row: DealRow) -> int | None:
        """Return the band of days without contact; where none is noted, of days since it was opened."""
        days = row.days_silent
        if days is None and row.opened and row.opened <= self._today:
            days = (self._today - row.opened).days
        return None if days is None else max(band for band in _AGES if band <= days)

    def _steps(self) -> Iterable[Step]:
        places: list[tuple[str | None, Text]] = [
            (place.id, place.title) for place in self._playbook.scales[self._playbook.main].places
        ]
        for place, title in [*places, (None, _NOT_SETTLED)]:
            yield Step(place=place, title=title, deals=self._funnel.deals(place), money=self._funnel.money(place))

    def _matrix(self) -> Iterable[Cell]:
        ids = self._playbook.scales[self._playbook.main].ids
        order = {None: len(ids)} | {place: i for i, place in enumerate(ids)}

        def rank(key: tuple[str, str | None, str | None]) -> tuple[int, str, int]:
            stage, crm_at, place = key
            return order.get(crm_at, len(ids) + 1), stage, order[place]

        for key in sorted(self._cells, key=rank):
            stage, crm_at, place = key
            yield Cell(
                crm_stage=stage,
                crm_at=crm_at,
                place=place,
                deals=self._cells.deals(key),
                money=self._cells.money(key),
            )

    def _bands(self) -> Iterable[Age]:
        for i, first in enumerate(_AGES):
            last = _AGES[i + 1] - 1 if i + 1 < len(_AGES) else None
            title = _OLDEST.fill(first=first) if last is None else _AGE.fill(first=first, last=last)
            yield Age(at_least=first, title=title, deals=self._ages.deals(first), money=self._ages.money(first))

    def _common(self) -> Iterable[Theme]:
        located = self._known.located
        for id_ in sorted(self._themes, key=lambda id_: (-self._themes.deals(id_), id_)):
            if id_.startswith("never:") and self._themes.deals(id_) == located:
                # What holds of every deal tells none from another.
                continue
            yield Theme(
                id=id_,
                text=self._title(id_),
                deals=self._themes.deals(id_),
                money=self._themes.money(id_),
                examples=self._examples.of(id_),
            )

    def _title(self, theme: str) -> Text:
        """Return what a theme is called."""
        kind, _, id_ = theme.partition(":")
        if kind == "never":
            return _NEVER.fill(what=next(move.title for move in self._playbook.moves if move.id == id_))
        if kind == "unclear":
            scale = self._playbook.scales.get(id_)
            return _UNCLEAR.fill(what=scale.title if scale else _FURTHEST_BACK)
        return TITLES.get(theme, Text(zh=theme, en=theme))


def themes(row: DealRow) -> list[str]:
    """Return what a deal is an instance of: its warnings, its nevers, its weakest link."""
    found = [warning.id for warning in row.warnings if warning.id not in UNTOLD]
    found += [f"never:{id_}" for id_ in row.never]
    if row.unclear is not None and row.settled:
        found.append(f"unclear:{row.unclear}")
    return found


def _together(*parts: tuple[Money, ...]) -> tuple[Money, ...]:
    """Add up money by currency."""
    sums: dict[str, list[Money]] = {}
    for money in (m for part in parts for m in part):
        sums.setdefault(money.currency, []).append(money)
    added = [
        Money(
            currency=currency,
            deals=sum(m.deals for m in its),
            amount=sum((m.amount for m in its), _ZERO),
            unpriced=sum(m.unpriced for m in its),
        )
        for currency, its in sums.items()
    ]
    return tuple(sorted(added, key=lambda m: (-m.deals, m.currency)))


class _Groups:
    """The deals of reps or of teams."""

    def __init__(self) -> None:
        self.full = False
        self._open: Purses[tuple[str, str]] = Purses()
        self._at_risk: Purses[tuple[str, str]] = Purses()
        self._counts: dict[tuple[str, str], Counter[str]] = {}

    def add(self, key: tuple[str, str], row: DealRow) -> None:
        if self.full:
            return
        counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = Counter()
            if len(self._counts) > _MOST_REPS:
                self._forget()
                return
        if row.outcome is not None:
            counts["=won" if row.outcome == "won" else "=lost"] += 1
            return
        self._open.add(key, row.amount, row.currency)
        if row.at_risk:
            self._at_risk.add(key, row.at_risk, row.currency)
        if row.settled:
            counts["=settled"] += 1
        for warning in row.warnings:
            if warning.id not in UNTOLD:
                counts[warning.id] += 1

    def _forget(self) -> None:
        """Give up: so many names are no people."""
        self.full = True
        self._counts.clear()
        self._open.clear()
        self._at_risk.clear()

    def groups(self, title: Callable[[str], Text]) -> Iterable[Group]:
        """Yield a line for each name, those with most open deals first."""
        for key in sorted(self._counts, key=lambda key: (-self._open.deals(key), key)):
            counts = self._counts[key]
            common = sorted((-n, theme) for theme, n in counts.items() if not theme.startswith("="))
            yield Group(
                name=key[0],
                team=key[1],
                deals=self._open.deals(key),
                money=self._open.money(key),
                settled=counts["=settled"],
                silent=counts["silent"],
                overdue=counts["overdue"],
                at_risk=self._at_risk.money(key),
                won=counts["=won"],
                lost=counts["=lost"],
                theme=title(common[0][1]) if common else Text(),
            )
