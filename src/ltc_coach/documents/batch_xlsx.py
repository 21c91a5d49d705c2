"""The manager's report as a workbook: a sheet per view, typed cells, filters; what people wrote is never a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ltc_coach.documents import batch_words as words
from ltc_coach.documents.report_json import DECIMALS
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.batch import DealRow, Money, Summary
from ltc_coach.plain import clean
from ltc_coach.problems import CoachError
from ltc_coach.words import NOT_SETTLED

# What a sheet of Excel holds.
_MOST_ROWS, _MOST_CHARS = 1_048_576, 32_767
_CUT = both(zh="……(太长,截断)", en="... (cut: too long)")
_TOO_MANY = both(
    zh="一张表最多 {most} 行,这里有 {rows} 行;改用 --format csv 或 parquet",
    en="a sheet holds {most} rows and there are {rows}: use --format csv or parquet",
)
_NO_WRITER = both(
    zh="写 xlsx 要多装一样东西:pip install 'ltc-coach[excel]'",
    en="xlsx needs one thing more: pip install 'ltc-coach[excel]'",
)
_SHEETS = {
    "deals": both(zh="全部商机", en="Deals"),
    "ranked": both(zh="先看这些", en="Look first"),
    "funnel": both(zh="走到哪一步", en="Places"),
    "ages": both(zh="多久没联系", en="Days silent"),
    "since": both(zh="跟上次比", en="Changes"),
    "matrix": both(zh="CRM 对依据", en="CRM vs evidence"),
    "themes": both(zh="该辅导什么", en="Coaching"),
    "groups": both(zh="销售和团队", en="Reps and teams"),
    "forecast": both(zh="预测", en="Forecast"),
    "skipped": both(zh="用不了的行", en="Skipped"),
    "about": both(zh="说明", en="About"),
}
_DEALS = (
    "id", "customer", "product", "owner", "team", "amount", "currency", "crm_stage", "place", "confidence", "runner_up",
    "maps", "rate", "rate_source", "days_in_place", "last_contact", "days_silent", "opened", "expected", "overdue_days",
    "outcome", "at_risk", "risk", "first_move", "never", "missing", "weakest", "warnings",
)  # fmt: skip
_WIDTHS = {
    "customer": 24, "risk": 44, "first_move": 36, "reason": 50, "theme": 40, "notes": 60, "never": 50, "missing": 40,
    "weakest": 28, "warnings": 50, "examples": 30,
}  # fmt: skip

Cell = str | int | float | Decimal | date | None


def batch_xlsx(summary: Summary, rows: Iterable[DealRow], lang: Lang) -> bytes:
    """Return the workbook; the same input gives the same bytes.

    Raises CoachError (2) where the extra is missing, or for more rows than a sheet holds.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise CoachError(_NO_WRITER) from error
    if summary.reported >= _MOST_ROWS:
        raise CoachError(_TOO_MANY.fill(most=_MOST_ROWS - 1, rows=summary.reported))
    buffer = io.BytesIO()
    # A row is written when the next one begins, so memory stays small. Nothing people wrote is a formula or a link.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, {**options, "strings_to_numbers": False, "in_memory": True}) as book:
        book.set_properties({"created": datetime(*summary.today.timetuple()[:3], tzinfo=UTC).replace(tzinfo=None)})
        pen = _Pen(book, lang)
        pen.sheet("ranked", _DEALS, (_deal(row, summary, lang) for row in summary.ranked))
        pen.sheet("deals", _DEALS, (_deal(row, summary, lang) for row in rows))
        pen.sheet("funnel", ("place", "deals", "currency", "money"), _funnel(summary, lang))
        pen.sheet("ages", ("days_silent", "deals", "currency", "money"), _ages(summary, lang))
        if summary.since:
            pen.sheet(
                "since", ("id", "customer", "moved", "before", "now", "amount", "currency"), _since(summary, lang)
            )
        pen.sheet("matrix", ("crm_stage", "place", "deals", "currency", "money"), _matrix(summary, lang))
        pen.sheet("themes", ("theme", "deals", "currency", "money", "examples"), _themes(summary, lang))
        pen.sheet(
            "groups",
            (
                "team",
                "owner",
                "deals",
                "settled",
                "silent",
                "overdue",
                "won",
                "lost",
                "share",
                "currency",
                "money",
                "at_risk",
                "theme",
            ),
            _groups(summary, lang),
        )
        pen.sheet("forecast", ("stage", "currency", "deals", "worst", "likely", "best"), _forecast(summary, lang))
        pen.sheet("skipped", ("file", "line", "field", "reason"), _skipped(summary, lang))
        pen.sheet("about", ("file", "rows", "encoding", "notes"), _about(summary, lang))
    return buffer.getvalue()


class _Pen:
    """Writes typed cells: a text stays a text, an amount and a day have their formats."""

    def __init__(self, book: Any, lang: Lang) -> None:
        self._book, self._lang = book, lang
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._money = book.add_format({"num_format": "#,##0.00"})
        self._share = book.add_format({"num_format": "0%"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})

    def sheet(self, id_: str, names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Add a sheet with a heading that stays in sight and a filter over all columns."""
        sheet = self._book.add_worksheet(_SHEETS[id_].get(self._lang))
        sheet.freeze_panes(1, 1)
        for k, name in enumerate(names):
            sheet.set_column(k, k, _WIDTHS.get(name, 14))
            sheet.write_string(0, k, _heading(name, self._lang), self._head)
        last = 0
        for last, row in enumerate(rows, 1):
            for k, cell in enumerate(row):
                self._write(sheet, last, k, cell)
        sheet.autofilter(0, 0, max(last, 1), len(names) - 1)

    def _write(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, str):
            sheet.write_string(row, column, self._fitting(cell))
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), self._day)  # noqa: DTZ001 - Excel knows no zones
        elif isinstance(cell, Decimal):
            sheet.write_number(row, column, float(cell), self._money)
        elif isinstance(cell, float):
            sheet.write_number(row, column, round(cell, DECIMALS), self._share)
        else:
            sheet.write_number(row, column, cell)

    def _fitting(self, text: str) -> str:
        """Return a text as a cell can hold it: no control characters, and cut with a mark that says so."""
        safe, cut = clean(text), _CUT.get(self._lang)
        return safe if len(safe) <= _MOST_CHARS else safe[: _MOST_CHARS - len(cut)] + cut


def _heading(name: str, lang: Lang) -> str:
    others: dict[str, Text] = {"worst": words.WORST, "likely": words.LIKELY, "best": words.BEST}
    return others[name].get(lang) if name in others else words.column(name, lang)


def _deal(row: DealRow, summary: Summary, lang: Lang) -> Sequence[Cell]:
    return (
        row.id, row.customer, row.product, row.owner, row.team, row.amount, row.currency, row.crm_stage,
        words.place_of(row, lang), row.confidence if row.settled else None, words.runner_up(row, summary, lang),
        words.mapped(row), row.rate, words.RATE_FROM[row.rate_source].get(lang), row.days_in_place, row.last_contact,
        row.days_silent, row.opened, row.expected, row.overdue_days, words.outcome_of(row, lang), row.at_risk or None,
        row.risk.get(lang), row.first_move_title.get(lang), words.named(row.never, summary, lang),
        row.missing.get(lang), row.weakest.get(lang), words.warned(row, lang),
    )  # fmt: skip


def _each(deals: int, found: Sequence[Money]) -> Sequence[tuple[int, str, Decimal | None]]:
    """One line per currency with its own deals, so that a column adds up; one without money where there is none."""
    return [(m.deals, m.currency, m.amount) for m in found] or [(deals, "", None)]


def _funnel(summary: Summary, lang: Lang) -> Iterable[Sequence[Cell]]:
    for step in summary.funnel:
        for line in _each(step.deals, step.money):
            yield step.title.get(lang), *line


def _ages(summary: Summary, lang: Lang) -> Iterable[Sequence[Cell]]:
    for age in summary.ages:
        for line in _each(age.deals, age.money):
            yield age.title.get(lang), *line


def _since(summary: Summary, lang: Lang) -> Iterable[Sequence[Cell]]:
    for shift in summary.since.shifts if summary.since else ():
        before, now = words.places_of(shift, summary, lang)
        moved = words.MOVED[shift.moved].get(lang)
        yield shift.id, shift.customer, moved, before, now, shift.amount, shift.currency


def _matrix(summary: Summary, lang: Lang) -> Iterable[Sequence[Cell]]:
    titles = {step.place: step.title.get(lang) for step in summary.funnel}
    for cell in summary.matrix:
        for line in _each(cell.deals, cell.money):
            yield cell.crm_stage, titles.get(cell.place, NOT_SETTLED.get(lang)), *line


def _themes(summary: Summary, lang: Lang) -> Iterable[Sequence[Cell]]:
    for theme in summary.themes:
        for line in _each(theme.deals, theme.money):
            yield theme.text.get(lang), *line, ", ".join(theme.examples)


def _groups(summary: Summary, lang: Lang) -> Iterable[Sequence[Cell]]:
    """Yield a line per currency; what is counted whatever the currency stands on the first of them."""
    for group, owner in [*((g, "") for g in summary.teams), *((g, g.name) for g in summary.reps)]:
        team = group.team if owner else group.name
        counts: Sequence[Cell] = (group.settled, group.silent, group.overdue, group.won, group.lost, group.share)
        for deals, currency, amount in _each(group.deals, group.money):
            at_risk = next((m.amount for m in group.at_risk if m.currency == currency), None)
            yield team, owner, deals, *counts, currency, amount, at_risk, group.theme.get(lang)
            counts = (None,) * len(counts)


def _forecast(summary: Summary, lang: Lang) -> Iterable[Sequence[Cell]]:
    for outlook in summary.forecast.outlooks:
        for r in outlook.ranges:
            yield outlook.how.get(lang), r.currency, r.deals, r.worst, r.likely, r.best
    for due in summary.forecast.months:
        for r in due.ranges:
            yield words.month_of(due, summary, lang), r.currency, r.deals, r.worst, r.likely, r.best


def _skipped(summary: Summary, lang: Lang) -> Iterable[Sequence[Cell]]:
    for skipped in summary.skipped:
        yield skipped.file, skipped.line, skipped.field, skipped.reason.get(lang)


def _about(summary: Summary, lang: Lang) -> Iterable[Sequence[Cell]]:
    foot = words.FOOT.fill(
        playbook=summary.playbook.title, version=summary.playbook.version, today=summary.today, ltc=summary.ltc
    )
    listed = words.telling(summary.sources)
    for text in (foot, *_told(summary, lang)):
        yield "", None, "", text.get(lang)
    for source in listed:
        yield source.file, source.rows, source.encoding, " ".join(note.get(lang) for note in source.notes)
    if (left := len(summary.sources) - len(listed)) > 0:
        yield "", None, "", words.MORE_FILES.fill(n=left).get(lang)


def _told(summary: Summary, lang: Lang) -> Iterable[Text]:
    """Return the plain sentences: what the data cannot tell, what is odd in them, what the forecast rests on."""
    forecast = summary.forecast
    yield from (*summary.limits, *summary.findings, *forecast.too_few)
    if forecast.outlooks and forecast.how:
        yield forecast.how
    yield from (words.stuck(one) for one in forecast.bottlenecks)
    if forecast.hindsight:
        yield from words.hindsight(forecast.hindsight, lang)
