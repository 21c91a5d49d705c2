"""Interview and advice: which question next, when to stop, which moves in which order."""

from __future__ import annotations

from datetime import date
from typing import Any

from ltc_coach.engine import Again, Coach, Progress, Signal, check_answers, coach
from ltc_coach.model.deal import Answer
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.report import NextQuestion
from tests.playbook_kit import fact, given, move, playbook, question, scale, words

TODAY = date(2026, 11, 21)


def yes_no(id_: str, at: str, **more: Any) -> dict[str, Any]:
    """A milestone question."""
    return question(id_, {"yes": {"place": {"reached": at}}, "no": {"place": {"before": at}}}, **more)


def four_places(**more: Any) -> Playbook:
    """Four places, two questions on each boundary, one move a place."""
    questions = [yes_no(f"{at}{i}", at) for at in "bcd" for i in (1, 2)]
    return playbook(questions, moves=[move(f"do_{p}", when={"place": p}) for p in "abcd"], **more)


def answering(truth: dict[str, str]) -> tuple[list[str], Any]:
    """An asker that answers from a dictionary, and the list of what it was asked."""
    asked: list[str] = []

    def ask(q: NextQuestion, _: Progress) -> Answer:
        asked.append(q.id)
        return Answer(question=q.id, value=truth.get(q.id, "unknown"))

    return asked, ask


def test_the_middle_boundary_is_asked_first() -> None:
    """With even places the half-split tells most."""
    assert Coach(four_places()).next_question([]).id == "c1"  # type: ignore[union-attr]


def test_effort_counts_by_its_root_and_breaks_ties() -> None:
    """A question that needs the customer must tell twice as much as a quick one."""
    book = playbook(
        [yes_no("dear", "c", effort="ask_customer"), yes_no("cheap", "c")],
        moves=[move("early", when={"place": ["a", "b"]}), move("late", when={"place": ["c", "d"]})],
    )
    assert Coach(book).next_question([]).id == "cheap"  # type: ignore[union-attr]


def test_an_open_place_is_named_in_a_sentence_of_its_own() -> None:
    """The title of the main scale, "the customer stands at", makes no sense without a place."""
    report, _ = coach(four_places(), (), TODAY)
    assert report.missing[0].en == "where the customer stands is not settled"
    settled, _ = coach(four_places(stop={"place_sure": "40%"}), given(c1="yes"), TODAY)
    assert (settled.settled, settled.missing[0].en) == (True, "where the customer stands could be surer")


def test_it_stops_when_the_moves_are_sure_though_the_place_is_not() -> None:
    """Two places with the same advice need not be told apart; but the place still is not settled."""
    book = playbook(
        [yes_no("c1", "c"), yes_no("c2", "c"), yes_no("b1", "b")],
        moves=[move("early", when={"place": ["a", "b"]}), move("late", when={"place": ["c", "d"]})],
    )
    report, _ = coach(book, given(c1="no", c2="no"), TODAY)
    assert (report.stopped_by, report.settled, report.next_question) == ("moves_sure", False, None)


def test_it_stops_when_nothing_is_left_worth_asking() -> None:
    """No question open: say so, settled or not."""
    report, _ = coach(playbook([yes_no("c1", "c")], moves=[move("m", when={"place": "a"})]), given(c1="unknown"), TODAY)
    assert report.stopped_by == "nothing_left"


def test_at_most_counts_every_answer_unknown_included() -> None:
    """The cap is about the rep's patience."""
    book = four_places(stop={"at_most": "2"})
    report, _ = coach(book, given(c1="unknown", c2="unknown"), TODAY)
    assert (report.stopped_by, report.questions_asked) == ("at_most", 2)


def test_an_untold_fact_that_moves_turn_on_is_asked() -> None:
    """Moves are not sure while a live move tests a fact that can still be asked."""
    book = playbook(
        [
            *(yes_no(f"c{i}", "c") for i in range(4)),
            question("met", {"nobody": {"sets": {"access": "none"}}, "boss": {"sets": {"access": "boss"}}}),
        ],
        facts={"access": fact("none", "boss")},
        moves=[
            move("early", when={"place": ["a", "b"]}),
            move("call", when={"place": ["c", "d"], "access": "none"}),
            move("meet", when={"place": ["c", "d"], "access": "boss"}),
        ],
    )
    late = given(c0="yes", c1="yes", c2="yes", c3="yes")
    assert Coach(book).next_question(late).id == "met"  # type: ignore[union-attr]
    early = given(c0="no", c1="no", c2="no", c3="no")
    assert Coach(book).report(early, TODAY).stopped_by == "moves_sure"


def test_the_interview_asks_until_it_is_sure() -> None:
    """The same answers give the same report, asked or told beforehand."""
    truth = {"b1": "yes", "b2": "yes", "c1": "yes", "c2": "yes", "d1": "no", "d2": "no"}
    asked, ask = answering(truth)
    report, new = coach(four_places(), [], TODAY, ask)
    assert report.located.at == "c"
    assert [a.question for a in new] == asked
    assert {a.day for a in new} == {TODAY}
    assert coach(four_places(), new, TODAY)[0] == report


def test_back_takes_the_last_answer_back_and_asks_it_again() -> None:
    """The earlier answer comes along, to be offered first."""
    replies = iter(["yes", Signal.BACK, "no", Signal.STOP])
    seen: list[tuple[str, str | None]] = []

    def ask(q: NextQuestion, progress: Progress) -> Answer | Signal:
        seen.append((q.id, progress.previous.value if progress.previous else None))
        reply = next(replies)
        return reply if isinstance(reply, Signal) else Answer(question=q.id, value=reply)

    _, new = coach(four_places(), [], TODAY, ask)
    assert seen[0] == ("c1", None)
    assert seen[2] == ("c1", "yes")
    assert [(a.question, a.value) for a in new] == [("c1", "no")]


def test_looking_again_replaces_an_answer_and_never_counts_it_twice() -> None:
    """A surprising answer may be asked once more."""
    replies = iter(["yes", Again("c1"), "no", Signal.STOP])

    def ask(q: NextQuestion, _: Progress) -> Answer | Signal | Again:
        reply = next(replies)
        return Answer(question=q.id, value=reply) if isinstance(reply, str) and not isinstance(reply, Signal) else reply  # type: ignore[return-value]

    _, new = coach(four_places(), [], TODAY, ask)
    assert [(a.question, a.value) for a in new] == [("c1", "no")]


def test_a_newer_answer_supersedes_an_older_one() -> None:
    """By day, whatever the order in the log."""
    old = Answer.model_validate({"question": "c1", "value": "no", "day": "2026-01-05"})
    new = Answer.model_validate({"question": "c1", "value": "yes", "day": "2026-03-05"})
    engine = Coach(four_places())
    assert engine.report([new, old], TODAY) == engine.report([new], TODAY)


def test_gates_come_first_then_yes_then_fewer_unmet_needs_then_file_order() -> None:
    """The order of design.md section 3."""
    book = playbook(
        [
            *(yes_no(f"c{i}", "c") for i in range(4)),
            question("d", {"no": {"place": {"before": "d", "trust": "guess"}}, "yes": {"place": {"reached": "d"}}}),
            question("met", {"nobody": {"sets": {"access": "none"}}, "boss": {"sets": {"access": "boss"}}}),
        ],
        facts={"access": fact("none", "boss")},
        moves=[
            move("needy", when={"place": ["c", "d"]}, needs={"access": "boss"}),
            move("maybe", when={"place": "c"}),
            move("second", when={"place": ["c", "d"]}),
            move("third", when={"place": ["c", "d"]}),
            move("gate", "gate", when={"place": ["c", "d"]}),
            move("give_up", "leave", when={"place": ["c", "d"], "access": "none"}),
        ],
        stop={"place_sure": "40%"},
    )
    known = given(c0="yes", c1="yes", c2="yes", c3="yes", d="no", met="nobody")
    report, _ = coach(book, known, TODAY)
    assert [(m.id, m.holds) for m in report.moves] == [
        ("gate", "yes"),
        ("give_up", "yes"),
        ("second", "yes"),
        ("third", "yes"),
        ("needy", "yes"),
        ("maybe", "unknown"),
    ]
    needy = next(m for m in report.moves if m.id == "needy")
    assert [(n.fact, n.wants, n.known) for n in needy.unmet] == [("access", words_text("boss"), True)]
    maybe = next(m for m in report.moves if m.id == "maybe")
    assert maybe.provided.en == "the customer stands at c"


def words_text(text: str) -> Any:
    """A Text in both languages."""
    from ltc_coach.i18n import Text

    return Text(**words(text))


def test_unsettled_gives_the_moves_both_candidates_share_and_the_later_ones_warnings() -> None:
    """Domain B5.5 and B5.6."""
    book = playbook(
        [yes_no("c1", "c"), yes_no("b1", "b"), yes_no("d1", "d")],
        moves=[
            move("only_b", when={"place": "b"}),
            move("only_c", when={"place": "c"}),
            move("b_and_c", when={"place": ["b", "c"]}),
            move("not_at_b", "never", when={"place": "b"}),
            move("not_at_c", "never", when={"place": "c"}),
        ],
    )
    report, _ = coach(book, given(b1="yes", d1="no"), TODAY)
    assert not report.settled
    assert {report.located.at, report.located.runner_up} == {"b", "c"}
    assert [m.id for m in report.moves] == ["b_and_c"]
    assert [n.id for n in report.never] == ["not_at_c"]
    assert report.separating is not None
    assert report.separating.id == "c1"


def test_the_explanation_is_leave_one_out_in_decibans() -> None:
    """A yes/no at 90 % trust moves the odds across its boundary by 9.54 decibans."""
    report, _ = coach(four_places(), given(c1="yes", d1="no"), TODAY)
    weights = {b.question: b.decibans for b in report.because}
    # Everything else is equally likely; the earlier one is named.
    assert (report.located.at, report.located.runner_up) == ("c", "a")
    assert {q: round(db, 2) for q, db in weights.items()} == {"c1": 9.54, "d1": 0.0}


def test_a_surprising_answer_is_reported() -> None:
    """One answer against many is named, with how likely it was given the others."""
    trusting = playbook(
        [
            question(
                f"c{i}",
                {
                    "yes": {"place": {"reached": "c", "trust": "fact"}},
                    "no": {"place": {"before": "c", "trust": "fact"}},
                },
            )
            for i in range(4)
        ]
    )
    report, _ = coach(trusting, given(c0="yes", c1="yes", c2="yes", c3="no"), TODAY)
    assert [b.question for b in report.surprising] == ["c3"]
    assert report.surprising[0].likely < 0.04


def test_maps_sum_the_places_they_join() -> None:
    """The same posterior, in another model's words."""
    places = scale("a", "b", "c", "d", main=True)
    for place, name in zip(places["stages"], ("X", "X", "Y", None), strict=True):
        place["maps"] = {"m": name} if name else {}
    book = playbook(
        [yes_no("c1", "c")],
        scales={"place": places},
        maps={
            "m": {"title": words("m"), "values": [{"id": "X", "title": words("x")}, {"id": "Y", "title": words("y")}]}
        },
    )
    report, _ = coach(book, given(c1="no"), TODAY)
    where = report.located.maps["m"]
    values = {v.id: v.probability for v in report.located.values}
    assert where.at == "X"
    assert where.confidence == values["a"] + values["b"]


def test_a_ladder_stands_at_the_last_proved_rung_and_is_capped() -> None:
    """A seller-side measure goes by its own proof, never by the place (domain A2.8)."""
    book = playbook(
        [
            yes_no("c1", "c"),
            question("have", {"card": {"sets": {"proof": "card"}}, "paper": {"sets": {"proof": "paper"}}}),
            question("met", {"nobody": {"sets": {"access": "none"}}, "boss": {"sets": {"access": "boss"}}}),
        ],
        facts={"proof": fact("card", "paper"), "access": fact("none", "boss")},
        ladders={
            "funnel": {
                "title": words("funnel"),
                "rungs": [
                    {"id": "F1", "title": words("f1"), "rate": "10%", "proof": {"proof": ["card", "paper"]}},
                    {"id": "F2", "title": words("f2"), "rate": "50%", "proof": {"proof": "paper"}},
                ],
                "caps": [{"when": {"access": "none"}, "at": "F1", "why": words("nobody met")}],
            }
        },
    )
    engine = Coach(book)

    def standing(**answers: str) -> tuple[str | None, float | None, str]:
        found = engine.report(given(**answers), TODAY).standings[0]
        return found.at, found.rate, found.capped.en

    assert standing(c1="yes") == (None, None, "")
    assert standing(have="paper", met="boss") == ("F2", 0.5, "")
    assert standing(have="paper", met="nobody") == ("F1", 0.1, "nobody met")


def test_answers_that_do_not_fit_the_playbook_are_problems_with_a_hint() -> None:
    """Checked before coaching, each with its place in the list."""
    problems = check_answers(four_places(), given(c1="yse", x9="yes", d2="unknown"))
    assert [(p.code, p.path, p.hint.en) for p in problems] == [
        ("unknown-answer", ("answers", 0, "value"), "did you mean yes?"),
        ("unknown-question", ("answers", 1, "question"), ""),
    ]


def test_four_unknowns_mean_find_out_first() -> None:
    """Domain B5.7."""
    report, _ = coach(four_places(), given(b1="unknown", b2="unknown", c1="unknown", c2="unknown"), TODAY)
    assert "find these out" in report.missing[0].en
