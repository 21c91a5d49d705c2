"""The deal over time: its log replayed day by day (design.md section 4), and what changed since advice was given.

A posterior is never stored: for each day of the log the answers of that day and before are taken
in again, with the weekly step between them. A customer who goes back to an earlier place is
recorded: it is a pull-back, ours or a rival's (domain B5.8).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

from ltc_coach import words
from ltc_coach.engine.people import heard
from ltc_coach.engine.ties import reaches
from ltc_coach.i18n import Text
from ltc_coach.model.casework import Change, FollowedUp, Slip, Spell, Timeline
from ltc_coach.model.deal import Advised, Deal, Shaper, Step, Taken, Turn
from ltc_coach.model.playbook import Playbook

if TYPE_CHECKING:
    from ltc_coach.engine.situation import Compiled
    from ltc_coach.model.report import Report

# Moves of a first screen: what was shown counts as advised.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where the log put the customer on a day, once it could tell."""

    day: date
    place: int
    confidence: float


def timeline(compiled: Compiled, deal: Deal, today: date) -> Timeline:
    """Return the places the customer went through and the steps since the signature, with days in each."""
    spells = [*_places(compiled, deal, today), *_steps(deal, today)]
    return Timeline(
        spells=tuple(spells),
        open_turns=tuple(s for s in spells if s.went_back and s.by is None),
        slip=_slip(deal),
        followed=tuple(_followed(compiled.playbook, deal)),
        next_step=_next_step(deal),
        today=today,
    )


def _stands(compiled: Compiled, deal: Deal, today: date) -> Iterator[_Stand]:
    sure = compiled.playbook.stop.place_sure
    days = sorted({a.day for a in deal.answers if a.day and a.day <= today})
    undated = [a for a in deal.answers if a.day is None]
    for day in [*days, today] if undated and today not in days else days:
        # What nobody dated is known today and says nothing about the past.
        told = [a for a in deal.answers if a.day and a.day <= day] + (undated if day == today else [])
        force = compiled.in_force(told)
        belief = compiled.belief(compiled.main, force, day, heard(deal.people, force))
        if reaches(belief.values[belief.best], sure):
            yield _Stand(day, belief.best, belief.values[belief.best])


def _places(compiled: Compiled, deal: Deal, today: date) -> Iterator[Spell]:
    places = compiled.playbook.scales[compiled.main].places
    ended = _ended(deal, today)
    runs: list[list[_Stand]] = []
    for stand in _stands(compiled, deal, ended or today):
        if runs and runs[-1][-1].place == stand.place:
            runs[-1].append(stand)
        else:
            runs.append([stand])
    for i, run in enumerate(runs):
        until = runs[i + 1][0].day if i + 1 < len(runs) else ended
        place, back = run[0].place, i > 0 and run[0].place < runs[i - 1][0].place
        yield Spell(
            kind="place",
            id=places[place].id,
            title=places[place].title,
            since=run[0].day,
            until=until,
            days=((until or today) - run[0].day).days,
            confidence=run[-1].confidence,
            went_back=back,
            by=_puller(deal, runs[i - 1][0].day, until or today, places[place].id) if back else None,
        )


def _ended(deal: Deal, today: date) -> date | None:
    """Return the day from which the customer stands nowhere any more: the deal was lost or given up."""
    outcome = deal.outcome
    if outcome is None or outcome.state == "won" or outcome.day is None or outcome.day > today:
        return None
    return outcome.day


def _puller(deal: Deal, after: date, until: date, to: str) -> Shaper | None:
    """Return who pulled the customer back to a place, if the deal tells.

    The day of the turn need not be the spell's own: answers that came later may have moved its beginning.
    """
    return next((turn.by for turn in deal.turns if after < turn.day <= until and turn.to == to), None)


def answered(timeline: Timeline, by: Shaper) -> Turn | None:
    """Return the turn back nobody has spoken of yet as an entry of the deal, the latest; None if there is none."""
    if not timeline.open_turns:
        return None
    places = [spell for spell in timeline.spells if spell.kind == "place"]
    turn = timeline.open_turns[-1]
    return Turn(day=turn.since, from_=places[places.index(turn) - 1].id, to=turn.id, by=by)


def _steps(deal: Deal, today: date) -> Iterator[Spell]:
    """The steps after the decision, one after the other."""
    known = sorted((m for m in deal.milestones if m.day <= today), key=lambda m: (m.day, get_args(Step).index(m.what)))
    for i, milestone in enumerate(known):
        until = known[i + 1].day if i + 1 < len(known) else None
        yield Spell(
            kind="step",
            id=milestone.what,
            title=words.STEPS[milestone.what],
            since=milestone.day,
            until=until,
            days=((until or today) - milestone.day).days,
            confidence=None,
            amount=milestone.amount,
        )


def _next_step(deal: Deal) -> Step | None:
    """Return the step that comes next, once the contract is signed and unless the deal is lost."""
    if deal.outcome and deal.outcome.state != "won":
        return None
    done = {m.what for m in deal.milestones}
    return next((step for step in get_args(Step) if step not in done), None) if done else None


def _slip(deal: Deal) -> Slip | None:
    noted = [a.expected for a in deal.advice if a.expected]
    dates = [*noted, *([deal.expected] if deal.expected else [])]
    if len(set(dates)) < 2:  # noqa: PLR2004 - one date has not moved
        return None
    times = sum(before != after for before, after in pairwise(dates))
    return Slip(first=dates[0], now=dates[-1], days=(dates[-1] - dates[0]).days, times=times)


def _followed(playbook: Playbook, deal: Deal) -> Iterator[FollowedUp]:
    """Every first move that was advised, with what became of it; advice repeated is one piece of advice."""
    titles = {move.id: move.title for move in playbook.moves}
    became: dict[str, tuple[Taken, str]] = {f.move: (f.taken, f.act or "") for f in deal.followed}
    seen: set[str] = set()
    for advised in deal.advice:
        for move in advised.moves[:1]:
            if move in titles and move not in seen:
                seen.add(move)
                taken, act = became.get(move, (None, ""))
                yield FollowedUp(day=advised.day, move=move, title=titles[move], taken=taken, act=act)


def advised(report: Report, expected: date | None) -> Advised:
    """Return what is kept of a report: where the customer stood, and the moves of its first screen."""
    return Advised(
        day=report.today,
        place=report.located.at,
        confidence=round(report.located.confidence, 4),
        moves=tuple(m.id for m in report.moves[:SHOWN]),
        expected=expected,
    )


def since_last(playbook: Playbook, deal: Deal, report: Report) -> Change | None:
    """Return what is different from the advice given last on an earlier day; None if there was none."""
    last = next((a for a in reversed(deal.advice) if a.day < report.today), None)
    return compare(playbook, last, report, deal.expected) if last else None


def compare(playbook: Playbook, last: Advised, report: Report, expected: date | None) -> Change | None:
    """Return what a report says that ``last`` did not; None if the playbook no longer has the place of then."""
    scale = playbook.scales[playbook.main]
    if last.place not in scale.ids:
        return None
    before, now = scale.ids.index(last.place), scale.ids.index(report.located.at)
    titles = {move.id: move.title for move in playbook.moves}
    shown = [m.id for m in report.moves[:SHOWN]]
    slipped = (expected - last.expected).days if expected and last.expected else 0
    return Change(
        since=last.day,
        days=(report.today - last.day).days,
        place_before=scale.places[before].title,
        place_now=scale.places[now].title,
        moved="same" if now == before else "on" if now > before else "back",
        confidence_before=last.confidence,
        confidence_now=report.located.confidence,
        new_moves=_titles(titles, [m for m in shown if m not in last.moves]),
        dropped_moves=_titles(titles, [m for m in last.moves if m not in shown]),
        slipped_days=slipped,
    )


def _titles(titles: dict[str, Text], ids: Sequence[str]) -> tuple[Text, ...]:
    return tuple(titles[id_] for id_ in ids if id_ in titles)
