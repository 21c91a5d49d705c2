"""The outline of a run over many deals says what the report of each deal says."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from ltc_coach.authoring.loading import load_playbook
from ltc_coach.engine import Coach
from ltc_coach.engine.outline import Outline, Outliner
from ltc_coach.model.deal import Answer, Deal, Influence, Person
from ltc_coach.model.report import Report
from tests.book_kit import books, deals_of

TODAY = date(2026, 11, 20)
BOOK = load_playbook("buying-process")
COACH, OUTLINER = Coach(BOOK), Outliner(BOOK)

answers = st.lists(
    st.sampled_from(BOOK.questions).flatmap(
        lambda q: st.builds(
            lambda value, weeks, grade: Answer(
                question=q.id, value=value, day=TODAY - timedelta(weeks=weeks) if weeks else None, grade=grade
            ),
            st.sampled_from([*(o.id for o in q.answers), "unknown"]),
            st.integers(0, 6),
            st.sampled_from(["said", "told"]),
        )
    ),
    max_size=14,
)


def agree(outline: Outline, report: Report) -> None:
    """Hold an outline against the report of the same deal."""
    located = report.located
    assert (outline.place.at, outline.place.runner_up) == (located.at, located.runner_up)
    assert outline.place.confidence == located.confidence
    assert outline.settled == report.settled
    assert outline.maps == {name: found.at for name, found in located.maps.items()}
    others = {id_: (s.at, s.confidence, s.runner_up) for id_, s in report.also.items()}
    assert {id_: (s.at, s.confidence, s.runner_up) for id_, s in outline.also.items()} == others
    assert outline.moves == tuple(m.id for m in report.moves)
    assert outline.never == tuple(w.id for w in report.never)
    assert list(outline.rungs.values()) == [(s.at, s.rate, s.capped) for s in report.standings]
    assert outline.answered == report.questions_asked


@settings(max_examples=120, deadline=None)
@forall(answers)
def test_an_outline_is_its_report_in_short(told: list[Answer]) -> None:
    """Place, maps, other scales, moves, warnings, rungs: whatever was answered, and again from memory."""
    report = COACH.report(told, TODAY)
    agree(OUTLINER.outline(told, TODAY), report)
    agree(OUTLINER.outline(list(told), TODAY), report)


@settings(max_examples=30, deadline=None)
@forall(answers, st.sampled_from(["us", "rival"]), st.sampled_from(["us", "rival"]))
def test_people_and_a_ledger_are_not_forgotten(told: list[Answer], stance: str, shaper: str) -> None:
    """Two deals with the same answers and different people are different deals."""
    deal = Deal(
        id="d",
        customer="c",
        people=(Person(id="p", name="p", role="decider", stance=stance, met=TODAY),),  # type: ignore[arg-type]
        influence=(Influence(node="problem", by=shaper),),  # type: ignore[arg-type]
    )
    agree(OUTLINER.outline(told, TODAY, deal), COACH.report(told, TODAY, deal))


@settings(max_examples=150, deadline=None)
@forall(st.data())
def test_an_outline_of_any_playbook_is_its_report_in_short(data: st.DataObject) -> None:
    """Nested conditions and their failures, ties, candidates, needs, caps: all rules at once say what one by one do."""
    book = data.draw(books())
    coach, outliner = Coach(book), Outliner(book)
    for deal in data.draw(deals_of(book)):
        told = [Answer(question=q, value=value) for q, value in deal.items() if value is not None]
        agree(outliner.outline(told, TODAY), coach.report(told, TODAY))
        dated = [answer.model_copy(update={"day": TODAY}) for answer in told]
        agree(outliner.outline(dated, TODAY), coach.report(dated, TODAY))


def test_an_answer_that_supersedes_another_is_not_taken_for_a_second_one() -> None:
    """The same question twice, one taken back, one the playbook does not have: as in the report."""
    first, second = BOOK.questions[:2]
    yes, no = first.answers[0].id, first.answers[1].id
    for values in ([yes, no], [no, yes], [yes, yes], [yes, "retracted"], [yes, "unknown"]):
        told = [Answer(question=first.id, value=value) for value in values]
        told += [Answer(question=second.id, value="unknown"), Answer(question="nobody-asked", value=yes)]
        agree(OUTLINER.outline(told, TODAY), COACH.report(told, TODAY))
