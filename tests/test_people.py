"""Where each person stands, whose place is the deal's, and what is wrong with the people we know."""

from __future__ import annotations

import itertools
import math
from datetime import date

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from ltc_coach.engine import Coach
from ltc_coach.engine.belief import Belief, Star
from ltc_coach.engine.people import facts
from ltc_coach.model.deal import Answer, Deal, Person
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.report import Report
from tests.playbook_kit import fact, move, playbook, question

TODAY = date(2026, 11, 20)
DECIDER = Person(id="Fang", name="Ms Fang", role="decider", met=TODAY)
OWNER = Person(id="Lu", name="Mr Lu", role="demand_owner", met=TODAY)
ENGINEER = Person(id="He", name="Mr He", role="technical", met=TODAY)


def ladder_of_questions() -> Playbook:
    """Four places and four questions on each boundary, a fact told by people, a move for those who have been met."""
    questions = [
        question(
            f"{place}{n}", {"yes": {"place": {"reached": place}}, "no": {"place": {"before": place}}}, effort="quick"
        )
        for place in "bcd"
        for n in range(4)
    ]
    access = fact("none", "evaluators", "executives")
    access["values"][1]["met"] = ["technical"]
    access["values"][2]["met"] = ["decider"]
    return playbook(
        questions,
        facts={"access": access},
        moves=[
            move("upstairs", when={"access": "executives"}),
            move("anyway"),
            *(move(f"not_at_{place}", "never", when={"place": place}) for place in "abcd"),
        ],
    )


PLAYBOOK = ladder_of_questions()


def about(person: str | None, **answers: str) -> list[Answer]:
    """Make answers about a person."""
    return [Answer(question=q, value=v, about=person, day=TODAY) for q, v in answers.items()]


def report(answers: list[Answer], *people: Person) -> Report:
    """Diagnose a deal with these people."""
    return Coach(PLAYBOOK).report(answers, TODAY, Deal(id="d", customer="c", people=people))


def test_the_deal_stands_at_the_weakest_of_the_needed_people() -> None:
    """The deal stands at the weakest of the needed people."""
    far = about("Fang", b0="yes", c0="yes", d0="yes", d1="yes")
    early = about("Lu", b1="yes", c1="no", c2="no", b2="yes")
    found = report([*far, *early], DECIDER, OWNER)
    assert found.people
    assert found.people.basis == "weakest"
    assert found.people.focus == "Lu"
    assert {p.id: p.place for p in found.people.people} == {"Fang": "d", "Lu": "b"}
    assert found.located.at == "b"
    assert found.people.spread == 2


def test_somebody_nobody_needs_does_not_hold_the_deal_back() -> None:
    """Somebody nobody needs does not hold the deal back."""
    far = about("Fang", b0="yes", c0="yes", d0="yes", d1="yes")
    early = about("He", b1="no", c1="no", d2="no")
    found = report([*far, *early], DECIDER, ENGINEER)
    assert found.people
    assert found.people.basis == "own"


def test_a_silent_person_is_a_gap_and_no_evidence() -> None:
    """A silent person is a gap and no evidence."""
    far = about("Fang", b0="yes", c0="yes", d0="yes", d1="yes")
    with_silent, alone = report(far, DECIDER, OWNER), report(far, DECIDER)
    assert with_silent.located == alone.located
    assert with_silent.people
    assert ["Mr Lu" in a.text.en for a in with_silent.people.alarms if a.id == "not_heard"] == [True]


def test_not_known_is_no_answer_of_his_own() -> None:
    """Not known is no answer of his own."""
    far = about("Fang", b0="yes", c0="yes", d0="yes")
    dumb = about("Lu", b1="unknown", c1="unknown", d1="unknown")
    found = report([*far, *dumb], DECIDER, OWNER)
    assert found.people
    assert found.people.basis == "own"


def test_the_interview_asks_about_the_one_who_stands_furthest_back() -> None:
    """The interview asks about the one who stands furthest back."""
    far = about("Fang", b0="yes", c0="yes", d0="yes", d1="yes")
    early = about("Lu", b1="yes", c1="no", d2="no")
    deal = Deal(id="d", customer="c", people=(DECIDER, OWNER))
    asked = Coach(PLAYBOOK).next_question([*far, *early], TODAY, deal)
    assert asked
    assert (asked.about, asked.who) == ("Lu", "Mr Lu")


beliefs = st.lists(st.floats(0.01, 1), min_size=4, max_size=4).map(lambda raw: tuple(x / sum(raw) for x in raw))


@forall(st.lists(beliefs, min_size=2, max_size=4))
def test_the_weakest_place_is_exact(people: list[tuple[float, ...]]) -> None:
    """Against every combination of places, one by one."""
    star = Star([0.25] * 4, [])
    made = [Belief(values=p, log_evidence=0.0, joint=list(p), topics={}) for p in people]
    expected = [0.0] * 4
    for places in itertools.product(range(4), repeat=len(people)):
        expected[min(places)] += math.prod(p[k] for p, k in zip(people, places, strict=True))
    assert star.weakest(made).values == pytest.approx(expected, abs=1e-12)


def test_people_met_tell_the_fact_unless_they_are_the_rivals() -> None:
    """People met tell the fact unless they are the rivals."""
    assert facts(PLAYBOOK, [DECIDER, ENGINEER]) == {"access": "executives"}
    turned = DECIDER.model_copy(update={"stance": "rival"})
    assert facts(PLAYBOOK, [turned, ENGINEER]) == {"access": "evaluators"}
    unmet = DECIDER.model_copy(update={"met": None})
    assert facts(PLAYBOOK, [unmet]) == {}


def test_a_change_of_stance_changes_the_advice() -> None:
    """A change of stance changes the advice."""
    turned = DECIDER.model_copy(update={"stance": "rival"})
    assert [m.id for m in report([], DECIDER, ENGINEER).moves] == ["upstairs", "anyway"]
    assert [m.id for m in report([], turned, ENGINEER).moves] == ["anyway"]


@pytest.mark.parametrize(
    ("people", "alarms"),
    [
        ((), set()),
        ((DECIDER.model_copy(update={"met": None}),), {"nobody_met", "no_opponent", "not_heard"}),
        ((DECIDER,), {"single_thread", "no_opponent", "not_heard"}),
        ((ENGINEER, DECIDER.model_copy(update={"met": None})), {"single_thread", "evaluators_between"}),
        ((ENGINEER, Person(id="Wu", name="Wu", role="user", met=TODAY)), {"nobody_with_power", "no_decider"}),
    ],
)
def test_alarms(people: tuple[Person, ...], alarms: set[str]) -> None:
    """Alarms."""
    found = report([], *people).people
    assert found
    assert alarms <= {a.id for a in found.alarms}
    if not alarms:
        assert not found.alarms


def test_an_evaluator_who_decides_is_no_obstacle() -> None:
    """He has been met and has the power: nobody stands between us and him."""
    boss = ENGINEER.model_copy(update={"power": "high"})
    found = report([], boss, Person(id="Wu", name="Wu", role="purchasing", met=TODAY)).people
    assert found
    assert not {"evaluators_between", "nobody_with_power"} & {a.id for a in found.alarms}


def test_a_known_opponent_silences_that_alarm() -> None:
    """A known opponent silences that alarm."""
    against = ENGINEER.model_copy(update={"stance": "leans_rival"})
    found = report([], DECIDER, against).people
    assert found
    assert "no_opponent" not in {a.id for a in found.alarms}


@pytest.mark.parametrize(
    ("said", "access"),
    [
        (date(2026, 11, 1), "evaluators"),
        (TODAY, "evaluators"),
        (date(2026, 11, 21), "executives"),
        (None, "executives"),
    ],
)
def test_what_was_said_since_the_last_meeting_goes_before_the_people_list(said: date | None, access: str) -> None:
    """A list that lacks the director must not undo what the rep has just told."""
    book = PLAYBOOK.model_copy(
        update={"questions": (*PLAYBOOK.questions, *playbook([question("met", {"top": {}, "no": {}})]).questions)}
    )
    top = book.questions[-1].answers[0].model_copy(update={"sets": {"access": "executives"}})
    asked = book.questions[-1].model_copy(update={"answers": (top, book.questions[-1].answers[1])})
    book = book.model_copy(update={"questions": (*book.questions[:-1], asked)})
    deal = Deal(id="d", customer="c", people=(ENGINEER,))
    found = Coach(book).report([Answer(question="met", value="top", day=said)], TODAY, deal)
    assert {f.fact: f.value for f in found.facts} == {"access": access}
