"""Cells of a raw batch made into fields of deals, by the mapping: each distinct value is looked at once.

What a cell may hold is the same as for the reader of single records (``model.cells``), and so are the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ltc_coach.arrays.amounts import MONEY, plain_amounts
from ltc_coach.batch.blocks import Raw
from ltc_coach.batch.columns import Columns
from ltc_coach.i18n import Text
from ltc_coach.model.cells import (
    TOTAL_ID,
    Unfit,
    as_currency,
    as_day,
    as_money,
    as_name,
    as_outcome,
    no_answer,
    other_currency,
    sound,
    written,
)
from ltc_coach.model.mapping import DAYS
from ltc_coach.model.mapping import Mapping as Layout
from ltc_coach.model.row import Skipped

# A column beside the fields: the currency an amount itself names.
_MARKED = "marked?"
UNNAMED = "unnamed?"
"""A column beside the fields: whether a row has no id of its own."""
# The first fault of each row, by its place in the batch: the heading and the reason.
Faults = dict[int, tuple[str, Text]]


class Part(NamedTuple):
    """Rows read together: a record batch, and the rows refused among them, in their order."""

    batch: Any
    skipped: tuple[Skipped, ...]


class Cells:
    """A mapping compiled for raw batches of one file.

    A part has the columns ``row``, counting the records of the file from 1, and ``line``; the mapping's fields under
    their own names (``amount`` as decimal, days as dates, other fields as words, null where blank; ``id`` is never
    null); and what ``columns`` finds in the answers. A row with a cell that is not what its field should hold, or with
    a word that is no answer, is refused, with the heading and the reason.
    """

    def __init__(self, file: str, layout: Layout, columns: Columns) -> None:
        self._file = file
        self._layout = layout
        self._columns = columns
        self._blank = {"", *layout.blank}
        self._answers = list(dict.fromkeys(answer.column for answer in layout.answers.values()))

    @staticmethod
    def layout(layout: Layout) -> Layout:
        """Return the mapping by which the answers of a part are read: they stand beside fields of any name."""
        answers = {
            id_: answer.model_copy(update={"column": answer_column(answer.column)})
            for id_, answer in layout.answers.items()
        }
        return layout.model_copy(update={"answers": answers})

    def part(self, raw: Raw, row: int) -> Part:
        """Return the good rows diagnosed, and the refused ones; ``row`` rows of the file came before."""
        places = np.arange(raw.rows)
        if raw.ragged:
            places = np.delete(places, list(raw.ragged))
        made: dict[str, Any] = {"row": pa.array(places + row + 1), "line": pa.array(places + raw.line)}
        faults: Faults = {}
        self._put_fields(raw.batch, made, faults)
        made |= {answer_column(heading): _as_text(raw.batch.column(heading)) for heading in self._answers}
        batch, refused = self._without(pa.RecordBatch.from_arrays(list(made.values()), names=list(made)), faults)
        scored, unheard = self._scored(batch)
        # Whether an amount and its currency agree is looked at last.
        agreeing, clashing = self._agreeing(scored)
        skipped = [Skipped(self._file, row + at + 1, raw.line + at, "", reason) for at, reason in raw.ragged.items()]
        skipped += [*refused, *unheard, *clashing]
        return Part(agreeing, tuple(sorted(skipped, key=lambda s: s.row)))

    def _put_fields(self, raw: Any, made: dict[str, Any], faults: Faults) -> None:
        """Put in the fields of the mapping."""
        for field, heading in self._layout.columns.items():
            column = raw.column(heading)
            if field == "amount":
                made[field], marks = self._amounts(column, heading, faults)
                if marks is not None:
                    made[_MARKED] = marks
            elif field == "id":
                made[field], made[UNNAMED] = self._ids(column, made["row"], heading, faults)
            else:
                made[field] = self._words(column, field, heading, faults)
        if UNNAMED not in made:
            made["id"] = self._named(made["row"])
            made[UNNAMED] = pa.array(np.ones(raw.num_rows, np.bool_))
        made["currency"] = self._currencies(made.get("currency"), raw.num_rows)

    def _without(self, batch: Any, faults: Faults) -> tuple[Any, list[Skipped]]:
        """Take rows with a fault out of a batch."""
        if not faults:
            return batch, []
        rows, lines = batch.column("row"), batch.column("line")
        skipped = [
            Skipped(self._file, rows[place].as_py(), lines[place].as_py(), *fault) for place, fault in faults.items()
        ]
        good = np.ones(batch.num_rows, np.bool_)
        good[list(faults)] = False
        return batch.filter(pa.array(good)), skipped

    def _scored(self, batch: Any) -> tuple[Any, list[Skipped]]:
        scored = self._columns.score(batch)
        results = scored.drop_columns(["refused", "refused_question", "refused_word"])
        if scored.column("refused").null_count == scored.num_rows:
            return results, []
        told = np.flatnonzero(np.asarray(scored.column("refused").is_valid()))
        lost = scored.select(["refused_question", "refused_word"]).take(pa.array(told))
        faults: Faults = {}
        for place, question, word in zip(told.tolist(), *(c.to_pylist() for c in lost.columns), strict=True):
            faults[place] = self._layout.answers[question].column, no_answer(word.strip(), question)
        return self._without(results, faults)

    def _named(self, rows: Any) -> Any:
        """Return ids made of the file and the row."""
        return pc.binary_join_element_wise(Path(self._file).stem, rows.cast(pa.string()), "-")

    def _ids(self, column: Any, rows: Any, heading: str, faults: Faults) -> tuple[Any, Any]:
        """Return the ids, and which rows have none of their own: they are named by their file and number."""
        ids = pc.utf8_trim_whitespace(_texts(column))
        lost = pc.or_kleene(pc.is_null(ids), pc.is_in(ids, pa.array(sorted(self._blank))))
        if pc.any(lost).as_py():
            ids = pc.if_else(lost, self._named(rows), ids)
        # Nearly all ids are sound; the expression lets through a few more than ``as_name`` refuses.
        doubtful = pc.match_substring_regex(ids, f"^(?:{TOTAL_ID}|#.*)$", ignore_case=True)
        for place in np.flatnonzero(pc.and_not(doubtful, lost)).tolist():
            try:
                as_name(sound(ids[place].as_py()), "id")
            except Unfit as error:
                faults.setdefault(place, (heading, error.reason))
        return ids, lost

    def _words(self, column: Any, field: str, heading: str, faults: Faults) -> Any:
        """Return a field with few distinct values: each is looked at once."""
        encoded = column if pa.types.is_dictionary(column.type) else _texts(column).dictionary_encode()
        values, reasons = self._each(_texts(encoded.dictionary).to_pylist(), self._convert(field))
        _note(faults, heading, encoded.indices, reasons)
        if field in DAYS:
            return pa.array(values, pa.date32()).take(encoded.indices)
        # White space aside, words may have become the same.
        numbers = {value: i for i, value in enumerate(dict.fromkeys(v for v in values if v is not None))}
        places = pa.array([numbers.get(value) for value in values], pa.int32())
        return pa.DictionaryArray.from_arrays(places.take(encoded.indices), pa.array(list(numbers), pa.string()))

    def _each(self, texts: Sequence[str | None], convert: Callable[[str], Any]) -> tuple[list[Any], dict[int, Text]]:
        """Convert distinct texts; of those that do not fit return the reasons."""
        values: list[Any] = []
        reasons: dict[int, Text] = {}
        for i, cell in enumerate(texts):
            text = (cell or "").strip()
            values.append(None)
            if text not in self._blank:
                try:
                    values[i] = convert(sound(text))
                except Unfit as error:
                    reasons[i] = error.reason
        return values, reasons

    def _convert(self, field: str) -> Callable[[str], Any]:
        if field in DAYS:
            return lambda text: as_day(text, self._layout.dates)
        if field in {"customer", "alias"}:
            return lambda text: as_name(text, field)
        if field == "outcome":
            return lambda text: as_outcome(text, self._layout.outcomes)
        return as_currency if field == "currency" else str

    def _amounts(self, column: Any, heading: str, faults: Faults) -> tuple[Any, Any]:
        """Return the amounts, and the currencies that cells themselves name; None if none does."""
        texts = _texts(column)
        amounts, plain = plain_amounts(texts)
        plain &= self._layout.plain_numbers
        others = np.flatnonzero(~plain & np.asarray(texts.is_valid()))
        if not len(others):
            return amounts, None
        encoded = texts.take(pa.array(others)).dictionary_encode()
        sums, reasons = self._each(
            encoded.dictionary.to_pylist(), lambda text: as_money(text, self._layout.numbers, self._layout.unit)
        )
        _note(faults, heading, encoded.indices, reasons, others)
        read = pa.array([found and found.amount for found in sums], MONEY).take(encoded.indices)
        mask = np.zeros(len(texts), np.bool_)
        mask[others] = True
        amounts = pc.replace_with_mask(amounts, pa.array(mask), read)
        if not any(found and found.currency for found in sums):
            return amounts, None
        marked = pa.array([found and found.currency for found in sums], pa.string()).take(encoded.indices)
        return amounts, pc.replace_with_mask(pa.nulls(len(texts), pa.string()), pa.array(mask), marked)

    def _currencies(self, column: Any, count: int) -> Any:
        """Return the currency of every row."""
        usual = self._layout.currency
        if column is None:
            return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([usual]))
        return column if not column.null_count else column.cast(pa.string()).fill_null(usual).dictionary_encode()

    def _agreeing(self, batch: Any) -> tuple[Any, list[Skipped]]:
        """Refuse amounts that name another currency than their row has."""
        if _MARKED not in batch.schema.names:
            return batch, []
        marks, told = batch.column(_MARKED), batch.column("currency").cast(pa.string())
        faults: Faults = {}
        for place in np.flatnonzero(pc.not_equal(marks, told).fill_null(False)).tolist():  # noqa: FBT003 - pyarrow's own
            reason = other_currency(marks[place].as_py(), told[place].as_py())
            faults[place] = self._layout.columns["amount"], reason
        return self._without(batch.drop_columns([_MARKED]), faults)


def answer_column(heading: str) -> str:
    """Return what a column of answers is called beside the fields of deals, whose names it may have."""
    return f"answer: {heading}"


def _as_text(column: Any) -> Any:
    """Return a column as words or strings; one of words stays as it is."""
    return column if pa.types.is_dictionary(column.type) else _texts(column)


def _texts(column: Any) -> Any:
    """Return a column as strings, each value as it would be written in a table."""
    if pa.types.is_floating(column.type) or pa.types.is_boolean(column.type):
        encoded = column.dictionary_encode()
        return pa.array(map(written, encoded.dictionary.to_pylist()), pa.string()).take(encoded.indices)
    return column.cast(pa.string())


def _note(
    faults: Faults,
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
