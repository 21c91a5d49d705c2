"""Records below their headings: which cell belongs to which column, and what does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from ltc_coach.deals.encodings import Unusable
from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import SourceFile
from ltc_coach.model.row import BEYOND, TOO_FEW, Row, Skipped
from ltc_coach.plain import quoted

if TYPE_CHECKING:
    from ltc_coach.deals.delimited import Record

EMPTY = both(zh="文件是空的", en="the file is empty")

_COLUMNS = 2_000
# So many lines above the headings may be a title.
_TITLES = 2

_NO_HEADING = both(zh="第 {n} 列没有列名", en="column {n} has no heading")
_SAME_HEADING = both(zh="有两列都叫「{name}」", en="two columns have the heading '{name}'")
_MANY_COLUMNS = both(zh="超过 {limit:,} 列", en="more than {limit:,} columns").fill(limit=_COLUMNS)
_TITLE = both(
    zh="列名在第 {line} 行,上面的标题没有读", en="the headings are in line {line}; the title above was passed over"
)
_BLANK_ROWS = both(zh="有 {n} 个空行没有算", en="{n} blank rows were passed over")


@dataclass(slots=True)
class Source:
    """What is known about a file while it is read."""

    file: str
    kind: str = ""
    encoding: str = ""
    rows: int = 0
    skipped: int = 0
    blank: int = 0
    notes: list[Text] = field(default_factory=list)

    def described(self) -> SourceFile:
        """Return it as it is reported."""
        blank = [_BLANK_ROWS.fill(n=f"{self.blank:,}")] if self.blank else []
        return SourceFile(
            file=self.file,
            kind=self.kind,
            encoding=self.encoding,
            rows=self.rows,
            skipped=self.skipped,
            notes=(*self.notes, *blank),
        )


def headings_of(records: Iterable[Record], source: Source) -> tuple[tuple[str, ...], Iterator[Record]]:
    """Return the headings and the records below; a title above them is passed over."""
    stream = iter(records)
    first: list[Record] = []
    for record in stream:
        if record.fault is not None and not first:
            raise Unusable(record.fault, record.line)
        if record.fault is not None or any(map(str.strip, record.cells)):
            first.append(record)
        if len(first) > _TITLES or (first and filled(first[-1]) > 1):
            break
    if not first:
        raise Unusable(EMPTY)
    at = next((i for i, record in enumerate(first) if filled(record) > 1), 0)
    if at:
        source.notes.append(_TITLE.fill(line=first[at].line))
    return checked(first[at]), chain(first[at + 1 :], stream)


def filled(record: Record) -> int:
    """Return in how many cells of a record something is written."""
    return sum(1 for cell in record.cells if cell.strip())


def _filled_from(cells: Sequence[str], width: int) -> int | None:
    """Return the index of the first cell from ``width`` on that holds something."""
    return next((i for i in range(width, len(cells)) if cells[i].strip()), None)


def checked(record: Record) -> tuple[str, ...]:
    """Return the headings of a table. Raises Unusable where one is missing or stands twice."""
    if record.fault is not None:
        raise Unusable(record.fault, record.line)
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in record.cells]
    # Sheets and exports like to go on to the right with nothing in them.
    while names and not names[-1]:
        names.pop()
    if len(names) > _COLUMNS:
        raise Unusable(_MANY_COLUMNS, record.line)
    return named(names, record.line)


def named(names: Sequence[str], line: int = 1) -> tuple[str, ...]:
    """Return headings that are all there and all different. Raises Unusable."""
    if "" in names:
        raise Unusable(_NO_HEADING.fill(n=names.index("") + 1), line)
    if twice := next((name for i, name in enumerate(names) if name in names[:i]), None):
        raise Unusable(_SAME_HEADING.fill(name=quoted(twice, 40)), line, twice)
    return tuple(names)


def fitted(
    records: Iterable[Record], headings: Sequence[str], source: Source, *, short: bool = False
) -> Iterator[Row | Skipped]:
    """Fit records to headings; ``short``: cells at the end of a row may not be written at all."""
    file, width, row = source.file, len(headings), 0
    for record in records:
        cells = record.cells
        if record.fault is None and not any(map(str.strip, cells)):
            source.blank += 1
            continue
        row += 1
        if record.fault is not None:
            yield Skipped(file, row, record.line, "", record.fault)
            continue
        if len(cells) != width:
            if (beyond := _filled_from(cells, width)) is not None:
                yield Skipped(file, row, record.line, "", BEYOND.fill(n=beyond + 1))
                continue
            if len(cells) < width:
                if not short:
                    reason = TOO_FEW.fill(found=len(cells), wanted=width)
                    yield Skipped(file, row, record.line, "", reason)
                    continue
                cells = [*cells, *[""] * (width - len(cells))]
        yield Row(file, row, record.line, dict(zip(headings, cells, strict=False)))
