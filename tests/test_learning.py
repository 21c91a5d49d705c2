"""What a firm's own deals say about trust words and win rates: recovered where known, silent where too few."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from ltc_coach.engine import rep_mix
from ltc_coach.engine.belief import TOPIC_ERROR
from ltc_coach.engine.intervals import wilson
from ltc_coach.engine.learning import TrustFit, fit_trust
from ltc_coach.engine.tables import RELIABILITY, likelihoods
from ltc_coach.engine.win_rates import fit_rates
from ltc_coach.model.deal import Answer, Deal, Outcome
from ltc_coach.model.playbook import Playbook, Reps
from tests.playbook_kit import fact, playbook, question, words

PLACES = ("a", "b", "c", "d")
START = date(2026, 1, 5)


def yes_no() -> Playbook:
    """Six yes/no questions on three boundaries, all trusted as usual (90 %)."""
    return playbook(
        [
            question(f"{p}{n}", {"yes": {"place": {"reached": p}}, "no": {"place": {"before": p}}})
            for p in "bcd"
            for n in range(2)
        ]
    )


def drawn_deals(count: int, slip: float, guess: float, seed: int) -> tuple[list[list[Answer]], list[str]]:
    """Draw deals whose reps say no with ``slip`` where yes is right, and yes with ``guess`` where no is."""
    rng = random.Random(seed)
    histories, places = [], []
    for _ in range(count):
        place = rng.choice(PLACES)
        answers = []
        for q in yes_no().questions:
            right = place >= q.id[0]
            said = (rng.random() >= slip) if right else (rng.random() < guess)
            answers.append(Answer(question=q.id, value="yes" if said else "no"))
        histories.append(answers)
        places.append(place)
    return histories, places


def trust_of(fits: tuple[TrustFit, ...], answer: str) -> float:
    """Return the mean learned trust of all yes or all no answers."""
    learned = [f.learned for f in fits if f.answer == answer]
    return sum(learned) / len(learned)


def test_known_errors_are_found_where_the_places_are_known() -> None:
    """A firm whose reps hear yes too easily: guess 25 %, slip 4 %."""
    histories, places = drawn_deals(600, slip=0.04, guess=0.25, seed=1)
    fits = fit_trust(yes_no(), histories, dict(enumerate(places))).trust
    assert trust_of(fits, "yes") == pytest.approx(0.75, abs=0.03)
    assert trust_of(fits, "no") == pytest.approx(0.96, abs=0.02)
    assert all(f.low <= f.learned <= f.high and f.enough for f in fits)


def test_they_are_found_where_nobody_knows_the_places() -> None:
    """Without a single label, from how the answers hang together."""
    histories, _ = drawn_deals(800, slip=0.04, guess=0.25, seed=2)
    fits = fit_trust(yes_no(), histories).trust
    assert trust_of(fits, "yes") == pytest.approx(0.75, abs=0.06)
    assert trust_of(fits, "no") > trust_of(fits, "yes") + 0.1
    assert {f.word for f in fits if f.answer == "yes"} <= {"guess", "shaky"}


def test_a_few_deals_hardly_move_the_trainers_word_and_are_called_too_few() -> None:
    """Ten deals weigh as much as the word itself."""
    histories, _ = drawn_deals(5, slip=0.5, guess=0.5, seed=3)
    fits = fit_trust(yes_no(), histories).trust
    assert not any(f.enough for f in fits)
    assert all(abs(f.learned - f.now) < 0.2 for f in fits)


def test_a_question_with_many_answers_has_one_error() -> None:
    """Three answers, one number: the share of answers at places they do not fit."""
    book = playbook([question(f"q{n}", {p: {"place": {"at": p}} for p in PLACES}) for n in range(4)])
    rng = random.Random(4)
    histories, places = [], []
    for _ in range(500):
        place = rng.choice(PLACES)
        wrong = [p for p in PLACES if p != place]
        said = [place if rng.random() < 0.7 else rng.choice(wrong) for _ in range(4)]
        histories.append([Answer(question=f"q{n}", value=v) for n, v in enumerate(said)])
        places.append(place)
    fits = fit_trust(book, histories, dict(enumerate(places))).trust
    assert {f.learned for f in fits if f.question == "q0"} == {fits[0].learned}
    assert fits[0].learned == pytest.approx(0.7, abs=0.04)


def drawn_from(book: Playbook, count: int, seed: int, reps: Reps | None = None) -> tuple[list[list[Answer]], list[str]]:
    """Draw deals as the playbook says they are: its reps (or others), one mistaken belief per topic, its claims."""
    rng = random.Random(seed)
    scale = book.scales["place"]
    tables = [table for q in book.questions if (table := likelihoods(q, "place", scale))]
    histories, places = [], []
    for _ in range(count):
        place = rng.randrange(len(scale.ids))
        shares, lapses = zip(*RELIABILITY[reps or book.reps], strict=True)
        lapse = rng.choices(lapses, shares)[0]
        believed: dict[str | None, int] = {}
        answers = []
        for table in tables:
            if table.topic not in believed:
                mistaken = table.topic and rng.random() < TOPIC_ERROR
                believed[table.topic] = rng.randrange(len(scale.ids)) if mistaken else place
            chances = [row[believed[table.topic]] for row in table.chances]
            blind = rng.random() < lapse
            said = rng.choice(table.answers) if blind else rng.choices(table.answers, chances)[0]
            answers.append(Answer(question=table.question, value=said))
        histories.append(answers)
        places.append(scale.ids[place])
    return histories, places


@pytest.mark.parametrize("labelled", [True, False])
def test_deals_as_the_playbook_says_them_change_nothing(*, labelled: bool) -> None:
    """Hasty reps and mistaken beliefs are in the model already: laid to the claims, they would count twice."""
    each = {p: {"place": {"at": p}} for p in PLACES}
    book = playbook([question(f"q{n}", each, topic=f"t{n % 3}") for n in range(9)], reps="mixed")
    histories, places = drawn_from(book, 500, seed=5)
    fits = fit_trust(book, histories, dict(enumerate(places)) if labelled else {}).trust
    assert all(f.enough for f in fits)
    assert not any(f.proposed for f in fits)
    assert sum(f.learned for f in fits) / len(fits) == pytest.approx(0.9, abs=0.03)


def milestones(reps: Reps, documents: str = "usual") -> Playbook:
    """Nine questions of four places, two of them on each of three topics; one may be trusted otherwise."""
    said = {n: {p: {"place": {"at": p, "trust": documents if n == 0 else "usual"}} for p in PLACES} for n in range(9)}
    return playbook(
        [question(f"q{n}", its, topic=f"t{n % 3}" if n > 2 else None) for n, its in said.items()], reps=reps
    )


@pytest.mark.parametrize(("actual", "labelled"), [("trained", False), ("unknown", True)])
def test_better_or_worse_reps_are_not_laid_to_the_claims(actual: Reps, *, labelled: bool) -> None:
    """The reps' word is what the deals speak against; every claim is as good as it was."""
    book = milestones("mixed")
    histories, places = drawn_from(book, 400, seed=7, reps=actual)
    learned = fit_trust(book, histories, dict(enumerate(places)) if labelled else {})
    assert learned.reps.proposed == actual
    assert [] == [f for f in learned.trust if f.proposed]


@pytest.mark.parametrize("actual", ["trained", "mixed"])
def test_a_wrong_trust_word_is_found_whoever_answers(actual: Reps) -> None:
    """One question in nine is hardly better than a guess, and only that one is told."""
    histories, _ = drawn_from(milestones("mixed", documents="guess"), 400, seed=8, reps=actual)
    fits = fit_trust(milestones("mixed"), histories).trust
    assert {"q0"} == {f.question for f in fits if f.proposed}
    assert {"guess", "shaky"} >= {f.proposed for f in fits if f.proposed}


def test_reps_of_a_playbook_that_trusts_them_wholly_may_turn_out_careless() -> None:
    """A class the word rules out is still possible to a fit."""
    book = milestones("trained")
    histories, _ = drawn_from(book, 400, seed=9, reps="mixed")
    assert fit_trust(book, histories).reps.proposed == "mixed"


def test_too_few_deals_say_nothing_about_reps() -> None:
    """Below a hundred no other word is proposed, however clear it looks."""
    book = milestones("unknown")
    histories, _ = drawn_from(book, rep_mix.ENOUGH_TOLD - 1, seed=10, reps="trained")
    few = fit_trust(book, histories).reps
    assert not few.enough
    assert few.proposed is None
    assert sum(share for share, _ in few.mix) == pytest.approx(1.0)


def test_hearsay_is_not_laid_to_the_claim() -> None:
    """Answers that were assumed are half random by their grade; the claim is as good as ever."""
    each = {p: {"place": {"at": p}} for p in PLACES}
    book = playbook([question(f"q{n}", each) for n in range(4)])
    rng = random.Random(6)
    histories, places = [], []
    for _ in range(500):
        place = rng.choice(PLACES)
        said = [rng.choice(PLACES) if rng.random() < 0.5 or rng.random() < 0.1 else place for _ in range(4)]
        histories.append([Answer(question=f"q{n}", value=v, grade="assumed") for n, v in enumerate(said)])
        places.append(place)
    fits = fit_trust(book, histories, dict(enumerate(places))).trust
    assert fits[0].learned == pytest.approx(0.925, abs=0.03)


def test_unknown_says_nothing_about_an_answer() -> None:
    """Silence is not counted."""
    silent = [[Answer(question="b0", value="unknown")]] * 50
    assert fit_trust(yes_no(), silent).trust == ()


def ladder() -> Playbook:
    """A ladder of two rungs proved by one fact."""
    rungs = [
        {"id": "low", "title": words("low"), "rate": "10%", "proof": {"proof": ["talk", "paper"]}},
        {"id": "high", "title": words("high"), "rate": "50%", "proof": {"proof": "paper"}},
    ]
    return playbook(
        [question("p", {"talk": {"sets": {"proof": "talk"}}, "paper": {"sets": {"proof": "paper"}}})],
        facts={"proof": fact("talk", "paper")},
        ladders={"funnel": {"title": words("funnel"), "rungs": rungs}},
    )


def closed(proofs: list[str], *, won: bool) -> Deal:
    """Make a closed deal that showed these proofs, one a week."""
    answers = tuple(Answer(question="p", value=v, day=START + timedelta(weeks=n)) for n, v in enumerate(proofs))
    return Deal(
        id="d",
        customer="c",
        answers=answers,
        outcome=Outcome(state="won" if won else "lost", day=START + timedelta(weeks=20)),
    )


def test_win_rates_count_the_deals_that_stood_there() -> None:
    """A deal counts at every rung it passed, and what came after its end does not."""
    deals = [
        *[closed(["talk", "paper"], won=True)] * 60,
        *[closed(["talk", "paper"], won=False)] * 60,
        *[closed(["talk"], won=False)] * 120,
        Deal(id="open", customer="c"),
    ]
    low, high = fit_rates(ladder(), deals)
    assert (low.won, low.closed, high.won, high.closed) == (60, 240, 60, 120)
    assert (low.learned, high.learned) == (0.25, 0.5)
    assert low.enough
    assert high.low < 0.5 < high.high


def test_a_proof_shown_after_the_end_does_not_count() -> None:
    """What we learned when it was over is no rung the deal stood at."""
    late = closed(["talk"], won=True).model_copy(update={"outcome": Outcome(state="won", day=START)})
    assert [f.closed for f in fit_rates(ladder(), [late])] == [0, 0]


def test_win_rates_never_fall_from_a_rung_to_the_next() -> None:
    """Chance puts a lower share higher up: both are pooled."""
    deals = [*[closed(["talk"], won=True)] * 5, *[closed(["paper"], won=False)] * 5]
    low, high = fit_rates(ladder(), deals)
    assert low.learned == high.learned
    assert not low.enough


@forall(st.integers(0, 200), st.integers(0, 200))
def test_an_interval_holds_the_share(won: int, more: int) -> None:
    """And stays within 0 and 1."""
    count = won + more
    low, high = wilson(won, count)
    assert 0.0 <= low <= (won / count if count else 0.5) <= high <= 1.0


@pytest.mark.parametrize("count", [100, 300, 1000])
def test_intervals_of_ninety_per_cent_hold_ninety_per_cent(count: int) -> None:
    """Exactly, over all counts there can be; the mean of rates from 2 to 90 % (engine.md section 5)."""
    rates = (0.02, 0.04, 0.07, 0.12, 0.2, 0.32, 0.5, 0.72, 0.9)
    bounds = [wilson(won, count) for won in range(count + 1)]
    held = [
        sum(
            math.comb(count, won) * rate**won * (1 - rate) ** (count - won)
            for won, (low, high) in enumerate(bounds)
            if low <= rate <= high
        )
        for rate in rates
    ]
    assert sum(held) / len(held) == pytest.approx(0.9, abs=0.02)
    assert min(held) > 0.84


@pytest.mark.parametrize(("count", "enough"), [(99, False), (100, True)])
def test_below_a_hundred_closed_deals_a_rate_is_too_few(count: int, *, enough: bool) -> None:
    """Closed ones that stood at the rung; open ones do not count."""
    deals = [*[closed(["talk"], won=True)] * count, *[Deal(id="open", customer="c")] * 50]
    low, high = fit_rates(ladder(), deals)
    assert (low.enough, high.enough) == (enough, False)
