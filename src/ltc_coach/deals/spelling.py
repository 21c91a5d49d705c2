"""How values of a deal are spelled in YAML: plainly where nobody could misread them, in quotes elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from ltc_coach.model.base import Model
from ltc_coach.model.deal import Deal

# Written without quotes: what no YAML reader could take for anything but this text.
_PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff](?:[A-Za-z0-9._\-\u4e00-\u9fff]*[A-Za-z0-9_\u4e00-\u9fff])?")
# What looks like a text and is yes, no or nothing to one reader or another.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_HEADER = (
    "# 一个商机的档案,由 ltc 记录;可以直接改,注释和自己加的字段都会保留\n"
    "# A deal, kept by ltc; edit it as you like: comments and fields of your own stay\n"
)


def scalar(value: object) -> str:
    """Return one value as it is written; days, money and numbers are not quoted, a text where it must be."""
    match value:
        case date():
            return value.isoformat()
        case float():
            # Never 1e-05: the shortest digits that read back as the same number.
            return format(Decimal(repr(value)), "f")
        case Decimal():
            return format(value, "f")
        case int():
            return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def flow(value: object) -> str:
    """Return a value on one line: an entry in braces, a list in brackets, anything else as a scalar."""
    if isinstance(value, Model):
        return "{" + ", ".join(f"{name}: {flow(field)}" for name, field in fields(value).items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def block(entries: Sequence[Model], column: int, newline: str, *, one_line: bool) -> str:
    """Return list entries as lines that begin at ``column``: one line for each entry, or one for each field."""
    margin = " " * column
    lines: list[str] = []
    for entry in entries:
        if one_line:
            lines.append(f"{margin}- {flow(entry)}")
        else:
            spelled = [f"{name}: {flow(value)}" for name, value in fields(entry).items()]
            lines += [f"{margin}{'  ' if i else '- '}{field}" for i, field in enumerate(spelled)]
    return "".join(line + newline for line in lines)


def whole(deal: Deal) -> str:
    """Return the text of a new deal file."""
    lines = [_HEADER, f"ltc: {deal.ltc}\n"]
    for name, value in fields(deal).items():
        if name == "ltc":
            continue
        if isinstance(value, tuple) and isinstance(value[0], Model):
            lines += [f"{name}:\n", block(value, 2, "\n", one_line=False)]
        else:
            lines.append(f"{name}: {flow(value)}\n")
    return "".join(lines)


def fields(model: Model) -> dict[str, object]:
    """Return the fields that say something, by the names they are written with; what is the default is left out."""
    kind = type(model)
    said = {name: getattr(model, name) for name in kind.model_names}
    return {
        kind.model_written_as.get(name, name): value
        for name, value in said.items()
        if value is not None and (name in kind.model_required or value != getattr(kind, name))
    }


def texts(value: object) -> str:
    """Return every text within a value, one after the other: what has to be fit to be written."""
    match value:
        case Model():
            return texts(list(fields(value).values()))
        case tuple() | list():
            return "".join(texts(item) for item in value)
        case Mapping():
            return texts([*value.values()])
        case str():
            return value
    return ""
