"""A deal's people, ledger, plans and timeline for programs: texts in one language, probabilities with nine decimals.

Every document begins with the same fields: the format's version, the program's, the deal, the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ltc_coach import __version__
from ltc_coach.documents.report_json import DECIMALS
from ltc_coach.i18n import Lang
from ltc_coach.model.casework import FollowedUp, LedgerRow, PersonView, PlanWarning, Spell, Target, Timeline
from ltc_coach.model.deal import Deal, Plan
from ltc_coach.model.report import Report
from ltc_coach.model.spoken import Action

if TYPE_CHECKING:
    from ltc_coach.engine.effect import Course, Effect

SCHEMA_VERSION = 1


def people_document(report: Report, deal: Deal, effect: Effect | None, lang: Lang) -> dict[str, Any]:
    """Return the people; ``effect`` is null unless something was changed."""
    people = report.people
    return _head(deal, report.today) | {
        "located": _located(report),
        "basis": people.basis if people else "own",
        "focus": people.focus if people else None,
        "spread": people.spread if people else 0,
        "people": [_person(person) for person in (people.people if people else ())],
        "alarms": [{"id": a.id, "text": a.text.get(lang)} for a in (people.alarms if people else ())],
        "effect": _effect(effect, lang),
    }


def influence_document(report: Report, deal: Deal, effect: Effect | None, lang: Lang) -> dict[str, Any]:
    """Return the ledger up to the located place, the way to go, and the ways back in their order."""
    plan = report.pull_back
    if plan is None:
        raise AssertionError("a report has a way")
    return _head(deal, report.today) | {
        "located": _located(report),
        "ledger": [_row(row, lang) for row in plan.ledger],
        "first_rival": plan.first_rival,
        "direction": plan.direction,
        "why": plan.why.get(lang),
        "best": plan.best,
        "targets": [_target(target, lang) for target in plan.targets],
        "unlock": [text.get(lang) for text in plan.unlock],
        "leave": list(plan.leave),
        "effect": _effect(effect, lang),
    }


def check_document(  # noqa: PLR0913 - what is said of a plan, each by its name
    plan: Plan, actions: Sequence[Action], report: Report, deal: Deal, lang: Lang, *, recorded: bool
) -> dict[str, Any]:
    """Return the check of one plan; without ``actions`` nothing was recognised, and nothing checked."""
    return _head(deal, report.today) | {
        "located": _located(report),
        "plan": _plan(plan),
        "actions": [{"id": action.id, "title": action.title.get(lang)} for action in actions],
        "recorded": recorded,
        "warnings": [_warning(warning, lang) for warning in report.planned],
    }


def plans_document(report: Report, deal: Deal, lang: Lang) -> dict[str, Any]:
    """Return all plans of the deal by number, the open ones with what speaks against them."""
    return _head(deal, report.today) | {
        "located": _located(report),
        "plans": [
            {"number": number}
            | _plan(plan)
            | {"warnings": [_warning(w, lang) for w in report.planned if plan.state == "open" and w.what == plan.what]}
            for number, plan in enumerate(deal.plans, 1)
        ],
    }


def timeline_document(timeline: Timeline, deal: Deal, lang: Lang) -> dict[str, Any]:
    """Return the deal over time."""
    slip, outcome = timeline.slip, deal.outcome
    return _head(deal, timeline.today) | {
        "spells": [_spell(spell, lang) for spell in timeline.spells],
        "open_turns": [_spell(spell, lang) for spell in timeline.open_turns],
        "slip": slip.model_dump(mode="json") if slip else None,
        "followed": [_followed(followed, lang) for followed in timeline.followed],
        "next_step": timeline.next_step,
        "outcome": outcome.model_dump(mode="json") if outcome else None,
    }


def _head(deal: Deal, today: date) -> dict[str, Any]:
    return {"schema_version": SCHEMA_VERSION, "ltc": __version__, "deal": deal.id, "today": today.isoformat()}


def _located(report: Report) -> dict[str, Any]:
    return {
        "at": report.located.at,
        "confidence": _round(report.located.confidence),
        "settled": report.settled,
    }


def _person(person: PersonView) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "title": person.title or None,
        "role": person.role or None,
        "power": person.power,
        "stance": person.stance,
        "met": _day(person.met),
        "needed": person.needed,
        "strong": person.strong,
        "answers": person.own,
        "place": person.place,
        "confidence": _round(person.confidence) if person.place else None,
    }


def _row(row: LedgerRow, lang: Lang) -> dict[str, Any]:
    return {
        "node": row.node,
        "title": row.title.get(lang),
        "by": row.by,
        "fixed": row.fixed,
        "grade": row.grade,
        "day": _day(row.day),
        "note": row.note or None,
        "here": row.here,
    }


def _target(target: Target, lang: Lang) -> dict[str, Any]:
    return {
        "move": target.move,
        "title": target.title.get(lang),
        "to": target.to,
        "distance": target.distance,
        "politics": target.politics,
        "before_rival": target.before_rival,
        "missing": [{"text": m.text.get(lang), "known": m.known} for m in target.missing],
        "carried_by": [text.get(lang) for text in target.carried_by],
        "through": [{"id": c.id, "name": c.name, "met": c.met, "stance": c.stance} for c in target.through],
        "whom": target.whom.get(lang),
        "do": target.do.get(lang),
        "say": [text.get(lang) for text in target.say],
        "proof": target.proof.get(lang),
        "refused": target.refused.get(lang),
        "reasons": [text.get(lang) for text in target.reasons],
        "source": list(target.source),
    }


def _effect(effect: Effect | None, lang: Lang) -> dict[str, Any] | None:
    if effect is None:
        return None
    return {
        "changed": effect.changed,
        "before": _course(effect.before),
        "after": _course(effect.after),
        "why": [text.get(lang) for text in effect.why],
    }


def _course(course: Course) -> dict[str, Any]:
    return {
        "place": course.place,
        "confidence": _round(course.confidence),
        "direction": course.direction,
        "best": course.best,
        "to": course.to,
        "through": list(course.through),
        "first": course.first,
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {"what": plan.what, "kind": plan.kind, "state": plan.state, "day": _day(plan.day)}


def _warning(warning: PlanWarning, lang: Lang) -> dict[str, Any]:
    return {
        "never": warning.never,
        "action": warning.action,
        "title": warning.title.get(lang),
        "why": warning.why.get(lang),
        "instead": warning.instead.get(lang),
        "source": list(warning.source),
    }


def _spell(spell: Spell, lang: Lang) -> dict[str, Any]:
    return {
        "kind": spell.kind,
        "id": spell.id,
        "title": spell.title.get(lang),
        "since": spell.since.isoformat(),
        "until": _day(spell.until),
        "days": spell.days,
        "confidence": None if spell.confidence is None else _round(spell.confidence),
        "went_back": spell.went_back,
        "by": spell.by,
        "amount": None if spell.amount is None else str(spell.amount),
    }


def _followed(followed: FollowedUp, lang: Lang) -> dict[str, Any]:
    return {
        "day": followed.day.isoformat(),
        "move": followed.move,
        "title": followed.title.get(lang),
        "taken": followed.taken,
        "act": followed.act or None,
    }


def _round(value: float) -> float:
    return round(value, DECIMALS) + 0.0


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
