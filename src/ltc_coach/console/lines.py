"""Prompts line by line: a number and Enter.

For screen readers (``LTC_PROMPT=plain``), dumb terminals, tiny windows, and shells in which menus
cannot be drawn. Works at any size.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from ltc_coach import words
from ltc_coach.console import Interrupted
from ltc_coach.console.choices import BACK_KEYS, STOP_KEYS, WHY_KEYS, Menu, Wish, as_typed
from ltc_coach.console.page import Page, wrap
from ltc_coach.console.streams import drop_typeahead, page_width, talk
from ltc_coach.i18n import Lang
from ltc_coach.plain import quoted

_ESCAPE = "\x1b"


def pick(menu: Menu) -> str | Wish:
    """Ask until one of the numbers, or a wish, is typed; return the value chosen, or the wish.

    Raises:
        Interrupted: the person left.
    """
    answers = {choice.key or str(n): choice.value for n, choice in enumerate(menu.choices, 1)}
    _show(menu, tuple(answers))
    while True:
        typed = as_typed(read_line())
        if typed in answers:
            return answers[typed]
        if menu.interview and typed in BACK_KEYS:
            return Wish.BACK
        if menu.interview and typed in STOP_KEYS:
            return Wish.STOP
        if menu.why and typed in WHY_KEYS:
            say(menu.why)
        elif typed:
            numbers = " ".join(answers)
            say(words.WRONG_NUMBER.fill(typed=quoted(typed), numbers=numbers).get(menu.lang))
        else:
            say(words.NOTHING_TYPED.get(menu.lang))


def type_text(message: str, default: str, check: Callable[[str], str | None], lang: Lang) -> str:
    """Ask for one line of text; an empty line takes the default. Raises Interrupted."""
    say(message if not default else f"{message} ({words.KEPT.fill(value=default).get(lang)})")
    while True:
        typed = read_line().strip() or default
        wrong = check(typed)
        if wrong is None:
            return typed
        say(wrong)


def say(text: str) -> None:
    """Write a paragraph to the talking stream, wrapped to its width."""
    stream = talk()
    stream.write("".join(f"{line}\n" for line in wrap(text, page_width(stream))))
    stream.flush()


def read_line() -> str:
    """Read one line typed by a person; what was typed before the prompt stood there is dropped."""
    stream = talk()
    drop_typeahead(sys.stdin)
    stream.write("> ")
    stream.flush()
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError:
        return "�"
    except (KeyboardInterrupt, OSError):
        raise Interrupted from None
    if not line or line.strip() == _ESCAPE:
        raise Interrupted
    return line


def _show(menu: Menu, keys: tuple[str, ...]) -> None:
    stream = talk()
    page = Page(page_width(stream))
    page.line(menu.message)
    for key, choice in zip(keys, menu.choices, strict=True):
        mark = "→" if choice.value == menu.default else " "
        page.line(f"{mark} {key:>2}  ", choice.label, hang=6)
    page.line((words.KEYS_PLAIN if menu.interview else words.KEYS_PLAIN_CHOOSE).get(menu.lang))
    stream.write(page.text())
    stream.flush()
