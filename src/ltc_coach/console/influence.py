"""The influence ledger on the screen: who shaped what, which way to go, where back to and how."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ltc_coach import words
from ltc_coach.console.days import short
from ltc_coach.console.effect import tell_effect
from ltc_coach.console.page import ACCENT, FAINT, HEAD, Page, Piece, Style, cells, one_line, pad
from ltc_coach.engine.planner import POLITICS
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.casework import Carrier, LedgerRow, PullBack, Target
from ltc_coach.model.report import Report

if TYPE_CHECKING:
    from ltc_coach.engine.effect import Effect

_TITLE = both(zh="{customer}:影响台账", en="{customer}: the influence ledger")
_COLUMNS = (
    both(zh="", en=""),
    both(zh="节点", en="node"),
    both(zh="谁定的", en="shaped by"),
    both(zh="定没定", en="how fixed"),
    both(zh="怎么知道", en="known"),
    both(zh="哪天", en="day"),
)
# A mark for each who may have shaped a node; where the customer stands is pointed out by an arrow.
_MARKS = {"us": "●", "himself": "○", "rival": "■", "unknown": "·"}
_HERE = both(zh="→ 客户在这儿", en="→ he is here")
_SET = both(
    zh="记一笔:ltc deals influence {id} --set {node}=rival@document --fixed settled",
    en="Note one: ltc deals influence {id} --set {node}=rival@document --fixed settled",
)
_WAY = both(zh="怎么走", en="Way")
_BEST = both(zh="最好退到「{to}」", en="Best: back to {to}")
_OTHERS = both(zh="别的退路", en="Other ways back")
_IF_NEEDED = both(zh="真要往回拉,能退到", en="Ways back, if one is needed")
_LACKS = both(zh="还缺:{what}", en="lacks: {what}")
_CARRIED = both(zh="凭什么", en="carried by")
_THROUGH = both(zh="靠谁", en="through")
_WORTH = both(zh="为什么", en="why")
_STEPS = both(zh="往回走 {n} 步", en="{n} back")
_NOT_MET = both(zh="没见过", en="not met")
_UNLOCK = both(zh="再有这些,能退得更好", en="What would open a better way")
_LEAVE = both(zh="该放手的招", en="Moves that say leave")


def influence_screen(  # noqa: PLR0913 - what stands on the screen, each by its name
    report: Report,
    named: tuple[str, str],
    effect: Effect | None,
    lang: Lang,
    *,
    width: int,
    colour: bool,
) -> str:
    """Return the screen; ``named`` is the deal's id and customer."""
    page = Page(width, colour=colour)
    id_, customer = named
    page.line((_TITLE.fill(customer=one_line(customer)).get(lang), ACCENT), (f"  {report.today}", FAINT), hang=2)
    plan = report.pull_back
    if plan is None:
        raise AssertionError("a report has a way")
    if effect:
        tell_effect(page, effect, lang)
    page.blank()
    _ledger(page, plan.ledger, report.today, lang)
    if all(row.by == "unknown" for row in plan.ledger):
        page.line((_SET.fill(id=id_, node=plan.ledger[-1].node).get(lang), FAINT), indent=2, hang=4)
    page.head(_WAY.get(lang))
    page.line((words.WAYS[plan.direction].get(lang), HEAD), f"  {one_line(plan.why.get(lang))}", indent=2, hang=4)
    if plan.leave:
        titles = [m.title.get(lang) for m in report.moves if m.id in plan.leave]
        page.row(_LEAVE.get(lang), _listed(titles, lang), indent=2, column=cells(_LEAVE.get(lang)) + 2)
    _targets(page, plan, lang)
    if plan.unlock:
        page.head(_UNLOCK.get(lang))
    for text in plan.unlock:
        page.line("· ", one_line(text.get(lang)), indent=2, hang=4)
    return page.text()


def _ledger(page: Page, rows: tuple[LedgerRow, ...], today: date, lang: Lang) -> None:
    heads = [head.get(lang) for head in _COLUMNS]
    table = [_entry(row, today, lang) for row in rows]
    widths = [max(cells(text) for text in column) for column in zip(heads, *table, strict=True)]
    page.line((_padded(heads, widths), FAINT), indent=2)
    for row, texts in zip(rows, table, strict=True):
        style: Style = HEAD if row.by == "rival" else Style.PLAIN
        here: Piece = (f"  {_HERE.get(lang)}" if row.here else "", ACCENT)
        line: Piece = (_padded(texts, widths).rstrip() if row.here else _padded(texts, widths), style)
        if row.here and not page.fits(line, here, indent=2):
            page.line(line, indent=2)
            page.line((_HERE.get(lang), ACCENT), indent=4)
        else:
            page.line(line, here, indent=2)
        if row.note:
            page.line((f"「{one_line(row.note)}」" if lang == Lang.ZH else f'"{one_line(row.note)}"', FAINT), indent=6)


def _entry(row: LedgerRow, today: date, lang: Lang) -> list[str]:
    title = one_line(row.title.get(lang))
    return [
        _MARKS[row.by],
        # The id is what --set wants; in English it mostly is the title.
        title if title.casefold() == row.node else f"{title} {row.node}",
        words.SHAPERS[row.by].get(lang),
        words.FIXED[row.fixed].get(lang) if row.fixed else "",
        words.HOW_KNOWN[row.grade].get(lang) if row.grade else "",
        short(row.day, today) if row.day else "",
    ]


def _padded(texts: list[str], widths: list[int]) -> str:
    return "  ".join(pad(text, width) for text, width in zip(texts, widths, strict=True))


def _targets(page: Page, plan: PullBack, lang: Lang) -> None:
    """Write the best target in full, every other tactic in a line under the place it leads to."""
    best = next((t for t in plan.targets if t.move == plan.best), None)
    if best:
        page.head(_BEST.fill(to=best.to_title).get(lang))
        _in_full(page, best, lang)
    others = [t for t in plan.targets if t is not best]
    if others:
        page.head((_OTHERS if best else _IF_NEEDED).get(lang))
    for to in dict.fromkeys(t.to for t in others):
        there = [t for t in others if t.to == to]
        steps = _STEPS.fill(n=there[0].distance).get(lang)
        page.line((one_line(there[0].to_title.get(lang)), HEAD), (f"  {steps}", FAINT), indent=2, hang=4)
        for target in there:
            _gist(page, target, lang)


def _gist(page: Page, target: Target, lang: Lang) -> None:
    notes = [POLITICS[target.politics].get(lang)]
    if target.missing:
        notes.append(_LACKS.fill(what=_listed([m.text.get(lang) for m in target.missing], lang)).get(lang))
    page.line("· ", one_line(target.title.get(lang)), (f"  ({_joined(notes, lang)})", FAINT), indent=4, hang=6)


def _in_full(page: Page, target: Target, lang: Lang) -> None:
    column = 8 if lang == Lang.ZH else 12
    page.line((one_line(target.title.get(lang)), HEAD), indent=2, hang=4)

    def row(label: Text, text: str) -> None:
        if text.strip():
            page.row(label.get(lang), text.strip(), indent=2, column=column)

    row(_WORTH, _joined([reason.get(lang) for reason in target.reasons], lang))
    row(_CARRIED, _listed([text.get(lang) for text in target.carried_by], lang))
    row(_THROUGH, _listed([_carrier(carrier, lang) for carrier in target.through], lang))
    row(words.WHOM, target.whom.get(lang))
    row(words.DO, target.do.get(lang))
    for number, text in enumerate(target.say):
        row(Text() if number else words.SAY, _quoted(text.get(lang), lang))
    row(words.PROOF, target.proof.get(lang))
    row(words.REFUSED, target.refused.get(lang))


def _carrier(carrier: Carrier, lang: Lang) -> str:
    notes = [
        words.STANCES[carrier.stance].get(lang) if carrier.stance else "",
        "" if carrier.met else _NOT_MET.get(lang),
    ]
    told = ("," if lang == Lang.ZH else ", ").join(note for note in notes if note)
    gap = "" if lang == Lang.ZH else " "
    return f"{one_line(carrier.name)}{gap}({told})" if told else one_line(carrier.name)


def _listed(texts: list[str], lang: Lang) -> str:
    return ("、" if lang == Lang.ZH else ", ").join(one_line(text) for text in texts)


def _joined(texts: list[str], lang: Lang) -> str:
    return (";" if lang == Lang.ZH else "; ").join(one_line(text) for text in texts)


def _quoted(text: str, lang: Lang) -> str:
    text = text.strip()
    return text if not text or text[0] in '「"“' else f"「{text}」" if lang == Lang.ZH else f'"{text}"'
