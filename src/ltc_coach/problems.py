"""What can go wrong, said once: places in files, problems as values, errors with an exit code.

A *problem* is always about a file somebody wrote; it is a value, collected and never raised. A
:class:`CoachError` ends the run: the outside world (a missing file, a full disk, wrong usage)
could not give us what we need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from ltc_coach.i18n import Text, both

# The way to one element of a file from its root: keys and list indices, e.g. ("moves", 3, "when").
Path = tuple[str | int, ...]


class ExitCode(IntEnum):
    """Exit codes of every command (design.md section 6); the one table behind help and README."""

    OK = 0
    FOUND = 1
    USAGE = 2
    PARTIAL = 3
    CONFLICT = 4
    IO = 5
    INTERNAL = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141


EXIT_CODES: Mapping[ExitCode, Text] = {
    ExitCode.OK: both(zh="一切正常", en="fine"),
    ExitCode.FOUND: both(
        zh="运行完毕,但有发现:检查出问题、场景没通过、触发了 --fail-on",
        en="ran, and found something: lint problems, failed scenarios, --fail-on",
    ),
    ExitCode.USAGE: both(
        zh="用法不对,或输入、打法手册缺失或不可用,或没有终端又没加 --no-input",
        en="usage; missing or unusable input or playbook; no terminal and no --no-input",
    ),
    ExitCode.PARTIAL: both(
        zh="部分完成:有商机或行读不了,已全部列出", en="partial: some deals or rows were unreadable, all listed"
    ),
    ExitCode.CONFLICT: both(zh="冲突:同事改动了这个商机", en="conflict: a colleague changed the deal"),
    ExitCode.IO: both(zh="磁盘或权限问题", en="disk or permission"),
    ExitCode.INTERNAL: both(
        zh="程序内部错误(加 LTC_DEBUG=1 看细节)", en="internal error (LTC_DEBUG=1 shows the traceback)"
    ),
    ExitCode.INTERRUPTED: both(zh="被中断,已答的都保留", en="interrupted, answers kept"),
    ExitCode.BROKEN_PIPE: both(zh="输出管道被关闭", en="broken pipe"),
}


class Severity(StrEnum):
    """How bad a problem is: an error makes the file unusable, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in a text file; line and column count from 1, the column in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """The form editors jump to."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Where each element of a loaded document was written.

    ``keys`` marks the key of a mapping entry (a list item marks its first character), ``values``
    the value itself; ``lines`` holds the text of each file for excerpts.
    """

    root: Where
    keys: Mapping[Path, Where] = field(default_factory=dict)
    values: Mapping[Path, Where] = field(default_factory=dict)
    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find(self, path: Path, *, key: bool = False) -> Where:
        """Return the place of ``path``, or of its nearest ancestor that was written."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        while path:
            if (where := first.get(path) or second.get(path)) is not None:
                return where
            path = path[:-1]
        return self.root

    def line(self, where: Where) -> str | None:
        """Return the text of the line ``where`` points at, without its end."""
        lines = self.lines.get(where.file, ())
        return lines[where.line - 1] if 0 < where.line <= len(lines) else None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in an authored file, in both languages.

    Checks name the element by ``path``; :meth:`at` turns that into a place once, when the
    source is at hand. ``on_key`` points at the key instead of its value.
    """

    code: str
    message: Text
    path: Path = ()
    severity: Severity = Severity.ERROR
    hint: Text = Text()
    on_key: bool = False
    where: Where | None = None
    excerpt: str | None = None
    related: tuple[tuple[Where, Text], ...] = ()

    def at(self, source: SourceMap) -> Problem:
        """Return this problem with its place and the line it stands on."""
        where = self.where or source.find(self.path, key=self.on_key)
        return replace(self, where=where, excerpt=source.line(where))


class CoachError(Exception):
    """Ends the run with an exit code, one clear message, one hint and the problems behind it."""

    def __init__(
        self,
        message: Text,
        *,
        exit_code: ExitCode = ExitCode.USAGE,
        hint: Text | None = None,
        problems: tuple[Problem, ...] = (),
    ) -> None:
        super().__init__(message.en)
        self.message = message
        self.exit_code = exit_code
        self.hint = hint or Text()
        self.problems = problems
