"""What the manager's report says in every form of it: headings, columns, money and days in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.batch import DealRow, Money, Summary
from ltc_coach.plain import percent

TITLE = both(zh="商机总览", en="The state of the deals")
READ = both(
    zh="读到 {rows} 行:报告 {reported} 个商机,{skipped} 行用不了",
    en="{rows} rows read: {reported} deals reported, {skipped} unusable",
)
OPEN = both(zh="在谈", en="Open")
WON = both(zh="赢单", en="Won")
LOST = both(zh="丢单", en="Lost")
AT_RISK = both(zh="有风险", en="At risk")
LIMITS = both(zh="这些数据能说明什么、不能说明什么", en="What these data can and cannot tell")
FUNNEL = both(zh="客户走到哪一步", en="Where the customers stand")
MATRIX = both(zh="CRM 里写的,跟凭据对一对", en="The CRM's stage against the evidence")
AGES = both(zh="多久没联系了", en="Days without contact")
FORECAST = both(zh="预测", en="Forecast")
MONTHS = both(zh="按预计成交月份", en="By expected month of closing")
BOTTLENECKS = both(zh="卡在哪里", en="Bottlenecks")
RANKED = both(zh="先看哪几单:风险金额从大到小", en="Look at these first: most money at risk")
THEMES = both(zh="该辅导什么", en="What to coach")
REPS = both(zh="每个销售", en="By rep")
TEAMS = both(zh="每个团队", en="By team")
SINCE = both(zh="跟 {day} 那次比", en="Since the report of {day}")
SKIPPED = both(zh="用不了的行", en="Rows that could not be used")
SOURCES = both(zh="数据来源", en="Where the data come from")
NOT_SETTLED = both(zh="还定不了", en="not settled")
NO_EVIDENCE = both(zh="没有凭据", en="no evidence")
COUNT = both(zh="{n} 单", en="{n} deals")
NOTHING = both(zh="没有", en="none")
MORE = both(zh="还有 {n} 行,全部在 JSONL 里", en="{n} more, all of them in the JSONL")
FILTER = both(zh="筛选:客户、负责人、理由里的字", en="Filter: words in customer, rep or reason")
ALL_REPS = both(zh="所有销售", en="all reps")
ALL_TEAMS = both(zh="所有团队", en="all teams")
ALL_PLACES = both(zh="所有阶段", en="all places")
SHOWN = both(zh="显示 {n} 个", en="{n} shown")
WORST = both(zh="最差", en="worst")
LIKELY = both(zh="大概", en="likely")
BEST = both(zh="最好", en="best")
NO_RATE = both(zh="{n} 个在谈的没有赢率,没算进去", en="{n} open deals have no rate and are not in it")
NO_MONTH = both(zh="没写日期", en="no date")
FOOT = both(zh="{playbook} {version} · 算到 {today} · ltc {ltc}", en="{playbook} {version} · as of {today} · ltc {ltc}")

COLUMNS: Mapping[str, Text] = {
    "id": both(zh="编号", en="id"),
    "customer": both(zh="客户", en="customer"),
    "owner": both(zh="负责人", en="rep"),
    "team": both(zh="团队", en="team"),
    "amount": both(zh="金额", en="amount"),
    "currency": both(zh="币种", en="currency"),
    "place": both(zh="走到", en="place"),
    "confidence": both(zh="把握", en="sure"),
    "crm_stage": both(zh="CRM 阶段", en="CRM stage"),
    "at_risk": both(zh="风险金额", en="at risk"),
    "risk": both(zh="理由", en="reason"),
    "first_move": both(zh="下一步", en="next move"),
    "days_silent": both(zh="没联系(天)", en="days silent"),
    "expected": both(zh="预计成交", en="expected"),
    "overdue_days": both(zh="超期(天)", en="days overdue"),
    "rate": both(zh="赢率", en="win rate"),
    "deals": both(zh="单数", en="deals"),
    "money": both(zh="金额", en="money"),
    "settled": both(zh="位置清楚", en="settled"),
    "silent": both(zh="久没联系", en="silent"),
    "overdue": both(zh="超期", en="overdue"),
    "won": both(zh="赢", en="won"),
    "lost": both(zh="丢", en="lost"),
    "theme": both(zh="最常见的毛病", en="commonest trouble"),
    "examples": both(zh="比如", en="for example"),
    "file": both(zh="文件", en="file"),
    "line": both(zh="行", en="line"),
    "field": both(zh="字段", en="field"),
    "reason": both(zh="原因", en="reason"),
    "rows": both(zh="行数", en="rows"),
    "encoding": both(zh="编码", en="encoding"),
    "notes": both(zh="说明", en="notes"),
    "month": both(zh="月份", en="month"),
    "stage": both(zh="阶段", en="stage"),
    "before": both(zh="上次", en="before"),
    "now": both(zh="现在", en="now"),
    "moved": both(zh="变化", en="change"),
}
MOVED: Mapping[str, Text] = {
    "on": both(zh="往前走了", en="moved on"),
    "back": both(zh="退回来了", en="went back"),
    "stuck": both(zh="没动", en="stuck"),
    "new": both(zh="新来的", en="new"),
    "gone": both(zh="不见了", en="gone"),
    "won": both(zh="赢了", en="won"),
    "lost": both(zh="丢了", en="lost"),
    "given_up": both(zh="放弃了", en="given up"),
}


def column(name: str, lang: Lang) -> str:
    """Return the heading of a column."""
    return COLUMNS[name].get(lang)


def short_money(amount: Decimal, currency: str, lang: Lang) -> str:
    """Return an amount for a glance, three figures of it: 168万, 1.2亿, 1.68M; CNY goes without saying in Chinese."""
    units = ((10**8, "亿"), (10**4, "万")) if lang == Lang.ZH else ((10**9, "B"), (10**6, "M"), (10**3, "k"))
    size, name = next(((size, name) for size, name in units if abs(amount) >= size), (1, ""))
    shown = amount / size
    digits = 0 if abs(shown) >= 100 or not name else 1 if abs(shown) >= 10 else 2  # noqa: PLR2004 - three figures
    text = f"{shown.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else f"{int(text):,}"
    return f"{text}{name}" if lang == Lang.ZH and currency == "CNY" else f"{currency} {text}{name}"


def moneys(found: Iterable[Money], lang: Lang) -> str:
    """Return the money of several currencies in one line."""
    return " + ".join(short_money(m.amount, m.currency, lang) for m in found if m.amount) or "-"


def at_risk(summary: Summary) -> tuple[Money, ...]:
    """Return all money at risk, per currency: what the reps' lines come to."""
    sums: dict[str, Decimal] = {}
    deals: dict[str, int] = {}
    for rep in summary.reps:
        for money in rep.at_risk:
            sums[money.currency] = sums.get(money.currency, Decimal(0)) + money.amount
            deals[money.currency] = deals.get(money.currency, 0) + money.deals
    return tuple(Money(currency=c, deals=deals[c], amount=sums[c]) for c in sorted(sums))


def place_of(row: DealRow, lang: Lang) -> str:
    """Return where a deal stands, or that nobody can say."""
    if row.place is None:
        return NO_EVIDENCE.get(lang)
    return row.place_title.get(lang) if row.settled else NOT_SETTLED.get(lang)


def sure_place_of(row: DealRow, lang: Lang) -> str:
    """Return the same with how sure it is, where it is settled."""
    place = place_of(row, lang)
    return f"{place} {percent(row.confidence)}" if row.place and row.settled else place
