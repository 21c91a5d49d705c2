"""Against the last run: which deals moved on, stayed, went back, are new, are gone, were won or lost.

A deal is followed by its id. What counts is where the evidence put the customer then and puts him now; where
neither run has evidence, where the CRM does, if its stages have an order. Otherwise nothing is said about a move.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from decimal import Decimal
from typing import get_args

from ltc_coach.batch.last_run import Last, Then
from ltc_coach.batch.money import Purses
from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import DealRow, Moved, Shift, Since
from ltc_coach.model.frame import Brief
from ltc_coach.model.playbook import Playbook

# Shifts of one kind that are named, those with the most money.
_NAMED = 200

_UNORDERED = both(
    zh="跟上次比,有 {n} 个商机说不出动没动:这次或上次定不了位置,CRM 的阶段又没有先后",
    en="whether {n} deals moved cannot be told: their place is or was not settled, and the CRM's stages have no order",
)


class Comparison:
    """Takes the rows of this run and holds them against the last one."""

    def __init__(self, last: Last, playbook: Playbook) -> None:
        self._last = last
        self._order = {id_: i for i, id_ in enumerate(playbook.scales[playbook.main].ids)}
        self._seen: set[str] = set()
        self._money: Purses[Moved] = Purses()
        self._named: dict[Moved, list[tuple[Decimal, _Later, Shift]]] = {}
        self._unordered = 0

    def add(self, row: DealRow | Brief) -> None:
        """Take a deal into account, the first time its id comes up."""
        if row.id in self._seen:
            return
        self._seen.add(row.id)
        then = self._last.deals.get(row.id)
        place = row.place if row.settled else None
        moved: Moved | None
        if then is None:
            moved = "new" if row.outcome is None else None
        elif then.outcome is not None:
            return
        else:
            moved = row.outcome or self._moved(then, place, row.crm_stage, row.crm_at)
            self._unordered += moved is None
        if moved is not None:
            self._note(row, moved, then, place or row.crm_stage or None)

    def _moved(self, then: Then, place: str | None, stage: str, crm_at: str | None) -> Moved | None:
        """Say which way an open deal moved; None where that cannot be told."""
        if then.place is None and place is None:
            if then.crm_stage == stage:
                return "stuck"
            first, second = self._order.get(then.crm_at or ""), self._order.get(crm_at or "")
        else:
            first, second = self._order.get(then.place or ""), self._order.get(place or "")
        if first is None or second is None:
            return None
        return "stuck" if first == second else "on" if second > first else "back"

    def _note(
        self, deal: DealRow | Brief | Then, moved: Moved, then: Then | None, now: str | None, id_: str = ""
    ) -> None:
        self._money.add(moved, deal.amount, deal.currency)
        if moved == "stuck":
            return
        shift = Shift(
            id=deal.id if not isinstance(deal, Then) else id_,
            customer=deal.customer,
            moved=moved,
            before=(then.place or then.crm_stage or None) if then else None,
            now=now,
            amount=deal.amount,
            currency=deal.currency,
        )
        named = self._named.setdefault(moved, [])
        one = (deal.amount or Decimal(0), _Later(shift.id), shift)
        if len(named) < _NAMED:
            heapq.heappush(named, one)
        else:
            heapq.heappushpop(named, one)

    def count(self, moved: Moved) -> int:
        """Return how many deals moved this way."""
        return self._money.deals(moved)

    @property
    def unordered(self) -> Text:
        """What is to be said of deals that cannot be compared."""
        return _UNORDERED.fill(n=f"{self._unordered:,}") if self._unordered else Text()

    def since(self) -> Since:
        """Return what changed; to be asked once, after the last row."""
        for id_, then in self._last.deals.items():
            if id_ not in self._seen and then.outcome is None:
                self._seen.add(id_)
                self._note(then, "gone", then, None, id_)
        kinds: tuple[Moved, ...] = get_args(Moved)
        return Since(
            day=self._last.day,
            counts={moved: self._money.deals(moved) for moved in kinds},
            money={moved: self._money.money(moved) for moved in kinds},
            shifts=tuple(shift for moved in kinds for shift in self._shifts(moved)),
        )

    def _shifts(self, moved: Moved) -> Iterable[Shift]:
        named = sorted(self._named.get(moved, ()), key=lambda one: (-one[0], str(one[1])))
        return (shift for _, _, shift in named)


class _Later(str):
    """An id that comes the later in a heap the smaller it is."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)
