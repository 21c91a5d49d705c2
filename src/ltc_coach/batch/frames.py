"""Deals in columns become what is reported of them: the counterpart of records.py for a whole batch at a time.

It says the same of each deal (tests/test_frames.py). What tables cannot hold, people, plans and a dated log, needs no
counterpart here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ltc_coach.arrays.amounts import MONEY
from ltc_coach.arrays.days import EPOCH, NO_DAY, Days, as_days, days_of
from ltc_coach.arrays.keys import coded, worded
from ltc_coach.batch.alarms import ALONE, OLD_DAYS, RISKS, SILENT_DAYS, Watch, counted
from ltc_coach.batch.cells import UNNAMED, Part
from ltc_coach.batch.rates import PREFERRED, Rates
from ltc_coach.batch.records import NOT_SETTLED, NOTHING_KNOWN
from ltc_coach.batch.stays import Stays
from ltc_coach.engine.conditions import SURE
from ltc_coach.engine.ties import TIE
from ltc_coach.i18n import Text
from ltc_coach.model.batch import RateSource, SkippedRow, Warn
from ltc_coach.model.deal import Ending
from ltc_coach.model.frame import NO_TEXT, Flag, Frame, Worded
from ltc_coach.model.mapping import ENDINGS
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.row import BACKWARDS, BARE

Bools: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[np.int32]
# Numbers and the words they stand for.
Coded: TypeAlias = tuple[npt.NDArray[np.integer[Any]], Sequence[str | None]]

_NAMES = ("customer", "product", "owner", "team", "crm_stage")
_OPEN = len(ENDINGS)  # the code of a deal that has not ended
_SOURCES = ("none", "outcome", *PREFERRED)


@dataclass(frozen=True, slots=True)
class _Deals:
    """What a part says of its deals, as arrays; ``state`` numbers the endings, ``place`` the places."""

    count: int
    state: Codes
    answered: Bools
    settled: Bools
    place: Codes
    stage: Codes
    stages: Sequence[str | None]
    priced: Bools
    opened: Days
    expected: Days
    closed: Days
    contact: Days
    origin: Codes
    origins: Sequence[str | None]
    origin_confidence: npt.NDArray[np.float64]
    told: Bools

    @property
    def is_open(self) -> Bools:
        open_: Bools = self.state == _OPEN
        return open_


class Framing:
    """A playbook ready for the parts of tables; ``stages`` as for Records, whose ``stays`` take these deals as well."""

    def __init__(self, playbook: Playbook, today: date, rates: Rates, stages: Mapping[str, str], stays: Stays) -> None:
        self._stays = stays
        self._playbook = playbook
        self._today = np.int32((today - EPOCH).days)
        self._rates = rates
        self._stages = stages
        self._places = playbook.scales[playbook.main].places
        self._order = {place.id: i for i, place in enumerate(self._places)}
        self._moves = {move.id: move.title for move in playbook.moves}
        self._others = sorted(id_ for id_ in playbook.scales if id_ != playbook.main)
        self._watch = Watch(playbook, today)

    def frame(self, file: str, part: Part, rows: int) -> Frame:
        """Return what is reported of a part; ``rows`` rows came before those of its file."""
        batch = part.batch
        deals = self._deals(batch)
        self._last(deals)
        columns = self._named(batch, deals, rows) | self._located(batch, deals) | self._rated(batch, deals)
        warnings = tuple(self._warnings(deals))
        risk, columns["at_risk"] = self._risk(columns["amount"], warnings)
        columns |= self._dated(deals)
        unclear, weakest = self._least_known(batch, deals)
        columns["unclear"] = unclear
        return Frame(
            file=file,
            batch=pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns)),
            maps=tuple(name.removeprefix("map_") for name in columns if name.startswith("map_")),
            texts={"risk": risk, "weakest": weakest, **self._titles(deals, columns["first_move"])},
            warnings=warnings,
            skipped=tuple(
                SkippedRow(row=rows + s.row, file=s.file, line=s.line, field=s.field, reason=s.reason)
                for s in part.skipped
            ),
            told=deals.told,
            unnamed=np.asarray(batch.column(UNNAMED)),
            newest=_newest(deals.opened, deals.closed, deals.contact),
        )

    # ---- what is there --------------------------------------------------------------------------------------------

    def _deals(self, batch: Any) -> _Deals:
        count, names = batch.num_rows, set(batch.schema.names)
        stage, stages = _words(batch, "crm_stage")
        told, state = self._states(batch, stage, stages)
        answered = np.asarray(batch.column("asked")) > 0
        expected, closed = _days(batch, "expected"), _days(batch, "closed")
        ended = state != _OPEN
        # A CRM with one date column writes the planned day there first, and in the end the real one.
        end = np.where(closed == NO_DAY, expected, closed)
        place, _ = coded(batch.column("place"))
        ledger = self._playbook.ledger
        origin = f"also_{ledger.scale}" if ledger else ""
        known = origin in names
        origins, origin_words = coded(batch.column(origin)) if known else (np.zeros(count, np.int32), [None])
        sure = np.asarray(batch.column(f"{origin}_confidence")) if known else np.zeros(count)
        return _Deals(
            count=count,
            state=state,
            answered=answered,
            settled=np.asarray(batch.column("settled")) & answered,
            place=np.where(answered, place, np.int32(len(self._places))),
            stage=stage,
            stages=stages,
            priced=np.asarray(batch.column("amount").is_valid()) if "amount" in names else np.zeros(count, np.bool_),
            opened=_days(batch, "opened"),
            expected=np.where(
                ended, np.where(closed == NO_DAY, NO_DAY, expected), np.where(expected == NO_DAY, closed, expected)
            ),
            closed=np.where(ended, end, NO_DAY),
            contact=_days(batch, "last_contact"),
            origin=np.where(answered, origins, np.int32(len(origin_words) - 1)),
            origins=origin_words,
            origin_confidence=np.where(answered, sure, 0.0),
            told=told,
        )

    def _states(self, batch: Any, stage: Codes, stages: Sequence[str | None]) -> tuple[Bools, Codes]:
        """Return what became of each deal: by the column of outcomes (said first where), else by the CRM's stage."""
        by_stage = np.array([_ending(self._stages.get(word or "")) for word in stages], np.int32).take(stage)
        if "outcome" not in batch.schema.names:
            return np.zeros(len(stage), np.bool_), by_stage
        outcome, words = coded(batch.column("outcome"))
        told = np.array([-1 if word is None else _ending(word) for word in words], np.int32).take(outcome)
        return told >= 0, np.where(told < 0, by_stage, told)

    def _named(self, batch: Any, deals: _Deals, rows: int) -> dict[str, Any]:
        """Return who and what the deals are."""
        names = set(batch.schema.names)
        columns = {"row": pc.add(batch.column("row"), rows), "line": batch.column("line"), "id": batch.column("id")}
        for name in _NAMES:
            codes, words = _words(batch, name)
            columns[name] = worded(codes, [word or "" for word in words])
        columns["amount"] = batch.column("amount") if "amount" in names else pa.nulls(deals.count, MONEY)
        columns["currency"] = batch.column("currency")
        columns["crm_at"] = worded(deals.stage, [self._stages.get(word or "") for word in deals.stages])
        columns["answers"] = batch.column("asked")
        columns["outcome"] = worded(deals.state, [*ENDINGS, None])
        return columns

    def _located(self, batch: Any, deals: _Deals) -> dict[str, Any]:
        """Return where the customers stand and what to do; of a deal without answers, nothing."""
        silent = None if deals.answered.all() else ~deals.answered
        columns: dict[str, Any] = {
            "place": worded(deals.place, [*self._order, None]),
            "confidence": pa.array(np.where(deals.answered, np.asarray(batch.column("confidence")), 0.0)),
            "settled": pa.array(deals.settled),
            "origin": worded(deals.origin, deals.origins),
            "origin_confidence": pa.array(deals.origin_confidence),
        }
        maps = [name for name in batch.schema.names if name.startswith("map_") and not name.endswith("_confidence")]
        for name in ("runner_up", "first_move", *maps):
            columns[name] = _without(batch.column(name), silent)
        for name in ("moves", "never"):
            columns[name] = _emptied(batch.column(name), silent)
        return columns

    def _rated(self, batch: Any, deals: _Deals) -> dict[str, Any]:
        """Return the rung there is proof of, and the chance of winning."""
        if self._rates.ladder:
            rung, rungs = coded(batch.column(f"ladder_{self._rates.ladder}"))
        else:
            rung, rungs = np.zeros(deals.count, np.int32), [None]
        rate, source = np.full(deals.count, np.nan), np.zeros(deals.count, np.int32)
        for its in reversed(PREFERRED):
            chances = rate_by(self._rates, its, (rung, rungs), (deals.stage, deals.stages))
            known = ~np.isnan(chances)
            rate, source = np.where(known, chances, rate), np.where(known, _SOURCES.index(its), source)
        ended = ~deals.is_open
        rate[ended], source[ended] = deals.state[ended] == ENDINGS.index("won"), _SOURCES.index("outcome")
        return {
            "rung": worded(rung, rungs),
            "rate": pa.array(rate, mask=np.isnan(rate)),
            "rate_source": worded(source, _SOURCES),
        }

    def _dated(self, deals: _Deals) -> dict[str, Any]:
        """Return the days."""
        silent = self._silent(deals)
        seen = np.where(deals.contact > self._today, NO_DAY, deals.contact)
        late = np.where(deals.is_open & (deals.expected != NO_DAY), self._today - deals.expected, 0)
        return {
            "days_in_place": pa.nulls(deals.count, pa.int32()),
            "last_contact": as_days(seen),
            "days_silent": pa.array(silent, mask=(silent < 0) | ~deals.is_open),
            "opened": as_days(deals.opened),
            "expected": as_days(deals.expected),
            "overdue_days": pa.array(late.astype(np.int32), mask=late <= 0),
            "closed": as_days(deals.closed),
        }

    def _silent(self, deals: _Deals) -> Days:
        """Return for how many days there was no contact; -1 where none is noted."""
        noted = (deals.contact != NO_DAY) & (deals.contact <= self._today)
        silent: Days = np.where(noted, self._today - deals.contact, -1).astype(np.int32)
        return silent

    def _last(self, deals: _Deals) -> None:
        """Tell how long the deals took, or have taken so far."""
        end = np.where(deals.is_open, self._today, deals.closed)
        dated = (deals.opened != NO_DAY) & (end != NO_DAY) & (end >= deals.opened)
        outcomes: tuple[Ending | None, ...] = ("won", None)
        for outcome, where in zip(outcomes, (deals.state == ENDINGS.index("won"), deals.is_open), strict=True):
            days, counts = np.unique((end - deals.opened)[dated & where], return_counts=True)
            for day, n in zip(days.tolist(), counts.tolist(), strict=True):
                self._stays.lasted(day, outcome, n)

    # ---- what is to be said of it ---------------------------------------------------------------------------------

    def _titles(self, deals: _Deals, first_move: Any) -> dict[str, Worded]:
        moves, ids = coded(first_move)
        return {
            "place_title": Worded(deals.place, [*(place.title for place in self._places), NO_TEXT]),
            "missing": Worded(deals.place, [*(place.exit for place in self._places), NO_TEXT]),
            "first_move_title": Worded(moves, [self._moves.get(id_ or "", NO_TEXT) for id_ in ids]),
        }

    def _least_known(self, batch: Any, deals: _Deals) -> tuple[Any, Worded]:
        """Return what is known least about: its id, and the words for it (see Records)."""
        scales = self._playbook.scales
        others = len(self._others)
        unsure = np.full((others + 1, deals.count), -1.0)
        for i, id_ in enumerate(self._others):
            chance = np.asarray(batch.column(f"also_{id_}_confidence"))
            unsure[i] = np.where(chance < SURE - TIE, 1.0 - chance, -1.0)
        most = unsure.max(axis=0)
        # Of equally unsure ones the first.
        least = np.where(most < 0.0, others, (unsure >= most * (1.0 - TIE)).argmax(axis=0)).astype(np.int32)
        least = np.where(deals.settled, least, np.int32(others + 1))
        least = np.where(deals.answered, least, np.int32(others + 2))
        main = self._playbook.main
        words = [*(scales[id_].title for id_ in self._others), NO_TEXT, NOT_SETTLED, NOTHING_KNOWN]
        return worded(least, [*self._others, None, main, main]), Worded(least, words)

    def _warnings(self, deals: _Deals) -> Iterator[Flag]:
        """Yield what is to be looked at, in the order in which a row lists it (see Watch)."""
        end = np.where(deals.is_open, deals.expected, deals.closed)
        dated = (deals.opened != NO_DAY) & (end != NO_DAY)
        open_ = deals.is_open
        origins = np.array([word is not None and word == self._watch.rival for word in deals.origins])
        age = np.where(deals.opened == NO_DAY, 0, self._today - deals.opened)
        late = np.where(deals.expected == NO_DAY, 0, self._today - deals.expected)
        silent = self._silent(deals)
        found: list[Flag | None] = [
            _flag(BARE, (deals.state == ENDINGS.index("won")) & ~deals.priced),
            _flag(BACKWARDS, dated & (end < deals.opened)),
            _flag(ALONE["no-evidence"], open_ & ~deals.answered),
            _flag(ALONE["unsettled"], open_ & deals.answered & ~deals.settled),
            *self._compared(deals),
            _flag(ALONE["rival"], open_ & origins.take(deals.origin) & (deals.origin_confidence >= SURE - TIE)),
            _counting("old", open_ & (silent < 0) & (age > OLD_DAYS), age),
            _counting("silent", open_ & (silent > SILENT_DAYS), silent),
            _counting("overdue", open_ & (late > 0), late),
            _flag(ALONE["no-amount"], open_ & ~deals.priced),
        ]
        yield from (flag for flag in found if flag is not None)

    def _compared(self, deals: _Deals) -> Iterator[Flag]:
        """Hold the CRM's stage against the place the evidence gives."""
        meant = np.array([self._order.get(self._stages.get(word or "") or "", -1) for word in deals.stages], np.int32)
        crm_at = meant.take(deals.stage)
        both_ = deals.is_open & deals.settled & (crm_at >= 0)
        if not both_.any():
            return
        size, ids = len(self._places) + 1, list(self._order)
        pair = np.where(both_, crm_at * size + deals.place, 0)
        texts = [NO_TEXT] * (size * size)
        for code in np.unique(pair[both_]).tolist():
            if warn := self._watch.compared(ids[code // size], ids[code % size]):
                texts[code] = warn.text
        for id_, where in (("crm-ahead", crm_at > deals.place), ("crm-behind", crm_at < deals.place)):
            if (its := both_ & where).any():
                yield Flag(id_, its, Worded(pair, texts))

    @staticmethod
    def _risk(amount: Any, warnings: Sequence[Flag]) -> tuple[Worded, Any]:
        """Return the gravest reason why the money of each deal is at risk, and how much that is."""
        codes = np.zeros(len(amount), np.int64)
        texts: list[Text] = [NO_TEXT]
        for flag in sorted((f for f in warnings if f.id in RISKS), key=lambda f: -RISKS.index(f.id)):
            np.copyto(codes, flag.text.codes + len(texts), where=flag.where)
            texts += flag.text.texts
        nothing = pa.scalar(0, MONEY)
        return Worded(codes, texts), pc.if_else(pa.array(codes > 0), amount.fill_null(nothing), nothing)


def rate_by(
    rates: Rates,
    source: RateSource,
    rungs: Coded,
    stages: Coded,
) -> npt.NDArray[np.float64]:
    """Return the rates of deals by one way to know them, given their rungs and stages; NaN where it knows none."""
    if source == "declared":
        codes, known = stages[0], [rates.of(source, None, stage or "") for stage in stages[1]]
    else:
        codes, known = rungs[0], [rates.of(source, rung, "") for rung in rungs[1]]
    return np.array([np.nan if rate is None else rate for rate in known]).take(codes)


def _ending(meaning: str | None) -> int:
    """Return the number of an ending, or that of an open deal."""
    return ENDINGS.index(meaning) if meaning in ENDINGS else _OPEN


def _flag(warn: Warn, where: Bools) -> Flag | None:
    return Flag(warn.id, where, Worded(np.zeros(len(where), np.int32), [warn.text])) if where.any() else None


def _counting(id_: str, where: Bools, days: Days) -> Flag | None:
    """Return a warning that says how many days."""
    if not where.any():
        return None
    different, codes = np.unique(np.where(where, days, 0), return_inverse=True)
    return Flag(id_, where, Worded(codes, [counted(id_, n).text if n > 0 else NO_TEXT for n in different.tolist()]))


def _words(batch: Any, name: str) -> tuple[Codes, list[str | None]]:
    """Return a column of words as numbers and the words; one that is not there has none."""
    if name not in batch.schema.names:
        return np.zeros(batch.num_rows, np.int32), [None]
    return coded(batch.column(name))


def _days(batch: Any, name: str) -> Days:
    if name not in batch.schema.names:
        return np.full(batch.num_rows, NO_DAY, np.int32)
    return days_of(batch.column(name))


def _newest(*columns: Days) -> date | None:
    """Return the last of all days."""
    newest = max((int(days.max(initial=NO_DAY)) for days in columns), default=NO_DAY)
    return None if newest == NO_DAY else EPOCH + timedelta(days=newest)


def _without(column: Any, none: Bools | None) -> Any:
    """Return a dictionary column that has nothing in some rows."""
    if none is None:
        return column
    codes, words = coded(column)
    return worded(np.where(none, np.int32(len(words) - 1), codes), words)


def _emptied(lists: Any, empty: Bools | None) -> Any:
    """Return a column of lists that is empty in some rows."""
    if empty is None:
        return lists
    lengths = np.diff(np.asarray(lists.offsets))
    values = lists.flatten().filter(pa.array(np.repeat(~empty, lengths)))
    offsets = np.concatenate([[0], np.cumsum(lengths * ~empty)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)
