"""CSV and its cousins as records: one bad record is one bad record, wherever it stands.

``csv.reader`` in its strict form does the splitting. What it cannot know is where a record that never
should have gone on ends: a quotation mark left open swallows all that follows up to the next one, or
the end of the file. So the lines of a record are held until it is good; if it is not, its first line
alone is refused and the others are read again.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from typing import BinaryIO, NamedTuple

from ltc_coach.deals.encodings import DAMAGE, MEND, UTF_8, Encoding, Unusable
from ltc_coach.i18n import Text, both

DELIMITERS = (",", "\t", ";", "|")

_LINE = 1_000_000  # characters of one line
_LINES = 1_000  # lines of one record
_RECORD = 2_000_000  # characters of one record
# From so many columns on, lines that are all whole rows by themselves cannot be one cell with line breaks in it.
_ROWS_ALIKE = 3

_OPEN_QUOTE = both(zh="引号没有配对,这一行读不了", en="a quotation mark is not closed: this line cannot be read")
_LINE_TOO_LONG = both(zh="这一行超过 {limit:,} 个字符", en="this line has more than {limit:,} characters").fill(
    limit=_LINE
)
_CELL_TOO_LONG = both(zh="有一格超过 {limit:,} 个字符", en="a cell has more than {limit:,} characters").fill(
    limit=csv.field_size_limit()
)
_NUL = both(zh="这一行里有空字节", en="there are NUL bytes in this line")
_DAMAGED = both(zh="这一行有不属于 {name} 的字节", en="this line has bytes that are not {name}")
_EMPTY = both(zh="文件是空的", en="the file is empty")


class Record(NamedTuple):
    """The cells of one record and the line it begins in; or, with ``fault``, why it cannot be read."""

    line: int
    cells: Sequence[str]
    fault: Text | None = None


@contextmanager
def text_of(stream: BinaryIO, encoding: Encoding) -> Iterator[TextIOWrapper]:
    """Read a stream as text after its mark; undecodable bytes come out as ``DAMAGE``."""
    stream.seek(encoding.mark)
    text = TextIOWrapper(stream, encoding.codec, MEND, newline="")
    try:
        yield text
    finally:
        # Whoever opened the stream closes it, and may have done so before the last row was asked for.
        if not stream.closed:
            text.detach()


def delimiter_of(stream: BinaryIO, encoding: Encoding) -> tuple[str, int]:
    """Return what separates the cells, by the first line that holds something, and how many lines to pass over.

    A line `sep=;`, which Excel understands, is taken at its word. Raises Unusable for an empty file.
    """
    with text_of(stream, encoding) as text:
        line, number = "", 0
        while not line.strip(' \t\r\n,;|"'):
            line, number = text.readline(_LINE), number + 1
            if not line:
                raise Unusable(_EMPTY)
            if (word := line.strip()).lower().startswith("sep=") and len(word) == len("sep=") + 1:
                return word[-1], number
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=lambda sign: (outside.count(sign), -DELIMITERS.index(sign))), 0


def first_line(stream: BinaryIO, encoding: Encoding, delimiter: str, passed: int = 0) -> Record | None:
    """Return the record that the first line is; None if it is none by itself."""
    with text_of(stream, encoding) as text:
        for _ in range(passed + 1):
            line = text.readline(_LINE)
    if "\0" in line or len(line) >= _LINE:
        return None
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None
    return Record(passed + 1, cells)


def records(
    stream: BinaryIO, encoding: Encoding, delimiter: str, passed: int = 0, *, width: int = 0
) -> Iterator[Record]:
    """Yield the records of a delimited file, empty lines left out; never raises for what stands in it.

    ``passed`` lines are passed over; ``width`` is how many cells the headings have, where they are not in it.
    """
    with text_of(stream, encoding) as text:
        lines = _Lines(text)
        for _ in range(passed):
            text.readline(_LINE)
            lines.number += 1
        yield from _records(lines, encoding, delimiter, width)


def read_alone(data: bytes, delimiter: str, width: int) -> bool:
    """Say whether lines of UTF-8 are read the same whatever follows them: no record of theirs asks for more."""
    with text_of(BytesIO(data), UTF_8) as text:
        lines = _Lines(text)
        return not any(lines.wanting for _ in _records(lines, UTF_8, delimiter, width))


def _records(lines: _Lines, encoding: Encoding, delimiter: str, width: int) -> Iterator[Record]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.held.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _Refused) as error:
            yield _refused(lines, error)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        held = lines.held
        if len(held) > 1 and (_several(held, delimiter, width or len(cells)) or any("\0" in line for line in held)):
            yield _refused(lines, None)
        elif encoding.damaged and any(DAMAGE in line for line in held):
            yield Record(lines.number - len(held) + 1, (), _DAMAGED.fill(name=encoding.name))
        elif cells:
            width = width or len(cells)
            yield Record(lines.number - len(held) + 1, cells)


class _Refused(Exception):  # noqa: N818 - the line is refused, the run goes on
    """A line that csv.reader shall not even see."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


class _Lines:
    """The lines of a file, with those of the record under way held back in case they must be read again.

    ``wanting``: a record was under way when there were no more.
    """

    def __init__(self, text: TextIOWrapper) -> None:
        self.text = text
        self.held: list[str] = []
        self.number = 0
        self.wanting = False
        self._again: deque[str] = deque()
        self._size = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._again:
            line = self._again.popleft()
        elif len(line := self.text.readline(_LINE + 1)) > _LINE:
            self._pass_over(line)
        if not line:
            self.wanting = self.wanting or bool(self.held)
            raise StopIteration
        self.number += 1
        self.held.append(line)
        first = len(self.held) == 1
        self._size = len(line) if first else self._size + len(line)
        if first and len(line) > _LINE:
            raise _Refused(_LINE_TOO_LONG)
        if first and "\0" in line:
            raise _Refused(_NUL)
        if len(self.held) > _LINES or self._size > _RECORD:
            raise _Refused(_OPEN_QUOTE)
        return line

    def reread(self) -> None:
        """Let all lines of the record but its first be read again."""
        self._again.extendleft(reversed(self.held[1:]))
        self.number -= len(self.held) - 1

    def _pass_over(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self.text.readline(_LINE)


def _refused(lines: _Lines, error: csv.Error | _Refused | None) -> Record:
    """Return the refusal of the first line that is held; the rest comes again."""
    reason = _OPEN_QUOTE
    if isinstance(error, _Refused):
        reason = error.reason
    elif error is not None and "field larger than" in str(error) and len(lines.held) == 1:
        reason = _CELL_TOO_LONG
    record = Record(lines.number - len(lines.held) + 1, (), reason)
    lines.reread()
    return record


def _several(held: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether lines that read as one record are one row each, caught between two stray quotation marks."""
    return width >= _ROWS_ALIKE and all(line.count(delimiter) == width - 1 for line in held)
