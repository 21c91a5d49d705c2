"""Do answers fit a playbook? Asked before coaching, so that the engine may take it for granted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ltc_coach.engine.tables import UNKNOWN
from ltc_coach.i18n import Text, both
from ltc_coach.model.deal import RETRACTED, Answer
from ltc_coach.model.playbook import Playbook
from ltc_coach.problems import Problem

_NO_QUESTION = both(zh="打法手册里没有问题「{id}」", en="the playbook has no question '{id}'")
_NO_ANSWER = both(zh="问题「{question}」没有「{id}」这个答案", en="question '{question}' has no answer '{id}'")
_DID_YOU_MEAN = both(zh="是不是想写 {near}?", en="did you mean {near}?")
_CHOICES = both(zh="可选:{choices}", en="choose from: {choices}")


def check_answers(playbook: Playbook, answers: Sequence[Answer]) -> tuple[Problem, ...]:
    """Return a problem for every answer to a question or with a value that the playbook does not have.

    The path of a problem is ("answers", index, field).
    """
    problems = []
    for i, answer in enumerate(answers):
        question = playbook.question(answer.question)
        if question is None:
            ids = [q.id for q in playbook.questions]
            message = _NO_QUESTION.fill(id=answer.question)
            problems.append(
                Problem("unknown-question", message, ("answers", i, "question"), hint=_near(answer.question, ids))
            )
        elif answer.value not in {UNKNOWN, RETRACTED} and question.option(answer.value) is None:
            ids = [*(o.id for o in question.answers), UNKNOWN]
            message = _NO_ANSWER.fill(question=question.id, id=answer.value)
            hint = _near(answer.value, ids) or _CHOICES.fill(choices=", ".join(ids))
            problems.append(Problem("unknown-answer", message, ("answers", i, "value"), hint=hint))
    return tuple(problems)


def _near(written: str, ids: Iterable[str]) -> Text:
    from difflib import get_close_matches

    near = get_close_matches(written, list(ids), n=1, cutoff=0.6)
    return _DID_YOU_MEAN.fill(near=near[0]) if near else Text()
