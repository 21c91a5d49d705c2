"""Probabilities that are equal on paper are equal: what a deal is told does not hang on a last bit (engine/ties.py)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ltc_coach.engine import Coach
from ltc_coach.engine.conditions import State, compile_when
from ltc_coach.engine.ties import TIE, exceeds, likeliest, reaches
from ltc_coach.model.playbook import Playbook, When
from ltc_coach.model.report import Report
from tests.playbook_kit import given, move, playbook, question, scale

TODAY = date(2026, 11, 21)
TRUSTS = ("60%", "70%", "75%", "80%", "90%")
# One part in 10^15: as much as a few multiplications in another order may differ.
BIT = 1e-15


def pair(trust: str, split: str) -> list[dict[str, Any]]:
    """Make two questions about the same thing, of which a yes and a no cancel out, and no two on one topic."""
    return [
        question(
            f"q{i}",
            {"yes": {"place": {"reached": split, "trust": trust}}, "no": {"place": {"before": split, "trust": trust}}},
        )
        for i in range(2)
    ]


def report(book: Playbook, **answers: str) -> Report:
    """Diagnose."""
    return Coach(book).report(given(**answers), TODAY)


def test_of_equal_ones_the_earlier_counts() -> None:
    """Whichever of them rounding makes the largest; what differs in earnest is not equal."""
    assert likeliest((0.25, 0.25 + BIT, 0.25 + 2 * BIT)) == 0
    assert likeliest((0.3 - BIT, 0.4 - BIT, 0.3 + BIT, 0.4 + BIT)) == 1
    assert likeliest((0.3, 0.3 + 1e-9, 0.2)) == 1
    assert likeliest((0.0, 0.0)) == 0


def test_a_limit_reached_on_paper_is_reached() -> None:
    """And what lies on it does not exceed it."""
    assert [reaches(p, 0.75) for p in (0.75 - BIT, 0.75, 0.75 - 1e-9)] == [True, True, False]
    assert [exceeds(p, 0.5) for p in (0.5 + BIT, 0.5, 0.5 + 1e-9)] == [False, False, True]
    assert BIT < TIE < 1e-9


@pytest.mark.parametrize("bit", [-BIT, 0.0, BIT])
def test_a_test_on_a_scale_does_not_hang_on_a_bit(bit: float) -> None:
    """At three quarters it holds, at one quarter it fails, at a half nothing is likelier than not."""
    book = playbook(pair("75%", "c"))

    def holds(*place: float, when: Any) -> tuple[bool | None, bool]:
        condition = compile_when(When.model_validate({"place": when}), book)
        state = State({"place": place}, {})
        return condition.holds(state), condition.guess(state)

    assert holds(0.125, 0.125 - bit, 0.375 + bit, 0.375, when={"reached": "c"}) == (True, True)
    assert holds(0.375, 0.375 - bit, 0.125 + bit, 0.125, when={"reached": "c"}) == (False, False)
    assert holds(0.25, 0.25 - bit, 0.25 + bit, 0.25, when={"reached": "c"}) == (None, False)
    assert holds(0.5 + bit, 0.5 - bit, 0.0, 0.0, when="unknown") == (True, True)
    assert holds(0.75 + bit, 0.25 - bit, 0.0, 0.0, when="unknown") == (False, False)


@pytest.mark.parametrize("size", range(2, 12))
@pytest.mark.parametrize("trust", TRUSTS)
def test_answers_that_cancel_out_leave_an_even_prior(size: int, trust: str) -> None:
    """The customer stands at the first place, perhaps at the second, in every model of the places."""
    places = [f"p{k}" for k in range(size)]
    written = scale(*places, main=True)
    for place in written["stages"]:
        place["maps"] = {"m": place["id"]}
    values = [{"id": id_, "title": {"zh": id_, "en": id_}} for id_ in places]
    book = playbook(
        pair(trust, places[size // 2]),
        scales={"place": written},
        maps={"m": {"title": {"zh": "m", "en": "m"}, "values": values}},
    )
    located = report(book, q0="yes", q1="no").located
    assert (located.at, located.runner_up, located.maps["m"].at) == ("p0", "p1", "p0")


@pytest.mark.parametrize("size", range(2, 12, 2))
@pytest.mark.parametrize("trust", TRUSTS)
def test_a_place_as_sure_as_asked_is_settled(size: int, trust: str) -> None:
    """One answer weighs as much as its trust: at exactly that the place is settled, a test of 75 % holds."""
    places = [f"p{k}" for k in range(size)]
    half = {"at": places[: size // 2]}, {"at": places[size // 2 :]}
    book = playbook(
        [question("q", {"yes": {"place": {**half[1], "trust": trust}}, "no": {"place": {**half[0], "trust": trust}}})],
        scales={"place": scale(*places, main=True)},
        moves=[move("go", when={"place": half[1]})],
        stop={"place_sure": f"{float(trust[:-1]) / (size // 2)}%"},
    )
    found = report(book, q="yes")
    assert found.settled
    assert [m.holds for m in found.moves] == ["yes" if float(trust[:-1]) >= 75 else "unknown"]


@pytest.mark.parametrize("trust", TRUSTS)
def test_half_as_likely_is_likely_enough_for_a_candidate(trust: str) -> None:
    """Shares of 2 : 1 : 1, answers that cancel out: the runner-up counts, so what fails there is not advised."""
    book = playbook(
        pair(trust, "b"),
        scales={"place": scale("a", "b", "c", main=True, shares={"a": "50%", "b": "25%", "c": "25%"})},
        moves=[move("at_a", when={"place": "a"}), move("not_c", when={"place": {"not_at": "c"}})],
    )
    found = report(book, q0="yes", q1="no")
    assert (found.located.at, found.located.runner_up, found.settled) == ("a", "b", False)
    assert [m.id for m in found.moves] == ["not_c"]
