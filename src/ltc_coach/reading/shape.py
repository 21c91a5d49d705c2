"""From a tree to a model: what does not fit becomes a problem with its place, in both languages.

Pydantic finds what is wrong; here its error types are put into the author's words. Its own
messages are never shown: they quote the input, and they are English about Python.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ltc_coach.i18n import Text
from ltc_coach.model.base import Model
from ltc_coach.plain import quoted
from ltc_coach.problems import Path, Problem, SourceMap
from ltc_coach.reading import wording
from ltc_coach.reading.refusals import COMMA

M = TypeVar("M", bound=Model)

_AT_MOST = 100  # problems of one tree
_UNKNOWN = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
_NOT_WRITTEN = frozenset({"fingerprint", "tests"})


def fit(
    model: type[M], data: Any, source: SourceMap, at: Path = (), known: Sequence[Problem] = ()
) -> tuple[M | None, tuple[Problem, ...]]:
    """Make a ``model`` of the tree ``data`` that stands at the path ``at`` of its document.

    ``known`` are the problems found while reading: nothing more is said about the same elements.
    Returns the model, or None and everything that is wrong; both are empty when the only problems
    are known ones.
    """
    if data is None:
        return None, ()  # the reader could not make anything of it, and has said why
    try:
        return model.model_validate(data), ()
    except ValidationError as error:
        errors = error.errors(include_url=False)
    faults = [_Fault.of(model, data, details) for details in errors[:_AT_MOST]]
    meant = {fault.meant() for fault in faults}
    said = {problem.path for problem in known if problem.path} | {problem.where for problem in known}
    problems = [fault.problem(at).at(source) for fault in faults if fault.lacks() not in meant]
    problems = [problem for problem in problems if problem.path not in said and problem.where not in said]
    if len(errors) > _AT_MOST:
        more = wording.MORE.fill(count=len(errors) - _AT_MOST)
        problems.append(Problem("too-many-problems", more, at).at(source))
    return None, tuple(problems)


class _Fault(NamedTuple):
    """One error of Pydantic's (``error`` is its type), brought back to what the author wrote.

    ``path`` is the way to the last element that was written, ``rest`` what Pydantic names beyond
    it; ``kind`` is the type the schema wants there, ``found`` what stands there.
    """

    error: str
    path: Path
    rest: tuple[str | int, ...]
    kind: Any
    found: Any
    context: Mapping[str, Any]
    label: Text

    @classmethod
    def of(cls, model: type[Model], data: Any, details: ErrorDetails) -> _Fault:
        """Follow Pydantic's location through the tree as far as it was written.

        Steps that nobody wrote are left out: `tests`, which a condition gathers by itself, indices of
        a list written as one word, names of validators and of union branches.
        """
        path: list[str | int] = []
        rest: list[str | int] = []
        labels: list[tuple[str, str]] = []
        named = 0
        kind: Any = model
        found = data
        for step in details["loc"]:
            inner = _inside(kind, step)
            kind = kind if inner is None else inner
            if isinstance(found, dict) and step in found:
                path.append(step)
                found = found[step]
            elif isinstance(found, dict) and isinstance(step, int) and 0 <= step < len(found):
                # A mapping that stands for a list, such as the answers of a scenario.
                path.append(list(found)[step])
                found = found[path[-1]]
            elif isinstance(found, list) and isinstance(step, int) and 0 <= step < len(found):
                path.append(step)
                found = found[step]
            else:
                rest.append(step)
                continue
            rest.clear()
            if (name := _name(path, found)) is not None:
                labels.append(name)
                named = len(path)
        return cls(
            details["type"],
            tuple(path),
            tuple(rest),
            kind,
            found,
            details.get("ctx") or {},
            _label(labels, path[named:], details),
        )

    def problem(self, at: Path) -> Problem:
        """Put it into words."""
        code, message, hint = self._words()
        lead = Text(zh=f"{self.label.zh}:", en=f"{self.label.en}: ") if self.label else Text()
        return Problem(
            code,
            Text(zh=lead.zh + message.zh, en=lead.en + message.en),
            (*at, *self.path),
            hint=hint,
            on_key=_on_key(self.error, self.rest) or self.rest[-1:] == ("[key]",),
        )

    def meant(self) -> tuple[Path, str] | None:
        """Return where and what a misspelt field should have been, so that nobody also calls it missing."""
        if self.error not in _UNKNOWN or not self.path:
            return None
        close = wording.nearest(_text(self.path[-1]), _field_names(self.kind))
        return None if close is None else (self.path[:-1], close)

    def lacks(self) -> tuple[Path, str]:
        """Return where and which field is missing; a fault of another kind lacks nothing that has a name."""
        return self.path, str(self.rest[-1]) if self.error == "missing" and self.rest else ""

    def _words(self) -> tuple[str, Text, Text]:
        """Return code, message and hint."""
        if self.error in wording.CONVERSIONS:
            code, message, hint = wording.CONVERSIONS[self.error]
            written = self.path[-1] if self.rest[-1:] == ("[key]",) and self.path else self.found
            return code, message.fill(written=quoted(_text(written))), hint
        if self.error in wording.KINDS:
            return self._wrong_kind()
        match self.error:
            case "missing":
                words = self._missing()
            case error if error in _UNKNOWN:
                words = self._unknown_field()
            case "enum" | "literal_error":
                words = self._not_allowed()
            case "too_short" | "too_long":
                wanted = self.context.get("min_length", self.context.get("max_length", ""))
                words = "wrong-length", wording.WRONG_LENGTH.fill(count=wanted), Text()
            case _:
                # A validator of ours may bring its own words.
                own = Text(str(self.context.get("zh", "")), str(self.context.get("en", "")))
                words = self.error.replace("_", "-") if own else "does-not-fit", own or wording.DOES_NOT_FIT, Text()
        return words

    def _missing(self) -> tuple[str, Text, Text]:
        name = self.rest[-1] if self.rest else ""
        if isinstance(name, int):
            return "wrong-length", wording.TOO_FEW, Text()
        if _unwrap(self.kind) is Text:
            sample = f"{name}: {{zh: ..., en: ...}}"
        elif _listed(self.kind):
            sample = f"{name}: [...]"
        else:
            sample = f"{name}: ..."
        return "missing-field", wording.MISSING.fill(name=name), wording.ADD.fill(sample=sample)

    def _unknown_field(self) -> tuple[str, Text, Text]:
        name = _text(self.path[-1]) if self.path else ""
        allowed = _field_names(self.kind)
        hint = wording.near(name, allowed) or wording.listing(allowed)
        if re.search("[：，\u3000]", name):
            hint = wording.FULL_WIDTH
        elif _unwrap(self.kind) is Text and not re.fullmatch("[a-z]{2,3}", name):
            hint = COMMA  # hardly a language: a sentence that a comma has broken
        return "unknown-field", wording.UNKNOWN_FIELD.fill(name=quoted(name)), hint

    def _not_allowed(self) -> tuple[str, Text, Text]:
        allowed = _choices(self.kind)
        message = wording.NOT_ALLOWED.fill(written=quoted(_text(self.found)))
        return "not-allowed", message, wording.near(_text(self.found), allowed) or wording.listing(allowed)

    def _wrong_kind(self) -> tuple[str, Text, Text]:
        wanted = wording.KINDS[self.error]
        if _unwrap(self.kind) is Text and self.error == "dataclass_type":
            return "not-bilingual", wording.NOT_BILINGUAL, wording.BILINGUAL
        if wanted is wording.TEXT and not isinstance(self.found, dict | list):
            wanted = wording.PLAIN
        hint = Text()
        if isinstance(self.found, str) and wanted is wording.MAPPING and ":" in self.found:
            hint = wording.SPACE_AFTER_COLON
        elif wanted is wording.LIST and isinstance(self.found, dict):
            hint = wording.DASHES
        return "wrong-kind", wording.WRONG_KIND.fill(wanted=wanted, found=_kind_of(self.found)), hint


def _name(path: Sequence[str | int], found: Any) -> tuple[str, str] | None:
    """Return (collection, id) if ``path`` leads to a named element of a known collection."""
    if len(path) < 2:  # noqa: PLR2004 - a collection and the element in it
        return None
    collection, step = path[-2], path[-1]
    if not isinstance(collection, str) or collection not in wording.ELEMENTS:
        return None
    if isinstance(step, str):
        return collection, step
    name = found.get("id", found.get("question")) if isinstance(found, dict) else None
    return (collection, name) if isinstance(name, str) and name else (collection, f"{step + 1}")


def _label(labels: Sequence[tuple[str, str]], path: Sequence[str | int], details: ErrorDetails) -> Text:
    """Return the innermost two names and the field: "question documents, answer tender, label"."""
    last = [(wording.ELEMENTS[collection], quoted(name, 40)) for collection, name in labels[-2:]]
    zh, en = [f"{t.zh} {n}" for t, n in last], [f"{t.en} {n}" for t, n in last]
    field = next((step for step in reversed(path) if isinstance(step, str)), None)
    if field is not None and not _on_key(details["type"], details["loc"]):
        zh.append(quoted(field, 40))
        en.append(quoted(field, 40))
    return Text(zh=",".join(zh), en=", ".join(en))


def _on_key(error: str, loc: Sequence[str | int]) -> bool:
    """Whether the problem stands at a key: of an unknown field, or of what lacks a field (not an item)."""
    return error in _UNKNOWN or (error == "missing" and isinstance(loc[-1], str))


def _kind_of(value: Any) -> Text:
    if isinstance(value, dict):
        return wording.MAPPING
    if isinstance(value, list | tuple):
        return wording.LIST
    return wording.PLAIN


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "{...}"
    return "[...]" if isinstance(value, list) else str(value)


# ---- what the schema wants at a place ------------------------------------------------------------


def _unwrap(kind: Any) -> Any:
    """Return the type below Annotated and `| None`."""
    while True:
        origin = get_origin(kind)
        if origin is Annotated:
            kind = get_args(kind)[0]
        elif origin in {Union, types.UnionType}:
            kind = next((a for a in get_args(kind) if a is not type(None)), None)
        else:
            return kind


def _inside(kind: Any, step: str | int) -> Any:
    """Return the type of the element ``step`` leads to, or None where the step leads nowhere."""
    kind = _unwrap(kind)
    origin, args = get_origin(kind), get_args(kind)
    if isinstance(step, int):
        return args[0] if origin in {tuple, list} and args else None
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return args[1] if step != "[key]" else None
    if isinstance(kind, type) and issubclass(kind, Model):
        by_name = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
        return by_name.get(step)
    if is_dataclass(kind):
        return str if any(field.name == step for field in fields(kind)) else None
    return None


def _listed(kind: Any) -> bool:
    return get_origin(_unwrap(kind)) in {tuple, list}


def _field_names(kind: Any) -> tuple[str, ...]:
    kind = _unwrap(kind)
    if isinstance(kind, type) and issubclass(kind, Model):
        return tuple(field.alias or name for name, field in kind.model_fields.items() if name not in _NOT_WRITTEN)
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def _choices(kind: Any) -> tuple[str, ...]:
    kind = _unwrap(kind)
    if isinstance(kind, type) and hasattr(kind, "__members__"):
        return tuple(str(member.value) for member in kind)  # type: ignore[attr-defined]
    return tuple(str(choice) for choice in get_args(kind))
