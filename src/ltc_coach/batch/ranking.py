"""Which open deals first: the most money at risk, then the gravest reason, then the longest silence, then the id.

Money is compared within its currency: a deal's share of the largest sum at risk there. Only as many rows as a
report can show are kept, whatever the number of deals.
"""

from __future__ import annotations

import heapq
from datetime import date
from decimal import Decimal

from ltc_coach.batch.alarms import RISKS
from ltc_coach.model.batch import DealRow

RANKED = 500
EXAMPLES = 3
_ZERO = Decimal(0)
GRAVITY = {id_: len(RISKS) - i for i, id_ in enumerate(RISKS)}

# What a row is ranked by, the largest first. Of equal ones the smaller id comes first, which a heap of tuples cannot
# say of texts; such rows are told apart when the list is made.
Key = tuple[Decimal, int, int]


class Ranking:
    """Keeps the rows with the most money at risk, per currency."""

    def __init__(self) -> None:
        self.at_risk: dict[str, Decimal] = {}
        self._heaps: dict[str, list[tuple[Key, _Last, DealRow]]] = {}

    def add(self, row: DealRow) -> None:
        """Take an open deal into account."""
        if row.risk:
            self.put(row.currency, row.at_risk)
            self.consider(row)

    def put(self, currency: str, at_risk: Decimal) -> None:
        """Add money at risk."""
        self.at_risk[currency] = self.at_risk.get(currency, _ZERO) + at_risk

    def least(self, currency: str) -> Key | None:
        """Return what a row must reach to be kept; None while any would be."""
        heap = self._heaps.get(currency)
        return heap[0][0] if heap and len(heap) == RANKED else None

    def consider(self, row: DealRow) -> None:
        """Keep a row whose money is at risk, if there is none worse."""
        currency = row.currency
        heap = self._heaps.get(currency)
        if heap is None:
            heap = self._heaps[currency] = []
        key = (row.at_risk, max(GRAVITY.get(w.id, 0) for w in row.warnings), _waiting(row))
        if len(heap) < RANKED:
            heapq.heappush(heap, (key, _Last((row.id, row.row)), row))
        elif key >= heap[0][0]:
            heapq.heappushpop(heap, (key, _Last((row.id, row.row)), row))

    def ranked(self) -> tuple[DealRow, ...]:
        """Return the rows, the first of all currencies together."""
        found = []
        for heap in self._heaps.values():
            most = max(key[0] for key, _, _ in heap)
            for (at_risk, gravity, waiting), _, row in heap:
                share = at_risk / most if most else _ZERO
                found.append((-share, -gravity, -waiting, row.currency, row.id, row.row, row))
        found.sort(key=lambda one: one[:-1])
        return tuple(one[-1] for one in found[:RANKED])


class _Last(tuple[str, int]):
    """An id and a row that come the later in a heap the smaller they are."""

    __slots__ = ()

    def __lt__(self, other: object) -> bool:
        return isinstance(other, tuple) and tuple(self) > tuple(other)


def _waiting(row: DealRow) -> int:
    """Return for how many days the deal has not moved, as far as is known."""
    if row.days_silent is not None:
        return row.days_silent
    return row.overdue_days or (-date.max.toordinal() if row.opened is None else -row.opened.toordinal())


class Examples:
    """A few deals for each theme: those with the most money."""

    def __init__(self) -> None:
        self._kept: dict[str, list[tuple[Decimal, _Last]]] = {}

    def add(self, theme: str, row: DealRow) -> None:
        """Take a deal with this theme into account."""
        self.consider(theme, row.amount or _ZERO, row.id, row.row)

    def least(self, theme: str) -> Decimal:
        """Return the amount a deal must have to be an example."""
        kept = self._kept.get(theme)
        return kept[0][0] if kept and len(kept) == EXAMPLES else _ZERO

    def consider(self, theme: str, amount: Decimal, id_: str, row: int) -> None:
        """Keep a deal if few have more money."""
        kept = self._kept.get(theme)
        if kept is None:
            kept = self._kept[theme] = []
        if len(kept) < EXAMPLES:
            heapq.heappush(kept, (amount, _Last((id_, row))))
        elif amount >= kept[0][0]:
            heapq.heappushpop(kept, (amount, _Last((id_, row))))

    def of(self, theme: str) -> tuple[str, ...]:
        """Return the ids of the examples, the largest first."""
        kept = sorted(self._kept.get(theme, ()), key=lambda one: (-one[0], tuple(one[1])))
        return tuple(last[0] for _, last in kept)
