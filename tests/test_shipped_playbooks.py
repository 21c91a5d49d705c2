"""The playbooks shipped with ltc: content is code, so it is linted, tested, and reached by its tests."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from ltc_coach.authoring.lint import lint
from ltc_coach.authoring.loading import find_playbooks, load_playbook, read_playbook
from ltc_coach.authoring.scenarios import try_scenarios
from ltc_coach.authoring.shelf import shipped
from ltc_coach.documents.problems import render
from ltc_coach.documents.test_runs import render_run
from ltc_coach.i18n import Lang
from ltc_coach.model.scenario import TestRun
from ltc_coach.settings import DEFAULT_PLAYBOOK

SHIPPED = sorted(path for path in shipped().iterdir() if (path / "playbook.yaml").exists())

every_playbook = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)


@cache
def tried(path: Path) -> TestRun:
    """Run the scenarios of a playbook, once for all tests."""
    return try_scenarios(path)


def test_the_default_playbook_is_shipped() -> None:
    """What `ltc diagnose` uses when nothing else is asked for."""
    assert DEFAULT_PLAYBOOK in {path.name for path in SHIPPED}


@every_playbook
def test_it_lints_without_a_word(path: Path) -> None:
    """No error and no warning, neither of the files nor of what they mean."""
    loaded = read_playbook(path)
    problems = loaded.problems + (lint(loaded.playbook, loaded.source) if loaded.playbook else ())
    assert render(problems, Lang.EN).splitlines()[-1] == "0 errors, 0 warnings", render(problems, Lang.EN)


@every_playbook
def test_it_is_found_by_the_name_of_its_folder(path: Path) -> None:
    """Its id is the name people ask for."""
    assert path.name in {found.id for found in find_playbooks()}
    assert load_playbook(path).id == path.name


@every_playbook
def test_all_its_scenarios_come_out(path: Path) -> None:
    """Place, moves and nevers as the method says."""
    assert tried(path).failures == (), render_run(tried(path), Lang.EN)


@every_playbook
def test_every_move_and_never_is_reached_by_a_scenario(path: Path) -> None:
    """What no scenario brings up is untested."""
    assert [f"{uncovered.where} {uncovered.id}" for uncovered in tried(path).unreached] == []


@every_playbook
def test_every_place_has_four_scenarios(path: Path) -> None:
    """Few scenarios about a place are hardly a test of it."""
    assert [f"{thin.place}: {thin.scenarios}" for thin in tried(path).thin] == []


def test_the_buying_process_has_fifty_scenarios() -> None:
    """The main playbook is held by as many deals as a trainer sees in a year."""
    assert len(tried(shipped() / "buying-process").results) >= 50


def test_every_place_has_words_for_the_visit() -> None:
    """Seven questions to the customer, six of which close a gap, and two objections with an answer."""
    book = load_playbook(shipped() / "buying-process")
    known = {question.id for question in book.questions}
    assert [] == [f"{q.id}: {name}" for q in book.bank for name in q.closes if name not in known]
    for place in book.scales[book.main].ids:
        asked = [question for question in book.bank if place in question.at]
        assert len(asked) >= 7, place
        assert len([question for question in asked if question.closes]) >= 6, place
        assert len([one for one in book.objections if place in one.at]) >= 2, place


def test_no_worry_is_answered_with_a_lower_price() -> None:
    """Money does not lay a doubt to rest (domain S4-MM1)."""
    book = load_playbook(shipped() / "buying-process")
    cheaper = re.compile("降价|打折|折扣|优惠|便宜点|discount|lower price|cheaper for you", re.IGNORECASE)
    assert [] == [one.id for one in book.objections for lang in Lang if cheaper.search(one.answer.get(lang))]
