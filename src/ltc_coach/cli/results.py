"""A report on its way out, in the format that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ltc_coach.i18n import both
from ltc_coach.problems import CoachError

if TYPE_CHECKING:
    from ltc_coach.cli.session import Session
    from ltc_coach.model.deal import Answer
    from ltc_coach.model.report import Report

_LARGEST = 5_000_000
_NOT_A_REPORT = both(zh="{file}:这不是存下来的诊断", en="{file}: not a saved report")
_HOW_TO_SAVE = both(
    zh="诊断这样存:ltc diagnose --format report -o r.json", en="save one with: ltc diagnose --format report -o r.json"
)
_NEWER = both(zh="{file}:是更新版本的 ltc 存的(格式 {version})", en="{file}: saved by a newer ltc (format {version})")


def emit_report(
    session: Session, report: Report, form: str, output: str | None = None, *, explain: bool = False
) -> None:
    """Write a report as ``screen``, ``json`` (the contract) or ``report`` (complete, both languages)."""
    if form == "screen":
        from ltc_coach.console.terminal import report_screen

        width, colour = session.width(output), session.colour(output)
        session.emit(report_screen(report, session.lang, width=width, colour=colour, explain=explain), output)
    else:
        from ltc_coach.documents.report_json import contract, full, to_json

        session.emit(to_json(contract(report, session.lang) if form == "json" else full(report)), output, machine=True)


def reckoned_on(answers: Sequence[Answer]) -> date:
    """Return the day of the last answer: an example must read the same next year."""
    return max((answer.day for answer in answers if answer.day), default=today())


def today() -> date:
    """Return the day on the user's calendar; the one clock of the program."""
    return date.today()  # noqa: DTZ011 - a day of the rep's own calendar is meant


def read_report(name: str) -> Report:
    """Read a report saved with ``--format report``; raises CoachError (2) for anything else."""
    from pydantic import ValidationError

    from ltc_coach.model.report import SCHEMA_VERSION, Report
    from ltc_coach.reading.files import read_bytes

    data = read_bytes(Path(name), _LARGEST)
    try:
        report = Report.model_validate_json(data)
    except ValidationError as error:
        raise CoachError(_NOT_A_REPORT.fill(file=name), hint=_HOW_TO_SAVE) from error
    if report.schema_version > SCHEMA_VERSION:
        raise CoachError(_NEWER.fill(file=name, version=report.schema_version))
    return report
