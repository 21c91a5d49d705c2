"""How a run ends badly: what people read, and the exit code (design.md section 6)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from ltc_coach.cli.session import asked_language, note
from ltc_coach.console import Interrupted
from ltc_coach.console.signals import Ended
from ltc_coach.i18n import Lang, Text, both, choose_lang
from ltc_coach.problems import CoachError, ExitCode, Problem

_MOST_LINES = 20
_QUOTED = 80
_HINT = both(zh="提示:{hint}", en="hint: {hint}")
_MORE = both(zh="... 还有 {n} 处", en="... and {n} more")
_DID_YOU_MEAN = both(zh="你是不是想写 {name}?", en="did you mean {name}?")
_SEE_HELP = both(zh="看用法:{command} --help", en="see {command} --help")


def settle(error: BaseException, args: Sequence[str]) -> int:
    """Tell people what ended the run and return its exit code."""
    lang = _language(args)
    match error:
        case SystemExit():
            return error.code if isinstance(error.code, int) else int(ExitCode.USAGE)
        case BrokenPipeError():
            _silence(sys.stdout)
            return int(ExitCode.BROKEN_PIPE)
        case Interrupted() | Ended():
            return error.exit_code
        case KeyboardInterrupt():
            note("")
            return int(ExitCode.INTERRUPTED)
    told = _in_words(error)
    _tell(told, lang)
    return int(told.exit_code)


def _in_words(error: BaseException) -> CoachError:
    match error:
        case CoachError():
            return error
        case OSError():
            _silence(sys.stdout)
            return _disk(error)
        case _ if hasattr(error, "format_message"):
            return usage(error)
    return _internal(error)


def usage(error: Any) -> CoachError:
    """Say a usage error of Typer's in both languages; its classes are told apart by name, they are not public."""
    ctx = getattr(error, "ctx", None)
    hint = _SEE_HELP.fill(command=ctx.command_path if ctx else "ltc")
    option = _shown(getattr(error, "option_name", "") or "")
    param = _shown(" / ".join(getattr(getattr(error, "param", None), "opts", ())))
    english = _shown(error.format_message())
    match type(error).__name__:
        case "NoSuchOption":
            if near := getattr(error, "possibilities", None):
                hint = _DID_YOU_MEAN.fill(name=min(near))
            message = both(zh="没有选项 {option}", en="no such option: {option}").fill(option=option)
        case "MissingParameter":
            name = _shown(getattr(getattr(error, "param", None), "metavar", None) or param)
            message = both(zh="缺少 {name}", en="{name} is missing").fill(name=name)
        case "BadOptionUsage":
            message = both(zh="选项 {option} 的用法不对", en="{english}").fill(option=option, english=english)
        case "BadParameter":
            message = both(zh="{param} 的值不对", en="{english}").fill(param=param, english=english)
        case _:
            message = both(zh="用法不对:{english}", en="{english}").fill(english=english)
    return CoachError(message, hint=hint)


def no_such_command(name: str, known: Iterable[str], group: str) -> CoachError:
    """Say that there is no such command, and which one is near."""
    return CoachError(
        both(zh="没有命令 {name}", en="no such command: {name}").fill(name=_shown(name)),
        hint=nearest(name, known) or _SEE_HELP.fill(command=group),
    )


def nearest(name: str, known: Iterable[str]) -> Text:
    """Return "did you mean ...?", or an empty text when nothing is near."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return _DID_YOU_MEAN.fill(name=near[0]) if near else Text()


def _tell(error: CoachError, lang: Lang) -> None:
    lines = [f"ltc: error: {_clean(error.message.get(lang))}"]
    told = 0
    for problem in error.problems:
        added = _problem(problem, lang)
        if len(lines) + len(added) > _MOST_LINES - 2:
            break
        lines, told = lines + added, told + 1
    if told < len(error.problems):
        lines.append(f"  {_MORE.fill(n=len(error.problems) - told).get(lang)}")
    if error.hint:
        lines.append(f"  {_HINT.fill(hint=_clean(error.hint.get(lang))).get(lang)}")
    for line in lines:
        note(line)


def _problem(problem: Problem, lang: Lang) -> list[str]:
    where = f"{_clean(str(problem.where))}: " if problem.where else ""
    lines = [f"ltc: {problem.severity}: {where}{_clean(problem.message.get(lang))}"]
    if problem.hint:
        lines.append(f"  {_HINT.fill(hint=_clean(problem.hint.get(lang))).get(lang)}")
    return lines


def _disk(error: OSError) -> CoachError:
    name = _shown(os.fspath(error.filename)) if isinstance(error.filename, str) else ""
    reason = error.strerror or type(error).__name__
    return CoachError(
        both(zh="磁盘或权限问题:{name} {reason}", en="disk or permission: {name} {reason}").fill(
            name=name, reason=reason
        ),
        exit_code=ExitCode.IO,
    )


def _internal(error: BaseException) -> CoachError:
    """Write a log with the way through our code, but without the message, which could quote a deal."""
    import traceback

    if os.environ.get("LTC_DEBUG"):
        note("".join(traceback.format_exception(error)).rstrip())
    log = _write_log("".join([*traceback.format_tb(error.__traceback__), type(error).__name__, "\n"]))
    message = both(zh="程序内部错误({kind}),这是我们的毛病", en="internal error ({kind}), our fault")
    hint = both(zh="记录在 {log};加 LTC_DEBUG=1 看全部细节", en="see {log}; LTC_DEBUG=1 shows everything")
    no_log = both(zh="加 LTC_DEBUG=1 看全部细节", en="LTC_DEBUG=1 shows everything")
    return CoachError(
        message.fill(kind=type(error).__name__),
        exit_code=ExitCode.INTERNAL,
        hint=hint.fill(log=log) if log else no_log,
    )


def _write_log(text: str) -> str | None:
    from ltc_coach import __version__
    from ltc_coach.settings import folder

    try:
        home = folder("state")
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = home / "internal-error.log"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(log, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(f"ltc {__version__}, Python {sys.version.split()[0]}, {sys.platform}\n{text}")
    except OSError:
        return None
    return str(log)


def _language(args: Sequence[str]) -> Lang:
    try:
        return choose_lang(asked_language(args))
    except CoachError:
        return choose_lang()


def _silence(stream: Any) -> None:
    # Python flushes the stream once more on its way out; what is left must go nowhere.
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
    except (OSError, ValueError, AttributeError):
        return


def _clean(text: str) -> str:
    from ltc_coach.plain import clean

    return clean(text)


def _shown(text: str) -> str:
    return _clean(text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…")
