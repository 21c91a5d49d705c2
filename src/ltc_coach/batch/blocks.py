"""Tables as streams of raw record batches: CSV, JSON Lines, Parquet; memory stays bounded whatever the size.

A text is taken in blocks of whole lines. A block in which every line is plainly one record is read in columns; any
other (a line break between quotes, a blank line, a damaged record) comes out as a :class:`Piece`, to be
read record by record: nothing is guessed here. A table that cannot be read in columns at all is
:class:`Unsuitable`, before its first row.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple, TypeAlias

import pyarrow as pa

from ltc_coach.arrays.amounts import MONEY
from ltc_coach.batch.plainness import (
    plain_numbers,
    plain_objects,
    plain_rows,
    returns_alone,
    some_blank,
    well_quoted,
)
from ltc_coach.i18n import Text
from ltc_coach.model.mapping import Mapping as Layout
from ltc_coach.model.row import BEYOND, TOO_FEW

# Of a block of text: its bytes at most, and about its lines; rows of a batch of Parquet. Many hold more memory, few
# take longer.
BYTES = 8 << 20
LINES = 1 << 15
ROWS = 1 << 16
# Bytes of the first block, from which the length of lines is known.
_FIRST = 1 << 18
# The other reader refuses longer records, and longer lines.
_RECORD = 2_000_000
WORDS = pa.dictionary(pa.int32(), pa.string())
# An exact decimal of more places may be written with an exponent.
_DECIMALS = 6


class Unsuitable(Exception):  # noqa: N818 - no error: the file is to be read record by record instead
    """A file that cannot be read in columns without guessing; the argument says why, for us."""


class Broken(Exception):  # noqa: N818 - a fact about somebody's file
    """A Parquet file that cannot be read any further."""


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


class _Recoded:
    """A text file as UTF-8, a piece or a line at a time. Only line feeds end lines, as they do among bytes."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text

    def read(self, size: int) -> bytes:
        return self._text.read(size).encode()

    def readline(self, size: int = -1) -> bytes:
        return self._text.readline(size).encode()


@contextmanager
def in_utf8(stream: BinaryIO, codec: str, mark: int) -> Iterator[Any]:
    """Give a text file's bytes as UTF-8, from the end of its byte order mark on."""
    stream.seek(mark)
    if codec == "utf-8":
        yield stream
        return
    text = io.TextIOWrapper(stream, codec, newline="\n")
    try:
        yield _Recoded(text)
    finally:
        # Whoever opened the stream closes it, and may have done so.
        if not stream.closed:
            text.detach()


# ---- CSV ----------------------------------------------------------------------------------------------------------


def csv_blocks(  # noqa: PLR0913 - a text, how it is written, and what reads the rest
    stream: Any,
    layout: Layout,
    headings: Sequence[str],
    delimiter: str,
    first: int,
    *,
    alone: Callable[[bytes], bool] = lambda _: False,
) -> Blocks:
    """Read a delimited text in UTF-8 from the line of its first row on. May raise Unsuitable.

    ``alone`` says of lines with odd quotes whether the other reader reads them the same whatever follows. If not, all
    the rest is one piece.
    """
    if lacking := [name for name in layout.named if name not in headings]:
        raise Unsuitable(f"no columns {lacking}")
    for _ in range(first - 1):
        if returns_alone(stream.readline()):
            raise Unsuitable("lines that end with carriage returns")
    sign, cuts = ord(delimiter), _Cuts(stream, first, quotes=True)
    for cut in cuts:
        if isinstance(cut, Piece):
            yield cut
        elif well_quoted(cut.data, sign):
            read = _csv_block(cut, headings, layout, delimiter) if plain_rows(cut.data) else None
            yield read or cut.piece()
        elif alone(cut.data):
            yield cut.piece()
        else:
            yield cuts.rest(cut)
            return


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
        reason = TOO_FEW.fill(found=len(cells), wanted=width) if beyond is None else BEYOND.fill(n=beyond + 1)
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
    if blank or some_blank(batch):
        return None
    return Raw(batch, batch.num_rows + len(ragged), cut.line, ragged)


# ---- JSON Lines ---------------------------------------------------------------------------------------------------


def json_blocks(stream: Any, layout: Layout) -> Blocks:
    """Read a text of one JSON object per line, in UTF-8. May raise Unsuitable."""
    schema: Any = None
    for cut in _Cuts(stream, 1):
        if isinstance(cut, Piece):
            yield cut
            continue
        schema = schema or pa.schema(_kinds(cut.data[: cut.data.find(b"\n")], layout))
        read = _json_block(cut, schema) if plain_objects(cut.data) else None
        yield read or cut.piece()


def _json_block(cut: _Lines, schema: Any) -> Raw | None:
    from pyarrow import json as arrow_json

    try:
        table = arrow_json.read_json(
            pa.BufferReader(cut.data),
            read_options=arrow_json.ReadOptions(block_size=len(cut.data) + 1, use_threads=False),
            # What is ignored is not looked at, and might be written twice in one record.
            parse_options=arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="infer"),
        )
    except pa.ArrowException:
        return None
    batch = _one(table.select(schema.names))
    # Objects may share a line: then a row is no line.
    if batch.num_rows != cut.data.count(b"\n") or not plain_numbers(cut.data, batch):
        return None
    return Raw(batch, batch.num_rows, cut.line, {})


def _kinds(first: bytes, layout: Layout) -> dict[str, Any]:
    """Return what the values of a JSON file are, judged by its first record: texts, or amounts as numbers."""
    try:
        record = json.loads(first)
    except (ValueError, RecursionError):
        raise Unsuitable("the first line is no JSON") from None
    amount = layout.columns.get("amount")
    written = record.get(amount) if isinstance(record, dict) else None
    number = isinstance(written, int | float) and not isinstance(written, bool)
    used = [*layout.columns.values(), *(answer.column for answer in layout.answers.values())]
    as_money = number and layout.plain_numbers and used.count(str(amount)) == 1
    return {name: MONEY if name == amount and as_money else pa.string() for name in layout.named}


# ---- Parquet ------------------------------------------------------------------------------------------------------


def parquet_blocks(stream: Any, layout: Layout) -> Blocks:
    """Read a Parquet file. May raise Unsuitable."""
    from pyarrow import parquet

    names = list(layout.named)
    try:
        held = parquet.read_schema(stream)
        _check(held, names)
        worded = [name for name, kind in _types(layout).items() if kind is WORDS]
        # Reading ahead would keep every byte that was read until the last.
        file = parquet.ParquetFile(stream, read_dictionary=worded, pre_buffer=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unsuitable(str(error)) from None
    row = 1
    try:
        # One thread: the others score and write.
        for batch in file.iter_batches(ROWS, columns=names, use_threads=False):
            batch.validate(full=True)
            yield Raw(batch, batch.num_rows, row, {})
            row += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise Broken(str(error)) from None


def _check(schema: Any, names: Sequence[str]) -> None:
    """Raise Unsuitable where headings are blank or stand twice, or columns hold no single values."""
    headings = schema.names
    if "" in headings or len(set(headings)) < len(headings):
        raise Unsuitable("headings that are none")
    for name in names:
        if name not in headings or not _single(schema.field(name).type):
            raise Unsuitable(f"no column of single values '{name}'")


def _single(kind: Any) -> bool:
    """Say whether values of this type are written in one way only, here and record by record."""
    types = pa.types
    if types.is_dictionary(kind):
        return bool(types.is_string(kind.value_type))
    if types.is_decimal128(kind):
        return kind.scale in range(_DECIMALS + 1)
    tests: tuple[Callable[[Any], bool], ...] = (
        types.is_string, types.is_large_string, types.is_integer, types.is_float64, types.is_boolean, types.is_date32,
        types.is_null,
    )  # fmt: skip
    return any(test(kind) for test in tests)


# ---- blocks of lines ----------------------------------------------------------------------------------------------


class _Lines(NamedTuple):
    """Whole lines, and the number of the first; ``ended``: the file itself ends the last of them."""

    data: bytes
    line: int
    ended: bool

    def piece(self) -> Piece:
        """Return them as they are, to be read record by record."""
        return Piece(io.BytesIO(self.data if self.ended else self.data[:-1]), self.line)


class _Cuts:
    """Cuts a text into blocks of whole lines, with ``quotes`` at places where none is open.

    Blank lines at the very end are left out. Where a line, or a quote that stays open, goes on for longer than a record
    may, all the rest is one piece: where its records begin and end, only the other reader can tell.
    """

    def __init__(self, stream: Any, line: int, *, quotes: bool = False) -> None:
        self._stream = stream
        self._line = line
        self._quotes = quotes
        self._held = b""
        self._size = min(BYTES, _FIRST)

    def __iter__(self) -> Iterator[_Lines | Piece]:
        while data := self._held + self._stream.read(self._size):
            tail, ended = self._tail(data)
            data += tail
            text = data.rstrip(b"\r\n")
            if len(tail) > _RECORD:
                yield Piece(_spooled(data, self._stream), self._line)
                return
            # Should nothing but blank lines follow, those at the end of this block belong to them.
            rest = data[len(text) :]
            self._held = b"" if ended else rest.removeprefix(b"\r").removeprefix(b"\n") if text else rest
            if text:
                yield _Lines(text + b"\n", self._line, ended=bool(rest))
                lines = text.count(b"\n") + 1
                self._size = min(BYTES, len(text) * LINES // lines)
                # The other reader takes a carriage return for the end of a line, too.
                self._line += lines + returns_alone(text)
            elif ended:
                return

    def rest(self, lines: _Lines) -> Piece:
        """Return lines and all that follows them as one piece."""
        return Piece(_spooled(lines.piece().stream.read() + self._held, self._stream), lines.line)

    def _tail(self, data: bytes) -> tuple[bytes, bool]:
        """Read on to the end of the line, or of the last open quote; say whether the text ends there."""
        parts, grown = [self._stream.readline(_RECORD + 1)], 0
        open_ = self._quotes and (data.count(b'"') + parts[0].count(b'"')) % 2
        while parts[-1] and (open_ or not parts[-1].endswith(b"\n")) and (grown := grown + len(parts[-1])) <= _RECORD:
            parts.append(self._stream.readline(_RECORD + 1))
            open_ ^= self._quotes and parts[-1].count(b'"') % 2
        return b"".join(parts), not parts[-1]


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
