"""Rows out of whatever a sales department has: CSV, JSON, JSON Lines, workbooks, Parquet, deal files.

What a file is, its first bytes say, not its name: a CRM's `.xls` is often text. A fault is never the
end: a bad record, or a file that is no table, comes out as a :class:`Skipped` among the rows. The order
is that of the paths, whatever order they were given in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NamedTuple

from ltc_coach.deals.encodings import UTF_8, Encoding, Unusable, declared, detect
from ltc_coach.deals.fitting import EMPTY, Source, checked, filled, fitted, headings_of, named
from ltc_coach.deals.inputs import STDIN, input_files
from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import SourceFile
from ltc_coach.model.cells import written
from ltc_coach.model.row import Row, Skipped
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError, Problem
from ltc_coach.reading.files import read_bytes
from ltc_coach.words import NO_PYARROW

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
# Codecs that may read half characters, which are no text, out of sound bytes.
_LOOSE = frozenset({"utf-7", "unicode-escape", "raw-unicode-escape"})
_HTML = (b"<html", b"<!doctype", b"<table", b"<meta", b"<?xml")

_OLD_EXCEL = both(
    zh="这是旧版 Excel (.xls):用 Excel 或 WPS 另存为 .xlsx", en="this is an old Excel file (.xls): save it as .xlsx"
)
_IS_HTML = both(
    zh="这其实是网页,不是表格:用 Excel 打开,另存为 .xlsx", en="this is a web page: open it in Excel, save it as .xlsx"
)
_BROKEN_PARQUET = both(zh="Parquet 文件坏了", en="this Parquet file is damaged")
_ENCODED = both(zh="编码是 {name}", en="the encoding is {name}")
_DAMAGED = both(zh="编码是 {name},但有坏掉的字节", en="the encoding is {name}, with damaged bytes in it")
_SEPARATED = both(zh="分隔符是 {sign}", en="the cells are separated by {sign}")
_SHEET = both(
    zh="读的是工作表「{name}」;另外还有 {others},要读别的用 --sheet",
    en="this is sheet '{name}'; there are also {others}: --sheet chooses",
)
_IS_A_MAPPING = both(zh="这是列对照,不是商机", en="this is a mapping, not a deal")
_MORE_PROBLEMS = both(zh="{first} (另外还有 {n} 处)", en="{first} (and {n} more)")


class Plain(NamedTuple):
    """A table that may be read in columns: what it is, how its text is written, and where its rows begin.

    ``first`` is the line of the first row, ``headings`` are those of a delimited text, ``width`` counts the cells of
    their line, blank ones at its end included.
    """

    file: str
    kind: Literal["csv", "jsonl", "parquet"]
    encoding: Encoding
    delimiter: str = ","
    first: int = 1
    headings: tuple[str, ...] = ()
    width: int = 0

    def alone(self, lines: bytes) -> bool:
        """Say whether lines of it, in UTF-8, are read the same whatever follows them."""
        from ltc_coach.deals.delimited import read_alone

        return read_alone(lines, self.delimiter, self.width)

    @property
    def name(self) -> str:
        """What the file is called in a report."""
        return _NAME if self.file == STDIN else self.file


class Rows:
    """The rows of all files, one after the other; iterating again reads again."""

    def __init__(self, files: Sequence[str], encoding: str | None, sheet: str | None, stdin: BinaryIO | None) -> None:
        self.files = files
        self._encoding = encoding
        self._sheet = sheet
        self._stdin = stdin
        self._sources: dict[str, Source] = {}

    @property
    def sources(self) -> tuple[SourceFile, ...]:
        """What was read so far: kind, encoding, rows, and what the reader decided by itself."""
        return tuple(source.described() for source in self._sources.values())

    def __iter__(self) -> Iterator[Row | Skipped]:
        """Read everything from the beginning."""
        self._sources = {}
        for file in self.files:
            yield from self.read(file)

    def read(self, file: str) -> Iterator[Row | Skipped]:
        """Read one of the files, record by record."""
        source = self._begun(file)
        try:
            for row in self._file(file, source):
                if isinstance(row, Skipped):
                    source.skipped += 1
                else:
                    source.rows += 1
                yield row
        except Unusable as error:
            yield Skipped(source.file, 0, error.line, error.field, error.reason)

    def plain(self, file: str) -> Plain | None:
        """Look at one of the files: can it be read in columns? If in any doubt, None."""
        try:
            with self.stream(file) as stream:
                return self._plain(stream, file)
        except (Unusable, CoachError, OSError):
            return None

    def begin(self, plain: Plain) -> None:
        """Say that a file is going to be read in columns."""
        source = self._begun(plain.file)
        source.kind = plain.kind
        if plain.kind != "parquet":
            self._note_encoding(source, plain.encoding)
        if plain.kind == "csv":
            self._note_delimiter(source, plain.delimiter)

    def piece(self, plain: Plain, stream: BinaryIO, row: int, line: int) -> Iterator[Row | Skipped]:
        """Read lines of a file record by record, in UTF-8; ``row`` rows came before, ``line`` is their first."""
        from ltc_coach.deals.delimited import records
        from ltc_coach.deals.jsonrows import json_lines

        source = self._sources[self._name(plain.file)]
        found: Iterator[Row | Skipped]
        if plain.kind == "jsonl":
            found = json_lines(stream, UTF_8, source.file)
        else:
            found = fitted(records(stream, UTF_8, plain.delimiter, width=plain.width), plain.headings, source)
        for its in found:
            yield its._replace(row=its.row + row, line=its.line + line - 1)

    def broken(self, plain: Plain) -> Skipped:
        """Say that the rest of a file that was being read in columns cannot be read."""
        return Skipped(self._sources[plain.name].file, 0, 1, "", _BROKEN_PARQUET)

    @contextmanager
    def stream(self, file: str) -> Iterator[BinaryIO]:
        """Open one of the files. Raises Unusable for what is no ordinary file."""
        if file == STDIN:
            yield self._stdin or BytesIO()
            return
        try:
            # A pipe, a device or a forbidden file is refused here, before anything waits for it.
            read_bytes(Path(file), 0)
        except CoachError as error:
            raise Unusable(error.message) from None
        with Path(file).open("rb") as stream:
            yield stream

    @staticmethod
    def _name(file: str) -> str:
        return _NAME if file == STDIN else file

    def _begun(self, file: str) -> Source:
        source = self._sources[self._name(file)] = Source(self._name(file))
        return source

    def _plain(self, stream: BinaryIO, file: str) -> Plain | None:
        from ltc_coach.deals.delimited import DELIMITERS, delimiter_of, first_line

        head, suffix = _head(stream), Path(file).suffix.lower()
        if _no_table(head) is not None or head.startswith(_ZIP) or _is_deal(head, suffix):
            return None
        if head.startswith(_PARQUET):
            return Plain(file, "parquet", UTF_8)
        encoding = self._detected(stream)
        kind = _kind(stream, encoding, suffix)
        if encoding.damaged or encoding.codec in _LOOSE or kind == "json":
            return None
        if kind == "jsonl":
            return Plain(file, "jsonl", encoding)
        sign, passed = delimiter_of(stream, encoding)
        headings = first_line(stream, encoding, sign, passed)
        # A line with a single cell is a title, or there is but one column.
        if headings is None or filled(headings) < 2 or sign not in DELIMITERS:  # noqa: PLR2004 - two columns
            return None
        return Plain(file, "csv", encoding, sign, passed + 2, checked(headings), len(headings.cells))

    def _file(self, file: str, source: Source) -> Iterator[Row | Skipped]:
        with self.stream(file) as stream:
            if file != STDIN or self._stdin is not None:
                yield from self._rows(stream, source, "" if file == STDIN else Path(file).suffix.lower())

    def _rows(self, stream: BinaryIO, source: Source, suffix: str) -> Iterator[Row | Skipped]:
        head = _head(stream)
        if (reason := _no_table(head)) is not None:
            raise Unusable(reason)
        if head.startswith(_ZIP):
            return self._workbook(stream, source)
        if head.startswith(_PARQUET):
            source.kind = "parquet"
            return _parquet(stream, source.file)
        if _is_deal(head, suffix):
            source.kind = "deal"
            return _deal_file(stream, source)
        return self._text(stream, source, suffix)

    def _detected(self, stream: BinaryIO) -> Encoding:
        return declared(self._encoding, stream) if self._encoding else detect(stream)

    def _text(self, stream: BinaryIO, source: Source, suffix: str) -> Iterator[Row | Skipped]:
        from ltc_coach.deals.delimited import delimiter_of, records
        from ltc_coach.deals.jsonrows import json_document, json_lines

        encoding = self._detected(stream)
        self._note_encoding(source, encoding)
        source.kind = _kind(stream, encoding, suffix)
        if source.kind == "jsonl":
            return json_lines(stream, encoding, source.file)
        if source.kind == "json":
            return json_document(stream, encoding, source.file)
        sign, passed = delimiter_of(stream, encoding)
        self._note_delimiter(source, sign)
        return _table(records(stream, encoding, sign, passed), source)

    @staticmethod
    def _note_encoding(source: Source, encoding: Encoding) -> None:
        source.encoding = encoding.name
        if encoding.damaged or encoding.codec != "utf-8":
            source.notes.append((_DAMAGED if encoding.damaged else _ENCODED).fill(name=encoding.name))

    @staticmethod
    def _note_delimiter(source: Source, sign: str) -> None:
        if sign != ",":
            source.notes.append(_SEPARATED.fill(sign="Tab" if sign == "\t" else sign))

    def _workbook(self, stream: BinaryIO, source: Source) -> Iterator[Row | Skipped]:
        from ltc_coach.deals.workbooks import choose, sheets

        source.kind = "workbook"
        found = sheets(stream)
        sheet = choose(found, self._sheet)
        if self._sheet is None and (others := [s for s in found if not s.hidden and s.name != sheet.name]):
            names = ", ".join(quoted(other.name, 40) for other in others[:5])
            source.notes.append(_SHEET.fill(name=quoted(sheet.name, 40), others=names))
        return _table(sheet.records(), source, short=True)


def _table(records: Iterable[Record], source: Source, *, short: bool = False) -> Iterator[Row | Skipped]:
    headings, rest = headings_of(records, source)
    return fitted(rest, headings, source, short=short)


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


def _head(stream: BinaryIO) -> bytes:
    stream.seek(0)
    head = stream.read(1024)
    if not head.strip():
        raise Unusable(EMPTY)
    return head


def _is_deal(head: bytes, suffix: str) -> bool:
    return suffix in _YAML or head.startswith(b"ltc:")


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
        from pyarrow import ArrowException
    except ImportError:
        raise CoachError(NO_PYARROW) from None
    row = 0
    try:
        for batch in _opened(stream).iter_batches(batch_size=1024):
            batch.validate(full=True)
            names = named(batch.schema.names)
            for cells in zip(*map(_values, batch.columns), strict=True):
                row += 1
                yield Row(file, row, row, dict(zip(names, map(written, cells), strict=True)))
    except (ArrowException, OSError):
        raise Unusable(_BROKEN_PARQUET) from None


def _opened(stream: BinaryIO) -> Any:
    from pyarrow import parquet

    try:
        return parquet.ParquetFile(stream)
    except ValueError:
        # Headings that are no text, for one.
        raise Unusable(_BROKEN_PARQUET) from None


def _values(column: Any) -> list[Any]:
    """Return the values of a column; days that Python's calendar does not have, and parts of microseconds, as text."""
    try:
        return list(column.to_pylist())
    except (OverflowError, ValueError):
        return list(column.cast("string").to_pylist())


def _deal_file(stream: BinaryIO, source: Source) -> Iterator[Row | Skipped]:
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
