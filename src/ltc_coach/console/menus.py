"""Menus drawn by Questionary: the only module that imports it or prompt_toolkit.

What Questionary lacks is added here: keys for back, help and stop, wrapped choices, prompts on
stderr, and one way out (``unsafe_ask`` only: ``ask`` turns Ctrl-C into an answer).
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, cast

from ltc_coach import words
from ltc_coach.console import Interrupted
from ltc_coach.console.choices import BACK_KEYS, STOP_KEYS, WHY_KEYS, Menu, Wish
from ltc_coach.console.page import cells, wrap
from ltc_coach.console.signals import HANGUP, on_ending
from ltc_coach.console.streams import drop_typeahead, is_terminal, talk
from ltc_coach.i18n import Lang

if TYPE_CHECKING:
    from prompt_toolkit.application import Application
    from prompt_toolkit.formatted_text import AnyFormattedText
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from questionary import Question
    from questionary.prompts.common import InquirerControl

_STYLE = (
    ("qmark", ""),
    ("question", "bold"),
    ("answer", ""),
    ("text", ""),
    ("pointed", "bold fg:ansicyan"),
    ("keys", "fg:ansibrightblack"),
)
# The pointer column and the digit: " → 1  ".
_INDENT = 6
_CURSOR = ("[SetCursorPosition]", "")
# How far the full-width digits of a Chinese input method lie from the plain ones.
_FULL_WIDTH = 0xFEE0


class NoMenus(Exception):  # noqa: N818 - a fact about the terminal
    """Menus cannot be drawn here (an old Windows shell, a stream that is no console)."""


def pick(menu: Menu) -> str | Wish:
    """Show the menu; return the value chosen, or a wish.

    Raises:
        Interrupted: the person left, or the process is told to end. The terminal is restored.
        NoMenus: nothing could be drawn; ask line by line instead.
    """
    # What was typed before the question could be read is no answer to it.
    drop_typeahead(sys.stdin)
    with _previewed(menu) as erase, _prompting():
        import questionary

        question = questionary.select(
            _message(menu, _columns()),
            choices=[questionary.Choice(title=c.label or " ", value=c.value) for c in menu.choices],
            qmark="",
            instruction=" ",
            style=questionary.Style(list(_STYLE)),
            use_jk_keys=False,
            use_emacs_keys=False,
        )
        view = _View(menu, _control(question))
        _bind_menu(question, view)
        # Only now does the terminal no longer echo: a key pressed before stands in the preview, and goes with it.
        question.application.before_render += lambda _: erase()
        picked: str | Wish = _run(question)
        return picked


def type_text(message: str, default: str, check: Callable[[str], str | None]) -> str:
    """Ask for one line of text; ``check`` returns what is wrong with it, None for nothing.

    Raises the same as :func:`pick`.
    """
    drop_typeahead(sys.stdin)
    with _prompting():
        import questionary

        question = questionary.text(
            message,
            default=default,
            qmark="",
            style=questionary.Style(list(_STYLE)),
            validate=lambda text: check(text) or True,
        )
        _bind_leaving(_keys(question))
        typed: str = _run(question)
        return typed


def _message(menu: Menu, columns: int) -> str:
    return "\n ".join(wrap(menu.message, columns - 2))


@contextmanager
def _previewed(menu: Menu) -> Iterator[Callable[[], None]]:
    """Show the first menu as text at once, while prompt_toolkit is still loading (250 ms).

    What is yielded takes the text away again, the first time it is called.
    """
    stream = talk()
    if "questionary" in sys.modules or os.name == "nt" or not is_terminal(stream):
        yield lambda: None
        return
    columns, rows = os.get_terminal_size(stream.fileno())
    drawn = f" {_message(menu, columns)}\n{''.join(text for _, text in _drawn(menu, menu.start, columns))}"
    lines = drawn.split("\n")[: max(rows - 1, 0)]
    stream.write("".join(f"{line}\n" for line in lines))
    stream.flush()
    shown = True

    def erase() -> None:
        nonlocal shown
        if shown:
            # Back to where the preview began; the menu is drawn over it.
            stream.write(f"\r\x1b[{len(lines)}A\x1b[J")
            stream.flush()
            shown = False

    try:
        importlib.import_module("questionary")
    except KeyboardInterrupt:
        raise Interrupted from None
    try:
        yield erase
    finally:
        erase()


@contextmanager
def _prompting() -> Iterator[None]:
    """Send prompts to the talking stream and turn every way out into ``Interrupted`` or ``NoMenus``."""
    # Terminals that do not answer cursor position requests get a warning and stray characters.
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
    from prompt_toolkit.application import create_app_session
    from prompt_toolkit.input.typeahead import clear_typeahead
    from prompt_toolkit.output import create_output

    try:
        with create_app_session(output=create_output(stdout=talk())) as session:
            clear_typeahead(session.input)
            yield
    except (KeyboardInterrupt, EOFError):
        raise Interrupted from None
    except OSError as error:
        if error.errno == errno.EIO:
            raise Interrupted(HANGUP) from None
        raise NoMenus from error
    except _no_console() as error:
        raise NoMenus from error


def _no_console() -> tuple[type[Exception], ...]:
    """What prompt_toolkit raises in a Windows shell that is no console, such as Git Bash."""
    if os.name != "nt":
        return ()
    win32 = importlib.import_module("prompt_toolkit.output.win32")
    return (win32.NoConsoleScreenBufferError,)


def _run(question: Question) -> Any:
    app = question.application
    app.erase_when_done = True
    _fit(app)
    with _ending_cleanly(app):
        return question.unsafe_ask()


@contextmanager
def _ending_cleanly(app: Application[Any]) -> Iterator[None]:
    """While a prompt is up, let SIGTERM and SIGHUP end it, so that the terminal is put right first."""

    def leave(number: int, _frame: FrameType | None) -> None:
        def stop() -> None:
            if app.is_running and not app.is_done:
                app.exit(exception=Interrupted(number))

        if app.loop:
            app.loop.call_soon_threadsafe(stop)

    with on_ending(leave):
        yield


def _fit(app: Application[Any]) -> None:
    """Wrap every window of a prompt, and say in plain words when the terminal shrank too far."""
    from prompt_toolkit.filters import to_filter
    from prompt_toolkit.layout import walk
    from prompt_toolkit.layout.containers import HSplit, ScrollOffsets, Window
    from prompt_toolkit.layout.controls import FormattedTextControl

    for part in walk(app.layout.container):
        if isinstance(part, Window):
            part.wrap_lines = to_filter(True)  # noqa: FBT003 - their signature
            part.scroll_offsets = ScrollOffsets(bottom=1)
        elif isinstance(part, HSplit):
            part.window_too_small = Window(FormattedTextControl("..."))


def _control(question: Question) -> InquirerControl:
    from questionary.prompts.common import InquirerControl

    controls = (w.content for w in question.application.layout.find_all_windows())
    return next(c for c in controls if isinstance(c, InquirerControl))


def _columns() -> int:
    from prompt_toolkit.application import get_app_session

    return get_app_session().output.get_size().columns


class _View:
    """The choices as drawn: wrapped with a hanging indent, redrawn at every key at the current width."""

    def __init__(self, menu: Menu, control: InquirerControl) -> None:
        self.menu = menu
        self._control = control
        self._explained_at: int | None = None
        control.pointed_at = menu.start
        # Questionary's own drawing neither wraps nor shows the digits.
        control.text = cast("AnyFormattedText", self._tokens)

    def point(self, index: int) -> None:
        """Move the pointer; the choice still has to be confirmed."""
        self._control.pointed_at = index

    def explain(self) -> None:
        """Show why the question is asked; asked twice at the same choice, hide it again."""
        pointed = self._control.pointed_at
        self._explained_at = None if self._explained_at == pointed else pointed

    def _tokens(self) -> list[tuple[str, str]]:
        pointed, columns = self._control.pointed_at, _columns()
        if self._explained_at is None:
            return _drawn(self.menu, pointed, columns)
        lang = self.menu.lang
        title = f"{words.WHY_ASKED.get(lang)}{':' if lang == Lang.ZH else ': '}"
        why = "".join(f" {line}\n" for line in wrap(title + self.menu.why, columns - 2))
        # The window scrolls to the cursor: to the explanation just asked for, else to the choice.
        at_top = pointed == self._explained_at
        tokens = _drawn(self.menu, pointed, columns, cursor=not at_top)
        return [*([_CURSOR] if at_top else []), ("class:keys", why), *tokens]


def _drawn(menu: Menu, pointed: int, columns: int, *, cursor: bool = True) -> list[tuple[str, str]]:
    """Draw choices and keys as (style, text); with ``cursor`` the window scrolls to the pointer."""
    tokens: list[tuple[str, str]] = []
    for index, choice in enumerate(menu.choices):
        style = "class:pointed" if index == pointed else "class:text"
        if index == pointed and cursor:
            tokens.append(_CURSOR)
        lines = wrap(choice.label, max(columns - _INDENT, 10))
        mark = "→" if index == pointed else " "
        tokens.append((style, f" {mark} {choice.key:1} "))
        tokens.append((style, ("\n" + " " * (_INDENT - 1)).join(lines) + "\n"))
    keys = words.KEYS if menu.interview else words.KEYS_CHOOSE
    tokens.append(("class:keys", "\n".join(f" {line}" for line in wrap_keys(keys.get(menu.lang), columns - 2))))
    return tokens


def wrap_keys(text: str, width: int) -> list[str]:
    """Wrap a line of key hints at its double spaces, so that a key is not parted from its meaning."""
    lines: list[str] = []
    for hint in text.split("  "):
        if lines and cells(lines[-1]) + 2 + cells(hint) <= width:
            lines[-1] += f"  {hint}"
        else:
            lines += wrap(hint, max(width, 2))
    return lines


def _keys(question: Question) -> KeyBindings:
    """Add an empty set of key bindings to the prompt; its keys win over Questionary's."""
    from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings

    keys = KeyBindings()
    own = question.application.key_bindings
    question.application.key_bindings = merge_key_bindings([own, keys] if own else [keys])
    return keys


def _bind_leaving(keys: KeyBindings) -> None:
    """Ctrl-C, Ctrl-D and Esc, and SIGINT from outside, all leave the same way."""

    def leave(event: KeyPressEvent) -> None:
        event.app.exit(exception=Interrupted())

    _bind(keys, ("c-c", "c-d", "c-q", "escape", "<sigint>"), leave)


def _bind_menu(question: Question, view: _View) -> None:
    keys = _keys(question)
    _bind_leaving(keys)

    def point(index: int) -> Callable[[KeyPressEvent], None]:
        return lambda _event: view.point(index)

    def wish(what: Wish) -> Callable[[KeyPressEvent], None]:
        return lambda event: event.app.exit(result=what)

    for index, choice in enumerate(view.menu.choices):
        if choice.key:
            # A digit points, Enter answers: a stray digit is no answer.
            _bind(keys, (choice.key, chr(ord(choice.key) + _FULL_WIDTH)), point(index))
    # A pasted block is no answer either.
    _bind(keys, ("<bracketed-paste>",), lambda _event: None)
    if view.menu.interview:
        _bind(keys, (*BACK_KEYS, "left"), wish(Wish.BACK))
        _bind(keys, STOP_KEYS, wish(Wish.STOP))
    if view.menu.why:
        _bind(keys, WHY_KEYS, lambda _event: view.explain())


def _bind(keys: KeyBindings, names: Iterable[str], handler: Callable[[KeyPressEvent], None]) -> None:
    for name in names:
        keys.add(name, eager=True)(handler)
