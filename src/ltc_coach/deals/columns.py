"""What the columns of an export hold, counted over all of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ltc_coach.model.mapping import BLANK
from ltc_coach.model.row import Row, Skipped
from ltc_coach.reading.decoding import FORBIDDEN

# So many different values of a column are kept; beyond that it holds no words but texts.
_KEPT = 20_000
_SHOWN = 3
_BLANK = frozenset(("", *BLANK))


@dataclass(slots=True)
class Column:
    """A column by its heading: how many rows fill it, and with which words how often.

    ``words`` holds the first 20,000 different values; ``many`` says that there were more. ``nested``
    counts values of JSON that are lists or objects.
    """

    name: str
    filled: int = 0
    nested: int = 0
    many: bool = False
    words: dict[str, int] = field(default_factory=dict)

    def count(self, value: object) -> None:
        """Take one more cell into account."""
        if not isinstance(value, str):
            self.filled += 1
            self.nested += 1
            return
        word = value.strip()
        if word in _BLANK:
            return
        self.filled += 1
        if word in self.words:
            self.words[word] += 1
        elif len(self.words) < _KEPT:
            self.words[word] = 1
        else:
            self.many = True

    @property
    def unique(self) -> bool:
        """Whether no value stands in two rows, as far as was kept."""
        return self.filled > 0 and not self.nested and (len(self.words) == self.filled or self.many)

    @property
    def samples(self) -> tuple[str, ...]:
        """A few of its values: the most frequent, of equally frequent ones the first."""
        return tuple(sorted(self.words, key=lambda word: -self.words[word])[:_SHOWN])

    def share(self, fits: Callable[[str], bool]) -> float:
        """Return the share of filled rows whose value ``fits``; of nothing, nothing fits."""
        counted = sum(self.words.values()) + self.nested
        return sum(n for word, n in self.words.items() if fits(word)) / counted if counted else 0.0


@dataclass(frozen=True, slots=True)
class Survey:
    """The columns of the rows that are tables, in the order they were met, and how many rows there are.

    Where files have different headings, those that most rows have are taken; ``others`` are the files
    with other ones. Records that are complete deals need no mapping and are not counted.
    """

    columns: dict[str, Column]
    rows: int = 0
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class _Shape:
    """Files with the same headings; all JSON records are one shape."""

    columns: dict[str, Column] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    rows: int = 0

    def count(self, row: Row) -> None:
        self.rows += 1
        for name, value in row.values.items():
            if (column := self.columns.get(name)) is None:
                column = self.columns[name] = Column(name)
            column.count(value)


def survey(rows: Iterable[Row | Skipped]) -> Survey:
    """Read all rows and count. Headings with control characters in them cannot be named in a file and are left out."""
    shapes: dict[tuple[str, ...], _Shape] = {}
    file, shape = "", _Shape()
    for row in rows:
        if isinstance(row, Skipped) or row.deal is not None:
            continue
        if row.file != file:
            file = row.file
            shape = shapes.setdefault(() if row.sparse else tuple(row.values), _Shape())
            shape.files.append(file)
        shape.count(row)
    main = max(shapes.values(), key=lambda its: its.rows, default=_Shape())
    others = [name for its in shapes.values() if its is not main for name in its.files]
    columns = {name: column for name, column in main.columns.items() if name.strip() and not FORBIDDEN.search(name)}
    return Survey(columns, main.rows, tuple(others))
