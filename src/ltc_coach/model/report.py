"""The result of a diagnosis: one complete, frozen document (design.md sections 2 and 6).

Every text is in both languages, so a saved report can be shown in either, or in more detail,
without running again. Probabilities are 0..1, decibans are 10 log10 of a change of odds.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from ltc_coach.i18n import Text
from ltc_coach.model.base import NOTHING, Model
from ltc_coach.model.casework import Change, PeopleView, PlanWarning, PullBack
from ltc_coach.model.deal import Grade
from ltc_coach.model.playbook import Kind

SCHEMA_VERSION = 1

Stopped = Literal["moves_sure", "nothing_left", "at_most"]


class PlaybookRef(Model):
    """Which playbook, in which state."""

    id: str
    version: str
    fingerprint: str
    title: Text


class MapPlace(Model):
    """Where the place lies in another model; ``at`` is None where that model has no name for it."""

    title: Text
    at: str | None
    name: Text
    confidence: float


class Value(Model):
    """One value of a scale with its probability."""

    id: str
    title: Text
    probability: float


class Because(Model):
    """One answer and what it did to the place.

    ``decibans``: how far it moved the odds of the located place against the runner-up, leave one
    out. ``likely``: its probability given all the other answers; small means surprising. ``about`` is the id of
    the person it tells of, ``who`` his name.
    """

    question: str
    answer: str
    about: str | None
    grade: Grade
    ask: Text
    text: Text
    decibans: float
    likely: float
    who: str | None = None


class Located(Model):
    """Where the customer stands on one scale; ``values`` in the scale's order.

    ``because``: the answers that bear on this scale, the weightiest first.
    """

    scale: str
    title: Text
    at: str
    confidence: float
    runner_up: str | None
    maps: dict[str, MapPlace] = NOTHING
    values: tuple[Value, ...]
    because: tuple[Because, ...] = ()

    def name(self, value: str | None) -> Text:
        """Return the title of a value."""
        return next((v.title for v in self.values if v.id == value), Text())


class KnownFact(Model):
    """A fact somebody reported."""

    fact: str
    title: Text
    value: str
    name: Text


class Need(Model):
    """What a move needs and does not have, or nobody has said it has."""

    fact: str
    title: Text
    wants: Text
    known: bool


class AdvisedMove(Model):
    """A move of the advice. ``holds`` is yes, or unknown with ``provided`` as what it depends on."""

    id: str
    kind: Kind
    to: str | None
    to_title: Text
    title: Text
    holds: Literal["yes", "unknown"]
    provided: Text
    unmet: tuple[Need, ...]
    because: tuple[str, ...]
    whom: Text
    do: Text
    say: tuple[Text, ...]
    ask: tuple[Text, ...]
    letter: str | None
    proof: Text
    refused: Text
    why: Text
    source: tuple[str, ...]


class Warned(Model):
    """A thing not to do now."""

    id: str
    title: Text
    why: Text
    instead: Text
    source: tuple[str, ...]


class AnswerChoice(Model):
    """One answer on offer."""

    id: str
    label: Text


class NextQuestion(Model):
    """The question that would tell most; ``worth_bits`` is its expected information.

    ``about`` is the person it should be asked about, by id, ``who`` his name.
    """

    id: str
    ask: Text
    why: Text
    answers: tuple[AnswerChoice, ...]
    worth_bits: float
    about: str | None = None
    who: str | None = None


class Standing(Model):
    """Where a seller-side measure stands, by its own proof; ``at`` is None while nothing is proved."""

    ladder: str
    title: Text
    at: str | None
    name: Text
    rate: float | None
    capped: Text


class Report(Model):
    """A diagnosis with its advice."""

    schema_version: int = SCHEMA_VERSION
    ltc: str
    today: date
    playbook: PlaybookRef
    settled: bool
    stopped_by: Stopped | None
    located: Located
    also: dict[str, Located]
    facts: tuple[KnownFact, ...]
    because: tuple[Because, ...]
    surprising: tuple[Because, ...]
    missing: tuple[Text, ...]
    moves: tuple[AdvisedMove, ...]
    never: tuple[Warned, ...]
    next_question: NextQuestion | None
    separating: NextQuestion | None
    standings: tuple[Standing, ...]
    questions_asked: int
    # What a deal adds; without one there is nothing to say about people, plans or time.
    people: PeopleView | None = None
    pull_back: PullBack | None = None
    planned: tuple[PlanWarning, ...] = ()
    change: Change | None = None
