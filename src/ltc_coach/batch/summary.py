"""All deals of a run in one small document.

Every list has a full order, so that the same deals give the same summary whatever their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from ltc_coach import __version__
from ltc_coach.batch.alarms import TITLES
from ltc_coach.batch.forecast import RANGES
from ltc_coach.batch.limits import limits
from ltc_coach.batch.stays import Stays
from ltc_coach.batch.tally import AGES, MOST_CELLS, Spot, Tally
from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import Age, Cell, Forecast, Hindsight, Money, SourceFile, Step, Summary, Theme
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.report import PlaybookRef
from ltc_coach.words import NOT_SETTLED

_AGE = both(zh="{first} 到 {last} 天", en="{first} to {last} days")
_OLDEST = both(zh="{first} 天以上", en="{first} days or more")
_UNCLEAR = both(zh="最弱的一环:{what}", en="weakest link: {what}")
_FURTHEST_BACK = both(zh="走得最慢的那个人", en="the person furthest back")
_NEVER = both(zh="别做:{what}", en="not now: {what}")
_ZERO = Decimal(0)


def summarize(  # noqa: PLR0913 - what was gathered, and what else is known
    tally: Tally,
    playbook: Playbook,
    sources: Sequence[SourceFile],
    stays: Stays,
    *,
    findings: Iterable[Text] = (),
    notes: Iterable[Text] = (),
    hindsight: Hindsight | None = None,
) -> Summary:
    """Return the document of what was gathered; ``notes`` are further limits of the data."""
    comparison, titles = tally.comparison, _Titled(playbook, tally)
    since = comparison.since() if comparison else None
    unordered = comparison.unordered if comparison else Text()
    dropped = tally.reps.full or len(tally.cells) > MOST_CELLS
    few = [text for text in (*tally.outlooks.too_few(), stays.too_few) if text]
    return Summary(
        ltc=__version__,
        today=tally.today,
        playbook=PlaybookRef(
            id=playbook.id, version=playbook.version, fingerprint=playbook.fingerprint, title=playbook.title
        ),
        sources=tuple(titles.sources(sources)),
        rows=tally.reported + tally.refused,
        reported=tally.reported,
        skipped=tuple(tally.skipped),
        refused=tally.refused,
        open=tally.states.money("open"),
        won=tally.states.money("won"),
        lost=_together(tally.states.money("lost"), tally.states.money("given_up")),
        funnel=tuple(titles.steps()),
        matrix=tuple(titles.matrix()) if len(tally.cells) <= MOST_CELLS else (),
        ages=tuple(titles.bands()),
        ranked=tally.ranking.ranked(),
        themes=tuple(titles.common()),
        reps=tuple(tally.reps.groups(titles.title)),
        teams=tuple(tally.teams.groups(titles.title)),
        forecast=Forecast(
            outlooks=tally.outlooks.outlooks(),
            months=tally.outlooks.months(),
            bottlenecks=stays.bottlenecks(),
            too_few=tuple(few),
            hindsight=hindsight,
            how=RANGES,
        ),
        since=since,
        limits=(*limits(tally.known, too_many=dropped), *([unordered] if unordered else ()), *notes),
        findings=tuple(findings),
        moves={move.id: move.title for move in playbook.moves},
    )


class _Titled:
    """What was gathered, with its titles."""

    def __init__(self, playbook: Playbook, tally: Tally) -> None:
        self._playbook = playbook
        self._tally = tally

    def sources(self, sources: Iterable[SourceFile]) -> Iterable[SourceFile]:
        for source in sources:
            rows, skipped = self._tally.files.get(source.file, (0, 0))
            yield source.model_copy(update={"rows": rows, "skipped": skipped})

    def steps(self) -> Iterable[Step]:
        places: list[tuple[str | None, Text]] = [
            (place.id, place.title) for place in self._playbook.scales[self._playbook.main].places
        ]
        for place, title in [*places, (None, NOT_SETTLED)]:
            yield Step(
                place=place, title=title, deals=self._tally.funnel.deals(place), money=self._tally.funnel.money(place)
            )

    def matrix(self) -> Iterable[Cell]:
        ids = self._playbook.scales[self._playbook.main].ids
        order = {None: len(ids)} | {place: i for i, place in enumerate(ids)}

        def rank(key: Spot) -> tuple[int, str, int]:
            stage, crm_at, place = key
            return order.get(crm_at, len(ids) + 1), stage, order[place]

        for key in sorted(self._tally.cells, key=rank):
            stage, crm_at, place = key
            yield Cell(
                crm_stage=stage,
                crm_at=crm_at,
                place=place,
                deals=self._tally.cells.deals(key),
                money=self._tally.cells.money(key),
            )

    def bands(self) -> Iterable[Age]:
        for i, first in enumerate(AGES):
            last = AGES[i + 1] - 1 if i + 1 < len(AGES) else None
            title = _OLDEST.fill(first=first) if last is None else _AGE.fill(first=first, last=last)
            yield Age(
                at_least=first, title=title, deals=self._tally.ages.deals(first), money=self._tally.ages.money(first)
            )

    def common(self) -> Iterable[Theme]:
        located = self._tally.known.located
        for id_ in sorted(self._tally.themes, key=lambda id_: (-self._tally.themes.deals(id_), id_)):
            if id_.startswith("never:") and self._tally.themes.deals(id_) == located:
                # What holds of every deal tells none from another.
                continue
            yield Theme(
                id=id_,
                text=self.title(id_),
                deals=self._tally.themes.deals(id_),
                money=self._tally.themes.money(id_),
                examples=self._tally.examples.of(id_),
            )

    def title(self, theme: str) -> Text:
        """Return what a theme is called."""
        kind, _, id_ = theme.partition(":")
        if kind == "never":
            return _NEVER.fill(what=next(move.title for move in self._playbook.moves if move.id == id_))
        if kind == "unclear":
            scale = self._playbook.scales.get(id_)
            return _UNCLEAR.fill(what=scale.title if scale else _FURTHEST_BACK)
        return TITLES.get(theme, Text(zh=theme, en=theme))


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
