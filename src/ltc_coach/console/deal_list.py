"""The ranked list of deals: one line of figures for each, and under it the reason for its rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

from ltc_coach.console.page import ACCENT, FAINT, HEAD, PLAIN, Page, Style, cells, one_line, pad, wrap
from ltc_coach.i18n import Lang, both
from ltc_coach.model.listing import Filed, Ranked
from ltc_coach.plain import clean, percent

_HEADING = both(zh="先跑哪一个", en="Which deal first")
_COLUMNS = (
    both(zh="客户", en="customer"),
    both(zh="走到", en="place"),
    both(zh="把握", en="sure"),
    both(zh="下次拜访", en="visit"),
    both(zh="没联系", en="silent"),
    both(zh="金额", en="amount"),
)
_NO_DEALS = both(zh="{folder} 里还没有商机。", en="No deals in {folder} yet.")
_BEGIN = both(
    zh="新建一个:ltc deals new 客户名    先看个例子:ltc demo",
    en='Begin one: ltc deals new "CUSTOMER"    See an example: ltc demo',
)
_NONE_LEFT = both(zh="没有要跑的商机。", en="No deal to show.")
_ENDED = both(zh="另有 {n} 个已经结束,没有列出:--all", en="{n} ended, not listed: --all")
_MORE = both(zh="后面还有 {n} 个:--top 0 全部列出", en="{n} more: --top 0 lists them all")
_DAYS = both(zh="{n}天", en="{n} d")
_NEVER = both(zh="从未", en="never")
OUTCOMES = {
    "won": both(zh="赢了", en="won"),
    "lost": both(zh="输了", en="lost"),
    "given_up": both(zh="放手了", en="given up"),
}
# Right-aligned: figures, from the confidence on.
_FIGURES = 2
_NARROWEST = 8


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of one deal, in the order of ``_COLUMNS``."""

    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Heading:
    """What is said around the list: which folder, reckoned on which day, how many deals are left out, and why."""

    folder: str
    today: date
    ended: int
    more: int


def deal_list(ranked: Sequence[Ranked], heading: Heading, lang: Lang, *, width: int, colour: bool) -> str:
    """Return the list as a screen."""
    page = Page(width, colour=colour)
    if not ranked:
        page.line((_NONE_LEFT if heading.ended else _NO_DEALS.fill(folder=heading.folder)).get(lang))
        page.line(((_ENDED.fill(n=heading.ended) if heading.ended else _BEGIN).get(lang), FAINT))
        return page.text()
    names = Counter(one.deal.customer for one in ranked)
    rows = [_row(one, heading.today, lang, alone=names[one.deal.customer] == 1) for one in ranked]
    heads = [head.get(lang) for head in _COLUMNS]
    number = len(str(len(rows)))
    widths = _widths(rows, heads, width - number - 2)
    page.line((_HEADING.get(lang), HEAD), (f"  {heading.today}  {heading.folder}", FAINT), hang=2)
    page.blank()
    _line(page, " " * number, heads, widths, FAINT)
    for place, row in enumerate(rows, start=1):
        _line(page, f"{place:>{number}}", row.cells, widths, PLAIN)
        if row.reason:
            page.line((row.reason, FAINT), indent=number + 2, hang=number + 2)
    page.blank()
    for note, n in ((_MORE, heading.more), (_ENDED, heading.ended)):
        if n:
            page.line((note.fill(n=n).get(lang), FAINT))
    return page.text()


def _row(ranked: Ranked, today: date, lang: Lang, *, alone: bool) -> _Row:
    deal, standing = ranked.deal, ranked.deal.standing
    place, sure = "", ""
    if deal.outcome:
        place = OUTCOMES[deal.outcome].get(lang)
    elif standing:
        place = one_line(standing.title.get(lang)) + ("" if standing.settled else "?")
        sure = percent(standing.confidence)
    silent = _NEVER.get(lang) if ranked.silent is None else _DAYS.fill(n=ranked.silent).get(lang)
    # The product only tells apart what the customer does not.
    name = one_line(deal.customer if alone else named(deal))
    shown = (name, place, sure, _day(deal.next_visit, today), silent, money(deal.amount, deal.currency, lang))
    return _Row(tuple(clean(text) for text in shown), ranked.reason.get(lang))


def named(deal: Filed) -> str:
    """Return the customer, and the product where there is one."""
    return one_line(f"{deal.customer} · {deal.product}" if deal.product else deal.customer)


def _day(day: date | None, today: date) -> str:
    if day is None:
        return "-"
    return day.strftime("%m-%d") if day.year == today.year else day.isoformat()


def money(amount: Decimal | None, currency: str, lang: Lang) -> str:
    """Return an amount in short: 260万, 2.6M; a currency other than CNY is named."""
    if amount is None:
        return "-"
    units = ((10**8, "亿"), (10**4, "万")) if lang == Lang.ZH else ((10**9, "bn"), (10**6, "M"), (10**3, "k"))
    size, unit = next(((size, unit) for size, unit in units if amount >= size), (1, ""))
    # Three figures are enough to compare deals at a glance.
    short = (amount / size).normalize(Context(prec=3, rounding=ROUND_HALF_UP))
    text = f"{short:f}{unit}"
    return text if currency == "CNY" else f"{currency} {text}"


def _widths(rows: Sequence[_Row], heads: Sequence[str], room: int) -> list[int]:
    """Give every column what it needs; the customer gets the rest, and wraps."""
    columns = zip(*(row.cells for row in rows), strict=True)
    widths = [max(cells(text) for text in (head, *column)) for head, column in zip(heads, columns, strict=True)]
    rest = room - sum(widths[1:]) - 2 * (len(widths) - 1)
    widths[0] = max(_NARROWEST, min(widths[0], rest))
    return widths


def _line(page: Page, number: str, texts: Sequence[str], widths: Sequence[int], style: Style) -> None:
    """Write the cells of one deal; a long name goes on below."""
    first, *more = wrap(texts[0], widths[0]) or [""]
    others = [
        pad(text, width) if column < _FIGURES else " " * (width - cells(text)) + text
        for column, (text, width) in enumerate(zip(texts, widths, strict=True))
    ]
    name = (pad(first, widths[0]), ACCENT if style is PLAIN else style)
    page.line((f"{number}  ", FAINT), name, ("  " + "  ".join(others[1:]), style))
    for rest in more:
        page.line((rest, ACCENT), indent=len(number) + 2)
