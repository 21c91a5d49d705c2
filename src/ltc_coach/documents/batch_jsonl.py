"""A run over many deals for programs: JSON Lines with a line per row, one JSON document, CSV for a spreadsheet.

Strict and in a fixed order: the same deals give the same bytes. Money is written as decimal text, never as a float;
probabilities have nine decimals.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from ltc_coach.documents.report_json import DECIMALS
from ltc_coach.i18n import Lang, Text
from ltc_coach.model.base import Model
from ltc_coach.model.batch import DealRow, SkippedRow, Summary

COLUMNS = (
    "row", "file", "line", "id", "customer", "product", "owner", "team", "amount", "currency", "crm_stage", "crm_at",
    "place", "place_title", "confidence", "runner_up", "settled", "maps", "answers", "origin", "origin_confidence",
    "weakest", "missing", "first_move", "first_move_title", "moves", "never", "rung", "rate", "rate_source",
    "days_in_place", "last_contact", "days_silent", "opened", "expected", "overdue_days", "outcome", "closed",
    "warnings", "at_risk", "risk",
)  # fmt: skip
"""The fields of a row, in the order in which they are written."""
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBERS = frozenset({"row", "line", "amount", "confidence", "origin_confidence", "rate", "at_risk", "answers"})

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False).encode


def row_document(row: DealRow | SkippedRow, lang: Lang, today: date) -> dict[str, Any]:
    """Return a row as it is written; ``today`` stands in it, so that a later run can tell what has changed since."""
    if isinstance(row, SkippedRow):
        skipped = {"field": row.field, "reason": row.reason.get(lang)}
        return {"row": row.row, "file": row.file, "line": row.line, "skipped": skipped, "today": today.isoformat()}
    return {
        "row": row.row,
        "file": row.file,
        "line": row.line,
        "id": row.id,
        "customer": row.customer,
        "product": row.product,
        "owner": row.owner,
        "team": row.team,
        "amount": None if row.amount is None else plain_amount(row.amount),
        "currency": row.currency,
        "crm_stage": row.crm_stage,
        "crm_at": row.crm_at,
        "place": row.place,
        "place_title": row.place_title.get(lang),
        "confidence": round(row.confidence, DECIMALS),
        "runner_up": row.runner_up,
        "settled": row.settled,
        "maps": row.maps,
        "answers": row.answers,
        "origin": row.origin,
        "origin_confidence": round(row.origin_confidence, DECIMALS),
        "weakest": row.weakest.get(lang),
        "missing": row.missing.get(lang),
        "first_move": row.first_move,
        "first_move_title": row.first_move_title.get(lang),
        "moves": row.moves,
        "never": row.never,
        "rung": row.rung,
        "rate": row.rate if row.rate is None else round(row.rate, DECIMALS),
        "rate_source": row.rate_source,
        "days_in_place": row.days_in_place,
        "last_contact": _day(row.last_contact),
        "days_silent": row.days_silent,
        "opened": _day(row.opened),
        "expected": _day(row.expected),
        "overdue_days": row.overdue_days,
        "outcome": row.outcome,
        "closed": _day(row.closed),
        "warnings": [{"id": warning.id, "text": warning.text.get(lang)} for warning in row.warnings],
        "at_risk": plain_amount(row.at_risk),
        "risk": row.risk.get(lang),
        "today": today.isoformat(),
    }


def plain_amount(amount: Decimal) -> str:
    """Return an amount in plain digits, the same however it was written: whole, or with two decimals at least."""
    whole, _, decimals = format(amount, "f").partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals:0<2}" if decimals else whole


def json_line(row: DealRow | SkippedRow, lang: Lang, today: date) -> str:
    """Return a row as a line of JSON."""
    return _encode(row_document(row, lang, today)) + "\n"


def json_report(summary: Summary, rows: Iterator[str], lang: Lang) -> Iterator[str]:
    """Yield one JSON document, a piece at a time: the summary, and under `deals` the ``rows`` as lines of JSON."""
    whole = json.dumps(summary_document(summary, lang), ensure_ascii=False, allow_nan=False, indent=2)
    yield whole.removesuffix("\n}") + ',\n  "deals": ['
    comma = ""
    for line in rows:
        yield f"{comma}\n    {line.rstrip()}"
        comma = ","
    yield "\n  ]\n}\n"


def summary_document(summary: Summary, lang: Lang) -> dict[str, Any]:
    """Return a summary with its texts in ``lang``."""
    document: dict[str, Any] = _plain(summary, lang, summary.today)
    return document


def csv_report(lang: Lang) -> tuple[str, Callable[[DealRow | SkippedRow], str]]:
    """Return the heading of a CSV report and what makes the line of a row.

    It begins with a mark that makes Excel read it as UTF-8. Text that a spreadsheet would take for a formula is
    preceded by an apostrophe.
    """
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")

    def line(cells: list[Any]) -> str:
        held.seek(0)
        held.truncate()
        writer.writerow(cells)
        return held.getvalue()

    def row_line(row: DealRow | SkippedRow) -> str:
        written = row_document(row, lang, date.min)
        skipped = written.get("skipped", {"field": "", "reason": ""})
        cells = [_cell(name, written.get(name)) for name in COLUMNS]
        return line([*cells, *(guarded(skipped[name]) for name in ("field", "reason"))])

    return "\ufeff" + line([*COLUMNS, "skipped_field", "skipped_reason"]), row_line


def _cell(name: str, value: Any) -> Any:
    if value is None or name in _NUMBERS or isinstance(value, int):
        return value
    if name == "warnings":
        return guarded("; ".join(one["text"] for one in value))
    if name == "maps":
        return guarded(" ".join(f"{key}={its}" for key, its in value.items()))
    return guarded(value if isinstance(value, str) else " ".join(value))


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _plain(value: Any, lang: Lang, today: date) -> Any:
    """Return a document as what JSON has, all the way down."""
    if isinstance(value, DealRow | SkippedRow):
        return row_document(value, lang, today)
    if isinstance(value, Model):
        return {name: _plain(getattr(value, name), lang, today) for name in value.model_names}
    if isinstance(value, Text):
        return value.get(lang)
    if isinstance(value, dict):
        return {key: _plain(its, lang, today) for key, its in value.items()}
    return [_plain(its, lang, today) for its in value] if isinstance(value, tuple) else _leaf(value)


def _leaf(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0
    if isinstance(value, Decimal):
        return plain_amount(value)
    return value.isoformat() if isinstance(value, date) else value
