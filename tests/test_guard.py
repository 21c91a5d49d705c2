"""The guard: a plan is understood by its words, and warned of where a never forbids it, and only there."""

from __future__ import annotations

import string
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from ltc_coach.engine import Coach
from ltc_coach.engine.guard import recognise
from ltc_coach.model.casework import PlanWarning
from ltc_coach.model.deal import Deal, Plan
from ltc_coach.model.playbook import Playbook
from tests.playbook_kit import given, move, playbook, question, words

TODAY = date(2026, 11, 20)


def action(id_: str, *called: str) -> dict[str, Any]:
    """Make a kind of act with what it is called."""
    return {"id": id_, "title": words(id_), "words": list(called)}


@cache
def book() -> Playbook:
    """Two places; a discount hurts at the second, a gift everywhere, a demo and a quotation at the first."""
    return playbook(
        [question(f"q{n}", {p: {"place": {"at": p}} for p in "abcd"}) for n in range(3)],
        actions=[
            action("discount", "discount", "cut the price", "% off", "降价", "ＶＩＰ价"),
            action("gift", "gift", "送礼"),
            action("demo", "demo", "演示"),
            action("quote", "quote", "报价"),
        ],
        moves=[
            move("go-on"),
            move("too-early", "never", when={"place": "a"}, forbids=["demo", "quote"], instead=words("ask first")),
            move("price-at-risk", "never", when={"place": "d"}, forbids=["discount"], why=words("he doubts")),
            move("mere-advice", "never", when={"place": "d"}),
            move("unlawful", "never", forbids=["gift"]),
        ],
    )


def warned(place: str, *plans: str | Plan) -> tuple[PlanWarning, ...]:
    """Return the warnings for a deal that stands at ``place`` and has these plans."""
    deal = Deal(id="d", customer="c", plans=tuple(p if isinstance(p, Plan) else Plan(what=p) for p in plans))
    return Coach(book()).report(given(q0=place, q1=place, q2=place), TODAY, deal).planned


def kinds(what: str) -> list[str]:
    """Return what a plan is taken as."""
    return [a.id for a in recognise(book(), what)]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("offer a discount", ["discount"]),
        ("DISCOUNT 5 %", ["discount"]),
        ("discounting", []),
        ("rediscount", []),
        ("discount5", []),
        ("discount, then a demo", ["discount", "demo"]),
        ("demo and then a discount", ["discount", "demo"]),
        ("5% off, this week", ["discount"]),
        ("5% offer", []),
        ("再降价五个点", ["discount"]),
        ("给他demo一下", ["demo"]),
        ("vip价", ["discount"]),
        ("ｄｉｓｃｏｕｎｔ", ["discount"]),
        ("带他喝茶", []),
        ("", []),
    ],
)
def test_a_plan_is_understood_by_its_words(what: str, expected: list[str]) -> None:
    """In the playbook's order; Latin words stand alone, Chinese ones need no gap; case and width do not matter."""
    assert kinds(what) == expected


plain = st.text(alphabet=string.punctuation + string.whitespace + "的他我们下周", max_size=12)


@forall(plain, plain, st.sampled_from([(a.id, w) for a in book().actions for w in a.words]))
def test_a_word_is_found_wherever_it_stands(before: str, after: str, meant: tuple[str, str]) -> None:
    """Among punctuation, gaps and hanzi."""
    id_, word = meant
    assert id_ in kinds(before + word + after)


@forall(st.text(alphabet=string.ascii_letters + string.digits, min_size=1, max_size=5))
def test_a_longer_word_is_another_word(more: str) -> None:
    """`gift` is not in `gifted`."""
    assert "gift" not in kinds(f"gift{more}")
    assert "gift" not in kinds(f"{more}gift")


@forall(st.text(max_size=200))
def test_any_text_can_be_a_plan(what: str) -> None:
    """Whatever the rep types: no error, and never an act that is none of the playbook's."""
    assert set(kinds(what)) <= {a.id for a in book().actions}


def test_a_plan_is_warned_of_where_it_hurts_and_nowhere_else() -> None:
    """A discount before the last place is nobody's business."""
    assert [(w.never, w.action, w.what) for w in warned("d", "discount 5 %")] == [
        ("price-at-risk", "discount", "discount 5 %")
    ]
    assert warned("b", "discount 5 %") == ()
    assert [w.never for w in warned("b", "a gift for the buyer")] == ["unlawful"]


def test_a_warning_says_why_or_what_to_do_instead() -> None:
    """The words are those of the never."""
    early, risky = warned("a", "quote")[0], warned("d", "discount")[0]
    assert early.instead.en == "ask first"
    assert risky.why.en == "he doubts"
    assert risky.action_title.en == "discount"


def test_one_never_speaks_once_of_one_plan() -> None:
    """A demo with a quotation is one thing done too early; two plans are two."""
    assert [w.never for w in warned("a", "a demo and a quote")] == ["too-early"]
    assert [w.what for w in warned("a", "a quote", "a demo")] == ["a quote", "a demo"]


def test_several_nevers_may_speak_of_one_plan() -> None:
    """The one for this place before the one for all places."""
    assert [w.never for w in warned("d", "discount and a gift")] == ["price-at-risk", "unlawful"]


def test_what_the_rep_says_it_is_counts_more_than_his_words() -> None:
    """A kind that was chosen is not guessed again; one the playbook does not have any more is."""
    assert warned("d", Plan(what="discount", kind="demo")) == ()
    assert [w.action for w in warned("d", Plan(what="two points for him", kind="discount"))] == ["discount"]
    assert [w.action for w in warned("d", Plan(what="discount", kind="gone"))] == ["discount"]


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_a_closed_plan_is_not_warned_of(state: Any) -> None:
    """What is done is done."""
    assert warned("d", Plan(what="discount", state=state)) == ()


def test_while_two_neighbours_are_as_likely_the_later_ones_warnings_count() -> None:
    """Domain B5.6: the never-list is the later neighbour's."""
    deal = Deal(id="d", customer="c", plans=(Plan(what="discount"),))
    unsure = Coach(book()).report(given(q0="c", q1="d"), TODAY, deal)
    assert {unsure.located.at, unsure.located.runner_up} == {"c", "d"}
    assert [w.never for w in unsure.planned] == ["price-at-risk"]
