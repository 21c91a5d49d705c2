"""How long customers stay at each place and how many pass on: where deals get stuck, by our own history.

Gathered from deals with a dated log. A figure needs enough of them; with fewer nothing is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import Bottleneck
from ltc_coach.model.casework import Spell
from ltc_coach.model.deal import Ending
from ltc_coach.model.playbook import Playbook

# Deals that must have left a place before its figures mean anything, and that must be there now.
ENOUGH, ENOUGH_NOW = 20, 5
# Deals that stay this much longer than usual are stuck.
_LONGER = 1.5

_TOO_FEW = both(
    zh="瓶颈看不出来:每一步至少要有 {enough} 个商机走过,最多的一步才有 {n} 个",
    en="no bottleneck can be told: {enough} deals must have left a place, the most at any is {n}",
)
_LEAST = both(
    zh="走过这一步的 {n} 个商机里,只有 {passed} 个往后走了", en="of {n} deals that left it, only {passed} moved on"
)
_ALL_THE_WAY = both(zh="从开始到签约", en="from opening to signature")
_AGED = both(
    zh="还在谈的 {n} 个,一半已经开了 {now} 天以上;赢下的 {won} 个,一半在 {usual} 天内签了",
    en="half of the {n} open deals are {now} days old or more; half of the {won} won were signed within {usual}",
)
_STUCK = both(
    zh="现在停在这里的 {n} 个,一半停了 {now} 天以上;以前一半在 {usual} 天内走完",
    en="half of the {n} deals there now have stayed {now} days or more; it used to take {usual}",
)


@dataclass(slots=True)
class _Place:
    """Deals that left a place, how many of them onwards, and how many days those left and those there took."""

    left: int = 0
    passed: int = 0
    took: Counter[int] = field(default_factory=Counter)
    here: Counter[int] = field(default_factory=Counter)


class Stays:
    """The history of all deals that have one."""

    def __init__(self, playbook: Playbook) -> None:
        places = playbook.scales[playbook.main].places
        self._titles = {place.id: place.title for place in places}
        self._order = {place.id: i for i, place in enumerate(places)}
        self._places = {place.id: _Place() for place in places}
        self._won: Counter[int] = Counter()
        self._open: Counter[int] = Counter()

    def add(self, spells: Sequence[Spell], outcome: Ending | None) -> None:
        """Take a deal's places into account, in the order in which it went through them."""
        through = [spell for spell in spells if spell.kind == "place"]
        for i, spell in enumerate(through):
            at = self._places[spell.id]
            if i + 1 < len(through):
                onwards = self._order[through[i + 1].id] > self._order[spell.id]
            elif outcome is None:
                at.here[spell.days] += 1
                continue
            else:
                onwards = outcome == "won"
            at.left += 1
            at.passed += onwards
            at.took[spell.days] += 1

    def lasted(self, days: int, outcome: Ending | None, deals: int = 1) -> None:
        """Take into account how long a deal, or several, took from opening, or have taken so far."""
        if outcome is None:
            self._open[days] += deals
        elif outcome == "won":
            self._won[days] += deals

    def bottlenecks(self) -> tuple[Bottleneck, ...]:
        """Return the place with the lowest share passing on, and the one where deals stay longest against the usual."""
        return (*self._lowest(), *self._slowest(), *self._aged())

    def _aged(self) -> Iterable[Bottleneck]:
        """Compare open deals with won ones, where only both ends of the way are known."""
        if self._won.total() < ENOUGH or self._open.total() < ENOUGH_NOW:
            return
        now, usual = _median(self._open), _median(self._won)
        if now >= _LONGER * max(usual, 1):
            n = self._open.total()
            why = _AGED.fill(n=f"{n:,}", won=f"{self._won.total():,}", now=now, usual=usual)
            yield Bottleneck(place="", title=_ALL_THE_WAY, seen=n, passed=None, days=float(now), why=why)

    @property
    def too_few(self) -> Text:
        """What is missing, while no place has seen enough deals."""
        most = max((place.left for place in self._places.values()), default=0)
        return _TOO_FEW.fill(enough=ENOUGH, n=most) if most < ENOUGH else Text()

    def _lowest(self) -> Iterable[Bottleneck]:
        shares = [(at.passed / at.left, id_) for id_, at in self._places.items() if at.left >= ENOUGH]
        share, id_ = min(shares, key=lambda one: one[0], default=(1.0, ""))
        if share < 1.0:
            at = self._places[id_]
            why = _LEAST.fill(n=at.left, passed=at.passed)
            yield Bottleneck(place=id_, title=self._titles[id_], seen=at.left, passed=share, days=None, why=why)

    def _slowest(self) -> Iterable[Bottleneck]:
        slow = []
        for id_, at in self._places.items():
            if at.left >= ENOUGH and at.here.total() >= ENOUGH_NOW:
                now, usual = _median(at.here), _median(at.took)
                slow.append((now / max(usual, 1), id_, now, usual))
        longer, id_, now, usual = max(slow, key=lambda one: one[0], default=(0.0, "", 0, 0))
        if longer >= _LONGER:
            n = self._places[id_].here.total()
            why = _STUCK.fill(n=n, now=now, usual=usual)
            yield Bottleneck(place=id_, title=self._titles[id_], seen=n, passed=None, days=float(now), why=why)


def _median(days: Counter[int]) -> int:
    """Return the lower median."""
    left = (days.total() + 1) // 2
    for day in sorted(days):
        left -= days[day]
        if left <= 0:
            return day
    return 0
