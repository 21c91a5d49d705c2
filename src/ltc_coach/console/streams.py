"""What a stream can show: is it a person's screen, how wide is it, may it be coloured."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

# A page wider than this is hard to read; a narrower terminal is used in full.
WIDEST = 96
PIPED = 80


def is_terminal(stream: TextIO | None) -> bool:
    """Say whether a person sits behind ``stream``; a closed or missing stream is nobody."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def can_ask() -> bool:
    """Say whether questions can be put: someone types on stdin and sees stderr or stdout."""
    return is_terminal(sys.stdin) and (is_terminal(sys.stderr) or is_terminal(sys.stdout))


def talk() -> TextIO:
    """Return the stream prompts go to: stderr, or stdout where only that one is a screen."""
    return sys.stdout if is_terminal(sys.stdout) and not is_terminal(sys.stderr) else sys.stderr


def page_width(stream: TextIO) -> int:
    """Return the width to lay a page out for, in cells: the terminal's, or 80 through a pipe."""
    if not is_terminal(stream) and "COLUMNS" not in os.environ:
        return PIPED
    columns = shutil.get_terminal_size((PIPED, 24)).columns
    return max(1, min(columns, WIDEST))


def wants_colour(stream: TextIO, env: Mapping[str, str] = os.environ) -> bool:
    """Say whether ``stream`` is to be coloured.

    ``NO_COLOR`` and ``TERM=dumb`` always win; ``FORCE_COLOR`` colours a pipe; a Windows console that
    does not understand escape sequences stays plain.
    """
    if env.get("NO_COLOR") or env.get("TERM") == "dumb":
        return False
    if env.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return is_terminal(stream) and (sys.platform != "win32" or _windows_understands_escapes())


def _windows_understands_escapes() -> bool:
    from rich.console import detect_legacy_windows

    return not detect_legacy_windows()


def drop_typeahead(stream: TextIO) -> None:
    """Forget what was typed at a terminal before it was asked for; other streams are left alone."""
    if not is_terminal(stream):
        return
    if sys.platform == "win32":
        import msvcrt

        while msvcrt.kbhit():
            msvcrt.getwch()
    else:
        import termios

        with suppress(termios.error):
            termios.tcflush(stream.fileno(), termios.TCIFLUSH)
