"""Which deal first: a few points for each thing that makes a deal urgent, and the reason in words.

The rule, in points (0 to 100 in all but the most urgent cases; ties by closing date, then by id):

- **the next visit**, up to 60: due and nothing noted since, today: 60; tomorrow 54, the day after
  48, and so on, 6 fewer a day until nothing is left;
- **doubt**, up to 30: 30 while the place is not settled; once it is, fewer as the confidence grows, none at 100 %;
- **silence**, up to 30: half a point a day since the last answer, visit or meeting; 30 if there was none;
- **money**, up to 10: the amount as a share of the largest one in the same currency.

The visit leads because it cannot be put off; an unsettled deal about to be visited leads them all, for
that is where a few questions change most. Money only breaks the tie between deals that are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from ltc_coach.i18n import Text, both
from ltc_coach.model.listing import Filed, Ranked
from ltc_coach.plain import percent

_VISIT, _PER_DAY = 60.0, 6.0
_DOUBT, _SILENCE, _PER_SILENT_DAY, _MONEY = 30.0, 30.0, 0.5, 10.0
# What weighs less than this is no reason, unless it is the only one.
_WORTH_SAYING = 12.0
_REASONS = 2

_OVERDUE = both(zh="{n} 天前就该去拜访,结果还没记", en="visit due {n} days ago, nothing noted")
_OVERDUE_ONE = both(zh="昨天该去拜访,结果还没记", en="visit due yesterday, nothing noted")
_TODAY = both(zh="今天拜访", en="visit today")
_TOMORROW = both(zh="明天拜访", en="visit tomorrow")
_AFTER_TOMORROW = both(zh="后天拜访", en="visit the day after tomorrow")
_IN_DAYS = both(zh="{n} 天后拜访", en="visit in {n} days")
_NOTHING_ASKED = both(zh="一个问题都还没问清", en="no question answered yet")
_UNSETTLED = both(zh="还定不了走到哪一步", en="place not settled")
_DOUBTFUL = both(zh="走到哪一步只有{n}的把握", en="place only {n} sure")
_SILENT = both(zh="{n} 天没有联系", en="no contact for {n} days")
_SILENT_ONE = both(zh="昨天刚联系过", en="last contact yesterday")
_NEVER = both(zh="还没有联系的记录", en="no contact noted yet")
_JUST_NOW = both(zh="今天刚联系过", en="last contact today")
_LARGEST = both(zh="手上最大的一单", en="the largest deal")
_LARGE = both(zh="金额在手上排前面", en="one of the larger deals")
_SOON = {0: _TODAY, 1: _TOMORROW, 2: _AFTER_TOMORROW}
_LATELY = {0: _JUST_NOW, 1: _SILENT_ONE}

# Points, what is said about them, and what is filled in for {n}.
_Reason = tuple[float, Text, object]

# ---- what a list can be sorted by ------------------------------------------------------------------

_LAST = date.max


def _named(ranked: Ranked) -> tuple[str, str]:
    return ranked.deal.customer, ranked.deal.id


ORDERS: Mapping[str, Callable[[Ranked], object]] = {
    "rank": lambda r: (-round(r.score, 9), r.deal.expected or _LAST, r.deal.id),
    "visit": lambda r: (r.deal.next_visit or _LAST, r.deal.id),
    "doubt": lambda r: (r.deal.standing.confidence if r.deal.standing else 2.0, r.deal.id),
    "contact": lambda r: (r.deal.contact or date.min, r.deal.id),
    "money": lambda r: (r.deal.currency, -(r.deal.amount or Decimal(0)), r.deal.id),
    "customer": _named,
}


def rank(deals: Iterable[Filed], today: date, order: str = "rank") -> tuple[Ranked, ...]:
    """Return the deals by one of ``ORDERS``, each with its points and the reason for them."""
    deals = tuple(deals)
    largest = _largest(deals)
    ranked = [_ranked(deal, today, largest.get(deal.currency)) for deal in deals]
    return tuple(sorted(ranked, key=ORDERS[order]))  # type: ignore[arg-type]


def _largest(deals: Sequence[Filed]) -> dict[str, Decimal]:
    largest: dict[str, Decimal] = {}
    for deal in deals:
        if deal.amount and not deal.outcome:
            largest[deal.currency] = max(deal.amount, largest.get(deal.currency, deal.amount))
    return largest


def _ranked(deal: Filed, today: date, largest: Decimal | None) -> Ranked:
    silent = None if deal.contact is None else max(0, (today - deal.contact).days)
    if deal.outcome:
        return Ranked(deal, {}, (), silent)
    found = {
        "visit": _visit(deal, today),
        "doubt": _doubt(deal),
        "silence": _silence(silent),
        "money": _money(deal.amount, largest),
    }
    points = {name: weight for name, (weight, _, _) in found.items()}
    said = [reason for reason in found.values() if reason[0] >= _WORTH_SAYING]
    said = said or [max(found.values(), key=lambda reason: reason[0])]
    return Ranked(deal, points, tuple((text, n) for _, text, n in said[:_REASONS]), silent)


def _visit(deal: Filed, today: date) -> _Reason:
    if deal.next_visit is None:
        return 0.0, Text(), 0
    days = (deal.next_visit - today).days
    if days < 0:
        # What was noted on the day of the visit or later is its result; the deal just has no next date.
        if deal.contact and deal.contact >= deal.next_visit:
            return 0.0, Text(), 0
        return _VISIT, _OVERDUE_ONE if days == -1 else _OVERDUE, -days
    return max(0.0, _VISIT - _PER_DAY * days), _SOON.get(days, _IN_DAYS), days


def _doubt(deal: Filed) -> _Reason:
    standing = deal.standing
    if standing is None:
        return 0.0, Text(), 0
    if not deal.asked:
        return _DOUBT, _NOTHING_ASKED, 0
    if not standing.settled:
        return _DOUBT, _UNSETTLED, 0
    return _DOUBT * (1.0 - standing.confidence), _DOUBTFUL, percent(standing.confidence)


def _silence(silent: int | None) -> _Reason:
    if silent is None:
        return _SILENCE, _NEVER, 0
    return min(_SILENCE, _PER_SILENT_DAY * silent), _LATELY.get(silent, _SILENT), silent


def _money(amount: Decimal | None, largest: Decimal | None) -> _Reason:
    if not amount or not largest:
        return 0.0, Text(), 0
    return _MONEY * float(amount / largest), _LARGEST if amount == largest else _LARGE, 0
