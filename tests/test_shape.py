"""What does not fit the model is told at its place, in the author's words, in both languages."""

from __future__ import annotations

import itertools
import re
from typing import Annotated, Any

import pytest
import yaml
from pydantic_core import PydanticCustomError

from ltc_coach.i18n import Lang
from ltc_coach.model.base import Model, Written
from ltc_coach.model.deal import Deal
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.scenario import Scenarios
from ltc_coach.plain import UNSAFE
from ltc_coach.problems import Problem
from ltc_coach.reading.shape import fit
from ltc_coach.reading.tree import parse_yaml
from ltc_coach.reading.wording import near

HEAD = """\
ltc: 1
id: p
version: 1.0.0
languages: [zh, en]
title: {zh: 甲, en: A}
scales:
  place:
    title: {zh: 走到, en: At}
    stages:
      - {id: pain, title: {zh: 痛苦, en: Pain}}
"""
QUESTION = """\
questions:
  - id: tender
    ask: {zh: 问, en: ask}
    why: {zh: 因, en: why}
    answers:
      - id: "yes"
        label: {zh: 是, en: Yes}
        says: {place: {at: pain}}
"""


def problems(text: str, model: type[Model] = Playbook) -> tuple[Problem, ...]:
    """Return what is wrong with ``text`` as a ``model``."""
    document = parse_yaml(text.encode(), "f.yaml")
    return fit(model, document.data, document.source, known=document.problems)[1]


def told(text: str, model: type[Model] = Playbook) -> list[str]:
    """Return the problems as LINE:COLUMN MESSAGE | HINT."""
    return [
        f"{p.where.line}:{p.where.column} {p.message.en}" + (f" | {p.hint.en}" if p.hint else "")
        for p in problems(text, model)
        if p.where
    ]


def test_a_playbook_that_fits_is_returned() -> None:
    """Without problems there is a model, and nothing else."""
    document = parse_yaml((HEAD + QUESTION).encode(), "f.yaml")
    playbook, wrong = fit(Playbook, document.data, document.source)
    assert playbook is not None
    assert (playbook.questions[0].option("yes") is not None, wrong) == (True, ())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # a missing field points at the element that lacks it
        (
            ("    why: {zh: 因, en: why}\n", ""),
            "12:5 question tender: 'why' is missing | add `why: {zh: ..., en: ...}`",
        ),
        (("id: p\n", ""), "1:1 'id' is missing | add `id: ...`"),
        (("languages: [zh, en]\n", ""), "1:1 'languages' is missing | add `languages: [...]`"),
        # an unknown field points at its key
        (("why: {", "wyh: {"), "14:5 question tender: unknown field 'wyh' | did you mean why?"),
        (
            ("ask: {zh: 问, en: ask}", "ask: {zh: 问, fr: ask}"),
            "13:18 question tender: unknown field 'fr' | allowed: zh, en",
        ),
        (("version: 1.0.0", "version: 1.0.0\nlevel: 3"), "4:1 unknown field 'level' | allowed: ltc, id, version, "),
        (
            ("title: {zh: 甲, en: A}", "title: {zh：甲: x, en: A}"),
            "5:9 unknown field 'zh：甲' | full-width signs stand here",
        ),
        # wrong kinds
        (
            ("ask: {zh: 问, en: ask}", "ask: 问"),
            "13:10 question tender, ask: this text is written per language | write {zh",
        ),
        (("title: {zh: 甲, en: A}", "title: {zh: [甲], en: A}"), "5:13 zh: expected text, not a list"),
        (
            ("says: {place: {at: pain}}", "says: [pain]"),
            "18:15 question tender, answer yes, says: expected `name: value` ",
        ),
        (
            ("says: {place: {at: pain}}", "says: place"),
            "18:15 question tender, answer yes, says: expected `name: value` ",
        ),
        (("version: 1.0.0", "version: {a: b}"), "3:10 version: expected text, not `name: value` entries"),
        # closed lists
        (("languages: [zh, en]", "languages: [zh, fr]"), "4:17 languages: 'fr' is not allowed here | allowed: zh, en"),
        (
            ("    why:", "    effort: quik\n    why:"),
            "14:13 question tender, effort: 'quik' is not allowed here | did you mean quick?",
        ),
        # strict conversions
        (("ltc: 1", "ltc: one"), "1:6 ltc: 'one' is not a whole number | write it like 12"),
        (
            ("    title: {zh: 走到", "    main: yes\n    title: {zh: 走到"),
            "8:11 scale place, main: 'yes' is neither true nor false | ",
        ),
        (("id: pain", "id: Pain!"), "10:14 scale place, stage Pain!, id: 'Pain!' cannot be an id | small letters"),
        (
            ("id: pain", "id: unknown"),
            "10:14 scale place, stage unknown, id: 'unknown' is a reserved word and cannot be an id",
        ),
        (("  place:\n", "  A B:\n"), "7:3 scale A B: 'A B' cannot be an id | small letters"),
        (
            ("    why:", "    unknown: {chance: 120%}\n    why:"),
            "14:23 question tender, chance: '120%' is not a share from 0% ",
        ),
        (
            ("{at: pain}", "{between: [pain]}"),
            "18:33 question tender, answer yes, between: one more value is needed here",
        ),
        (
            ("{at: pain}", "{between: [a, b, c]}"),
            "18:33 question tender, answer yes, between: 2 values are needed here",
        ),
    ],
)
def test_each_misfit_in_a_playbook_is_told_at_its_place(change: tuple[str, str], expected: str) -> None:
    """One change to a sound playbook gives one problem, at the changed spot, naming the element by its id."""
    text = (HEAD + QUESTION).replace(*change)
    assert [line[: len(expected)] for line in told(text)] == [expected]


def test_conditions_are_told_as_written() -> None:
    """Tests that a condition gathers by itself leave no trace in places: what was written is what is pointed at."""
    moves = """\
moves:
  - id: pull
    kind: pull
    title: {zh: 拉, en: Pull}
    when: {place: {reachd: pain}, any: [{place: pain, not: {origin: {at: {x: y}}}}, us]}
    needs: {access: {a: b}}
"""
    expected = [
        "23:20 move pull: unknown field 'reachd' | did you mean reached?",
        "23:74 move pull, at: expected a list, not `name: value` entries | begin each item with `- `",
        "23:85 move pull, any: expected `name: value` entries, not a plain text",
        "24:21 move pull, access: expected a list, not `name: value` entries | begin each item with `- `",
    ]
    assert told(HEAD + QUESTION + moves) == expected


def test_an_element_without_an_id_is_named_by_its_number() -> None:
    """The third move is "move 3" while it has no name."""
    assert told(HEAD + QUESTION + "moves:\n  - {title: {zh: 一, en: one}, kind: pull}\n") == [
        "20:5 move 1: 'id' is missing | add `id: ...`"
    ]


def test_a_deal_is_told_in_the_same_way() -> None:
    """Money, dates, grades and unknown fields of answers; unknown fields of the deal itself are left alone."""
    deal = """\
id: d
customer: 某厂
amount: 1,000
opened: 2026-02-31
colour: red
answers:
  - {question: tender, value: "yes", grade: tolled, when: 2026-01-01}
"""
    expected = [
        (
            "3:9 amount: '1,000' is not an amount of money | digits only, e.g. 1250000 or 99.50; "
            "the currency goes into `currency`"
        ),
        "4:9 opened: '2026-02-31' is not a date | write it like 2026-03-31",
        "7:45 answer tender, grade: 'tolled' is not allowed here | did you mean told?",
        "7:53 answer tender: unknown field 'when' | allowed: question, value, about, by, day, grade, note",
    ]
    assert told(deal, Deal) == expected


def test_answers_written_short_are_found_again() -> None:
    """`{tender: yes@tolled}` becomes a list inside the model; the problem stands at what was written."""
    scenarios = """\
scenarios:
  - id: s
    title: {zh: 一, en: one}
    answers: {tender: yes@tolled, timing: [a]}
    expect: {plce: pain}
"""
    expected = [
        "4:23 scenario s, answer tender: 'yes@tolled' is not allowed here | allowed: document, said, told, assumed",
        "4:43 scenario s, answer timing: expected text, not a list",
        "5:14 scenario s: unknown field 'plce' | did you mean place?",
    ]
    assert told(scenarios, Scenarios) == expected


def test_a_part_of_a_document_keeps_its_place() -> None:
    """A model may be fitted to a part of a document: paths and places are those of the whole."""
    document = parse_yaml(b"deal:\n  id: d\n  customer: [x]\n", "f.yaml")
    deal, (problem,) = fit(Deal, document.data["deal"], document.source, ("deal",))
    assert (deal, problem.path, str(problem.where)) == (None, ("deal", "customer"), "f.yaml:3:13")


def test_nothing_is_said_twice_about_one_element() -> None:
    """An empty value is told by the reader; that it is no list either is not worth saying."""
    assert problems(HEAD + "questions:\n") == ()
    assert problems((HEAD + QUESTION).replace("ltc: 1", "ltc: &x one")) == ()


def test_what_is_quoted_is_short_and_tame() -> None:
    """Hostile values appear in messages escaped and cut; secrets of a wrong file are not spilled at length."""
    text = HEAD.replace("ltc: 1", "ltc: " + "root:x:0:0\u202e" * 40) + QUESTION
    (problem,) = problems(text)
    for lang in Lang:
        assert UNSAFE.search(problem.message.get(lang)) is None
        assert len(problem.message.get(lang)) < 130


def test_a_file_with_nothing_right_is_cut_short() -> None:
    """Thousands of unknown fields give a hundred problems and a count of the rest."""
    wrong = problems(HEAD + QUESTION + "".join(f"x{i}: y\n" for i in range(1000)))
    assert (len(wrong), wrong[-1].code, "900" in wrong[-1].message.en) == (101, "too-many-problems", True)


def _refuse(value: Any) -> Any:
    if value == "plain":
        raise PydanticCustomError("odd_one", "raw English")
    raise PydanticCustomError("odd_one", "raw English", {"zh": "不行", "en": "not this"})


class Odd(Model):
    """A field that nothing fits."""

    a: Annotated[str, Written(_refuse)]


def test_validators_may_bring_their_own_words() -> None:
    """A custom error with both languages in its context is shown in them; an unknown one never shows Pydantic's."""
    assert [(p.code, p.message.en, p.message.zh) for p in problems("a: x\n", Odd)] == [
        ("odd-one", "a: not this", "a:不行")
    ]
    assert [(p.code, p.message.en) for p in problems("a: plain\n", Odd)] == [
        ("does-not-fit", "a: this does not fit here")
    ]


def test_did_you_mean_wants_a_likeness() -> None:
    """A near name is offered, letter case aside; a far one is not."""
    assert near("Reached", ["reached", "before"]).en == "did you mean reached?"
    assert not near("bogus", ["about", "moves"])


def test_every_problem_speaks_both_languages_and_hides_pydantic() -> None:
    """Any wreck of the shipped playbook's structure is told in both languages, never in Pydantic's words."""
    wrong: tuple[Any, ...] = ("x", ["x"], {"x": ["y"]}, [{"id": []}], {"x": {"id": {}}})
    for replacement, field in itertools.product(wrong, Playbook.model_fields):
        tree = yaml.load(HEAD + QUESTION, yaml.CBaseLoader) | {field: replacement}  # noqa: S506 - builds text only
        for problem in problems(yaml.dump(tree, allow_unicode=True)):
            assert problem.message.zh
            assert problem.message.en
            assert re.search(r"(?i)pydantic|input should|valid (string|dict)", problem.message.en) is None
