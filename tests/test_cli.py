"""The command line: what goes to which stream, which exit code, what is written and what is not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from ltc_coach.deals.files import load_deal
from ltc_coach.deals.journal import left_over
from tests.cli_kit import DEAL, TINY, Ran

Ltc = Callable[..., Ran]
KNOWN = ("-p", TINY, "--today", "2026-11-21", "--answer", "documents=tender@told")


# ---- the contract: scripts rely on it ---------------------------------------------------------------


def test_a_script_gets_json_on_stdout_and_nothing_else(ltc: Ltc) -> None:
    """`diagnose --no-input --json` is the step-by-step interface: place, moves, and the question to put next."""
    ran = ltc("diagnose", *KNOWN, "--no-input", "--json")
    document = json.loads(ran.out)
    assert (0, "") == (ran.code, ran.err)
    assert (1, "2026-11-21", "tiny") == (document["schema_version"], document["today"], document["playbook"]["id"])
    assert ("place", "solution") == (document["located"]["scale"], document["located"]["at"])
    assert ["back-to-the-problem"] == [move["id"] for move in document["moves"]]
    assert document["next_question"]["id"] in {"talk", "reach"}
    assert [("documents", "tender", "told")] == [(b["question"], b["answer"], b["grade"]) for b in document["because"]]
    assert 1 == document["questions_asked"]


def test_probabilities_have_nine_decimals_and_add_up(ltc: Ltc) -> None:
    """Rounded the same way everywhere, so the same input gives the same bytes."""
    first, second = (ltc("diagnose", *KNOWN, "--no-input", "--json").out for _ in range(2))
    chances = json.loads(first)["located"]["probabilities"].values()
    assert first == second
    assert sum(chances) == pytest.approx(1.0, abs=2e-9)
    assert all(chance == round(chance, 9) for chance in chances)


def test_json_texts_are_in_the_language_asked_for(ltc: Ltc) -> None:
    """Ids never change, texts do; Chinese is written as Chinese."""
    en, zh = (ltc("diagnose", *KNOWN, "--no-input", "--json", lang=lang).out for lang in ("en", "zh"))
    assert ("Back to the problem", "拉回到问题") == (
        json.loads(en)["moves"][0]["title"],
        json.loads(zh)["moves"][0]["title"],
    )
    assert "拉回到问题" in zh


def test_a_saved_report_is_shown_in_the_other_language(ltc: Ltc, home: Path) -> None:
    """--format report keeps everything in both languages: show needs no playbook and no answers."""
    saved = home / "r.json"
    direct = ltc("diagnose", *KNOWN, "--no-input", "--explain", lang="zh").out
    assert ("", 0) == (ltc("diagnose", *KNOWN, "--no-input", "--format", "report", "-o", saved).out, 0)
    assert direct == ltc("show", saved, "--explain", lang="zh").out
    assert ltc("diagnose", *KNOWN, "--no-input", "--json").out == ltc("show", saved, "--json").out


def test_something_else_is_no_report(ltc: Ltc, home: Path) -> None:
    """Exit 2, and how to save one."""
    (home / "r.json").write_text('{"settled": true}', encoding="utf-8")
    ran = ltc("show", "r.json")
    assert (2, "ltc: error: r.json: not a saved report\n") == (ran.code, ran.err.splitlines(keepends=True)[0])
    assert "--format report" in ran.err


# ---- exit codes ---------------------------------------------------------------------------------------


def test_unsettled_is_fine_unless_a_script_cares(ltc: Ltc) -> None:
    """Without --fail-on the report is the result, settled or not."""
    assert [0, 1, 0] == [
        ltc("diagnose", "-p", TINY, "--no-input").code,
        ltc("diagnose", "-p", TINY, "--no-input", "--fail-on", "unsettled").code,
        ltc("diagnose", *KNOWN, "--no-input", "--fail-on", "unsettled").code,
    ]


def test_nobody_to_ask_names_the_ways_out(ltc: Ltc) -> None:
    """No terminal and no --no-input: exit 2, the flags, and the ids of what is unanswered; stdout stays empty."""
    ran = ltc("diagnose", *KNOWN)
    assert (2, "") == (ran.code, ran.out)
    assert all(word in ran.err for word in ("--answer", "--answers", "--no-input", "talk, reach"))


@pytest.mark.parametrize(
    ("args", "reason", "hint"),
    [
        (["diagnos"], "no such command: diagnos", "did you mean diagnose?"),
        (["diagnose", "--anwser", "x"], "no such option: --anwser", "did you mean --answer?"),
        (["diagnose", "--format", "jsn"], "--format is one of screen, json, report", "did you mean json?"),
        (["diagnose", "--today", "21.11.2026"], "--today wants a date like 2026-11-21", ""),
        (["diagnose", "--today", "2026-02-30"], "--today wants a date like 2026-11-21", ""),
        (["diagnose", "-p", "tinny/playbook.yaml", "--no-input"], "tinny", ""),
        (["diagnose", "--no-input", "--answer", "documents"], "documents: write ID=VALUE", ""),
        (["diagnose", "--no-input", "--answer", "documents=tender@rumor"], "no such grade: rumor", "choose from"),
        (["diagnose", "nowhere.yaml"], "nowhere.yaml", ""),
        (["help", "exit-code"], "no such topic: exit-code", "did you mean exit-codes?"),
        (["playbook", "smulate", "x"], "no such command: smulate", "did you mean simulate?"),
        (["show"], "REPORT is missing", "ltc show --help"),
    ],
)
def test_wrong_usage_is_one_line_and_one_hint(ltc: Ltc, home: Path, args: list[str], reason: str, hint: str) -> None:
    """Exit 2 with `ltc: error: ...` on stderr; the nearest name where one is near."""
    assert home == Path.cwd()
    ran = ltc(*args)
    assert (2, "") == (ran.code, ran.out)
    assert ran.err.startswith("ltc: error: ")
    assert reason in ran.err
    assert hint in ran.err
    assert len(ran.err.splitlines()) <= 3


def test_unknown_ids_of_answers_are_all_named_at_once(ltc: Ltc) -> None:
    """A typo in a question and one in an answer: one error, both with the nearest id."""
    ran = ltc("diagnose", "-p", TINY, "--no-input", "--answer", "document=tender", "--answer", "talk=price")
    assert 2 == ran.code
    assert "did you mean documents?" in ran.err
    assert "did you mean prices?" in ran.err


def test_answers_of_a_deal_that_do_not_fit_are_named_with_their_place(ltc: Ltc, deal: Path) -> None:
    """The line in the deal file, as editors jump to it."""
    deal.write_text(DEAL.replace("value: list", "value: lsit"), encoding="utf-8")
    ran = ltc("diagnose", deal, "-p", TINY, "--no-input")
    assert 2 == ran.code
    assert f"{deal}:8:12: " in ran.err


def test_errors_are_at_most_twenty_lines(ltc: Ltc, home: Path) -> None:
    """A file with a hundred mistakes does not scroll the first one away."""
    (home / "a.yaml").write_text("".join(f"q{n}: v\n" for n in range(100)), encoding="utf-8")
    ran = ltc("diagnose", "-p", TINY, "--no-input", "--answers", "a.yaml")
    assert 2 == ran.code
    assert len(ran.err.splitlines()) <= 20


def test_hostile_input_in_an_error_cannot_act_on_the_terminal(ltc: Ltc) -> None:
    """Control characters come out as text, and a long input is cut."""
    ran = ltc("\x1b]52;c;aGk=\x07" + "x" * 500)
    assert 2 == ran.code
    assert "\x1b" not in ran.err
    assert "\\x1b]52" in ran.err
    assert len(ran.err) < 300


def test_a_bug_of_ours_is_one_line_and_a_private_log(ltc: Ltc, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 70; the log shows the way through our code but not the message, which could quote a deal."""
    customer = "华信"

    def fall(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError(f"about {customer}")

    monkeypatch.setattr("ltc_coach.engine.coach", fall)
    ran = ltc("diagnose", *KNOWN, "--no-input")
    log = home / "state" / "internal-error.log"
    assert (70, "", 2) == (ran.code, ran.out, len(ran.err.splitlines()))
    assert str(log) in ran.err
    assert 0o600 == log.stat().st_mode & 0o777
    assert "华信" not in log.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    monkeypatch.setenv("LTC_DEBUG", "1")
    assert "Traceback" in ltc("diagnose", *KNOWN, "--no-input").err


def test_bare_ltc_without_a_terminal_is_help_and_exit_2(ltc: Ltc) -> None:
    """Help goes to stderr then: it is not what was asked for."""
    ran = ltc()
    assert (2, "") == (ran.code, ran.out)
    assert "diagnose" in ran.err


# ---- answers in, files out ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "documents: tender@told\nreach: key\n",
        "answers:\n- {question: documents, value: tender, grade: told}\n- {question: reach, value: key}\n",
        "answers:\n  documents: tender@told\n  reach: key\n",
    ],
)
def test_answers_come_from_a_file_in_any_of_three_shapes(ltc: Ltc, home: Path, text: str) -> None:
    """Short, short under `answers`, or a list of full answers as in a deal: all the same as flags."""
    (home / "a.yaml").write_text(text, encoding="utf-8")
    flags = ltc("diagnose", *KNOWN, "--answer", "reach=key", "--no-input", "--json")
    from_file = ltc("diagnose", "-p", TINY, "--today", "2026-11-21", "--answers", "a.yaml", "--no-input", "--json")
    assert (0, flags.out) == (from_file.code, from_file.out)


def test_answers_come_from_a_pipe(spawn: Ltc) -> None:
    """`--answers -` reads standard input."""
    args = ("diagnose", "-p", TINY, "--answers", "-", "--no-input", "--json")
    ran = spawn(*args, stdin=b"documents: tender\n")
    assert "solution" == json.loads(ran.out)["located"]["at"]


def test_flags_and_no_input_never_write_a_deal(ltc: Ltc, deal: Path) -> None:
    """Only answers of a person, or --save, change a deal; what is saved has a day."""
    args = ("diagnose", deal, "-p", TINY, "--no-input", "--answer", "talk=causes", "--today", "2026-11-21")
    assert (0, DEAL) == (ltc(*args).code, deal.read_text(encoding="utf-8"))
    assert 0 == ltc(*args, "--save").code
    saved = load_deal(deal).deal.answers
    assert ["documents", "talk"] == [answer.question for answer in saved]
    assert "2026-11-21" == str(saved[-1].day)


def test_output_goes_to_a_file_whole_or_not_at_all(ltc: Ltc, home: Path) -> None:
    """-o replaces a plain file, refuses a link, and reports a folder it may not write as exit 5."""
    (home / "link").symlink_to(home / "elsewhere")
    codes = [ltc("diagnose", *KNOWN, "--no-input", "-o", name).code for name in ("out.txt", "link", "no/such/folder")]
    assert [0, 2, 5] == codes
    assert "\x1b" not in (home / "out.txt").read_text(encoding="utf-8")
    assert ["home", "link", "out.txt"] == sorted({"home", *(p.name for p in home.iterdir() if p.name != "cache")})


def test_settings_come_from_flag_then_environment_then_file(
    ltc: Ltc, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nearer wins; a wrong name in ltc.toml is an error with the names there are."""
    (home / "ltc.toml").write_text(f'lang = "zh"\nplaybook = "{TINY}"\nno_input = true\n', encoding="utf-8")
    assert "客户" in ltc("diagnose", lang="").out
    monkeypatch.setenv("LTC_LANG", "en")
    assert "A tiny playbook" in ltc("diagnose", lang="").out
    assert "小手册" in ltc("diagnose", lang="zh").out
    (home / "ltc.toml").write_text("langauge = 'zh'\n", encoding="utf-8")
    ran = ltc("version")
    assert (2, True) == (ran.code, "langauge" in ran.err)


# ---- streams that are not a nice terminal ------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_gbk_console_never_breaks_a_command(spawn: Ltc, lang: str) -> None:
    """Redirected output on a Chinese Windows is GBK: every mark we use exists there; JSON stays UTF-8."""
    args = ("diagnose", *KNOWN, "--no-input", "--lang", lang)
    screen = spawn(*args, "--explain", PYTHONIOENCODING="gbk")
    assert (0, "") == (screen.code, screen.err)
    assert "?" not in screen.out.replace("? →", "").replace("?\n", "") or lang == "en"
    assert 0 == spawn("--help", "--lang", lang, PYTHONIOENCODING="gbk").code


def test_json_is_utf8_whatever_the_stream_says(spawn: Ltc) -> None:
    """The contract does not depend on the console's code page."""
    args = ["diagnose", *map(str, KNOWN), "--no-input", "--json", "--lang", "zh"]
    done = subprocess.run(
        [sys.executable, "-m", "ltc_coach", *args],
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "gbk"},
    )
    assert spawn(*args).out == done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("redirect", "code"),
    [(">&-", 5), (">/dev/full", 5), ("<&- >/dev/null", 0), ("2>&- >/dev/null", 0)],
)
def test_closed_and_full_streams_have_an_exit_code(redirect: str, code: int) -> None:
    """A result that could not be written is exit 5, never a traceback."""
    command = f"{sys.executable} -m ltc_coach help exit-codes {redirect}"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert (code, False) == (done.returncode, "Traceback" in done.stderr)


def test_a_broken_pipe_is_quiet_and_141() -> None:
    """`ltc ... | head -1` is no error of anybody's."""
    command = [sys.executable, "-m", "ltc_coach", "help", "exit-codes"]
    reader, pen = os.pipe()
    os.close(reader)
    with os.fdopen(pen, "w") as closed:
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, text=True, check=False)
    assert (141, "") == (done.returncode, done.stderr)


# ---- a person at the keyboard -------------------------------------------------------------------------


@contextmanager
def keyboard(*args: str | Path, rows: int = 30) -> Iterator[pexpect.spawn[str]]:
    """Start ltc on a pseudo-terminal, asking line by line."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "ltc_coach", *map(str, args), "--lang", "en"],
        env=os.environ | {"LTC_PROMPT": "plain", "TERM": "xterm"},
        encoding="utf-8",
        timeout=20,
        dimensions=(rows, 80),
    )
    try:
        yield child
    finally:
        child.close(force=True)


def answer(child: pexpect.spawn[str], number: str) -> None:
    """Type a number when the prompt is there."""
    child.expect_exact("\n> ")
    child.sendline(number)


def test_answers_of_a_person_are_appended_to_the_deal(deal: Path) -> None:
    """What the deal answers is not asked; what is answered now is dated and appended, the rest untouched."""
    with keyboard("diagnose", deal, "-p", TINY, "--today", "2026-11-21") as child:
        while child.expect_exact(["\n> ", pexpect.EOF]) == 0:
            child.sendline("2")
        child.wait()
        assert 0 == child.exitstatus
    added = load_deal(deal).deal.answers[1:]
    assert {"reach": "key"} == {a.question: a.value for a in added if a.question == "reach"}
    assert {"2026-11-21"} == {str(a.day) for a in added}
    assert deal.read_text(encoding="utf-8").startswith(DEAL.removesuffix("# the end\n"))


@pytest.mark.parametrize(
    ("how", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, 137)],
)
def test_no_way_of_leaving_loses_an_answer(deal: Path, how: signal.Signals, code: int) -> None:
    """Ctrl-C, a hang-up, even kill -9 between two questions: --resume goes on with the answers given."""
    with keyboard("diagnose", deal, "-p", TINY) as child:
        answer(child, "2")
        child.expect_exact("\n> ")
        child.kill(how)
        child.expect(pexpect.EOF)
        child.wait()
        # A shell reports a process that a signal ended as 128 + its number.
        assert code == (child.exitstatus or 128 + (child.signalstatus or 0))
        assert code != 130 or "--resume" in str(child.before)
    assert DEAL == deal.read_text(encoding="utf-8")
    with keyboard("diagnose", deal, "-p", TINY, "--resume") as child:
        while child.expect_exact(["\n> ", pexpect.EOF]) == 0:
            child.sendline("2")
        child.wait()
        assert 0 == child.exitstatus
    questions = [a.question for a in load_deal(deal).deal.answers]
    assert len(questions) == len(set(questions)) >= 2


def test_a_conflict_keeps_the_answers_for_resume(deal: Path) -> None:
    """A colleague answered otherwise meanwhile: exit 4, the file is hers, ours wait in the journal for --resume."""
    hers = "  - {question: talk, value: prices}\n  - {question: reach, value: nobody}\n"
    theirs = DEAL.replace("# the end", f"{hers}# the end")
    with keyboard("diagnose", deal, "-p", TINY) as child:
        child.expect_exact("\n> ")
        deal.write_text(theirs, encoding="utf-8")
        child.sendline("2")
        while child.expect_exact(["\n> ", pexpect.EOF]) == 0:
            child.sendline("2")
        child.wait()
        assert 4 == child.exitstatus
    assert theirs == deal.read_text(encoding="utf-8")
    with keyboard("diagnose", deal, "-p", TINY, "--resume") as child:
        child.expect(pexpect.EOF)
        child.wait()
        assert 0 == child.exitstatus
    kept = [(a.question, a.value) for a in load_deal(deal).deal.answers]
    assert kept.index(("reach", "nobody")) < kept.index(("reach", "key"))


@pytest.mark.usefixtures("home")
def test_an_unfinished_interview_is_offered_on_the_next_start() -> None:
    """Without --resume ltc asks whether to go on; starting afresh drops the old answers."""
    with keyboard("diagnose", "-p", TINY) as child:
        answer(child, "2")
        child.expect_exact("\n> ")
        child.sendintr()
        child.expect(pexpect.EOF)
    with keyboard("diagnose", "-p", TINY) as child:
        child.expect_exact("unfinished")
        answer(child, "2")
        child.expect_exact("[1/")
    assert left_over("tiny", None) is None
