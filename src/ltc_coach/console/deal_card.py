"""One deal on a screen: its fields, its people, what was answered last, what is planned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ltc_coach import words
from ltc_coach.console.deal_list import OUTCOMES
from ltc_coach.console.page import ACCENT, FAINT, Page, one_line
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.deal import RETRACTED, Answer, Deal, Person, Plan
from ltc_coach.model.listing import Standing
from ltc_coach.model.playbook import Playbook
from ltc_coach.plain import percent

_STANDS = both(zh="走到", en="place")
_UNSETTLED = both(zh="(还定不了)", en="(not settled)")
_FIELDS = (
    ("product", both(zh="产品", en="product")),
    ("amount", both(zh="金额", en="amount")),
    ("opened", both(zh="开始", en="opened")),
    ("expected", both(zh="预计签约", en="expected")),
    ("next_visit", both(zh="下次拜访", en="next visit")),
    ("crm_stage", both(zh="CRM 阶段", en="CRM stage")),
    ("owner", both(zh="负责", en="owner")),
    ("team", both(zh="团队", en="team")),
    ("rivals", both(zh="对手", en="rivals")),
    ("strengths", both(zh="我们的强项", en="strengths")),
    ("alias", both(zh="又叫", en="alias")),
    ("playbook", both(zh="打法手册", en="playbook")),
)
_OUTCOME = both(zh="结果", en="outcome")
_PEOPLE = both(zh="人", en="People")
_MET = both(zh="{day} 见过", en="met {day}")
_NOT_MET = both(zh="还没见过", en="not met")
_ANSWERS = both(zh="最近的回答", en="Last answers")
_EARLIER = both(zh="更早的还有 {n} 条", en="{n} earlier ones")
_NO_ANSWERS = both(zh="还一个问题都没答", en="no question answered yet")
_FIRST_STEP = both(zh="先问几句:ltc diagnose {id}", en="ask a few questions: ltc diagnose {id}")
_PLANS = both(zh="打算做的", en="Plans")
_SAID = both(zh="{person}说的", en="said by {person}")
_RETRACTED = both(zh="撤回了", en="retracted")
UNKNOWN = "unknown"
# So many answers are shown.
_LAST = 6
_COLUMN = 12


def deal_card(  # noqa: PLR0913 - what a card shows, each by its name
    deal: Deal, playbook: Playbook, standing: Standing | None, path: str, lang: Lang, *, width: int, colour: bool
) -> str:
    """Return the overview; ``standing`` is None for a deal that has ended."""
    page = Page(width, colour=colour)
    page.line((one_line(deal.customer), ACCENT), (f"  {deal.id}", FAINT), hang=2)
    page.line((path, FAINT), indent=2)
    if standing:
        unsettled = "" if standing.settled else f" {_UNSETTLED.get(lang)}"
        place = f"{one_line(standing.title.get(lang))} {percent(standing.confidence)}{unsettled}"
        page.row(_STANDS.get(lang), place, indent=2, column=_COLUMN)
    if deal.outcome:
        ended = _joined(OUTCOMES[deal.outcome.state].get(lang), deal.outcome.day, deal.outcome.to, deal.outcome.reason)
        page.row(_OUTCOME.get(lang), ended, indent=2, column=_COLUMN)
    for name, label in _FIELDS:
        if value := _shown(deal, name):
            page.row(label.get(lang), value, indent=2, column=_COLUMN)
    if deal.people:
        page.head(_PEOPLE.get(lang))
        for person in deal.people:
            _person(page, person, lang)
    _answers(page, deal, playbook, lang)
    _plans(page, [plan for plan in deal.plans if plan.state == "open"], lang)
    return page.text()


def _shown(deal: Deal, name: str) -> str:
    value = getattr(deal, name)
    if not value:
        return ""
    if name == "amount":
        return f"{deal.currency} {value:,}"
    return ", ".join(value) if isinstance(value, tuple) else one_line(str(value))


def _joined(*parts: object) -> str:
    return " · ".join(one_line(str(part)) for part in parts if part)


def _person(page: Page, person: Person, lang: Lang) -> None:
    met = (_MET.fill(day=person.met) if person.met else _NOT_MET).get(lang)
    power = words.POWERS[person.power].get(lang) if person.power else None
    stance = words.STANCES[person.stance].get(lang) if person.stance else None
    role = words.role(person.role).get(lang) if person.role else None
    what = _joined(person.title, role, power, stance, met)
    page.line((one_line(person.name), ACCENT), f"  {what}", indent=2, hang=4)


def _answers(page: Page, deal: Deal, playbook: Playbook, lang: Lang) -> None:
    """Write the last answers of the log, the latest first."""
    page.head(_ANSWERS.get(lang))
    log = sorted(deal.answers, key=lambda answer: answer.day or date.min)[::-1]
    for answer in log[:_LAST]:
        _answer(page, answer, deal, playbook, lang)
    if len(log) > _LAST:
        page.line((_EARLIER.fill(n=len(log) - _LAST).get(lang), FAINT), indent=2)
    if not log:
        page.line(_NO_ANSWERS.get(lang), indent=2)
        page.line((_FIRST_STEP.fill(id=deal.id).get(lang), FAINT), indent=2)


def _answer(page: Page, answer: Answer, deal: Deal, playbook: Playbook, lang: Lang) -> None:
    """Write one answer: when, what was asked, what it was, who said it; by id what the playbook does not know."""
    question = playbook.question(answer.question)
    option = question.option(answer.value) if question else None
    ask = question.ask.get(lang) if question else answer.question
    special = {UNKNOWN: words.NOT_KNOWN, RETRACTED: _RETRACTED}.get(answer.value)
    text = (option.label if option else special or Text(answer.value, answer.value)).get(lang)
    source = _joined(
        words.ABOUT.fill(person=_name(deal, answer.about)).get(lang) if answer.about else None,
        _SAID.fill(person=_name(deal, answer.by)).get(lang) if answer.by else None,
        words.GRADES[answer.grade].get(lang),
        answer.note,
    )
    page.line(
        (f"{answer.day}  " if answer.day else "", FAINT),
        f"{one_line(ask)} → ",
        (one_line(text), ACCENT),
        (f"  ({source})" if source else "", FAINT),
        indent=2,
        hang=4,
    )


def _name(deal: Deal, who: str) -> str:
    person = deal.person(who)
    return one_line(person.name if person else who)


def _plans(page: Page, plans: Iterable[Plan], lang: Lang) -> None:
    plans = list(plans)
    if plans:
        page.head(_PLANS.get(lang))
    for plan in plans:
        page.line("· ", one_line(plan.what), (f"  ({plan.day})" if plan.day else "", FAINT), indent=2, hang=4)
