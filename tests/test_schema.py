"""The JSON Schema: what it accepts our reader accepts, what authors write it accepts, and it explains itself."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast, get_args

import pytest
import yaml
from jsonschema import Draft7Validator

from ltc_coach.authoring.lint import CHECKS
from ltc_coach.authoring.lint.samples import TINY
from ltc_coach.authoring.schema import description, playbook_schema, scenarios_schema, to_json
from ltc_coach.model import base
from ltc_coach.model.playbook import Politics
from ltc_coach.model.spoken import Filling
from ltc_coach.reading.tree import parse_yaml
from ltc_coach.words import ROLES

ROOT = Path(__file__).parent.parent
SCHEMAS = {"playbook": playbook_schema, "scenarios": scenarios_schema}
PLAYBOOK, SCENARIOS = playbook_schema(), scenarios_schema()
WRITTEN = sorted([*ROOT.glob("playbooks/*/*.yaml"), *ROOT.glob("tests/tiny/*.yaml")])


def errors(tree: Any, schema: dict[str, Any] = PLAYBOOK) -> list[str]:
    """Return what the schema says against a tree."""
    found = Draft7Validator(schema).iter_errors(tree)
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message}" for e in found]


def as_an_editor_reads(text: str) -> Any:
    """Return the tree with numbers and yes/no resolved, as an editor sees it: dates are text in YAML 1.2."""
    return json.loads(json.dumps(yaml.load(text, Loader=yaml.CSafeLoader), default=str))


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_files_are_fresh(name: str) -> None:
    """The files in schema/ are what the models say today (LTC_UPDATE=1 writes it anew)."""
    path = ROOT / "schema" / f"{name}.schema.json"
    made = to_json(SCHEMAS[name]())
    if os.environ.get("LTC_UPDATE") == "1":
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_the_schema_is_a_draft_07_schema(schema: Callable[[], dict[str, Any]]) -> None:
    """yaml-language-server reads draft-07: no `$defs`, no `prefixItems`, every reference leads somewhere."""
    made = schema()
    Draft7Validator.check_schema(made)
    text = to_json(made)
    assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert [word for word in ("$defs", "prefixItems", '"title": "') if word in text] == []
    assert {ref.removeprefix("#/definitions/") for ref in _values(made, "$ref")} <= made["definitions"].keys()


def _values(node: Any, key: str) -> Iterator[str]:
    if isinstance(node, dict):
        if key in node and isinstance(node[key], str):
            yield node[key]
        for child in node.values():
            yield from _values(child, key)
    elif isinstance(node, list):
        for child in node:
            yield from _values(child, key)


def _fields() -> list[tuple[str, str]]:
    """Return every (model, field) of both schemas."""
    found = []
    for name, schema in (("Playbook", PLAYBOOK), ("Scenarios", SCENARIOS)):
        models = {name: schema, **schema["definitions"]}
        found += [(model, field) for model, made in models.items() for field in made.get("properties", {})]
    return sorted(set(found) - {("Playbook", "scenarios")})


@pytest.mark.parametrize(("model", "field"), _fields())
def test_every_field_is_described_in_both_languages(model: str, field: str) -> None:
    """Whoever hovers over a key reads what it is for, in Chinese and in English."""
    text = description(model, field)
    spelled = (PLAYBOOK if model in {"Playbook", "Scenarios"} else PLAYBOOK["definitions"][model])["properties"][field]
    assert spelled["description"] == f"{text.zh}\n{text.en}"
    assert any("\u4e00" <= c <= "\u9fff" for c in text.zh)
    assert text.en.isascii()
    assert text.en


@pytest.mark.parametrize("path", WRITTEN, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_the_schema_accepts_what_we_ship(path: Path) -> None:
    """A shipped file is fine as our reader sees it (all text) and as an editor sees it (numbers, true, false)."""
    schema = SCENARIOS if path.stem.startswith("scenarios") else PLAYBOOK
    document = parse_yaml(path.read_bytes(), path.name)
    assert document.problems == ()
    assert errors(document.data, schema) == []
    assert errors(as_an_editor_reads(path.read_text(encoding="utf-8")), schema) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
def test_the_schema_accepts_every_good_sample(check: type[Any]) -> None:
    """The good samples are documentation: an editor underlines no word of them; fields left out are left out."""
    wrong = [e for e in errors(parse_yaml(check.good.encode(), "good.yaml").data) if "is a required property" not in e]
    assert wrong == []


def test_a_part_of_a_folder_is_accepted_by_itself() -> None:
    """questions.yaml holds one key; the schema asks for no other."""
    tree = parse_yaml(TINY.encode(), "tiny.yaml").data
    assert errors({"questions": tree["questions"]}) == []
    assert errors({"moves": tree["moves"]}) == []
    assert errors({}) == []


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"ltc": "one"},
        {"languages": ["zh", "fr"]},
        {"title": "小样"},
        {"title": {"zh": "小样", "de": "Muster"}},
        {"stop": {"at_most": "a dozen"}},
        {"stop": {"moves_sure": 90}},
        {"moves": [{"id": "m", "kind": "push", "title": {"zh": "推"}}]},
        {"moves": [{"id": "two words", "kind": "pull", "title": {"zh": "推"}}]},
        {"moves": [{"id": "m", "kind": "pull", "title": {"zh": "拉"}, "when": {"all": "pain"}}]},
        {"moves": [{"id": "m", "kind": "pull", "title": {"zh": "拉"}, "when": {"place": {"after": "pain"}}}]},
        {"facts": {"f": {"title": {"zh": "事"}}}},
        {"fingerprint": "abc"},
        {"actions": [{"id": "discount", "title": {"zh": "降价"}}]},
        {"moves": [{"id": "m", "kind": "pull", "title": {"zh": "拉"}, "politics": "low"}]},
        {"scales": {"place": {"title": {"zh": "走到"}, "pace": {"forward": "3%"}}}},
        {"ledger": {"scale": "origin", "ours": "us", "rival": "rival", "trust": "very"}},
        {"objections": [{"id": "dear", "at": "cost", "says": "太贵", "answer": {"zh": "跟什么比"}}]},
    ],
    ids=json.dumps,
)
def test_the_schema_underlines_a_slip(change: dict[str, Any]) -> None:
    """Typos in keys, words that are not on the list, missing fields, wrong kinds: seen while typing."""
    assert len(errors(change)) == 1


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_guide_names_every_word_that_may_be_written(page: str) -> None:
    """Roles, politics, what a letter takes, and the words no id may be: an author without an editor finds them too."""
    text = (ROOT / "playbooks" / page).read_text(encoding="utf-8")
    wanted = {*ROLES, *get_args(Politics), *get_args(Filling), *base.RESERVED}
    assert [] == sorted(word for word in wanted if not re.search(rf"\b{word}\b", text))


@pytest.mark.parametrize("when", ["pain", ["pain", "goal"], {"reached": "goal"}, {"at": "pain"}, {"not_at": ["pain"]}])
def test_a_test_may_be_written_short_or_long(when: Any) -> None:
    """All of `place: pain`, `place: [pain, goal]` and `place: {reached: goal}` are fine."""
    move = {"id": "m", "kind": "pull", "title": {"zh": "拉"}, "when": {"any": [{"place": when}], "not": {"x": when}}}
    assert errors({"moves": [move]}) == []


@pytest.mark.parametrize("answers", [{"cost": "figure", "talk": "trouble@told"}, [{"question": "cost", "value": "x"}]])
def test_scenario_answers_may_be_written_short_or_long(answers: Any) -> None:
    """Both `{cost: figure@told}` and a list of full answers."""
    scenario = {"id": "s", "title": {"zh": "例"}, "answers": answers, "expect": {"place": "goal", "settled": "true"}}
    assert errors({"scenarios": [scenario]}, SCENARIOS) == []
    assert errors({"scenarios": [scenario]}) == []


def test_ids_follow_the_models() -> None:
    """The pattern of ids is that of the models, anchored."""
    spelled = cast("dict[str, str]", PLAYBOOK["properties"]["id"])
    assert spelled["pattern"] == f"^{base._ID}$".replace(r"\u4e00", "\u4e00").replace(r"\u9fff", "\u9fff")
