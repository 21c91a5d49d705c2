"""What these data can and cannot tell, in plain sentences: no figure is given for what nobody wrote down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import DealRow

_NO_ANSWERS = both(
    zh="这些数据里没有一条回答:客户走到哪一步,什么也得不出来;CRM 的阶段只说明我们做了什么",
    en="no answers in these data: nothing is concluded about where the customers stand; a CRM stage says what we did",
)
_SOME_ANSWERS = both(
    zh="{n} 个还在谈的商机里,{some} 个没有一条回答:它们走到哪一步不知道,算在「还定不了」里",
    en="{some} of {n} open deals have no answer: where those customers stand is not known; they count as not settled",
)
_NO_AMOUNTS = both(
    zh="还在谈的商机都没有金额:哪笔钱有风险、能进多少,都算不出来",
    en="no open deal has an amount: neither money at risk nor a forecast can be given",
)
_SOME_AMOUNTS = both(
    zh="{n} 个还在谈的商机里,{some} 个没有金额:金额合计里没有它们",
    en="{some} of {n} open deals have no amount: they are in no sum of money",
)
_NO_CONTACTS = both(
    zh="没有一个还在谈的商机记了联系:隔了多久是从开始那天算的",
    en="no contact is noted for any open deal: how long it has waited is reckoned from the day it was opened",
)
_NO_DATES = both(
    zh="还在谈的商机都没有预计成交的日期:看不出哪些拖了,也排不到月份",
    en="no open deal has an expected closing date: none can be overdue, none belongs to a month",
)
_CURRENCIES = both(
    zh="有 {n} 种币种,各算各的,没有折算", en="there are {n} currencies; each is summed by itself, none is converted"
)
_NO_STAGES = both(
    zh="CRM 的每个阶段大致对应客户的哪一步,没有人写过,CRM 和依据没法比:写在列对照的 stages 里,如「谈判: cost」",
    en="no CRM stage is given the place it is meant to be, so evidence and CRM cannot be compared: write it under "
    "`stages` of the mapping, such as `Negotiation: cost`",
)
_TOO_MANY = both(
    zh="负责人或阶段太多,不像是真的名字,相应的表没有列;看看列对照对不对",
    en="too many owners or stages to be real ones: their tables are left out; check the mapping",
)


_STALE = both(
    zh="最近的一条是 {newest} 的,天数却算到 {today};这是旧表的话,加 --today {newest}",
    en="the newest entry is of {newest}, and days are counted up to {today}; for an old export add --today {newest}",
)
# So long without any new deal or ending, and the table is rather old than the business dead.
_STALE_DAYS = 60


@dataclass(slots=True)
class Known:
    """How many open deals have what."""

    deals: int = 0
    open: int = 0
    answered: int = 0
    located: int = 0
    priced: int = 0
    contacted: int = 0
    dated: int = 0
    staged: int = 0
    currencies: set[str] = field(default_factory=set)

    def add(self, row: DealRow) -> None:
        """Take a deal into account."""
        self.deals += 1
        self.name(row.currency)
        if row.outcome is not None:
            return
        self.open += 1
        self.answered += row.answers > 0
        self.located += row.place is not None
        self.priced += row.amount is not None
        self.contacted += row.last_contact is not None
        self.dated += row.expected is not None
        self.staged += row.crm_at not in {None, "open"}

    def name(self, currency: str) -> None:
        """Take a currency into account."""
        if len(self.currencies) < 1000:  # noqa: PLR2004 - there are fewer currencies in the world
            self.currencies.add(currency)


def stale(newest: date | None, today: date) -> Iterator[Text]:
    """Yield what is to be said where nothing in the data is recent: every age would be wrong by that much."""
    if newest is not None and (today - newest).days > _STALE_DAYS:
        yield _STALE.fill(newest=newest, today=today)


def limits(known: Known, *, too_many: bool) -> Iterator[Text]:
    """Yield what cannot be concluded."""
    if known.open:
        yield from _of_open(known, f"{known.open:,}")
    if len(known.currencies) > 1:
        yield _CURRENCIES.fill(n=len(known.currencies))
    if too_many:
        yield _TOO_MANY


def _of_open(known: Known, n: str) -> Iterator[Text]:
    if not known.answered:
        yield _NO_ANSWERS
    elif known.answered < known.open:
        yield _SOME_ANSWERS.fill(n=n, some=f"{known.open - known.answered:,}")
    if not known.priced:
        yield _NO_AMOUNTS
    elif known.priced < known.open:
        yield _SOME_AMOUNTS.fill(n=n, some=f"{known.open - known.priced:,}")
    if not known.contacted:
        yield _NO_CONTACTS
    if not known.dated:
        yield _NO_DATES
    if known.answered and not known.staged:
        yield _NO_STAGES
