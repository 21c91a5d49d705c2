"""The interview on a real pseudo-terminal: what the screen shows, and how it is left behind."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyte import Screen, Stream

pexpect = pytest.importorskip("pexpect", reason="pseudo-terminals need POSIX")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals need POSIX")

KIT = Path(__file__).with_name("console_kit.py")
ENTER, ESCAPE, LEFT = "\r", "\x1b", "\x1b[D"


class Terminal:
    """An interview in a terminal of a given size, and the screen a person sees."""

    def __init__(self, columns: int, rows: int, lang: str, command: str, env: dict[str, str]) -> None:
        self.screen = Screen(columns, rows)
        self._stream = Stream(self.screen)
        # The shell outlives a Ctrl-C, to say how the interview ended.
        shell = f"trap : INT; {command or f'{sys.executable} {KIT} {lang}'}; echo left with $?; stty -a"
        self.child: Any = pexpect.spawn(
            "/bin/sh", ["-c", shell], dimensions=(rows, columns), encoding="utf-8", env=env, timeout=20
        )
        self.written = ""

    def wait_for(self, text: str) -> str:
        """Read until ``text`` (white space aside) stands on the screen; return the whole screen."""
        while "".join(text.split()) not in "".join(self.seen().split()):
            self._feed(self.child.read_nonblocking(4096, timeout=20))
        return self.seen()

    def wait_end(self) -> str:
        """Read to the end of the session; return everything that was written."""
        self.child.expect(pexpect.EOF)
        self._feed(self.child.before)
        return self.written

    def press(self, keys: str) -> None:
        """Type."""
        self.child.send(keys)

    def seen(self) -> str:
        """The screen as lines of text."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def _feed(self, text: str) -> None:
        self.written += text
        self._stream.feed(text)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Open terminals, and close them."""
    opened: list[Terminal] = []

    def open_(columns: int = 80, rows: int = 24, lang: str = "zh", command: str = "", **env: str) -> Terminal:
        base = {"TERM": "xterm", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
        opened.append(Terminal(columns, rows, lang, command, base | env))
        return opened[-1]

    yield open_
    for each in opened:
        each.child.close(force=True)


def test_a_menu_is_answered_and_leaves_a_line(terminal: Callable[..., Terminal]) -> None:
    """The question with its number, digits before the answers, the last one always 0; then one line each."""
    tty = terminal()
    shown = tty.wait_for("Esc 退出")
    assert "[1/~8]" in shown
    assert "0 " in shown
    tty.press("3")
    tty.wait_for("→ 3 正式的招标书")
    tty.press(ENTER)
    tty.wait_for("[2/~8]")
    tty.press("0" + ENTER)
    written = tty.wait_end()
    assert "documents=tender" in written
    assert "scorers=unknown" in written
    assert "left with 0" in written


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
def test_the_first_question_stands_on_the_screen_once(size: tuple[int, int], terminal: Callable[..., Terminal]) -> None:
    """It is shown as text while the menu is still loading; the menu takes exactly its place."""
    tty = terminal(*size)
    tty.wait_for("[1/~8]")
    tty.press("0")
    shown = tty.wait_for("→ 0 不清楚")
    assert shown.count("[1/~8]") == 1
    assert shown.startswith(" [1/~8]")


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (40, 10), (200, 50)])
def test_every_answer_can_be_reached_in_a_usable_window(
    size: tuple[int, int], terminal: Callable[..., Terminal]
) -> None:
    """From 40x10 on question, pointer and last answer are on the screen together."""
    tty = terminal(*size)
    tty.wait_for("[1/~8]")
    tty.wait_for("0 不清楚")
    tty.press("0")
    shown = tty.wait_for("→ 0 不清楚")
    assert "[1/~8]" in shown


def test_why_we_ask_is_shown_in_the_smallest_window(terminal: Callable[..., Terminal]) -> None:
    """The explanation comes into view, and the answers come back into view with the next key."""
    tty = terminal(40, 10)
    tty.wait_for("0 不清楚")
    tty.press("?")
    tty.wait_for("为什么问:书面的东西最骗不了人")
    tty.press("0")
    tty.wait_for("→ 0 不清楚")


@pytest.mark.parametrize("size", [(30, 8), (10, 3), (1, 1)])
def test_a_tiny_window_is_asked_line_by_line(size: tuple[int, int], terminal: Callable[..., Terminal]) -> None:
    """It says so and still works, at any size."""
    tty = terminal(*size)
    tty.child.expect(">")
    tty.press("2\n")
    tty.child.expect(">")
    tty.press("1\n")
    assert "documents=criteria" in re.sub(r"\s", "", tty.wait_end())


def test_a_window_shrunk_and_grown_again_goes_on(terminal: Callable[..., Terminal]) -> None:
    """Resizing in the middle neither crashes nor answers."""
    tty = terminal()
    tty.wait_for("Esc 退出")
    for rows, columns in [(3, 10), (1, 1), (50, 200), (12, 42), (24, 80)]:
        tty.child.setwinsize(rows, columns)
    tty.press("4" + ENTER)
    tty.child.expect(re.escape("[2/~8]"))
    tty.press(ENTER)
    assert "documents=contract" in tty.wait_end()


@pytest.mark.parametrize("way", ["menu", "lines"])
@pytest.mark.parametrize("key", ["\x03", "\x04", ESCAPE], ids=["ctrl-c", "ctrl-d", "esc"])
def test_leaving_keeps_the_answers_and_restores_the_terminal(
    key: str, way: str, terminal: Callable[..., Terminal]
) -> None:
    """Exit code 130, the earlier answer kept, line editing and echo on, the cursor shown."""
    plain = way == "lines"
    ready = "0 不清楚 打数字再回车。? 为什么问,< 上一题,. 直接看结果 >" if plain else "Esc 退出"
    tty = terminal(**({"LTC_PROMPT": "plain"} if plain else {}))
    tty.wait_for(ready)
    tty.press("2" + ENTER)
    tty.wait_for(f"3 老板亲自过问 {ready}" if plain else "3 老板亲自过问")
    tty.press(key + (ENTER if plain and key == ESCAPE else ""))
    _check_left(tty.wait_end(), "130")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, "143"), (signal.SIGHUP, "129"), (signal.SIGINT, "130")])
def test_a_signal_restores_the_terminal_first(
    number: signal.Signals, code: str, terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    """A process told to end puts the terminal right, keeps the answers, and exits with 128 + n."""
    pid = tmp_path / "pid"
    inner = f"echo $$ > {pid}; exec {sys.executable} {KIT} zh"
    tty = terminal(command=f"sh -c '{inner}'")
    tty.wait_for("Esc 退出")
    tty.press("2" + ENTER)
    tty.wait_for("[2/~8]")
    tty.wait_for("老板亲自过问")
    os.kill(int(pid.read_text()), number)
    _check_left(tty.wait_end(), code)


def _check_left(written: str, code: str) -> None:
    assert "documents=criteria" in written
    assert "scorers=" not in written
    assert f"left with {code}" in written
    assert re.search(r"(?<!-)icanon\b", written)
    assert re.search(r"(?<!-)echo\b", written)
    hidden, shown = written.rfind("\x1b[?25l"), written.rfind("\x1b[?25h")
    assert shown >= hidden


def test_a_pasted_block_answers_one_question_at_most(terminal: Callable[..., Terminal]) -> None:
    """Lines pasted by a terminal that does not mark pastes: what comes after the first Enter is dropped."""
    tty = terminal()
    tty.wait_for("Esc 退出")
    tty.press("2\r3\r1\r1\r")
    tty.wait_for("[2/~8]")
    tty.press("\x03")
    assert "scorers=" not in tty.wait_end()


def test_the_result_can_be_redirected_while_the_questions_stay(
    terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    """Stdout holds the product and nothing else."""
    product = tmp_path / "answers.txt"
    tty = terminal(command=f"{sys.executable} {KIT} zh > {product}")
    tty.wait_for("Esc 退出")
    tty.press("3" + ENTER)
    tty.wait_for("[2/~8]")
    tty.press(ENTER)
    tty.wait_end()
    assert product.read_text(encoding="utf-8") == "documents=tender\nscorers=nobody\n"


def test_no_colour_means_no_colour(terminal: Callable[..., Terminal]) -> None:
    """NO_COLOR reaches the menus too; bold may stay."""
    tty = terminal(NO_COLOR="1")
    tty.wait_for("Esc 退出")
    tty.press("\x03")
    styles = re.findall(r"\x1b\[([0-9;]*)m", tty.wait_end())
    assert [s for s in styles if any(30 <= int(n or 0) <= 107 for n in s.split(";"))] == []
