"""What an interview and the one who answers say to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ltc_coach.model.deal import Answer
from ltc_coach.model.report import Because, NextQuestion


class Signal(StrEnum):
    """What an asker may reply instead of an answer."""

    BACK = "back"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Again:
    """Ask this earlier question once more; the new answer replaces the old one."""

    question: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an interview is: questions answered so far, and about how many there will be.

    ``previous`` is the answer taken back, to be offered first; ``surprising`` an earlier answer that
    the last one made hard to believe.
    """

    asked: int
    expected: int
    previous: Answer | None = None
    surprising: Because | None = None


Reply = Answer | Signal | Again
Asker = Callable[[NextQuestion, Progress], Reply]
