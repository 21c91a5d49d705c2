"""Where in the text of a deal file a change goes.

Places come from the parser, so the text around a change (comments, blank lines, line ends, quoting, unknown
fields) is copied and never rewritten. The style of what is there is taken up: one line for each entry of a
list, or one for each field. A field that goes takes no comment with it: those stay, on lines of their own.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ltc_coach.deals.spelling import block, fields, flow, texts
from ltc_coach.i18n import Text, both
from ltc_coach.model.base import Model
from ltc_coach.model.deal import Deal
from ltc_coach.problems import Path

if TYPE_CHECKING:
    from yaml import MappingNode, Node

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BREAK = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"#[^\r\n]*")
_BLOCK_OF_TEXT = re.compile(r"([|>])[+-]?([1-9]?)[+-]?")

_ONE_LINE = both(zh="整个文件写在一对花括号里", en="the whole file stands in one pair of braces")
_STRANGE = both(zh="要写的文字里有无法保存的控制字符", en="what is to be written holds control characters")
_NO_LIST = both(zh="{name} 不是一个列表", en="{name} is not a list")
_NO_PLACE = both(zh="{name} 在文件里的写法没法改", en="{name} is written in a way that cannot be changed")


class CannotPatch(Exception):  # noqa: N818 - a finding about the file, not a fault of ours
    """The file has no place for the change; ``reason`` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def patch(data: bytes, deal: Deal, add: Mapping[str, Sequence[Model]], put: Mapping[Path, object]) -> bytes:
    """Return the bytes of a deal file with entries added to its lists and values put at paths.

    ``data`` has been read and is ``deal``. A path goes by attribute names and list indices and ends in the name
    of a field: ``("people", 2, "stance")``. A value of None removes the field. Raises CannotPatch.
    """
    from ltc_coach.reading.decoding import FORBIDDEN

    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))
    text = data[len(mark) :].decode(encoding)
    # The reader refuses a carriage return within a text, however it is spelled.
    if FORBIDDEN.search(texts([add, list(put.values())]).replace("\r", "\0")):
        raise CannotPatch(_STRANGE)
    for path, value in put.items():
        text = _put(text, deal, path, value)
    for name, entries in add.items():
        if entries:
            text = _append(text, name, entries)
    return mark + text.encode(encoding)


def as_written(deal: Deal, path: Path) -> Path:
    """Return a path with the names that stand in the file, which are not always those of the attributes."""
    steps: list[str | int] = []
    for i, step in enumerate(path):
        holder = _holder(deal, path[:i])
        steps.append(step if isinstance(step, int) else type(holder).model_written_as.get(step, step))
    return tuple(steps)


def _append(text: str, name: str, entries: Sequence[Model]) -> str:
    """Put entries at the end of a list of the root mapping; a missing list is made at the end of the file."""
    from yaml import MappingNode, SequenceNode

    root, newline = _root(text), _newline(text)
    key, node = _entry(root, name)
    if key is None or node is None:
        at = root.end_mark.index
        return _insert(text, at, f"{name}:{newline}{block(entries, 2, newline, one_line=False)}", newline)
    if not isinstance(node, SequenceNode):
        raise CannotPatch(_NO_LIST.fill(name=name))
    if not node.value:
        # `answers: []` becomes a block; comments in it and behind it stay.
        text, at = _replace(text, key, node, "", flow_style=False)
        return _insert(text, _next_line(text, at), block(entries, 2, newline, one_line=False), newline)
    last = node.value[-1]
    at = _end(last)
    if node.flow_style:
        return text[:at] + "".join(f", {flow(entry)}" for entry in entries) + text[at:]
    one_line = isinstance(last, MappingNode) and bool(last.flow_style)
    lines = block(entries, node.start_mark.column, newline, one_line=one_line)
    return _insert(text, _next_line(text, at), lines, newline)


def _put(text: str, deal: Deal, path: Path, value: object) -> str:
    """Set, replace or remove one field; the fields of an entry that is there already are put one by one."""
    from yaml import MappingNode

    written = as_written(deal, path)
    parent: Any = _root(text)
    for step in written[:-1]:
        parent = parent.value[step] if isinstance(step, int) else _entry(parent, step)[1]
        if parent is None or not isinstance(parent.value, list):
            raise CannotPatch(_NO_PLACE.fill(name=step))
    name = str(written[-1])
    if not isinstance(parent, MappingNode):
        raise CannotPatch(_NO_PLACE.fill(name=name))
    key, node = _entry(parent, name)
    if key is None or node is None:
        return text if value is None else _insert_field(text, parent, name, flow(value), _names(deal, path))
    if isinstance(value, Model) and isinstance(node, MappingNode):
        said = fields(value)
        for inner in type(value).model_names:
            spelled = type(value).model_written_as.get(inner, inner)
            text = _put(text, deal, (*path, inner), said.get(spelled))
        return text
    if value is None:
        return _remove(text, parent, name)
    return _replace(text, key, node, flow(value), flow_style=bool(parent.flow_style))[0]


def _holder(deal: Deal, path: Path) -> Any:
    holder: Any = deal
    for step in path:
        holder = holder[step] if isinstance(step, int) else getattr(holder, step)
    return holder


def _names(deal: Deal, path: Path) -> list[str]:
    """Return the fields of the entry a path ends in, as they are written."""
    kind = type(_holder(deal, path[:-1]))
    return [kind.model_written_as.get(name, name) for name in kind.model_names]


def _insert_field(text: str, parent: MappingNode, name: str, spelled: str, order: Sequence[str]) -> str:
    """Write a new field behind those that come before it in the model."""
    newline = _newline(text)
    if not parent.value:
        at = parent.start_mark.index + 1
        return f"{text[:at]}{name}: {spelled}{text[at:]}"
    earlier = {*order[: order.index(name)]}
    before = [value for key, value in parent.value if key.value in earlier] or [value for _, value in parent.value]
    at = _end(before[-1])
    if parent.flow_style:
        return f"{text[:at]}, {name}: {spelled}{text[at:]}"
    margin = " " * parent.start_mark.column
    return _insert(text, _next_line(text, at), f"{margin}{name}: {spelled}{newline}", newline)


def _replace(text: str, key: Node, node: Node, spelled: str, *, flow_style: bool) -> tuple[str, int]:
    """Write another value behind a key; return the text and where the new value ends in it."""
    start, end = text.index(":", key.end_mark.index) + 1, _written_end(text, node)
    newline = _newline(text)
    margin = " " * key.start_mark.column
    comments = _comments(text, start, end, [node])
    if not _BREAK.search(text, start, end):
        # On one line with its key: what stands between the two stays.
        start = node.start_mark.index if spelled else start
        return text[:start] + spelled + text[end:], start + len(spelled)
    head = text[:start] + (f" {spelled}" if spelled else "")
    kept = "".join(newline + margin + comment for comment in comments)
    if comments and flow_style:
        kept += newline + margin
    return head + kept + text[end:], len(head + kept)


def _remove(text: str, parent: MappingNode, name: str) -> str:
    """Take a field out; comments on its lines stay."""
    number = next(i for i, (key, _) in enumerate(parent.value) if key.value == name)
    key, node = parent.value[number]
    start, end = key.start_mark.index, _written_end(text, node)
    after = parent.value[number + 1][0].start_mark.index if number + 1 < len(parent.value) else None
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    newline, margin = _newline(text), " " * key.start_mark.column
    if parent.flow_style and number:
        start = _end(parent.value[number - 1][1])
    elif after is not None and (parent.flow_style or text[line:start].strip()):
        # The first of several: on the line of a dash, or in braces.
        end = after
    elif parent.flow_style:
        pass
    elif text[line:start].strip():
        raise CannotPatch(_NO_PLACE.fill(name=name))
    else:
        start, end = line, _next_line(text, end)
        kept = _comments(text, start, end, [key, node])
        return text[:start] + "".join(margin + comment + newline for comment in kept) + text[end:]
    kept = _comments(text, start, end, [key, node])
    return text[:start] + "".join(f" {comment}{newline}{margin}" for comment in kept) + text[end:]


def _comments(text: str, start: int, end: int, nodes: Iterable[Node]) -> list[str]:
    """Return the comments between two places; ``nodes`` are all that is written there."""
    found: list[str] = []
    for leaf in (leaf for node in nodes for leaf in _leaves(node)):
        found += _COMMENT.findall(text, start, leaf.start_mark.index)
        start = leaf.end_mark.index
        if leaf.style in {"|", ">"}:
            header = _BREAK.split(text[leaf.start_mark.index : start], maxsplit=1)[0]
            found += _COMMENT.findall(header)
    return found + _COMMENT.findall(text, start, end)


def _leaves(node: Any) -> Iterator[Any]:
    from yaml import ScalarNode

    if isinstance(node, ScalarNode):
        yield node
        return
    for child in node.value:
        for part in child if isinstance(child, tuple) else (child,):
            yield from _leaves(part)


def _root(text: str) -> MappingNode:
    import yaml

    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise CannotPatch(_ONE_LINE)
    return root


def _entry(mapping: Any, name: str | int) -> tuple[Node | None, Any]:
    """Return the key and the value of an entry; both None where there is none."""
    return next(((key, value) for key, value in mapping.value if key.value == name), (None, None))


def _end(node: Any) -> int:
    """Return where the last thing written in a node ends: a block itself ends where the next thing begins."""
    from yaml import CollectionNode

    if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _written_end(text: str, node: Node) -> int:
    """Return the end of a node without the line ends that belong to a block of text."""
    start, end = node.start_mark.index, _end(node)
    return start + len(text[start:end].rstrip())


def _newline(text: str) -> str:
    found = _BREAK.search(text)
    return found[0] if found else "\n"


def _next_line(text: str, index: int) -> int:
    """Return the index of the line after the one ``index`` stands on; ``index`` itself at a line's start."""
    if index and text[index - 1] in "\r\n":
        return index
    found = _BREAK.search(text, index)
    return found.end() if found else len(text)


def _insert(text: str, at: int, lines: str, newline: str) -> str:
    """Put whole lines at the start of a line, or behind a last line that has no end."""
    if at and text[at - 1] not in "\r\n":
        return _unended(text) + newline + lines
    return text[:at] + lines + text[at:]


def _unended(text: str) -> str:
    """Let a block of text that ends a file without a line end read the same with one: `|` becomes `|-`."""
    leaf = list(_leaves(_root(text)))[-1]
    if leaf.style not in {"|", ">"} or leaf.end_mark.index < len(text):
        return text
    start = leaf.start_mark.index
    return text[:start] + _BLOCK_OF_TEXT.sub(r"\1\2-", text[start:], count=1)
