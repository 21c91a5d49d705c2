"""One run of the command: its language, its settings, its streams."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ltc_coach.console.streams import PIPED, is_terminal, page_width, wants_colour
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.problems import CoachError, ExitCode
from ltc_coach.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Session:
    """What every command of a run shares."""

    lang: Lang
    settings: Settings

    def say(self, text: Text) -> None:
        """Tell people something on the error stream; it is not part of the result."""
        note(text.get(self.lang))

    def emit(self, text: str, output: str | None = None, *, machine: bool = False) -> None:
        """Write the result: to standard output, or to the file ``output`` ("-" is standard output).

        ``machine`` marks a format read by programs: UTF-8 whatever the stream says. Raises
        CoachError (5) when it cannot be written.
        """
        if output not in {None, "-"}:
            from ltc_coach.deals.writing import write_result

            write_result(str(output), text.encode("utf-8", "replace"))
        elif sys.stdout is None:
            raise CoachError(
                both(zh="标准输出已关闭,结果没处写", en="standard output is closed"), exit_code=ExitCode.IO
            )
        elif machine and not is_terminal(sys.stdout) and hasattr(sys.stdout, "buffer"):
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
            sys.stdout.flush()
        else:
            sys.stdout.write(text)
            sys.stdout.flush()

    def width(self, output: str | None = None) -> int:
        """Return the width for a screen: the terminal's, or 80 for files and pipes."""
        return page_width(sys.stdout) if output in {None, "-"} and sys.stdout else PIPED

    def colour(self, output: str | None = None) -> bool:
        """Say whether the result may be coloured (NO_COLOR, FORCE_COLOR, TERM=dumb, pipes)."""
        return output in {None, "-"} and sys.stdout is not None and wants_colour(sys.stdout)


def open_session(args: Sequence[str]) -> Session:
    """Read the settings and choose the language before any command is loaded."""
    settle_streams()
    settings = load_settings()
    return Session(settings.language(asked_language(args)), settings)


def asked_language(args: Sequence[str]) -> str | None:
    """Return the value of ``--lang`` on the command line, wherever it stands; raises CoachError (2)."""
    asked: str | None = None
    for i, arg in enumerate(args):
        if arg == "--":
            break
        if arg == "--lang" and i + 1 < len(args):
            asked = args[i + 1]
        elif arg.startswith("--lang="):
            asked = arg.removeprefix("--lang=")
    if asked is not None and asked.lower()[:2] not in {"zh", "en"}:
        raise CoachError(both(zh="--lang 只能是 zh 或 en", en="--lang is zh or en"))
    return asked


def settle_streams() -> None:
    """Make sure that no character can break a stream, e.g. on a GBK console."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def note(line: str) -> None:
    """Write a line to the error stream, if there is one."""
    if sys.stderr is not None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
