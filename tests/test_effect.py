"""What a change to a deal does to the advice, and why: told of the deal of twelve weeks."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args

from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from ltc_coach.authoring.loading import load_playbook
from ltc_coach.deals.files import load_deal
from ltc_coach.engine import Coach
from ltc_coach.engine.effect import Effect, effect
from ltc_coach.model.deal import Answer, Deal, Influence, Plan, Shaper, Stance
from ltc_coach.model.report import Report

TODAY = date(2026, 11, 20)
LONG = Path(__file__).parents[1] / "examples" / "deals" / "long.yaml"


@cache
def deal() -> Deal:
    """Return the deal: twelve weeks, four people, a rival."""
    return load_deal(LONG).deal


@cache
def coach() -> Coach:
    """Return the coach of the shipped playbook."""
    return Coach(load_playbook("buying-process"))


def report(changed: Deal) -> Report:
    """Diagnose it."""
    return coach().report(changed.answers, TODAY, changed)


@cache
def before() -> Report:
    """Return the diagnosis of the deal as it is."""
    return report(deal())


def after(**change: Any) -> Effect:
    """Return what a change to the deal's fields does."""
    return effect(before(), report(deal().model_copy(update=change)))


def turned(**stances: Stance) -> Effect:
    """Return what other stances do, by name."""
    people = tuple(p.model_copy(update={"stance": stances[p.name]}) if p.name in stances else p for p in deal().people)
    return after(people=people)


def noted(*entries: Influence) -> Effect:
    """Return what more entries in the ledger do."""
    return after(influence=(*deal().influence, *entries))


def why(found: Effect) -> str:
    """Return the reasons in English."""
    return "\n".join(text.en for text in found.why)


def test_nothing_changed_nothing_to_explain() -> None:
    """The same deal twice."""
    found = effect(before(), report(deal()))
    assert not found.changed
    assert found.why == ()


def test_the_decider_goes_over_to_the_rival() -> None:
    """He carries no way back any more, and we have no longer reached the top; the production head still carries it."""
    found = turned(方总="rival")
    assert found.changed
    assert (found.before.through, found.after.through) == (("吕主任", "方总"), ("吕主任",))
    assert "方总 can no longer carry a way back" in why(found)
    assert "executives or the final decision maker → key people" in why(found)


def test_everybody_who_could_carry_it_is_lost() -> None:
    """Nobody left to go through: that is what is missing, and another way back is the best."""
    found = turned(方总="rival", 吕主任="rival")
    assert found.before.best != found.after.best
    assert "find somebody to go through" in why(found)


def test_one_entry_of_the_ledger_moves_the_target_and_says_why() -> None:
    """The rival owns the goal, too: back to before it."""
    found = noted(Influence(node="goal", by="rival", day=TODAY))
    assert (found.before.to, found.after.to) == ("goal", "problem")
    assert "the rival shaped Goal and what follows" in why(found)
    assert "Goal was shaped by the rival: this still stands on his ground" in why(found)
    assert "lands before Goal" in why(found)


def test_an_entry_that_changes_the_reason_alone_is_told() -> None:
    """Same way, same target, but the rival's ground begins later."""
    found = noted(Influence(node="requirement", by="us", day=TODAY))
    assert not found.changed
    assert "the rival shaped Measure and what follows" in why(found)


def test_an_answer_that_moves_the_place_is_told_by_whose_it_is() -> None:
    """With too few answers about the production head left, all answers count together."""
    fewer = tuple(a for a in deal().answers if a.about != "吕主任")
    found = after(answers=fewer)
    assert "fewer than two of those who must agree have a place of their own" in why(found)


def test_refused_meetings_end_in_leave() -> None:
    """S2-R13: the direction turns, and the way back is gone from the advice."""
    refused = Answer(question="meetings", value="refused", day=TODAY)
    found = after(answers=(*deal().answers, refused))
    assert found.after.direction == "leave"
    assert (found.after.best, found.after.to, found.after.through) == (None, None, ())
    assert "time to leave" in why(found)


def test_a_plan_that_begins_or_ceases_to_hurt_is_told() -> None:
    """The discount the rep has in mind."""
    assert "does no harm any more" in why(after(plans=()))
    more = after(plans=(*deal().plans, Plan(what="拉拢贺工", kind="win-insider")))
    assert 'the plan "拉拢贺工" hurts now' in why(more)


people = st.lists(st.sampled_from(get_args(Stance)), min_size=4, max_size=4)
entries = st.lists(
    st.builds(
        lambda node, by: Influence(node=node, by=by, day=TODAY),
        st.sampled_from(["problem", "pain", "goal", "requirement", "measure", "solution"]),
        st.sampled_from(get_args(Shaper)),
    ),
    max_size=3,
)


@settings(max_examples=25, deadline=None)
@forall(people, entries)
def test_advice_never_changes_without_a_reason(stances: list[Stance], more: list[Influence]) -> None:
    """Whatever is changed about people or ledger: other advice comes with a reason, in both languages."""
    cast = tuple(p.model_copy(update={"stance": s}) for p, s in zip(deal().people, stances, strict=True))
    found = after(people=cast, influence=(*deal().influence, *more))
    assert found.why or not found.changed
    assert all(text.zh and text.en for text in found.why)
    assert len(set(found.why)) == len(found.why)
