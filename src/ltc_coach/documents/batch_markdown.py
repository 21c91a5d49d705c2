"""The manager's report as Markdown: headings, tables, and nothing in them that data could turn into markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ltc_coach.documents import batch_words as words
from ltc_coach.documents.letters import in_markdown
from ltc_coach.i18n import Lang, Text
from ltc_coach.model.batch import DealRow, Group, Range, Summary
from ltc_coach.words import FINDINGS, HINDSIGHT, NOBODY, NOT_SETTLED, REPS, STAGES, TEAMS

# What a page that is read from top to bottom can hold; the workbook and the JSONL have all of it.
_MOST_RANKED, _MOST_SKIPPED, _MOST_SHIFTS = 30, 20, 30


def batch_markdown(summary: Summary, lang: Lang) -> str:
    """Return the report as GitHub-flavoured Markdown, ended by a newline."""
    return "\n\n".join(part for part in _parts(summary, lang) if part) + "\n"


def _parts(summary: Summary, lang: Lang) -> Iterator[str]:
    yield f"# {words.TITLE.get(lang)}"
    foot = words.FOOT.fill(
        playbook=summary.playbook.title, version=summary.playbook.version, today=summary.today, ltc=summary.ltc
    )
    read = words.READ.fill(rows=summary.rows, reported=summary.reported, skipped=summary.refused)
    yield f"{in_markdown(foot.get(lang))}  \n{in_markdown(read.get(lang))}"
    tiles = [(words.OPEN, summary.open), (words.AT_RISK, words.at_risk(summary))]
    tiles += [(words.WON, summary.won), (words.LOST, summary.lost)]
    yield _table(
        [name.get(lang) for name, _ in tiles],
        [[f"{words.moneys(found, lang)} ({sum(m.deals for m in found)})" for _, found in tiles]],
    )
    yield from _list(words.LIMITS, (text.get(lang) for text in summary.limits), lang)
    yield from _since(summary, lang)
    ranked = summary.ranked[:_MOST_RANKED]
    shown = ("id", "customer", "owner", "amount", "place", "crm_stage", "at_risk", "risk", "first_move")
    yield from _section(words.ranked_title(summary), shown, (_deal(row, lang) for row in ranked), lang)
    yield from _funnel(summary, lang)
    rows = [[a.title.get(lang), str(a.deals), words.moneys(a.money, lang)] for a in summary.ages]
    yield from _section(words.AGES, ("days_silent", "deals", "money"), rows, lang)
    yield from _forecast(summary, lang)
    if found := summary.forecast.hindsight:
        told = [text.get(lang) for text in words.hindsight(found, lang)]
        yield from _list(HINDSIGHT, [found.too_few.get(lang), *told] if found.too_few else told, lang)
    rows = [[t.text.get(lang), str(t.deals), words.moneys(t.money, lang)] for t in summary.themes]
    yield from _section(words.THEMES, ("theme", "deals", "money"), rows, lang)
    for title, groups in ((TEAMS, summary.teams), (REPS, summary.reps)):
        names = ("team" if title is TEAMS else "owner", "deals", "money", "at_risk", "won", "lost", "theme")
        yield from _section(title, names, (_group(g, lang) for g in groups if g.name or len(groups) > 1), lang)
    yield from _list(FINDINGS, (text.get(lang) for text in summary.findings), lang)
    rows = [[s.file, str(s.line), s.field, s.reason.get(lang)] for s in summary.skipped[:_MOST_SKIPPED]]
    yield from _section(words.SKIPPED, ("file", "line", "field", "reason"), rows, lang)
    if (left := summary.refused - len(rows)) > 0:
        yield in_markdown(words.MORE.fill(n=left).get(lang))
    listed = words.telling(summary.sources)
    rows = [[s.file, f"{s.rows:,}", s.encoding, " ".join(n.get(lang) for n in s.notes)] for s in listed]
    yield from _section(words.SOURCES, ("file", "rows", "encoding", "notes"), rows, lang)
    if (left := len(summary.sources) - len(listed)) > 0:
        yield in_markdown(words.MORE_FILES.fill(n=left).get(lang))


def _funnel(summary: Summary, lang: Lang) -> Iterator[str]:
    """Yield places and the matrix; where no place is known, the CRM's stages, which are something else."""
    if not words.located(summary):
        stages = [[stage, f"{n:,}", words.moneys(money, lang)] for stage, n, money in words.stages(summary)]
        yield from _section(STAGES, ("crm_stage", "deals", "money"), stages, lang)
        return
    rows = [[s.title.get(lang), f"{s.deals:,}", words.moneys(s.money, lang)] for s in summary.funnel]
    yield from _section(words.FUNNEL, ("place", "deals", "money"), rows, lang)
    titles = {step.place: step.title.get(lang) for step in summary.funnel}
    rows = [
        [c.crm_stage, titles.get(c.place, NOT_SETTLED.get(lang)), f"{c.deals:,}", words.moneys(c.money, lang)]
        for c in summary.matrix
    ]
    yield from _section(words.MATRIX, ("crm_stage", "place", "deals", "money"), rows, lang)


def _deal(row: DealRow, lang: Lang) -> list[str]:
    amount = words.short_money(row.amount, row.currency, lang) if row.amount is not None else "-"
    risk = words.short_money(row.at_risk, row.currency, lang) if row.at_risk else "-"
    place = words.sure_place_of(row, lang)
    why, move = row.risk.get(lang), row.first_move_title.get(lang)
    return [row.id, row.customer, row.owner, amount, place, row.crm_stage, risk, why, move]


def _group(group: Group, lang: Lang) -> list[str]:
    money, risk = words.moneys(group.money, lang), words.moneys(group.at_risk, lang)
    name, counts = group.name or NOBODY.get(lang), (f"{n:,}" for n in (group.won, group.lost))
    return [name, f"{group.deals:,}", money, risk, *counts, group.theme.get(lang)]


def _since(summary: Summary, lang: Lang) -> Iterator[str]:
    found = summary.since
    if found is None:
        return
    rows = [
        [words.MOVED[moved].get(lang), f"{n:,}", words.moneys(found.money.get(moved, ()), lang)]
        for moved, n in found.counts.items()
        if n
    ]
    yield from _section(words.SINCE.fill(day=found.day), ("moved", "deals", "money"), rows, lang)
    if found.shifts:
        shifts = [
            [s.id, s.customer, words.MOVED[s.moved].get(lang), *words.places_of(s, summary, lang)]
            for s in found.shifts[:_MOST_SHIFTS]
        ]
        yield _table([words.column(n, lang) for n in ("id", "customer", "moved", "before", "now")], shifts)


def _forecast(summary: Summary, lang: Lang) -> Iterator[str]:
    found = summary.forecast
    rows = [[o.how.get(lang), *_range(r, lang)] for o in found.outlooks for r in o.ranges]
    rows += [[words.month_of(d, summary, lang), *_range(r, lang)] for d in found.months for r in d.ranges]
    heads = ["", *(text.get(lang) for text in (words.WORST, words.LIKELY, words.BEST))]
    yield f"## {words.FORECAST.get(lang)}"
    if rows:
        yield _table(heads, rows)
    told = [words.NO_RATE.fill(n=o.missing).get(lang) for o in found.outlooks if o.missing]
    told += [found.how.get(lang)] if found.outlooks and found.how else []
    told += [words.stuck(b).get(lang) for b in found.bottlenecks]
    told += [text.get(lang) for text in found.too_few]
    if told:
        yield "\n".join(f"- {in_markdown(text)}" for text in dict.fromkeys(told))


def _range(found: Range, lang: Lang) -> list[str]:
    return [words.short_money(x, found.currency, lang) for x in (found.worst, found.likely, found.best)]


def _section(title: Text, names: Sequence[str], rows: Iterable[Sequence[str]], lang: Lang) -> Iterator[str]:
    found = list(rows)
    if found:
        yield f"## {in_markdown(title.get(lang))}"
        yield _table([words.column(name, lang) for name in names], found)


def _list(title: Text, items: Iterable[str], lang: Lang) -> Iterator[str]:
    found = [f"- {in_markdown(item)}" for item in items]
    if found:
        yield f"## {title.get(lang)}"
        yield "\n".join(found)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_line(heads), "|" + " --- |" * len(heads), *map(_line, rows)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(in_markdown(cell) or " " for cell in cells) + " |"
