"""What a start-up may import: exact and without noise, unlike a clock (design.md section 7)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.cli_kit import TINY

HEAVY = (
    "pydantic",
    "rich",
    "questionary",
    "prompt_toolkit",
    "numpy",
    "yaml",
    "wcwidth",
    "platformdirs",
    "importlib.metadata",
)
COMMANDS = ("diagnose", "brief", "debrief", "demo", "ask", "letter", "show", "deals", "batch", "fit", "help", "version")
PLAYBOOK_COMMANDS = ("list", "show", "lint", "test", "simulate", "schema")

# Runs a command line in a fresh interpreter, then says what was imported on the way.
PROBE = """
import contextlib, io, json, sys
from ltc_coach.__main__ import main
with contextlib.redirect_stdout(io.StringIO()):
    code = main(sys.argv[1:])
print(json.dumps([code, sorted(sys.modules)]))
"""


def imported_by(*args: str) -> set[str]:
    """Return the modules that a successful run of these arguments imports."""
    probe = [sys.executable, "-c", PROBE, *args]
    done = subprocess.run(probe, capture_output=True, text=True, check=True)
    code, modules = json.loads(done.stdout)
    assert code == 0, done.stderr
    return set(modules)


def test_the_version_is_answered_at_the_front_door() -> None:
    """`--version` loads two modules of ours and no third-party package at all, not even Typer."""
    modules = imported_by("--version")
    assert {"ltc_coach", "ltc_coach.__main__"} == {m for m in modules if m.startswith("ltc_coach")}
    assert set() == {"typer", "argparse", "importlib.metadata", *HEAVY} & modules


@pytest.mark.parametrize(
    "args",
    [
        ("--help",),
        *((name, "--help") for name in COMMANDS),
        ("playbook", "--help"),
        *(("playbook", name, "--help") for name in PLAYBOOK_COMMANDS),
        ("help", "exit-codes"),
    ],
    ids=" ".join,
)
def test_help_imports_nothing_heavy(args: tuple[str, ...]) -> None:
    """Pydantic alone would double the time to a help page; so would Rich, and Questionary triples it."""
    assert set() == set(HEAVY) & imported_by(*args)


def test_a_diagnosis_without_questions_loads_no_prompts() -> None:
    """Not even Pydantic or YAML for `diagnose --no-input --json`, once the playbook is in the cache."""
    args = ("diagnose", "-p", str(TINY), "--no-input", "--json", "--answer", "documents=tender@told")
    imported_by(*args)
    modules = imported_by(*args)
    assert set() == set(HEAVY) & modules


def test_the_public_interface_is_loaded_on_first_use() -> None:
    """`import ltc_coach` costs nothing; each name brings its own home."""
    code = "import sys, ltc_coach; print('pydantic' in sys.modules); ltc_coach.coach; print('yaml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
