"""`when` is three-valued: Kleene's tables, thresholds on scales, unknown facts, best guesses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from ltc_coach.engine.conditions import State, compile_when
from ltc_coach.model.playbook import Playbook, When
from tests.playbook_kit import fact, playbook, question, scale

BOOK: Playbook = playbook(
    [question("q", {"yes": {"place": {"reached": "c"}}, "no": {"place": {"before": "c"}}})],
    scales={"place": scale("a", "b", "c", "d", main=True), "origin": scale("us", "rival", ordered=False)},
    facts={"access": fact("none", "some"), "fit": fact("can", "cannot", assume="can")},
)


def state(place: tuple[float, ...] = (0.25,) * 4, origin: tuple[float, ...] = (0.5, 0.5), **facts: str) -> State:
    """Make a state."""
    return State({"place": place, "origin": origin}, facts)


def holds(when: dict[str, Any], at: State) -> bool | None:
    """Evaluate a `when` as an author writes it."""
    return compile_when(When.model_validate(when), BOOK).holds(at)


@pytest.mark.parametrize(
    ("mass", "truth"), [(0.76, True), (0.75, True), (0.74, None), (0.26, None), (0.25, False), (0.1, False)]
)
def test_a_scale_holds_at_three_quarters_and_fails_at_one(mass: float, truth: bool | None) -> None:
    """Yes at >= 75 % of the mass, no at <= 25 %, else unknown."""
    assert holds({"place": ["c", "d"]}, state(place=((1 - mass) / 2, (1 - mass) / 2, mass / 2, mass / 2))) is truth


def test_a_fact_is_unknown_until_told() -> None:
    """Then it is simply true or false."""
    assert [holds({"access": "some"}, s) for s in (state(), state(access="some"), state(access="none"))] == [
        None,
        True,
        False,
    ]


def test_spans_of_an_ordered_scale() -> None:
    """`reached`, `before`, `between` and `not_at` read as written."""
    at_c = state(place=(0.0, 0.0, 1.0, 0.0))
    written: list[dict[str, Any]] = [{"reached": "c"}, {"before": "c"}, {"between": ["b", "c"]}, {"not_at": ["c"]}]
    assert [holds({"place": span}, at_c) for span in written] == [True, False, True, False]


@pytest.mark.parametrize(("rival", "truth"), [(0.5, True), (0.6, None), (0.9, False)])
def test_unknown_can_be_asked_for(rival: float, truth: bool | None) -> None:
    """`origin: unknown` holds while nobody is likelier than not, fails once somebody is sure."""
    assert holds({"origin": "unknown"}, state(origin=(1 - rival, rival))) is truth


@pytest.mark.parametrize(("rival", "truth"), [(0.1, False), (0.4, None), (0.5, True), (0.6, True), (0.9, True)])
def test_somebody_or_unknown(rival: float, truth: bool | None) -> None:
    """`origin: [rival, unknown]` follows the best guess between not knowing and being sure."""
    assert holds({"origin": ["rival", "unknown"]}, state(origin=(1 - rival, rival))) is truth


def test_a_fact_is_unknown_while_nobody_has_told() -> None:
    """`access: unknown` asks just that."""
    assert holds({"access": "unknown"}, state()) is True
    assert holds({"access": "unknown"}, state(access="none")) is False


ATOMS: dict[str, tuple[dict[str, Any], bool | None]] = {
    "true": ({"place": ["a", "b", "c", "d"]}, True),
    "false": ({"place": {"at": ["a"], "not_at": ["a"]}}, False),
    "unknown": ({"access": "some"}, None),
}
TRUTH = {True: 2, None: 1, False: 0}


@pytest.mark.parametrize("left", ATOMS)
@pytest.mark.parametrize("right", ATOMS)
def test_kleene_tables(left: str, right: str) -> None:
    """And is the minimum, or the maximum, not the mirror of false < unknown < true."""
    (a, x), (b, y) = ATOMS[left], ATOMS[right]
    low, high = sorted((TRUTH[x], TRUTH[y]))
    assert TRUTH[holds({"all": [a, b]}, state())] == low
    assert TRUTH[holds({"any": [a, b]}, state())] == high
    assert TRUTH[holds({"not": a}, state())] == 2 - TRUTH[x]


def test_the_best_guess_takes_nothing_for_granted_but_what_is_assumed() -> None:
    """A scale where it more likely is than not; untold facts at `assume`, else as not so."""
    at = state(place=(0.1, 0.6, 0.2, 0.1))

    def guess(when: dict[str, Any]) -> bool:
        return compile_when(When.model_validate(when), BOOK).guess(at)

    assert guess({"place": "b"}) is True
    assert guess({"access": "some"}) is False
    assert guess({"not": {"access": "some"}}) is True
    assert guess({"fit": "can"}) is True
    assert guess({"fit": "cannot"}) is False


TESTS = st.one_of(
    st.lists(st.sampled_from("abcd"), min_size=1, unique=True).map(lambda v: {"place": v}),
    st.sampled_from("abcd").map(lambda v: {"place": {"reached": v}}),
    st.sampled_from(["us", "rival"]).map(lambda v: {"origin": v}),
    st.sampled_from(["none", "some"]).map(lambda v: {"access": v}),
)
WHENS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        inner.map(lambda w: {"not": w}),
        st.lists(inner, min_size=1, max_size=3).map(lambda ws: {"any": ws}),
        st.lists(inner, min_size=1, max_size=3).map(lambda ws: {"all": ws}),
    ),
    max_leaves=6,
)


@forall(WHENS, st.sampled_from([None, "none", "some"]), st.integers(0, 3))
def test_what_may_and_must_hold_on_a_scale_brackets_every_value(
    when: dict[str, Any], access: str | None, at: int
) -> None:
    """The bit masks behind the advice groups say the same as evaluating with the place known."""
    condition = compile_when(When.model_validate(when), BOOK)
    facts = {} if access is None else {"access": access}
    now = State({"place": (0.25,) * 4, "origin": (0.2, 0.8)}, facts)
    may, sure = condition.on("place", 0b1111, now)
    known = State({"place": tuple(float(k == at) for k in range(4)), "origin": (0.2, 0.8)}, facts)
    truth = condition.holds(known)
    assert bool(may >> at & 1) == (truth is not False)
    assert bool(sure >> at & 1) == (truth is True)


@forall(WHENS, st.sampled_from(["none", "some"]))
def test_an_answered_condition_never_flips_by_telling_more(when: dict[str, Any], access: str) -> None:
    """Telling a fact can settle an unknown condition, never turn yes into no."""
    condition = compile_when(When.model_validate(when), BOOK)
    before, after = condition.holds(state(origin=(0.2, 0.8))), condition.holds(state(origin=(0.2, 0.8), access=access))
    assert before is None or before is after
