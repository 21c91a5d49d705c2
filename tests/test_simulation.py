"""Self-simulation: deals drawn from the playbook's own claims, interviewed by the real engine."""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from itertools import product
from typing import Any

import pytest

from ltc_coach.authoring import simulation
from ltc_coach.authoring.simulation import simulate
from ltc_coach.documents.test_runs import render_simulation
from ltc_coach.engine import Progress, coach
from ltc_coach.engine.interview import ASSUMED
from ltc_coach.engine.situation import Compiled
from ltc_coach.i18n import Lang
from ltc_coach.model.deal import Answer
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.report import NextQuestion
from ltc_coach.model.scenario import PlaceRow
from tests.playbook_kit import fact, move, playbook, question, scale

TODAY = date(2026, 11, 21)
PLACES = "abcd"


def tells_all(id_: str, **more: Any) -> dict[str, Any]:
    """A question with one nearly infallible answer for every place."""
    return question(id_, {p: {"place": {"at": p, "trust": "99.9%"}} for p in PLACES}, **more)


def halves(id_: str, at: str, trust: str = "usual", **more: Any) -> dict[str, Any]:
    """A milestone question."""
    return question(
        id_,
        {"yes": {"place": {"reached": at, "trust": trust}}, "no": {"place": {"before": at, "trust": trust}}},
        **more,
    )


def moves(**when: Any) -> list[dict[str, Any]]:
    """One move for every place."""
    return [move(f"do_{p}", when={"place": p, **when}) for p in PLACES]


def milestones(**more: Any) -> Playbook:
    """Four places, two questions on each boundary, one move a place."""
    return playbook([halves(f"{at}{i}", at) for at in "bcd" for i in (1, 2)], moves=moves(), **more)


# ---- laws ----------------------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes() -> None:
    """Nothing but playbook, number of deals, seed and reps goes in."""
    first, second = (simulate(milestones(), deals=50, seed=7) for _ in range(2))
    assert render_simulation(first, Lang.EN, "json") == render_simulation(second, Lang.EN, "json")
    assert simulate(milestones(), deals=50, seed=8) != first


def test_fewer_deals_are_the_beginning_of_more() -> None:
    """Every deal has its own random numbers: the first 20 are the same in every run."""
    drawn = [simulation._World(Compiled(milestones()), "trained", seed=3) for _ in range(2)]
    assert [drawn[0].deal(n) for n in range(20)] == [drawn[1].deal(n) for n in reversed(range(20))][::-1]


def test_perfect_questions_find_the_place_and_the_move() -> None:
    """Questions that tell everything, reps that know everything: right nearly every time."""
    book = playbook([tells_all(f"q{i}") for i in range(4)], moves=moves(), stop={"moves_sure": "99.9%"})
    trained = simulate(book, deals=400, reps=("trained",)).by_reps["trained"]
    assert trained.accuracy > 0.98
    assert trained.moves > 0.98
    assert trained.questions < 3


def test_questions_nobody_can_answer_leave_the_place_a_guess() -> None:
    """With four even places a guess is right in one of four."""
    book = playbook([tells_all(f"q{i}", unknown={"chance": "100%"}) for i in range(3)], moves=moves())
    trained = simulate(book, deals=1000, reps=("trained",)).by_reps["trained"]
    assert trained.accuracy == pytest.approx(0.25, abs=0.05)
    assert (trained.settled, trained.stopped["nothing_left"]) == (0.0, 1.0)


def test_careless_reps_do_worse_and_are_asked_more() -> None:
    """The same deals, answered by mixed reps."""
    both = simulate(milestones(), deals=600).by_reps
    assert both["mixed"].accuracy < both["trained"].accuracy
    assert both["mixed"].questions > both["trained"].questions
    assert {p: r.deals for p, r in both["mixed"].places.items()} == {
        p: r.deals for p, r in both["trained"].places.items()
    }


@pytest.mark.parametrize("reps", ["trained", "mixed"])
def test_the_confidence_is_honest_on_the_playbooks_own_claims(reps: Any) -> None:
    """If the claims are right, 80 % sure is right in 80 of 100: topics, lapses and don't-knows included."""
    book = playbook(
        [halves(f"{at}{i}", at, topic=at, unknown={"chance": "20%"}) for at in "bcd" for i in (1, 2, 3)], moves=moves()
    )
    assert simulate(book, deals=3000, reps=(reps,)).by_reps[reps].ece < 0.03


def test_silence_that_says_something_is_drawn_as_claimed() -> None:
    """A don't-know with a claim comes mostly where it fits, and so it helps."""
    said = {"chance": "50%", "says": {"place": {"before": "c", "trust": "reliable"}}}
    asked = [halves(f"c{i}", "c", unknown=said) for i in range(3)]
    asked += [halves(f"b{i}", "b") for i in range(2)] + [halves(f"d{i}", "d") for i in range(2)]
    trained = simulate(playbook(asked, moves=moves()), deals=1500, reps=("trained",)).by_reps["trained"]
    assert trained.ece < 0.03
    assert trained.within_one > 0.95


def test_facts_move_the_advice() -> None:
    """A move that turns on a fact nobody is asked is missed as often as the fact has the other value."""
    facts = {"access": fact("none", "boss")}
    book = {
        "facts": facts,
        "moves": [move("call", when={"access": "none"}), move("meet", when={"access": "boss"})],
    }
    tells = question("met", {"nobody": {"sets": {"access": "none"}}, "boss": {"sets": {"access": "boss"}}})
    places = [tells_all(f"q{i}") for i in range(3)]
    told = simulate(playbook([tells, *places], **book), deals=200, reps=("trained",)).by_reps["trained"]
    assert told.moves > 0.85
    silent = tells | {"unknown": {"chance": "100%"}}
    untold = simulate(playbook([silent, *places], **book), deals=200, reps=("trained",)).by_reps["trained"]
    assert untold.moves < 0.2


# ---- how deals and answers are drawn -------------------------------------------------------------------


def world(book: Playbook, reps: Any = "trained") -> simulation._World:
    """The deals of a playbook."""
    return simulation._World(Compiled(book, reps), reps, seed=0)


def test_places_come_as_often_as_their_share_says() -> None:
    """Rare 1, usual 2, common 4."""
    book = playbook([tells_all("q")], scales={"place": scale(*PLACES, main=True, shares={"a": "rare", "d": "common"})})
    deals = [world(book).deal(n).values["place"] for n in range(3000)]
    assert [deals.count(k) / 3000 for k in range(4)] == pytest.approx([1 / 9, 2 / 9, 2 / 9, 4 / 9], abs=0.03)


def test_an_assumed_fact_is_mostly_so() -> None:
    """As often as the engine reckons with when it weighs whether to ask."""
    tells = question("fit", {"yes": {"sets": {"fit": "can"}}, "no": {"sets": {"fit": "cannot"}}})
    book = playbook([tells], facts={"fit": fact("can", "cannot", assume="can")})
    drawn = [world(book).deal(n).facts["fit"] for n in range(2000)]
    assert drawn.count("can") / 2000 == pytest.approx(ASSUMED, abs=0.03)


def test_a_fact_fits_the_place_if_its_answer_claims_one() -> None:
    """Nobody has paid at the first complaint; a fact that claims nothing is even."""
    paid = {"place": {"at": "d", "trust": "fact"}, "sets": {"cash": "paid"}}
    nothing = {"place": {"before": "d", "trust": "fact"}, "sets": {"cash": "nothing"}}
    cash = question("cash", {"nothing": nothing, "paid": paid})
    met = question("met", {"no": {"sets": {"met": "none"}}, "yes": {"sets": {"met": "boss"}}})
    book = playbook([cash, met], facts={"cash": fact("nothing", "paid"), "met": fact("none", "boss")})
    deals = [world(book).deal(n) for n in range(2000)]
    early = [d.facts["cash"] for d in deals if d.values["place"] < 3]
    late = [d.facts["cash"] for d in deals if d.values["place"] == 3]
    assert early.count("paid") / len(early) < 0.05
    assert late.count("paid") / len(late) > 0.95
    assert [d.facts["met"] for d in deals].count("boss") / 2000 == pytest.approx(0.5, abs=0.05)


def test_a_fact_that_no_answer_tells_stays_unknown() -> None:
    """Nobody could ever know it, so the best advice does without it."""
    book = playbook([tells_all("q")], facts={"hidden": fact("yes", "no")})
    assert world(book).deal(0).facts == {}


def test_a_trained_rep_tells_facts_as_they_are() -> None:
    """Without lapses the answer sets the true value, or is `unknown`."""
    options: dict[str, dict[str, Any]] = {
        "nobody": {"sets": {"met": "none"}},
        "assistant": {"sets": {"met": "none"}},
        "boss": {"sets": {"met": "boss"}},
    }
    book = playbook([question("met", options)], facts={"met": fact("none", "boss")})
    drawn = world(book)
    said = {(drawn.deal(n).facts["met"], drawn.answer(drawn.deal(n), book.questions[0])) for n in range(300)}
    assert said == {
        ("none", "nobody"),
        ("none", "assistant"),
        ("boss", "boss"),
        ("none", "unknown"),
        ("boss", "unknown"),
    }


def test_an_answer_on_two_scales_must_fit_both() -> None:
    """A question that speaks on several scales is drawn from all of them together."""
    sure = {"trust": "fact"}
    options: dict[str, dict[str, Any]] = {
        f"{p}-{s}": {"place": {"at": p, **sure}, "side": {"at": s, **sure}} for p, s in product("ab", ("us", "rival"))
    }
    book = playbook(
        [question("both", options, unknown={"chance": "0%"})],
        scales={"place": scale("a", "b", main=True), "side": scale("us", "rival", ordered=False)},
    )
    drawn = world(book)
    deals = [drawn.deal(n) for n in range(500)]
    truths = [f"{'ab'[d.values['place']]}-{('us', 'rival')[d.values['side']]}" for d in deals]
    said = [drawn.answer(d, book.questions[0]) for d in deals]
    assert sum(map(str.__eq__, said, truths)) / 500 > 0.9


def test_answers_do_not_depend_on_what_else_is_asked() -> None:
    """Asked first or last, alone or among others: the rep of a deal says the same."""
    long, short = milestones(), playbook([halves("c1", "c")], moves=moves())
    asked = [world(book).answer(world(book).deal(n), book.question("c1")) for book in (long, short) for n in range(40)]  # type: ignore[arg-type]
    assert asked[:40] == asked[40:]


# ---- the interview is the real one ---------------------------------------------------------------------


@pytest.mark.parametrize("reps", ["trained", "mixed"])
def test_simulated_interviews_are_the_coachs_own(reps: Any) -> None:
    """The growing tree asks the same questions and gives the same advice as the coach does."""
    book = playbook(
        [
            *(halves(f"{at}{i}", at, topic="t") for at in "bcd" for i in (1, 2)),
            question("met", {"nobody": {"sets": {"access": "none"}}, "boss": {"sets": {"access": "boss"}}}),
            question("side", {"us": {"side": {"at": "us"}}, "rival": {"side": {"at": "rival"}, "place": {"at": "c"}}}),
        ],
        scales={"place": scale(*PLACES, main=True), "side": scale("us", "rival", ordered=False)},
        facts={"access": fact("none", "boss")},
        moves=[*moves(access="boss"), *moves(side="us"), move("leave", "leave", when={"access": "none"})],
    )
    policy, drawn = simulation._Policy(simulation._remembering(book, reps)), world(book, reps)
    for number in range(40):
        deal = drawn.deal(number)
        asked: list[str] = []

        def ask(question_: NextQuestion, _: Progress, deal: Any = deal, asked: list[str] = asked) -> Answer:
            asked.append(question_.id)
            known = book.question(question_.id)
            assert known is not None
            return Answer(question=known.id, value=drawn.answer(deal, known))

        report, _ = coach(book, [], TODAY, ask, reps)
        outcome = policy.interview(partial(drawn.answer, deal))
        assert (outcome.asked, outcome.stopped) == (len(asked), report.stopped_by)
        assert (PLACES[outcome.best], outcome.settled) == (report.located.at, report.settled)
        assert outcome.confidence == report.located.confidence
        assert outcome.moves == tuple(m.id for m in report.moves[:3])


def test_progress_is_told_after_every_deal() -> None:
    """For a progress bar: deals done, deals in all."""
    told: list[tuple[int, int]] = []
    simulate(milestones(), deals=3, progress=lambda done, of: told.append((done, of)))
    assert told == [(n, 6) for n in range(1, 7)]


# ---- figures -------------------------------------------------------------------------------------------


def test_each_place_has_its_row() -> None:
    """Where it goes wrong, and what a place is taken for: c and d differ by one shaky question."""
    book = playbook(
        [*(halves(f"{at}{i}", at, "reliable") for at in "bc" for i in range(3)), halves("d1", "d", "shaky")],
        moves=moves(),
    )
    rows = simulate(book, deals=800, reps=("trained",)).by_reps["trained"].places
    assert list(rows) == list(PLACES)
    assert sum(row.deals for row in rows.values()) == 800
    assert (rows["c"].taken_for, rows["d"].taken_for) == ("d", "c")
    assert rows["a"].accuracy > rows["d"].accuracy


def test_no_deals_give_no_figures() -> None:
    """Nothing was tried, nothing is claimed."""
    empty = simulate(milestones(), deals=0, reps=("trained",)).by_reps["trained"]
    assert (empty.accuracy, empty.questions) == (0.0, 0.0)
    assert empty.places["a"] == PlaceRow(deals=0, questions=0, accuracy=0, within_one=0, moves=0, taken_for=None)


def test_the_json_has_the_form_scripts_rely_on() -> None:
    """By kind of reps, then by figure; shares with nine decimals."""
    document = json.loads(render_simulation(simulate(milestones(), deals=30, seed=5), Lang.EN, "json"))
    assert {k: document[k] for k in ("playbook", "deals", "seed")} == {"playbook": "tiny", "deals": 30, "seed": 5}
    for reps in ("trained", "mixed"):
        assert set(document[reps]) >= {"questions", "accuracy", "within_one", "moves", "settled", "ece", "places"}
        assert set(document[reps]["places"]) == set(PLACES)
        assert document[reps]["accuracy"] == round(document[reps]["accuracy"], 9)


@pytest.mark.parametrize("lang", list(Lang))
def test_the_text_is_a_table_in_either_language(lang: Lang) -> None:
    """Figures of both kinds of reps side by side, then one row a place; writable to a GBK console."""
    text = render_simulation(simulate(milestones(), deals=30), lang)
    lines = text.splitlines()
    assert lines[0] == {Lang.ZH: "tiny: 模拟了 30 单", Lang.EN: "tiny: 30 simulated deals"}[lang]
    assert [line.split()[0] for line in lines if line[:2] in {"a ", "b ", "c ", "d "}] == [*PLACES, *PLACES]
    assert text.encode("gbk").decode("gbk") == text
