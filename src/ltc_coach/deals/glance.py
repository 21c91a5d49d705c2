"""Plain deal files at a glance: what ltc itself writes, read without libyaml and without Pydantic.

A list of 2,000 deals reads 2,000 files, and the YAML reader and its checks take more than a millisecond
for each. Most files use a small part of YAML: one field or one entry a line, words that need no
thought. Those are read here, many times as fast. There is one rule: whatever is not certain is None, and
the reader proper says what it is, or what is wrong with it. So a deal read here is the deal the
reader would have read (tests/test_glance.py), and nothing is ever refused here.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from ltc_coach.model.base import Model, Written
from ltc_coach.model.deal import Deal

# Bytes; far below every limit of the reader, so that none needs to be looked at here.
LARGEST = 15_000

# A text without quotes that can only be this text: no colon, no #, no sign that means something to YAML.
# Written as what it is not: to compile classes that name the hanzi takes longer than reading 100 deals.
_FIRST = r"[^\x00-/:-@\[-^`{-\x7f]"  # letters and digits of all scripts, _
_INNER = r"[^\x00-\x1f!-$&*,:<-@\[-^`{-\x7f]"  # and " %'()+-./;"
_LAST = r"[^\x00-$&-(*-\-/:-@\[-^`{-\x7f]"  # and "%)."
_ONE = rf'(?:"[^"\\\n]*"|{_FIRST}(?:{_INNER}*{_LAST})?)'
_LIST = rf"\[(?:{_ONE}(?:, {_ONE})*)?\]"
_PAIR = rf"[a-z_]+: (?:{_ONE}|{_LIST})"
_FLOW = rf"\{{{_PAIR}(?:, {_PAIR})*\}}"

# A line: indent, dash, key and its value, or an entry that is no field; or, as the last, none of these.
_LINES = re.compile(
    rf"^( *+)(- ++)?+(?:([a-z_]+):(?: ++({_ONE}|{_LIST}|{_FLOW}))?+|({_ONE}|{_FLOW})|(?=#|$))"
    r" *+(?:(?<= )#(?: .*+)?+)?+$|^ *+#.*$|^(.+)$",
    re.MULTILINE,
)
# A field of an entry on one line: its value is a word (2), or stands in quotes or brackets (3).
_PAIRS = re.compile(rf"([a-z_]+): (?:({_FIRST}[^,\}}]*)|(\"[^\"]*\"|\[[^\]]*\]))")
_ONES = re.compile(_ONE)
# Without quotes these are nothing, which the reader complains about.
_NOTHING = frozenset({"null", "Null", "NULL"})

Line = tuple[str, str, str, str, str, str]
Check = Callable[[Any], Any]


class _Uncertain(ValueError):  # noqa: N818 - nothing is wrong, somebody else looks at it
    """A matter for the reader proper."""


def glance(data: bytes) -> Deal | None:
    """Return the deal that these bytes plainly are; None when that needs a closer look."""
    if len(data) > LARGEST:
        return None
    try:
        text = data.decode().replace("\r\n", "\n")
        # What is no plain text (controls, odd spaces, a byte order mark) is unprintable.
        deal: Deal | None = _checked(Deal)(_tree(text)) if text.replace("\n", "").isprintable() else None
    except ValueError:
        return None
    return deal


def _tree(text: str) -> dict[str, Any]:
    """Read a file: root fields, below some of them a list of entries or a few fields."""
    root: dict[str, Any] = {}
    blocks: dict[str, list[Line]] = {}
    below: list[Line] = []
    nowhere = below
    for line in _LINES.findall(text):
        indent, dash, key, value, item, other = line
        if other or (dash and not (key or item)):
            raise _Uncertain
        if item or (key and (indent or dash)):
            below.append(line)
        elif key:
            if key in root:
                raise _Uncertain
            root[key] = _value(value) if value else None
            below = nowhere if value else blocks.setdefault(key, [])
    if nowhere:
        raise _Uncertain
    for key, lines in blocks.items():
        root[key] = _block(lines)
    return root


def _block(lines: list[Line]) -> Any:
    """Read what stands below a root field: a list, or a few fields."""
    if not lines:
        raise _Uncertain
    margin, dash = lines[0][:2]
    if not dash:
        return _mapping(lines, len(margin))
    entries: list[list[Line]] = []
    for line in lines:
        if line[1]:
            entries.append([line])
        else:
            entries[-1].append(line)
    return [_entry(entry, margin) for entry in entries]


def _entry(lines: list[Line], margin: str) -> Any:
    indent, dash, _, _, item, _ = lines[0]
    if indent != margin or (item and len(lines) > 1):
        raise _Uncertain
    return _value(item) if item else _mapping(lines, len(indent) + len(dash))


def _mapping(lines: list[Line], column: int) -> dict[str, Any]:
    """Read fields that begin at ``column``, one a line; before the first of them a dash may stand."""
    fields: dict[str, Any] = {}
    for number, (indent, dash, key, value, item, _) in enumerate(lines):
        if item or not value or key in fields or len(indent) + len(dash) != column or (dash and number):
            raise _Uncertain
        fields[key] = _value(value)
    return fields


def _value(text: str) -> Any:
    """Return what a value on one line says: a text, a list of texts, or a few fields."""
    first = text[0]
    if first == "{":
        return _fields(text)
    if first == "[":
        return [_value(one) for one in _ONES.findall(text)]
    if first == '"':
        return text[1:-1]
    if text in _NOTHING:
        raise _Uncertain
    return text


def _fields(text: str) -> dict[str, Any]:
    """Return the fields of an entry on one line."""
    if '"' in text or "[" in text:
        found = _PAIRS.findall(text)
        words = [word for _, word, _ in found]
        pairs: list[Any] = [(key, word or _value(value)) for key, word, value in found]
    else:
        pairs = [pair.split(": ") for pair in text[1:-1].split(", ")]
        words = [pair[1] for pair in pairs]
    fields = dict(pairs)
    if len(fields) < len(pairs) or not _NOTHING.isdisjoint(words):
        raise _Uncertain
    return fields


# functools.cache would do, but type checkers refuse it a class that has a hash for its instances.
_CHECKS: dict[type[Model], Check] = {}


def _checked(model: type[Model]) -> Check:
    """Return what makes a model of a mapping, as its Pydantic form would, or raises ValueError."""
    if model not in _CHECKS:
        _CHECKS[model] = _form(model)
    return _CHECKS[model]


def _form(model: type[Model]) -> Check:
    if next(kind for kind in model.__mro__ if "model_prepared" in vars(kind)) is not Model:
        return _never
    hints = get_type_hints(model, include_extras=True)
    checks: dict[str, Check] = {name: _check(hints[name]) for name in model.model_names}
    checks |= {written: checks[name] for name, written in model.model_written_as.items()}
    named = {written: name for name, written in model.model_written_as.items()}
    required, closed = model.model_required, model.model_unknown == "forbid"

    def check(tree: Any) -> Model:
        if type(tree) is not dict:
            raise _Uncertain
        given = {key: checks[key](value) for key, value in tree.items() if key in checks}
        if closed and len(given) < len(tree):
            raise _Uncertain
        if named:
            given = {named.get(key, key): value for key, value in given.items()}
        if not required <= given.keys():
            raise _Uncertain
        # The constructor would only compare the names once more.
        made = object.__new__(model)
        vars(made).update(given)
        return made

    return check


def _check(kind: Any) -> Check:
    """Return the check of one field; of a kind that is not known here, one that leaves it to Pydantic."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        kinds = [arg for arg in args if arg is not type(None)]
        return _check(kinds[0]) if len(kinds) == 1 else _never
    if origin is Annotated and isinstance(args[1], Written):
        return _converted(args[1].convert, _check(args[0]))
    if origin is Literal:
        return _one_of(frozenset(args))
    if origin is tuple and args[1:] == (...,):
        return _each(_check(args[0]))
    if isinstance(kind, type) and issubclass(kind, Model):
        return _checked(kind)
    return _plain(kind) if isinstance(kind, type) else _never


def _never(_: Any) -> Any:
    raise _Uncertain


def _plain(kind: type) -> Check:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise _Uncertain
        return value

    return check


def _converted(convert: Check, check: Check) -> Check:
    # The same days stand in every file.
    @lru_cache(maxsize=4096)
    def word(value: str) -> Any:
        return check(convert(value))

    return lambda value: word(value) if type(value) is str else check(convert(value))


def _one_of(choices: frozenset[Any]) -> Check:
    def check(value: Any) -> Any:
        if type(value) is not str or value not in choices:
            raise _Uncertain
        return value

    return check


def _each(check: Check) -> Check:
    def checked(values: Any) -> Any:
        if type(values) is not list:
            raise _Uncertain
        return tuple([check(value) for value in values])

    return checked
