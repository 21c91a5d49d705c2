"""Which column of an export is what: a small file people can read, correct and keep beside their report.

Words are matched exactly as they stand here (white space around them aside), so that a mapping means
the same to every reader of it; guessing happens once, when it is made.
"""

from __future__ import annotations

from typing import Any, Literal

from ltc_coach.model.base import NOTHING, Ids, Model, Whole
from ltc_coach.model.cells import Dates, Numbers, Unit
from ltc_coach.model.deal import RETRACTED
from ltc_coach.model.playbook import Playbook

FORMAT_VERSION = 1

Field = Literal[
    "id", "customer", "alias", "product", "amount", "currency", "opened", "expected", "closed", "last_contact",
    "next_visit", "crm_stage", "owner", "team", "outcome",
]  # fmt: skip
DAYS: tuple[Field, ...] = ("opened", "expected", "closed", "last_contact", "next_visit")
"""Fields that hold a day."""

ENDINGS = ("won", "lost", "given_up")
OPEN = "open"
BLANK = ("-", "--", "—", "——", "N/A", "n/a", "NULL", "null")
"""What CRMs write into a cell that holds nothing."""


# The same empty mapping, for keys that are a closed set.
_NOTHING: Any = NOTHING


class AnswerColumn(Model):
    """The column that answers a question, and what its words mean: word -> id of an answer, or `unknown`.

    Ids and labels of the question's answers need not be listed.
    """

    column: str
    values: dict[str, str] = NOTHING


class Join(Model):
    """A further table beside the export: where ``on`` is the same, ``take`` gives fields their columns.

    ``file`` is the name of a file in the folder of the export; nothing outside it can be named. With
    nothing to take it still tells which values of ``on`` are known.
    """

    file: str
    on: str
    take: dict[Field, str] = _NOTHING


class Mapping(Model):
    """Which column is which field of a deal, which columns answer questions, and what the words in them mean.

    ``stages`` says what each stage of the CRM comes to: `open`, one of the endings, or the place of the
    main scale it is meant to be; it is compared with the evidence, never taken for it. ``outcomes`` says the same
    of an outcome column. ``unit`` is what amounts are written in, ``currency`` theirs where neither cell
    nor column says. A mapping of stages alone is for deal files, which need no columns.
    """

    ltc: Whole = FORMAT_VERSION
    columns: dict[Field, str] = _NOTHING
    currency: str = "CNY"
    numbers: Numbers = "1,234.56"
    unit: Unit = "1"
    dates: Dates = "ymd"
    stages: dict[str, str] = NOTHING
    outcomes: dict[str, str] = NOTHING
    answers: dict[str, AnswerColumn] = NOTHING
    join: tuple[Join, ...] = ()
    blank: Ids = BLANK

    @property
    def named(self) -> tuple[str, ...]:
        """Every column of the export this mapping reads, each once."""
        answers = [answer.column for answer in self.answers.values()]
        return tuple(dict.fromkeys([*self.columns.values(), *answers, *(join.on for join in self.join)]))

    @property
    def plain_numbers(self) -> bool:
        """Whether plain digits, with a point and decimals or without, are an amount as they stand."""
        marked = any(word[:1].isdigit() for word in self.blank)
        return self.unit == "1" and self.numbers == "1,234.56" and not marked

    def words(self, playbook: Playbook) -> dict[str, dict[str, str]]:
        """Return, for each question that has a column, every word accepted there and the answer it means.

        ``values`` of the mapping come first, then ids, then labels in both languages. A question the
        playbook does not have is left out.
        """
        return {
            question.id: _words(question, self.answers[question.id].values)
            for question in playbook.questions
            if question.id in self.answers
        }


def _words(question: Any, values: dict[str, str]) -> dict[str, str]:
    accepted = {"unknown": "unknown"}
    labels = [(option.label.zh, option.id) for option in question.answers]
    labels += [(option.label.en, option.id) for option in question.answers]
    accepted |= {label: id_ for label, id_ in labels if label}
    accepted |= {option.id: option.id for option in question.answers}
    return {word: id_ for word, id_ in (accepted | values).items() if id_ != RETRACTED}
