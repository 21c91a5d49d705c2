"""Tables as streams of record batches, read by a mapping: CSV in UTF-8, Parquet, JSON Lines.

The fast way in for :class:`~ltc_coach.batch.columns.Columns`; memory stays bounded whatever the size. It is for
what machines export. A file it could not read exactly as the record-by-record reader does (another encoding, a
line break inside quotes, a damaged line of JSON, a further table to join) raises :class:`Unsuitable`: nothing is
guessed, and nothing lost.
"""

from __future__ import annotations

import contextlib
import csv
import io
import queue
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ltc_coach.batch.amounts import MONEY, plain_amounts
from ltc_coach.batch.columns import Columns
from ltc_coach.i18n import Text, both
from ltc_coach.model.cells import CURRENCIES, EXCEL_ERRORS, Unfit, as_day, as_money
from ltc_coach.model.mapping import DAYS
from ltc_coach.model.mapping import Mapping as Layout
from ltc_coach.model.row import Skipped
from ltc_coach.plain import quoted

# Bytes of CSV or JSON, and rows of Parquet, that become one batch. Arrow holds up to 32 such pieces of text read ahead.
_BYTES = 2 << 20
_ROWS = 1 << 16
_WORDS = pa.dictionary(pa.int32(), pa.string())
_LONGEST = 40  # characters of a cell that a reason quotes

_TOO_FEW = both(zh="只有 {found} 格,列名有 {wanted} 个", en="{found} cells for {wanted} headings")
_BEYOND = both(zh="有内容在最后一个列名之外 (第 {n} 格)", en="there is something beyond the last heading (cell {n})")
_EXCEL_ERROR = both(zh="Excel 报错 {error}", en="an Excel error, {error}")
_NOT_A_CURRENCY = both(zh="「{written}」不是币种", en="'{written}' is not a currency")
_OTHER_CURRENCY = both(
    zh="金额写的是 {marked},币种是 {currency}", en="the amount says {marked}, the currency is {currency}"
)
_NO_OUTCOME = both(zh="结果「{written}」在列对照里没有", en="outcome '{written}' is not in the mapping")
_NO_ANSWER = both(
    zh="「{written}」不是问题「{question}」的答案", en="'{written}' is not an answer to question '{question}'"
)


class Unsuitable(Exception):  # noqa: N818 - no error: the file is to be read record by record instead
    """A file that cannot be read in columns without guessing; the argument says why, for us."""


class Part(NamedTuple):
    """Rows read together: a record batch, and the rows refused among them, in their order."""

    batch: Any
    skipped: tuple[Skipped, ...]


def read(path: Path, layout: Layout) -> Iterator[Part]:
    """Stream a table, a part at a time.

    Batches have the column ``row``, counting the records of the file from 1; the mapping's fields under their
    own names (``amount`` as decimal, days as dates, other fields as words, null where blank; ``id`` is never null); and
    the answer columns under their headings, as they are. A row with a cell that is not what its field should
    hold is refused, with the heading and the reason. Raises Unsuitable, perhaps after some parts.
    """
    if layout.join:
        raise Unsuitable("a further table to join")
    cells = _Cells(path, layout)
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
            stream.seek(0)
            if head == b"PAR1":
                parts = _parquet(stream, layout)
            elif path.suffix.lower() in {".jsonl", ".ndjson"}:
                parts = _json_lines(stream, layout)
            else:
                parts = _csv(stream, layout)
            for raw, refused in parts:
                yield cells.part(raw, refused)
    except pa.ArrowException as error:
        raise Unsuitable(str(error)) from None


def diagnosed(parts: Iterable[Part], columns: Columns, path: Path, layout: Layout) -> Iterator[Part]:
    """Score parts; rows with a word that is no answer join the refused ones, with its heading and the reason."""
    for part in parts:
        scored = columns.score(part.batch)
        results = scored.drop_columns(["refused", "refused_question", "refused_word"])
        if scored.column("refused").null_count == scored.num_rows:
            yield Part(results, part.skipped)
            continue
        good = pc.is_null(scored.column("refused"))
        lost = scored.filter(pc.invert(good)).select(["row", "refused_question", "refused_word"])
        skipped = [
            _skipped(path, row, layout.answers[question].column, _no_answer(word.strip(), question))
            for row, question, word in zip(*(column.to_pylist() for column in lost.columns), strict=True)
        ]
        yield Part(results.filter(good), tuple(sorted([*part.skipped, *skipped], key=lambda s: s.row)))


def ahead(parts: Iterable[Part]) -> Iterator[Part]:
    """Have the next part made in a thread while this one is used: reading and writing leave the interpreter free."""
    waiting: queue.Queue[Part | BaseException | None] = queue.Queue(1)
    stopped = threading.Event()

    def hand_over(part: Part | BaseException | None) -> None:
        while not stopped.is_set():
            with contextlib.suppress(queue.Full):
                waiting.put(part, timeout=0.1)
                return

    def work() -> None:
        try:
            for part in parts:
                hand_over(part)
                if stopped.is_set():
                    return
            hand_over(None)
        except BaseException as error:  # noqa: BLE001 - raised again where the parts are used
            hand_over(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        while (part := waiting.get()) is not None:
            if isinstance(part, BaseException):
                raise part
            yield part
    finally:
        stopped.set()


def parquet_writer(target: Any, schema: Any) -> Any:
    """Open a Parquet file for results; dictionary pages only where there are words, for they cost most."""
    from pyarrow import parquet

    worded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    worded += [f"{field.name}.list.element" for field in schema if pa.types.is_list(field.type)]
    # Rows in the order of the input have no ranges that statistics could tell apart.
    return parquet.ParquetWriter(target, schema, use_dictionary=worded, write_statistics=False, compression="lz4")


def _skipped(path: Path, row: int, field: str, reason: Text) -> Skipped:
    # No quotes hide a line break here: a record is a line, and the headings are the first.
    return Skipped(str(path), row, row if path.suffix.lower() in {".jsonl", ".ndjson"} else row + 1, field, reason)


# ---- raw batches: with a column `row`, and the rows that do not have as many cells as there are headings ----------

_Raw = Iterator[tuple[Any, dict[int, Text]]]


def _csv(stream: Any, layout: Layout) -> _Raw:
    from pyarrow import csv as arrow_csv

    lines, ragged = _Lines(stream), dict[int, Text]()

    def note(found: Any) -> str:
        cells, width = next(csv.reader([found.text])), found.expected_columns
        beyond = next((i for i, cell in enumerate(cells) if i >= width and cell.strip()), None)
        if beyond is None and len(cells) >= width:
            lines.fault = "empty cells beyond the last heading"
        ragged[found.number - 1] = (
            _TOO_FEW.fill(found=len(cells), wanted=width) if beyond is None else _BEYOND.fill(n=beyond + 1)
        )
        return "skip"

    reader = arrow_csv.open_csv(
        io.BufferedReader(lines, 1 << 20),
        # Only a single thread counts the rows.
        read_options=arrow_csv.ReadOptions(block_size=_BYTES, use_threads=False),
        parse_options=arrow_csv.ParseOptions(invalid_row_handler=note),
        convert_options=arrow_csv.ConvertOptions(
            column_types=_types(layout),
            include_columns=layout.named,
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    last = 0
    for batch in reader:
        lines.check()
        rows = np.arange(last + 1, last + 1 + batch.num_rows + len(ragged))
        rows = rows[~np.isin(rows, list(ragged))][: batch.num_rows]
        last = int(rows[-1]) if len(rows) else last
        if _some_blank(batch):
            raise Unsuitable("rows without a single mapped cell")
        yield _numbered(batch, rows), {row: ragged.pop(row) for row in sorted(ragged) if row < last}
    lines.check()
    if ragged:
        yield _numbered(reader.schema.empty_table().combine_chunks().to_batches()[0], np.zeros(0, np.int64)), ragged


def _some_blank(batch: Any) -> bool:
    """Say whether there is a row in which nothing is written."""
    blank = np.ones(batch.num_rows, np.bool_)
    for column in batch.columns:
        if not column.null_count:
            return False
        blank &= np.asarray(column.is_null())
        if not blank.any():
            return False
    return True


class _Lines(io.RawIOBase):
    """The bytes of a file, looked at in passing; ``fault`` says so if not every line is a record."""

    def __init__(self, stream: Any, *, quotes: bool = True) -> None:
        super().__init__()
        self.fault = ""
        self._stream = stream
        self._quotes = 0 if quotes else None
        self._ends = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read on, and look at what was read."""
        count = int(self._stream.readinto(buffer))
        self._look(bytes(memoryview(buffer)[:count]))
        return count

    def check(self) -> None:
        """Raise Unsuitable if what was read so far has anything but one record per line."""
        if self.fault:
            raise Unsuitable(self.fault)

    def _look(self, data: bytes) -> None:
        if b"\0" in data:
            self.fault = "NUL bytes"
        if self._quotes is not None and b'"' in data:
            signs = np.frombuffer(data, np.uint8)
            quotes, ends = np.flatnonzero(signs == ord('"')), np.flatnonzero(signs == ord("\n"))
            if ((np.searchsorted(quotes, ends) + self._quotes) % 2).any():
                self.fault = "a line break between quotes, or a quote left open"
            self._quotes += len(quotes)
        joined = self._ends + data
        text = joined.rstrip(b"\r\n")
        self._ends = joined[len(text) :]
        if b"\n\n" in text or b"\n\r\n" in text:
            self.fault = "blank lines"
        if text.count(b"\r") != text.count(b"\r\n"):
            self.fault = "a carriage return by itself"


def _parquet(stream: Any, layout: Layout) -> _Raw:
    from pyarrow import parquet

    names = list(layout.named)
    worded = [name for name, type_ in _types(layout).items() if type_ is _WORDS]
    last = 0
    # Reading ahead would keep every byte that was read until the last.
    file = parquet.ParquetFile(stream, read_dictionary=worded, pre_buffer=False)
    # One thread: the others score and write.
    for batch in file.iter_batches(_ROWS, columns=names, use_threads=False):
        if batch.num_columns < len(names):
            raise Unsuitable("a column is missing")
        yield _numbered(batch, np.arange(last + 1, last + 1 + batch.num_rows)), {}
        last += batch.num_rows


def _json_lines(stream: Any, layout: Layout) -> _Raw:
    from pyarrow import json as arrow_json

    first = stream.readline()
    stream.seek(0)
    lines = _Lines(stream, quotes=False)
    reader = arrow_json.open_json(
        io.BufferedReader(lines, 1 << 20),
        read_options=arrow_json.ReadOptions(block_size=_BYTES, use_threads=False),
        parse_options=arrow_json.ParseOptions(
            explicit_schema=pa.schema(_kinds(first, layout)), unexpected_field_behavior="ignore"
        ),
    )
    last = 0
    for batch in reader:
        lines.check()
        yield _numbered(batch, np.arange(last + 1, last + 1 + batch.num_rows)), {}
        last += batch.num_rows
    lines.check()


def _kinds(first: bytes, layout: Layout) -> dict[str, Any]:
    """Return what the values of a JSON file are, judged by its first record: texts, or amounts as numbers."""
    import json

    try:
        record = json.loads(first)
    except ValueError:
        raise Unsuitable("the first line is no JSON") from None
    amount = layout.columns.get("amount")
    written = record.get(amount) if isinstance(record, dict) else None
    number = isinstance(written, int | float)
    return {name: MONEY if name == amount and number else pa.string() for name in layout.named}


def _types(layout: Layout) -> dict[str, Any]:
    """Return how each column is read: as words, of which there are few, unless nearly every cell is different."""
    single = {layout.columns.get("id"), layout.columns.get("amount")}
    return {name: pa.string() if name in single else _WORDS for name in layout.named}


def _numbered(batch: Any, rows: npt.NDArray[np.int64]) -> Any:
    return pa.RecordBatch.from_arrays([pa.array(rows), *batch.columns], names=["row", *batch.schema.names])


# ---- cells: what each field should hold ---------------------------------------------------------------------------


# The first fault of each row, by its place in the batch: the heading and the reason.
_Faults = dict[int, tuple[str, Text]]


class _Cells:
    """Cells of a raw batch made into fields, by the mapping."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self._path = path
        self._layout = layout
        self._blank = {"", *layout.blank}
        self._answers = list(dict.fromkeys(answer.column for answer in layout.answers.values()))
        fields = ["row", "currency", *layout.columns]
        if clash := [name for name in self._answers if name in fields]:
            raise Unsuitable(f"answer columns named like fields: {clash}")

    def part(self, raw: Any, ragged: Mapping[int, Text]) -> Part:
        """Return the good rows, and the refused ones."""
        faults: _Faults = {}
        rows = raw.column("row")
        made: dict[str, Any] = {"row": rows}
        marks: dict[int, str] = {}
        for field, heading in self._layout.columns.items():
            column = raw.column(heading)
            if field == "amount":
                made[field], marks = self._amounts(column, heading, faults)
            elif field == "id":
                made[field] = self._ids(column, rows, heading, faults)
            else:
                made[field] = self._words(column, field, heading, faults)
        made["currency"] = self._currencies(made.get("currency"), raw.num_rows, marks, faults)
        made |= {heading: raw.column(heading) for heading in self._answers}
        batch = pa.RecordBatch.from_arrays(list(made.values()), names=list(made))
        skipped = [_skipped(self._path, row, "", reason) for row, reason in ragged.items()]
        if faults:
            good = np.ones(raw.num_rows, np.bool_)
            good[list(faults)] = False
            batch = batch.filter(pa.array(good))
            skipped += [_skipped(self._path, rows[place].as_py(), *fault) for place, fault in faults.items()]
        return Part(batch, tuple(sorted(skipped, key=lambda s: s.row)))

    def _ids(self, column: Any, rows: Any, heading: str, faults: _Faults) -> Any:
        """Return the ids; a row without one is named by its file and number."""
        ids = pc.utf8_trim_whitespace(column.cast(pa.string()))
        lost = pc.or_kleene(pc.is_null(ids), pc.is_in(ids, pa.array(sorted(self._blank))))
        if pc.any(lost).as_py():
            named = pc.binary_join_element_wise(self._path.stem, rows.cast(pa.string()), "-")
            ids = pc.if_else(lost, named, ids)
        if pc.any(pc.starts_with(ids, "#")).as_py():
            errors = np.flatnonzero(pc.is_in(ids, pa.array(sorted(EXCEL_ERRORS))))
            for place in errors.tolist():
                faults.setdefault(place, (heading, _EXCEL_ERROR.fill(error=ids[place].as_py())))
        return ids

    def _words(self, column: Any, field: str, heading: str, faults: _Faults) -> Any:
        """Return a field with few distinct values: each is looked at once."""
        encoded = column if pa.types.is_dictionary(column.type) else _texts(column).dictionary_encode()
        values, reasons = self._each(encoded.dictionary.to_pylist(), self._convert(field))
        _note(faults, heading, encoded.indices, reasons)
        if field in DAYS:
            return pa.array(values, pa.date32()).take(encoded.indices)
        # White space aside, words may have become the same.
        words = list(dict.fromkeys(value for value in values if value is not None))
        places = pa.array([None if value is None else words.index(value) for value in values], pa.int32())
        return pa.DictionaryArray.from_arrays(places.take(encoded.indices), pa.array(words, pa.string()))

    def _each(self, texts: Sequence[str | None], convert: Callable[[str], Any]) -> tuple[list[Any], dict[int, Text]]:
        """Convert distinct texts; of those that do not fit return the reasons."""
        values: list[Any] = []
        reasons: dict[int, Text] = {}
        for i, written in enumerate(texts):
            text = (written or "").strip()
            values.append(None)
            if text in EXCEL_ERRORS:
                reasons[i] = _EXCEL_ERROR.fill(error=text)
            elif text not in self._blank:
                try:
                    values[i] = convert(text)
                except Unfit as error:
                    reasons[i] = error.reason
        return values, reasons

    def _convert(self, field: str) -> Callable[[str], Any]:
        if field in DAYS:
            return lambda text: as_day(text, self._layout.dates)
        return {"currency": _currency, "outcome": self._outcome}.get(field, str)

    def _outcome(self, text: str) -> str:
        try:
            return self._layout.outcomes[text]
        except KeyError:
            raise Unfit(_NO_OUTCOME.fill(written=_cut(text))) from None

    def _amounts(self, column: Any, heading: str, faults: _Faults) -> tuple[Any, dict[int, str]]:
        """Return the amounts, and the currencies that cells themselves name."""
        texts = _texts(column)
        amounts, plain = plain_amounts(texts)
        if self._layout.unit != "1" or self._layout.numbers != "1,234.56":
            plain[:] = False
        others = np.flatnonzero(~plain & np.asarray(texts.is_valid()))
        if not len(others):
            return amounts, {}
        encoded = texts.take(pa.array(others)).dictionary_encode()
        sums, reasons = self._each(
            encoded.dictionary.to_pylist(), lambda text: as_money(text, self._layout.numbers, self._layout.unit)
        )
        _note(faults, heading, encoded.indices, reasons, others)
        read = pa.array([found and found.amount for found in sums], MONEY).take(encoded.indices)
        mask = np.zeros(len(texts), np.bool_)
        mask[others] = True
        marks = [found.currency if found else None for found in sums]
        named = {place: marks[i] for place, i in zip(others.tolist(), encoded.indices.to_pylist(), strict=True)}
        return pc.replace_with_mask(amounts, pa.array(mask), read), {p: mark for p, mark in named.items() if mark}

    def _currencies(self, column: Any, count: int, marks: Mapping[int, str], faults: _Faults) -> Any:
        """Return the currency of every row, and refuse amounts that name another."""
        usual = self._layout.currency
        if column is None:
            column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([usual]))
        elif column.null_count:
            column = column.cast(pa.string()).fill_null(usual).dictionary_encode()
        for place, marked in marks.items():
            if (told := column[place].as_py()) != marked:
                reason = _OTHER_CURRENCY.fill(marked=marked, currency=told)
                faults.setdefault(place, (self._layout.columns["amount"], reason))
        return column


def _texts(column: Any) -> Any:
    """Return a column as strings, each value as it would be written in a table."""
    if pa.types.is_floating(column.type):
        encoded = column.dictionary_encode()
        written = [None if x is None else format(Decimal(repr(x)), "f") for x in encoded.dictionary.to_pylist()]
        return pa.array(written, pa.string()).take(encoded.indices)
    return column.cast(pa.string())


def _note(
    faults: _Faults,
    heading: str,
    indices: Any,
    reasons: Mapping[int, Text],
    places: npt.NDArray[np.int64] | None = None,
) -> None:
    """Note the faults of a column, given the reasons why some of its distinct values do not fit."""
    if reasons:
        wrong = np.flatnonzero(np.asarray(pc.is_in(indices, pa.array(list(reasons), indices.type))))
        for place in wrong.tolist():
            at = place if places is None else int(places[place])
            faults.setdefault(at, (heading, reasons[indices[place].as_py()]))


def _currency(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).upper()
    if code := CURRENCIES.get(plain):
        return code
    if len(plain) == 3 and plain.isascii() and plain.isalpha():  # noqa: PLR2004 - ISO 4217
        return plain
    raise Unfit(_NOT_A_CURRENCY.fill(written=_cut(text)))


def _no_answer(word: str, question: str) -> Text:
    if word in EXCEL_ERRORS:
        return _EXCEL_ERROR.fill(error=word)
    return _NO_ANSWER.fill(written=_cut(word), question=question)


def _cut(text: str) -> str:
    return quoted(text, _LONGEST)
