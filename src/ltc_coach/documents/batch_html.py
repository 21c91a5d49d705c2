"""The manager's report as one HTML file: figures, charts, the deals to look at first, with filters that need no server.

Everything is there without the script, which only hides rows; printed, it breaks between sections.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from ltc_coach.documents import batch_words as words
from ltc_coach.documents.batch_charts import Bar, Spread, bars, spreads
from ltc_coach.documents.batch_list import ranked
from ltc_coach.documents.batch_looks import SCRIPT, STYLE
from ltc_coach.documents.html import Child, Element, document, element
from ltc_coach.i18n import Lang, Text
from ltc_coach.model.batch import Cell, Group, Money, Range, Summary
from ltc_coach.plain import percent
from ltc_coach.words import FINDINGS, HINDSIGHT, NOBODY, REPS, STAGES, TEAMS

# Rows of the file that no manager would scroll past; the rest is in the JSONL.
_MOST_SKIPPED, _MOST_SHIFTS = 200, 200
# What a team can be coached for at once; the others open below.
_FIRST_THEMES = 12


def batch_html(summary: Summary, lang: Lang) -> str:
    """Return the report; the same summary gives the same bytes."""
    title = words.TITLE.get(lang)
    parts: list[Child] = [
        _head(summary, lang),
        _figures(summary, lang),
        _listed(words.LIMITS, summary.limits, lang),
        _since(summary, lang),
        element("div", _funnel(summary, lang), _ages(summary, lang), cls="pair"),
        _ranked(summary, lang),
        _matrix(summary, lang),
        _forecast(summary, lang),
        _hindsight(summary, lang),
        _themes(summary, lang),
        _groups(TEAMS, summary.teams, lang),
        _groups(REPS, summary.reps, lang),
        _listed(FINDINGS, summary.findings, lang),
        _skipped(summary, lang),
        _sources(summary, lang),
    ]
    return document(title, lang, STYLE, element("main", *(p for p in parts if p != "")), script=SCRIPT)


def _head(summary: Summary, lang: Lang) -> Element:
    read = words.READ.fill(rows=summary.rows, reported=summary.reported, skipped=summary.refused)
    foot = words.FOOT.fill(
        playbook=summary.playbook.title, version=summary.playbook.version, today=summary.today, ltc=summary.ltc
    )
    return element(
        "header", element("h1", words.TITLE.get(lang)), element("p", foot.get(lang)), element("p", read.get(lang))
    )


def _figures(summary: Summary, lang: Lang) -> Element:
    # Where no deal has an amount, nothing at risk would read as no risk at all.
    priced = any(m.deals > m.unpriced for m in summary.open)
    tiles = [
        (words.OPEN, summary.open),
        *([(words.AT_RISK, words.at_risk(summary))] if priced else []),
        (words.WON, summary.won),
        (words.LOST, summary.lost),
    ]
    made = []
    for name, found in tiles:
        count = words.COUNT.fill(n=sum(m.deals for m in found)).get(lang)
        if unpriced := sum(m.unpriced for m in found):
            count += f" · {words.UNPRICED.fill(n=unpriced).get(lang)}"
        made.append(
            element(
                "div",
                element("span", name.get(lang)),
                element("b", words.moneys(found, lang)),
                element("span", count),
                cls="tile",
            )
        )
    return element("div", *made, cls="tiles")


def _listed(title: Text, texts: Sequence[Text], lang: Lang) -> Child:
    if not texts:
        return ""
    return _section(title, lang, element("ul", *(element("li", text.get(lang)) for text in texts)))


def _funnel(summary: Summary, lang: Lang) -> Element:
    """Draw deals and money by place; where no place is known, by the CRM's stage, which is something else."""
    if words.located(summary):
        steps = [(step.title.get(lang), step.deals, step.money, step.place is None) for step in summary.funnel]
        return _bars(words.FUNNEL, steps, lang)
    return _bars(STAGES, [(stage, n, money, False) for stage, n, money in words.stages(summary)], lang)


def _ages(summary: Summary, lang: Lang) -> Element:
    return _bars(words.AGES, [(a.title.get(lang), a.deals, a.money, False) for a in summary.ages], lang)


def _bars(title: Text, rows: Sequence[tuple[str, int, Sequence[Money], bool]], lang: Lang) -> Element:
    """Draw how many deals there are in each row, and below them the money of the currency most of them are in."""
    first = max((m for _, _, money, _ in rows for m in money), key=lambda m: m.deals, default=None)
    sums = [next((m.amount for m in money if first and m.currency == first.currency), 0) for _, _, money, _ in rows]
    drawn = [
        Bar(name, float(n), words.counted(n, money, lang), faint=faint, under=float(under))
        for (name, n, money, faint), under in zip(rows, sums, strict=True)
    ]
    key: Child = ""
    if first and any(sums):
        deals, money = words.column("deals", lang), f"{words.column('money', lang)} {first.currency}"
        key = element("p", element("i", cls="deals"), deals, element("i", cls="sums"), money, cls="note key")
    return _section(title, lang, element("div", bars(drawn, title.get(lang)), cls="wide"), key)


def _matrix(summary: Summary, lang: Lang) -> Child:
    if not summary.matrix or not words.located(summary):
        return ""
    places = {step.place: step.title for step in summary.funnel}
    columns = [p for p in places if any(c.place == p for c in summary.matrix)]
    stages = list(dict.fromkeys((c.crm_stage, c.crm_at) for c in summary.matrix))
    found = {(c.crm_stage, c.place): c for c in summary.matrix}
    most = max(c.deals for c in summary.matrix)
    rows = []
    for stage, crm_at in stages:
        cells = [_cell(found.get((stage, place)), crm_at, most, lang) for place in columns]
        rows.append(element("tr", element("th", stage or "-", scope="row"), *cells))
    head = [element("th", words.column("crm_stage", lang)), *(element("th", places[p].get(lang)) for p in columns)]
    table = element("table", element("thead", element("tr", *head)), element("tbody", *rows), cls="matrix")
    return _section(words.MATRIX, lang, element("div", table, cls="wide"))


def _cell(cell: Cell | None, crm_at: str | None, most: int, lang: Lang) -> Element:
    if cell is None:
        return element("td")
    # Five shades are as many as an eye tells apart.
    shade = 1 + round(4 * cell.deals / most)
    agrees = " agrees" if cell.place is not None and cell.place == crm_at else ""
    return element(
        "td",
        element("b", f"{cell.deals:,}"),
        *(element("span", text) for text in _sums(cell.money, lang)),
        cls=f"s{shade}{agrees}",
    )


def _sums(found: Sequence[Money], lang: Lang) -> Sequence[str]:
    """Return an amount for each currency, to stand one below the other."""
    return [words.short_money(m.amount, m.currency, lang) for m in found if m.amount]


def _forecast(summary: Summary, lang: Lang) -> Element:
    found = summary.forecast
    parts: list[Child] = []
    for outlook in found.outlooks:
        parts.append(element("h3", outlook.how.get(lang)))
        parts += _ranges([(r.currency, r) for r in outlook.ranges], outlook.how, lang)
        if outlook.missing:
            parts.append(element("p", words.NO_RATE.fill(n=outlook.missing).get(lang), cls="note"))
    if found.outlooks and found.how:
        parts.append(element("p", found.how.get(lang), cls="note"))
    if found.months:
        named = [(words.month_of(due, summary, lang), r) for due in found.months for r in due.ranges]
        parts += [element("h3", words.MONTHS.get(lang)), *_ranges(named, words.MONTHS, lang)]
    if found.bottlenecks:
        listed = [element("li", words.stuck(b).get(lang)) for b in found.bottlenecks]
        parts += [element("h3", words.BOTTLENECKS.get(lang)), element("ul", *listed)]
    parts += [element("p", text.get(lang), cls="note") for text in found.too_few]
    return _section(words.FORECAST, lang, *parts)


def _ranges(named: Sequence[tuple[str, Range]], title: Text, lang: Lang) -> Iterable[Element]:
    """Draw a chart for each currency: one scale for two of them would compare yuan with dollars."""
    for currency in dict.fromkeys(r.currency for _, r in named):
        rows = [
            _spread(r, label if label == currency else f"{label} {currency}", lang)
            for label, r in named
            if r.currency == currency
        ]
        yield element("div", spreads(rows, f"{title.get(lang)} {currency}"), cls="wide")


def _hindsight(summary: Summary, lang: Lang) -> Child:
    """Say how good the forecasts kept earlier were."""
    found = summary.forecast.hindsight
    if found is None:
        return ""
    told = [found.too_few.get(lang)] if found.too_few else []
    told += [text.get(lang) for text in words.hindsight(found, lang)]
    return _section(HINDSIGHT, lang, element("ul", *(element("li", text) for text in told)))


def _spread(found: Range, label: str, lang: Lang) -> Spread:
    low, middle, high = (words.short_amount(x, lang) for x in (found.worst, found.likely, found.best))
    figure = f"{middle} ({low} - {high})"
    return Spread(label, float(found.worst), float(found.likely), float(found.best), figure)


_NUMBERS = frozenset(
    {"amount", "at_risk", "deals", "rows", "line", "settled", "silent", "overdue", "won", "lost", "money", "share"}
)


def _ranked(summary: Summary, lang: Lang) -> Child:
    if not summary.ranked:
        return ""
    return _section(words.ranked_title(summary), lang, *ranked(summary, lang))


def _themes(summary: Summary, lang: Lang) -> Child:
    if not summary.themes:
        return ""
    rows = [
        (t.text.get(lang), f"{t.deals:,}", words.moneys(t.money, lang), ", ".join(t.examples)) for t in summary.themes
    ]
    names = ("theme", "deals", "money", "examples")
    parts: list[Child] = [_table(names, rows[:_FIRST_THEMES], lang)]
    if rest := rows[_FIRST_THEMES:]:
        head = element("summary", words.MORE_THEMES.fill(n=len(rest)).get(lang), cls="note")
        parts.append(element("details", head, _table(names, rest, lang)))
    return _section(words.THEMES, lang, *parts)


def _groups(title: Text, groups: Sequence[Group], lang: Lang) -> Child:
    if not any(g.name for g in groups):
        return ""
    rows = []
    for g in groups:
        cells = {
            "owner": g.name or NOBODY.get(lang),
            "team": g.name if title is TEAMS else g.team,
            "deals": f"{g.deals:,}",
            "money": words.moneys(g.money, lang),
            "settled": str(g.settled),
            "silent": str(g.silent),
            "overdue": str(g.overdue),
            "at_risk": words.moneys(g.at_risk, lang),
            "won": f"{g.won:,}",
            "lost": f"{g.lost:,}",
            "share": "" if g.share is None else percent(g.share),
            "theme": g.theme.get(lang),
        }
        rows.append(cells)
    names = [name for name in rows[0] if _tells(name, [cells[name] for cells in rows])]
    if title is TEAMS:
        names.remove("owner")
    return _section(title, lang, _table(names, [[cells[name] for name in names] for cells in rows], lang))


def _tells(name: str, cells: Sequence[str]) -> bool:
    """Whether a column of the groups is worth its room: not where nobody has any, or all have the same trouble."""
    if name == "theme":
        return len(cells) == 1 or len({*cells} - {""}) > 1
    return name in {"owner", "deals"} or not set(cells) <= {"0", "-", ""}


def _since(summary: Summary, lang: Lang) -> Child:
    found = summary.since
    if found is None:
        return ""
    counts = [
        f"{words.MOVED[moved].get(lang)} {words.counted(count, found.money.get(moved, ()), lang)}"
        for moved, count in found.counts.items()
        if count
    ]
    rows = [
        (
            s.customer or s.id,
            words.MOVED[s.moved].get(lang),
            *words.places_of(s, summary, lang),
            _amount(s.amount, s.currency, lang),
        )
        for s in found.shifts[:_MOST_SHIFTS]
    ]
    return _section(
        words.SINCE.fill(day=found.day),
        lang,
        element("p", ", ".join(counts)),
        _table(("customer", "moved", "before", "now", "amount"), rows, lang) if rows else "",
    )


def _amount(amount: Decimal | None, currency: str, lang: Lang) -> str:
    return "-" if amount is None else words.short_money(amount, currency, lang)


def _skipped(summary: Summary, lang: Lang) -> Child:
    if not summary.skipped:
        return ""
    rows = [(s.file, str(s.line), s.field, s.reason.get(lang)) for s in summary.skipped[:_MOST_SKIPPED]]
    parts: list[Child] = [_table(("file", "line", "field", "reason"), rows, lang)]
    if (left := summary.refused - len(rows)) > 0:
        parts.append(element("p", words.MORE.fill(n=left).get(lang), cls="note"))
    return _section(words.SKIPPED, lang, *parts)


def _sources(summary: Summary, lang: Lang) -> Element:
    listed = words.telling(summary.sources)
    rows = [(s.file, f"{s.rows:,}", s.encoding, " ".join(n.get(lang) for n in s.notes)) for s in listed]
    parts: list[Child] = [_table(("file", "rows", "encoding", "notes"), rows, lang)] if rows else []
    if (left := len(summary.sources) - len(listed)) > 0:
        parts.append(element("p", words.MORE_FILES.fill(n=left).get(lang), cls="note"))
    return _section(words.SOURCES, lang, *parts)


def _section(title: Text, lang: Lang, *parts: Child) -> Element:
    return element("section", element("h2", title.get(lang)), *parts)


def _table(names: Sequence[str], rows: Iterable[Sequence[str]], lang: Lang) -> Element:
    body = [element("tr", *(_td(name, text) for name, text in zip(names, row, strict=True))) for row in rows]
    return element("div", element("table", _heads(names, lang), element("tbody", *body)), cls="wide")


def _heads(names: Sequence[str], lang: Lang) -> Element:
    heads = (element("th", words.column(n, lang), cls="number" if n in _NUMBERS else "") for n in names)
    return element("thead", element("tr", *heads))


def _td(name: str, text: str) -> Element:
    return element("td", text, cls="number" if name in _NUMBERS else "")
