"""A deal: what is known about one opportunity, as an append-only log of dated answers (design.md section 4)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from ltc_coach.model.base import Day, Id, Model, Whole, Written, refusal

Grade = Literal["document", "said", "told", "assumed"]

# A grade is a lapse, the chance that an answer was given at random (design.md section 4).
LAPSES: dict[Grade, float] = {"document": 0.0, "said": 0.0, "told": 0.2, "assumed": 0.5}


def _money(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?", value):
            raise refusal("money", "not an amount of money")
        return Decimal(value)
    return value


Money = Annotated[Decimal, Written(_money)]


class Answer(Model):
    """One answer of the log: to which question, about whom, who said it, when, how well founded.

    ``value`` is the id of one of the question's answers or `unknown`. A later answer to the same
    question about the same person supersedes the earlier one.
    """

    question: str
    value: str
    about: str | None = None
    by: str | None = None
    day: Day | None = None
    grade: Grade = "said"
    note: str | None = None


class Person(Model):
    """Someone at the customer's."""

    model_unknown: ClassVar[Literal["forbid", "ignore"]] = "ignore"

    id: Id
    name: str
    title: str | None = None
    role: str | None = None


class Deal(Model):
    """One opportunity. Fields of a newer version are left alone in the file and not read."""

    model_unknown: ClassVar[Literal["forbid", "ignore"]] = "ignore"

    ltc: Whole = 1
    id: Id
    customer: str
    product: str | None = None
    playbook: str | None = None
    amount: Money | None = None
    currency: str = "CNY"
    opened: Day | None = None
    expected: Day | None = None
    crm_stage: str | None = None
    owner: str | None = None
    people: tuple[Person, ...] = ()
    answers: tuple[Answer, ...] = ()
