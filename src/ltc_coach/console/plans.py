"""What the rep plans to do, on the screen: does it hurt at this place, why, and what to do instead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ltc_coach import words
from ltc_coach.console.days import short
from ltc_coach.console.page import ACCENT, FAINT, HEAD, Page, one_line
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.casework import PlanWarning
from ltc_coach.model.deal import Deal, Plan, PlanState
from ltc_coach.model.report import Report
from ltc_coach.plain import percent

_TITLE = both(zh="{customer}:打算做的", en="{customer}: what is planned")
_PLANNED = both(zh="打算:{what}", en="Planned: {what}")
_MEANS = both(zh="算作:{kinds}", en="taken as: {kinds}")
_AT = both(zh="客户走到「{place}」,把握 {percent}", en="The customer stands at {place}, {percent} sure")
_UNSETTLED = both(zh="还定不了,最像「{place}」", en="Not settled, most like {place}")
_HURTS = both(zh="这会坏事", en="This hurts here")
_HARMLESS = both(
    zh="在这一步没看出会坏事。(只防坏事,不等于该做:该做什么看 ltc diagnose)",
    en="Nothing against it at this place. (That is no advice to do it: see ltc diagnose.)",
)
_NOT_KNOWN = both(
    zh="听不出这是哪一类动作,没法替你把关。",
    en="What kind of act this is cannot be told from the words, so it was not checked.",
)
_WHY = both(zh="道理", en="why")
_NOTHING = both(zh="没有打算做的。", en="Nothing is planned.")
_NOTE_ONE = both(
    zh='先问问再动手:ltc deals plan {id} "降价两个点"', en='Ask before you act: ltc deals plan {id} "discount 2 %"'
)
_NOTED = both(zh="{day} 记的", en="noted {day}")
_CLOSED = both(zh="了结的", en="Closed")
_STATES: dict[PlanState, Text] = {
    "open": Text(),
    "done": both(zh="做了", en="done"),
    "dropped": both(zh="不做了", en="dropped"),
}


def check_screen(  # noqa: PLR0913 - what stands on the screen, each by its name
    plan: Plan, kinds: Sequence[Text], report: Report, lang: Lang, *, width: int, colour: bool
) -> str:
    """Return what there is to say against one plan; ``kinds`` are the titles of the actions it was taken as."""
    page = Page(width, colour=colour)
    listed = _listed(kinds, lang)
    means = _MEANS.fill(kinds=listed).get(lang) if listed not in {"", plan.what} else ""
    page.line(
        (_PLANNED.fill(what=one_line(plan.what)).get(lang), ACCENT), (f"  ({means})" * bool(means), FAINT), hang=4
    )
    located = report.located
    place = located.name(located.at)
    at = _AT.fill(place=place, percent=percent(located.confidence)) if report.settled else _UNSETTLED.fill(place=place)
    page.line(at.get(lang), indent=2, hang=4)
    page.blank()
    if report.planned:
        page.line((_HURTS.get(lang), HEAD))
    for warning in report.planned:
        _warning(page, warning, lang, in_full=True)
    if not report.planned:
        page.line((_HARMLESS if kinds else _NOT_KNOWN).get(lang))
    return page.text()


def plans_screen(deal: Deal, report: Report, lang: Lang, *, width: int, colour: bool) -> str:
    """Return the plans of a deal by number, the open ones with what speaks against them."""
    page, today = Page(width, colour=colour), report.today
    page.line((_TITLE.fill(customer=one_line(deal.customer)).get(lang), ACCENT), hang=2)
    numbered = list(enumerate(deal.plans, 1))
    open_ = [(n, plan) for n, plan in numbered if plan.state == "open"]
    if not open_:
        page.line(_NOTHING.get(lang), indent=2)
        page.line((_NOTE_ONE.fill(id=deal.id).get(lang), FAINT), indent=2, hang=4)
    for number, plan in open_:
        _plan(page, number, plan, today, lang)
        for warning in (w for w in report.planned if w.what == plan.what):
            _warning(page, warning, lang, in_full=False)
    closed = [(n, plan) for n, plan in numbered if plan.state != "open"]
    if closed:
        page.head(_CLOSED.get(lang))
    for number, plan in closed:
        _plan(page, number, plan, today, lang)
    return page.text()


def _plan(page: Page, number: int, plan: Plan, today: date, lang: Lang) -> None:
    notes = [_STATES[plan.state].get(lang), _NOTED.fill(day=short(plan.day, today)).get(lang) if plan.day else ""]
    told = ("," if lang == Lang.ZH else ", ").join(note for note in notes if note)
    page.line((f"{number:>2}  ", HEAD), one_line(plan.what), (f"  ({told})" * bool(told), FAINT), hang=4)


def _warning(page: Page, warning: PlanWarning, lang: Lang, *, in_full: bool) -> None:
    column = 6 if lang == Lang.ZH else 9
    page.line("×  ", (one_line(warning.title.get(lang)), HEAD), indent=4, hang=7)
    for label, text in ((_WHY, warning.why if in_full else Text()), (words.INSTEAD, warning.instead)):
        if said := text.get(lang).strip():
            page.row(label.get(lang), said, indent=7, column=column)


def _listed(texts: Sequence[Text], lang: Lang) -> str:
    return ("、" if lang == Lang.ZH else "; ").join(one_line(text.get(lang)) for text in texts)
