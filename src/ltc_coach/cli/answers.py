"""Answers from the command line: ``--answer ID=VALUE[@GRADE]`` and ``--answers FILE``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from ltc_coach.cli.failures import nearest
from ltc_coach.i18n import Text, both
from ltc_coach.problems import CoachError, Problem, SourceMap

if TYPE_CHECKING:
    from ltc_coach.model.deal import Answer
    from ltc_coach.model.playbook import Playbook

_SHAPE = both(
    zh="{written}:要写成 问题=答案 或 问题=答案@来源",
    en="{written}: write ID=VALUE or ID=VALUE@GRADE",
)
_GRADE = both(zh="{written}:没有「{grade}」这种来源", en="{written}: no such grade: {grade}")
_GRADES = both(zh="可用:{grades}", en="choose from: {grades}")
_UNUSABLE = both(zh="{file}:这些回答用不了", en="{file}: these answers cannot be used")
_NOT_ANSWERS = both(
    zh="应当是「问题:答案」,或一串完整的回答", en="expected `question: answer` lines or a list of answers"
)
_MISFIT = both(zh="回答和打法手册 {playbook} 对不上", en="the answers do not fit playbook {playbook}")
_SEE_QUESTIONS = both(
    zh="问题和答案的编号:ltc playbook show {playbook}", en="ids of questions and answers: ltc playbook show {playbook}"
)


def from_flags(written: Sequence[str]) -> list[Answer]:
    """Read ``--answer`` flags; raises CoachError (2)."""
    return [_from_flag(text) for text in written]


def _from_flag(written: str) -> Answer:
    from ltc_coach.model.deal import Answer, Grade

    question, equals, rest = written.partition("=")
    value, at, grade = rest.partition("@")
    shown = written[:80]
    if not (question and equals and value) or (at and not grade):
        raise CoachError(_SHAPE.fill(written=shown))
    if at and grade not in get_args(Grade):
        grades = get_args(Grade)
        hint = nearest(grade, grades) or _GRADES.fill(grades=", ".join(grades))
        raise CoachError(_GRADE.fill(written=shown, grade=grade[:40]), hint=hint)
    return Answer(question=question, value=value, grade=cast("Grade", grade or "said"))


def from_file(name: str) -> list[Answer]:
    """Read ``--answers FILE``: ``question: answer`` lines, or those or a list under ``answers``; "-" is stdin.

    Raises CoachError (2) carrying every problem, or (5) when the file may not be read.
    """
    from ltc_coach.reading.tree import parse_yaml, read_yaml

    if name == "-":
        document = parse_yaml(sys.stdin.buffer.read() if sys.stdin else b"", "<stdin>")
    else:
        document = read_yaml(Path(name))
    if document.problems:
        raise CoachError(_UNUSABLE.fill(file=name), problems=document.problems)
    answers, problems = _fit(document.data, document.source)
    if problems:
        raise CoachError(_UNUSABLE.fill(file=name), problems=tuple(problems))
    return answers


def _fit(data: Any, source: SourceMap) -> tuple[list[Answer], list[Problem]]:
    from ltc_coach.model.deal import Answer
    from ltc_coach.reading.shape import fit

    at: tuple[str | int, ...] = ()
    if isinstance(data, dict) and isinstance(data.get("answers"), dict | list):
        data, at = data["answers"], ("answers",)
    if isinstance(data, dict):
        items = [(question, _short(question, value)) for question, value in data.items()]
    elif isinstance(data, list):
        items = list(enumerate(data))
    else:
        return [], [Problem("not-answers", _NOT_ANSWERS, at).at(source)]
    answers: list[Answer] = []
    problems: list[Problem] = []
    for step, item in items:
        answer, found = fit(Answer, item, source, (*at, step))
        problems += found
        answers += [answer] if answer else []
    return answers, problems


def _short(question: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    answer, _, grade = value.partition("@")
    return {"question": question, "value": answer} | ({"grade": grade} if grade else {})


def must_fit(playbook: Playbook, answers: Sequence[Answer], source: SourceMap | None = None) -> None:
    """Raise CoachError (2) naming every answer the playbook has no place for, with the nearest id."""
    from ltc_coach.engine import check_answers

    if problems := check_answers(playbook, answers):
        if source:
            problems = tuple(problem.at(source) for problem in problems)
        hint: Text = _SEE_QUESTIONS.fill(playbook=playbook.id)
        raise CoachError(_MISFIT.fill(playbook=playbook.id), hint=hint, problems=problems)
