"""ODS: the tables of a LibreOffice or WPS spreadsheet as records, read as a stream."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import partial

from ltc_coach.deals.archives import (
    BROKEN,
    CELL,
    COLUMNS,
    FAULTS,
    ROWS,
    TOO_MANY,
    Events,
    Sheet,
    spread,
    too_long,
)
from ltc_coach.deals.delimited import Record
from ltc_coach.deals.encodings import Unusable
from ltc_coach.i18n import Text
from ltc_coach.model.cells import digits

_CONTENT = "content.xml"
# So often a row that holds something may be said to repeat; nobody has more deals that are all the same.
_SAME = 10_000


def ods_sheets(archive: zipfile.ZipFile) -> tuple[Sheet, ...]:
    """Find the tables; a hidden one is known by its style."""
    hidden: set[str] = set()
    tables: list[tuple[str, str]] = []
    style = ""
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal style, depth
        match name:
            case "style:style":
                style = attributes.get("style:name", "")
            case "style:table-properties" if attributes.get("table:display") == "false":
                hidden.add(style)
            case "table:table":
                depth += 1
                if depth == 1:
                    tables.append((attributes.get("table:name", ""), attributes.get("table:style-name", "")))

    def end(name: str) -> None:
        nonlocal depth
        depth -= name == "table:table"

    Events(archive, _CONTENT, start, end).read()
    return tuple(Sheet(name, its in hidden, partial(_records, archive, i)) for i, (name, its) in enumerate(tables))


class _Rows:
    """Handlers that turn the events of the table at index ``at`` into records."""

    def __init__(self, at: int) -> None:
        self.ready: list[tuple[Record, int]] = []
        self._at, self._table, self._depth = at, -1, 0
        self._row = self._column = 0
        self._cells: dict[int, str] = {}
        self._fault: Text | None = None
        self._times = self._cell_times = 1
        self._value: str | None = None
        self._pieces: list[str] | None = None
        self._aside = 0

    @property
    def _here(self) -> bool:
        return self._table == self._at and self._depth == 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._depth += 1
            self._table += self._depth == 1
        elif not self._here:
            return
        elif name == "table:table-row":
            self._times = int(attributes.get("table:number-rows-repeated", "1"))
            self._column, self._cells, self._fault = 0, {}, None
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self._cell_times = int(attributes.get("table:number-columns-repeated", "1"))
            self._value, self._pieces = _value_of(attributes), []
        elif name == "office:annotation":
            self._aside += 1
        elif self._pieces is not None and not self._aside:
            if name == "text:s":
                self._pieces.append(" " * min(int(attributes.get("text:c", "1")), CELL))
            elif name == "text:p" and self._pieces:
                self._pieces.append("\n")

    def text(self, data: str) -> None:
        if self._pieces is not None and not self._aside:
            self._pieces.append(data)

    def end(self, name: str) -> None:
        if name == "table:table":
            self._depth -= 1
        elif name == "office:annotation":
            self._aside -= self._aside > 0
        elif self._pieces is not None and name in {"table:table-cell", "table:covered-table-cell"}:
            value = "".join(self._pieces) if self._value is None else self._value
            if value:
                self._put(value)
            self._column += self._cell_times
            self._pieces = None
        elif self._here and name == "table:table-row":
            if (self._cells or self._fault) and (self._times > _SAME or self._row + self._times > ROWS):
                raise Unusable(TOO_MANY, self._row)
            if self._cells or self._fault:
                self.ready.append((Record(self._row + 1, spread(self._cells), self._fault), self._times))
            self._row += self._times

    def _put(self, value: str) -> None:
        if self._column + self._cell_times > COLUMNS:
            raise Unusable(BROKEN, self._row)
        if len(value) > CELL:
            self._fault = too_long(self._row + 1)
        else:
            self._cells |= dict.fromkeys(range(self._column, self._column + self._cell_times), value)


def _value_of(attributes: dict[str, str]) -> str | None:
    """Return the value a cell carries beside its text; None where the text is the value."""
    if attributes.get("calcext:value-type") == "error":
        # The number beside it is a 0 that nobody computed.
        return None
    match attributes.get("office:value-type"):
        case "float" | "currency" | "percentage":
            try:
                return digits(float(attributes.get("office:value", "")))
            except ValueError:
                return None
        case "date":
            return attributes.get("office:date-value", "").removesuffix("T00:00:00")
        case "boolean":
            return attributes.get("office:boolean-value", "").upper()
    return attributes.get("office:string-value")


def _records(archive: zipfile.ZipFile, at: int) -> Iterator[Record]:
    rows = _Rows(at)
    try:
        for _ in Events(archive, _CONTENT, rows.start, rows.end, rows.text):
            for record, times in rows.ready:
                for again in range(times):
                    yield record._replace(line=record.line + again)
            rows.ready.clear()
    except FAULTS:
        raise Unusable(BROKEN) from None
