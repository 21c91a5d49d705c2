"""XLSX: the sheets of an Excel workbook as records, read as a stream.

A library that builds the whole sheet allocates every cell up to the furthest one, and a file of one
kilobyte may name a cell in the last corner; here memory follows what is written. What a formula came
to when the file was saved is its value; an error value stays visible as the text Excel shows.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from ltc_coach.deals.archives import (
    BROKEN,
    CELL,
    COLUMNS,
    FAULTS,
    ROWS,
    TOO_MANY,
    UNPACKED,
    Events,
    Sheet,
    local,
    spread,
    too_long,
)
from ltc_coach.deals.delimited import Record
from ltc_coach.deals.encodings import Unusable
from ltc_coach.i18n import Text
from ltc_coach.model.cells import NOT_COMPUTED, digits
from ltc_coach.plain import quoted


class _Book(NamedTuple):
    """What the cells of every sheet refer to."""

    strings: list[str]
    days: frozenset[str]
    start: date


def xlsx_sheets(archive: zipfile.ZipFile) -> tuple[Sheet, ...]:
    """Return the sheets in their order. Raises Unusable or one of ``FAULTS``."""
    targets: dict[str, tuple[str, str]] = {}
    listed: list[tuple[str, str, bool]] = []
    since_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal since_1904
        match local(name):
            case "Relationship":
                targets[attributes["Id"]] = (local(attributes["Type"].replace("/", ":")), attributes["Target"])
            case "sheet":
                link = next(value for key, value in attributes.items() if key.endswith(":id"))
                listed.append((attributes["name"], link, attributes.get("state", "visible") != "visible"))
            case "workbookPr":
                since_1904 = attributes.get("date1904", "0") in {"1", "true"}

    for part in ("xl/_rels/workbook.xml.rels", "xl/workbook.xml"):
        Events(archive, part, start).read()
    parts = {kind: _part(target) for kind, target in targets.values()}
    book = _Book(
        _strings(archive, parts["sharedStrings"]) if "sharedStrings" in parts else [],
        _day_styles(archive, parts["styles"]) if "styles" in parts else frozenset(),
        date(1904, 1, 1) if since_1904 else date(1899, 12, 30),
    )
    return tuple(
        Sheet(name, hidden, partial(_records, archive, _part(targets[link][1]), book))
        for name, link, hidden in listed
        if targets[link][0] == "worksheet"
    )


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    """Return the shared strings; readings of hanzi given beside them (`rPh`) are left out."""
    strings: list[str] = []
    pieces: list[str] = []
    inside = {"t": 0, "rPh": 0}

    def start(name: str, _: dict[str, str]) -> None:
        name = local(name)
        if name == "si":
            pieces.clear()
        elif name in inside:
            inside[name] += 1

    def end(name: str) -> None:
        name = local(name)
        if name == "si":
            strings.append("".join(pieces))
        elif name in inside:
            inside[name] -= 1

    def text(data: str) -> None:
        if inside["t"] and not inside["rPh"]:
            pieces.append(data)

    if archive.getinfo(part).file_size > UNPACKED:
        raise Unusable(BROKEN)
    Events(archive, part, start, end, text).read()
    return strings


# Number formats of Excel's own that show a day; 27-36 and 50-58 are those of East Asian editions.
_DAY_FORMATS = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})


def _day_styles(archive: zipfile.ZipFile, part: str) -> frozenset[str]:
    """Return the cell styles that show a number as a day, by index as it is written."""
    formats: dict[int, bool] = {}
    styles: list[int] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        match local(name):
            case "numFmt":
                code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", attributes["formatCode"]).lower()
                formats[int(attributes["numFmtId"])] = "y" in code or "d" in code
            case "cellXfs":
                inside = True
            case "xf" if inside:
                styles.append(int(attributes.get("numFmtId", "0")))

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and local(name) != "cellXfs"

    Events(archive, part, start, end).read()
    return frozenset(str(i) for i, kind in enumerate(styles) if formats.get(kind, kind in _DAY_FORMATS))


class _Rows:
    """Handlers that turn the events of a sheet into records; ``ready`` holds the finished ones."""

    def __init__(self, book: _Book) -> None:
        self.ready: list[Record] = []
        self._book = book
        self._row = 0
        self._where = self._kind = self._style = ""
        self._column = -1
        self._columns: dict[str, int] = {}
        self._cells: dict[int, str] = {}
        self._fault: Text | None = None
        self._pieces: list[str] = []
        self._listening = self._aside = self._pending = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = local(name)
        if name == "c":
            self._where = attributes.get("r", "")
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._column = self._column_of(self._where) if self._where else self._column + 1
            self._pieces.clear()
            self._pending = False
        elif name in {"v", "t"}:
            self._listening = not self._aside
            # Only a text may be computed and empty.
            self._pending = self._pending and self._kind != "str"
        elif name == "f":
            self._pending = True
        elif name == "row":
            number = int(attributes.get("r", self._row + 1))
            if not self._row < number <= ROWS:
                raise Unusable(TOO_MANY if number > ROWS else BROKEN, self._row)
            self._row, self._column, self._cells, self._fault = number, -1, {}, None
        elif name == "rPh":
            self._aside = True

    def text(self, data: str) -> None:
        if self._listening:
            self._pieces.append(data)

    def end(self, name: str) -> None:
        if ":" in name:
            name = local(name)
        if name in {"v", "t"}:
            self._listening = False
        elif name == "c":
            if self._pieces:
                self._cell("".join(self._pieces))
            elif self._pending:
                self._cells[self._column] = NOT_COMPUTED
        elif name == "rPh":
            self._aside = False
        elif name == "row" and (self._cells or self._fault):
            self.ready.append(Record(self._row, spread(self._cells), self._fault))

    def _cell(self, written: str) -> None:
        if len(written) > CELL:
            self._fault = too_long(quoted(self._where, 12))
        elif not 0 <= self._column < COLUMNS:
            raise Unusable(BROKEN, self._row)
        elif self._kind == "s":
            self._cells[self._column] = self._book.strings[int(written)]
        elif self._kind == "n":
            self._cells[self._column] = _number(written, self._book, day=self._style in self._book.days)
        elif self._kind == "b":
            self._cells[self._column] = "TRUE" if written == "1" else "FALSE"
        else:
            self._cells[self._column] = written

    def _column_of(self, where: str) -> int:
        """Return the index of a cell's column: 0 for A7, 26 for AA7; -1 for what names no cell."""
        letters = where.rstrip("0123456789")
        if letters not in self._columns:
            index = 0
            for char in letters[:4]:
                index = index * 26 + max(ord(char) - ord("A") + 1, 0)
            self._columns[letters] = index - 1
        return self._columns[letters]


def _records(archive: zipfile.ZipFile, part: str, book: _Book) -> Iterator[Record]:
    rows = _Rows(book)
    try:
        for _ in Events(archive, part, rows.start, rows.end, rows.text):
            yield from rows.ready
            rows.ready.clear()
    except FAULTS:
        raise Unusable(BROKEN) from None


def _number(written: str, book: _Book, *, day: bool) -> str:
    """Return a number as Excel shows it, with 15 digits; a day or a time of a day in ISO form."""
    try:
        value = float(written)
        return _day(value, book.start) if day else digits(value)
    except (ValueError, OverflowError):
        return written


def _day(value: float, start: date) -> str:
    if not 0 < value < 2_958_466:  # noqa: PLR2004 - the day after the last one of Excel's calendar
        raise ValueError
    # Excel takes 1900 for a leap year, as Lotus 1-2-3 did: before 1 March of that year it is a day ahead.
    early = start.year == 1899 and value < 60  # noqa: PLR2004 - 29 February 1900
    moment = datetime.combine(start, datetime.min.time()) + timedelta(days=value + early)
    moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(" ")
