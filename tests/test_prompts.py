"""Asking a person, without a terminal: keys go in through a pipe, the replies come back."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input

from ltc_coach import words
from ltc_coach.console import Interrupted, lines, menus, prompts, streams
from ltc_coach.console.choices import Menu, numbered
from ltc_coach.console.menus import wrap_keys
from ltc_coach.engine import Again, Asker, Progress, Reply, Signal, coach
from ltc_coach.i18n import Lang
from ltc_coach.model.deal import Answer
from ltc_coach.model.playbook import Playbook
from tests import console_kit as kit

FIRST = Progress(asked=0, expected=8)
UP, DOWN, LEFT, ENTER, ESCAPE = "\x1b[A", "\x1b[B", "\x1b[D", "\r", "\x1b"


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    """A keyboard in front of the menus."""
    with create_pipe_input() as pipe, create_app_session(input=pipe):
        yield pipe


@pytest.fixture
def menu_asker(monkeypatch: pytest.MonkeyPatch) -> Asker:
    """An interviewer that draws menus, whatever the test runner's own terminal is like."""
    monkeypatch.delenv("LTC_PROMPT", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return prompts.interview_asker(Lang.EN)


@pytest.fixture
def typist(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Asker]:
    """An interviewer that asks line by line, with these lines typed."""

    def typing(text: str) -> Asker:
        monkeypatch.setenv("LTC_PROMPT", "plain")
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        return prompts.interview_asker(Lang.EN)

    return typing


def answered(value: str) -> Answer:
    """The answer to the documents question."""
    return Answer(question="documents", value=value)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (ENTER, "nothing"),
        ("3" + ENTER, "tender"),
        ("３" + ENTER, "tender"),
        ("2" + "4" + ENTER, "contract"),
        ("9jk" + ENTER, "nothing"),
        ("0" + ENTER, "unknown"),
        (DOWN + DOWN + UP + ENTER, "criteria"),
        (UP + ENTER, "unknown"),
    ],
)
def test_a_digit_or_arrow_points_and_enter_answers(
    keys: str, value: str, keyboard: PipeInput, menu_asker: Asker
) -> None:
    """No key but Enter is an answer; a key that names no answer changes nothing."""
    keyboard.send_text(keys)
    assert menu_asker(kit.DOCUMENTS, FIRST) == answered(value)


@pytest.mark.parametrize("key", ["\x03", "\x04", ESCAPE], ids=["ctrl-c", "ctrl-d", "esc"])
def test_leaving_is_never_an_answer(key: str, keyboard: PipeInput, menu_asker: Asker) -> None:
    """Ctrl-C, Ctrl-D and Esc all raise; the exit code is that of an interruption."""
    keyboard.send_text("2" + key)
    with pytest.raises(Interrupted) as left:
        menu_asker(kit.DOCUMENTS, FIRST)
    assert left.value.exit_code == 130


def test_typing_ahead_is_no_consent(keyboard: PipeInput, menu_asker: Asker) -> None:
    """Of a block of keys only the first question, which was on the screen, takes its answer."""
    keyboard.send_text(("2" + ENTER) * 4)
    assert menu_asker(kit.DOCUMENTS, FIRST) == answered("criteria")
    keyboard.send_text("3" + ENTER)
    assert menu_asker(kit.SCORERS, FIRST) == Answer(question="scorers", value="executives")


def test_a_pasted_block_is_no_answer(keyboard: PipeInput, menu_asker: Asker) -> None:
    """A terminal that marks pastes has them dropped whole."""
    keyboard.send_text(f"\x1b[200~3\r1\r4\r\x1b[201~2{ENTER}")
    assert menu_asker(kit.DOCUMENTS, FIRST) == answered("criteria")


@pytest.mark.parametrize("key", ["<", "《", LEFT])
def test_back_takes_the_answer_before_back(key: str, keyboard: PipeInput, menu_asker: Asker) -> None:
    """After one answer, going back is a signal to the engine."""
    keyboard.send_text(ENTER)
    menu_asker(kit.DOCUMENTS, FIRST)
    keyboard.send_text(key)
    assert menu_asker(kit.SCORERS, FIRST) is Signal.BACK


@pytest.mark.parametrize("key", [".", "。"])
def test_the_result_can_be_had_at_once(key: str, keyboard: PipeInput, menu_asker: Asker) -> None:
    """Enough questions: report on what is known."""
    keyboard.send_text(key)
    assert menu_asker(kit.DOCUMENTS, FIRST) is Signal.STOP


def test_an_answer_taken_back_is_offered_first(keyboard: PipeInput, menu_asker: Asker) -> None:
    """Enter alone gives the earlier answer again."""
    keyboard.send_text(ENTER)
    assert menu_asker(kit.DOCUMENTS, Progress(1, 8, previous=answered("contract"))) == answered("contract")


@pytest.mark.parametrize(("keys", "reply"), [(ENTER + "", "asked on"), ("2" + ENTER, "again")])
def test_a_surprising_answer_is_offered_for_a_second_look(
    keys: str, reply: str, keyboard: PipeInput, menu_asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep it and the interview goes on; change it and the engine is told to ask again."""
    progress = Progress(2, 8, surprising=kit.unsettled().surprising[0])
    asked: list[str] = []
    pick = menus.pick

    def picking(menu: Menu) -> object:
        asked.append(menu.message)
        keyboard.send_text(keys if len(asked) == 1 else "3" + ENTER)
        return pick(menu)

    monkeypatch.setattr(menus, "pick", picking)
    expected: Reply = Again("q") if reply == "again" else answered("tender")
    assert menu_asker(kit.DOCUMENTS, progress) == expected
    assert "only 3% likely" in asked[0]
    assert len(asked) == (1 if reply == "again" else 2)


def test_prompts_go_to_stderr_and_leave_one_line_per_answer(
    keyboard: PipeInput, menu_asker: Asker, capsys: pytest.CaptureFixture[str]
) -> None:
    """The result on stdout can be redirected while the questions stay on the screen."""
    keyboard.send_text("3" + ENTER)
    menu_asker(kit.SCORERS, Progress(2, 8))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("[3/~8] Who is scoring the suppliers now? → executives themselves\n")


def test_the_estimate_is_never_behind_the_question(
    typist: Callable[[str], Asker], capsys: pytest.CaptureFixture[str]
) -> None:
    """The ninth question of about eight is one of about nine."""
    typist("1\n")(kit.SCORERS, Progress(8, 8))
    assert capsys.readouterr().err.startswith("[9/~9] ")


def test_a_question_about_somebody_names_him(
    typist: Callable[[str], Asker], capsys: pytest.CaptureFixture[str]
) -> None:
    """Where people have places of their own, the rep must know of whom he is asked."""
    typist("1\n")(kit.DOCUMENTS.model_copy(update={"about": "Fang", "who": "Ms Fang\x1b[31m"}), FIRST)
    err = capsys.readouterr().err
    assert "(about Ms Fang\\x1b[31m) " in err
    assert "\x1b[31m" not in err


def test_line_by_line_a_number_answers(typist: Callable[[str], Asker], capsys: pytest.CaptureFixture[str]) -> None:
    """An empty line or a wrong number is asked again, `?` says why we ask."""
    assert typist("\n77\n?\n ２ \n")(kit.DOCUMENTS, FIRST) == answered("criteria")
    shown = " ".join(capsys.readouterr().err.split())
    assert "Nothing typed, once more." in shown
    assert "No answer 77 here: type one of 1 2 3 4 0." in shown
    assert "Paper does not lie" in shown


@pytest.mark.parametrize("typed", ["", "\x1b\n"], ids=["ctrl-d", "esc"])
def test_line_by_line_the_end_of_input_leaves(typed: str, typist: Callable[[str], Asker]) -> None:
    """Nobody is there any more."""
    with pytest.raises(Interrupted):
        typist(typed)(kit.DOCUMENTS, FIRST)


def test_line_by_line_back_and_stop_work(typist: Callable[[str], Asker], capsys: pytest.CaptureFixture[str]) -> None:
    """On the first question there is no way back, and it says so."""
    ask = typist("<\n1\n<\n.\n")
    assert ask(kit.DOCUMENTS, FIRST) == answered("nothing")
    assert words.NO_WAY_BACK.en in capsys.readouterr().err
    assert ask(kit.SCORERS, FIRST) is Signal.BACK
    assert ask(kit.DOCUMENTS, FIRST) is Signal.STOP


def test_what_was_typed_is_quoted_without_its_control_characters(
    typist: Callable[[str], Asker], capsys: pytest.CaptureFixture[str]
) -> None:
    """An escape sequence typed or pasted does not reach the terminal."""
    typist("\x1b]0;x\x07\n1\n")(kit.DOCUMENTS, FIRST)
    assert "\x1b" not in capsys.readouterr().err


def test_more_than_nine_answers_are_reached_by_arrows_or_by_two_digits(
    keyboard: PipeInput, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Digits end at nine in a menu; line by line any number can be typed."""
    choices = numbered([(f"v{n}", f"answer {n}") for n in range(1, 13)], last=("unknown", "not known"))
    assert [c.key for c in choices] == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "", "", "", "0"]
    keyboard.send_text("9" + DOWN * 2 + ENTER)
    assert menus.pick(Menu(Lang.EN, "?", choices)) == "v11"
    monkeypatch.setattr(sys, "stdin", io.StringIO("12\n"))
    assert lines.pick(Menu(Lang.EN, "?", choices)) == "v12"


def test_where_menus_cannot_be_drawn_the_lines_take_over(
    monkeypatch: pytest.MonkeyPatch, menu_asker: Asker, capsys: pytest.CaptureFixture[str]
) -> None:
    """Git Bash, for example: it says why, once, and goes on."""

    def no_menus(_menu: Menu) -> str:
        raise menus.NoMenus

    monkeypatch.setattr(menus, "pick", no_menus)
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\n2\n"))
    assert menu_asker(kit.DOCUMENTS, FIRST) == answered("nothing")
    assert menu_asker(kit.SCORERS, FIRST) == Answer(question="scorers", value="evaluators")
    assert capsys.readouterr().err.count("winpty") == 1


def test_a_tiny_window_is_named_and_asked_line_by_line(
    monkeypatch: pytest.MonkeyPatch, menu_asker: Asker, capsys: pytest.CaptureFixture[str]
) -> None:
    """Below 40x10 a menu would not fit."""
    stderr = SimpleNamespace(fileno=lambda: 2, isatty=lambda: False, write=sys.stderr.write, flush=sys.stderr.flush)
    monkeypatch.setattr(prompts, "talk", lambda: stderr)
    monkeypatch.setattr(os, "get_terminal_size", lambda _fd: os.terminal_size((39, 24)))
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\n"))
    assert menu_asker(kit.DOCUMENTS, FIRST) == answered("nothing")
    assert "The window is 39x24" in capsys.readouterr().err


def test_a_choice_starts_at_its_default(keyboard: PipeInput, menu_asker: Asker) -> None:
    """Other commands ask with the same menus."""
    del menu_asker
    keyboard.send_text(ENTER)
    assert prompts.choose("Go on?", [("afresh", "Begin afresh"), ("on", "Go on")], Lang.EN, default="on") == "on"


def test_a_text_is_checked_and_put_on_one_line(keyboard: PipeInput, menu_asker: Asker) -> None:
    """What the check refuses has to be typed again; a pasted line end becomes a space."""
    del menu_asker
    keyboard.send_text(f"{ENTER}华为\x1b[200~ 云\n迁移\x1b[201~{ENTER}")
    got = prompts.ask_text("Customer", Lang.EN, check=lambda text: None if text else "a name, please")
    assert got == "华为 云 迁移"


def test_line_by_line_a_text_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty line takes what was offered."""
    monkeypatch.setenv("LTC_PROMPT", "plain")
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert prompts.ask_text("Customer", Lang.ZH, default="华为") == "华为"


def test_key_hints_are_not_torn_from_their_keys() -> None:
    """A narrow terminal gets more lines, each hint whole."""
    assert wrap_keys("1-9 choose  ? why  Esc quit", 15) == ["1-9 choose", "? why  Esc quit"]


@pytest.mark.parametrize(
    ("env", "stream", "look"),
    [
        ({}, "screen", "coloured"),
        ({}, "pipe", "plain"),
        ({"NO_COLOR": "1"}, "screen", "plain"),
        ({"NO_COLOR": ""}, "screen", "coloured"),
        ({"TERM": "dumb"}, "screen", "plain"),
        ({"FORCE_COLOR": "1"}, "pipe", "coloured"),
        ({"FORCE_COLOR": "0"}, "pipe", "plain"),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, "screen", "plain"),
    ],
)
def test_colour_is_for_screens_that_want_it(env: dict[str, str], stream: str, look: str) -> None:
    """NO_COLOR wins over everything, FORCE_COLOR over a pipe."""
    written = io.StringIO()
    written.isatty = lambda: stream == "screen"  # type: ignore[method-assign]
    assert streams.wants_colour(written, env) is (look == "coloured")


def test_a_closed_stream_is_no_terminal() -> None:
    """`<&-` must not end in a traceback."""
    stream = io.StringIO()
    stream.close()
    assert streams.is_terminal(stream) is False
    assert streams.is_terminal(None) is False


def test_interview_and_engine_agree_on_back_and_again(
    keyboard: PipeInput, menu_asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole interview: answer, go back, answer anew, stop; the engine keeps the newer answer only."""
    script = iter(["1" + ENTER, "<", "2" + ENTER, "."])
    pick = menus.pick

    def picking(menu: Menu) -> object:
        keyboard.send_text(next(script))
        return pick(menu)

    monkeypatch.setattr(menus, "pick", picking)
    _, given = coach(PLAYBOOK, (), date(2026, 11, 21), menu_asker)
    assert [(a.value, a.day) for a in given] == [("tender", date(2026, 11, 21))]


def _question(id_: str) -> dict[str, object]:
    text = {"zh": id_, "en": id_}
    return {
        "id": id_,
        "ask": text,
        "why": text,
        "answers": [
            {"id": "talk", "label": text, "says": {"place": {"before": "solution"}}},
            {"id": "tender", "label": text, "says": {"place": {"reached": "solution"}}},
        ],
    }


PLAYBOOK = Playbook.model_validate(
    {
        "ltc": 1,
        "id": "small",
        "version": "1.0.0",
        "languages": ["zh", "en"],
        "title": {"zh": "小", "en": "small"},
        "scales": {
            "place": {
                "title": {"zh": "客户走到", "en": "At"},
                "stages": [{"id": i, "title": {"zh": i, "en": i}} for i in ("problem", "solution", "risk")],
            }
        },
        "questions": [_question("papers"), _question("people"), _question("price")],
        "moves": [
            {"id": i, "kind": "build", "title": {"zh": i, "en": i}, "when": {"place": i}}
            for i in ("problem", "solution", "risk")
        ],
    }
)
