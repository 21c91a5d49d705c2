"""A report as JSON: the contract scripts rely on (design.md section 6), and the complete document.

Strict JSON, UTF-8, in a fixed order, probabilities with nine decimals: the same report always gives
the same bytes.
"""

from __future__ import annotations

import json
from typing import Any

from ltc_coach.i18n import Lang
from ltc_coach.model.report import AdvisedMove, Because, Located, NextQuestion, Report, Standing, Warned

DECIMALS = 9


def to_json(document: dict[str, Any]) -> str:
    """Return the text of a JSON document, ended by a newline."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def full(report: Report) -> dict[str, Any]:
    """Return the whole report with every text in both languages, as ``ltc show`` reads it."""
    document: dict[str, Any] = _rounded(report.model_dump(mode="json"))
    return document


def contract(report: Report, lang: Lang) -> dict[str, Any]:
    """Return the stable form for programs, its texts in ``lang``; fields may be added, never changed."""
    return {
        "schema_version": report.schema_version,
        "ltc": report.ltc,
        "today": report.today.isoformat(),
        "playbook": {
            "id": report.playbook.id,
            "version": report.playbook.version,
            "fingerprint": report.playbook.fingerprint,
        },
        "settled": report.settled,
        "stopped_by": report.stopped_by,
        "located": {"scale": report.located.scale} | _located(report.located),
        "also": {scale: _located(located) for scale, located in report.also.items()},
        "facts": {fact.fact: fact.value for fact in report.facts},
        "because": [_because(b, lang) for b in report.because],
        "surprising": [_because(b, lang) for b in report.surprising],
        "missing": [text.get(lang) for text in report.missing],
        "moves": [_move(move, lang) for move in report.moves],
        "never": [_warned(warned, lang) for warned in report.never],
        "next_question": _question(report.next_question, lang),
        "separating": _question(report.separating, lang),
        "standings": {s.ladder: _standing(s, lang) for s in report.standings},
        "questions_asked": report.questions_asked,
    }


def _located(located: Located) -> dict[str, Any]:
    return {
        "at": located.at,
        "confidence": _round(located.confidence),
        "runner_up": located.runner_up,
        "maps": {
            name: {"at": place.at, "confidence": _round(place.confidence)} for name, place in located.maps.items()
        },
        "probabilities": {value.id: _round(value.probability) for value in located.values},
    }


def _because(because: Because, lang: Lang) -> dict[str, Any]:
    return {
        "question": because.question,
        "answer": because.answer,
        "about": because.about,
        "grade": because.grade,
        "decibans": _round(because.decibans),
        "likely": _round(because.likely),
        "ask": because.ask.get(lang),
        "text": because.text.get(lang),
    }


def _move(move: AdvisedMove, lang: Lang) -> dict[str, Any]:
    return {
        "id": move.id,
        "kind": str(move.kind),
        "to": move.to,
        "title": move.title.get(lang),
        "holds": move.holds,
        "provided": move.provided.get(lang),
        "unmet": [{"fact": n.fact, "wants": n.wants.get(lang), "known": n.known} for n in move.unmet],
        "because": list(move.because),
        "whom": move.whom.get(lang),
        "do": move.do.get(lang),
        "say": [text.get(lang) for text in move.say],
        "ask": [text.get(lang) for text in move.ask],
        "letter": move.letter,
        "proof": move.proof.get(lang),
        "refused": move.refused.get(lang),
        "why": move.why.get(lang),
        "source": list(move.source),
    }


def _warned(warned: Warned, lang: Lang) -> dict[str, Any]:
    return {
        "id": warned.id,
        "title": warned.title.get(lang),
        "why": warned.why.get(lang),
        "instead": warned.instead.get(lang),
        "source": list(warned.source),
    }


def _question(question: NextQuestion | None, lang: Lang) -> dict[str, Any] | None:
    if question is None:
        return None
    return {
        "id": question.id,
        "ask": question.ask.get(lang),
        "why": question.why.get(lang),
        "answers": [{"id": answer.id, "label": answer.label.get(lang)} for answer in question.answers],
        "worth_bits": _round(question.worth_bits),
    }


def _standing(standing: Standing, lang: Lang) -> dict[str, Any]:
    return {
        "at": standing.at,
        "rate": standing.rate,
        "name": standing.name.get(lang),
        "capped": standing.capped.get(lang),
    }


def _round(value: float) -> float:
    # Adding zero turns -0.0 into 0.0.
    return round(value, DECIMALS) + 0.0


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return _round(value)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value
