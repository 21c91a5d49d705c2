"""The deals of reps and of teams, side by side (domain S1-MO5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from ltc_coach.batch.alarms import UNTOLD
from ltc_coach.batch.money import Purses
from ltc_coach.i18n import Text
from ltc_coach.model.batch import DealRow, Group

Key = tuple[str, str]
"""A name and its team."""

WON, LOST, SETTLED = "=won", "=lost", "=settled"
"""What is counted of a group beside warnings, which are counted by their ids."""
# With more names than this a column was taken for what it is not.
_MOST = 5_000


class Groups:
    """The deals of reps or of teams; ``full`` when there were too many names to be any."""

    def __init__(self) -> None:
        self.full = False
        self.open: Purses[Key] = Purses()
        self.at_risk: Purses[Key] = Purses()
        self._counts: dict[Key, Counter[str]] = {}

    def add(self, key: Key, row: DealRow) -> None:
        """Take a deal into account."""
        counts = self.of(key)
        if counts is None:
            return
        if row.outcome is not None:
            counts[WON if row.outcome == "won" else LOST] += 1
            return
        self.open.add(key, row.amount, row.currency)
        if row.at_risk:
            self.at_risk.add(key, row.at_risk, row.currency)
        if row.settled:
            counts[SETTLED] += 1
        for warning in row.warnings:
            if warning.id not in UNTOLD:
                counts[warning.id] += 1

    def of(self, key: Key) -> Counter[str] | None:
        """Return what is counted of a group; None once there are too many."""
        counts = self._counts.get(key)
        if counts is None and not self.full:
            counts = self._counts[key] = Counter()
            if len(self._counts) > _MOST:
                self.full = True
                self._counts.clear()
                self.open.clear()
                self.at_risk.clear()
                return None
        return counts

    def groups(self, title: Callable[[str], Text]) -> Iterable[Group]:
        """Yield a line for each name, those with most open deals first; ``title`` is what a warning is called."""
        for key in sorted(self._counts, key=lambda key: (-self.open.deals(key), key)):
            counts = self._counts[key]
            common = sorted((-n, theme) for theme, n in counts.items() if not theme.startswith("="))
            yield Group(
                name=key[0],
                team=key[1],
                deals=self.open.deals(key),
                money=self.open.money(key),
                settled=counts[SETTLED],
                silent=counts["silent"],
                overdue=counts["overdue"],
                at_risk=self.at_risk.money(key),
                won=counts[WON],
                lost=counts[LOST],
                theme=title(common[0][1]) if common else Text(),
            )
