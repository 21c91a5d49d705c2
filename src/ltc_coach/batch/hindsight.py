"""Forecasts kept, and held against what became of the deals: were the rates right, and the money?

A file of kept forecasts has one line of JSON per open deal and run. It is only ever added to; a line cut short by a
power failure is passed over.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import Band, DealRow, Hindsight
from ltc_coach.model.frame import Brief

# With fewer deals that have ended the figures say nothing.
ENOUGH = 20
_BANDS = (0.0, 0.2, 0.4, 0.6, 0.8)

_TOO_FEW = both(
    zh="预测过又结束了的才 {n} 个,要 {enough} 个以上才看得出准不准",
    en="only {n} forecast deals have ended; {enough} are needed to tell how good the forecasts were",
)


class Said(NamedTuple):
    """What was forecast for a deal."""

    day: date
    rate: float
    amount: Decimal | None
    currency: str


def kept_line(row: DealRow | Brief, today: date) -> str | None:
    """Return what is kept of an open deal with a win rate; None for any other."""
    if row.outcome is not None or row.rate is None:
        return None
    record = {
        "day": today.isoformat(),
        "id": row.id,
        "rate": round(row.rate, 9),
        "source": row.rate_source,
        "amount": None if row.amount is None else format(row.amount, "f"),
        "currency": row.currency,
        "expected": row.expected.isoformat() if row.expected else None,
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def read_kept(lines: Iterable[str], today: date) -> dict[str, dict[date, Said]]:
    """Return the forecasts made before ``today`` by id and day; of two made on one day the last."""
    kept: dict[str, dict[date, Said]] = {}
    for line in lines:
        try:
            record = json.loads(line)
            amount = record["amount"]
            day, rate = date.fromisoformat(record["day"]), float(record["rate"])
            said = Said(day, rate, None if amount is None else Decimal(amount), str(record["currency"]))
            if day < today and 0 <= rate <= 1:
                kept.setdefault(str(record["id"]), {})[day] = said
        except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError):
            continue
    return kept


class Score:
    """Takes the rows of a run and scores the forecasts kept for its deals."""

    def __init__(self, kept: dict[str, dict[date, Said]]) -> None:
        self._kept = kept
        self._ended: dict[str, tuple[bool, Decimal | None]] = {}

    def add(self, row: DealRow | Brief) -> None:
        """Take a deal into account."""
        if row.outcome is not None and row.id in self._kept:
            self._ended.setdefault(row.id, (row.outcome == "won", row.amount))

    def hindsight(self) -> Hindsight:
        """Return how good the forecasts were."""
        pairs = sorted(self._pairs(), key=lambda one: (one[0].day, one[0].rate, one[1], one[0].currency))
        days = {day for by_day in self._kept.values() for day in by_day}
        n, deals = len(pairs), len(self._ended)
        usual = None
        if enough := deals >= ENOUGH:
            won = sum(w for _, w, _ in pairs) / n
            usual = won * (1 - won)
        return Hindsight(
            days=tuple(sorted(days)),
            deals=deals,
            waiting=len(self._kept) - deals,
            brier=math.fsum((said.rate - w) ** 2 for said, w, _ in pairs) / n if enough else None,
            usual=usual,
            bands=tuple(_bands(pairs)) if enough else (),
            money=tuple(_money(pairs)) if enough else (),
            too_few=Text() if enough else _TOO_FEW.fill(n=deals, enough=ENOUGH),
        )

    def _pairs(self) -> Iterator[tuple[Said, bool, Decimal | None]]:
        for id_, (won, amount) in self._ended.items():
            for said in self._kept[id_].values():
                yield said, won, amount


def _bands(pairs: list[tuple[Said, bool, Decimal | None]]) -> Iterator[Band]:
    for i, low in enumerate(_BANDS):
        high = _BANDS[i + 1] if i + 1 < len(_BANDS) else 1.0
        inside = [(said.rate, won) for said, won, _ in pairs if low <= said.rate and (said.rate < high or high == 1.0)]
        if inside:
            n = len(inside)
            said = math.fsum(rate for rate, _ in inside) / n
            yield Band(low=low, high=high, deals=n, said=said, won=sum(won for _, won in inside) / n)


def _money(pairs: list[tuple[Said, bool, Decimal | None]]) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Yield per currency what the forecasts came to and what was won, over all forecasts."""
    sums: dict[str, list[Decimal]] = {}
    for said, won, amount in pairs:
        held = sums.setdefault(said.currency, [Decimal(0), Decimal(0)])
        if said.amount is not None:
            held[0] += Decimal(repr(said.rate)) * said.amount
        if won and (brought := amount if amount is not None else said.amount) is not None:
            held[1] += brought
    for currency, (said_sum, won_sum) in sorted(sums.items()):
        yield currency, said_sum.quantize(Decimal("0.01")), won_sum.quantize(Decimal("0.01"))
