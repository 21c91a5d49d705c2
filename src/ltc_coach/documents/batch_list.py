"""The list of a manager's page: which open deals first, all there is about each, and filters that need no server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ltc_coach.documents import batch_words as words
from ltc_coach.documents.html import Child, Element, element
from ltc_coach.i18n import Lang, Text
from ltc_coach.model.batch import DealRow, Summary
from ltc_coach.plain import clean
from ltc_coach.words import NO_CUSTOMER

# Rows that are seen at once; the script shows the others when somebody looks for them.
_FIRST = 15
# As many as a run keeps (batch/ranking.py): where there are so many, there may be more.
_MOST = 500

_COLUMNS = ("customer", "owner", "amount", "place", "crm_stage", "days_silent", "expected", "at_risk", "risk")
_NUMBERS = frozenset({"amount", "days_silent", "at_risk"})


def ranked(summary: Summary, lang: Lang) -> Sequence[Child]:
    """Return the filters, the table, and what is to be said about it."""
    table = element(
        "table",
        element("thead", element("tr", *(_head(name, lang) for name in _COLUMNS))),
        element("tbody", *(_row(row, summary, lang) for row in summary.ranked)),
        id="ranked",
    )
    parts: list[Child] = [_filters(summary.ranked, lang), element("div", table, cls="wide")]
    if len(summary.ranked) >= _MOST:
        parts.append(element("p", words.MOST_RANKED.fill(n=len(summary.ranked)).get(lang), cls="note"))
    return parts


def _head(name: str, lang: Lang) -> Element:
    return element("th", words.column(name, lang), cls="number" if name in _NUMBERS else "")


def _row(row: DealRow, summary: Summary, lang: Lang) -> Element:
    """Return a deal with its attributes for the script."""
    made = element("tr", *_cells(row, summary, lang))
    filtered = (
        ("owner", row.owner),
        ("team", row.team),
        ("place", words.place_of(row, lang)),
        ("stage", row.crm_stage),
    )
    for name, value in filtered:
        made.set(f"data-{name}", clean(value))
    return made


def _cells(row: DealRow, summary: Summary, lang: Lang) -> Iterator[Element]:
    customer = row.customer or NO_CUSTOMER.get(lang)
    yield element("td", element("b", customer), _small(row.product), _small(row.id), cls="id")
    yield element("td", row.owner, _small(row.team))
    amount = words.short_money(row.amount, row.currency, lang) if row.amount is not None else "-"
    yield element("td", amount, cls="number")
    yield element("td", words.sure_place_of(row, lang))
    yield element("td", row.crm_stage)
    yield element("td", "-" if row.days_silent is None else str(row.days_silent), cls="number")
    yield element("td", row.expected.isoformat() if row.expected else "-", cls="day")
    at_risk = words.short_money(row.at_risk, row.currency, lang) if row.at_risk else "-"
    yield element("td", at_risk, cls="number")
    yield element("td", _why(row, summary, lang), cls="why")


def _small(text: str) -> Child:
    return element("small", text) if text else ""


def _why(row: DealRow, summary: Summary, lang: Lang) -> Element:
    """Return the reason and the first move; all else there is about the deal opens below them."""
    head = element("summary", row.risk.get(lang))
    if first := row.first_move_title.get(lang):
        head.append(element("small", f"→ {first}"))
    listed: list[Element] = []
    for name, text in _details(row, summary, lang):
        if text:
            listed += [element("dt", words.column(name, lang)), element("dd", text)]
    return element("details", head, element("dl", *listed))


def _details(row: DealRow, summary: Summary, lang: Lang) -> Iterable[tuple[str, str]]:
    """Return what is known of a deal and has no column."""
    yield "moves", words.named(row.moves, summary, lang)
    yield "never", words.named(row.never, summary, lang)
    yield "missing", row.missing.get(lang)
    yield "weakest", row.weakest.get(lang)
    yield "runner_up", words.runner_up(row, summary, lang)
    yield "maps", words.mapped(row)
    yield "rate", words.rate_of(row, lang)
    yield "days_in_place", "" if row.days_in_place is None else str(row.days_in_place)
    yield "last_contact", row.last_contact.isoformat() if row.last_contact else ""
    yield "opened", row.opened.isoformat() if row.opened else ""
    yield "warnings", words.warned(row, lang)


def _filters(rows: Sequence[DealRow], lang: Lang) -> Element:
    """Choices the script reads; without it they do nothing and are not shown."""
    search = element("input", type="search", id="words", placeholder=words.FILTER.get(lang))
    choices = [
        _select("owner", words.ALL_REPS, (r.owner for r in rows), lang),
        _select("team", words.ALL_TEAMS, (r.team for r in rows), lang),
        _select("place", words.ALL_PLACES, (words.place_of(r, lang) for r in rows), lang),
        _select("stage", words.ALL_STAGES, (r.crm_stage for r in rows), lang),
    ]
    everything = element("label", element("input", type="checkbox", id="all"), words.EVERYTHING.get(lang))
    shown = element("output", words.SHOWN.fill(n=len(rows), all=len(rows)).get(lang), id="shown")
    shown.set("data-text", words.SHOWN.get(lang))
    form = element("form", search, *choices, everything, shown, cls="filters", hidden="hidden")
    form.set("data-first", str(_FIRST))
    return form


def _select(name: str, everybody: Text, values: Iterable[str], lang: Lang) -> Element:
    found = [v for v in sorted(set(values)) if v]
    options = [element("option", everybody.get(lang), value=""), *(_option(value) for value in found)]
    return element("select", *options, id=name)


def _option(value: str) -> Element:
    made = element("option", value)
    made.set("value", clean(value))
    return made
