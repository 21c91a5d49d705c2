"""How long a command takes to start, as a multiple of `python -c pass` and of a bare `input()` prompt.

Whole processes, run in turn with their yardstick; the median of the pair ratios, by the clock and by
processor time. A single pair means nothing on a busy machine.
"""

from __future__ import annotations

import os
import pty
import resource
import statistics
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Run = Callable[[], tuple[float, float]]

PAIRS = 11
_ARGS = "import sys; from ltc_coach.__main__ import main; sys.exit(main(sys.argv[1:]))"
_PROMPT = "input('> ')"
# What begins the first question, and what prompt_toolkit sends when it begins to draw.
_QUESTION, _MENU = b"[1/", b"\x1b[?2004h"


def measure() -> list[Row]:
    """Measure every start-up goal of design.md section 7."""
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {"LTC_HOME": home, "LTC_LANG": "zh", "TERM": "xterm"}
        # Compiled modules are kept, as an installation keeps them, even where the shell says not to.
        env |= {"PYTHONPYCACHEPREFIX": str(Path(home, "compiled")), "PYTHONDONTWRITEBYTECODE": ""}
        # A terminal gets colours, which take their own imports.
        colour = env | {"FORCE_COLOR": "1"}
        commands: list[tuple[str, list[str], dict[str, str], float]] = [
            ("ltc --version", ["--version"], env, 2.3),
            ("ltc --help", ["--help"], env, 8.0),
            ("ltc diagnose --help", ["diagnose", "--help"], env, 8.0),
            ("ltc diagnose --no-input --json", ["diagnose", "--no-input", "--json"], env, 16.0),
            ("ltc diagnose --no-input", ["diagnose", "--no-input"], env, 20.0),
            ("ltc diagnose --no-input, coloured", ["diagnose", "--no-input"], colour, 20.0),
        ]
        rows: list[Row] = []
        for name, args, its, goal in commands:
            ours, bare = partial(_run, ["-c", _ARGS, *args], its), partial(_run, ["-c", "pass"], env)
            rows += _rows(name, "python -c pass", ours, bare, goal)
        diagnose, bare = ["-c", _ARGS, "diagnose"], partial(_until, b"> ", ["-c", _PROMPT], env)
        # The question stands there as text first, and takes keys; the menu is drawn over it once it is loaded.
        for name, awaited, goal in (("first question", _QUESTION, 16.0), ("first menu", _MENU, 0.0)):
            rows += _rows(f"{name} of ltc diagnose", "input()", partial(_until, awaited, diagnose, env), bare, goal)
        return rows


def _rows(name: str, yardstick: str, ours: Run, theirs: Run, goal: float) -> list[Row]:
    """Run both in turn, after one run each to fill caches; only the ratio by the clock has a goal (0: none)."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(PAIRS)]
    wall = statistics.median(a[0] / b[0] for a, b in pairs)
    processor = statistics.median(a[1] / b[1] for a, b in pairs)
    unit = f"x {yardstick}"
    wanted = f"<= {goal}" if goal else ""
    return [
        {"name": name, "value": round(wall, 2), "unit": unit, "goal": wanted, "holds": not goal or wall <= goal},
        {"name": f"{name}, processor time", "value": round(processor, 2), "unit": unit, "goal": "", "holds": True},
    ]


def _run(args: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Return seconds by the clock and of processor time for one process."""
    began, before = time.perf_counter(), _processor()
    subprocess.run([sys.executable, *args], env=env, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began, _processor() - before


def _until(awaited: bytes, args: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Return seconds until a process on a pseudo-terminal has written ``awaited``."""
    before = _processor()
    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        termios.tcsetwinsize(0, (24, 80))
        os.execve(sys.executable, [sys.executable, *args], env)  # noqa: S606 - it is the program measured
    shown = b""
    with os.fdopen(terminal, "rb", buffering=0) as screen:
        while awaited not in shown:
            shown += screen.read(65536)
        took = time.perf_counter() - began
        os.kill(child, 9)
    os.waitpid(child, 0)
    return took, _processor() - before


def _processor() -> float:
    """Return the processor seconds of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
