"""The brief on the screen, laid out as on paper: labels in a column, a box to tick before every question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ltc_coach.console.grid import grid
from ltc_coach.console.page import ACCENT, FAINT, HEAD, PLAIN, Page, Piece, cells, pad
from ltc_coach.i18n import Lang

if TYPE_CHECKING:
    from ltc_coach.documents.brief_outline import Item, Outline
    from ltc_coach.documents.people_map import PeopleMap

_INDENT, _GAP = 2, 2


def brief_screen(outline: Outline, *, width: int, colour: bool) -> str:
    """Return the brief as a text of lines at most ``width`` cells wide."""
    page = Page(width, colour=colour)
    page.line((outline.title, ACCENT), hang=4)
    page.line((outline.about, FAINT), indent=_INDENT)
    _items(page, outline.head)
    for section in outline.sections:
        page.head(section.title)
        if section.map:
            _map(page, section.map, outline.lang)
        _items(page, section.items)
    page.blank()
    page.line((outline.foot, FAINT))
    return page.text()


def _items(page: Page, items: Sequence[Item]) -> None:
    labels = max((cells(item.label) for item in items), default=0)
    for item in items:
        text: list[Piece] = [f"{item.mark} " if item.mark else "", (item.text, HEAD if item.strong else PLAIN)]
        if item.note and not item.mark:
            text.append((f"  {item.note}", FAINT))
        # What a section opens with stands alone; under it, what has no label of its own belongs to the one above.
        column = 0 if item is items[0] and not item.label else labels and labels + _GAP
        further = _INDENT + column + cells(item.mark) + bool(item.mark)
        page.line((pad(item.label, column), FAINT), *text, indent=_INDENT, hang=further)
        if item.then:
            page.line(item.then, indent=further)
        if item.note and item.mark:
            page.line((item.note, FAINT), indent=further)


def _map(page: Page, people: PeopleMap, lang: Lang) -> None:
    rows = [
        (row.title.get(lang), [[f"{spot.mark}{spot.name}" for spot in cell] for cell in row.cells])
        for row in people.rows
    ]
    grid(page, [column.get(lang) for column in people.columns], rows)
