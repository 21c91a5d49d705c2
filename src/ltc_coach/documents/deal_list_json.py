"""Deals for programs, one or a ranked list: amounts as decimal strings, probabilities with nine decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ltc_coach import __version__
from ltc_coach.documents.report_json import DECIMALS
from ltc_coach.i18n import Lang
from ltc_coach.model.deal import Deal
from ltc_coach.model.listing import Filed, Ranked, Standing
from ltc_coach.model.report import Report
from ltc_coach.problems import CoachError

SCHEMA_VERSION = 1


def deal_list_document(
    ranked: Sequence[Ranked],
    unreadable: Mapping[str, CoachError],
    doubled: Mapping[str, Sequence[str]],
    today: date,
    lang: Lang,
) -> dict[str, Any]:
    """Return the document; ``unreadable`` is by path, ``doubled`` has the paths of every id that stands twice."""
    return {
        "schema_version": SCHEMA_VERSION,
        "ltc": __version__,
        "today": today.isoformat(),
        "deals": [_ranked(one, lang) for one in ranked],
        "unreadable": [_unreadable(path, error, lang) for path, error in unreadable.items()],
        "same_id": [{"id": id_, "paths": list(paths)} for id_, paths in doubled.items()],
    }


def _ranked(ranked: Ranked, lang: Lang) -> dict[str, Any]:
    return _filed(ranked.deal) | {
        "days_silent": ranked.silent,
        "score": round(ranked.score, DECIMALS),
        "points": {name: round(points, DECIMALS) for name, points in ranked.points.items()},
        "reason": ranked.reason.get(lang),
    }


def _filed(deal: Filed) -> dict[str, Any]:
    """Return what is known of a deal in short."""
    return {
        "id": deal.id,
        "path": str(deal.path),
        "customer": deal.customer,
        "product": deal.product,
        "owner": deal.owner,
        "place": _standing(deal.standing),
        "next_visit": _day(deal.next_visit),
        "last_contact": _day(deal.contact),
        "amount": None if deal.amount is None else str(deal.amount),
        "currency": deal.currency,
        "expected": _day(deal.expected),
        "outcome": deal.outcome,
    }


def deal_document(deal: Deal, path: str, standing: Standing | None) -> dict[str, Any]:
    """Return a deal as its file has it, and where the customer stands."""
    return {
        "schema_version": SCHEMA_VERSION,
        "ltc": __version__,
        "path": path,
        "place": _standing(standing),
        "deal": deal.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
    }


def place_document(report: Report) -> dict[str, Any]:
    """Return where the customer stands by a report, in the same form."""
    located = report.located
    return {"at": located.at, "confidence": round(located.confidence, DECIMALS), "settled": report.settled}


def _standing(standing: Standing | None) -> dict[str, Any] | None:
    """Return where the customer stands."""
    if standing is None:
        return None
    return {"at": standing.at, "confidence": round(standing.confidence, DECIMALS), "settled": standing.settled}


def _unreadable(path: str, error: CoachError, lang: Lang) -> dict[str, Any]:
    problems = [
        {
            "line": problem.where.line if problem.where else None,
            "column": problem.where.column if problem.where else None,
            "message": problem.message.get(lang),
        }
        for problem in error.problems
    ]
    return {"path": path, "reason": error.message.get(lang), "problems": problems}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
