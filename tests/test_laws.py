"""Laws that hold for every playbook and every set of answers (Hypothesis)."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import given as forall
from hypothesis import strategies as st

from ltc_coach.engine import Coach, Progress, coach
from ltc_coach.model.deal import Answer
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.report import NextQuestion, Report
from tests.playbook_kit import fact, move, playbook, question, scale

TODAY = date(2026, 11, 21)
PLACES = ("a", "b", "c", "d", "e")
SIDES = ("us", "rival")

spans = st.one_of(
    st.sampled_from(PLACES[1:]).map(lambda p: {"reached": p}),
    st.sampled_from(PLACES[1:]).map(lambda p: {"before": p}),
    st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True).map(lambda p: {"at": p}),
    st.sampled_from(PLACES).map(lambda p: {"not_at": p}),
)
trust = st.sampled_from(["fact", "reliable", "usual", "shaky", "guess"])
place_claims = st.builds(lambda span, t: {"place": {**span, "trust": t}}, spans, trust)
side_claims = st.builds(lambda side, t: {"side": {"at": side, "trust": t}}, st.sampled_from(SIDES), trust)
fact_sets = st.sampled_from(["none", "some"]).map(lambda v: {"sets": {"met": v}})
answers_of = st.lists(
    st.one_of(
        place_claims, side_claims, fact_sets, st.just({}), st.builds(lambda x, y: x | y, place_claims, side_claims)
    ),
    min_size=2,
    max_size=4,
)
whens = st.fixed_dictionaries(
    {},
    optional={
        "place": st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True),
        "side": st.sampled_from(SIDES),
        "met": st.sampled_from(["none", "some"]),
    },
)
kinds = st.sampled_from(["build", "pull", "leave", "gate", "never"])


@st.composite
def playbooks(draw: st.DrawFn) -> Playbook:
    """Draw a playbook of five places, two sides and a fact, with 3 to 9 questions and up to 8 moves."""
    drawn = draw(st.lists(answers_of, min_size=3, max_size=9))
    topics = draw(st.lists(st.sampled_from([None, "t", "u"]), min_size=len(drawn), max_size=len(drawn)))
    moves = draw(st.lists(st.tuples(kinds, whens), max_size=8))
    return playbook(
        [
            question(f"q{i}", {f"x{k}": says for k, says in enumerate(answers)}, topic=topic)
            for i, (answers, topic) in enumerate(zip(drawn, topics, strict=True))
        ],
        moves=[move(f"m{i}", kind, when) for i, (kind, when) in enumerate(moves)],
        scales={"place": scale(*PLACES, main=True), "side": scale(*SIDES, ordered=False)},
        facts={"met": fact("none", "some")},
        reps=draw(st.sampled_from(["trained", "mixed", "unknown"])),
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[Playbook, list[Answer]]:
    """Draw a playbook and answers to some of its questions, each once."""
    book = draw(playbooks())
    told = []
    for asked in book.questions:
        values = [None, "unknown", *(o.id for o in asked.answers)]
        if (value := draw(st.sampled_from(values))) is not None:
            grade: Any = draw(st.sampled_from(["document", "said", "told", "assumed"]))
            told.append(Answer(question=asked.id, value=value, grade=grade))
    return book, told


LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@LAWS
@forall(playbooks(), st.randoms(use_true_random=False))
def test_an_interview_ends_and_never_repeats_a_question(book: Playbook, chance: Any) -> None:
    """Whatever is answered, each question is asked at most once, and no more than `at_most` of them."""
    asked: list[str] = []

    def ask(q: NextQuestion, _: Progress) -> Answer:
        asked.append(q.id)
        return Answer(question=q.id, value=chance.choice([*(a.id for a in q.answers), "unknown"]))

    report, _ = coach(book, [], TODAY, ask)
    assert len(asked) == len(set(asked)) <= book.stop.at_most
    assert report.stopped_by is not None


@LAWS
@forall(situations(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(drawn: tuple[Playbook, list[Answer]], chance: Any) -> None:
    """To the last bit."""
    book, told = drawn
    shuffled = list(told)
    chance.shuffle(shuffled)
    assert Coach(book).report(shuffled, TODAY) == Coach(book).report(told, TODAY)


@LAWS
@forall(situations())
def test_what_was_not_answered_is_never_evidence(drawn: tuple[Playbook, list[Answer]]) -> None:
    """Taking away a question nobody answered changes no probability."""
    book, told = drawn
    answered = {a.question for a in told}
    kept = tuple(q for q in book.questions if q.id in answered)
    smaller = book.model_copy(update={"questions": kept})
    before, after = Coach(book).report(told, TODAY), Coach(smaller).report(told, TODAY)
    assert after.located.values == before.located.values
    assert after.also == before.also


@LAWS
@forall(situations())
def test_the_same_input_gives_the_same_bytes(drawn: tuple[Playbook, list[Answer]]) -> None:
    """And a report reads back from its own JSON."""
    book, told = drawn
    first, second = (Coach(book).report(told, TODAY).model_dump_json() for _ in range(2))
    assert first == second
    assert Report.model_validate_json(first).model_dump_json() == first


@LAWS
@forall(playbooks())
def test_no_single_answer_excludes_a_place(book: Playbook) -> None:
    """However it is trusted, every place keeps some of the probability."""
    engine = Coach(book)
    for asked in book.questions:
        for option in asked.answers:
            report = engine.report([Answer(question=asked.id, value=option.id)], TODAY)
            for located in (report.located, *report.also.values()):
                assert min(v.probability for v in located.values) > 0.0005


@LAWS
@forall(situations())
def test_an_unknown_without_a_claim_moves_nothing(drawn: tuple[Playbook, list[Answer]]) -> None:
    """Saying "not known" is an answer, not evidence."""
    book, told = drawn
    without = [a for a in told if a.value != "unknown"]
    assert Coach(book).report(told, TODAY).located.values == Coach(book).report(without, TODAY).located.values


@LAWS
@forall(situations())
def test_probabilities_are_probabilities(drawn: tuple[Playbook, list[Answer]]) -> None:
    """Each scale sums to 1, and moves are listed once."""
    book, told = drawn
    report = Coach(book).report(told, TODAY)
    for located in (report.located, *report.also.values()):
        assert abs(sum(v.probability for v in located.values) - 1.0) < 1e-9
    ids = [m.id for m in report.moves]
    assert len(ids) == len(set(ids))
    assert not {m.id for m in report.moves} & {n.id for n in report.never}


@forall(st.lists(st.integers(55, 98), min_size=3, max_size=3))
def test_what_was_not_answered_does_not_reorder_the_topics(trusts: list[int]) -> None:
    """To the last bit: topics are multiplied in an order of their own."""
    answers = [
        {side: {"place": {claim: place, "trust": f"{trust}%"}} for side, claim in (("x", "reached"), ("y", "before"))}
        for place, trust in zip("bcd", trusts, strict=True)
    ]
    answered = [question(f"q{i}", answers[i], topic=topic) for i, topic in enumerate("tuv")]
    others = [question(f"o{topic}", answers[0], topic=topic) for topic in "vut"]
    told = [Answer(question=f"q{i}", value="x") for i in range(3)]
    with_others, alone = Coach(playbook([*others, *answered])), Coach(playbook(answered))
    assert with_others.report(told, TODAY).located.values == alone.report(told, TODAY).located.values
