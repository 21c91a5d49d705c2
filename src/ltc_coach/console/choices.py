"""What one prompt offers and what a person may do with it, whichever way it is drawn."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ltc_coach.i18n import Lang


class Wish(StrEnum):
    """What a person may want instead of choosing: the question before, or the result now."""

    BACK = "back"
    STOP = "stop"


# Keys for wishes and help. With a Chinese input method on, the same keys arrive as the second character.
BACK_KEYS = ("<", "《", "〈")
STOP_KEYS = (".", "。")
WHY_KEYS = ("?", "？")
UNKNOWN_KEY = "0"
_KEYED = 9


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu: what is handed back, what is read, the digit that points to it (or "")."""

    value: str
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Menu:
    """One question with its choices.

    ``why`` answers the help key, empty where there is none; with ``interview`` the person may go back
    or stop. ``default`` is the value pointed at first.
    """

    lang: Lang
    message: str
    choices: tuple[Choice, ...]
    default: str | None = None
    why: str = ""
    interview: bool = False

    @property
    def start(self) -> int:
        """The index pointed at first."""
        return next((i for i, c in enumerate(self.choices) if c.value == self.default), 0)


def numbered(options: Sequence[tuple[str, str]], *, last: tuple[str, str] | None = None) -> tuple[Choice, ...]:
    """Number (value, label) pairs from 1; ``last``, where given, always has the key 0.

    Only nine have a digit; the arrows reach the others.
    """
    choices = [Choice(value, label, str(n) if n <= _KEYED else "") for n, (value, label) in enumerate(options, 1)]
    if last:
        choices.append(Choice(last[0], last[1], UNKNOWN_KEY))
    return tuple(choices)


def as_typed(text: str) -> str:
    """Return what somebody typed with full-width digits and marks made plain, without white space."""
    return unicodedata.normalize("NFKC", text).strip()
