"""Options that several commands share, and the checks of their values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

import typer

from ltc_coach.cli.failures import nearest
from ltc_coach.cli.help import says
from ltc_coach.i18n import both
from ltc_coach.problems import CoachError

INPUT = says(zh="输入", en="Input")
OUTPUT = says(zh="输出", en="Output")

_NOT_ONE_OF = both(zh="{name} 只能是 {choices}", en="{name} is one of {choices}")
_NOT_A_DAY = both(zh="--today 要写成 2026-11-21 这样", en="--today wants a date like 2026-11-21")


def one_of(name: str, *choices: str) -> Callable[[str], str]:
    """Make the check of an option with a closed set of values; it raises CoachError (2)."""

    def check(value: str) -> str:
        if value not in choices:
            raise CoachError(_NOT_ONE_OF.fill(name=name, choices=", ".join(choices)), hint=nearest(value, choices))
        return value

    return check


def as_day(value: str) -> date:
    """Turn 2026-11-21 into a date; raises CoachError (2)."""
    try:
        if len(value) == len("2026-11-21"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise CoachError(_NOT_A_DAY)


Playbook = Annotated[
    str | None,
    typer.Option(
        "--playbook",
        "-p",
        metavar="REF",
        help=says(zh="用哪本打法手册:编号或路径(默认 buying-process)", en="playbook: id or path (buying-process)"),
        rich_help_panel=INPUT,
    ),
]
PlaybookPath = Annotated[
    str,
    typer.Argument(metavar="PATH", help=says(zh="打法手册:文件、文件夹或编号", en="a playbook: file, folder or id")),
]
NoInput = Annotated[
    bool,
    typer.Option(
        "--no-input",
        help=says(
            zh="什么都不问,知道多少说多少(或设 LTC_NO_INPUT=1)",
            en="never ask: report on what is known (or LTC_NO_INPUT=1)",
        ),
        rich_help_panel=INPUT,
    ),
]
Reps = Annotated[
    str | None,
    typer.Option(
        "--reps",
        metavar="WHO",
        parser=one_of("--reps", "trained", "mixed", "unknown"),
        help=says(
            zh="答题的销售:trained 训练过,mixed 有好有差,unknown 说不准",
            en="who answers: trained, mixed or unknown reps",
        ),
        rich_help_panel=INPUT,
    ),
]
Today = Annotated[
    date | None,
    typer.Option(
        "--today",
        metavar="DAY",
        parser=as_day,
        help=says(zh="按哪一天算(默认今天)", en="the day to reckon from (today)"),
        rich_help_panel=INPUT,
    ),
]
Json = Annotated[
    bool,
    typer.Option("--json", help=says(zh="等于 --format json", en="short for --format json"), rich_help_panel=OUTPUT),
]
ReportFormat = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        parser=one_of("--format", "screen", "json", "report"),
        help=says(
            zh="screen 屏幕,json 给程序读,report 双语全文 (ltc show 可再看)",
            en="screen; json for programs; report: everything in both languages, for ltc show",
        ),
        rich_help_panel=OUTPUT,
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help=says(zh="写到文件,- 是屏幕", en="write to a file; - is the screen"),
        rich_help_panel=OUTPUT,
    ),
]
Explain = Annotated[
    bool,
    typer.Option(
        "--explain",
        help=says(zh="每条回答的分量、每一步的概率、出处", en="every answer's weight, every place's chance, sources"),
        rich_help_panel=OUTPUT,
    ),
]
