"""The report in detail: every answer's weight, every probability, what is known, where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from ltc_coach import words
from ltc_coach.console.bars import bar
from ltc_coach.console.page import ACCENT, FAINT, Page, cells, one_line, pad
from ltc_coach.i18n import Lang
from ltc_coach.model.report import Because, Located, Report
from ltc_coach.plain import percent

_BAR_CELLS = 20
_WEIGHT_CELLS = 10
# Room for a signed weight in decibans, "+12.3 ", and for a percentage, ">99%".
_NUMBER_CELLS = 6
_PERCENT_CELLS = 4


def explain_report(page: Page, report: Report, lang: Lang) -> None:
    """Write the details below a report: nothing here is computed, all of it stands in the report."""
    located = report.located
    page.head(words.WEIGHTS.get(lang))
    _weights(page, located, report.because, lang)
    page.head(words.ALL_PLACES.get(lang))
    _chances(page, located, lang)
    _maps(page, located, lang)
    for scale in report.also.values():
        page.head(scale.title.get(lang))
        _chances(page, scale, lang)
        if scale.because:
            page.blank()
            _weights(page, scale, scale.because, lang)
    _facts(page, report, lang)
    _sources(page, report, lang)


def _weights(page: Page, located: Located, told: Sequence[Because], lang: Lang) -> None:
    if not told:
        page.line(words.NO_EVIDENCE.get(lang), indent=2)
        return
    first, second = located.name(located.at), located.name(located.runner_up)
    note = words.WEIGHTS_NOTE.fill(first=first, second=second) if second else words.WEIGHTS_NOTE_ALONE.fill(first=first)
    page.line((note.get(lang), FAINT), indent=2)
    largest = max(abs(b.decibans) for b in told) or 1.0
    for because in sorted(told, key=lambda b: -abs(b.decibans)):
        _weight(page, because, largest, lang)


def _weight(page: Page, because: Because, largest: float, lang: Lang) -> None:
    number = f"{because.decibans:+.1f}".rjust(_NUMBER_CELLS - 1)
    room = min(_WEIGHT_CELLS, page.width // 6)
    drawn = pad(bar(abs(because.decibans) / largest, room), room)
    grade = words.GRADES[because.grade].get(lang)
    text = f"{one_line(because.ask.get(lang))} → {one_line(because.text.get(lang))}"
    page.row(
        f"{number} {drawn}",
        text,
        (f" ({grade})" if grade else "", FAINT),
        indent=1,
        column=_NUMBER_CELLS + room + 1,
        style=ACCENT,
    )


def _chances(page: Page, located: Located, lang: Lang) -> None:
    names = [one_line(value.title.get(lang)) for value in located.values]
    room = min(max(map(cells, names), default=0), page.width // 3)
    bar_cells = max(1, min(_BAR_CELLS, page.width - room - _PERCENT_CELLS - 6))
    for value, name in zip(located.values, names, strict=True):
        number = percent(value.probability).rjust(_PERCENT_CELLS)
        drawn = bar(value.probability, bar_cells)
        style = ACCENT if value.id == located.at else FAINT
        if cells(name) > room:
            page.line(name, indent=2)
            name = ""  # noqa: PLW2901 - it has just been written on a line of its own
        page.line(pad(name, room), "  ", number, " ", (drawn, style), indent=2)


def _maps(page: Page, located: Located, lang: Lang) -> None:
    if not located.maps:
        return
    page.head(words.OTHER_MAPS.get(lang))
    for place in located.maps.values():
        if place.at is not None:
            text = words.IS.fill(what=place.title, values=f"{place.at} {place.name.get(lang)}").get(lang)
            page.line(text, " ", (percent(place.confidence), FAINT), indent=2, hang=4)


def _facts(page: Page, report: Report, lang: Lang) -> None:
    if not report.facts:
        return
    page.head(words.KNOWN_FACTS.get(lang))
    for fact in report.facts:
        page.line(words.IS.fill(what=fact.title, values=fact.name).get(lang), indent=2, hang=4)


def _sources(page: Page, report: Report, lang: Lang) -> None:
    moves = [(move.title, move.id, move.source) for move in report.moves]
    nevers = [(never.title, never.id, never.source) for never in report.never]
    sourced = [item for item in (*moves, *nevers) if item[2]]
    if not sourced:
        return
    page.head(words.SOURCES.get(lang))
    for title, id_, source in sourced:
        page.line(one_line(title.get(lang)), (f"  {id_}: {', '.join(source)}", FAINT), indent=2, hang=4)
