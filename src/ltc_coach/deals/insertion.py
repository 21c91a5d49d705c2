"""Where in the text of a deal file a new answer goes, and how it is spelled there.

Places come from the parser's events, so the text around them (comments, blank lines, line ends,
quoting, unknown fields) is copied and never rewritten. The block style of the last answer is taken up:
one line per answer, or one line per field.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ltc_coach.i18n import Text, both
from ltc_coach.model.deal import Answer

if TYPE_CHECKING:
    import yaml

_KEY = "answers"
# Written without quotes: what no YAML reader could take for anything but this text.
_PLAIN = re.compile(r"[a-z0-9\u4e00-\u9fff](?:[a-z0-9._\-\u4e00-\u9fff]*[a-z0-9_\u4e00-\u9fff])?")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

_NOT_UTF8 = both(zh="它不是 UTF-8 编码", en="it is not in UTF-8")
_ONE_LINE = both(zh="整个文件写在一对花括号里", en="the whole file stands in one pair of braces")
_STRANGE_TEXT = both(zh="有一条回答里含有无法保存的字符", en="an answer holds characters that cannot be saved")
_NO_LIST = both(zh="answers 不是一个列表", en="answers is not a list")


class CannotInsert(Exception):  # noqa: N818 - a finding about the file, not a fault of ours
    """The file has no place for answers; ``reason`` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Slot:
    """The `answers` value of a file, by character index; ``start`` < 0 when there is none."""

    start: int
    end: int
    content_end: int
    column: int
    flow: bool
    empty: bool
    flow_items: bool
    document_end: int


def insert_answers(data: bytes, answers: Sequence[Answer]) -> bytes:
    """Return the bytes of a deal file with ``answers`` appended to its log; raises CannotInsert."""
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        text = data[len(mark) :].decode()
    except UnicodeDecodeError as error:
        raise CannotInsert(_NOT_UTF8) from error
    for answer in answers:
        if _SURROGATE.search("".join(str(value) for value in _fields(answer).values())):
            raise CannotInsert(_STRANGE_TEXT)
    return mark + _insert(text, answers).encode()


def _insert(text: str, answers: Sequence[Answer]) -> str:
    slot = _find(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    if slot.start < 0:
        head, tail = text[: slot.document_end], text[slot.document_end :]
        gap = "" if not head or head.endswith("\n") else newline
        return f"{head}{gap}{_KEY}:{newline}{_block(answers, 2, newline, flow=False)}{tail}"
    if slot.flow and not slot.empty:
        added = "".join(f", {_flow(answer)}" for answer in answers)
        return text[: slot.content_end] + added + text[slot.content_end :]
    if slot.empty:
        # `answers: []` becomes a block; a comment behind it stays.
        text = text[: slot.start].rstrip(" ") + text[slot.end :]
        at, column, flow = _next_line(text, len(text[: slot.start].rstrip(" "))), 2, False
    else:
        at, column, flow = _next_line(text, slot.content_end), slot.column, slot.flow_items
    gap = "" if text[:at].endswith("\n") else newline
    return text[:at] + gap + _block(answers, column, newline, flow=flow) + text[at:]


def _next_line(text: str, index: int) -> int:
    """Return the index of the line after the one ``index`` stands on; ``index`` itself at a line's start."""
    if index and text[index - 1] == "\n":
        return index
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def _block(answers: Sequence[Answer], column: int, newline: str, *, flow: bool) -> str:
    margin = " " * column
    lines: list[str] = []
    for answer in answers:
        if flow:
            lines.append(f"{margin}- {_flow(answer)}")
        else:
            fields = [f"{name}: {_scalar(value)}" for name, value in _fields(answer).items()]
            lines += [f"{margin}{'- ' if i == 0 else '  '}{field}" for i, field in enumerate(fields)]
    return "".join(line + newline for line in lines)


def _flow(answer: Answer) -> str:
    return "{" + ", ".join(f"{name}: {_scalar(value)}" for name, value in _fields(answer).items()) + "}"


def _fields(answer: Answer) -> dict[str, str]:
    """Return the fields that say something; what equals the default is not written."""
    written = {name: value for name in answer.model_names if (value := getattr(answer, name)) is not None}
    if written["grade"] == "said":
        del written["grade"]
    return {name: str(value) for name, value in written.items()}


def _scalar(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def _find(text: str) -> _Slot:
    """Find the `answers` value among the entries of the root mapping."""
    import yaml

    events = yaml.parse(text, Loader=yaml.CSafeLoader)
    document_end = len(text)
    slot: _Slot | None = None
    for event in events:
        if isinstance(event, yaml.MappingStartEvent):
            if event.flow_style:
                raise CannotInsert(_ONE_LINE)
            slot = _entries(events)
        elif isinstance(event, yaml.DocumentEndEvent) and event.explicit:
            document_end = _index(event.start_mark)
    return slot or _Slot(-1, -1, -1, 0, flow=False, empty=True, flow_items=False, document_end=document_end)


def _entries(events: Iterator[Any]) -> _Slot | None:
    """Walk the entries of the root mapping up to its end."""
    import yaml

    slot: _Slot | None = None
    for key in events:
        if isinstance(key, yaml.MappingEndEvent):
            break
        value = next(events)
        whole = list(_node(value, events))
        if isinstance(key, yaml.ScalarEvent) and key.value == _KEY:
            slot = _slot(whole)
    return slot


def _node(event: yaml.Event, events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    """Yield the events of one node, beginning with ``event``."""
    import yaml

    depth = 0
    while True:
        yield event
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if not depth:
            return
        event = next(events)


def _slot(whole: list[Any]) -> _Slot:
    import yaml

    first, last = whole[0], whole[-1]
    if not isinstance(first, yaml.SequenceStartEvent):
        raise CannotInsert(_NO_LIST)
    starts = [event for depth, event in _depths(whole) if depth == 1 and isinstance(event, yaml.CollectionStartEvent)]
    # A block collection ends where the next thing begins; what counts is the last thing written in it.
    written = [e for e in whole[1:-1] if isinstance(e, yaml.ScalarEvent) or _closes_flow(e)]
    return _Slot(
        start=_index(first.start_mark),
        end=_index(last.end_mark),
        content_end=_index(written[-1].end_mark if written else first.end_mark),
        column=first.start_mark.column if first.start_mark else 0,
        flow=bool(first.flow_style),
        empty=len(whole) == 2,  # noqa: PLR2004 - its start and its end
        flow_items=bool(starts and starts[-1].flow_style),
        document_end=0,
    )


def _closes_flow(event: Any) -> bool:
    """Say whether an end event stands for a written bracket; the end of a block has no extent."""
    import yaml

    return isinstance(event, yaml.CollectionEndEvent) and _index(event.end_mark) > _index(event.start_mark)


def _index(mark: Any) -> int:
    """Return the character a mark of the parser stands at."""
    return int(mark.index)


def _depths(whole: list[Any]) -> Iterator[tuple[int, Any]]:
    import yaml

    depth = 0
    for event in whole:
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        yield depth, event
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
