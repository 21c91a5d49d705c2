"""Frames as text: lines of JSON and of CSV, the same as documents/batch_jsonl.py writes for single rows.

Lines are put together from columns of fragments; each distinct word becomes a fragment once. Needs the extra `batch`.
"""

from __future__ import annotations

import csv
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ltc_coach.arrays.keys import coded, combined
from ltc_coach.documents.batch_jsonl import COLUMNS, guarded
from ltc_coach.documents.report_json import DECIMALS
from ltc_coach.i18n import Lang
from ltc_coach.model.batch import SkippedRow
from ltc_coach.model.frame import Flag, Frame, Worded

# Rows whose lines are in memory at a time.
_TOGETHER = 1 << 14

_QUOTE, _APART = pa.scalar('"'), pa.scalar("")
_LISTED, _CLOSED, _EMPTY = pa.scalar('["'), pa.scalar('"]'), pa.scalar("[]")
_OPENED, _ENDED = pa.scalar("["), pa.scalar("]")

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


class Lines(ABC):
    """What makes lines of frames; ``lang`` is the language of the texts."""

    # What stands for nothing, for no and for yes.
    _nothing = ""
    _flags = ("False", "True")
    # The signs a text cannot have in it as they are.
    _special = r'[",\r\n]'
    # What a line begins with, what stands before each of its fields, and what it ends with.
    _opened: str
    _ended: str

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        # As scalars of Arrow: it looks at every one of Python anew.
        self._signs = {name: pa.scalar(self._before(name, first=name == COLUMNS[0])) for name in COLUMNS}
        self._bounds = pa.scalar(self._opened), pa.scalar(self._ended), pa.scalar("")
        self._none = pa.scalar(self._nothing)
        self._yes_or_no = tuple(map(pa.scalar, self._flags))

    def of(self, frame: Frame) -> Iterator[Any]:
        """Yield the lines of a frame, refused rows in their places, as pieces of UTF-8."""
        skipped = sorted(frame.skipped, key=lambda row: row.row)
        rows = np.asarray(frame.batch.column("row"))
        for start in range(0, max(len(rows), 1), _TOGETHER):
            part = rows[start : start + _TOGETHER]
            last = start + _TOGETHER >= len(rows)
            its = [row for row in skipped if last or row.row < part[-1]]
            skipped = skipped[len(its) :]
            lines = self._lines(_slice(frame, start, len(part)))
            if its:
                order = np.argsort(np.concatenate([part, [row.row for row in its]]), kind="stable")
                lines = pa.concat_arrays([lines, pa.array([self.refused(row) for row in its], pa.string())]).take(order)
            yield _bytes(lines)

    @abstractmethod
    def refused(self, row: SkippedRow) -> str:
        """Return the line of a row that could not be read."""

    def _lines(self, frame: Frame) -> Any:
        if not frame.batch.num_rows:
            return pa.array([], pa.string())
        opened, ended, apart = self._bounds
        fragments = [part for name in COLUMNS for part in (self._signs[name], self._fragment(frame, name))]
        return pc.binary_join_element_wise(opened, *fragments, ended, apart)

    @abstractmethod
    def _before(self, name: str, *, first: bool) -> str:
        """Return what stands before a field."""

    @abstractmethod
    def _text(self, text: str) -> str:
        """Return a text as it is written."""

    @abstractmethod
    def _list(self, items: Any) -> Any:
        """Return lists of ids as they are written."""

    @abstractmethod
    def _maps(self, maps: dict[str, str]) -> str:
        """Return the names of a place in other models as they are written."""

    @abstractmethod
    def _warnings(self, flags: Sequence[Flag]) -> Any:
        """Return the warnings of all rows as they are written."""

    def _quoted(self, texts: Any) -> Any:
        """Return texts without a special sign in them as they are written."""
        return texts

    def _fragment(self, frame: Frame, name: str) -> Any:
        """Return a field of all rows as it is written; a scalar where it is the same in all."""
        if name == "file":
            return pa.scalar(self._text(frame.file))
        if name == "maps":
            return self._mapped(frame)
        if name == "warnings":
            return self._warnings(frame.warnings)
        if name in frame.texts:
            return self._said(frame.texts[name])
        column = frame.batch.column(name)
        return next(write for fits, write in self._kinds if fits(column.type))(column)

    @cached_property
    def _kinds(self) -> Sequence[tuple[Callable[[Any], bool], Callable[[Any], Any]]]:
        """How columns of each type are written."""
        kinds = pa.types
        return (
            (kinds.is_dictionary, self._words),
            (kinds.is_list, self._list),
            (kinds.is_boolean, lambda column: pc.if_else(column, *reversed(self._yes_or_no))),
            (kinds.is_string, self._free),
            (kinds.is_decimal, lambda column: self._or_nothing(self._quoted(_amounts(column)))),
            (kinds.is_floating, lambda column: self._or_nothing(_shares(column))),
            (kinds.is_date, lambda column: self._or_nothing(self._quoted(column.cast(pa.string())))),
            (kinds.is_integer, lambda column: self._or_nothing(column.cast(pa.string()))),
        )

    def _words(self, column: Any) -> Any:
        codes, words = coded(column)
        return pa.array([self._nothing if w is None else self._text(w) for w in words]).take(pa.array(codes))

    def _or_nothing(self, column: Any) -> Any:
        if column.null_count == len(column):
            return self._none
        return column.fill_null(self._none) if column.null_count else column

    def _said(self, worded: Worded) -> Any:
        return pa.array([self._text(text.get(self._lang)) for text in worded.texts]).take(pa.array(worded.codes))

    def _free(self, texts: Any) -> Any:
        """Return texts that are nearly all different; only those with a special sign are looked at."""
        special = pc.match_substring_regex(texts, self._special)
        written = self._quoted(texts)
        if not pc.any(special).as_py():
            return written
        others = [self._text(text) for text in texts.filter(special).to_pylist()]
        return pc.replace_with_mask(written, special, pa.array(others, pa.string()))

    def _mapped(self, frame: Frame) -> Any:
        columns = [coded(frame.batch.column(f"map_{id_}")) for id_ in frame.maps]
        if not columns:
            return pa.scalar(self._maps({}))
        number, parts = combined(*((codes, len(words)) for codes, words in columns))
        named = [
            {
                id_: word
                for id_, (_, words), code in zip(frame.maps, columns, part, strict=True)
                if (word := words[code])
            }
            for part in parts
        ]
        return pa.array([self._maps(names) for names in named]).take(pa.array(number))


class JsonLines(Lines):
    """Lines of JSON; ``today`` stands in each."""

    _nothing = "null"
    _flags = ("false", "true")
    _special = r'["\\\x00-\x1f]'
    _opened = "{"

    def __init__(self, lang: Lang, today: date) -> None:
        self._ended = f', "today": "{today.isoformat()}"}}\n'
        super().__init__(lang)
        self._today = today

    def refused(self, row: SkippedRow) -> str:
        """See ``Lines.refused``."""
        from ltc_coach.documents.batch_jsonl import json_line

        return json_line(row, self._lang, self._today)

    def _before(self, name: str, *, first: bool) -> str:
        return f'{"" if first else ", "}"{name}": '

    def _text(self, text: str) -> str:
        return _encode(text)

    def _quoted(self, texts: Any) -> Any:
        return pc.binary_join_element_wise(_QUOTE, texts, _QUOTE, _APART)

    def _list(self, items: Any) -> Any:
        joined = pc.binary_join(_listed(items), '", "')
        listed = pc.binary_join_element_wise(_LISTED, joined, _CLOSED, _APART)
        return pc.if_else(pc.equal(pc.list_value_length(items), 0), _EMPTY, listed)

    def _maps(self, maps: dict[str, str]) -> str:
        return _encode(maps)

    def _warnings(self, flags: Sequence[Flag]) -> Any:
        if not flags:
            return pa.scalar("[]")
        fragments = []
        for flag in flags:
            texts = [f", {_encode({'id': flag.id, 'text': text.get(self._lang)})}" for text in flag.text.texts]
            fragments.append(_where(flag, texts))
        joined = pc.binary_join_element_wise(*fragments, _APART)
        return pc.binary_join_element_wise(_OPENED, pc.utf8_slice_codeunits(joined, 2), _ENDED, _APART)


class CsvLines(Lines):
    """Lines of CSV."""

    _opened = ""
    _ended = ",,\r\n"

    def refused(self, row: SkippedRow) -> str:
        """See ``Lines.refused``."""
        from ltc_coach.documents.batch_jsonl import csv_report

        return csv_report(self._lang)[1](row)

    def _before(self, name: str, *, first: bool) -> str:  # noqa: ARG002 - a cell has no name
        return "" if first else ","

    def _text(self, text: str) -> str:
        return _cell(guarded(text))

    def _free(self, texts: Any) -> Any:
        special = pc.match_substring_regex(texts, self._special + "|^[=+@\\t-]")
        if not pc.any(special).as_py():
            return texts
        others = [self._text(text) for text in texts.filter(special).to_pylist()]
        return pc.replace_with_mask(texts, special, pa.array(others, pa.string()))

    def _list(self, items: Any) -> Any:
        return pc.binary_join(_listed(items), " ")

    def _maps(self, maps: dict[str, str]) -> str:
        return self._text(" ".join(f"{key}={its}" for key, its in maps.items()))

    def _warnings(self, flags: Sequence[Flag]) -> Any:
        if not flags:
            return self._none
        fragments = [_where(flag, [f"; {text.get(self._lang)}" for text in flag.text.texts]) for flag in flags]
        joined = pc.utf8_slice_codeunits(pc.binary_join_element_wise(*fragments, _APART), 2)
        return self._free(joined)


def _where(flag: Flag, texts: Sequence[str]) -> Any:
    """Return the texts of a warning in the rows where it stands, nothing in the others."""
    none = len(texts)
    return pa.array([*texts, ""]).take(pa.array(np.where(flag.where, flag.text.codes, none)))


def _cell(text: str) -> str:
    if not any(sign in text for sign in '",\r\n'):
        return text
    held = io.StringIO()
    # What is quoted depends on the end of a line as well.
    csv.writer(held, lineterminator="\r\n").writerow([text])
    return held.getvalue().removesuffix("\r\n")


def _amounts(column: Any) -> Any:
    """Return amounts as ``plain_amount`` writes them."""
    written = pc.utf8_rtrim(pc.utf8_rtrim(column.cast(pa.string()), "0"), ".")
    return pc.replace_substring_regex(written, r"(\.[0-9])$", r"\10")


def _shares(column: Any) -> Any:
    """Return probabilities as Python writes them."""
    rounded = np.round(np.asarray(column.fill_null(0.0)), DECIMALS)
    written = pa.array(rounded).cast(pa.string())
    whole = pa.array(rounded == np.rint(rounded))
    written = pc.if_else(whole, pc.if_else(pa.array(rounded > 0), "1.0", "0.0"), written)
    return pc.if_else(column.is_valid(), written, pa.scalar(None, pa.string())) if column.null_count else written


def _listed(lists: Any) -> Any:
    """Return lists of dictionary words as lists of words."""
    return pa.ListArray.from_arrays(lists.offsets, lists.values.cast(pa.string()))


def _slice(frame: Frame, start: int, count: int) -> Frame:
    """Return some rows of a frame, without the refused ones."""
    part = slice(start, start + count)
    return Frame(
        file=frame.file,
        batch=frame.batch.slice(start, count),
        maps=frame.maps,
        texts={name: Worded(its.codes[part], its.texts) for name, its in frame.texts.items()},
        warnings=tuple(Flag(f.id, f.where[part], Worded(f.text.codes[part], f.text.texts)) for f in frame.warnings),
        skipped=(),
        told=frame.told[part],
        unnamed=frame.unnamed[part],
    )


def _bytes(texts: Any) -> Any:
    """Return the bytes of texts, one after the other."""
    if not len(texts):
        return b""
    ends = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(texts.buffers()[2])[ends[0] : ends[-1]]
