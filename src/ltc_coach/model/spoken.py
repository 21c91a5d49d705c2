"""What is said and written to the customer: questions to put, answers to his objections, letters; and what reps plan.

All of it is text in the languages of the playbook, with the places and people it is meant for.
"""

from __future__ import annotations

from typing import Literal

from ltc_coach.i18n import Text
from ltc_coach.model.base import Id, Ids, Model


class Named(Model):
    """A value with a name people can read."""

    id: Id
    title: Text


class Action(Named):
    """Something a rep may plan to do; ``words`` are what it is called, any of them in his text means it."""

    words: Ids


BankKind = Literal[
    "situation", "problem", "implication", "need_payoff", "requirement", "key_person", "value", "closing", "delivery"
]


class BankQuestion(Model):
    """A question to ask the *customer* (domain Part G): SPIN kinds and ours, by place and person.

    ``closes`` names the questions to the rep that its answer settles; once they are, it is not put again.
    """

    id: Id
    kind: BankKind
    at: Ids
    to: Ids = ()
    ask: Text
    closes: Ids = ()
    source: tuple[str, ...] = ()


class Objection(Model):
    """What the customer is likely to say against us at some places, and an answer to it."""

    id: Id
    at: Ids
    to: Ids = ()
    says: Text
    answer: Text
    source: tuple[str, ...] = ()


# What a deal and the day can put into a letter.
Filling = Literal["customer", "product", "owner", "contact", "decider", "today", "next_visit"]


class Blank(Named):
    """A placeholder of a letter: its id stands as `{id}` in the text, its title asks for it, ``take`` fills it."""

    take: Filling | None = None


class Tone(Named):
    """The same letter in another tone."""

    subject: Text = Text()
    body: Text


class Letter(Model):
    """A text with a closed list of placeholders: filled in one pass, no expressions.

    ``tones`` are further versions beside the plain one; the blanks serve all of them.
    """

    id: Id
    title: Text
    subject: Text = Text()
    body: Text
    tones: tuple[Tone, ...] = ()
    blanks: tuple[Blank, ...] = ()
    source: tuple[str, ...] = ()
