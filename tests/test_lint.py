"""Lint: every check fires on its bad sample and on nothing else, and stays silent on its good one."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ltc_coach.authoring.lint import CHECKS, Check, lint, read_back
from ltc_coach.authoring.lint.handbook import handbook
from ltc_coach.authoring.lint.samples import TINY
from ltc_coach.engine import Coach, coach
from ltc_coach.i18n import Lang, Text
from ltc_coach.model.deal import Answer, Deal, Influence, Person, Plan
from ltc_coach.model.playbook import Playbook
from ltc_coach.problems import Problem, Severity
from ltc_coach.reading.shape import fit
from ltc_coach.reading.tree import parse_yaml

HANDBOOK = Path(__file__).parent.parent / "docs" / "lint.md"
ORIGIN = """\
scales:
  origin:
    title: {zh: 谁带的, en: Led by}
    types: [{id: us, title: {zh: 我们, en: Us}}, {id: rival, title: {zh: 对手, en: A rival}}]
questions:
  - id: talk
    answers: [{id: trouble, says: {origin: {at: us}}}, {id: criteria, says: {origin: {at: rival}}}]
"""


def changed(base: Any, change: Any) -> Any:
    """Merge a sample into the tiny playbook: mappings by key, list items by id, texts and the rest replaced."""
    if isinstance(base, dict) and isinstance(change, dict) and not base.keys() <= {"zh", "en"}:
        return base | {key: changed(base.get(key), value) for key, value in change.items()}
    if isinstance(base, list) and isinstance(change, list) and all(isinstance(item, dict) for item in base):
        ids = {item["id"] for item in base}
        new = {item["id"]: item for item in change if item["id"] in ids}
        kept = [changed(item, new.get(item["id"], {})) for item in base]
        return kept + [item for item in change if item["id"] not in ids]
    return change


DOCUMENT = parse_yaml(TINY.encode(), "tiny.yaml")


def playbook(*changes: str) -> Playbook:
    """Return the tiny playbook with changes."""
    tree = DOCUMENT.data
    for change in changes:
        document = parse_yaml(change.encode(), "change.yaml")
        assert document.problems == ()
        tree = changed(tree, document.data)
    made, problems = fit(Playbook, tree, DOCUMENT.source)
    assert problems == ()
    assert made is not None
    return made


def found(*changes: str) -> tuple[Problem, ...]:
    """Lint the tiny playbook with changes."""
    return lint(playbook(*changes), DOCUMENT.source)


def codes(*changes: str) -> list[str]:
    """Return the ids of the checks that fire."""
    return [problem.code for problem in found(*changes)]


def new_move(kind: str, when: str) -> str:
    """Return the change that adds one more move."""
    words = "title: {zh: 新, en: New}, do: {zh: 做, en: Do}, proof: {zh: 成, en: Done}"
    return f"moves: [{{id: new, kind: {kind}, {words}, when: {when}}}]"


def test_the_tiny_playbook_lints_without_a_word() -> None:
    """What the samples change has nothing wrong with it."""
    assert found() == ()


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
def test_a_bad_sample_breaks_its_own_rule_and_no_other(check: type[Check]) -> None:
    """The bad sample of a check is found by that check alone, once, with its severity."""
    assert [(p.code, p.severity) for p in found(check.bad)] == [(check.id, check.severity)]


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
def test_a_good_sample_breaks_no_rule(check: type[Check]) -> None:
    """The good sample of a check is fine in every respect."""
    assert codes(check.good) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
def test_a_check_explains_itself_in_both_languages(check: type[Check]) -> None:
    """Reason, remedy and every message exist in Chinese and in English; ids are words with hyphens."""
    texts = [check.why, check.remedy, *(text for p in found(check.bad) for text in (p.message, p.hint))]
    assert [t for t in texts if not (t.zh and t.en)] == []
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", check.id)


def test_no_two_checks_share_an_id() -> None:
    """An id is what people search for."""
    assert len({check.id for check in CHECKS}) == len(CHECKS)


def test_the_handbook_is_written_from_the_checks() -> None:
    """docs/lint.md is what the checks say today (LTC_UPDATE=1 writes it anew)."""
    if os.environ.get("LTC_UPDATE") == "1":
        HANDBOOK.write_text(handbook(), encoding="utf-8")
    assert HANDBOOK.read_text(encoding="utf-8") == handbook()


def test_one_slip_of_the_pen_is_one_message() -> None:
    """While a reference is broken, nothing is said about what follows from it."""
    assert codes("questions: [{id: suppliers, answers: [{id: nobody, says: {place: {at: apin}}}]}]") == [
        "unknown-value"
    ]


def test_everything_wrong_is_told_in_the_order_written() -> None:
    """Collect all, never stop at the first."""
    problems = found(
        "moves: [{id: count-cost, title: {zh: 算账}}]",
        "facts: {access: {title: {en: Access}}}",
    )
    assert [(p.code, p.path) for p in problems] == [
        ("missing-translation", ("facts", "access", "title")),
        ("missing-translation", ("moves", 0, "title")),
    ]
    assert [str(p.where) for p in problems] == ["tiny.yaml:16:12", "tiny.yaml:49:12"]


def test_a_message_names_the_element_by_its_ids() -> None:
    """The reader finds the element without counting list items."""
    (problem,) = found("questions: [{id: cost, answers: [{id: figure, says: {place: {trust: 10%}}}]}]")
    assert problem.message == Text(
        zh="提问 cost,回答 figure:可信度不能写「10%」", en="question cost, answer figure: trust cannot be '10%'"
    )


def test_a_short_form_is_pointed_at_where_it_was_written() -> None:
    """`place: [pain, gaol]` has no `at`, yet the second item is underlined."""
    text = TINY.replace("when: {place: pain}", "when: {place: [pain, gaol]}")
    document = parse_yaml(text.encode(), "tiny.yaml")
    (problem,) = lint(Playbook.model_validate(document.data), document.source)
    assert problem.where is not None
    assert problem.excerpt is not None
    assert problem.excerpt[problem.where.column - 1 :].startswith("gaol")


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("{place: pain}", True),
        ("{place: pain, not: {place: pain}}", False),
        ("{all: [{place: pain}, {place: goal}]}", False),
        ("{any: [{place: pain}, {place: goal}]}", True),
        ("{place: {reached: goal, before: goal}}", False),
        ("{access: unknown}", True),
        ("{all: [{access: unknown}, {access: boss}]}", False),
        ("{place: unknown, access: boss}", True),
        ("{not: {access: [staff, boss]}}", False),
        ("{not: {any: [{place: pain}, {place: goal}]}, access: {at: [boss, unknown]}}", True),
    ],
)
def test_a_condition_is_refused_only_if_nothing_can_make_it_true(when: str, *, holds: bool) -> None:
    """Every state of the scales and facts it mentions is tried, the unknown ones included."""
    assert codes(new_move("build", when)) == ([] if holds else ["never-holds"])


def test_a_condition_on_a_value_no_answer_gives_never_holds() -> None:
    """Waiting for a value nobody can report is waiting for ever."""
    board = "facts: {access: {values: [{id: board, title: {zh: 董事会, en: Board}}]}}"
    assert codes(board, new_move("build", "{access: board}")) == ["fact-value-never-set", "never-holds"]


def test_a_condition_with_very_many_states_counts_as_reachable() -> None:
    """Forty independent facts are more states than anybody can try: no error, and no long wait."""
    facts = "\n".join(
        f"  f{n}: {{title: {{zh: 事, en: F}}, values: [{{id: a, title: {{zh: 甲, en: A}}}}]}}" for n in range(40)
    )
    sets = ", ".join(f"f{n}: a" for n in range(40))
    when = ", ".join(f"f{n}: a" for n in range(40))
    book = (
        f"facts:\n{facts}\n",
        f"questions: [{{id: contact, answers: [{{id: staff, sets: {{{sets}}}}}]}}]",
        f"moves: [{{id: count-cost, when: {{{when}}}}}]",
    )
    assert codes(*book) == []


@pytest.mark.parametrize(
    ("when", "to", "forward"),
    [
        ("{place: choice}", "pain", False),
        ("{place: choice}", "goal", False),
        ("{place: choice}", "choice", True),
        ("{place: [pain, choice]}", "goal", False),
        ("{place: {before: choice}}", "goal", True),
        ("{access: boss}", "choice", True),
        ("{access: boss}", "goal", False),
        ("{not: {place: choice}}", "goal", True),
    ],
)
def test_a_pull_leads_back_from_somewhere(when: str, to: str, *, forward: bool) -> None:
    """A pull is refused if its target is at or after every place where it could be advised."""
    assert codes(new_move("pull", f"{when}, to: {to}")) == (["pull-forward"] if forward else [])


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("我们已报价", True),
        ("报价已发出", True),
        ("做过演示", False),
        ("我们做过演示", True),
        ("要我们投标", False),
        ("请我们演示方案", False),
        ("客户拿我们的报价去比", False),
        ("We sent a quotation", True),
        ("The rep gave a demo", True),
        ("Have we visited him", True),
        ("demo given", True),
        ("Proposal submitted", True),
        ("He asked us to quote", False),
        ("The customer compares our quotation", False),
        ("Which demo did he ask for", False),
    ],
)
def test_seller_acts_are_told_from_customer_acts(text: str, *, ours: bool) -> None:
    """A stage is a state of the customer; what he does with our offer is his act, not ours."""
    change = f"scales: {{place: {{stages: [{{id: goal, exit: {{zh: '{text}', en: '{text}'}}}}]}}}}"
    assert bool(codes(change)) == ours


def test_a_question_about_facts_may_speak_of_us() -> None:
    """What we hold in our hand is a fact about us and no place of the customer."""
    assert codes("questions: [{id: contact, ask: {zh: 我们拜访过谁, en: Whom have we visited}}]") == []


@pytest.mark.parametrize("share", ["rare", "common", "20%", "0.5%"])
def test_shares_are_words_or_percentages(share: str) -> None:
    """One scale keeps to one of the two."""
    stages = ", ".join(f"{{id: {id_}, share: {share}}}" for id_ in ("pain", "goal", "choice"))
    assert codes(f"scales: {{place: {{stages: [{stages}]}}}}") == []


@pytest.mark.parametrize("trust", ["50%", "100%", "40%", "sure", "0.5", "1", "-5%", "９０%", "nan"])
def test_trust_lies_above_even_and_below_certain(trust: str) -> None:
    """50 % says nothing, 100 % allows no mistake, and only plain digits are numbers."""
    assert codes(f"questions: [{{id: cost, answers: [{{id: figure, says: {{place: {{trust: '{trust}'}}}}}}]}}]") == [
        "bad-trust"
    ]


def test_a_single_fact_is_never_too_many() -> None:
    """The fifteen per cent are for playbooks, not for the first claim."""
    fact = "questions: [{id: cost, answers: [{id: figure, says: {place: {trust: fact}}}]}]"
    assert codes(fact) == []


def two_actions(quote: str, discount: str) -> str:
    """Return the change that adds two actions with these words, both forbidden."""
    words = "title: {zh: 别谈价, en: No price talk}, why: {zh: 还早, en: Too early}"
    return (
        f"actions: [{{id: quote, title: {{zh: 报价, en: Quote}}, words: [{quote}]}},"
        f" {{id: discount, title: {{zh: 降价, en: Discount}}, words: [{discount}]}}]\n"
        f"moves: [{{id: no-price, kind: never, {words}, forbids: [quote, discount]}}]"
    )


@pytest.mark.parametrize(
    ("quote", "discount", "shared"),
    [
        ("报价, quote", "降价, price cut", 0),
        ("报价, price list", "降价, price lists", 0),
        ("报价, 谈价", "降价, 谈价", 1),
        ("报价, Price", "降价, price", 1),
        ("报价", "降低报价", 1),
        ("报价, price", "降价, lower price", 1),
        ("谈价, 报价", "报价, 谈价", 2),
    ],
)
def test_a_plan_is_read_as_one_action(quote: str, discount: str, shared: int) -> None:
    """A word that stands within a word of another action means both, letter by letter or word by word."""
    assert codes(two_actions(quote, discount)) == ["shared-action-word"] * shared


@pytest.mark.parametrize(
    ("ledger", "code"),
    [
        ("{scale: origin, ours: us, rival: rival}", None),
        ("{scale: origin, ours: us, rival: rival, trust: 85%}", None),
        ("{scale: origin, ours: us, rival: rival, trust: 40%}", "bad-trust"),
        ("{scale: origin, ours: us, rival: us}", "ledger-without-sides"),
        ("{scale: origin, ours: we, rival: rival}", "unknown-value"),
        ("{scale: orgin, ours: us, rival: rival}", "unknown-scale"),
    ],
)
def test_a_ledger_has_two_sides_and_a_trust(ledger: str, code: str | None) -> None:
    """It ends in a statement about a scale of types, trusted like any claim."""
    assert codes(ORIGIN, f"ledger: {ledger}") == ([code] if code else [])


@pytest.mark.parametrize(
    ("role", "typo"), [("decider", False), ("driver", False), ("老王", False), ("deciders", True), ("Executive", True)]
)
def test_a_role_is_one_of_ours_or_clearly_another(role: str, *, typo: bool) -> None:
    """A playbook may have roles of its own; what looks like one of ours is a slip."""
    assert codes(f"moves: [{{id: back-to-goal, through: [{role}]}}]") == (["role-typo"] if typo else [])
    assert codes(f"facts: {{access: {{values: [{{id: boss, met: {role}}}]}}}}") == (["role-typo"] if typo else [])


def test_a_scale_without_an_order_has_no_pace() -> None:
    """Nobody moves on from a type."""
    assert codes(ORIGIN, "scales: {origin: {pace: {on: 1%}}}") == ["bad-pace"]


def test_a_value_that_the_people_met_tell_is_set() -> None:
    """Meeting a director says that the board has been reached; no question has to."""
    board = "facts: {access: {values: [{id: board, title: {zh: 董事会, en: Board}, met: [executive]}]}}"
    assert codes(board, new_move("build", "{access: board}")) == []


def test_a_blank_serves_every_tone() -> None:
    """It is enough that one version of the letter uses it; what a version uses must be there."""
    letter = """\
letters:
  - id: thanks
    title: {zh: 致谢, en: Thanks}
    body: {zh: 您好, en: Hello}
    tones: [{id: warm, title: {zh: 熟人, en: Warm}, body: {zh: "{name}好", en: "Hi {name}"}}]
    blanks: [{id: name, title: {zh: 称呼, en: Name}, take: contact}]"""
    assert codes(letter) == []
    assert codes(letter.replace("{name}", "{nmae}")) == ["unknown-blank", "unknown-blank", "unused-blank"]
    assert codes(letter.replace('"Hi {name}"', '"Hi {name"')) == ["open-brace", "unused-blank"]


def test_unknown_is_a_value_to_test_and_nothing_else() -> None:
    """Conditions may ask whether something is unknown; no answer can claim it."""
    assert codes(new_move("build", "{access: unknown}")) == []
    assert codes("questions: [{id: contact, answers: [{id: boss, sets: {access: unknown}}]}]") == ["unknown-value"]


def test_a_playbook_without_scales_has_one_thing_to_be_told() -> None:
    """With nothing to locate the customer on, no other check makes sense."""
    tree = DOCUMENT.data | {"scales": {}}
    assert [p.code for p in lint(Playbook.model_validate(tree), parse_yaml(b"a: b", "x").source)] == ["main-scale"]


def test_an_odd_character_is_named_and_not_shown() -> None:
    """`pаin` with a Cyrillic letter looks right: the hint has to say what is wrong."""
    (problem,) = found("moves: [{id: back-to-goal, to: p\u0430in}]")
    assert "U+0430" in problem.hint.zh
    assert "U+0430" in problem.hint.en


def test_messages_carry_no_control_characters() -> None:
    """What an author wrote is quoted harmlessly, and cut."""
    tree = changed(
        DOCUMENT.data,
        {"moves": [{"id": "count-cost", "when": {"\x1b[31m" + "x" * 200: "pain"}}]},
    )
    (problem,) = lint(Playbook.model_validate(tree), DOCUMENT.source)
    assert problem.code == "unknown-test"
    assert "\x1b" not in problem.message.zh + problem.message.en
    assert len(problem.message.en) < 160


def test_read_back_says_the_claims_in_numbers_that_add_up() -> None:
    """Of 100 deals at a place, so many would be answered so: one sentence for places treated alike."""
    book = playbook()
    question = book.question("cost")
    assert question is not None
    assert [s.en for s in read_back(book, question)] == [
        'Of 100 deals at Pain (The customer stands at), 90 would be answered "He has not" and 10 "He named a figure"',
        (
            'Of 100 deals at Goal or Choice (The customer stands at), 90 would be answered "He named a figure"'
            ' and 10 "He has not"'
        ),
    ]
    assert read_back(book, question)[0].get(Lang.ZH) == (
        "「痛苦」(客户走到)的 100 个商机里,90 个会答「没说过」,10 个会答「说了数字」"
    )


@pytest.mark.parametrize("question", ["cost", "suppliers", "talk"])
def test_every_sentence_of_a_read_back_adds_up_to_a_hundred(question: str) -> None:
    """Rounding never loses or invents a deal, informative `unknown` included."""
    book = playbook(ORIGIN, "questions: [{id: suppliers, unknown: {chance: 33%, says: {place: {at: pain}}}}]")
    asked = book.question(question)
    assert asked is not None
    for sentence in read_back(book, asked):
        counts = [int(n) for n in re.findall(r'(\d+) (?:would be answered "|"|otherwise)', sentence.en)]
        assert sum(counts) == 100


def test_a_question_of_facts_has_nothing_to_read_back() -> None:
    """Facts have no probability."""
    book = playbook()
    asked = book.question("contact")
    assert asked is not None
    assert read_back(book, asked) == []


def test_warnings_alone_leave_a_playbook_usable() -> None:
    """Severity is what decides, and errors are the rule."""
    assert {c.severity for c in CHECKS} == {Severity.ERROR, Severity.WARNING}
    assert sum(c.severity is Severity.ERROR for c in CHECKS) > len(CHECKS) / 2


WORDS = ["pain", "choice", "place", "access", "boss", "unknown", "0%", "100%", "fact", "pull", "never", "{x}", "1/0"]


def paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every element below a tree."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, child in items:
        yield (*path, step)
        yield from paths(child, (*path, step))


def at(tree: Any, path: tuple[Any, ...]) -> Any:
    """Return the element a path leads to."""
    for step in path:
        tree = tree[step]
    return tree


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.data(), st.sampled_from(["", *(check.bad for check in CHECKS)]))
def test_no_playbook_that_can_be_read_breaks_lint_and_none_that_lints_breaks_the_coach(
    data: st.DataObject, sample: str
) -> None:
    """Whatever a slip of the hand makes of a file: lint answers, and what it lets through can be coached on."""
    tree = copy.deepcopy(DOCUMENT.data)
    if sample:
        tree = changed(tree, parse_yaml(sample.encode(), "sample.yaml").data)
    path = data.draw(st.sampled_from([*paths(tree)]))
    parent, step = at(tree, path[:-1]), path[-1]
    other = at(tree, data.draw(st.sampled_from([*paths(tree)])))
    parent[step] = copy.deepcopy(data.draw(st.sampled_from([*WORDS, [], {}, other])))
    book, _ = fit(Playbook, tree, DOCUMENT.source)
    assume(book is not None)
    assert book is not None
    if not any(p.severity is Severity.ERROR for p in lint(book, DOCUMENT.source)):
        today, places = date(2026, 3, 31), book.scales[book.main].ids
        answers = tuple(Answer(question=q.id, value=q.answers[-1].id) for q in book.questions)
        report, _ = coach(book, answers, today)
        assert report.located.at in places
        deal = Deal(
            id="deal",
            customer="客户",
            answers=answers,
            people=(Person(id="w", name="王", role="executive", met=today),),
            influence=(Influence(node=places[0], by="rival"),),
            plans=(Plan(what="降价, discount"),),
            strengths=("reference",),
        )
        assert Coach(book).report(answers, today, deal).located.at in places
