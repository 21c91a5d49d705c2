"""Scenarios: deals told in answers, what must come of them, and what they leave untested."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ltc_coach.authoring.loading import read_playbook
from ltc_coach.authoring.scenarios import check_scenarios, read_scenarios, run_scenarios, try_scenarios
from ltc_coach.documents.test_runs import render_run
from ltc_coach.i18n import Lang
from ltc_coach.model.scenario import Mismatch, Scenarios, TestRun
from ltc_coach.problems import CoachError, ExitCode, Problem

BOOK = """\
ltc: 1
id: tiny
version: 1.0.0
languages: [zh, en]
title: {zh: 小手册, en: A tiny playbook}
source: [S0]
reps: trained
stop: {moves_sure: 99.99%}
scales:
  place:
    main: true
    title: {zh: 客户走到, en: The customer stands at}
    stages:
      - {id: pain, title: {zh: 痛苦, en: Pain}, customer: {zh: 难受, en: It hurts}, exit: {zh: 说, en: He says so}}
      - {id: problem, title: {zh: 问题, en: Problem}, customer: {zh: 说得清, en: Knows}, exit: {zh: 找, en: Looks}}
      - {id: solution, title: {zh: 方案, en: Solution}, customer: {zh: 在比, en: Compares}, exit: {zh: 签, en: Signs}}
facts:
  access:
    title: {zh: 见得到谁, en: Whom we reach}
    values:
      - {id: nobody, title: {zh: 谁也见不到, en: Nobody}}
      - {id: key, title: {zh: 关键人物, en: The key person}}
questions:
  - id: documents
    ask: {zh: 客户给你看过什么?, en: What has the customer shown you?}
    why: {zh: 纸上的东西做不了假, en: Paper does not flatter}
    answers:
      - {id: nothing, label: {zh: 什么都没有, en: Nothing}, says: {place: {at: pain}}}
      - {id: list, label: {zh: 一张清单, en: A list}, says: {place: {at: problem}}}
      - {id: tender, label: {zh: 招标书, en: A tender}, says: {place: {at: solution, trust: reliable}}}
  - id: talk
    ask: {zh: 客户开口先说什么?, en: What does the customer talk about first?}
    why: {zh: 挂在嘴边的就是他关心的, en: It is what is on his mind}
    answers:
      - {id: hurts, label: {zh: 抱怨, en: What hurts}, says: {place: {at: pain}}}
      - {id: causes, label: {zh: 原因, en: Causes}, says: {place: {at: problem}}}
      - {id: prices, label: {zh: 价格, en: Prices}, says: {place: {at: solution}}}
  - id: reach
    ask: {zh: 你见得到谁?, en: Whom do you reach?}
    why: {zh: 没人可见就落不了地, en: Without access no move can land}
    answers:
      - {id: nobody, label: {zh: 谁也见不到, en: Nobody}, sets: {access: nobody}}
      - {id: key, label: {zh: 关键人物, en: The key person}, sets: {access: key}}
moves:
  - id: find-the-pain
    kind: find_out
    title: {zh: 把痛苦问清楚, en: Find out what hurts}
    when: {place: pain}
    do: {zh: 请客户讲最近一次, en: Let him tell of the last time}
    proof: {zh: 他说出了问题, en: He names the problem}
    source: [S0]
  - id: size-the-problem
    kind: build
    title: {zh: 把问题算成钱, en: Put a price on the problem}
    when: {place: problem}
    needs: {access: key}
    do: {zh: 和关键人物一起算, en: Reckon it up with the key person}
    proof: {zh: 他自己报出数字, en: He says the number himself}
    source: [S0]
  - id: back-to-the-problem
    kind: pull
    to: problem
    title: {zh: 拉回到问题, en: Back to the problem}
    when: {place: solution}
    needs: {access: key}
    do: {zh: 先不报价, en: No quotation yet}
    proof: {zh: 约到了面谈, en: A talk is agreed}
    refused: {zh: 考虑放弃, en: Think of leaving}
    source: [S0]
  - id: no-quotation
    kind: never
    title: {zh: 别急着报价, en: Do not quote yet}
    when: {place: [pain, problem]}
    why: {zh: 他还没在比价, en: He is not comparing yet}
    instead: {zh: 先问, en: Ask first}
    source: [S0]
"""

# One scenario for each place; together they bring up every move and the never.
ALL_THREE = """\
scenarios:
  - id: complaints
    title: {zh: 只是抱怨, en: Only complaints}
    answers: {documents: nothing, talk: hurts}
    expect: {place: pain, settled: true, first: find-the-pain, kind: find_out, never: no-quotation}
  - id: a-list
    title: {zh: 有清单了, en: There is a list}
    answers: {documents: list, talk: causes}
    expect:
      place: [problem]
      moves: [size-the-problem]
      not_moves: [find-the-pain]
  - id: a-tender
    title: {zh: 来了招标书, en: A tender came}
    answers: {documents: tender, talk: prices, reach: nobody}
    expect:
      place: [solution]
      first: [back-to-the-problem]
      not_never: [no-quotation]
"""


def folder(path: Path, scenarios: str) -> Path:
    """Make a playbook folder of the tiny playbook and these scenarios."""
    (path / "playbook.yaml").write_text(BOOK, encoding="utf-8")
    (path / "scenarios.yaml").write_text(scenarios, encoding="utf-8")
    return path


def one(path: Path, answers: str, expect: str) -> Path:
    """Make a playbook folder with one scenario; the answers stand in line 4, the expectations in line 5."""
    lines = ["scenarios:", "  - id: only", "    title: {zh: 唯一, en: Only}"]
    lines += [f"    answers: {answers}", f"    expect: {expect}"]
    return folder(path, "\n".join(lines) + "\n")


def mismatches(path: Path, answers: str, expect: str) -> tuple[Mismatch, ...]:
    """Run one scenario and return what did not come out."""
    (result,) = try_scenarios(one(path, answers, expect)).results
    return result.mismatches


def checked(path: Path) -> tuple[Problem, ...]:
    """Return the problems of what the scenarios at ``path`` refer to."""
    playbook, (scenarios, source, problems) = read_playbook(path).playbook, read_scenarios(path)
    assert playbook is not None
    assert scenarios is not None, problems
    return check_scenarios(playbook, scenarios, source)


def refused(path: Path) -> list[tuple[str, str]]:
    """Run scenarios that cannot be run, and return each problem as (line:column, hint)."""
    with pytest.raises(CoachError) as stopped:
        try_scenarios(path)
    assert stopped.value.exit_code == ExitCode.USAGE
    return [(f"{p.where.line}:{p.where.column}", p.hint.en) for p in stopped.value.problems if p.where]


# ---- passing and failing -------------------------------------------------------------------------------


def test_a_playbook_passes_when_every_scenario_comes_out_and_everything_is_reached(tmp_path: Path) -> None:
    """Nothing failed, nothing unreached: the run is good."""
    run = try_scenarios(folder(tmp_path, ALL_THREE))
    assert [r.id for r in run.results if r.passed] == ["complaints", "a-list", "a-tender"]
    assert (run.unreached, run.passed) == ((), True)


def test_what_is_not_expected_is_not_checked(tmp_path: Path) -> None:
    """A scenario about the moves says nothing about the place."""
    assert mismatches(tmp_path, "{documents: tender, talk: prices}", "{moves: back-to-the-problem}") == ()


def test_any_of_several_places_is_good_enough(tmp_path: Path) -> None:
    """The first place is the right one, the others are acceptable."""
    assert mismatches(tmp_path, "{documents: list, talk: causes}", "{place: [pain, problem]}") == ()


def test_a_wrong_place_is_reported_with_the_answers_that_decided_it(tmp_path: Path) -> None:
    """Where it is expected, what came instead, how sure, and why, the weightiest answer first."""
    (wrong,) = mismatches(tmp_path, "{documents: tender, talk: prices}", "{settled: true, place: pain}")
    assert (wrong.expectation, wrong.expected, wrong.got) == ("place", ("pain",), ("solution",))
    assert (wrong.where.line, wrong.where.column) == (5, 36)
    (ground,) = wrong.grounds
    assert (ground.about, ground.got) == ("place", "solution")
    assert ground.probability is not None
    assert ground.probability > 0.9
    assert [(c.question, c.answer) for c in ground.because] == [("documents", "tender"), ("talk", "prices")]
    assert [c.decibans for c in ground.because] == sorted((c.decibans or 0.0 for c in ground.because), reverse=True)


@pytest.mark.parametrize(
    ("expect", "expectation", "expected", "got"),
    [
        ("{runner_up: solution}", "runner_up", ("solution",), ("pain",)),
        ("{settled: false}", "settled", ("false",), ("true",)),
        ("{first: back-to-the-problem}", "first", ("back-to-the-problem",), ("size-the-problem",)),
        ("{kind: [pull, leave]}", "kind", ("pull", "leave"), ("build",)),
        ("{moves: [size-the-problem, find-the-pain]}", "moves", ("find-the-pain",), ("size-the-problem",)),
        ("{not_moves: size-the-problem}", "not_moves", ("size-the-problem",), ("size-the-problem",)),
        ("{not_never: no-quotation}", "not_never", ("no-quotation",), ("no-quotation",)),
    ],
)
def test_each_kind_of_expectation_can_fail(
    tmp_path: Path, expect: str, expectation: str, expected: tuple[str, ...], got: tuple[str, ...]
) -> None:
    """A deal at the problem, with somebody expecting something else."""
    (wrong,) = mismatches(tmp_path, "{documents: list, talk: causes}", expect)
    assert (wrong.expectation, wrong.expected, wrong.got) == (expectation, expected, got)


def test_the_question_to_ask_next_can_be_expected(tmp_path: Path) -> None:
    """The next question or the separating one will do."""
    assert mismatches(tmp_path, "{documents: list}", "{ask: [reach, talk]}") == ()
    (wrong,) = mismatches(tmp_path, "{documents: list}", "{ask: reach}")
    assert (wrong.expectation, wrong.expected, wrong.got) == ("ask", ("reach",), ("talk",))


def test_a_missing_never_is_reported(tmp_path: Path) -> None:
    """At the tender nobody is warned of quoting."""
    (wrong,) = mismatches(tmp_path, "{documents: tender, talk: prices}", "{never: no-quotation}")
    assert (wrong.expectation, wrong.expected, wrong.got) == ("never", ("no-quotation",), ())


def test_a_missing_move_is_explained_by_what_its_condition_looks_at(tmp_path: Path) -> None:
    """The pull looks at the place only; the facts others need are no reason."""
    (wrong,) = mismatches(tmp_path, "{documents: list, talk: causes}", "{moves: back-to-the-problem}")
    assert [(g.about, g.got) for g in wrong.grounds] == [("place", "problem")]


def test_a_wrong_first_move_is_explained_by_its_needs_too(tmp_path: Path) -> None:
    """An unmet need moves a move down the list; the answer that told the fact is named."""
    (wrong,) = mismatches(tmp_path, "{documents: list, talk: causes, reach: nobody}", "{first: find-the-pain}")
    told = next(g for g in wrong.grounds if g.about == "access")
    assert (told.got, [(c.question, c.answer, c.decibans) for c in told.because]) == (
        "nobody",
        [("reach", "nobody", None)],
    )


def test_each_expectation_points_at_its_own_place(tmp_path: Path) -> None:
    """An editor jumps to the very id that did not come out."""
    wrong = mismatches(
        tmp_path, "{documents: list, talk: causes}", "{moves: [size-the-problem, find-the-pain], kind: pull}"
    )
    assert [(m.expectation, m.where.line, m.where.column) for m in wrong] == [("moves", 5, 40), ("kind", 5, 62)]


def test_a_grade_counts(tmp_path: Path) -> None:
    """What was only assumed makes the place less sure."""
    assert mismatches(tmp_path, "{documents: list}", "{runner_up: pain, settled: true}") == ()
    (wrong,) = mismatches(tmp_path, "{documents: list@assumed, talk: causes@assumed}", "{place: pain}")
    (firm,) = mismatches(tmp_path, "{documents: list, talk: causes}", "{place: pain}")
    assert [g.probability or 0.0 for g in wrong.grounds] < [g.probability or 0.0 for g in firm.grounds]


def test_answers_may_be_written_one_by_one(tmp_path: Path) -> None:
    """A later answer to the same question supersedes the earlier one."""
    first = "{question: documents, value: tender, day: 2026-01-05}"
    second = "{question: documents, value: nothing, day: 2026-02-01}"
    answers = f"[{first}, {second}]"
    assert mismatches(tmp_path, answers, "{place: pain}") == ()


# ---- what the scenarios leave untested -----------------------------------------------------------------


def test_a_move_without_a_scenario_fails_the_run(tmp_path: Path) -> None:
    """Content is code: what no scenario brings up is untested. It is named at its place in the playbook."""
    run = try_scenarios(one(tmp_path, "{documents: list, talk: causes}", "{place: problem}"))
    assert [(u.what, u.id) for u in run.unreached] == [("move", "find-the-pain"), ("move", "back-to-the-problem")]
    lines = BOOK.splitlines()
    assert [lines[u.where.line - 1].strip() for u in run.unreached] == [f"- id: {u.id}" for u in run.unreached]
    assert {Path(u.where.file).name for u in run.unreached} == {"playbook.yaml"}
    assert (run.failures, run.passed) == ((), False)


def test_a_move_that_never_gets_among_the_first_three_is_noted(tmp_path: Path) -> None:
    """It is reached, so the run is good; but the first screen never shows it."""
    late = [f"late-{n}" for n in range(3)]
    extra = "".join(
        f"  - {{id: {id_}, kind: find_out, when: {{place: pain}}, title: {{zh: 招, en: Move}}, "
        "do: {zh: 做, en: Do it}, proof: {zh: 成, en: Done}, source: [S0]}\n"
        for id_ in late
    )
    folder(tmp_path, ALL_THREE)
    (tmp_path / "playbook.yaml").write_text(BOOK + extra, encoding="utf-8")
    run = try_scenarios(tmp_path)
    assert ([u.id for u in run.buried], run.passed) == (["late-2"], True)


def test_places_with_few_scenarios_are_noted(tmp_path: Path) -> None:
    """Fewer than four scenarios about a place are few; they are counted by the first place they accept."""
    more = "".join(
        f"  - {{id: more-{n}, title: {{zh: 再来, en: More}}, answers: {{documents: tender, talk: prices}}, "
        "expect: {place: [solution, pain]}}\n"
        for n in range(3)
    )
    run = try_scenarios(folder(tmp_path, ALL_THREE + more))
    assert [(thin.place, thin.scenarios) for thin in run.thin] == [("pain", 1), ("problem", 1)]


# ---- scenarios that cannot be run ----------------------------------------------------------------------


def test_an_answer_the_playbook_does_not_have_is_refused_at_its_place(tmp_path: Path) -> None:
    """Written as `question: answer`: the question is the key, the answer its value."""
    problems = refused(one(tmp_path, "{docments: tender, talk: price}", "{place: pain}"))
    assert problems == [("4:15", "did you mean documents?"), ("4:39", "did you mean prices?")]


def test_an_answer_in_a_list_is_refused_at_its_place(tmp_path: Path) -> None:
    """Written one by one, the place is that of the field."""
    problems = refused(one(tmp_path, "[{question: documents, value: tendr}]", "{place: pain}"))
    assert problems == [("4:44", "did you mean tender?")]


@pytest.mark.parametrize(
    ("expect", "column", "hint"),
    [
        ("{place: [pain, solutoin]}", 28, "did you mean solution?"),
        ("{runner_up: problme}", 25, "did you mean problem?"),
        ("{first: find-pain}", 21, "did you mean find-the-pain?"),
        ("{not_moves: find-pain}", 25, "did you mean find-the-pain?"),
        ("{never: no-quotations}", 21, "did you mean no-quotation?"),
        ("{moves: no-quotation}", 21, "known here: find-the-pain, size-the-problem, back-to-the-problem"),
        ("{kind: pul}", 20, "did you mean pull?"),
        ("{ask: talks}", 19, "did you mean talk?"),
        ("{also: {origin: us}}", 21, "none is defined yet"),
        ("{also: {place: pain}}", 21, "none is defined yet"),
        ("{standing: {funnel: F2}}", 25, "none is defined yet"),
    ],
)
def test_an_expectation_that_leads_nowhere_is_refused(tmp_path: Path, expect: str, column: int, hint: str) -> None:
    """A slip of the pen must not become a scenario that passes, or fails, for the wrong reason."""
    assert refused(one(tmp_path, "{documents: list}", expect)) == [(f"5:{column}", hint)]


def test_a_scenario_that_expects_nothing_is_refused(tmp_path: Path) -> None:
    """It could never fail."""
    assert [p.code for p in checked(one(tmp_path, "{documents: list}", "{}"))] == ["expects-nothing"]


def test_two_scenarios_with_one_id_are_refused(tmp_path: Path) -> None:
    """A failure must say which one."""
    twice = ALL_THREE.replace("id: a-list", "id: complaints")
    assert [(p.code, p.where and p.where.line) for p in checked(folder(tmp_path, twice))] == [("duplicate-scenario", 6)]


def test_a_file_that_is_no_list_of_scenarios_is_refused(tmp_path: Path) -> None:
    """What the model does not know is a problem at its place, as everywhere."""
    read = read_scenarios(folder(tmp_path, ALL_THREE.replace("settled: true", "setled: true")))
    assert read.scenarios is None
    assert [(p.code, p.where and p.where.line) for p in read.problems] == [("unknown-field", 5)]


def test_a_playbook_without_scenarios_says_so(tmp_path: Path) -> None:
    """Nothing to run is not a success."""
    (tmp_path / "playbook.yaml").write_text(BOOK, encoding="utf-8")
    with pytest.raises(CoachError) as stopped:
        try_scenarios(tmp_path)
    assert "has no scenarios yet" in stopped.value.message.en


def test_a_single_file_may_hold_its_scenarios(tmp_path: Path) -> None:
    """Key `scenarios`, the same content."""
    path = tmp_path / "tiny.yaml"
    path.write_text(BOOK + ALL_THREE, encoding="utf-8")
    run = try_scenarios(path)
    assert (len(run.results), run.passed) == (3, True)
    assert {Path(r.where.file).name for r in run.results} == {"tiny.yaml"}


def test_scenarios_in_two_files_are_refused(tmp_path: Path) -> None:
    """Otherwise half of them would be forgotten without a word."""
    folder(tmp_path, ALL_THREE)
    (tmp_path / "playbook.yaml").write_text(BOOK + ALL_THREE, encoding="utf-8")
    with pytest.raises(CoachError) as stopped:
        try_scenarios(tmp_path)
    assert [p.code for p in stopped.value.problems] == ["duplicate-key"]


def test_the_main_file_of_a_folder_stands_for_the_folder(tmp_path: Path) -> None:
    """`ltc playbook test x/playbook.yaml` and `ltc playbook test x` are the same."""
    assert try_scenarios(folder(tmp_path, ALL_THREE) / "playbook.yaml") == try_scenarios(tmp_path)


# ---- more than one scale -------------------------------------------------------------------------------


def test_other_scales_and_ladders_can_be_expected(tmp_path: Path) -> None:
    """`also` for scales, `standing` for ladders; `none` where nothing is proved."""
    book = BOOK.replace(
        "facts:\n",
        "  origin:\n    title: {zh: 谁带出来的, en: Shaped by}\n    types:\n"
        "      - {id: us, title: {zh: 我们, en: us}}\n      - {id: rival, title: {zh: 对手, en: a rival}}\nfacts:\n",
        1,
    )
    for place, who in (("problem", "us"), ("solution, trust: reliable", "rival")):
        book = book.replace(f"{{at: {place}}}}}", f"{{at: {place}}}, origin: {{at: {who}}}}}", 1)
    ladder = (
        "ladders:\n  funnel:\n    title: {zh: 漏斗, en: Funnel}\n    rungs:\n"
        "      - {id: met, title: {zh: 见到, en: Met}, rate: 10%, proof: {access: key}}\n"
    )
    (tmp_path / "playbook.yaml").write_text(book + ladder, encoding="utf-8")
    playbook = read_playbook(tmp_path).playbook
    assert playbook is not None
    answers, expect = {"documents": "tender"}, {"also": {"origin": "us"}, "standing": {"funnel": "met"}}
    told = {"id": "x", "title": {"zh": "x", "en": "x"}, "answers": answers, "expect": expect}
    source = read_playbook(tmp_path).source
    (result,) = run_scenarios(playbook, Scenarios.model_validate({"scenarios": [told]}), source).results
    assert [(m.expectation, m.expected, m.got) for m in result.mismatches] == [
        ("also.origin", ("us",), ("rival",)),
        ("standing.funnel", ("met",), ("none",)),
    ]
    told["expect"] = {"also": {"origin": "rival"}, "standing": {"funnel": "none"}}
    assert run_scenarios(playbook, Scenarios.model_validate({"scenarios": [told]}), source).failures == ()


# ---- as text and as JSON -------------------------------------------------------------------------------


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestRun:
    """A run with one scenario of three failing, in a folder called tiny."""
    monkeypatch.chdir(tmp_path)
    Path("tiny").mkdir()
    folder(Path("tiny"), ALL_THREE.replace("first: [back-to-the-problem]", "first: [size-the-problem]"))
    return try_scenarios(Path("tiny"))


def test_the_text_shows_what_failed_and_one_line_of_counts(failing: TestRun) -> None:
    """Place, expected, got, because; what passed is not mentioned."""
    assert render_run(failing, Lang.EN) == (
        "× tiny/scenarios.yaml:13:9  a-tender  A tender came\n"
        "  tiny/scenarios.yaml:18:14  first\n"
        "    expected: size-the-problem\n"
        "    got: back-to-the-problem\n"
        "    because: place = solution >99%  (documents=tender +15.7, talk=prices +12.6)\n"
        "    because: access = nobody  (reach=nobody)\n"
        "\n"
        "3 scenarios: 2 passed, 1 failed\n"
    )


def test_the_text_speaks_chinese(failing: TestRun) -> None:
    """The same in the other language, writable to a GBK console."""
    text = render_run(failing, Lang.ZH)
    assert text.splitlines()[0] == "× tiny/scenarios.yaml:13:9  a-tender  来了招标书"
    assert text.splitlines()[-1] == "3 个场景,通过 2 个,没通过 1 个"
    assert text.encode("gbk").decode("gbk") == text


def test_verbose_lists_all_and_what_is_thin(failing: TestRun) -> None:
    """With -v also what passed, and the places with few scenarios."""
    lines = render_run(failing, Lang.EN, verbose=True).splitlines()
    assert lines[0] == "● tiny/scenarios.yaml:2:9  complaints  Only complaints"
    assert "  place pain: too few scenarios (1)" in lines


def test_an_untested_move_stands_in_the_text(tmp_path: Path) -> None:
    """With its place in the playbook, and in the count."""
    run = try_scenarios(one(tmp_path, "{documents: list, talk: causes}", "{place: problem}"))
    lines = render_run(run, Lang.EN).splitlines()
    assert lines[0].endswith("no scenario brings up the move find-the-pain")
    assert lines[-1] == "1 scenarios: 1 passed, 0 failed; 2 moves or nevers without a scenario"


def test_the_json_has_the_form_scripts_rely_on(failing: TestRun) -> None:
    """Counts, every scenario with its place, and what nobody tested."""
    document = json.loads(render_run(failing, Lang.EN, "json"))
    assert {k: document[k] for k in ("playbook", "ok", "passed", "failed", "unreached")} == {
        "playbook": "tiny",
        "ok": False,
        "passed": 2,
        "failed": 1,
        "unreached": [],
    }
    assert [(s["id"], s["passed"], s["file"], s["line"]) for s in document["scenarios"]] == [
        ("complaints", True, "tiny/scenarios.yaml", 2),
        ("a-list", True, "tiny/scenarios.yaml", 6),
        ("a-tender", False, "tiny/scenarios.yaml", 13),
    ]
    (mismatch,) = document["scenarios"][2]["mismatches"]
    assert (mismatch["expectation"], mismatch["expected"], mismatch["line"]) == ("first", ["size-the-problem"], 18)
    assert mismatch["because"][0]["answers"][0]["question"] == "documents"


def test_the_same_scenarios_give_the_same_bytes(failing: TestRun) -> None:
    """Deterministic to the byte."""
    assert render_run(try_scenarios(Path("tiny")), Lang.EN, "json") == render_run(failing, Lang.EN, "json")
