"""A frame goes into a tally: what ``Tally.add`` does with a row, done to columns at once, to the same sums.

Every figure is a count or an exact sum over a combination of a few words, so rows are numbered by their combination
and added up by number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ltc_coach.arrays.days import EPOCH, NO_DAY, Days, days_of
from ltc_coach.arrays.exact import MOST_ROWS, Units, as_money, as_square, squares, sums, units_of
from ltc_coach.arrays.keys import coded, combined
from ltc_coach.arrays.rows import briefs_of, deals_of
from ltc_coach.batch.alarms import UNTOLD
from ltc_coach.batch.forecast import COUNTED_OUT, Pot
from ltc_coach.batch.frames import Coded, rate_by
from ltc_coach.batch.groups import LOST, SETTLED, WON, Groups
from ltc_coach.batch.money import Purses
from ltc_coach.batch.ranking import EXAMPLES, GRAVITY, RANKED, Key
from ltc_coach.batch.rates import PREFERRED
from ltc_coach.batch.tally import AGES, MOST_CELLS, Spot, Tally
from ltc_coach.model.frame import Frame

Bools: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[np.integer[Any]]


def add_frame(tally: Tally, frame: Frame) -> None:
    """Take all rows of a frame into account."""
    for row in frame.skipped:
        tally.add(row)
    if frame.batch.num_rows > MOST_ROWS:
        raise ValueError("a frame of more rows than can be added up at once")
    if frame.batch.num_rows:
        _Adding(tally, frame).all()


class _Adding:
    """One frame on its way into a tally."""

    def __init__(self, tally: Tally, frame: Frame) -> None:
        self._tally = tally
        self._frame = frame
        self._count = frame.batch.num_rows
        self._units = units_of(frame.batch.column("amount"))
        self._priced = _valid(frame.batch.column("amount"))
        self._currency = self._coded("currency")
        self._state = self._coded("outcome")
        self._open = self._state[0] == len(self._state[1]) - 1
        self._stage = self._coded("crm_stage")
        place, places = self._coded("place")
        settled = np.asarray(frame.batch.column("settled"))
        self._settled = settled
        self._place: Coded = np.where(settled, place, len(places) - 1), places
        self._ranks: Numbers | None = None

    def all(self) -> None:
        """Take everything into account."""
        tally, frame = self._tally, self._frame
        tally.counted(frame.file)[0] += self._count
        self._known()
        if tally.comparison:
            for deal in briefs_of(frame):
                tally.comparison.add(deal)
        every = np.ones(self._count, np.bool_)
        self._put(tally.states, every, [self._state], lambda key: key[0] or "open")
        self._grouped()
        self._put(tally.funnel, self._open, [self._place], lambda key: key[0])
        if len(tally.cells) <= MOST_CELLS:
            self._put(tally.cells, self._open, [self._stage, self._coded("crm_at"), self._place], Spot._make)
        self._aged()
        self._forecast()
        self._themed()
        self._ranked()

    # ---- counts and sums ------------------------------------------------------------------------------------------

    def _coded(self, name: str) -> Coded:
        return coded(self._frame.batch.column(name))

    def _known(self) -> None:
        known, batch = self._tally.known, self._frame.batch
        known.deals += self._count
        for code in np.unique(self._currency[0]).tolist():
            known.name(str(self._currency[1][code]))
        staged = [word not in {None, "open"} for word in self._coded("crm_at")[1]]
        crm_at = np.array(staged).take(self._coded("crm_at")[0])
        known.open += int(self._open.sum())
        known.answered += int((self._open & (np.asarray(batch.column("answers")) > 0)).sum())
        known.located += int((self._open & _valid(batch.column("place"))).sum())
        known.priced += int((self._open & self._priced).sum())
        known.contacted += int((self._open & _valid(batch.column("last_contact"))).sum())
        known.dated += int((self._open & _valid(batch.column("expected"))).sum())
        known.staged += int((self._open & crm_at).sum())

    def _put(
        self,
        purses: Purses[Any],
        where: Bools,
        by: Sequence[Coded],
        key: Callable[[tuple[Any, ...]], Any],
        units: Units | None = None,
    ) -> None:
        """Add the deals of some rows to purses, by the combination of their words and their currency."""
        for words, currency, deals, money, unpriced in self._summed(where, by, units):
            purses.put(key(words), deals, as_money(money), unpriced, currency)

    def _summed(
        self, where: Bools, by: Sequence[Coded], units: Units | None = None
    ) -> Iterator[tuple[tuple[Any, ...], str, int, int, int]]:
        """Yield the words of each combination and the currency; how many deals, their units, how many unpriced."""
        rows = np.flatnonzero(where)
        if not len(rows):
            return
        words = [*by, self._currency]
        number, parts = combined(*((codes[rows], len(its)) for codes, its in words))
        size = len(parts)
        deals = np.bincount(number, minlength=size).tolist()
        priced = np.bincount(number, self._priced[rows], size).tolist()
        money = sums(number, size, (self._units if units is None else units)[rows])
        for part, n, with_amount, held in zip(parts, deals, priced, money, strict=True):
            if n:
                *key, currency = (its[code] for code, (_, its) in zip(part, words, strict=True))
                yield tuple(key), str(currency), n, held, n - int(with_amount)

    def _grouped(self) -> None:
        """Count by rep and by team."""
        owner, team = self._coded("owner"), self._coded("team")
        named = np.array([bool(word) for word in team[1]]).take(team[0])
        every = np.ones(self._count, np.bool_)
        at_risk = units_of(self._frame.batch.column("at_risk"))
        for groups, where, by in ((self._tally.reps, every, [owner, team]), (self._tally.teams, named, [team, team])):
            self._group(groups, where, by)
            if not groups.full:
                self._put(groups.open, where & self._open, by, tuple)
                self._put(groups.at_risk, where & self._open & (at_risk > 0), by, tuple, at_risk)

    def _group(self, groups: Groups, where: Bools, by: Sequence[Coded]) -> None:
        rows = np.flatnonzero(where)
        if not len(rows) or groups.full:
            return
        number, parts = combined(*((codes[rows], len(words)) for codes, words in by))
        size, open_ = len(parts), self._open[rows]
        won = self._state[0][rows] == self._state[1].index("won")
        counted = {WON: ~open_ & won, LOST: ~open_ & ~won, SETTLED: open_ & self._settled[rows]}
        counted |= {f.id: open_ & f.where[rows] for f in self._frame.warnings if f.id not in UNTOLD}
        counts = {name: np.bincount(number, its, size).tolist() for name, its in counted.items()}
        for i, n in enumerate(np.bincount(number, minlength=size).tolist()):
            if n:
                held = groups.of(tuple(words[code] for code, (_, words) in zip(parts[i], by, strict=True)))  # type: ignore[arg-type]
                if held is None:
                    return
                for name, its in counts.items():
                    if its[i]:
                        held[name] += int(its[i])

    def _aged(self) -> None:
        """Count by days without contact; where none is noted, since the deal was opened."""
        opened, silent = days_of(self._frame.batch.column("opened")), self._silent()
        today = (self._tally.today - EPOCH).days
        dated = self._open & ((silent >= 0) | ((opened != NO_DAY) & (opened <= today)))
        days = np.where(silent >= 0, silent, np.where(dated, today - opened, 0))
        band = np.searchsorted(AGES, days, side="right") - 1
        ages = [str(age) for age in AGES]
        self._put(self._tally.ages, dated, [(band, ages)], lambda key: int(key[0]))

    # ---- the forecast ---------------------------------------------------------------------------------------------

    def _forecast(self) -> None:
        outlooks, batch = self._tally.outlooks, self._frame.batch
        rung, unrated = self._coded("rung"), {}
        priced = self._open & self._priced
        for source in PREFERRED:
            rates = rate_by(outlooks.rates, source, rung, self._stage)
            known = ~np.isnan(rates)
            unrated[source] = int((self._open & ~known).sum())
            self._pooled(priced & known, rates, None, lambda _, currency: outlooks.pot(source, currency))  # noqa: B023 - called at once
        outlooks.put(int(self._open.sum()), int((self._open & ~self._priced).sum()), unrated)
        rates = np.asarray(batch.column("rate").fill_null(np.nan))
        expected = days_of(batch.column("expected"))
        different, month = np.unique(_months(expected), return_inverse=True)
        months = [_month(number) for number in different.tolist()]
        self._pooled(priced & ~np.isnan(rates), rates, (month, months), outlooks.month)

    def _pooled(
        self,
        where: Bools,
        rates: npt.NDArray[np.float64],
        by: Coded | None,
        pot: Callable[[str, str], Pot],
    ) -> None:
        """Put deals into pots, by a word and the currency, a rate at a time."""
        rows = np.flatnonzero(where)
        if not len(rows):
            return
        different, rate = np.unique(rates[rows], return_inverse=True)
        code, words = by or (np.zeros(self._count, np.int64), [""])
        keys = [(code[rows], len(words)), (self._currency[0][rows], len(self._currency[1])), (rate, len(different))]
        number, parts = combined(*keys)
        units, size = self._units[rows], len(parts)
        deals = np.bincount(number, minlength=size).tolist()
        money, squared = sums(number, size, units), squares(number, size, units)
        for i, n in enumerate(deals):
            if n:
                word, currency, its = parts[i]
                few = units[number == i].tolist() if n <= COUNTED_OUT else ()
                pot(str(words[word]), str(self._currency[1][currency])).put(
                    float(different[its]), n, as_money(money[i]), as_square(squared[i]), [as_money(u) for u in few]
                )

    # ---- themes, examples, the ranking ----------------------------------------------------------------------------

    def _themed(self) -> None:
        """Count what comes up in open deals: warnings, nevers, weakest links."""
        for flag in self._frame.warnings:
            if flag.id not in UNTOLD:
                self._theme(flag.id, self._open & flag.where)
        self._nevers()
        unclear, words = self._coded("unclear")
        for code, word in enumerate(words[:-1]):
            self._theme(f"unclear:{word}", self._open & self._settled & (unclear == code))

    def _theme(self, theme: str, where: Bools) -> None:
        self._put(self._tally.themes, where, [(np.zeros(self._count, np.int64), [theme])], lambda key: key[0])
        rows = np.flatnonzero(where & (self._units >= self._least(theme)))
        self._exemplify(theme, rows)

    def _least(self, theme: str) -> np.uint64:
        return np.uint64(int(self._tally.examples.least(theme).scaleb(4)))

    def _nevers(self) -> None:
        lists = self._frame.batch.column("never")
        lengths = np.diff(np.asarray(lists.offsets))
        values = lists.flatten()
        parents = np.repeat(np.arange(self._count), lengths)
        held = self._open[parents]
        item, words = coded(values)
        item, parents = item[held], parents[held]
        if not len(item):
            return
        themes = [f"never:{word}" for word in words]
        size = len(themes)
        currency, currencies = self._currency
        number, parts = combined((item, size), (currency[parents], len(currencies)))
        deals = np.bincount(number, minlength=len(parts)).tolist()
        priced = np.bincount(number, self._priced[parents], len(parts)).tolist()
        money = sums(number, len(parts), self._units[parents])
        for i, n in enumerate(deals):
            if n:
                theme, its = themes[parts[i][0]], str(currencies[parts[i][1]])
                self._tally.themes.put(theme, n, as_money(money[i]), n - int(priced[i]), its)
        least = np.array([self._least(theme) for theme in themes], np.uint64)
        enough = np.flatnonzero(self._units[parents] >= least[item])
        order = enough[np.argsort(item[enough], kind="stable")]
        ends = np.searchsorted(item[order], np.arange(size + 1))
        for code in np.unique(item[order]).tolist():
            self._exemplify(themes[code], parents[order[ends[code] : ends[code + 1]]])

    def _exemplify(self, theme: str, rows: Numbers) -> None:
        """Offer the deals with most money as examples; of equal ones the first by id."""
        if len(rows) > EXAMPLES:
            order = np.lexsort((self._rank()[rows], ~self._units[rows]))
            rows = rows[order[:EXAMPLES]]
        if not len(rows):
            return
        ids = self._frame.batch.column("id").take(pa.array(rows)).to_pylist()
        numbers = self._frame.batch.column("row").take(pa.array(rows)).to_pylist()
        for row, id_, number in zip(rows.tolist(), ids, numbers, strict=True):
            self._tally.examples.consider(theme, as_money(int(self._units[row])), id_, number)

    def _rank(self) -> Numbers:
        """Return the rank of every deal by its id, and by its row where ids are the same."""
        if self._ranks is None:
            order = pc.sort_indices(
                self._frame.batch.select(["id", "row"]), sort_keys=[("id", "ascending"), ("row", "ascending")]
            )
            self._ranks = np.empty(self._count, np.int64)
            self._ranks[np.asarray(order)] = np.arange(self._count)
        return self._ranks

    def _ranked(self) -> None:
        """Offer the rows with most money at risk to the ranking."""
        ranking, batch = self._tally.ranking, self._frame.batch
        risky = self._frame.texts["risk"].codes > 0
        at_risk = units_of(batch.column("at_risk"))
        currency, currencies = self._currency
        rows = np.flatnonzero(risky)
        if not len(rows):
            return
        for code, held in enumerate(sums(currency[rows], len(currencies), at_risk[rows])):
            if (currency[rows] == code).any():
                ranking.put(str(currencies[code]), as_money(held))
        gravity, waiting = self._gravity(), self._waiting()
        kept = []
        for code, word in enumerate(currencies[:-1]):
            its = rows[currency[rows] == code]
            its = its[_reaching(ranking.least(str(word)), at_risk[its], gravity[its], waiting[its])]
            if len(its) > RANKED:
                order = np.lexsort((self._rank()[its], -waiting[its], -gravity[its], ~at_risk[its]))
                its = its[order[:RANKED]]
            kept.append(its)
        for row in deals_of(self._frame, np.sort(np.concatenate(kept))):
            ranking.consider(row)

    def _gravity(self) -> Numbers:
        gravity = np.zeros(self._count, np.int64)
        for flag in self._frame.warnings:
            np.maximum(gravity, flag.where * GRAVITY.get(flag.id, 0), out=gravity)
        return gravity

    def _waiting(self) -> Numbers:
        """Return for how many days each deal has not moved, as the ranking of single rows has it."""
        late = np.asarray(self._frame.batch.column("overdue_days").fill_null(0)).astype(np.int64)
        opened = days_of(self._frame.batch.column("opened")).astype(np.int64)
        since = np.where(opened == NO_DAY, -date.max.toordinal(), -(opened + EPOCH.toordinal()))
        silent = self._silent()
        return np.where(silent >= 0, silent, np.where(late > 0, late, since))

    def _silent(self) -> Numbers:
        """Return for how many days there was no contact; -1 where none is noted."""
        return np.asarray(self._frame.batch.column("days_silent").fill_null(-1)).astype(np.int64)


def _reaching(least: Key | None, at_risk: Units, gravity: Numbers, waiting: Numbers) -> Bools:
    """Say which rows come before or beside the last one that is kept."""
    if least is None:
        return np.ones(len(at_risk), np.bool_)
    money, grave, days = np.uint64(int(least[0].scaleb(4))), least[1], least[2]
    level = at_risk == money
    reaching: Bools = (at_risk > money) | (level & ((gravity > grave) | ((gravity == grave) & (waiting >= days))))
    return reaching


def _valid(column: Any) -> Bools:
    valid: Bools = np.asarray(column.is_valid())
    return valid


def _months(days: Days) -> Numbers:
    """Return the month of each day, counted from January 1970; NO_DAY where there is none."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.where(days == NO_DAY, NO_DAY, months)


def _month(number: int) -> str:
    return "" if number == NO_DAY else f"{1970 + number // 12:04}-{number % 12 + 1:02}"
