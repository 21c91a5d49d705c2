"""A brief: what one visit is for, on one page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ltc_coach.i18n import Text
from ltc_coach.model.base import Model
from ltc_coach.model.casework import Change, PeopleView, PersonView, PlanWarning
from ltc_coach.model.spoken import BankKind


class BriefQuestion(Model):
    """A question to put to the customer; ``settles`` says what we would know then."""

    id: str
    kind: BankKind
    ask: Text
    settles: Text


class BriefObjection(Model):
    """What he is likely to say, and our answer."""

    id: str
    says: Text
    answer: Text


class BriefMove(Model):
    """The move chosen for this visit, with the words for it; ``provided`` says what it depends on, if it does."""

    id: str
    title: Text
    provided: Text
    whom: Text
    do: Text
    say: tuple[Text, ...]
    proof: Text
    refused: Text
    letter: str | None


class Brief(Model):
    """Everything for one visit. ``person`` is whom we visit, None for the deal as a whole.

    ``place`` and ``confidence`` are that person's where he has a place of his own, else the deal's. ``aim`` is
    what the customer shall commit himself to, never what we shall do.
    """

    today: date
    deal: str
    customer: str
    product: str
    owner: str
    amount: Decimal | None
    currency: str
    visit: date | None
    expected: date | None
    person: PersonView | None
    place: Text
    also_called: tuple[Text, ...]
    confidence: float
    settled: bool
    runner_up: Text
    direction: Text
    aim: Text
    questions: tuple[BriefQuestion, ...]
    move: BriefMove | None
    later: tuple[Text, ...]
    objections: tuple[BriefObjection, ...]
    never: tuple[Text, ...]
    planned: tuple[PlanWarning, ...]
    people: PeopleView | None
    change: Change | None
