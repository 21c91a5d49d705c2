"""``ltc fit`` as a person and a script use it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli_kit import Ran

Ltc = Callable[..., Ran]

EXAMPLES = Path(__file__).parents[1] / "examples" / "deals"


def test_few_deals_are_called_too_few(ltc: Ltc) -> None:
    """Six deals say nothing about anybody's win rate, and the screen says how many would."""
    done = ltc("fit", str(EXAMPLES))
    assert done.code == 0
    assert "6 deals" in done.out
    assert "too few, 0 closed deals of the 100 needed" in done.out
    assert "no file was changed" in " ".join(done.out.split())


def test_the_json_proposes_nothing_without_enough(ltc: Ltc) -> None:
    """Counts, intervals and floors are all there, proposals are null."""
    done = ltc("fit", str(EXAMPLES), "--json")
    proposal = json.loads(done.out)
    assert proposal["deals"] == 6
    assert proposal["prior_weight"] == 10
    assert {t["propose"] for t in proposal["trust"]} == {None}
    assert all(t["low"] <= t["learned"] <= t["high"] for t in proposal["trust"])


def test_a_file_that_cannot_be_read_is_told_and_the_rest_is_used(ltc: Ltc, tmp_path: Path) -> None:
    """Exit 3: partial."""
    (tmp_path / "good.yaml").write_text("id: a\ncustomer: b\n", encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("id: [\n", encoding="utf-8")
    done = ltc("fit", str(tmp_path))
    assert done.code == 3
    assert "bad.yaml" in done.err
    assert "1 deals" in done.out


@pytest.mark.parametrize("written", ["huaxin-mes: nowhere\n", "- a\n"])
def test_labels_must_be_places(ltc: Ltc, tmp_path: Path, written: str) -> None:
    """A place the playbook does not have, or no mapping at all."""
    labels = tmp_path / "labels.yaml"
    labels.write_text(written, encoding="utf-8")
    done = ltc("fit", str(EXAMPLES), "--labels", str(labels))
    assert done.code == 2
    assert "--labels" in done.err


def test_a_question_is_told_once(ltc: Ltc, tmp_path: Path) -> None:
    """Its claims are learned as one number: one sentence for all of them, not the same one for each answer."""
    for n in range(60):
        said = {"documents": ("tender", "draft_contract", "signed_contract")[n % 3]}
        said |= dict.fromkeys(("talks_about",), "troubles")
        lines = "".join(f"  - {{question: {q}, value: {v}, day: 2026-03-02}}\n" for q, v in said.items())
        (tmp_path / f"d{n}.yaml").write_text(f"ltc: 1\nid: d{n}\ncustomer: C\nanswers:\n{lines}", encoding="utf-8")
    labels = tmp_path / "labels.yml"
    labels.write_text("".join(f"d{n}: problem\n" for n in range(60)), encoding="utf-8")
    out = " ".join(ltc("fit", *map(str, tmp_path.glob("*.yaml")), "--labels", str(labels), "--lang", "en").out.split())
    assert "in the playbook" in out
    assert out.count("newest piece of paper") == 1
    assert "make it guess" in out


def test_a_table_is_no_deal_file(ltc: Ltc, tmp_path: Path) -> None:
    """Said as such, and not as a mistake in its encoding."""
    table = tmp_path / "deals.csv"
    table.write_bytes("商机编号,客户\n1,华信\n".encode("gb18030"))
    done = ltc("fit", str(table), "--lang", "en")
    assert done.code == 2
    assert "reads deal files (YAML) only" in done.err
