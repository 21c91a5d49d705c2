"""No input can crash or hang the reader: all of it is read as written, or refused with a place and a reason."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ltc_coach.authoring.loading import read_playbook
from ltc_coach.documents.problems import render
from ltc_coach.i18n import Lang
from ltc_coach.plain import UNSAFE
from tests.hostile.corpus import CASES, Case

ROOT = Path(__file__).parent.parent
SLOWEST = 1.0  # seconds of processor time for any input (reliability N3)


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, Any]]:
    """Read the whole corpus in another process, once."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.hostile.runner"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == 0, f"died after {lines[-1]['name'] if lines else 'nothing'}: {run.stderr[-500:]}"
    return {line["name"]: line for line in lines}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_hostile_input_ends_as_demanded(case: Case, outcomes: dict[str, dict[str, Any]]) -> None:
    """Each input is refused with exactly its problems, or read as exactly what was written."""
    outcome = outcomes[case.name]
    assert (sorted(case.codes), True) == (outcome["codes"], outcome["as_written"])


def test_no_hostile_input_takes_long(outcomes: dict[str, dict[str, Any]]) -> None:
    """Any input is dealt with within a second of processor time."""
    slow = [o["name"] for o in outcomes.values() if o["seconds"] > SLOWEST]
    assert slow == []


def test_every_refusal_is_told_well(outcomes: dict[str, dict[str, Any]]) -> None:
    """Every problem has a place inside the file, both languages, and nothing live in its words."""
    badly_told = {o["name"]: o["badly_told"] for o in outcomes.values() if o["badly_told"]}
    assert badly_told == {}


def test_case_names_are_unique() -> None:
    """No case hides another one of the same name."""
    assert len(CASES) == len({case.name for case in CASES})


@pytest.mark.parametrize("case", [c for c in CASES if not callable(c.content)], ids=lambda case: case.name)
def test_no_hostile_playbook_gets_through(case: Case, tmp_path: Path) -> None:
    """None of these is a playbook, and saying so shows no control character in any format."""
    file = tmp_path / "playbook.yaml"
    file.write_bytes(case.bytes)
    loaded = read_playbook(file)
    assert loaded.playbook is None
    for lang in Lang:
        for told in (render(loaded.problems, lang), render(loaded.problems, lang, "github")):
            assert told
            assert UNSAFE.search(told) is None
        assert json.loads(render(loaded.problems, lang, "json"))["errors"] > 0
