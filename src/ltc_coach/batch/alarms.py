"""What a manager should look at in an open deal, and the reason why its money is at risk.

The reason is one: the first that holds, in the order of ``RISKS``. A CRM that is ahead of the evidence leads, for
that money is already in somebody's plan; not knowing anything comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from ltc_coach.engine.conditions import SURE
from ltc_coach.engine.ties import reaches
from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import Warn
from ltc_coach.model.playbook import Playbook
from ltc_coach.plain import quoted

# Days without contact from which a deal counts as stalled, and of age from which one without any noted contact does.
SILENT_DAYS, OLD_DAYS = 30, 180

RISKS = ("crm-ahead", "rival", "silent", "overdue", "old", "unsettled", "no-evidence")
"""Warnings that put the money of a deal at risk, the gravest first."""

TITLES: dict[str, Text] = {
    "crm-ahead": both(zh="CRM 走在了依据前面", en="the CRM is ahead of the evidence"),
    "rival": both(zh="客户的想法是对手带出来的", en="a rival shaped the customer's thinking"),
    "silent": both(zh="超过 {n} 天没有联系", en="no contact for more than {n} days").fill(n=SILENT_DAYS),
    "overdue": both(zh="过了预计成交的日子还没定", en="past the expected closing date"),
    "old": both(zh="开了半年多,一次联系也没记", en="open for over half a year, no contact noted"),
    "unsettled": both(zh="定不了客户走到哪一步", en="where the customer stands is not settled"),
    "no-evidence": both(zh="没有一条回答", en="no answer at all"),
    "crm-behind": both(zh="CRM 落在了依据后面", en="the CRM is behind the evidence"),
    "ends-before-it-begins": both(zh="结束日期早于开始日期", en="it ends before it begins"),
    "plan-hurts": both(zh="打算做的事,这时候做会坏事", en="a planned act would hurt now"),
    "no-amount": both(zh="没有金额", en="no amount"),
    "nobody_met": both(zh="一个人都还没当面见过", en="nobody met in person yet"),
    "single_thread": both(zh="只见过一个人", en="only one person met"),
    "evaluators_between": both(zh="隔着做评估的人,没见到拍板的", en="only evaluators met, not those who decide"),
    "nobody_with_power": both(zh="见过的人里没有能拍板的", en="nobody met can decide"),
    "no_decider": both(zh="不知道最后谁拍板", en="who decides is not known"),
    "no_opponent": both(zh="还没发现谁不赞成", en="no opponent known"),
    "not_heard": both(zh="缺关键人自己的说法", en="a needed person has not been heard"),
}
"""What each warning is called when it is counted over all deals; ids of the people alarms are the engine's."""

UNTOLD = frozenset({"no-amount", "ends-before-it-begins"})
"""Warnings about the data, not about selling: nobody is coached for them."""

_AHEAD = both(zh="CRM 写到「{crm}」,依据只到「{place}」", en="the CRM says {crm}, the evidence only {place}")
_BEHIND = both(zh="CRM 还写着「{crm}」,依据已经到「{place}」", en="the CRM still says {crm}, the evidence {place}")
_SILENT = both(zh="{n} 天没有联系", en="no contact for {n} days")
_OVERDUE = both(zh="预计成交日已经过了 {n} 天", en="{n} days past the expected closing date")
_OLD = both(zh="开了 {n} 天,一次联系也没记", en="open for {n} days, no contact noted")
_UNSETTLED = both(zh="定不了客户走到哪一步", en="where the customer stands is not settled")
_PLAN = both(zh="打算「{what}」:{never}", en="planned: {what}. {never}")
ALONE = {id_: Warn(id=id_, text=TITLES[id_]) for id_ in ("rival", "unsettled", "no-evidence", "no-amount")}
"""Warnings that say the same of every deal."""


def plan_hurts(what: str, never: Text) -> Text:
    """Say which plan goes against which never."""
    return _PLAN.fill(what=quoted(what, 40), never=never)


@lru_cache(maxsize=8192)
def counted(id_: str, n: int) -> Warn:
    """Return a warning that says for how many days: silent, overdue, old."""
    return Warn(id=id_, text={"silent": _SILENT, "overdue": _OVERDUE, "old": _OLD}[id_].fill(n=n))


class Watch:
    """Looks at open deals; what a deal is, is given as the fields of its row.

    ``rival`` is who may have shaped the customer's thinking against us, ``compared`` gives the warning for a place
    the CRM's stage is taken for and the place by the evidence, None where they are the same.
    """

    def __init__(self, playbook: Playbook, today: date) -> None:
        places = playbook.scales[playbook.main].places
        self._today = today
        self._order = {place.id: i for i, place in enumerate(places)}
        self._titles = {place.id: place.title for place in places}
        self.rival = playbook.ledger.rival if playbook.ledger else None
        self.compared: Callable[[str, str], Warn | None] = lru_cache(maxsize=1024)(self._compare)

    def look(self, given: Mapping[str, Any]) -> tuple[list[Warn], Warn | None]:
        """Return what an open deal has to be watched for, and which of these puts its money at risk."""
        found: list[Warn] = []
        if "place" not in given:
            found.append(ALONE["no-evidence"])
        elif not given["settled"]:
            found.append(ALONE["unsettled"])
        elif (crm_at := given["crm_at"]) in self._order and (warn := self.compared(crm_at, given["place"])):
            found.append(warn)
        if self.rival and given.get("origin") == self.rival and reaches(given["origin_confidence"], SURE):
            found.append(ALONE["rival"])
        silent = given.get("days_silent")
        if silent is None:
            opened = given["opened"]
            if opened and (age := (self._today - opened).days) > OLD_DAYS:
                found.append(counted("old", age))
        elif silent > SILENT_DAYS:
            found.append(counted("silent", silent))
        if late := given.get("overdue_days"):
            found.append(counted("overdue", late))
        risk = min((w for w in found if w.id in RISKS), key=lambda w: RISKS.index(w.id), default=None)
        if given["amount"] is None:
            found.append(ALONE["no-amount"])
        return found, risk

    def _compare(self, crm_at: str, place: str) -> Warn | None:
        """Return a warning where the CRM and the evidence put the customer in different places."""
        crm, its = self._titles[crm_at], self._titles[place]
        if self._order[crm_at] > self._order[place]:
            return Warn(id="crm-ahead", text=_AHEAD.fill(crm=crm, place=its))
        if self._order[crm_at] < self._order[place]:
            return Warn(id="crm-behind", text=_BEHIND.fill(crm=crm, place=its))
        return None
