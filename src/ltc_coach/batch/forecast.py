"""What the open deals may bring: money times win rate, and how far it may be off.

Per currency and without floats: the mean is the sum of amount x rate, the range the 10 % and the 90 % point of what
the deals bring if each is decided by itself. Few deals are counted out, every combination of them; many are close
to a normal curve with the variance sum of amount² x rate x (1 - rate). Sums are kept per rate, so that neither the
order of the deals nor their number matters.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TypeVar

from ltc_coach.batch.rates import PREFERRED, Rates, exact
from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import DealRow, Due, Outlook, Range, RateSource

_Key = TypeVar("_Key", bound=tuple[str, str])

# So many deals are counted out: 4,096 combinations.
COUNTED_OUT = 12
_LOW, _HIGH = 0.1, 0.9
# The 90 % point of the normal curve.
_Z90 = Decimal("1.2815515655446004")
_CENT = Decimal("0.01")
_MATHS = Context(prec=60, rounding=ROUND_HALF_EVEN)

_HOW: dict[RateSource, Text] = {
    "declared": both(
        zh="按 CRM 阶段:每个阶段一个赢率,不看依据", en="by CRM stage: a rate for each stage, whatever the evidence"
    ),
    "evidence": both(
        zh="按凭据:漏斗里我们拿得出凭据的那一级,该压的压下来",
        en="by proof: the funnel's rung we have proof of, held down where a rule says so",
    ),
    "calibrated": both(
        zh="按自家历史:同一级凭据的商机以前赢了几成", en="by our own history: what deals with the same proof came to"
    ),
}
_TOO_FEW = both(
    zh="按自家历史的预测没有:先用 ltc fit 算出自己的赢率 (每级至少 100 个结束的商机),再加 --rates",
    en="no forecast by our own history: let ltc fit work out your rates (100 closed deals a rung), then add --rates",
)
_NO_STAGE_RATES = both(
    zh="按 CRM 阶段的预测没有:不知道每个阶段的赢率,用 --stage-rate 阶段=30% 说明",
    en="no forecast by CRM stage: what each stage is worth is not known; --stage-rate STAGE=30% says it",
)
_NO_PROOF = both(
    zh="按凭据的预测没有:没有一个商机有凭据", en="no forecast by proof: no deal has any proof of our own progress"
)
_UNPRICED = both(
    zh="{n} 个没有金额的商机不在预测的钱里", en="{n} deals without an amount are not in the money of the forecast"
)
_MISSING: dict[RateSource, Text] = {"calibrated": _TOO_FEW, "declared": _NO_STAGE_RATES, "evidence": _NO_PROOF}

RANGES = both(
    zh="最可能是金额乘赢率之和;最差、最好是 10% 和 90% 的点,假定各单互不影响",
    en="likely is the sum of amount times rate; worst and best are the 10 % and 90 % points if deals are independent",
)
"""What worst, likely and best mean."""


class Pot:
    """Open deals of one currency: how much they may bring."""

    __slots__ = ("_few", "_sums", "deals")

    def __init__(self) -> None:
        self.deals = 0
        # Per rate: the sum of amounts, and of their squares.
        self._sums: dict[float, list[Decimal]] = {}
        self._few: list[tuple[Decimal, float]] | None = []

    def add(self, amount: Decimal, rate: float) -> None:
        """Add a deal."""
        self.put(rate, 1, amount, _MATHS.multiply(amount, amount), [amount])

    def put(self, rate: float, deals: int, amount: Decimal, squares: Decimal, few: Iterable[Decimal] = ()) -> None:
        """Add many deals of one rate: what they and their squares come to, and each of them if they are few."""
        self.deals += deals
        sums = self._sums.get(rate)
        if sums is None:
            sums = self._sums[rate] = [Decimal(0), Decimal(0)]
        sums[0] = _MATHS.add(sums[0], amount)
        sums[1] = _MATHS.add(sums[1], squares)
        if self.deals > COUNTED_OUT:
            self._few = None
        elif self._few is not None:
            self._few += [(its, rate) for its in few]

    def range(self, currency: str) -> Range:
        """Return worst, likely and best."""
        mean = variance = most = Decimal(0)
        for rate, (amount, squares) in sorted(self._sums.items()):
            p = exact(rate)
            mean = _MATHS.add(mean, _MATHS.multiply(p, amount))
            variance = _MATHS.add(variance, _MATHS.multiply(_MATHS.multiply(p, 1 - p), squares))
            most = _MATHS.add(most, amount)
        if self._few is not None:
            worst, best = _counted_out(self._few)
        else:
            off = _MATHS.multiply(_Z90, _MATHS.sqrt(variance))
            worst, best = max(Decimal(0), _MATHS.subtract(mean, off)), min(most, _MATHS.add(mean, off))
        return Range(currency=currency, deals=self.deals, worst=_cents(worst), likely=_cents(mean), best=_cents(best))


def _counted_out(deals: Iterable[tuple[Decimal, float]]) -> tuple[Decimal, Decimal]:
    """Return the sums that are reached or stayed below with 10 % and with 90 %."""
    chances = {Decimal(0): 1.0}
    for amount, rate in sorted(deals):
        after: dict[Decimal, float] = {}
        for total, chance in chances.items():
            after[total] = after.get(total, 0.0) + chance * (1 - rate)
            won = _MATHS.add(total, amount)
            after[won] = after.get(won, 0.0) + chance * rate
        chances = after
    points, reached = [], 0.0
    totals = sorted(chances)
    for point in (_LOW, _HIGH):
        while len(totals) > 1 and reached + chances[totals[0]] < point - 1e-9:
            reached += chances[totals.pop(0)]
        points.append(totals[0])
    return points[0], points[1]


def _by_month(item: tuple[tuple[str, str], Pot]) -> tuple[bool, str, str]:
    """Order by month and currency; deals without a date come last."""
    (month, currency), _ = item
    return not month, month, currency


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, context=_MATHS)


class Outlooks:
    """The forecast of all open deals, by each way of setting the rates, and by month."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self._pots: dict[tuple[RateSource, str], Pot] = {}
        self._months: dict[tuple[str, str], Pot] = {}
        self._none = dict.fromkeys(PREFERRED, 0)
        self._open = self._unpriced = 0

    def add(self, row: DealRow) -> None:
        """Take an open deal into account."""
        self._open += 1
        amount, currency = row.amount, row.currency
        if amount is None:
            self._unpriced += 1
        for source, rate in self.rates.all(row):
            if rate is None:
                self._none[source] += 1
            elif amount is not None:
                self.pot(source, currency).add(amount, rate)
        if amount is not None and row.rate is not None:
            self.month(row.expected.isoformat()[:7] if row.expected else "", currency).add(amount, row.rate)

    def put(self, deals: int, unpriced: int, unrated: Mapping[RateSource, int]) -> None:
        """Count many open deals, those without an amount, and those without a rate; their money goes into the pots."""
        self._open += deals
        self._unpriced += unpriced
        for source, n in unrated.items():
            self._none[source] += n

    def pot(self, source: RateSource, currency: str) -> Pot:
        """Return what is forecast by one way of setting the rates."""
        return self._pot(self._pots, (source, currency))

    def month(self, month: str, currency: str) -> Pot:
        """Return what is forecast for a month, YYYY-MM, or for deals without a date."""
        return self._pot(self._months, (month, currency))

    @staticmethod
    def _pot(pots: dict[_Key, Pot], key: _Key) -> Pot:
        found = pots.get(key)
        if found is None:
            found = pots[key] = Pot()
        return found

    def outlooks(self) -> tuple[Outlook, ...]:
        """Return a forecast for each way that knows a rate of any open deal."""
        return tuple(
            Outlook(
                source=source,
                how=_HOW[source],
                ranges=tuple(pot.range(c) for (its, c), pot in sorted(self._pots.items()) if its == source),
                missing=self._none[source],
            )
            for source in PREFERRED
            if self._none[source] < self._open
        )

    def months(self) -> tuple[Due, ...]:
        """Return the forecast by month of expected closing, the best known rate of each deal taken."""
        return tuple(
            Due(month=month, ranges=tuple(pot.range(currency) for (_, currency), pot in pots))
            for month, pots in itertools.groupby(
                sorted(self._months.items(), key=_by_month), key=lambda item: item[0][0]
            )
        )

    def too_few(self) -> tuple[Text, ...]:
        """Say what is missing; nothing where no deal has an amount, for then the limits of the data say it all."""
        if self._unpriced == self._open:
            return ()
        told = [_MISSING[source] for source in PREFERRED if self._open and self._none[source] == self._open]
        if self._unpriced:
            told.append(_UNPRICED.fill(n=f"{self._unpriced:,}"))
        return tuple(told)
