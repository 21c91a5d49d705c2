"""What a rep may plan and what pulls may promise: the shipped playbook against the method's own tables."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from ltc_coach.authoring.lint.reachability import Reach
from ltc_coach.authoring.loading import load_playbook
from ltc_coach.authoring.shelf import shipped
from ltc_coach.engine.coaching import Coach
from ltc_coach.engine.conditions import compile_when
from ltc_coach.engine.guard import recognise
from ltc_coach.engine.people import EVALUATORS
from ltc_coach.model.deal import Answer, Deal, Plan
from ltc_coach.model.playbook import Kind, Move, Playbook
from ltc_coach.model.scenario import Scenarios
from ltc_coach.reading.tree import parse_yaml
from ltc_coach.words import ROLES

TODAY = date(2026, 3, 31)

# Domain F4 and S4-MM: the situation, as a scenario tells it; what the rep plans; the never that speaks to it.
PLANNED = [
    # P1, P2: no product, no quotation, no technical support; MM2: no plan
    ("fair-visitor-weak-growth", "下周给他做一次演示", "Give him a demo next week", "product-too-early"),
    ("fair-visitor-weak-growth", "先报个价看看", "Send a quotation and see", "product-too-early"),
    ("which-industries", "派工程师过去做技术交流", "Send an engineer for technical support", "product-too-early"),
    ("asks-how-others-do-it", "带产品资料去介绍产品", "Take a brochure along", "product-too-early"),
    ("fair-visitor-weak-growth", "回来就写方案", "Write a proposal", "plan-too-early"),
    ("asks-how-others-do-it", "请他尽快签合同", "Push for the signature", "talk-is-no-decision"),
    # P3: a demand that is not ours; MM3: no quotation yet; N5: no collision
    ("rough-list-from-a-brochure", "约他看演示", "Demo on Thursday", "value-before-rebuild"),
    ("demands-grown-with-us", "按这份要求报价", "Quote to this list", "quote-at-requirement"),
    ("demands-grown-with-us", "给 5% 优惠催他签", "Offer 5 % off", "price-as-opening"),
    (
        "feature-from-a-rivals-sheet",
        "跟他逐条比功能",
        "Compare features with the rival's sheet",
        "collide-with-measure",
    ),
    ("feature-from-a-rivals-sheet", "拿我们的方案去讲方案", "Present our solution", "collide-with-measure"),
    # P4: an unexpected tender; the rival's man; MM4: only keeping in touch
    ("unexpected-tender", "周五前把标书交了", "Submit the bid by Friday", "answer-at-once"),
    ("three-meetings-granted", "想办法把对手的人拉过来", "Win over the rival's supporter", "convert-the-insider"),
    ("apparel-invites-logistics", "保持联系,等消息", "Keep in touch and wait", "only-keep-contact"),
    ("waiting-while-he-compares", "再等等", "Wait another week", "only-keep-contact"),
    ("apparel-invites-logistics", "催他签", "Press him for the signature", "stop-at-one-supporter"),
    ("three-meetings-granted", "再降点价", "Cut our price once more", "compare-inside-one-stage"),
    # P5: worth, worry, price
    ("new-vice-president", "再找评委做做工作", "Work on the evaluators again", "work-through-evaluators"),
    ("new-vice-president", "质疑评分", "Challenge the scoring", "attack-the-result"),
    ("erp-knock-on", "找技术部帮忙翻盘", "Go through the technical department", "work-through-evaluators"),
    ("cfo-fears-our-size", "让利 5%", "discount 5 %", "price-cut-at-risk"),
    ("cfo-fears-our-size", "等回复就行", "Just wait", "relax-when-favoured"),
    ("cfo-fears-our-size", "催客户今天签合同", "Get the contract signed today", "press-for-signature"),
    ("second-and-in-haste", "今天就降价", "Lower the price today", "price-as-only-idea"),
    ("second-and-in-haste", "找打分的人说说", "Talk to the evaluators", "work-through-evaluators"),
    # The paper is moving (P6): no promises, no waiting
    ("unlimited-penalty", "先答应他,签了再说", "Agree to everything to get it signed", "promise-to-get-signature"),
    ("waiting-for-the-stamp", "等盖章", "Wait for the stamp", "wait-for-signature"),
    # P7: leaving, and MM5: new business too early
    ("site-teams-quarrel", "交接给项目组就撤出", "Hand over to delivery", "leave-after-signature"),
    ("site-teams-quarrel", "请他转介绍几家", "Ask for a referral", "hunt-before-smooth"),
    # Following
    ("quote-to-this-list", "他要报价就给他报价", "He wants a quote, send it", "follow-the-customer"),
]
# Wherever the customer stands.
EVERYWHERE = [
    ("跳过调研,一步到位", "Skip the survey and jump to the contract", "skip-a-step"),
    ("给经办人送购物卡", "A gift for the buyer", "invent-or-bribe"),
    ("编个风险吓他一下", "Make up a risk", "invent-or-bribe"),
]
PLACES = {
    "problem": "fair-visitor-weak-growth",
    "pain": "which-industries",
    "goal": "halve-the-fault-rate",
    "requirement": "demands-grown-with-us",
    "measure": "the-presidents-meeting",
    "solution": "unexpected-tender",
    "value": "new-vice-president",
    "risk": "cfo-fears-our-size",
    "cost": "second-and-in-haste",
    "procurement": "unlimited-penalty",
    "use": "paid-and-pleased",
}
# What is right there draws no warning, though it speaks of price, plans or papers.
HARMLESS = [
    ("fair-visitor-weak-growth", "请客户讲讲最近的变化", "Ask what has changed lately"),
    ("unexpected-tender", "拿调研换三位领导的见面", "Ask for three meetings first"),
    ("unexpected-tender", "信发出去以后等回复", "Wait for the answer to our letter"),
    ("apparel-invites-logistics", "照着他家写方案,带交付的人去", "Write the proposal with delivery people"),
    ("cfo-fears-our-size", "带他去现场,再给他看老客户的评价", "Site visit and references"),
    ("unlimited-penalty", "约法务谈条款,推进签约", "Settle the clauses, get the contract signed"),
    ("paid-and-pleased", "请他转介绍", "Ask for a referral"),
]
# Domain 4.4.1: where a tactic starts, and where it may lead.
TACTICS = {
    "S2-T1a": ("pain", {"problem"}),
    "S2-T1b": ("pain", {"problem"}),
    "S2-T1c": ("pain", {"problem"}),
    "S2-T2a": ("goal", {"pain"}),
    "S2-T2b": ("goal", {"pain"}),
    "S2-T3a": ("requirement", {"problem"}),
    "S2-T3b": ("requirement", {"pain"}),
    "S2-T3c": ("requirement", {"goal"}),
    "S2-T3d": ("requirement", {"problem", "pain", "goal"}),
    "S2-T4a": ("measure", {"problem"}),
    "S2-T5a": ("solution", {"problem", "goal", "measure"}),
    "S2-T5b": ("solution", {"problem"}),
    "S2-T5c": ("solution", {"goal"}),
    "S2-T5d": ("solution", {"measure"}),
    "S2-T5e": ("solution", {"problem", "goal", "measure"}),
    "S2-T6a": ("value", {"goal"}),
    "S2-T6b": ("value", {"goal"}),
    "S2-T7a": ("risk", {"solution", "measure"}),
    "S2-T7b": ("risk", {"solution", "measure"}),
    "S2-T8a": ("cost", {"risk", "measure"}),
    "S2-T8b": ("cost", {"value", "solution", "goal"}),
    "S2-T8c": ("cost", {"goal"}),
}


@cache
def book() -> Playbook:
    """Return the shipped playbook."""
    return load_playbook(shipped() / "buying-process")


@cache
def coach() -> Coach:
    """Return its coach, made once."""
    return Coach(book())


@cache
def deals() -> dict[str, tuple[Answer, ...]]:
    """Return the answers of every scenario."""
    path = shipped() / "buying-process" / "scenarios.yaml"
    told = Scenarios.model_validate(parse_yaml(path.read_bytes(), path.name).data)
    return {scenario.id: scenario.answers for scenario in told.scenarios}


def warned(scenario: str, *plans: str) -> list[set[str]]:
    """Return the nevers raised against each plan in the deal a scenario tells."""
    answers = deals()[scenario]
    deal = Deal(id="deal", customer="客户", answers=answers, plans=tuple(Plan(what=plan) for plan in plans))
    raised = coach().report(answers, TODAY, deal).planned
    return [{warning.never for warning in raised if warning.what == plan} for plan in plans]


def pulls() -> list[Move]:
    """Return every pull."""
    return [move for move in book().moves if move.kind == Kind.PULL]


def starts(move: Move) -> set[str]:
    """Return the places where a move can hold."""
    reach, condition = Reach(book()), compile_when(move.when, book())
    ids = book().scales[book().main].ids
    return {place for k, place in enumerate(ids) if reach.can_hold(condition, {book().main: k})}


@pytest.mark.parametrize(("scenario", "zh", "en", "never"), PLANNED, ids=[f"{p[3]}-{p[1]}" for p in PLANNED])
def test_a_plan_that_hurts_here_is_warned_of(scenario: str, zh: str, en: str, never: str) -> None:
    """Every row of the never list, in the words of a rep in either language."""
    chinese, english = warned(scenario, zh, en)
    assert never in chinese
    assert never in english


@pytest.mark.parametrize("place", PLACES)
def test_what_is_never_right_is_warned_of_everywhere(place: str) -> None:
    """Skipping a step, inventing a risk, giving unlawful benefits."""
    scenario = PLACES[place]
    assert coach().report(deals()[scenario], TODAY).located.at == place
    plans = [plan for zh, en, _ in EVERYWHERE for plan in (zh, en)]
    nevers = [never for _, _, never in EVERYWHERE for _ in range(2)]
    for plan, never, raised in zip(plans, nevers, warned(scenario, *plans), strict=True):
        assert never in raised, plan


@pytest.mark.parametrize(("scenario", "zh", "en"), HARMLESS, ids=[f"{h[0]}-{h[1]}" for h in HARMLESS])
def test_a_plan_that_is_right_here_is_let_pass(scenario: str, zh: str, en: str) -> None:
    """A guard that cries at everything is soon ignored."""
    assert warned(scenario, zh, en) == [set(), set()]


def test_the_title_of_an_action_means_the_action() -> None:
    """Whoever copies a title into a plan is understood."""
    for action in book().actions:
        for title in (action.title.zh, action.title.en):
            assert action in recognise(book(), title), title


@pytest.mark.parametrize("tactic", TACTICS)
def test_every_tactic_of_the_method_is_a_pull_that_lands_where_the_method_says(tactic: str) -> None:
    """Each of the eight transitions has all its tactics, from its node to its targets."""
    place, targets = TACTICS[tactic]
    found = [move for move in pulls() if tactic in move.source and place in starts(move)]
    assert found
    assert {move.to for move in found} <= targets


def test_every_pull_says_through_whom_it_goes() -> None:
    """Roles a deal can hold, and from the value node on never the people who scored (domain S2-R9)."""
    for move in pulls():
        assert move.through, move.id
        assert set(move.through) <= ROLES.keys(), move.id
        if starts(move) & {"value", "risk", "cost", "procurement"}:
            assert not EVALUATORS & set(move.through), move.id


def test_politics_begin_with_the_evaluation() -> None:
    """Before it there is nothing to take back in front of others (domain S2-W4, S2-R8)."""
    early = {"pain", "goal", "requirement", "measure"}
    for move in pulls():
        assert (move.politics == "none") == (starts(move) <= early), move.id


def test_people_met_tell_how_high_we_have_come() -> None:
    """Evaluators, then those who can turn the matter, then those who decide it."""
    fact = book().facts["access"]
    met = {value.id: set(value.met) for value in fact.values}
    assert met["evaluators"] == EVALUATORS
    assert met["executives"] == {"executive", "decider"}
    assert all(roles <= ROLES.keys() for roles in met.values())
    assert book().hand in book().facts
