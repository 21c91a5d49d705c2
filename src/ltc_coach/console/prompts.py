"""Asking a person: the interview, a choice, a line of text.

Menus where the terminal can draw them, numbered lines where it cannot. Prompts go to stderr, so the
result on stdout can be redirected. Leaving in any way raises ``Interrupted``; whoever keeps the
answers has had each of them by then.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from ltc_coach import words
from ltc_coach.console import Interrupted, lines, menus
from ltc_coach.console.choices import Menu, Wish, numbered
from ltc_coach.console.page import ACCENT, FAINT, Page, one_line
from ltc_coach.console.streams import can_ask, page_width, talk, wants_colour
from ltc_coach.engine import Again, Asker, Progress, Reply, Signal
from ltc_coach.i18n import Lang
from ltc_coach.model.deal import Answer
from ltc_coach.model.report import Because, NextQuestion
from ltc_coach.plain import clean, percent

__all__ = ["Interrupted", "ask_text", "can_ask", "choose", "interview_asker"]

UNKNOWN = "unknown"
# The smallest window a menu is drawn in; smaller ones are asked line by line.
LEAST_COLUMNS, LEAST_ROWS = 40, 10


def interview_asker(lang: Lang) -> Asker:
    """Return the function that puts an interview's questions to the person at the terminal.

    It replies with an ``Answer`` (without a day: the engine dates it), ``Signal.BACK``, ``Signal.STOP``, or ``Again``
    when the person wants to reconsider a surprising answer. It raises ``Interrupted``.
    """
    return _Interviewer(lang)


def choose(message: str, options: Sequence[tuple[str, str]], lang: Lang, *, default: str | None = None) -> str:
    """Let the person choose one of (value, label) and return its value. Raises ``Interrupted``."""
    menu = Menu(lang, message, numbered(options), default=default)
    return str(_Prompts(lang).pick(menu))


def ask_text(
    message: str, lang: Lang, *, default: str = "", check: Callable[[str], str | None] = lambda _text: None
) -> str:
    """Ask for one line of text; ``check`` returns what is wrong with it, or None. Raises ``Interrupted``."""
    return one_line(_Prompts(lang).type_text(message, default, check))


class _Prompts:
    """Menus while the terminal can draw them, lines otherwise; says why, once."""

    def __init__(self, lang: Lang, env: Mapping[str, str] = os.environ) -> None:
        self._lang = lang
        self._plain = env.get("LTC_PROMPT") == "plain" or env.get("TERM") == "dumb"
        self._told = False

    def pick(self, menu: Menu) -> str | Wish:
        if self._can_draw():
            try:
                return menus.pick(menu)
            except menus.NoMenus:
                self._give_up_menus()
        return lines.pick(menu)

    def type_text(self, message: str, default: str, check: Callable[[str], str | None]) -> str:
        if self._can_draw():
            try:
                return menus.type_text(message, default, check)
            except menus.NoMenus:
                self._give_up_menus()
        return lines.type_text(message, default, check, self._lang)

    def _give_up_menus(self) -> None:
        self._plain = True
        lines.say(words.NO_MENUS.get(self._lang))

    def _can_draw(self) -> bool:
        if self._plain:
            return False
        try:
            columns, rows = os.get_terminal_size(talk().fileno())
        except (OSError, ValueError):
            return True
        # Some terminals do not know their size and say 0x0; the menus then assume the usual.
        if columns == 0 or rows == 0 or (columns >= LEAST_COLUMNS and rows >= LEAST_ROWS):
            return True
        if not self._told:
            lines.say(words.TOO_SMALL.fill(columns=columns, rows=rows).get(self._lang))
            self._told = True
        return False


class _Interviewer:
    """Puts questions one by one; remembers only what was asked here, to know the way back."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._prompts = _Prompts(lang)
        self._given: list[str] = []

    def __call__(self, question: NextQuestion, progress: Progress) -> Reply:
        """Ask one question."""
        doubtful = progress.surprising
        if doubtful and self._wants_to_change(doubtful):
            self._given = [id_ for id_ in self._given if id_ != doubtful.question]
            return Again(doubtful.question)
        number = progress.asked + 1
        head = f"[{number}/~{max(number, progress.expected)}]"
        ask = one_line(question.ask.get(self._lang))
        if question.who:
            ask = f"({words.ABOUT.fill(person=one_line(clean(question.who))).get(self._lang)}) {ask}"
        menu = Menu(
            self._lang,
            f"{head} {ask}",
            numbered(
                [(a.id, one_line(a.label.get(self._lang))) for a in question.answers if a.id != UNKNOWN],
                last=(UNKNOWN, words.NOT_KNOWN.get(self._lang)),
            ),
            default=progress.previous.value if progress.previous else None,
            why=question.why.get(self._lang).strip(),
            interview=True,
        )
        while True:
            picked = self._prompts.pick(menu)
            if picked is Wish.STOP:
                return Signal.STOP
            if picked is not Wish.BACK:
                label = next(c.label for c in menu.choices if c.value == picked)
                self._echo(head, ask, label)
                self._given.append(question.id)
                return Answer(question=question.id, value=picked)
            if self._given:
                self._given.pop()
                self._tell(words.STEPPED_BACK.get(self._lang))
                return Signal.BACK
            self._tell(words.NO_WAY_BACK.get(self._lang))

    def _wants_to_change(self, doubtful: Because) -> bool:
        sentence = words.LOOK_AGAIN.fill(percent=percent(doubtful.likely)).get(self._lang)
        told = f"{one_line(doubtful.ask.get(self._lang))} → {one_line(doubtful.text.get(self._lang))}"
        options = [("keep", words.KEEP.get(self._lang)), ("change", words.CHANGE.get(self._lang))]
        return self._prompts.pick(Menu(self._lang, f"{sentence}\n{told}", numbered(options))) == "change"

    def _echo(self, head: str, ask: str, answer: str) -> None:
        """Leave one line of what was asked and answered; the menu itself is gone by now."""
        page = self._page()
        page.line((head, FAINT), f" {ask} → ", (answer, ACCENT), hang=len(head) + 1)
        self._write(page)

    def _tell(self, text: str) -> None:
        page = self._page()
        page.line((text, FAINT))
        self._write(page)

    @staticmethod
    def _page() -> Page:
        stream = talk()
        return Page(page_width(stream), colour=wants_colour(stream))

    @staticmethod
    def _write(page: Page) -> None:
        stream = talk()
        stream.write(page.text())
        stream.flush()
