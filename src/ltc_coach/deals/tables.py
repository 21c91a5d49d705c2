"""Rows out of whatever a sales department has: CSV, JSON, JSON Lines, workbooks, Parquet, deal files.

What a file is, its first bytes say, not its name: a CRM's `.xls` is often text. A fault is never the
end: a bad record, or a file that is no table, comes out as a :class:`Skipped` among the rows. The order
is that of the paths, whatever order they were given in.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ltc_coach.deals.encodings import Encoding, Unusable, declared, detect
from ltc_coach.deals.inputs import STDIN, input_files
from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import SourceFile
from ltc_coach.model.row import Row, Skipped
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError, Problem
from ltc_coach.reading.files import read_bytes

if TYPE_CHECKING:
    from ltc_coach.deals.delimited import Record

_NAME = "<stdin>"
_YAML = (".yaml", ".yml")
_ZIP, _PARQUET, _OLD = b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"
_OTHERS: tuple[tuple[bytes, Text], ...] = (
    (b"%PDF-", both(zh="这是 PDF 文件,不是表格", en="this is a PDF file, not a table")),
    (b"\x89PNG", both(zh="这是图片,不是表格", en="this is a picture, not a table")),
    (b"\xff\xd8\xff", both(zh="这是图片,不是表格", en="this is a picture, not a table")),
    (b"SQLite format 3\0", both(zh="这是数据库文件,不是表格", en="this is a database file, not a table")),
    (b"\x1f\x8b", both(zh="这是压缩文件,先解压", en="this file is compressed: unpack it first")),
)
_HTML = (b"<html", b"<!doctype", b"<table", b"<meta", b"<?xml")
_COLUMNS = 2_000
# So many lines above the headings may be a title.
_TITLES = 2

_OLD_EXCEL = both(
    zh="这是旧版 Excel (.xls):用 Excel 或 WPS 另存为 .xlsx", en="this is an old Excel file (.xls): save it as .xlsx"
)
_IS_HTML = both(
    zh="这其实是网页,不是表格:用 Excel 打开,另存为 .xlsx", en="this is a web page: open it in Excel, save it as .xlsx"
)
_NO_PYARROW = both(
    zh="读 Parquet 要先装:pip install 'ltc-coach[batch]'", en="reading Parquet needs: pip install 'ltc-coach[batch]'"
)
_EMPTY = both(zh="文件是空的", en="the file is empty")
_BROKEN_PARQUET = both(zh="Parquet 文件坏了", en="this Parquet file is damaged")
_NO_HEADING = both(zh="第 {n} 列没有列名", en="column {n} has no heading")
_SAME_HEADING = both(zh="有两列都叫「{name}」", en="two columns have the heading '{name}'")
_MANY_COLUMNS = both(zh="超过 {limit:,} 列", en="more than {limit:,} columns").fill(limit=_COLUMNS)
_BEYOND = both(zh="有内容在最后一个列名之外 (第 {n} 格)", en="there is something beyond the last heading (cell {n})")
_TOO_FEW = both(zh="只有 {found} 格,列名有 {wanted} 个", en="{found} cells for {wanted} headings")
_ENCODED = both(zh="编码是 {name}", en="the encoding is {name}")
_DAMAGED = both(zh="编码是 {name},但有坏掉的字节", en="the encoding is {name}, with damaged bytes in it")
_SEPARATED = both(zh="分隔符是 {sign}", en="the cells are separated by {sign}")
_SHEET = both(
    zh="读的是工作表「{name}」;另外还有 {others},要读别的用 --sheet",
    en="this is sheet '{name}'; there are also {others}: --sheet chooses",
)
_TITLE = both(
    zh="列名在第 {line} 行,上面的标题没有读", en="the headings are in line {line}; the title above was passed over"
)
_BLANK_ROWS = both(zh="有 {n} 个空行没有算", en="{n} blank rows were passed over")
_IS_A_MAPPING = both(zh="这是列对照,不是商机", en="this is a mapping, not a deal")
_MORE_PROBLEMS = both(zh="{first} (另外还有 {n} 处)", en="{first} (and {n} more)")


@dataclass(slots=True)
class _Source:
    """What is known about a file while it is read."""

    file: str
    kind: str = ""
    encoding: str = ""
    rows: int = 0
    skipped: int = 0
    notes: list[Text] = field(default_factory=list)


class Rows:
    """The rows of all files, one after the other; iterating again reads again."""

    def __init__(self, files: Sequence[str], encoding: str | None, sheet: str | None, stdin: BinaryIO | None) -> None:
        self.files = files
        self._encoding = encoding
        self._sheet = sheet
        self._stdin = stdin
        self._sources: list[_Source] = []

    @property
    def sources(self) -> tuple[SourceFile, ...]:
        """What was read so far: kind, encoding, rows, and what the reader decided by itself."""
        return tuple(
            SourceFile(file=s.file, kind=s.kind, encoding=s.encoding, rows=s.rows, skipped=s.skipped, notes=(*s.notes,))
            for s in self._sources
        )

    def __iter__(self) -> Iterator[Row | Skipped]:
        """Read everything from the beginning."""
        self._sources = []
        for file in self.files:
            source = _Source(_NAME if file == STDIN else file)
            self._sources.append(source)
            try:
                for row in self._file(file, source):
                    if isinstance(row, Skipped):
                        source.skipped += 1
                    else:
                        source.rows += 1
                    yield row
            except Unusable as error:
                yield Skipped(source.file, 0, error.line, error.field, error.reason)

    def _file(self, file: str, source: _Source) -> Iterator[Row | Skipped]:
        if file == STDIN:
            if self._stdin is not None:
                yield from self._rows(self._stdin, source, "")
            return
        try:
            # A pipe, a device or a forbidden file is refused here, before anything waits for it.
            read_bytes(Path(file), 0)
        except CoachError as error:
            raise Unusable(error.message) from None
        with Path(file).open("rb") as stream:
            yield from self._rows(stream, source, Path(file).suffix.lower())

    def _rows(self, stream: BinaryIO, source: _Source, suffix: str) -> Iterator[Row | Skipped]:
        stream.seek(0)
        head = stream.read(1024)
        if not head.strip():
            raise Unusable(_EMPTY)
        if (reason := _no_table(head)) is not None:
            raise Unusable(reason)
        if head.startswith(_ZIP):
            return self._workbook(stream, source)
        if head.startswith(_PARQUET):
            source.kind = "parquet"
            return _parquet(stream, source.file)
        if suffix in _YAML or head.startswith(b"ltc:"):
            source.kind = "deal"
            return _deal_file(stream, source)
        return self._text(stream, source, suffix)

    def _text(self, stream: BinaryIO, source: _Source, suffix: str) -> Iterator[Row | Skipped]:
        from ltc_coach.deals.delimited import delimiter_of, records
        from ltc_coach.deals.jsonrows import json_document, json_lines

        encoding = declared(self._encoding, stream) if self._encoding else detect(stream)
        source.encoding = encoding.name
        if encoding.damaged or encoding.codec != "utf-8":
            source.notes.append((_DAMAGED if encoding.damaged else _ENCODED).fill(name=encoding.name))
        source.kind = _kind(stream, encoding, suffix)
        if source.kind == "jsonl":
            return json_lines(stream, encoding, source.file)
        if source.kind == "json":
            return json_document(stream, encoding, source.file)
        sign, passed = delimiter_of(stream, encoding)
        if sign != ",":
            source.notes.append(_SEPARATED.fill(sign="Tab" if sign == "\t" else sign))
        return self._table(records(stream, encoding, sign, passed), source)

    def _workbook(self, stream: BinaryIO, source: _Source) -> Iterator[Row | Skipped]:
        from ltc_coach.deals.workbooks import choose, sheets

        source.kind = "workbook"
        found = sheets(stream)
        sheet = choose(found, self._sheet)
        if self._sheet is None and (others := [s for s in found if not s.hidden and s.name != sheet.name]):
            names = ", ".join(quoted(other.name, 40) for other in others[:5])
            source.notes.append(_SHEET.fill(name=quoted(sheet.name, 40), others=names))
        return self._table(sheet.records(), source, short=True)

    def _table(self, records: Iterable[Record], source: _Source, *, short: bool = False) -> Iterator[Row | Skipped]:
        """Fit records below their headings; ``short``: cells at the end of a row may not be written at all."""
        file = source.file
        headings, rest = _headings(records, source)
        width = len(headings)
        row = blank = 0
        for record in rest:
            cells = record.cells
            if record.fault is None and not any(map(str.strip, cells)):
                blank += 1
                continue
            row += 1
            if record.fault is not None:
                yield Skipped(file, row, record.line, "", record.fault)
                continue
            if len(cells) != width:
                if (beyond := _filled_from(cells, width)) is not None:
                    yield Skipped(file, row, record.line, "", _BEYOND.fill(n=beyond + 1))
                    continue
                if len(cells) < width:
                    if not short:
                        reason = _TOO_FEW.fill(found=len(cells), wanted=width)
                        yield Skipped(file, row, record.line, "", reason)
                        continue
                    cells = [*cells, *[""] * (width - len(cells))]
            yield Row(file, row, record.line, dict(zip(headings, cells, strict=False)))
        if blank:
            source.notes.append(_BLANK_ROWS.fill(n=f"{blank:,}"))


def read_rows(
    paths: Iterable[str | Path], encoding: str | None = None, *, sheet: str | None = None, stdin: BinaryIO | None = None
) -> Rows:
    """Return the rows of files, folders, glob patterns and "-" (``stdin``, which must be able to seek).

    Raises CoachError (2) at once for a path that leads nowhere and for an encoding nobody knows; all
    else that is wrong is among the rows. Iterating again reads again.
    """
    if encoding is not None:
        import io

        declared(encoding, io.BytesIO())
    return Rows(input_files(paths), encoding, sheet, stdin)


# ---- what kind of file -----------------------------------------------------------------------------


def _no_table(head: bytes) -> Text | None:
    if head.startswith(_OLD):
        return _OLD_EXCEL
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML):
        return _IS_HTML
    return next((what for start, what in _OTHERS if head.startswith(start)), None)


def _kind(stream: BinaryIO, encoding: Encoding, suffix: str) -> str:
    """Say what a text file holds: by its name, and where that says nothing by its first sign."""
    if suffix in {".jsonl", ".ndjson"}:
        return "jsonl"
    if suffix == ".json":
        return "json"
    if suffix:
        return "csv"
    from ltc_coach.deals.delimited import text_of

    with text_of(stream, encoding) as text:
        line = text.readline(1_000_000).strip()
    if line.startswith("["):
        return "json"
    return "csv" if not line.startswith("{") else "jsonl" if line.endswith("}") else "json"


def _parquet(stream: BinaryIO, file: str) -> Iterator[Row | Skipped]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise CoachError(_NO_PYARROW) from None
    row = 0
    try:
        for batch in parquet.ParquetFile(stream).iter_batches(batch_size=1024):
            names = _named(batch.schema.names)
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                row += 1
                yield Row(file, row, row, dict(zip(names, map(_written, cells), strict=True)))
    except (ArrowException, OSError):
        raise Unusable(_BROKEN_PARQUET) from None


def _written(value: object) -> object:
    """Return a typed value as it would be written in a table."""
    from ltc_coach.deals.archives import digits

    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return digits(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if isinstance(value, dict | list | bytes) else str(value)


def _deal_file(stream: BinaryIO, source: _Source) -> Iterator[Row | Skipped]:
    from ltc_coach.model.deal import Deal
    from ltc_coach.reading.shape import fit
    from ltc_coach.reading.tree import LIMITS, parse_yaml

    stream.seek(0)
    file = source.file
    document = parse_yaml(stream.read(LIMITS.size + 1), file)
    if isinstance(document.data, dict) and "columns" in document.data and "customer" not in document.data:
        source.notes.append(_IS_A_MAPPING)
        return
    deal, problems = (None, document.problems) if document.problems else fit(Deal, document.data, document.source)
    yield Skipped(*_first(problems, file)) if deal is None else Row(file, 1, 1, {}, deal=deal)


def _first(problems: Sequence[Problem], file: str) -> tuple[str, int, int, str, Text]:
    first = problems[0]
    reason = first.message
    if len(problems) > 1:
        reason = _MORE_PROBLEMS.fill(first=reason, n=len(problems) - 1)
    return file, 1, first.where.line if first.where else 1, ".".join(map(str, first.path)), reason


# ---- headings --------------------------------------------------------------------------------------


def _headings(records: Iterable[Record], source: _Source) -> tuple[tuple[str, ...], Iterator[Record]]:
    """Return the headings and the records below; a title above them is passed over."""
    stream = iter(records)
    first: list[Record] = []
    for record in stream:
        if record.fault is not None and not first:
            raise Unusable(record.fault, record.line)
        if record.fault is not None or any(map(str.strip, record.cells)):
            first.append(record)
        if len(first) > _TITLES or (first and _count(first[-1]) > 1):
            break
    if not first:
        raise Unusable(_EMPTY)
    at = next((i for i, record in enumerate(first) if _count(record) > 1), 0)
    if at:
        source.notes.append(_TITLE.fill(line=first[at].line))
    return _checked(first[at]), itertools.chain(first[at + 1 :], stream)


def _count(record: Record) -> int:
    return sum(1 for cell in record.cells if cell.strip())


def _filled_from(cells: Sequence[str], width: int) -> int | None:
    """Return the index of the first cell from ``width`` on that holds something."""
    return next((i for i in range(width, len(cells)) if cells[i].strip()), None)


def _checked(record: Record) -> tuple[str, ...]:
    """Return the headings of a table. Raises Unusable where one is missing or stands twice."""
    if record.fault is not None:
        raise Unusable(record.fault, record.line)
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in record.cells]
    # Sheets and exports like to go on to the right with nothing in them.
    while names and not names[-1]:
        names.pop()
    if len(names) > _COLUMNS:
        raise Unusable(_MANY_COLUMNS, record.line)
    return _named(names, record.line)


def _named(names: Sequence[str], line: int = 1) -> tuple[str, ...]:
    if "" in names:
        raise Unusable(_NO_HEADING.fill(n=names.index("") + 1), line)
    if twice := next((name for i, name in enumerate(names) if name in names[:i]), None):
        raise Unusable(_SAME_HEADING.fill(name=quoted(twice, 40)), line, twice)
    return tuple(names)
