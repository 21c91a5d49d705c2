"""Exact sums of money per currency, for as many keys as a report has rows."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from decimal import Context, Decimal
from typing import Any, Generic, TypeVar

from ltc_coach.model.batch import Money

_Key = TypeVar("_Key", bound=Hashable)
# Amounts have at most 15 digits and 4 decimals: no sum of them is ever rounded.
_EXACT = Context(prec=60)


class Purses(Generic[_Key]):
    """Deals and their money by key and currency."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        # Deals, their sum, and how many have no amount.
        self._held: dict[_Key, dict[str, list[Any]]] = {}

    def add(self, key: _Key, amount: Decimal | None, currency: str) -> None:
        """Add a deal."""
        try:
            sums = self._held[key][currency]
        except KeyError:
            sums = self._sums(key, currency)
        sums[0] += 1
        if amount is None:
            sums[2] += 1
        elif amount:
            sums[1] = _EXACT.add(sums[1], amount)

    def put(self, key: _Key, deals: int, amount: Decimal, unpriced: int, currency: str) -> None:
        """Add many deals at once: how many, what they come to, and how many of them have no amount."""
        sums = self._sums(key, currency)
        sums[0] += deals
        sums[1] = _EXACT.add(sums[1], amount)
        sums[2] += unpriced

    def _sums(self, key: _Key, currency: str) -> list[Any]:
        purse = self._held.get(key)
        if purse is None:
            purse = self._held[key] = {}
        sums = purse.get(currency)
        if sums is None:
            sums = purse[currency] = [0, Decimal(0), 0]
        return sums

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._held)

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()

    def deals(self, key: _Key) -> int:
        """Return how many deals there are under a key."""
        return sum(int(sums[0]) for sums in self._held.get(key, {}).values())

    def money(self, key: _Key) -> tuple[Money, ...]:
        """Return the money under a key, by currency: most deals first."""
        held = self._held.get(key, {})
        return tuple(
            Money(currency=currency, deals=int(deals), amount=Decimal(amount), unpriced=int(unpriced))
            for currency, (deals, amount, unpriced) in sorted(held.items(), key=lambda one: (-one[1][0], one[0]))
        )
