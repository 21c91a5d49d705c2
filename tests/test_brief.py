"""What a brief chooses for a visit, and the command that prints it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from ltc_coach.authoring.loading import load_playbook
from ltc_coach.deals.files import load_deal
from ltc_coach.documents.brief_json import brief_json
from ltc_coach.engine import Coach
from ltc_coach.model.brief import Brief
from ltc_coach.model.deal import Answer, Deal
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.spoken import BankKind
from tests import brief_kit
from tests.cli_kit import Ran
from tests.playbook_kit import move, playbook, question, words

TODAY = date(2026, 11, 21)
EXAMPLES = sorted((Path(__file__).parent.parent / "examples" / "deals").glob("*.yaml"))
LONG = next(path for path in EXAMPLES if path.stem == "long")
Ltc = Callable[..., Ran]


def asked(id_: str, kind: str = "situation", **more: Any) -> dict[str, Any]:
    """A question of the bank, put at every place to everybody unless told otherwise."""
    return {"id": id_, "kind": kind, "at": ["a", "b", "c", "d"], "ask": words(f"{id_}?"), **more}


def book(bank: Sequence[dict[str, Any]], **more: Any) -> Playbook:
    """A playbook with four gaps that the bank can close."""
    gaps = [
        question(id_, {"yes": {"place": {"at": place}}, "no": {"place": {"not_at": place}}})
        for id_, place in (("g1", "a"), ("g2", "b"), ("g3", "c"), ("g4", "d"))
    ]
    return playbook(gaps, **({"bank": list(bank), "moves": [move("go")]} | more))


def deal(**more: Any) -> Deal:
    """A deal with a technician and a decider."""
    people = [{"id": "tech", "name": "Mr T", "role": "technical"}, {"id": "boss", "name": "Ms B", "role": "decider"}]
    return Deal.model_validate({"id": "d", "customer": "C", "people": people, **more})


def ids(made: Brief) -> list[str]:
    """The questions of a brief, in their order."""
    return [question.id for question in made.questions]


# ---- which questions -----------------------------------------------------------------------------------


@cache
def shipped() -> Coach:
    """The shipped method, ready."""
    return Coach(load_playbook("buying-process"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_second_brief_repeats_no_settled_question(path: Path) -> None:
    """What the first brief asks is answered; of that the second asks nothing any more."""
    coach, before = shipped(), load_deal(path).deal
    first = coach.brief(before, TODAY)
    closes = {question.id: question.closes for question in coach.playbook.bank}
    told = [
        Answer(question=found.id, value=found.answers[0].id, day=TODAY)
        for id_ in ids(first)
        for gap in closes[id_]
        if (found := coach.playbook.question(gap))
    ]
    assert first.questions
    assert told
    after = before.model_copy(update={"answers": (*before.answers, *told)})
    assert set(ids(first)).isdisjoint(ids(coach.brief(after, TODAY)))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_at_most_seven_questions_in_spin_order(path: Path) -> None:
    """No question without a gap it would close, and the kinds in the order of a conversation."""
    made = shipped().brief(load_deal(path).deal, TODAY)
    kinds = [get_args(BankKind).index(question.kind) for question in made.questions]
    assert kinds == sorted(kinds)
    assert 0 < len(made.questions) <= 7
    assert all(question.settles for question in made.questions)


def test_what_nobody_knew_is_asked_again() -> None:
    """The answer "not known" is an answer, but it settles nothing."""
    coach = Coach(book([asked("b1", closes=["g1"])]))
    unknown = deal(answers=[{"question": "g1", "value": "unknown"}])
    assert ids(coach.brief(unknown, TODAY)) == ["b1"]
    assert ids(coach.brief(deal(answers=[{"question": "g1", "value": "yes"}]), TODAY)) == []


def test_a_question_that_closes_no_gap_is_put_once() -> None:
    """Having been put on a visit settles it; put to somebody else, it is new to him."""
    coach = Coach(book([asked("b1")]))
    after = deal(visits=[{"day": "2026-11-01", "people": ["tech"], "asked": ["b1"]}])
    assert ids(coach.brief(deal(), TODAY)) == ["b1"]
    assert ids(coach.brief(after, TODAY)) == []
    assert ids(coach.brief(after, TODAY, "tech")) == []
    assert ids(coach.brief(after, TODAY, "boss")) == ["b1"]


def test_what_was_said_about_another_is_still_open_about_him() -> None:
    """An answer about the deal settles a gap for everybody, one about a person for that person."""
    coach = Coach(book([asked("b1", closes=["g1"])]))
    about = deal(answers=[{"question": "g1", "value": "yes", "about": "tech"}])
    assert ids(coach.brief(about, TODAY, "tech")) == []
    assert ids(coach.brief(about, TODAY, "boss")) == ["b1"]


def test_different_gaps_come_before_the_same_gap_again() -> None:
    """A second question for one gap only fills up a page that would be thin."""
    twins = [asked(f"b1{i}", closes=["g1"]) for i in range(4)]
    others = [asked(f"b{i}", closes=[f"g{i}"]) for i in (2, 3, 4)]
    made = ids(Coach(book([*twins, *others])).brief(deal(), TODAY))
    assert len(made) == 5
    assert {"b2", "b3", "b4"} < set(made)


def test_what_is_meant_for_others_only_fills_a_thin_page() -> None:
    """Questions for the decider are left to him, unless there is too little to ask the technician."""
    for_boss = [asked(f"x{i}", to=["decider"]) for i in range(9)]
    for_tech = [asked(f"t{i}", to=["technical"]) for i in range(6)]
    assert ids(Coach(book([*for_boss, *for_tech])).brief(deal(), TODAY, "tech")) == [f"t{i}" for i in range(6)]
    thin = ids(Coach(book([*for_boss, *for_tech[:3]])).brief(deal(), TODAY, "tech"))
    assert [id_[0] for id_ in sorted(thin)] == ["t", "t", "t", "x", "x"]


def test_what_the_move_asks_is_asked_first() -> None:
    """Even at a place the bank did not think of."""
    bank = [*(asked(f"b{i}") for i in range(9)), asked("wanted", at=["d"])]
    made = Coach(book(bank, moves=[move("go", ask=["wanted"])])).brief(
        deal(answers=[{"question": "g1", "value": "yes"}]), TODAY
    )
    assert "wanted" in ids(made)
    assert len(ids(made)) == 7


def test_objections_are_those_of_the_place_and_the_person() -> None:
    """At most three; one without a role may come from anybody."""
    objections = [
        {"id": id_, "at": at, "to": to, "says": words("no"), "answer": words("yes")}
        for id_, at, to in (
            ("elsewhere", ["d"], []),
            ("his", ["a"], ["technical"]),
            ("hers", ["a"], ["decider"]),
            ("anybody", ["a"], []),
        )
    ]
    coach = Coach(book([], objections=objections))
    at_a = deal(answers=[{"question": "g1", "value": "yes"}])
    assert [o.id for o in coach.brief(at_a, TODAY, "tech").objections] == ["his", "anybody"]
    assert [o.id for o in coach.brief(at_a, TODAY).objections] == ["his", "hers", "anybody"]


def test_a_person_with_three_answers_of_his_own_stands_where_they_put_him() -> None:
    """With fewer the page shows the deal's place, and says so."""
    coach = Coach(book([]))
    answers: list[dict[str, Any]] = [{"question": "g1", "value": "yes"}]
    own = [{"question": g, "value": v, "about": "boss"} for g, v in (("g4", "yes"), ("g2", "no"), ("g3", "no"))]
    few, enough = deal(answers=[*answers, *own[:2]]), deal(answers=[*answers, *own])
    assert coach.brief(few, TODAY, "boss").place == coach.brief(few, TODAY).place
    assert coach.brief(enough, TODAY, "boss").place.en == "d"
    assert coach.brief(enough, TODAY, "tech").place == coach.brief(enough, TODAY).place


# ---- the command ---------------------------------------------------------------------------------------


def brief(ltc: Ltc, *args: str | Path, lang: str = "en") -> Ran:
    """Run ``ltc brief`` on the long example, on a fixed day."""
    return ltc("brief", LONG, "--today", "2026-11-21", *args, lang=lang)


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("screen", "Visit brief: "),
        ("md", "# Visit brief\\: "),
        ("html", "<!DOCTYPE html>\n"),
        ("wechat", "(1/2)\nVisit brief: "),
        ("json", '{\n  "schema_version": 1,'),
    ],
)
def test_every_format_is_printed_or_written(form: str, begins: str, home: Path, ltc: Ltc) -> None:
    """The file has what standard output has; of the deal itself not one byte is changed."""
    before = LONG.read_bytes()
    shown, kept = brief(ltc, "--format", form), brief(ltc, "--format", form, "-o", home / "out")
    assert (shown.code, kept.code, kept.out) == (0, 0, "")
    assert shown.out.startswith(begins)
    assert (home / "out").read_text(encoding="utf-8") == shown.out
    assert LONG.read_bytes() == before


def test_the_json_is_the_document_in_the_order_of_its_fields(ltc: Ltc) -> None:
    """Texts in both languages, money as a string, nine decimals at most."""
    made = json.loads(brief(ltc, "--json").out)
    assert list(made) == ["schema_version", "ltc", *Brief.model_names]
    assert made["amount"] == "1680000"
    assert set(made["place"]) == {"zh", "en"}
    assert round(made["confidence"], 9) == made["confidence"]
    for hostile in brief_kit.HOSTILE:
        assert json.loads(brief_json(brief_kit.says(hostile)))["customer"] == hostile


def test_a_person_is_found_by_id_and_by_name(ltc: Ltc) -> None:
    """Both give the same page."""
    someone = load_deal(LONG).deal.people[0]
    by_id, by_name = brief(ltc, "--person", someone.id), brief(ltc, "--person", someone.name)
    assert by_id.out == by_name.out
    assert someone.name in by_id.out.splitlines()[2]


def test_nobody_of_that_name_is_told_who_there_is(ltc: Ltc) -> None:
    """Exit 2 with the nearest name, or all of them."""
    names = [person.name for person in load_deal(LONG).deal.people]
    near, far = brief(ltc, "--person", f"{names[0]}x"), brief(ltc, "--person", "Nobody")
    assert (near.code, far.code) == (2, 2)
    assert names[0] in near.err
    assert all(name in far.err for name in names)


def test_at_a_terminal_the_rep_is_asked_whom_he_will_meet(ltc: Ltc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody is on offer, and the deal as a whole; with --no-input nobody is asked."""
    offered: list[str] = []

    def choose(_message: str, options: Sequence[tuple[str, str]], *_more: object) -> str:
        offered.extend(value for value, _ in options)
        return options[1][0]

    monkeypatch.setattr("ltc_coach.console.streams.can_ask", lambda: True)
    monkeypatch.setattr("ltc_coach.console.prompts.choose", choose)
    people = load_deal(LONG).deal.people
    asked_for = brief(ltc)
    assert offered == [*(person.id for person in people), ""]
    assert asked_for.out == brief(ltc, "--person", people[1].id).out
    offered.clear()
    assert "nobody in particular" in brief(ltc, "--no-input").out
    assert offered == []


@pytest.mark.parametrize("form", ["html", "wechat"])
def test_the_same_brief_has_the_same_bytes(form: str, spawn: Callable[..., Ran]) -> None:
    """Whatever order Python puts its sets in."""
    args = ("brief", LONG, "--today", "2026-11-21", "--format", form, "--no-input", "--lang", "zh")
    env = {"PYTHONIOENCODING": "utf-8", "LTC_HOME": os.environ["LTC_HOME"]}
    first, second = (spawn(*args, PYTHONHASHSEED=seed, **env) for seed in ("0", "1"))
    assert (first.code, first.out) == (0, second.out)
    assert "拜访单:" in first.out
