"""The pages tell the truth: what they show is what the program does today."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import get_args
from urllib.parse import unquote

import pytest

from docs.generate import DEALS, PAGES, example, fresh
from ltc_coach.i18n import Lang
from ltc_coach.model.deal import Deal
from ltc_coach.model.playbook import Kind, Move, Playbook, Question
from ltc_coach.model.scenario import Expected, Scenario
from ltc_coach.model.spoken import BankKind
from ltc_coach.problems import EXIT_CODES
from ltc_coach.settings import Settings
from tests.cli_kit import Ran

ROOT = Path(__file__).parent.parent
READMES = ["README.md", "README.zh-CN.md"]
FORMATS = ["playbooks/README.md", "playbooks/README.zh-CN.md"]
EXAMPLES = sorted(DEALS.glob("*.yaml"))


def text_of(page: str) -> str:
    """Return the text of a page of the checkout."""
    return (ROOT / page).read_text(encoding="utf-8")


def python_blocks(page: str) -> list[str]:
    """Return the programs a page shows."""
    return re.findall(r"```python\n(.*?)```", text_of(page), flags=re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_what_the_program_knows_is_written_by_it(page: str) -> None:
    """Screens, commands, codes and limits are today's; if not, run `python docs/generate.py`."""
    assert fresh(ROOT / page, PAGES[page]) == text_of(page)


@pytest.mark.parametrize("page", READMES)
def test_a_readme_is_short(page: str) -> None:
    """Nobody reads more than 450 lines."""
    assert len(text_of(page).splitlines()) <= 450


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    """Links within the project point at files that are there."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text_of(page))
    assert [] == [link for link in links if not (ROOT / page).parent.joinpath(unquote(link)).exists()]


@pytest.mark.parametrize("page", READMES)
def test_the_exit_codes_are_in_both_languages(page: str) -> None:
    """The table has every code, with its meaning in the language of the page."""
    lang = PAGES[page]
    assert [] == [int(c) for c, said in EXIT_CODES.items() if f"| {int(c)} | {said.get(lang)} |" not in text_of(page)]


@pytest.mark.parametrize("page", READMES)
def test_every_setting_is_shown(page: str) -> None:
    """The ltc.toml of the page has each setting there is, and can be read."""
    (shown,) = re.findall(r"```toml\n(.*?)```", text_of(page), flags=re.DOTALL)
    assert {field.name for field in fields(Settings)} - {"file"} == set(tomllib.loads(shown))


@pytest.mark.parametrize("page", READMES)
def test_the_deal_of_the_readme_can_be_diagnosed(page: str, tmp_path: Path, ltc: Callable[..., Ran]) -> None:
    """What is shown as a deal file is one, and all of its ids exist."""
    (shown,) = re.findall(r"```yaml\n(.*?)```", text_of(page), flags=re.DOTALL)
    path = tmp_path / "deal.yaml"
    path.write_text(shown, encoding="utf-8")
    ran = ltc("diagnose", path, "--no-input", "--json")
    assert (0, "") == (ran.code, ran.err)
    assert json.loads(ran.out)["questions_asked"] == 3


@pytest.mark.parametrize("page", READMES)
def test_every_field_of_the_contract_is_explained(page: str, ltc: Callable[..., Ran]) -> None:
    """A script's author finds each top-level field of the JSON in the table."""
    report = json.loads(ltc("demo", "--json").out)
    assert [] == [field for field in report if f"`{field}`" not in text_of(page)]


@pytest.mark.parametrize("page", READMES)
def test_the_programs_of_the_readme_run(page: str) -> None:
    """The step-by-step program ends without an answer to anything, and the Python one finds the demo's place."""
    steps, api = python_blocks(page)
    assert '["ltc", ' in steps
    assert "while True:" in steps
    # The `ltc` of this environment, whatever is on the path; and two questions are enough.
    steps = steps.replace('["ltc", ', f'[{sys.executable!r}, "-m", "ltc_coach", ')
    steps = steps.replace("while True:", "for _ in range(2):")
    env = os.environ | {"PYTHONIOENCODING": "utf-8"}

    def run(program: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program], input=b"\n" * 20, capture_output=True, check=True, cwd=ROOT, env=env
        )
        return done.stdout.decode("utf-8").splitlines()[-1]

    assert "[" in run(steps)
    assert run(api).startswith("solution True ")


@pytest.mark.parametrize("page", FORMATS)
def test_the_example_playbook_is_sound_and_its_scenarios_pass(
    page: str, tmp_path: Path, ltc: Callable[..., Ran]
) -> None:
    """What a trainer copies from the page has no error and no warning, and does what its scenarios say."""
    path = tmp_path / "example.yaml"
    path.write_text(example(text_of(page)), encoding="utf-8")
    lint = ltc("playbook", "lint", path, "--strict")
    assert (lint.code, "0 errors, 0 warnings\n") == (0, lint.out)
    run = json.loads(ltc("playbook", "test", path, "--json").out)
    assert (run["passed"], run["failed"]) == (3, 0)


@pytest.mark.parametrize("page", FORMATS)
def test_every_key_of_the_format_is_explained(page: str) -> None:
    """Playbook, question, move, scenario, expectation: each key stands somewhere on the page."""
    text = text_of(page)
    keys = {name for model in (Playbook, Question, Move, Scenario, Expected) for name in model.model_fields}
    keys |= {str(kind) for kind in Kind} | set(get_args(BankKind))
    # Set by the loader, never written.
    keys -= {"fingerprint"}
    assert [] == sorted(key for key in keys if not re.search(rf"\b{key}\b", text))


def test_there_are_five_short_deals_and_a_long_one(ltc: Callable[..., Ran]) -> None:
    """An example is a deal a rep could have kept: dated, graded, with people; and it can be diagnosed."""
    assert len(EXAMPLES) == 6
    for path in EXAMPLES:
        report = json.loads(ltc("diagnose", path, "--no-input", "--json", "--today", "2026-11-21").out)
        assert report["settled"], path.name
        assert path.stem == "long" or 6 <= report["questions_asked"] <= 9, path.name
        assert report["surprising"] == [], path.name


def test_the_examples_stand_at_five_different_places(ltc: Callable[..., Ran]) -> None:
    """A tender, a fair, a rival's feature, a worried CFO, a quarrel after the signature."""
    places = {
        path.stem: json.loads(ltc("diagnose", path, "--no-input", "--json", "--today", "2026-11-21").out)["located"][
            "at"
        ]
        for path in EXAMPLES
    }
    assert places == {
        "demo": "solution",
        "fair-contact": "problem",
        "rival-feature": "measure",
        "favoured-cfo-worries": "risk",
        "delivery-quarrel": "use",
        "long": "solution",
    }


def test_the_examples_read_as_deals_to_the_last_field() -> None:
    """Every answer has its day, and every person named in one is among the people."""
    from ltc_coach.deals.files import load_deal

    for path in EXAMPLES:
        deal: Deal = load_deal(path).deal
        people = {person.id for person in deal.people}
        assert people, path.name
        assert all(answer.day for answer in deal.answers), path.name
        assert {name for a in deal.answers for name in (a.about, a.by) if name} <= people, path.name


def test_the_chinese_page_is_no_translation_stub() -> None:
    """Both READMEs have the same blocks, and the Chinese one is mostly Chinese."""
    blocks = [re.findall(r"<!-- end of ([a-z-]+) -->", text_of(page)) for page in READMES]
    assert blocks[0] == blocks[1]
    hanzi = len(re.findall("[\u4e00-\u9fff]", text_of("README.zh-CN.md")))
    assert hanzi > 3000
    assert PAGES["README.zh-CN.md"] is Lang.ZH
