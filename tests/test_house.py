"""The house itself: help in both languages, a README that is true, modules of one subject."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from ltc_coach.problems import EXIT_CODES

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src" / "ltc_coach").rglob("*.py"))
# Modules longer than 400 lines, each with the reason why it is still one subject.
LONG: dict[str, str] = {}

HELP = """
import contextlib, io, json, sys
import typer
from ltc_coach.__main__ import main
from ltc_coach.cli.app import build
from ltc_coach.i18n import Lang
from ltc_coach.cli.session import Session
from ltc_coach.settings import Settings

root = typer.main.get_command(build())
pages, params = {}, {}

def walk(command, words):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([*words, "--help", "--lang", sys.argv[1]]) == 0
    name = " ".join(words)
    pages[name] = out.getvalue()
    params[name] = [
        [p.param_type_name, list(p.opts), p.help or "", p.metavar or "", bool(getattr(p, "is_flag", False))]
        for p in command.params
        if not getattr(p, "hidden", False)
    ]
    if hasattr(command, "list_commands"):
        for sub in command.list_commands(None):
            walk(command.get_command(None, sub), [*words, sub])

walk(root, [])
print(json.dumps([pages, params]))
"""


@cache
def help_in(lang: str, columns: int) -> tuple[dict[str, str], dict[str, list[list[object]]]]:
    """Return every help page, and the parameters of every command, by the words of the command."""
    env = os.environ | {"COLUMNS": str(columns)}
    done = subprocess.run([sys.executable, "-c", HELP, lang], capture_output=True, text=True, check=True, env=env)
    pages, params = json.loads(done.stdout)
    return pages, params


def cells(line: str) -> int:
    """Count terminal cells."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("columns", [60, 80])
def test_help_is_complete_on_a_narrow_terminal(lang: str, columns: int) -> None:
    """Nothing is cut with an ellipsis; only examples, which are there to be copied, may be wider."""
    pages, _ = help_in(lang, columns)
    for name, page in pages.items():
        lines = page.splitlines()
        examples = [line for line in lines if line.startswith("  ") and line.strip().startswith("ltc ")]
        too_wide = [line for line in lines if cells(line) > columns and line not in examples]
        assert [] == too_wide, name
        assert "…" not in page, name


def test_every_command_and_option_is_explained_in_both_languages() -> None:
    """Chinese has hanzi, English has none, and each value has a name."""
    for lang in ("zh", "en"):
        pages, params = help_in(lang, 80)
        for name, page in pages.items():
            assert bool(re.search("[\u4e00-\u9fff]", page)) is (lang == "zh"), f"ltc {name} --lang {lang}"
            for kind, options, said, metavar, is_flag in params[name]:
                assert said, f"ltc {name}: {options} has no help"
                assert kind != "option" or is_flag or metavar, f"ltc {name}: {options} has no name for its value"


def test_every_command_has_examples() -> None:
    """Examples come first in help: people copy before they read."""
    pages, _ = help_in("en", 80)
    assert [] == [name for name, page in pages.items() if "Examples:\n  ltc " not in page]


def test_every_command_is_in_the_readme() -> None:
    """A command nobody can find does not exist."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pages, _ = help_in("en", 80)
    commands = [
        name
        for name in pages
        if name and f"ltc {name} " not in "".join(f"ltc {other} " for other in pages if other.startswith(f"{name} "))
    ]
    assert [] == [name for name in commands if f"ltc {name}" not in readme]


def test_the_exit_codes_of_the_readme_are_the_real_ones() -> None:
    """The README's table has every code of problems.EXIT_CODES and no other."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|\s*`?(\d+)`?\s*\|", readme, flags=re.MULTILINE)
    assert sorted(int(code) for code in EXIT_CODES) == sorted(int(row) for row in rows)


def test_a_module_has_one_subject() -> None:
    """Over 400 lines it needs a reason on the list above; a listed module that got shorter leaves it."""
    long = {
        str(path.relative_to(ROOT / "src" / "ltc_coach"))
        for path in SOURCES
        if len(path.read_text(encoding="utf-8").splitlines()) > 400
    }
    assert set(LONG) == long


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    """A module is named by the question it answers."""
    odd = {"utils", "util", "helpers", "helper", "common", "core", "misc", "base_classes"}
    assert set() == {path.stem for path in SOURCES} & odd
    assert set() == {path.parent.name for path in SOURCES} & odd


def test_only_the_edges_write_to_the_terminal() -> None:
    """Renderers return, edges print: no print anywhere, no stream outside cli and console."""
    writers = []
    for path in SOURCES:
        parts = path.relative_to(ROOT / "src" / "ltc_coach").parts
        edge = parts[0] in {"cli", "console", "__main__.py"}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            stream = isinstance(node, ast.Attribute) and node.attr in {"stdout", "stderr"} and not edge
            printed = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            if stream or printed:
                writers.append(f"{path.name}:{getattr(node, 'lineno', 0)}")
    assert [] == writers


def test_ctrl_c_is_never_swallowed() -> None:
    """Questionary's ask() turns Ctrl-C into an answer of None; only unsafe_ask() may be called."""
    calls = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "ask"
        and not node.args
    ]
    assert [] == calls


def test_the_version_stands_once() -> None:
    """The changelog knows the version that the package says it is."""
    from ltc_coach import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
