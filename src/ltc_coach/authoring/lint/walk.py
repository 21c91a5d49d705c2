"""The ways through a playbook: every claim, condition, text and list of ids, each with its written path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ltc_coach.i18n import Lang, Text
from ltc_coach.model.base import Model
from ltc_coach.model.playbook import Claim, Playbook, Question, Span, When
from ltc_coach.plain import quoted
from ltc_coach.problems import Path, SourceMap
from ltc_coach.reading.wording import ELEMENTS

# Fields below which no text and no list of elements stands, in whatever model.
_WORDLESS = frozenset({"source", "when", "says", "sets", "needs"})
_KNOWN: dict[type[Model], tuple[tuple[str, str, bool], ...]] = {}


@dataclass(frozen=True, slots=True)
class Said:
    """One claim: where it stands, on which scale, in which question."""

    path: Path
    scale: str
    claim: Claim
    question: Question


@dataclass(frozen=True, slots=True)
class Tested:
    """One test of a condition: where it stands, which scale or fact it asks about."""

    path: Path
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Written:
    """One text: where it stands and whether the format requires it."""

    path: Path
    text: Text
    required: bool


def claims(playbook: Playbook) -> Iterator[Said]:
    """Yield every claim of every answer, `unknown` included."""
    for q, question in enumerate(playbook.questions):
        for a, option in enumerate(question.answers):
            for scale, claim in option.says.items():
                yield Said(("questions", q, "answers", a, "says", scale), scale, claim, question)
        for scale, claim in question.unknown.says.items():
            yield Said(("questions", q, "unknown", "says", scale), scale, claim, question)


def conditions(playbook: Playbook) -> Iterator[tuple[Path, When]]:
    """Yield every `when` and proof: of moves, of rungs, of caps."""
    for m, move in enumerate(playbook.moves):
        yield ("moves", m, "when"), move.when
    for name, ladder in playbook.ladders.items():
        for r, rung in enumerate(ladder.rungs):
            yield ("ladders", name, "rungs", r, "proof"), rung.proof
        for c, cap in enumerate(ladder.caps):
            yield ("ladders", name, "caps", c, "when"), cap.when


def tests(playbook: Playbook) -> Iterator[Tested]:
    """Yield every test of every condition."""
    for path, when in conditions(playbook):
        yield from _tests(when, path)


def _tests(when: When, path: Path) -> Iterator[Tested]:
    for name, span in when.tests.items():
        yield Tested((*path, name), name, span)
    for word, parts in (("all", when.all), ("any", when.any)):
        for i, part in enumerate(parts):
            yield from _tests(part, (*path, word, i))
    if when.not_:
        yield from _tests(when.not_, (*path, "not"))


def _fields(model: type[Model]) -> tuple[tuple[str, str, bool], ...]:
    """Return (attribute, written key, required) of every field that can hold a text or a list of elements."""
    if model not in _KNOWN:
        _KNOWN[model] = tuple(
            (name, field.alias or name, field.is_required())
            for name, field in model.model_fields.items()
            if field.annotation not in {str, int, float, bool, str | None} and name not in _WORDLESS
        )
    return _KNOWN[model]


def texts(node: object, path: Path = (), *, required: bool = False) -> Iterator[Written]:
    """Yield every text that was written, and every required one."""
    if isinstance(node, Text):
        yield Written(path, node, required)
    elif isinstance(node, Model):
        for name, key, wanted in _fields(type(node)):
            if wanted or name in node.model_fields_set:
                yield from texts(getattr(node, name), (*path, key), required=wanted)
    elif isinstance(node, tuple):
        for i, item in enumerate(node):
            yield from texts(item, (*path, i), required=True)
    elif isinstance(node, dict):
        for key, item in node.items():
            yield from texts(item, (*path, key), required=True)


def lists_of_ids(node: object, path: Path = ()) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield every list whose items have ids, with those ids."""
    if isinstance(node, Model):
        for name, key, _ in _fields(type(node)):
            yield from lists_of_ids(getattr(node, name), (*path, key))
    elif isinstance(node, dict):
        for key, item in node.items():
            yield from lists_of_ids(item, (*path, key))
    elif isinstance(node, tuple) and node and isinstance(node[0], Model):
        if "id" in node[0].model_names:
            yield path, tuple(item.id for item in node)
        for i, item in enumerate(node):
            yield from lists_of_ids(item, (*path, i))


def element(playbook: Playbook, path: Path) -> Text:
    """Name the innermost two elements a path leads through, by ids: `question documents, answer tender`."""
    node: Any = playbook
    names: list[tuple[Text, str]] = []
    for step, follower in pairwise(path):
        node = _step(node, step)
        # The `maps` of a place refer to maps: nothing of that name begins there.
        begins = isinstance(node, tuple) or (isinstance(node, dict) and not names)
        if isinstance(step, str) and step in ELEMENTS and begins:
            name = getattr(_step(node, follower), "id", follower)
            names.append((ELEMENTS[step], quoted(str(name), 40)))
    zh, en = ([f"{kind.get(lang)} {name}" for kind, name in names[-2:]] for lang in (Lang.ZH, Lang.EN))
    return Text(zh=",".join(zh), en=", ".join(en))


def _step(node: Any, step: str | int) -> Any:
    """Return the child of an element; None where the path leaves the model."""
    if isinstance(node, tuple):
        return node[step] if isinstance(step, int) and step < len(node) else None
    if isinstance(node, dict):
        return node.get(step)
    return getattr(node, str(step), None)


def as_written(path: Path, source: SourceMap) -> Path:
    """Return the path as the author wrote it: `place: [pain, goal]` has no `at` to walk through."""
    if path in source.values or path in source.keys:
        return path
    for i, step in enumerate(path):
        if step == "at":
            shorter = path[:i] + path[i + 1 :]
            if shorter in source.values or shorter in source.keys:
                return shorter
    return path
