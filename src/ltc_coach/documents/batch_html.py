"""The manager's report as one HTML file: figures, charts, the deals to look at first, with filters that need no server.

Everything is there without the script, which only hides rows; printed, it breaks between sections.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ltc_coach.documents import batch_words as words
from ltc_coach.documents.batch_charts import Bar, Spread, bars, spreads
from ltc_coach.documents.batch_looks import SCRIPT, STYLE
from ltc_coach.documents.html import Child, Element, document, element
from ltc_coach.i18n import Lang, Text
from ltc_coach.model.batch import Cell, DealRow, Group, Range, Summary
from ltc_coach.plain import clean

# Rows of the file that no manager would scroll past; the rest is in the JSONL.
_MOST_SKIPPED, _MOST_SHIFTS = 200, 200


def batch_html(summary: Summary, lang: Lang) -> str:
    """Return the report; the same summary gives the same bytes."""
    title = words.TITLE.get(lang)
    parts: list[Child] = [
        _head(summary, lang),
        _figures(summary, lang),
        _limits(summary, lang),
        _since(summary, lang),
        _ranked(summary, lang),
        element("div", _funnel(summary, lang), _ages(summary, lang), cls="pair"),
        _matrix(summary, lang),
        _forecast(summary, lang),
        _themes(summary, lang),
        _groups(words.TEAMS, summary.teams, lang),
        _groups(words.REPS, summary.reps, lang),
        _skipped(summary, lang),
        _sources(summary, lang),
    ]
    return document(title, lang, STYLE, element("main", *(p for p in parts if p != "")), script=SCRIPT)


def _head(summary: Summary, lang: Lang) -> Element:
    read = words.READ.fill(rows=summary.rows, reported=summary.reported, skipped=len(summary.skipped))
    foot = words.FOOT.fill(
        playbook=summary.playbook.title, version=summary.playbook.version, today=summary.today, ltc=summary.ltc
    )
    return element(
        "header", element("h1", words.TITLE.get(lang)), element("p", foot.get(lang)), element("p", read.get(lang))
    )


def _figures(summary: Summary, lang: Lang) -> Element:
    tiles = [
        (words.OPEN, summary.open),
        (words.AT_RISK, words.at_risk(summary)),
        (words.WON, summary.won),
        (words.LOST, summary.lost),
    ]
    made = []
    for name, found in tiles:
        count = sum(m.deals for m in found)
        made.append(
            element(
                "div",
                element("span", name.get(lang)),
                element("b", words.moneys(found, lang)),
                element("span", words.COUNT.fill(n=count).get(lang)),
                cls="tile",
            )
        )
    return element("div", *made, cls="tiles")


def _limits(summary: Summary, lang: Lang) -> Child:
    if not summary.limits:
        return ""
    return _section(words.LIMITS, lang, element("ul", *(element("li", t.get(lang)) for t in summary.limits)))


def _funnel(summary: Summary, lang: Lang) -> Element:
    rows = [
        Bar(
            step.title.get(lang),
            float(step.deals),
            f"{step.deals} · {words.moneys(step.money, lang)}",
            faint=step.place is None,
        )
        for step in summary.funnel
    ]
    return _section(words.FUNNEL, lang, bars(rows, words.FUNNEL.get(lang)))


def _ages(summary: Summary, lang: Lang) -> Element:
    rows = [Bar(a.title.get(lang), float(a.deals), f"{a.deals} · {words.moneys(a.money, lang)}") for a in summary.ages]
    return _section(words.AGES, lang, bars(rows, words.AGES.get(lang)))


def _matrix(summary: Summary, lang: Lang) -> Child:
    if not summary.matrix:
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
        "td", element("b", str(cell.deals)), element("span", words.moneys(cell.money, lang)), cls=f"s{shade}{agrees}"
    )


def _forecast(summary: Summary, lang: Lang) -> Element:
    found = summary.forecast
    parts: list[Child] = []
    for outlook in found.outlooks:
        rows = [_spread(r, r.currency, lang) for r in outlook.ranges]
        parts.append(element("h3", outlook.how.get(lang)))
        parts.append(spreads(rows, outlook.how.get(lang)) if rows else element("p", words.NOTHING.get(lang)))
        if outlook.missing:
            parts.append(element("p", words.NO_RATE.fill(n=outlook.missing).get(lang), cls="note"))
    if found.months:
        rows = [_spread(r, due.month or words.NO_MONTH.get(lang), lang) for due in found.months for r in due.ranges]
        parts += [element("h3", words.MONTHS.get(lang)), spreads(rows, words.MONTHS.get(lang))]
    if found.bottlenecks:
        listed = [element("li", element("b", b.title.get(lang)), f" {b.why.get(lang)}") for b in found.bottlenecks]
        parts += [element("h3", words.BOTTLENECKS.get(lang)), element("ul", *listed)]
    parts += [element("p", text.get(lang), cls="note") for text in found.too_few]
    return _section(words.FORECAST, lang, *parts)


def _spread(found: Range, label: str, lang: Lang) -> Spread:
    low, middle, high = (words.short_money(x, found.currency, lang) for x in (found.worst, found.likely, found.best))
    figure = f"{middle} ({low} - {high})"
    return Spread(label, float(found.worst), float(found.likely), float(found.best), figure)


_LISTED = (
    "customer",
    "owner",
    "amount",
    "place",
    "crm_stage",
    "days_silent",
    "expected",
    "at_risk",
    "risk",
    "first_move",
)
_NUMBERS = frozenset({"amount", "days_silent", "at_risk", "deals", "rows", "line"})


def _ranked(summary: Summary, lang: Lang) -> Child:
    if not summary.ranked:
        return ""
    rows = []
    for row in summary.ranked:
        tr = element("tr", *(_td(name, text) for name, text in zip(_LISTED, _cells(row, lang), strict=True)))
        for name, value in (("owner", row.owner), ("team", row.team), ("place", words.place_of(row, lang))):
            tr.set(f"data-{name}", clean(value))
        rows.append(tr)
    table = element("table", _heads(_LISTED, lang), element("tbody", *rows), id="ranked")
    return _section(words.RANKED, lang, _filters(summary.ranked, lang), element("div", table, cls="wide"))


def _cells(row: DealRow, lang: Lang) -> list[str]:
    amount = words.short_money(row.amount, row.currency, lang) if row.amount is not None else "-"
    return [
        row.customer,
        row.owner,
        amount,
        words.sure_place_of(row, lang),
        row.crm_stage,
        "-" if row.days_silent is None else str(row.days_silent),
        row.expected.isoformat() if row.expected else "-",
        words.short_money(row.at_risk, row.currency, lang) if row.at_risk else "-",
        row.risk.get(lang),
        row.first_move_title.get(lang),
    ]


def _filters(rows: Sequence[DealRow], lang: Lang) -> Element:
    """Choices the script reads; without it they do nothing and are not shown."""
    search = element("input", type="search", id="words", placeholder=words.FILTER.get(lang))
    choices = [
        _select("owner", words.ALL_REPS, (r.owner for r in rows), lang),
        _select("team", words.ALL_TEAMS, (r.team for r in rows), lang),
        _select("place", words.ALL_PLACES, (words.place_of(r, lang) for r in rows), lang),
    ]
    shown = element("output", words.SHOWN.fill(n=len(rows)).get(lang), id="shown")
    shown.set("data-text", words.SHOWN.get(lang))
    return element("form", search, *choices, shown, cls="filters", hidden="hidden")


def _select(name: str, everybody: Text, values: Iterable[str], lang: Lang) -> Element:
    found = [v for v in sorted(set(values)) if v]
    options = [element("option", everybody.get(lang), value=""), *(_option(value) for value in found)]
    return element("select", *options, id=name)


def _option(value: str) -> Element:
    made = element("option", value)
    made.set("value", clean(value))
    return made


def _themes(summary: Summary, lang: Lang) -> Child:
    if not summary.themes:
        return ""
    rows = [
        (t.text.get(lang), str(t.deals), words.moneys(t.money, lang), ", ".join(t.examples)) for t in summary.themes
    ]
    return _section(words.THEMES, lang, _table(("theme", "deals", "money", "examples"), rows, lang))


def _groups(title: Text, groups: Sequence[Group], lang: Lang) -> Child:
    named = [g for g in groups if g.name]
    if not named:
        return ""
    names: tuple[str, ...] = (
        "owner",
        "team",
        "deals",
        "money",
        "settled",
        "silent",
        "overdue",
        "at_risk",
        "won",
        "lost",
        "theme",
    )
    if title is words.TEAMS:
        names = tuple(name for name in names if name != "owner")
    rows = []
    for g in named:
        cells = {
            "owner": g.name,
            "team": g.name if title is words.TEAMS else g.team,
            "deals": str(g.deals),
            "money": words.moneys(g.money, lang),
            "settled": str(g.settled),
            "silent": str(g.silent),
            "overdue": str(g.overdue),
            "at_risk": words.moneys(g.at_risk, lang),
            "won": str(g.won),
            "lost": str(g.lost),
            "theme": g.theme.get(lang),
        }
        rows.append(tuple(cells[name] for name in names))
    return _section(title, lang, _table(names, rows, lang))


def _since(summary: Summary, lang: Lang) -> Child:
    found = summary.since
    if found is None:
        return ""
    counts = [
        f"{words.MOVED[moved].get(lang)} {count} ({words.moneys(found.money.get(moved, ()), lang)})"
        for moved, count in found.counts.items()
        if moved in words.MOVED
    ]
    rows = [
        (s.customer, words.MOVED[s.moved].get(lang), s.before or "-", s.now or "-", _amount(s.amount, s.currency, lang))
        for s in found.shifts[:_MOST_SHIFTS]
    ]
    return _section(
        words.SINCE.fill(day=found.day),
        lang,
        element("p", " · ".join(counts)),
        _table(("customer", "moved", "before", "now", "amount"), rows, lang),
    )


def _amount(amount: object, currency: str, lang: Lang) -> str:
    from decimal import Decimal

    return words.short_money(amount, currency, lang) if isinstance(amount, Decimal) else "-"


def _skipped(summary: Summary, lang: Lang) -> Child:
    if not summary.skipped:
        return ""
    rows = [(s.file, str(s.line), s.field, s.reason.get(lang)) for s in summary.skipped[:_MOST_SKIPPED]]
    parts: list[Child] = [_table(("file", "line", "field", "reason"), rows, lang)]
    if (left := len(summary.skipped) - len(rows)) > 0:
        parts.append(element("p", words.MORE.fill(n=left).get(lang), cls="note"))
    return _section(words.SKIPPED, lang, *parts)


def _sources(summary: Summary, lang: Lang) -> Element:
    rows = [(s.file, str(s.rows), s.encoding, " ".join(n.get(lang) for n in s.notes)) for s in summary.sources]
    return _section(words.SOURCES, lang, _table(("file", "rows", "encoding", "notes"), rows, lang))


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
