"""What a deal adds to a diagnosis: its people, its ledger, the ways back, the plans, the time gone by.

Like a report these documents are complete and frozen: every text in both languages, probabilities
0..1, days as dates.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from ltc_coach.i18n import Text
from ltc_coach.model.base import Model
from ltc_coach.model.deal import Fixed, Grade, Power, Shaper, Stance, Step, Taken

Direction = Literal["walk_along", "pull_back", "leave", "find_out"]


class PersonView(Model):
    """One person: who he is to us, and where he stands by his own answers (``place`` None while there are none).

    ``needed``: nothing is bought without him; ``own`` counts the answers about him that say anything.
    """

    id: str
    name: str
    title: str
    role: str
    power: Power | None
    stance: Stance | None
    met: date | None
    needed: bool
    strong: bool
    own: int
    place: str | None
    place_title: Text
    confidence: float


class Alarm(Model):
    """Something about the people that loses deals; ``id`` is stable, ``text`` says it with names."""

    id: str
    text: Text


class PeopleView(Model):
    """The people of a deal. ``basis`` says whose place the deal's is: the weakest needed person's, or its own.

    ``spread`` counts the places between the first and the last of those who have one of their own.
    """

    people: tuple[PersonView, ...]
    basis: Literal["weakest", "own"]
    focus: str | None
    spread: int
    alarms: tuple[Alarm, ...]


class LedgerRow(Model):
    """One node of the buying process up to the located place: who shaped it, how fixed it is, how we know."""

    node: str
    title: Text
    by: Shaper
    fixed: Fixed | None
    grade: Grade | None
    day: date | None
    note: str
    here: bool


class Missing(Model):
    """What a target lacks: a strength, an access, a person; ``known`` is False while nobody has said."""

    text: Text
    known: bool


class Carrier(Model):
    """Somebody a pull can go through."""

    id: str
    name: str
    met: bool
    stance: Stance | None


class Target(Model):
    """An earlier place the customer can be brought back to, and by which tactic (a move of the playbook).

    The price: ``distance`` in places walked back, ``politics`` 0..3 that stands against it. ``before_rival``
    says whether it lands before the first node a rival owns; None while the ledger does not tell.
    """

    move: str
    title: Text
    to: str
    to_title: Text
    distance: int
    politics: int
    before_rival: bool | None
    missing: tuple[Missing, ...]
    carried_by: tuple[Text, ...]
    through: tuple[Carrier, ...]
    whom: Text
    do: Text
    say: tuple[Text, ...]
    proof: Text
    refused: Text
    reasons: tuple[Text, ...]
    source: tuple[str, ...]


class PullBack(Model):
    """Which way to go, and the targets in the order of preference (design.md section 5).

    ``best`` is the id of the move to make; ``unlock`` what would open a better target, ``leave`` the
    moves that advise to go.
    """

    direction: Direction
    why: Text
    first_rival: str | None
    ledger: tuple[LedgerRow, ...]
    targets: tuple[Target, ...]
    best: str | None
    unlock: tuple[Text, ...]
    leave: tuple[str, ...]


class PlanWarning(Model):
    """A planned act that hurts at this place: which warning speaks of it, why, and what to do instead."""

    what: str
    action: str
    action_title: Text
    never: str
    title: Text
    why: Text
    instead: Text
    source: tuple[str, ...]


class Spell(Model):
    """A stretch of the timeline: the customer stood at a place, or a step after the signature was reached.

    ``until`` is None for the one that lasts; ``days`` counts up to ``until`` or today.
    """

    kind: Literal["place", "step"]
    id: str
    title: Text
    since: date
    until: date | None
    days: int
    confidence: float | None
    went_back: bool = False
    by: Shaper | None = None
    amount: Decimal | None = None


class Slip(Model):
    """How far the expected closing date has moved since it was first noted."""

    first: date
    now: date
    days: int
    times: int


class FollowedUp(Model):
    """A move that was advised, and what became of it."""

    day: date
    move: str
    title: Text
    taken: Taken | None
    act: str


class Timeline(Model):
    """The deal over time, replayed from its log."""

    spells: tuple[Spell, ...]
    open_turns: tuple[Spell, ...]
    slip: Slip | None
    followed: tuple[FollowedUp, ...]
    next_step: Step | None
    today: date


class Change(Model):
    """What is different since advice was last given."""

    since: date
    days: int
    place_before: Text
    place_now: Text
    moved: Literal["on", "back", "same"]
    confidence_before: float
    confidence_now: float
    new_moves: tuple[Text, ...]
    dropped_moves: tuple[Text, ...]
    slipped_days: int
