"""What is odd about a frame of deals: the same as ``Traps.look`` finds in its rows, counted in columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ltc_coach.arrays.exact import as_money, sums, units_of
from ltc_coach.arrays.keys import coded, combined
from ltc_coach.deals.seen import BUCKETS, OF_LINE
from ltc_coach.deals.traps import SPELLED, Traps
from ltc_coach.model.frame import Frame
from ltc_coach.model.mapping import OPEN
from ltc_coach.model.row import BACKWARDS, BARE

Bools: TypeAlias = npt.NDArray[np.bool_]
# What a warning of a row is called when it is counted.
_ODD = {BARE.id: "bare", BACKWARDS.id: "backwards"}

Coded: TypeAlias = tuple[npt.NDArray[np.integer[Any]], Sequence[str]]


def look(traps: Traps, frame: Frame, stages: Mapping[str, str]) -> None:
    """Take a frame into account; ``stages`` are the meanings of the CRM's stages."""
    if frame.batch.num_rows:
        _Looking(traps, frame).all(stages)


class _Looking:
    """One frame that is being looked at."""

    def __init__(self, traps: Traps, frame: Frame) -> None:
        self._traps = traps
        self._frame = frame
        self._batch = frame.batch
        self._lines = np.asarray(frame.batch.column("line"))
        self._units = units_of(frame.batch.column("amount"))
        self._priced = np.asarray(frame.batch.column("amount").is_valid())
        outcome, endings = coded(frame.batch.column("outcome"))
        self._states: Coded = outcome, [word or OPEN for word in endings]
        stage, stages = coded(frame.batch.column("crm_stage"))
        self._stage: Coded = stage, [word or "" for word in stages]

    def all(self, stages: Mapping[str, str]) -> None:
        """Count everything."""
        self._come_to()
        self._see()
        self._miss()
        for name in SPELLED:
            codes, values = coded(self._batch.column(name))
            for value, n in zip(values, np.bincount(codes, minlength=len(values)).tolist(), strict=True):
                if value and n:
                    self._traps.spelled(name, value, n)
        self._odd("zero", self._priced & (self._units == 0), self._states)
        for flag in self._frame.warnings:
            if flag.id in _ODD:
                self._odd(_ODD[flag.id], flag.where, self._states)
        self._odd("no-id", self._frame.unnamed, (np.zeros(len(self._lines), np.int64), [OPEN]))
        for code, word in enumerate(self._stage[1]):
            if word and stages and word not in stages:
                where = (self._stage[0] == code) & ~self._frame.told
                self._traps.meaningless(word, int(where.sum()), self._places(where))

    def _come_to(self) -> None:
        """Add up deals and their money by state."""
        tally = self._traps.tally
        tally.skipped += len(self._frame.skipped)
        if self._frame.newest is not None:
            tally.happened(self._frame.newest)
        tally.answered += int((np.asarray(self._batch.column("answers")) > 0).sum())
        codes, currencies = coded(self._batch.column("currency"))
        number, parts = combined((codes, len(currencies)), (self._states[0], len(self._states[1])))
        deals = np.bincount(number, minlength=len(parts)).tolist()
        with_amount = np.bincount(number, self._priced, len(parts)).tolist()
        money = sums(number, len(parts), self._units)
        for (currency, state), n, held, some in zip(parts, deals, money, with_amount, strict=True):
            its = self._states[1][state]
            if n:
                tally.deals[its] += n
            if some:
                key = str(currencies[currency]), its
                tally.money[key] = tally.money.get(key, 0) + as_money(held)

    def _see(self) -> None:
        """Remember where which id stood."""
        seen = self._traps.seen
        marks = np.fromiter(map(hash, self._batch.column("id").to_pylist()), np.int64, self._batch.num_rows)
        marks = marks.view(np.uint64)
        bucket = (marks % np.uint64(BUCKETS)).astype(np.int64)
        order = np.argsort(bucket, kind="stable")
        places = (self._lines + (seen.number(self._frame.file) << OF_LINE)).astype(np.uint64)
        pairs = np.stack([marks[order], places[order]], axis=1)
        ends = np.searchsorted(bucket[order], np.arange(BUCKETS + 1)).tolist()
        for number in range(BUCKETS):
            if ends[number] < ends[number + 1]:
                seen.put(number, pairs[ends[number] : ends[number + 1]].tobytes())

    def _miss(self) -> None:
        """Count what is blank of the fields a deal should have, by the CRM's stage or, without one, by state."""
        number, parts = combined((self._stage[0], len(self._stage[1])), (self._states[0], len(self._states[1])))
        named: Coded = number, [self._stage[1][stage] or self._states[1][state] for stage, state in parts]
        ended = np.asarray(self._batch.column("outcome").is_valid())
        for name in self._traps.expected:
            blank = _blank(self._batch.column(name))
            if name == "expected":
                # Of a deal that has ended, the day that matters is the one it ended on.
                self._lacking("closed", blank & ended & _blank(self._batch.column("closed")), named)
                blank = blank & ~ended
            self._lacking(name, blank, named)

    def _lacking(self, name: str, where: Bools, named: Coded) -> None:
        if where.any():
            self._traps.blank(name, _counted(where, named), self._places(where))

    def _odd(self, code: str, where: Bools, named: Coded) -> None:
        if where.any():
            self._traps.odd(code, _counted(where, named), self._places(where))

    def _places(self, where: Bools) -> list[tuple[str, int]]:
        """Return the first places: as many as are ever shown."""
        return [(self._frame.file, line) for line in self._lines[np.flatnonzero(where)[: Traps.SHOWN]].tolist()]


def _blank(column: Any) -> Bools:
    """Say where nothing is written."""
    if pa.types.is_dictionary(column.type):
        codes, words = coded(column)
        return np.array([not word for word in words]).take(codes)
    blank: Bools = np.asarray(column.is_null())
    return blank


def _counted(where: Bools, named: Coded) -> Counter[str]:
    counts: Counter[str] = Counter()
    for word, n in zip(named[1], np.bincount(named[0][where], minlength=len(named[1])).tolist(), strict=True):
        if n:
            counts[word] += n
    return counts
