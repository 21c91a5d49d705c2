"""What the manager's report says in every form of it: headings, columns, money and days in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.batch import (
    Bottleneck,
    Cell,
    DealRow,
    Due,
    Hindsight,
    Money,
    RateSource,
    Shift,
    SourceFile,
    Summary,
)
from ltc_coach.plain import percent
from ltc_coach.words import BAND, LATE, NO_MONTH, NOT_SETTLED, STUCK, SUMS

_FEW_FILES = 20

TITLE = both(zh="商机总览", en="The state of the deals")
READ = both(
    zh="读到 {rows:,} 行:报告 {reported:,} 个商机,{skipped:,} 行用不了",
    en="{rows:,} rows read: {reported:,} deals reported, {skipped:,} unusable",
)
OPEN = both(zh="在谈", en="Open")
WON = both(zh="赢单", en="Won")
LOST = both(zh="丢单", en="Lost")
AT_RISK = both(zh="有风险", en="At risk")
LIMITS = both(zh="这些数据能说明什么、不能说明什么", en="What these data can and cannot tell")
FUNNEL = both(zh="客户走到哪一步", en="Where the customers stand")
MATRIX = both(zh="CRM 里写的,跟依据对一对", en="The CRM's stage against the evidence")
AGES = both(zh="多久没联系了 (没记联系的从开始那天算)", en="Days without contact (else since opened)")
FORECAST = both(zh="预测", en="Forecast")
MONTHS = both(zh="按预计成交月份", en="By expected month of closing")
BOTTLENECKS = both(zh="卡在哪里", en="Bottlenecks")
RANKED = both(zh="先看哪几单:风险金额从大到小", en="Look at these first: most money at risk")
RANKED_BY_WAIT = both(
    zh="先看哪几单:等得最久的在前 (没有金额可排)", en="Look at these first: the longest waiting, for want of amounts"
)
THEMES = both(zh="该辅导什么", en="What to coach")
SINCE = both(zh="跟 {day} 那次比", en="Since the report of {day}")
SKIPPED = both(zh="用不了的行", en="Rows that could not be used")
SOURCES = both(zh="数据来源", en="Where the data come from")
NO_EVIDENCE = both(zh="没有依据", en="no evidence")
COUNT = both(zh="{n:,} 单", en="{n:,} deals")
UNPRICED = both(zh="{n:,} 单没写金额", en="{n:,} without amount")
MORE = both(zh="还有 {n:,} 行,全部在 JSONL 里", en="{n:,} more, all of them in the JSONL")
MORE_THEMES = both(zh="还有 {n} 样", en="{n} more")
MORE_FILES = both(zh="还有 {n:,} 个文件,读得都没问题", en="{n:,} more files, read without any trouble")
MOST_RANKED = both(
    zh="只列出前 {n:,} 个;全部在 --format xlsx、csv 或 jsonl 里",
    en="the first {n:,} only; all of them with --format xlsx, csv or jsonl",
)
FILTER = both(zh="筛选:客户、编号、负责人、理由里的字", en="Filter: words in customer, id, rep or reason")
ALL_REPS = both(zh="所有销售", en="all reps")
ALL_TEAMS = both(zh="所有团队", en="all teams")
ALL_PLACES = both(zh="所有位置", en="all places")
ALL_STAGES = both(zh="所有 CRM 阶段", en="all CRM stages")
EVERYTHING = both(zh="全部列出", en="show all")
SHOWN = both(zh="显示 {n} / {all} 个", en="{n} of {all} shown")
WORST = both(zh="最差", en="worst")
LIKELY = both(zh="最可能", en="likely")
BEST = both(zh="最好", en="best")
NO_RATE = both(zh="{n} 个在谈的没有赢率,没算进去", en="{n} open deals have no rate and are not in it")
BRIER = both(
    zh="{deals:,} 个有了结果,{waiting:,} 个还没有;误差 {brier:.3f},一律按平均赢率猜是 {usual:.3f},越小越好",
    en="{deals:,} have ended, {waiting:,} not; error {brier:.3f}, guessing the average {usual:.3f}; less is better",
)
FOOT = both(zh="{playbook} {version} · 算到 {today} · ltc {ltc}", en="{playbook} {version} · as of {today} · ltc {ltc}")

COLUMNS: Mapping[str, Text] = {
    "id": both(zh="编号", en="id"),
    "customer": both(zh="客户", en="customer"),
    "product": both(zh="产品", en="product"),
    "owner": both(zh="负责人", en="rep"),
    "team": both(zh="团队", en="team"),
    "amount": both(zh="金额", en="amount"),
    "currency": both(zh="币种", en="currency"),
    "place": both(zh="走到", en="place"),
    "confidence": both(zh="把握", en="sure"),
    "runner_up": both(zh="也可能在", en="perhaps at"),
    "maps": both(zh="别的分法", en="in other models"),
    "crm_stage": both(zh="CRM 阶段", en="CRM stage"),
    "weakest": both(zh="最弱的一环", en="weakest link"),
    "missing": both(zh="到下一步还差", en="missing for the next place"),
    "moves": both(zh="接下来", en="next moves"),
    "never": both(zh="现在别做", en="not now"),
    "warnings": both(zh="要留意", en="look out"),
    "days_in_place": both(zh="停在这步(天)", en="days there"),
    "last_contact": both(zh="最近联系", en="last contact"),
    "opened": both(zh="开始", en="opened"),
    "outcome": both(zh="结果", en="outcome"),
    "rate_source": both(zh="赢率依据", en="win rate from"),
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
    "share": both(zh="赢的占几成", en="share won"),
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
EITHER = both(zh="{one}或{other}", en="{one} or {other}")
RATE_FROM: Mapping[RateSource, Text] = {
    "evidence": both(zh="凭据", en="proof"),
    "declared": both(zh="CRM 阶段", en="CRM stage"),
    "calibrated": both(zh="自家历史", en="own history"),
    "outcome": both(zh="已有结果", en="outcome"),
    "none": Text(),
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


def short_amount(amount: Decimal, lang: Lang) -> str:
    """Return an amount for a glance, three figures of it: 168万, 1.2亿, 1.68M."""
    units = ((10**8, "亿"), (10**4, "万")) if lang == Lang.ZH else ((10**9, "B"), (10**6, "M"), (10**3, "k"))
    size, name = next(((size, name) for size, name in units if abs(amount) >= size), (1, ""))
    shown = amount / size
    digits = 0 if abs(shown) >= 100 or not name else 1 if abs(shown) >= 10 else 2  # noqa: PLR2004 - three figures
    text = f"{shown.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN):f}"
    return f"{text.rstrip('0').rstrip('.')}{name}" if "." in text else f"{int(text):,}{name}"


def short_money(amount: Decimal, currency: str, lang: Lang) -> str:
    """Return the same with its currency; CNY goes without saying in Chinese."""
    text = short_amount(amount, lang)
    return text if lang == Lang.ZH and currency == "CNY" else f"{currency} {text}"


def moneys(found: Iterable[Money], lang: Lang) -> str:
    """Return the money of several currencies in one line."""
    return " + ".join(short_money(m.amount, m.currency, lang) for m in found if m.amount) or "-"


def counted(deals: int, found: Sequence[Money], lang: Lang) -> str:
    """Return how many deals there are and what they come to, where they come to anything."""
    sums = moneys(found, lang)
    return f"{deals:,}" if sums == "-" else f"{deals:,} · {sums}"


def ranked_title(summary: Summary) -> Text:
    """Say what the list of open deals is ordered by: money at risk, or how long they wait where no deal has any."""
    return RANKED if any(row.at_risk for row in summary.ranked) else RANKED_BY_WAIT


def stages(summary: Summary) -> Sequence[tuple[str, int, tuple[Money, ...]]]:
    """Return the open deals by stage of the CRM, in the order of the matrix."""
    found: dict[str, list[Cell]] = {}
    for cell in summary.matrix:
        found.setdefault(cell.crm_stage, []).append(cell)
    return [
        (stage or "-", sum(c.deals for c in cells), tuple(_sum(m for c in cells for m in c.money)))
        for stage, cells in found.items()
    ]


def located(summary: Summary) -> bool:
    """Whether the evidence settles the place of any open deal."""
    return any(step.deals for step in summary.funnel if step.place)


def _sum(found: Iterable[Money]) -> Iterable[Money]:
    by_currency: dict[str, list[Money]] = {}
    for money in found:
        by_currency.setdefault(money.currency, []).append(money)
    for currency, its in by_currency.items():
        amount = sum((m.amount for m in its), Decimal(0))
        deals, unpriced = sum(m.deals for m in its), sum(m.unpriced for m in its)
        yield Money(currency=currency, deals=deals, amount=amount, unpriced=unpriced)


def telling(sources: Sequence[SourceFile]) -> Sequence[SourceFile]:
    """Return the files a reader wants to see: all of a few; of a folder of deals only those with something to say."""
    if len(sources) <= _FEW_FILES:
        return sources
    return [s for s in sources if s.notes or s.skipped][:_FEW_FILES]


def titles(summary: Summary) -> dict[str | None, Text]:
    """Return what each place is called."""
    return {step.place: step.title for step in summary.funnel}


def named(ids: Iterable[str], summary: Summary, lang: Lang) -> str:
    """Return the titles of moves or nevers."""
    joint = ";" if lang == Lang.ZH else "; "
    return joint.join(summary.moves[id_].get(lang) if id_ in summary.moves else id_ for id_ in ids)


def warned(row: DealRow, lang: Lang) -> str:
    """Return all a deal has to be watched for."""
    return (";" if lang == Lang.ZH else "; ").join(warning.text.get(lang) for warning in row.warnings)


def runner_up(row: DealRow, summary: Summary, lang: Lang) -> str:
    """Return where a deal may be instead; where no place is settled, both candidates."""
    second = titles(summary).get(row.runner_up, Text()) if row.runner_up else Text()
    if row.settled or not second:
        return second.get(lang)
    return EITHER.fill(one=row.place_title, other=second).get(lang)


def mapped(row: DealRow) -> str:
    """Return the same place in other models."""
    return " · ".join(row.maps.values())


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


def rate_of(row: DealRow, lang: Lang) -> str:
    """Return the win rate and where it comes from."""
    if row.rate is None:
        return ""
    source = RATE_FROM[row.rate_source].get(lang)
    return f"{percent(row.rate)} ({source})" if source else percent(row.rate)


def month_of(due: Due, summary: Summary, lang: Lang) -> str:
    """Return a month of expected closing; one that is over is called so."""
    late = bool(due.month) and due.month < summary.today.isoformat()[:7]
    return (LATE.fill(month=due.month).get(lang) if late else due.month) or NO_MONTH.get(lang)


def places_of(shift: Shift, summary: Summary, lang: Lang) -> tuple[str, str]:
    """Return where a deal was and where it is now, in words; one that has ended or is gone is nowhere."""
    named = titles(summary)
    ended = shift.moved in {"won", "lost", "given_up", "gone"}
    before, now = (
        "-" if at is None else named[at].get(lang) if at in named else at
        for at in (shift.before, None if ended else shift.now)
    )
    return before, now


def outcome_of(row: DealRow, lang: Lang) -> str:
    """Return how a deal ended."""
    return MOVED[row.outcome].get(lang) if row.outcome else ""


def stuck(found: Bottleneck) -> Text:
    """Say where deals get stuck, and by which figures."""
    return STUCK.fill(place=found.title, why=found.why)


def hindsight(found: Hindsight, lang: Lang) -> Iterable[Text]:
    """Say how good earlier forecasts were: their error, what was said and won in each band, the money."""
    if found.brier is not None:
        yield BRIER.fill(deals=found.deals, waiting=found.waiting, brier=found.brier, usual=found.usual or 0.0)
    for band in found.bands:
        shares = {name: percent(getattr(band, name)) for name in ("low", "high", "said", "won")}
        yield BAND.fill(n=band.deals, **shares)
    for currency, said, won in found.money:
        sums = {"said": short_money(said, currency, lang), "won": short_money(won, currency, lang)}
        yield SUMS.fill(currency=currency, **sums)
