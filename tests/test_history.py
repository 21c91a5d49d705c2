"""The deal over time: replayed from its log, with its turns, its steps after the signature, and its advice."""

from __future__ import annotations

import itertools
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from ltc_coach.authoring.loading import load_playbook
from ltc_coach.deals.files import load_deal
from ltc_coach.engine import Coach, advised
from ltc_coach.engine.belief import Said, Star
from ltc_coach.engine.drift import Drift
from ltc_coach.engine.history import answered
from ltc_coach.engine.situation import Compiled
from ltc_coach.engine.tables import Table
from ltc_coach.model.deal import Advised, Answer, Deal, FollowUp, Milestone, Outcome, Turn
from ltc_coach.model.playbook import Pace
from tests.playbook_kit import move, playbook, question

START = date(2026, 9, 7)
LONG = Path(__file__).parents[1] / "examples" / "deals" / "long.yaml"
PLAYBOOK = playbook(
    [
        question(f"{p}{n}", {"yes": {"place": {"reached": p}}, "no": {"place": {"before": p}}})
        for p in "bcd"
        for n in range(3)
    ],
    moves=[move("early", when={"place": ["a", "b"]}), move("late", when={"place": ["c", "d"]})],
)


def week(n: int) -> date:
    """Return a day n weeks after the start."""
    return START + timedelta(weeks=n)


def told(n: int, **answers: str) -> list[Answer]:
    """Make answers given n weeks after the start."""
    return [Answer(question=q, value=v, day=week(n)) for q, v in answers.items()]


def there_and_back() -> list[Answer]:
    """A customer who reaches c, then goes back to a."""
    return [
        *told(0, b0="yes", b1="yes", c0="no", c1="no"),
        *told(3, c0="yes", c1="yes", d0="no", d1="no"),
        *told(6, b0="no", b1="no", b2="no", c0="no", c1="no"),
    ]


def deal(answers: list[Answer], **more: Any) -> Deal:
    """Make a deal."""
    return Deal(id="d", customer="c", answers=tuple(answers), **more)


def test_the_timeline_tells_the_days_at_each_place() -> None:
    """The timeline tells the days at each place."""
    found = Coach(PLAYBOOK).timeline(deal(there_and_back()), week(8))
    assert [(s.id, s.days, s.went_back) for s in found.spells] == [("b", 21, False), ("c", 21, False), ("a", 14, True)]
    assert found.spells[-1].until is None


def test_a_turn_back_is_open_until_somebody_says_who_pulled() -> None:
    """A turn back is open until somebody says who pulled."""
    engine = Coach(PLAYBOOK)
    assert [s.id for s in engine.timeline(deal(there_and_back()), week(8)).open_turns] == ["a"]
    turn = Turn(day=week(6), from_="c", to="a", by="rival")
    told_so = engine.timeline(deal(there_and_back(), turns=(turn,)), week(8))
    assert told_so.open_turns == ()
    assert told_so.spells[-1].by == "rival"


def test_a_turn_is_known_by_its_place_though_later_answers_move_its_day() -> None:
    """He went back in week 6; somebody notes afterwards that he was seen there in week 5 already."""
    engine, turn = Coach(PLAYBOOK), Turn(day=week(6), from_="c", to="a", by="us")
    earlier = [a.model_copy(update={"day": week(5)}) for a in there_and_back() if a.day == week(6)]
    spells = engine.timeline(deal([*there_and_back(), *earlier], turns=(turn,)), week(8)).spells
    assert [(s.id, s.since, s.by) for s in spells if s.went_back] == [("a", week(5), "us")]


def test_the_open_turn_is_answered_with_where_he_came_from() -> None:
    """What is noted in the deal closes the question."""
    engine = Coach(PLAYBOOK)
    turn = answered(engine.timeline(deal(there_and_back()), week(8)), "himself")
    assert turn == Turn(day=week(6), from_="c", to="a", by="himself")
    assert answered(engine.timeline(deal(there_and_back(), turns=(turn,)), week(8)), "us") is None


@pytest.mark.parametrize(("state", "days"), [("lost", 7), ("given_up", 7), ("won", 14)])
def test_a_deal_that_is_lost_stands_nowhere_any_more(state: Any, days: int) -> None:
    """The last stay ends with the deal; after a win the customer goes on to use what he bought."""
    over = deal(there_and_back(), outcome=Outcome(state=state, day=week(7)), milestones=())
    assert Coach(PLAYBOOK).timeline(over, week(8)).spells[-1].days == days


def test_nothing_comes_next_once_the_deal_is_lost() -> None:
    """Whatever was noted before."""
    signed = (Milestone(what="signed", day=week(7)),)
    engine = Coach(PLAYBOOK)
    assert engine.timeline(deal([], milestones=signed), week(8)).next_step == "cash"
    lost = deal([], milestones=signed, outcome=Outcome(state="lost", day=week(8)))
    assert engine.timeline(lost, week(8)).next_step is None


def test_the_past_is_seen_as_it_looked_then() -> None:
    """The past is seen as it looked then."""
    engine = Coach(PLAYBOOK)
    early = engine.timeline(deal(there_and_back()), week(1)).spells
    assert [(s.id, s.days) for s in early] == [("b", 7)]


def test_after_the_signature_the_timeline_goes_on_to_the_next_deal() -> None:
    """After the signature the timeline goes on to the next deal."""
    steps = (
        Milestone(what="cash", day=week(9)),
        Milestone(what="signed", day=week(7)),
        Milestone(what="referral", day=week(12)),
    )
    found = Coach(PLAYBOOK).timeline(deal(there_and_back(), milestones=steps), week(13))
    after = [(s.id, s.days) for s in found.spells if s.kind == "step"]
    assert after == [("signed", 14), ("cash", 21), ("referral", 7)]
    assert found.next_step == "final_payment"


def test_how_far_the_closing_date_has_slipped() -> None:
    """How far the closing date has slipped."""
    noted = tuple(
        Advised(day=week(n), place="b", confidence=0.9, moves=("early",), expected=week(expected))
        for n, expected in ((0, 10), (3, 10), (6, 14))
    )
    slip = Coach(PLAYBOOK).timeline(deal([], advice=noted, expected=week(15)), week(8)).slip
    assert slip
    assert (slip.days, slip.times) == (35, 2)
    assert Coach(PLAYBOOK).timeline(deal([], advice=noted[:2], expected=week(10)), week(8)).slip is None


def test_advice_is_kept_with_what_became_of_it() -> None:
    """Advice is kept with what became of it."""
    noted = (Advised(day=week(0), place="b", confidence=0.9, moves=("early", "late")),)
    followed = (FollowUp(day=week(1), move="early", taken="yes", act="he rang the works council"),)
    found = Coach(PLAYBOOK).timeline(deal([], advice=noted, followed=followed), week(2)).followed
    assert [(f.move, f.taken, f.act) for f in found] == [("early", "yes", "he rang the works council")]


def test_what_changed_since_advice_was_last_given() -> None:
    """What changed since advice was last given."""
    engine = Coach(PLAYBOOK)
    before = deal(there_and_back()[:4], expected=week(10))
    noted = advised(engine.report(before.answers, week(0), before), before.expected)
    now = deal(there_and_back()[:8], advice=(noted,), expected=week(12))
    change = engine.report(now.answers, week(3), now).change
    assert change
    assert (change.place_before.en, change.place_now.en, change.moved) == ("b", "c", "on")
    assert [t.en for t in change.new_moves] == ["late"]
    assert [t.en for t in change.dropped_moves] == ["early"]
    assert change.slipped_days == 14


def test_what_was_taken_back_leaves_no_trace() -> None:
    """What was taken back leaves no trace."""
    engine = Coach(PLAYBOOK)
    answers = told(0, b0="yes", c0="yes")
    slip = [*answers, *told(1, d0="yes"), Answer(question="d0", value="retracted", day=week(2))]
    assert engine.report(slip, week(2)).located == engine.report(answers, week(2)).located
    assert "d0" not in {b.question for b in engine.report(slip, week(2)).because}


def test_a_newer_answer_about_the_same_person_takes_the_place_of_the_older() -> None:
    """A newer answer about the same person takes the place of the older."""
    engine = Coach(PLAYBOOK)
    twice = [*told(0, b0="no", c0="no"), *told(4, b0="yes", c0="yes")]
    once = told(4, b0="yes", c0="yes")
    assert engine.report(twice, week(4)).located.values == engine.report(once, week(4)).located.values


def test_old_evidence_fades_towards_what_usually_happens() -> None:
    """Old evidence fades towards what usually happens."""
    engine = Coach(PLAYBOOK)
    answers = told(0, b0="yes", b1="yes", c0="no", c1="no")
    fresh, old = (engine.report(answers, week(n)).located for n in (0, 20))
    chance = {v.id: v.probability for v in old.values}
    assert old.confidence < fresh.confidence
    # On is likelier than back.
    assert chance["c"] + chance["d"] > chance["a"]


RAW = st.lists(st.floats(0.001, 1), min_size=2, max_size=6)


@settings(deadline=None)
@forall(RAW, st.floats(0, 0.3), st.floats(0, 0.3), st.integers(0, 300))
def test_a_weekly_step_loses_nothing(raw: list[float], on: float, back: float, weeks: int) -> None:
    """Whatever the pace and however long: all the chances still make one, and none is below zero."""
    seen = Table.explicit("q", {"yes": [x / sum(raw) for x in raw], "no": [1 - x / sum(raw) for x in raw]})
    star = Star([1 / len(raw)] * len(raw), [seen], pace=Pace(on=on, back=back))
    values = star.believe([Said("q", "yes", age=weeks)]).values
    assert sum(values) == pytest.approx(1, abs=1e-9)
    assert min(values) >= 0


SAID = st.dictionaries(st.sampled_from([q.id for q in PLAYBOOK.questions]), st.sampled_from(["yes", "no"]), min_size=1)


@settings(max_examples=50, deadline=None)
@forall(SAID)
def test_nobody_gets_surer_by_waiting(answers: dict[str, str]) -> None:
    """A deal nobody touches: certainty never grows, but at the last place, which everybody drifts to."""
    engine, untouched = Coach(PLAYBOOK), deal(told(0, **answers))
    found = [engine.place(untouched, week(n)) for n in range(0, 30, 3)]
    for (_, before), (place, after) in itertools.pairwise(found):
        assert after <= before + 1e-12 or place == "d"


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [(0, [0, 1, 0]), (1, [0.01, 0.96, 0.03]), (2, [0.0193, 0.9222, 0.0585])],
)
def test_a_weekly_step(weeks: int, expected: list[float]) -> None:
    """96 % stay, 3 % go on, 1 % go back; the ends have only one way to go (design.md section 4)."""
    seen = Table.explicit("q", {"yes": [0.0, 1.0, 0.0], "no": [1.0, 0.0, 1.0]})
    star = Star([1 / 3] * 3, [seen], pace=Pace())
    assert star.believe([Said("q", "yes", age=weeks)]).values == pytest.approx(expected, abs=1e-12)


LOGS = st.lists(
    st.lists(
        st.builds(
            Said,
            st.sampled_from([q.id for q in PLAYBOOK.questions]),
            st.sampled_from(["yes", "no"]),
            st.sampled_from([0.0, 0.2]),
            st.integers(0, 30),
        ),
        max_size=6,
        unique_by=lambda said: said.question,
    ),
    min_size=2,
    max_size=6,
)


@settings(max_examples=50, deadline=None)
@forall(LOGS)
def test_what_was_believed_before_does_not_matter(logs: list[list[Said]]) -> None:
    """Days of a log share what they have in common: the beliefs are those of a star that never saw another."""
    star = Compiled(PLAYBOOK).stars["place"]
    for log in logs:
        assert star.believe(log) == Compiled(PLAYBOOK).stars["place"].believe(log)


def test_many_weeks_at_once_are_as_many_single_ones() -> None:
    """Whichever way is faster."""
    drift = Drift(Pace(on=0.05, back=0.02), 5, 3)
    joint = [float(i) for i in range(15)]
    stepwise = joint
    for weeks in range(1, 12):
        stepwise = drift.later(stepwise, 1)
        assert drift.later(joint, weeks) == pytest.approx(stepwise, abs=1e-12)


def test_the_long_example_replays_to_the_same_bytes() -> None:
    """The long example replays to the same bytes."""
    long, engine = load_deal(LONG).deal, Coach(load_playbook("buying-process"))
    today = date(2026, 11, 20)
    shuffled = list(long.answers)
    random.Random(3).shuffle(shuffled)
    # The order of the file must not matter, except among entries of one day about the same thing.
    again = long.model_copy(update={"answers": tuple(sorted(shuffled, key=lambda a: a.day or START))})
    first, second = (engine.report(d.answers, today, d).model_dump_json() for d in (long, again))
    assert first == second
    timelines = {Coach(load_playbook("buying-process")).timeline(d, today).model_dump_json() for d in (long, again)}
    assert len(timelines) == 1


def test_the_long_example_tells_its_story() -> None:
    """The long example tells its story."""
    long, engine = load_deal(LONG).deal, Coach(load_playbook("buying-process"))
    spells = engine.timeline(long, date(2026, 11, 20)).spells
    assert [(s.id, s.went_back, s.by) for s in spells] == [
        ("problem", False, None),
        ("pain", False, None),
        ("goal", False, None),
        ("measure", False, None),
        ("solution", False, None),
        ("goal", True, "us"),
        ("solution", False, None),
    ]
