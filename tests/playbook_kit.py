"""Small playbooks for tests, from short Python data."""

from __future__ import annotations

from typing import Any

from ltc_coach.model.deal import Answer
from ltc_coach.model.playbook import Playbook


def words(text: str) -> dict[str, str]:
    """Return the same text in both languages."""
    return {"zh": text, "en": text}


def question(id_: str, answers: dict[str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Make a question; each answer is {scale: claim, ..., "sets": {...}}."""
    options = [
        {
            "id": a,
            "label": words(a),
            "says": {k: v for k, v in says.items() if k != "sets"},
            "sets": says.get("sets", {}),
        }
        for a, says in answers.items()
    ]
    return {"id": id_, "ask": words(f"{id_}?"), "why": words("why"), "answers": options, **more}


def move(id_: str, kind: str = "build", when: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Make a move or a never."""
    return {"id": id_, "kind": kind, "title": words(id_), "do": words("do"), "when": when or {}, **more}


def scale(
    *values: str, main: bool = False, ordered: bool = True, shares: dict[str, str] | None = None
) -> dict[str, Any]:
    """Make a scale of stages or types."""
    places = [{"id": v, "title": words(v), "share": (shares or {}).get(v, "usual")} for v in values]
    return {"title": words("scale"), "main": main, "stages" if ordered else "types": places}


def fact(*values: str, **more: Any) -> dict[str, Any]:
    """Make a fact."""
    return {"title": words("fact"), "values": [{"id": v, "title": words(v)} for v in values], **more}


def playbook(questions: list[dict[str, Any]], **more: Any) -> Playbook:
    """Make a playbook; without ``scales`` one of four places a, b, c, d."""
    return Playbook.model_validate(
        {
            "ltc": 1,
            "id": "tiny",
            "version": "1.0.0",
            "languages": ["zh", "en"],
            "title": words("tiny"),
            "reps": "trained",
            "scales": {"place": scale("a", "b", "c", "d", main=True)},
            "questions": questions,
            **more,
        }
    )


def given(**answers: str) -> list[Answer]:
    """Make answers from question=value or question="value@grade"."""
    made = []
    for question_id, written in answers.items():
        value, _, grade = written.partition("@")
        made.append(Answer.model_validate({"question": question_id, "value": value, "grade": grade or "said"}))
    return made
