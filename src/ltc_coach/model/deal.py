"""A deal: what is known about one opportunity, as dated entries that are only ever added (design.md section 4)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from ltc_coach.model.base import Day, Id, Ids, Model, Share, Whole, Written, refusal

Grade = Literal["document", "said", "told", "assumed"]
# How far somebody can decide the matter, and whose side he is on.
Power = Literal["high", "medium", "low"]
Stance = Literal["us", "leans_us", "neutral", "leans_rival", "rival"]
# Who shaped a node of the buying process, or pulled the customer back (domain S2-R6).
Shaper = Literal["us", "himself", "rival", "unknown"]
# How far the customer has made up his mind at a node.
Fixed = Literal["open", "leaning", "settled"]
PlanState = Literal["open", "done", "dropped"]
Taken = Literal["yes", "partly", "no"]
# What comes after the signature (domain S0-OUT1, S0-OUT2, S0-LP5): the timeline goes on until then.
Step = Literal["signed", "cash", "final_payment", "opportunity", "referral"]
Ending = Literal["won", "lost", "given_up"]

# A grade is a lapse, the chance that an answer was given at random (design.md section 4).
LAPSES: dict[Grade, float] = {"document": 0.0, "said": 0.0, "told": 0.2, "assumed": 0.5}
# The value of an entry that takes an earlier answer back: the question is open again.
RETRACTED = "retracted"


def _money(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?", value):
            raise refusal("money", "not an amount of money")
        return Decimal(value)
    return value


Money = Annotated[Decimal, Written(_money)]


class Answer(Model):
    """One answer of the log: to which question, about whom, who said it, when, how well founded.

    ``value`` is the id of one of the question's answers, `unknown`, or `retracted`. A later entry
    for the same question about the same person supersedes the earlier one.
    """

    question: str
    value: str
    about: str | None = None
    by: str | None = None
    day: Day | None = None
    grade: Grade = "said"
    note: str | None = None


class _Entry(Model):
    """What a newer version writes into an entry is left alone in the file and not read."""

    model_unknown: ClassVar[Literal["forbid", "ignore"]] = "ignore"


class Person(_Entry):
    """Someone at the customer's; ``met`` is the day we last met in person, None while we have not."""

    id: Id
    name: str
    title: str | None = None
    role: str | None = None
    power: Power | None = None
    stance: Stance | None = None
    met: Day | None = None


class Influence(_Entry):
    """An entry of the influence ledger: who shaped ``node`` (a place of the main scale); the latest one counts."""

    node: str
    by: Shaper
    fixed: Fixed | None = None
    grade: Grade = "said"
    day: Day | None = None
    note: str | None = None


class Plan(_Entry):
    """Something the rep means to do: ``what`` in his own words, ``kind`` one of the playbook's actions."""

    what: str
    kind: str | None = None
    state: PlanState = "open"
    day: Day | None = None


class Visit(_Entry):
    """A visit that took place: whom we met (person ids), which bank questions were put."""

    day: Day
    people: Ids = ()
    asked: Ids = ()
    note: str | None = None


class Advised(_Entry):
    """Advice as it was given: place and certainty then, the moves shown, the closing date then expected."""

    day: Day
    place: str
    confidence: Share
    moves: Ids = ()
    expected: Day | None = None


class FollowUp(_Entry):
    """What became of a move that was advised: taken or not, and the customer's act that followed."""

    day: Day
    move: str
    taken: Taken
    act: str | None = None


class Turn(_Entry):
    """The customer went back to an earlier place; ``by`` says who pulled him (domain B5.8)."""

    model_written_as: ClassVar[dict[str, str]] = {"from_": "from"}

    day: Day
    from_: str
    to: str
    by: Shaper = "unknown"


class Milestone(_Entry):
    """Something that happened after the decision: signature, money, the next opportunity, a referral."""

    what: Step
    day: Day
    amount: Money | None = None
    note: str | None = None


class Outcome(_Entry):
    """How it ended."""

    state: Ending
    day: Day | None = None
    to: str | None = None
    reason: str | None = None


class Deal(Model):
    """One opportunity. Fields of a newer version are left alone in the file and not read."""

    model_unknown: ClassVar[Literal["forbid", "ignore"]] = "ignore"

    ltc: Whole = 1
    id: Id
    customer: str
    alias: Ids = ()
    product: str | None = None
    playbook: str | None = None
    amount: Money | None = None
    currency: str = "CNY"
    opened: Day | None = None
    expected: Day | None = None
    next_visit: Day | None = None
    crm_stage: str | None = None
    owner: str | None = None
    team: str | None = None
    rivals: Ids = ()
    strengths: Ids = ()
    people: tuple[Person, ...] = ()
    answers: tuple[Answer, ...] = ()
    influence: tuple[Influence, ...] = ()
    plans: tuple[Plan, ...] = ()
    visits: tuple[Visit, ...] = ()
    advice: tuple[Advised, ...] = ()
    followed: tuple[FollowUp, ...] = ()
    turns: tuple[Turn, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    outcome: Outcome | None = None

    def person(self, id_: str) -> Person | None:
        """Return the person with this id."""
        return next((p for p in self.people if p.id == id_), None)
