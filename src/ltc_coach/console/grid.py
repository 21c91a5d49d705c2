"""A table for the terminal: cells wrapped by display width, no frames.

Frames break where a terminal draws box lines two cells wide, and a table library cuts Chinese short.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from ltc_coach.console.page import FAINT, PLAIN, Page, cells, one_line, pad, wrap
from ltc_coach.plain import clean

Row = tuple[str, Sequence[Sequence[str]]]

# Between columns, in cells; and so much of a heading is kept in one line, which takes most single words.
_GAP, _HEAD = 1, 7
# A window with less room for a column than this is given a list instead.
_TOO_NARROW = 6


def grid(page: Page, heads: Sequence[str], rows: Sequence[Row], *, indent: int = 2) -> None:
    """Write a table: each row is its label and, for every head, the entries of that cell.

    An entry begins a line of its own; an empty cell shows a dot, so that a hole is seen. In a window too
    narrow for the columns it becomes a list, in which empty cells are left out.
    """
    rows = [(title, [[one_line(clean(entry)) for entry in cell] for cell in row]) for title, row in rows]
    label = max((cells(title) for title, _ in rows), default=0)
    room = page.width - indent - label - _GAP * len(heads)
    if room < _TOO_NARROW * len(heads):
        _as_list(page, heads, rows, label + 2, indent)
        return
    nice = [cells(head) for head in heads]
    entries = [[cells(entry) for _, row in rows for entry in row[i]] for i in range(len(heads))]
    wanted = [max([min(head, _HEAD), *column]) for head, column in zip(nice, entries, strict=True)]
    columns = _shares(wanted, nice, room)
    for title, row in [("", [[head] for head in heads]), *rows]:
        stacks = [
            [line for entry in cell or ["·"] for line in wrap(entry, width)]
            for cell, width in zip(row, columns, strict=True)
        ]
        for first, *parts in zip_longest([title], *stacks, fillvalue=""):
            padded = "".join(" " * _GAP + pad(part, width) for part, width in zip(parts, columns, strict=True))
            page.line((pad(first, label), FAINT), (padded.rstrip(), PLAIN if title else FAINT), indent=indent)


def _shares(wanted: Sequence[int], nice: Sequence[int], room: int) -> list[int]:
    """Give each column what its entries want, or an equal share where that is too much; then heads in one line."""
    given = [0] * len(wanted)
    left = room
    for rank, i in enumerate(sorted(range(len(wanted)), key=lambda i: wanted[i])):
        given[i] = min(wanted[i], left // (len(wanted) - rank))
        left -= given[i]
    for i in range(len(given)):
        more = min(max(0, nice[i] - given[i]), left)
        given[i], left = given[i] + more, left - more
    return given


def _as_list(page: Page, heads: Sequence[str], rows: Sequence[Row], column: int, indent: int) -> None:
    for title, row in rows:
        for head, cell in zip(heads, row, strict=True):
            for entry in cell:
                page.row(title, entry, (f"  {head}", FAINT), indent=indent, column=column)
