"""The one YAML reader, for playbooks, scenarios, deals and answers: libyaml events to a tree.

A tree is made of dicts, lists and str; every scalar stays the text that was written (`no`, `9:30`,
`007`) until a model converts it strictly. Whatever makes YAML surprising or dangerous is a
problem: duplicate keys, anchors, aliases, merge keys, tags, second documents. Limits hold before
anything is built, and libyaml's event parser does not recurse, so no input can crash or hang us.
"""

from __future__ import annotations

import gc
import hashlib
import pathlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    StreamEndEvent,
)

from ltc_coach.i18n import both
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError, ExitCode, Path, Problem, SourceMap, Where
from ltc_coach.reading import refusals
from ltc_coach.reading.decoding import FORBIDDEN, decode
from ltc_coach.reading.files import read_bytes
from ltc_coach.reading.places import Entry, Mark, source_map
from ltc_coach.reading.syntax import conflict_markers, explain


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may be at most: bytes, elements (keys included), levels of nesting, characters of one text."""

    size: int = 1_000_000
    nodes: int = 50_000
    depth: int = 32
    scalar: int = 20_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: its tree, where everything stands, what is wrong, and the SHA-256 of its bytes.

    ``data`` is a dict, or None where the text could not be read to its end; with problems beside it,
    it holds what could be saved.
    """

    data: Any
    source: SourceMap
    problems: tuple[Problem, ...]
    digest: str


def read_yaml(path: pathlib.Path, limits: Limits = LIMITS) -> Document:
    """Read a YAML file; bad content is a problem in the result.

    Raises:
        CoachError: exit 2 if there is no such regular file, 5 if the disk or the permissions say no.
    """
    return parse_yaml(read_bytes(path, limits.size), str(path), limits)


def parse_yaml(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """Read YAML from bytes; ``name`` is the file's name in places and messages."""
    text, lines, problems = decode(data, name) if len(data) <= limits.size else ("", (), _too_large(name, limits))
    problems = problems or tuple(conflict_markers(text, lines, name)) or _directives(text, name)
    builder = _Builder(text, lines, name, limits)
    if not problems:
        builder.run()
        problems = tuple(builder.problems)
    tops: Mapping[str | int, tuple[str, Entry]] = {key: (name, entry) for key, entry in builder.marks.items()}
    source = source_map(name, tops, {name: lines})
    return Document(
        builder.data if builder.complete else None,
        source,
        tuple(problem.at(source) for problem in problems),
        hashlib.sha256(data).hexdigest(),
    )


class _Stop(Exception):  # noqa: N818 - not an error: reading ends here, the reason is among the problems
    """Nothing after this point can be understood, or is worth it."""


_AT_MOST = 100  # problems; who has more has another kind of file
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})
# A directive before the document. libyaml compares every %TAG with all others: 1 MB of them takes minutes.
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*(?=%)")
# A `#` that may have cut a text short: "see offer #3"; real comments have a space after it.
_CUT = re.compile(r"[ \t]#(?=[^\s#!:\-=])")


class _Open:
    """A mapping or list that is still being read; ``key`` is the one whose value comes next."""

    __slots__ = ("data", "key", "key_mark", "mapping", "marks")

    def __init__(self, *, mapping: bool) -> None:
        self.mapping = mapping
        self.data: Any = {} if mapping else []
        self.marks: Any = {} if mapping else []
        self.key: str | None = None
        self.key_mark: Mark | None = None


class _Builder:
    """Builds the tree of one document from events, and collects what is wrong on the way."""

    def __init__(self, text: str, lines: tuple[str, ...], name: str, limits: Limits) -> None:
        self.data: dict[str, Any] = {}
        self.marks: dict[str, Entry] = {}
        self.problems: list[Problem] = []
        self.complete = False
        self._text = text
        self._lines = lines
        self._name = name
        self._limits = limits
        self._nodes = 0
        self._stack: list[_Open] = []
        suspicious = "#" in text and _CUT.search(text) is not None
        self._cut_lines = frozenset(n for n, line in enumerate(lines) if _CUT.search(line)) if suspicious else ()

    def run(self) -> None:
        """Read the document; garbage collection waits, for nothing built here is garbage."""
        collecting = gc.isenabled()
        gc.disable()
        try:
            self._next = _events(self._text)
            self._root()
            self._body()
            self.complete = True
        except yaml.YAMLError as error:
            problem = explain(error, self._lines, self._name)
            # What was odd on this line is explained better now.
            self.problems = [p for p in self.problems if not self._same_line(p, problem)]
            self.problems.append(problem)
        except _Stop:
            pass
        finally:
            if collecting:
                gc.enable()

    def _root(self) -> None:
        """Read up to the first mapping, which must be the outermost thing."""
        while not isinstance(event := self._next(), NodeEvent | StreamEndEvent):
            pass
        if isinstance(event, StreamEndEvent):
            self._fail(refusals.EMPTY_FILE.at(Where(self._name, 1, 1)))
        if not isinstance(event, MappingStartEvent):
            first = next((t for t in self._lines if t.strip() and not t.lstrip().startswith(("#", "---"))), "")
            hint = refusals.not_a_mapping_hint(first)
            self._fail(refusals.NOT_A_MAPPING.at(self._at(event.start_mark), hint=hint))
        self._check(event)
        root = _Open(mapping=True)
        self.data, self.marks = root.data, root.marks
        self._stack.append(root)

    def _body(self) -> None:
        """Read everything inside the outermost mapping."""
        stack, next_event = self._stack, self._next
        while True:
            event = next_event()
            if isinstance(event, ScalarEvent):
                self._scalar(event, stack[-1])
            elif isinstance(event, CollectionStartEvent):
                self._collection(event, stack[-1])
            elif isinstance(event, CollectionEndEvent):
                stack.pop()
            elif isinstance(event, AliasEvent):
                self._alias(event, stack[-1])
            elif isinstance(event, DocumentEndEvent):
                self._end(event)
                return

    def _scalar(self, event: Any, top: _Open) -> None:
        value: str = event.value
        mark = event.start_mark
        self._nodes += 1
        if (
            event.tag is not None
            or event.anchor is not None
            or len(value) > self._limits.scalar
            or self._nodes > self._limits.nodes
        ):
            self._check(event)
        if event.style == '"' and FORBIDDEN.search(value.replace("\r", "\x00")):
            self._report(refusals.ESCAPED_CONTROL.at(self._at(mark)))
        if top.mapping and top.key is None:
            self._key(event, top)
            return
        if value in _EMPTY and event.implicit[0]:
            self._empty(event, top)
            value = ""
        elif self._cut_lines and event.end_mark.line in self._cut_lines and event.implicit[0]:
            self._cut(event)
        if top.mapping:
            top.data[top.key] = value
            top.marks[top.key] = Entry(top.key_mark, mark, None)
            top.key = None
        else:
            top.data.append(value)
            top.marks.append(Entry(mark, mark, None))

    def _collection(self, event: Any, top: _Open) -> None:
        self._nodes += 1
        if event.tag is not None or event.anchor is not None or self._nodes > self._limits.nodes:
            self._check(event)
        if len(self._stack) >= self._limits.depth:
            self._too_deep(event)
        mark = event.start_mark
        if top.mapping and top.key is None:
            self._report(refusals.KEY_NOT_TEXT.at(self._at(mark)))
            self._skip(len(self._stack), event)
            self._skip(len(self._stack))
            return
        new = _Open(mapping=isinstance(event, MappingStartEvent))
        if top.mapping:
            top.data[top.key] = new.data
            top.marks[top.key] = Entry(top.key_mark, mark, new.marks)
            top.key = None
        else:
            top.data.append(new.data)
            top.marks.append(Entry(mark, mark, new.marks))
        self._stack.append(new)

    def _key(self, event: Any, top: _Open) -> None:
        key: str = event.value
        mark = event.start_mark
        if key == "<<" and event.implicit[0]:
            self._report(refusals.MERGE_KEY.at(self._at(mark)))
        elif not key:
            self._report(refusals.EMPTY_KEY.at(self._at(mark)))
        elif key in top.data:
            first = ((self._at(top.marks[key].key), refusals.FIRST),)
            self._report(replace(refusals.DUPLICATE_KEY.at(self._at(mark), key=quoted(key)), related=first))
        elif key[0] in refusals.ODD_SPACES:
            self._report(refusals.ODD_SPACE.at(self._at(mark)))
        else:
            top.key, top.key_mark = key, mark
            return
        self._skip(len(self._stack))

    def _alias(self, event: Any, top: _Open) -> None:
        self._nodes += 1
        mark = event.start_mark
        hint = refusals.sign_hint(self._lines[mark.line])
        self._report(refusals.ALIAS.at(self._at(mark), hint=hint, name=quoted(str(event.anchor), 40)))
        if top.mapping and top.key is None:
            self._skip(len(self._stack))
        elif top.mapping:
            top.data[top.key] = ""
            top.marks[top.key] = Entry(top.key_mark, mark, None)
            top.key = None
        else:
            top.data.append("")
            top.marks.append(Entry(mark, mark, None))

    def _skip(self, depth: int, opened: Event | None = None) -> None:
        """Pass over one node, ``opened`` being its start if that was read already; limits hold here too."""
        level = 0 if opened is None else 1
        while True:
            event = self._next()
            if isinstance(event, NodeEvent):
                self._nodes += 1
                if self._nodes > self._limits.nodes:
                    self._check(event)
            if isinstance(event, CollectionStartEvent):
                level += 1
                if depth + level > self._limits.depth:
                    self._too_deep(event)
            elif isinstance(event, CollectionEndEvent):
                level -= 1
            if level == 0:
                return

    def _check(self, event: Any) -> None:
        """Report what makes this node unwelcome; a limit ends the reading."""
        where = self._at(event.start_mark)
        if self._nodes > self._limits.nodes:
            self._fail(refusals.TOO_MANY.at(where, limit=self._limits.nodes))
        if isinstance(event, ScalarEvent) and len(event.value) > self._limits.scalar:
            self._fail(refusals.TOO_LONG.at(where, length=len(event.value), limit=self._limits.scalar))
        hint = refusals.sign_hint(self._lines[event.start_mark.line])
        if event.anchor is not None:
            self._report(refusals.ANCHOR.at(where, hint=hint, name=quoted(event.anchor, 40)))
        if event.tag is not None:
            name = quoted(event.tag.replace("tag:yaml.org,2002:", "!!"), 40)
            self._report(refusals.TAG.at(where, name=name))

    def _too_deep(self, event: CollectionStartEvent) -> None:
        self._fail(refusals.TOO_DEEP.at(self._at(event.start_mark), limit=self._limits.depth))

    def _empty(self, event: Any, top: _Open) -> None:
        if not top.mapping:
            self._report(replace(refusals.EMPTY_ITEM.at(self._at(event.start_mark)), path=self._path()))
            return
        key = str(top.key)
        colon = event.value or self._before(event.start_mark).endswith(":")
        hint = None if colon else refusals.no_colon_hint(key, self._before(top.key_mark), top.data)
        problem = refusals.EMPTY_VALUE.at(self._at(top.key_mark), hint=hint, key=quoted(key))
        self._report(replace(problem, path=self._path(), on_key=True))

    def _before(self, mark: Any) -> str:
        """Return the line in front of a mark; at the end of the file a mark may stand below the last line."""
        return "".join(self._lines[mark.line : mark.line + 1])[: mark.column].rstrip()

    def _cut(self, event: Any) -> None:
        """Warn when a plain text ends before a `#` that looks like a part of it."""
        end = event.end_mark
        if (match := _CUT.match(self._lines[end.line][end.column :])) is not None:
            where = Where(self._name, end.line + 1, end.column + match.end())
            self._report(replace(refusals.TEXT_CUT.at(where), path=self._path()))

    def _end(self, event: Any) -> None:
        """Look at what follows the document ourselves: libyaml would read it as another one."""
        line, column = event.end_mark.line, event.end_mark.column
        for number, text in enumerate(self._lines[line:], start=line):
            rest = text[column:] if number == line else text
            if (word := rest.strip()) and not word.startswith("#") and word != "...":
                second = word.startswith(("---", "%"))
                where = Where(self._name, number + 1, len(text) - len(rest.lstrip()) + 1)
                self._report((refusals.SECOND_DOCUMENT if second else refusals.TRAILING_TEXT).at(where))
                return

    def _path(self) -> Path:
        """Return the path of the element being read: what is open is the last entry of what it is in."""
        *outer, top = self._stack
        steps = [next(reversed(o.data)) if o.mapping else len(o.data) - 1 for o in outer]
        return (*steps, (top.key or "") if top.mapping else len(top.data))

    @staticmethod
    def _same_line(one: Problem, other: Problem) -> bool:
        return one.where is not None and other.where is not None and one.where.line == other.where.line

    def _at(self, mark: Any) -> Where:
        return Where(self._name, mark.line + 1, mark.column + 1)

    def _report(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) == _AT_MOST:
            self._fail(refusals.GIVEN_UP.at(problem.where or Where(self._name, 1, 1)))

    def _fail(self, problem: Problem) -> NoReturn:
        self.problems.append(problem)
        raise _Stop


def _events(text: str) -> Callable[[], Any]:
    """Return the function that yields libyaml's next event.

    There is no fallback to PyYAML's own parser: the two disagree about some files.
    """
    if not yaml.__with_libyaml__:
        raise CoachError(
            both(
                zh="PyYAML 没有带 libyaml,ltc 不能安全地读 YAML", en="PyYAML was built without libyaml, which ltc needs"
            ),
            exit_code=ExitCode.USAGE,
            hint=both(
                zh="装官方 wheel:pip install --only-binary :all: pyyaml",
                en="install a wheel: pip install --only-binary :all: pyyaml",
            ),
        )
    return yaml.CSafeLoader(text).get_event


def _too_large(name: str, limits: Limits) -> tuple[Problem, ...]:
    return (refusals.TOO_LARGE.at(Where(name, 1, 1), limit=limits.size),)


def _directives(text: str, name: str) -> tuple[Problem, ...]:
    match = _DIRECTIVE.match(text)
    if match is None:
        return ()
    return (refusals.DIRECTIVE.at(Where(name, len(match[0].splitlines()) + 1, 1)),)
