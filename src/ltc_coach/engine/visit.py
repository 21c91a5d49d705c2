"""Before a visit: the brief. What to aim at, what to ask, what to expect, what to say, what to leave.

The aim is an act of the customer. Questions are those of the bank for this place and person whose gaps
are still open; what is settled is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, get_args

from ltc_coach.engine.interview import Survey
from ltc_coach.engine.people import ENOUGH
from ltc_coach.engine.tables import UNKNOWN
from ltc_coach.i18n import Text
from ltc_coach.model.brief import Brief, BriefMove, BriefObjection, BriefQuestion
from ltc_coach.model.casework import PersonView, PullBack
from ltc_coach.model.playbook import Kind, Place
from ltc_coach.model.spoken import BankKind, BankQuestion

if TYPE_CHECKING:
    from ltc_coach.engine.situation import Compiled, Situation
    from ltc_coach.model.deal import Deal
    from ltc_coach.model.report import AdvisedMove, Report

# So many fit on a page and into a visit.
_AT_LEAST, _QUESTIONS, _OBJECTIONS, _NEVERS = 5, 7, 3, 4


def brief(compiled: Compiled, situation: Situation, report: Report, deal: Deal, person: str | None) -> Brief:
    """Return the brief for a visit to ``person`` (an id of the deal's people), or for the deal as a whole."""
    scale = compiled.playbook.scales[compiled.main]
    who = next((p for p in (report.people.people if report.people else ()) if p.id == person), None)
    own = who if who and who.own >= ENOUGH and who.place else None
    at = scale.places[scale.ids.index(own.place)] if own and own.place else _place(scale.places, report.located.at)
    move = _move(report)
    located = report.located
    return Brief(
        today=report.today,
        deal=deal.id,
        customer=deal.customer,
        product=deal.product or "",
        owner=deal.owner or "",
        amount=deal.amount,
        currency=deal.currency,
        visit=deal.next_visit,
        expected=deal.expected,
        person=who,
        place=at.title,
        also_called=tuple(m.name for m in located.maps.values() if m.name) if own is None else (),
        confidence=own.confidence if own else located.confidence,
        settled=report.settled,
        runner_up=located.name(located.runner_up),
        direction=report.pull_back.why if report.pull_back else Text(),
        aim=(move.proof if move else Text()) or at.exit,
        questions=tuple(_questions(compiled, situation, who, [at.id, *_targets(report.pull_back)], move)),
        move=_short(move) if move else None,
        later=tuple(m.title for m in report.moves if move is None or m.id != move.id)[:2],
        objections=tuple(_objections(compiled, at.id, who)),
        never=tuple(warned.title for warned in report.never[:_NEVERS]),
        planned=report.planned,
        people=report.people,
        change=report.change,
    )


def _place(places: Sequence[Place], id_: str) -> Place:
    return next(p for p in places if p.id == id_)


def _move(report: Report) -> AdvisedMove | None:
    """Return the move of this visit: the first, or the best way back where the planner found one better."""
    first = next(iter(report.moves), None)
    best = report.pull_back.best if report.pull_back else None
    if first is None or first.kind != Kind.PULL or best is None:
        return first
    return next((m for m in report.moves if m.id == best), first)


def _targets(plan: PullBack | None) -> list[str]:
    """Where we want to bring him: the questions of that place are part of the visit."""
    best = next((t for t in plan.targets if t.move == plan.best), None) if plan else None
    return [best.to] if best else []


def _short(move: AdvisedMove) -> BriefMove:
    return BriefMove(
        id=move.id,
        title=move.title,
        provided=move.provided if move.holds == "unknown" else Text(),
        whom=move.whom,
        do=move.do,
        say=move.say,
        proof=move.proof,
        refused=move.refused,
        letter=move.letter,
    )


def _questions(
    compiled: Compiled,
    situation: Situation,
    who: PersonView | None,
    places: Sequence[str],
    move: AdvisedMove | None,
) -> Iterator[BriefQuestion]:
    """The questions worth most, in SPIN order."""
    survey, playbook = Survey(compiled, situation), compiled.playbook
    wanted = set(move.ask) if move else set[Text]()
    known = _known(situation, who)
    visits = situation.deal.visits if situation.deal else ()
    put = {id_ for visit in visits if not who or not visit.people or who.id in visit.people for id_ in visit.asked}
    ranked: list[tuple[tuple[bool, bool, bool, float, int], BankQuestion, list[str]]] = []
    for order, question in enumerate(playbook.bank):
        gaps = [id_ for id_ in question.closes if id_ not in known]
        settled = not gaps if question.closes else question.id in put
        ours = question.ask in wanted
        if not settled and (ours or set(question.at) & set(places)):
            worth = max((survey.worth(id_) for id_ in gaps), default=0.0)
            for_others = not ours and not _is_for(question.to, who)
            ranked.append(((for_others, not ours, question.id in put, -worth, order), question, gaps))
    ranked.sort(key=lambda item: item[0])
    kinds = get_args(BankKind)
    for question, gaps in sorted(_chosen(ranked), key=lambda item: kinds.index(item[0].kind)):
        gap = next((found for id_ in gaps if (found := playbook.question(id_))), None)
        yield BriefQuestion(id=question.id, kind=question.kind, ask=question.ask, settles=gap.ask if gap else Text())


def _chosen(
    ranked: Sequence[tuple[tuple[bool, bool, bool, float, int], BankQuestion, list[str]]],
) -> Iterator[tuple[BankQuestion, list[str]]]:
    """Take the best; one that closes no further gap, or is meant for others, only fills a page that would be thin."""
    closed: set[str] = set()
    chosen, spare = 0, []
    for (for_others, not_ours, *_), question, gaps in ranked:
        repeats = not_ours and bool(gaps) and closed.issuperset(gaps)
        if for_others or repeats:
            spare.append((question, gaps))
        elif chosen < _QUESTIONS:
            chosen += 1
            closed.update(gaps)
            yield question, gaps
    yield from spare[: max(0, _AT_LEAST - chosen)]


def _known(situation: Situation, who: PersonView | None) -> set[str]:
    """Questions answered about the deal or about this person."""
    abouts = {None, who.id} if who else {a.about for a in situation.answers}
    return {a.question for a in situation.answers if a.value != UNKNOWN and a.about in abouts}


def _is_for(roles: Iterable[str], who: PersonView | None) -> bool:
    wanted = set(roles)
    return not wanted or who is None or not who.role or who.role in wanted


def _objections(compiled: Compiled, place: str, who: PersonView | None) -> Iterator[BriefObjection]:
    fitting = [o for o in compiled.playbook.objections if place in o.at and _is_for(o.to, who)]
    for objection in fitting[:_OBJECTIONS]:
        yield BriefObjection(id=objection.id, says=objection.says, answer=objection.answer)
