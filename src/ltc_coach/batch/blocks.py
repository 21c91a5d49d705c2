"""Tables as streams of raw record batches: CSV, JSON Lines, Parquet; memory stays bounded whatever the size.

A text is taken in blocks of whole lines. A block in which every line is plainly one record is read in columns; any
other (a line break between quotes, a blank line, a damaged record) comes out as a :class:`Piece`, to be
read record by record: nothing is guessed here. A table that cannot be read in columns at all is
:class:`Unsuitable`, before its first row.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ltc_coach.arrays.amounts import MONEY
from ltc_coach.i18n import Text, both
from ltc_coach.model.mapping import Mapping as Layout

# Bytes of a block; rows of one batch of Parquet.
BYTES = 8 << 20
ROWS = 1 << 16
# The other reader refuses longer cells, longer lines of JSON, and records that go on for longer.
_CELL, _LINE, _RECORD = 131_072, 1_000_000, 2_000_000
WORDS = pa.dictionary(pa.int32(), pa.string())

_QUOTE, _LF, _CR = b'"\n\r'

_TOO_FEW = both(zh="只有 {found} 格,列名有 {wanted} 个", en="{found} cells for {wanted} headings")
_BEYOND = both(zh="有内容在最后一个列名之外 (第 {n} 格)", en="there is something beyond the last heading (cell {n})")


class Unsuitable(Exception):  # noqa: N818 - no error: the file is to be read record by record instead
    """A file that cannot be read in columns without guessing; the argument says why, for us."""


class Raw(NamedTuple):
    """Rows as they are written: the columns a mapping names, of those rows that have as many cells as headings.

    ``rows`` counts all rows, ``ragged`` has the others by their place among them. Each is a line; ``line`` is
    that of the first.
    """

    batch: Any
    rows: int
    line: int
    ragged: Mapping[int, Text]


class Piece(NamedTuple):
    """Lines, as UTF-8, that are to be read record by record; ``line`` is the first of them."""

    stream: BinaryIO
    line: int


Blocks: TypeAlias = Iterator[Raw | Piece]


def in_utf8(stream: BinaryIO, codec: str, mark: int) -> Any:
    """Return a text file's bytes as UTF-8, from the end of its byte order mark on."""
    stream.seek(mark)
    return stream if codec == "utf-8" else codecs.EncodedFile(stream, "utf-8", codec)


# ---- CSV ----------------------------------------------------------------------------------------------------------


def csv_blocks(stream: Any, layout: Layout, headings: Sequence[str], delimiter: str, first: int) -> Blocks:
    """Read a delimited text in UTF-8 from the line of its first row on. May raise Unsuitable."""
    if lacking := [name for name in layout.named if name not in headings]:
        raise Unsuitable(f"no columns {lacking}")
    for _ in range(first - 1):
        stream.readline()
    sign = ord(delimiter)
    for cut in _cut(stream, first, quotes=True):
        if isinstance(cut, Piece):
            yield cut
        else:
            read = _csv_block(cut, headings, layout, delimiter) if _plain(cut.data, sign) else None
            yield read or Piece(io.BytesIO(cut.data), cut.line)


def _csv_block(cut: _Lines, headings: Sequence[str], layout: Layout, delimiter: str) -> Raw | None:
    """Read a block of lines; None if they are not all plain rows after all."""
    from pyarrow import csv as arrow_csv

    ragged: dict[int, Text] = {}
    blank: list[int] = []

    def note(found: Any) -> str:
        cells, width = next(csv.reader([found.text], delimiter=delimiter)), len(headings)
        beyond = next((i for i, cell in enumerate(cells) if i >= width and cell.strip()), None)
        if not any(map(str.strip, cells)) or (beyond is None and len(cells) >= width):
            blank.append(found.number)
        reason = _TOO_FEW.fill(found=len(cells), wanted=width) if beyond is None else _BEYOND.fill(n=beyond + 1)
        ragged[found.number - 1] = reason
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(cut.data),
            # Only a single thread numbers the rows.
            read_options=arrow_csv.ReadOptions(
                column_names=list(headings), use_threads=False, block_size=len(cut.data) + 1
            ),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, invalid_row_handler=note),
            convert_options=arrow_csv.ConvertOptions(
                column_types=_types(layout), include_columns=layout.named, strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowException:
        return None
    batch = _one(table)
    if blank or _some_blank(batch):
        return None
    return Raw(batch, batch.num_rows + len(ragged), cut.line, ragged)


def _plain(data: bytes, delimiter: int) -> bool:
    """Say whether every line is one record, quoted as both readers understand it."""
    if b"\0" in data or _returns_alone(data):
        return False
    signs = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(signs == _LF)
    lengths = np.diff(ends, prepend=-1)
    # A blank line has nothing, or only a carriage return, before its end.
    if len(ends) and (int(lengths.max()) > _CELL or data[:1] in {b"\n", b"\r"} or _blank_between(signs, ends, lengths)):
        return False
    return b'"' not in data or _well_quoted(signs, ends, delimiter)


def _blank_between(signs: npt.NDArray[np.uint8], ends: npt.NDArray[np.intp], lengths: npt.NDArray[np.intp]) -> bool:
    short = ends[lengths <= 2]  # noqa: PLR2004 - an end of line, and perhaps a carriage return before it
    return bool(len(short)) and bool(((lengths[lengths <= 2] == 1) | (signs[short - 1] == _CR)).any())  # noqa: PLR2004 - the same


def _well_quoted(signs: npt.NDArray[np.uint8], ends: npt.NDArray[np.intp], delimiter: int) -> bool:
    """Say whether quotes open at the beginning of a cell, close at its end, and on the same line."""
    quotes = np.flatnonzero(signs == _QUOTE)
    if (np.searchsorted(quotes, ends) % 2).any() or len(quotes) % 2:
        return False
    padded = np.concatenate([[_LF], signs, [_LF]])
    opening, closing = quotes[::2], quotes[1::2]
    before, after = padded[opening], padded[closing + 2]
    opened = (before == delimiter) | (before == _LF) | (before == _QUOTE)
    closed = (after == delimiter) | (after == _LF) | (after == _CR) | (after == _QUOTE)
    return bool(opened.all()) and bool(closed.all())


def _some_blank(batch: Any) -> bool:
    """Say whether there is a row in which nothing is written in any column that is read."""
    blank = np.ones(batch.num_rows, np.bool_)
    for column in batch.columns:
        if not column.null_count:
            return False
        blank &= np.asarray(column.is_null())
        if not blank.any():
            return False
    return bool(blank.any())


# ---- JSON Lines ---------------------------------------------------------------------------------------------------


def json_blocks(stream: Any, layout: Layout) -> Blocks:
    """Read a text of one JSON object per line, in UTF-8. May raise Unsuitable."""
    schema: Any = None
    for cut in _cut(stream, 1):
        if isinstance(cut, Piece):
            yield cut
            continue
        schema = schema or pa.schema(_kinds(cut.data[: cut.data.find(b"\n")], layout))
        read = _json_block(cut, schema) if _plain_lines(cut.data) else None
        yield read or Piece(io.BytesIO(cut.data), cut.line)


def _json_block(cut: _Lines, schema: Any) -> Raw | None:
    from pyarrow import json as arrow_json

    try:
        table = arrow_json.read_json(
            pa.BufferReader(cut.data),
            read_options=arrow_json.ReadOptions(block_size=len(cut.data) + 1, use_threads=False),
            parse_options=arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
    except pa.ArrowException:
        return None
    batch = _one(table)
    # Objects may share a line, and one may go on to the next: then a row is no line.
    return Raw(batch, batch.num_rows, cut.line, {}) if batch.num_rows == cut.data.count(b"\n") else None


def _plain_lines(data: bytes) -> bool:
    """Say whether every line is a record of its own that is no complete deal."""
    if b"\0" in data or _returns_alone(data) or b'"answers"' in data or b'"ltc"' in data:
        return False
    signs = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(signs == _LF)
    starts = np.concatenate([[0], ends[:-1] + 1])
    opened = signs[starts] == ord("{")
    return bool(opened.all()) and bool((ends - starts).max(initial=0) < _LINE)


def _kinds(first: bytes, layout: Layout) -> dict[str, Any]:
    """Return what the values of a JSON file are, judged by its first record: texts, or amounts as numbers."""
    try:
        record = json.loads(first)
    except (ValueError, RecursionError):
        raise Unsuitable("the first line is no JSON") from None
    amount = layout.columns.get("amount")
    written = record.get(amount) if isinstance(record, dict) else None
    number = isinstance(written, int | float) and not isinstance(written, bool)
    return {name: MONEY if name == amount and number else pa.string() for name in layout.named}


# ---- Parquet ------------------------------------------------------------------------------------------------------


def parquet_blocks(stream: Any, layout: Layout) -> Blocks:
    """Read a Parquet file. May raise Unsuitable."""
    from pyarrow import parquet

    names = list(layout.named)
    try:
        worded = [name for name, kind in _types(layout).items() if kind is WORDS]
        # Reading ahead would keep every byte that was read until the last.
        file = parquet.ParquetFile(stream, read_dictionary=worded, pre_buffer=False)
    except pa.ArrowException as error:
        raise Unsuitable(str(error)) from None
    held = file.schema_arrow
    for name in names:
        if len(held.get_all_field_indices(name)) != 1 or not _single(held.field(name).type):
            raise Unsuitable(f"no column of single values '{name}'")
    row = 1
    # One thread: the others score and write.
    for batch in file.iter_batches(ROWS, columns=names, use_threads=False):
        yield Raw(batch, batch.num_rows, row, {})
        row += batch.num_rows


def _single(kind: Any) -> bool:
    """Say whether values of this type are written in one way only, here and record by record."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    tests: tuple[Callable[[Any], bool], ...] = (
        pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_decimal, pa.types.is_float64,
        pa.types.is_boolean, pa.types.is_date32, pa.types.is_null,
    )  # fmt: skip
    return any(test(kind) for test in tests)


# ---- blocks of lines ----------------------------------------------------------------------------------------------


class _Lines(NamedTuple):
    """Whole lines, and the number of the first."""

    data: bytes
    line: int


def _cut(stream: Any, line: int, *, quotes: bool = False) -> Iterator[_Lines | Piece]:
    """Cut a text into blocks of whole lines, with ``quotes`` at places where none is open.

    Blank lines at the very end are left out. Where a quote stays open for longer than a record may be, all the rest
    is one piece: where its records begin and end, only the other reader can tell.
    """
    held = b""
    while data := held + stream.read(BYTES):
        parts, grown = [data, stream.readline()], 0
        open_ = quotes and sum(part.count(b'"') for part in parts if b'"' in part) % 2
        while open_ and parts[-1]:
            parts.append(stream.readline())
            open_ ^= parts[-1].count(b'"') % 2
            grown += len(parts[-1])
            if grown > _RECORD:
                yield Piece(_spooled(b"".join(parts), stream), line)
                return
        data = b"".join(parts)
        text = data.rstrip(b"\r\n")
        # Should nothing but blank lines follow, those at the end of this block belong to them.
        held = data[len(text) :].removeprefix(b"\r").removeprefix(b"\n") if parts[-1] else b""
        if text:
            yield _Lines(text + b"\n", line)
            # The other reader takes a carriage return for the end of a line, too.
            line += text.count(b"\n") + 1 + _returns_alone(text)


def _returns_alone(data: bytes) -> int:
    """Count the carriage returns that are no part of an end of line."""
    return data.count(b"\r") - data.count(b"\r\n") if b"\r" in data else 0


def _spooled(data: bytes, stream: Any) -> BinaryIO:
    """Put what is left of a text into a file of its own, which can be read from its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with the piece
    file.write(data)
    shutil.copyfileobj(stream, file, BYTES)
    return file


def _types(layout: Layout) -> dict[str, Any]:
    """Return how each column is read: as words, of which there are few, unless nearly every cell is different."""
    single = {layout.columns.get("id"), layout.columns.get("amount")}
    return {name: pa.string() if name in single else WORDS for name in layout.named}


def _one(table: Any) -> Any:
    """Return a table as one record batch."""
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], table.schema)
