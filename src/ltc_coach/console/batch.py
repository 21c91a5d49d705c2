"""The report on many deals as a screen: what a manager looks at on Monday, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from ltc_coach.console.deal_list import OUTCOMES, money
from ltc_coach.console.page import ACCENT, FAINT, HEAD, Page, cells, one_line, pad
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.batch import DealRow, Forecast, Group, Hindsight, Money, Moved, Range, Shift, Since, Summary
from ltc_coach.plain import grouped, percent
from ltc_coach.words import (
    BAND,
    FINDINGS,
    HINDSIGHT,
    LATE,
    NO_CUSTOMER,
    NO_MONTH,
    NOBODY,
    REPS,
    STAGES,
    STUCK,
    SUMS,
    TEAMS,
)

_NOTES, _RANKED, _THEMES, _REPS, _CELLS, _SHIFTS, _MONTHS, _FINDINGS = 5, 10, 6, 10, 8, 6, 6, 8
_BAR = 20

_TITLE = both(zh="一批商机", en="Many deals")
_READ = both(
    zh="{rows:,} 行里读成 {deals:,} 个商机,{skipped:,} 行读不了",
    en="{rows:,} rows: {deals:,} deals, {skipped:,} unreadable",
)
_STATES = {
    "open": both(zh="还在谈", en="open"),
    "won": both(zh="赢了", en="won"),
    "lost": both(zh="没成", en="lost"),
}
_DEALS = both(zh="{n:,} 个", en="{n:,}")
_UNPRICED = both(zh="{n:,} 个没写金额", en="{n:,} without amount")
_LIMITS = both(zh="这些数据说明不了什么", en="What these data cannot tell")
_FUNNEL = both(zh="客户走到哪 (按依据)", en="Where customers stand (by evidence)")
_MATRIX = both(zh="CRM 和依据对不上的", en="Where the CRM and the evidence differ")
_IN_CRM = both(zh="CRM「{stage}」,依据在「{place}」", en="CRM {stage}, evidence {place}")
_AGES = both(zh="多久没联系 (没记联系的从开始那天算)", en="Days without contact (else since opened)")
_RANKED_HEAD = both(zh="先看这几个:有风险的钱从多到少", en="Look at these first: most money at risk")
_RANKED_BY_WAIT = both(
    zh="先看这几个:等得最久的在前 (没有金额可排)", en="Look at these first: the longest waiting (no amounts)"
)
_NEXT = both(zh="下一步:{move}", en="next: {move}")
_THEMES_HEAD = both(zh="最常见的毛病", en="What comes up most")
_LIKE = both(zh="比如 {ids}", en="e.g. {ids}")
# What a group is told in, each only where there is any: nobody reads a row of noughts.
_IN_GROUP: dict[str, Text] = {
    "settled": both(zh="走到哪清楚的 {n:,}", en="{n:,} settled"),
    "silent": both(zh="久没联系 {n:,}", en="{n:,} silent"),
    "overdue": both(zh="拖过期 {n:,}", en="{n:,} overdue"),
    "won": both(zh="赢 {n:,}", en="{n:,} won"),
    "lost": both(zh="输 {n:,}", en="{n:,} lost"),
}
_IN_HAND = both(zh="在谈 {money}", en="open {money}")
_AT_RISK = both(zh="有风险 {money}", en="at risk {money}")
_MORE = both(zh="另有 {n:,} 个,在别的格式里", en="{n:,} more, in the other formats")
_MOSTLY = both(zh="最多的是:{theme}", en="mostly: {theme}")
_FORECAST = both(zh="能进多少", en="Forecast")
_RANGE = both(
    zh="最可能 {likely},最差 {worst},最好 {best} ({n:,} 个)", en="likely {likely}, worst {worst}, best {best} ({n:,})"
)
_NO_RATE = both(zh="{n:,} 个没有赢率", en="{n:,} have no rate")
_BY_MONTH = both(zh="按预计成交的月份", en="by month of expected closing")
_MORE_MONTHS = both(zh="另有 {n} 个月,在别的格式里", en="{n} more months, in the other formats")
_BOTTLENECK = both(zh="卡在「{place}」:{why}", en="stuck at {place}: {why}")
_BRIER = both(
    zh="{deals:,} 个有了结果,{waiting:,} 个还没有;误差 {brier:.3f} (一律按平均赢率猜是 {usual:.3f},越小越好)",
    en="{deals:,} have ended, {waiting:,} not; error {brier:.3f} (guessing the average: {usual:.3f}; less is better)",
)
_SINCE = both(zh="跟 {day} 那次比", en="Since {day}")
_WITH_REPORT = both(
    zh="全部:-o 周报.html 或 周报.xlsx;每个商机一行,下周好比:-o 本周.jsonl",
    en="all of it: -o week.html or week.xlsx; a line per deal, to compare next week: -o week.jsonl",
)
_MOVED: dict[Moved, Text] = {
    "won": OUTCOMES["won"],
    "lost": OUTCOMES["lost"],
    "given_up": OUTCOMES["given_up"],
    "back": both(zh="往回走了", en="went back"),
    "on": both(zh="往前走了", en="moved on"),
    "stuck": both(zh="没动", en="did not move"),
    "new": both(zh="新来的", en="new"),
    "gone": both(zh="不见了", en="gone"),
}
# Those a manager wants by name.
_TELLING: tuple[Moved, ...] = ("back", "gone", "lost")


def batch_screen(summary: Summary, lang: Lang, *, width: int, colour: bool) -> str:
    """Return the report as lines at most ``width`` cells wide."""
    return _Screen(summary, lang, width, colour=colour).text()


class _Screen:
    """One report being laid out."""

    def __init__(self, summary: Summary, lang: Lang, width: int, *, colour: bool) -> None:
        self._summary = summary
        self._lang = lang
        self._page = Page(width, colour=colour)
        self._priced = any(one.deals > one.unpriced for one in summary.open)
        self._titles = {step.place: one_line(step.title.get(lang)) for step in summary.funnel}

    def text(self) -> str:
        summary = self._summary
        self._head()
        self._listed(_LIMITS, [one.get(self._lang) for one in summary.limits])
        if summary.since:
            self._since(summary.since)
        if summary.ranked:
            self._ranked(summary.ranked[:_RANKED])
        self._funnel()
        self._matrix()
        self._ages()
        self._themes()
        self._groups(TEAMS, summary.teams)
        self._groups(REPS, summary.reps)
        self._forecast(summary.forecast)
        if summary.forecast.hindsight:
            self._hindsight(summary.forecast.hindsight)
        findings = [one.get(self._lang) for one in summary.findings[:_FINDINGS]]
        if (left := len(summary.findings) - len(findings)) > 0:
            findings.append(self._say(_MORE, n=left))
        self._listed(FINDINGS, findings)
        self._page.blank()
        self._page.line((_WITH_REPORT.get(self._lang), FAINT), hang=2)
        return self._page.text()

    def _say(self, text: Text, **values: object) -> str:
        return text.fill(**values).get(self._lang)

    def _head(self) -> None:
        summary, page = self._summary, self._page
        read = self._say(_READ, rows=summary.rows, deals=summary.reported, skipped=summary.refused)
        page.line((_TITLE.get(self._lang), HEAD), (f"  {summary.today}  ", FAINT), read, hang=2)
        noted = [(one.file, note.get(self._lang)) for one in summary.sources for note in one.notes]
        for file, told in noted[:_NOTES]:
            page.line((f"{one_line(file)}: {told}", FAINT), indent=2, hang=4)
        for state, found in (("open", summary.open), ("won", summary.won), ("lost", summary.lost)):
            if found:
                sums = [f"{grouped(one.amount)} {one.currency}" for one in found if one.deals > one.unpriced]
                told = "  ".join([self._deals(found), *sums, *self._unpriced(found)])
                page.row(_STATES[state].get(self._lang), told, indent=2, column=8)

    def _deals(self, found: Sequence[Money]) -> str:
        return self._say(_DEALS, n=sum(one.deals for one in found))

    def _unpriced(self, found: Sequence[Money]) -> Iterable[str]:
        # Where no open deal has an amount, the limits say so once.
        if (unpriced := sum(one.unpriced for one in found)) and self._priced:
            yield self._say(_UNPRICED, n=unpriced)

    def _moneys(self, found: Sequence[Money]) -> str:
        """Say how many deals there are and what they come to."""
        sums = [money(one.amount, one.currency, self._lang) for one in found if one.deals > one.unpriced]
        return "  ".join([self._deals(found), *sums, *self._unpriced(found)])

    def _listed(self, head: Text, lines: Iterable[str]) -> None:
        lines = list(lines)
        if lines:
            self._page.head(head.get(self._lang))
            for line in lines:
                self._page.line("· ", line, indent=2, hang=4)

    def _bars(self, head: Text, rows: Sequence[tuple[str, int, Sequence[Money]]]) -> None:
        """Draw a bar for each row, with deals and money behind it."""
        most = max((n for _, n, _ in rows), default=0)
        if not most:
            return
        self._page.head(head.get(self._lang))
        column = max(cells(name) for name, _, _ in rows) + 2
        long = max(4, min(_BAR, self._page.width - column - 30))
        for name, n, found in rows:
            bar = "■" * (max(1, round(long * n / most)) if n else 0)
            behind = self._moneys(found) if n else "-"
            self._page.row(name, (pad(bar, long), ACCENT), " ", behind, indent=2, column=column)

    def _funnel(self) -> None:
        steps = self._summary.funnel
        if any(step.deals for step in steps if step.place):
            self._bars(_FUNNEL, [(self._titles[step.place], step.deals, step.money) for step in steps])
            return
        # No customer is located, as the limits have said: each stage of the CRM has one cell.
        cells = self._summary.matrix
        self._bars(STAGES, [(one_line(cell.crm_stage) or "-", cell.deals, cell.money) for cell in cells])

    def _ages(self) -> None:
        self._bars(_AGES, [(age.title.get(self._lang), age.deals, age.money) for age in self._summary.ages])

    def _matrix(self) -> None:
        apart = [
            cell
            for cell in self._summary.matrix
            if cell.place is not None and cell.crm_at not in {None, "open", cell.place}
        ]
        apart.sort(key=lambda cell: -cell.deals)
        self._listed(
            _MATRIX,
            [
                self._say(_IN_CRM, stage=one_line(cell.crm_stage), place=self._titles[cell.place])
                + f"  {self._moneys(cell.money)}"
                for cell in apart[:_CELLS]
            ],
        )

    def _ranked(self, rows: Sequence[DealRow]) -> None:
        page, lang = self._page, self._lang
        page.head((_RANKED_HEAD if any(row.at_risk for row in rows) else _RANKED_BY_WAIT).get(lang))
        for i, row in enumerate(rows, start=1):
            name = one_line(" · ".join(filter(None, (row.customer or NO_CUSTOMER.get(lang), row.product))))
            figures = [money(row.amount, row.currency, lang)] if row.amount is not None else []
            figures += [one_line(row.place_title.get(lang)) + ("" if row.settled else "?")] if row.place else []
            figures += [one_line(row.owner)] if row.owner else []
            page.line((f"{i:>2} ", FAINT), (name, ACCENT), (f"  {row.id}", FAINT), "  ", "  ".join(figures), hang=3)
            page.line(row.risk.get(lang), indent=3, hang=3)
            if row.first_move:
                page.line((self._say(_NEXT, move=one_line(row.first_move_title.get(lang))), FAINT), indent=3, hang=5)

    def _themes(self) -> None:
        lines = []
        for theme in self._summary.themes[:_THEMES]:
            like = self._say(_LIKE, ids=", ".join(one_line(id_) for id_ in theme.examples))
            lines.append(f"{one_line(theme.text.get(self._lang))}  {self._moneys(theme.money)}  {like}")
        self._listed(_THEMES_HEAD, lines)

    def _groups(self, head: Text, groups: Sequence[Group]) -> None:
        groups = [group for group in groups if group.name or len(groups) > 1]
        if not groups:
            return
        self._page.head(head.get(self._lang))
        alike = len(groups) > 1 and len({group.theme for group in groups if group.theme}) == 1
        for group in groups[:_REPS]:
            name = one_line(group.name) or NOBODY.get(self._lang)
            self._page.line((name, ACCENT), "  ", "  ".join(self._in_group(group)), indent=2, hang=4)
            if group.theme and not alike:
                self._page.line((self._say(_MOSTLY, theme=group.theme), FAINT), indent=4)
        if len(groups) > _REPS:
            self._page.line((self._say(_MORE, n=len(groups) - _REPS), FAINT), indent=2)

    def _in_group(self, group: Group) -> Iterable[str]:
        yield self._say(_IN_HAND, money=self._moneys(group.money) if group.deals else "0")
        if group.at_risk:
            sums = "  ".join(money(one.amount, one.currency, self._lang) for one in group.at_risk)
            yield self._say(_AT_RISK, money=sums)
        for name, text in _IN_GROUP.items():
            if n := getattr(group, name):
                share = f" ({percent(group.share)})" if name == "won" and group.share is not None else ""
                yield self._say(text, n=n) + share

    def _forecast(self, forecast: Forecast) -> None:
        page, lang = self._page, self._lang
        if not (forecast.outlooks or forecast.too_few):
            return
        page.head(_FORECAST.get(lang))
        self._outlooks(forecast)
        if forecast.months:
            page.line((_BY_MONTH.get(lang), FAINT), indent=2)
        for due in forecast.months[:_MONTHS]:
            for found in due.ranges:
                page.row(self._month(due.month), self._range(found), indent=4, column=12)
        if len(forecast.months) > _MONTHS:
            page.line((self._say(_MORE_MONTHS, n=len(forecast.months) - _MONTHS), FAINT), indent=4)
        for stuck in forecast.bottlenecks:
            told = self._say(
                _BOTTLENECK if stuck.place else STUCK, place=one_line(stuck.title.get(lang)), why=stuck.why
            )
            page.line("· ", told, indent=2, hang=4)
        for text in forecast.too_few:
            page.line(("· ", FAINT), (text.get(lang), FAINT), indent=2, hang=4)

    def _month(self, month: str) -> str:
        """Return a month of expected closing; one that is over is called so."""
        late = bool(month) and month < self._summary.today.isoformat()[:7]
        return (self._say(LATE, month=month) if late else month) or NO_MONTH.get(self._lang)

    def _outlooks(self, forecast: Forecast) -> None:
        page, lang = self._page, self._lang
        for outlook in forecast.outlooks:
            page.line(outlook.how.get(lang), indent=2, hang=4)
            for found in outlook.ranges:
                page.line(self._range(found), indent=4, hang=6)
            if outlook.missing:
                page.line((self._say(_NO_RATE, n=outlook.missing), FAINT), indent=4)
        if forecast.outlooks and forecast.how:
            page.line((forecast.how.get(lang), FAINT), indent=2, hang=4)

    def _range(self, found: Range) -> str:
        def said(amount: Decimal) -> str:
            return money(amount, found.currency, self._lang)

        return self._say(
            _RANGE, likely=said(found.likely), worst=said(found.worst), best=said(found.best), n=found.deals
        )

    def _hindsight(self, found: Hindsight) -> None:
        lines = [found.too_few.get(self._lang)] if found.too_few else []
        if found.brier is not None:
            lines.append(
                self._say(_BRIER, deals=found.deals, waiting=found.waiting, brier=found.brier, usual=found.usual or 0.0)
            )
        for band in found.bands:
            shares = {name: percent(getattr(band, name)) for name in ("low", "high", "said", "won")}
            lines.append(self._say(BAND, n=band.deals, **shares))
        for currency, said, won in found.money:
            sums = {"said": money(said, currency, self._lang), "won": money(won, currency, self._lang)}
            lines.append(self._say(SUMS, currency=currency, **sums))
        self._listed(HINDSIGHT, lines)

    def _since(self, since: Since) -> None:
        page = self._page
        page.head(self._say(_SINCE, day=since.day))
        for moved, title in _MOVED.items():
            if since.counts.get(moved):
                page.row(title.get(self._lang), self._moneys(since.money[moved]), indent=2, column=14)
        for shift in [shift for shift in since.shifts if shift.moved in _TELLING][:_SHIFTS]:
            page.line(
                (_MOVED[shift.moved].get(self._lang), FAINT),
                f"  {one_line(shift.customer)}  ",
                (shift.id, FAINT),
                f"  {self._way(shift)}  {money(shift.amount, shift.currency, self._lang)}",
                indent=2,
                hang=4,
            )

    def _way(self, shift: Shift) -> str:
        """Say from where to where; one that has ended or is gone went nowhere."""
        ends = [shift.before] if shift.moved in {"gone", "lost"} else [shift.before, shift.now]
        return " → ".join(self._titles[at] if at in self._titles else one_line(at) for at in ends if at) or "-"
