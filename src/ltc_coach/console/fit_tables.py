"""Learned tables on the screen: how often each answer was given where, beside what the playbook's words expect."""

from __future__ import annotations

from ltc_coach.console.page import FAINT, HEAD, Page, one_line
from ltc_coach.engine.answer_tables import ENOUGH_LABELLED, TableFit, TablesFit
from ltc_coach.engine.tables import UNKNOWN
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.playbook import Playbook
from ltc_coach.plain import percent
from ltc_coach.words import NOT_KNOWN

_HEAD = both(zh="每个位置上怎么答", en="How often each answer is given where")
_FEW = both(
    zh="太少:知道真实位置的商机有 {labelled} 个,要 {enough} 个以上才谈得上;眼下只看每条说法该信几分",
    en="too few: the true place of {labelled} deals is known, {enough} are needed; until then the words above are all",
)
_CLOSE = both(
    zh="手册的词够准了,用不着表 (知道真实位置的商机 {labelled} 个,{decibans:.0f} 分贝,20 分贝才算明显)",
    en="the words say it well enough, no tables needed ({labelled} deals, {decibans:.0f} decibans; 20 would be clear)",
)
_BETTER = both(
    zh="{questions} 个问题的表,从 {labelled} 个知道真实位置的商机学来;词在每个位置上按 n0 个商机的分量"
    "算进去;比只用词准 {decibans:.0f} 分贝 (20 分贝是一百比一)",
    en="tables of {questions} questions, learned from {labelled} deals whose true place is known; the words weigh "
    "as much as n0 deals at each place; better than the words alone by {decibans:.0f} decibans "
    "(20 are a hundred to one)",
)
_USE = both(
    zh="要用就 ltc fit --json 存下来,在 Python 里用 load_chances 读;手册和诊断都不会自己变",
    en="to use them, save them by ltc fit --json and read them in Python by load_chances; nothing changes by itself",
)
_ONE = both(
    zh="{ask} (n0 = {n0:.0f},{n} 条,{decibans:.0f} 分贝)",
    en="{ask} (n0 = {n0:.0f}, {n} answers, {decibans:.0f} decibans)",
)
_CELL = both(
    zh="{place}:{learned} ({low} 到 {high};{count}/{total}),照词 {expected}",
    en="{place}: {learned} ({low} to {high}; {count} of {total}), by the words {expected}",
)
_REST = both(zh="另外 {n} 个问题的表跟词差不多", en="the tables of {n} more questions are close to the words")


def tables_part(page: Page, book: Playbook, fit: TablesFit, lang: Lang) -> None:
    """Tell what was learned from labelled deals; each table with its n0, its counts and its intervals."""
    page.head(_HEAD.get(lang))
    sentence = _BETTER if fit.proposed else _CLOSE if fit.enough else _FEW
    told = sentence.fill(
        labelled=fit.labelled,
        enough=ENOUGH_LABELLED,
        decibans=fit.decibans,
        questions=len(fit.tables),
    )
    page.line(told.get(lang), indent=2, hang=4)
    if not fit.proposed:
        return
    page.line((_USE.get(lang), FAINT), indent=2, hang=4)
    shown = [table for table in fit.tables if table.shown]
    for table in shown:
        _table(page, book, table, lang)
    if len(shown) < len(fit.tables):
        page.line(_REST.fill(n=len(fit.tables) - len(shown)).get(lang), indent=2, hang=4)


def _table(page: Page, book: Playbook, fit: TableFit, lang: Lang) -> None:
    """Show a question, and of each answer the places at which the words leave the interval."""
    question = book.question(fit.question)
    if question is None:
        return
    head = _ONE.fill(ask=one_line(question.ask.get(lang)), n0=fit.n0, n=fit.count, decibans=fit.decibans)
    page.line((head.get(lang), HEAD), indent=2, hang=4)
    totals = [sum(column) for column in zip(*fit.counts, strict=True)]
    places = book.scales[book.main].places
    for a, answer in enumerate(fit.answers):
        option = question.option(answer)
        label = option.label if option else NOT_KNOWN if answer == UNKNOWN else Text()
        cells = [
            _CELL.fill(
                place=one_line(place.title.get(lang)),
                learned=percent(fit.learned[a][k]),
                low=percent(fit.low[a][k]),
                high=percent(fit.high[a][k]),
                count=fit.counts[a][k],
                total=totals[k],
                expected=percent(fit.expected[a][k]),
            )
            for k, place in enumerate(places)
            if not fit.low[a][k] <= fit.expected[a][k] <= fit.high[a][k]
        ]
        if cells:
            page.line(one_line(label.get(lang)), indent=4, hang=6)
        for cell in cells:
            page.line(cell.get(lang), indent=6, hang=8)
