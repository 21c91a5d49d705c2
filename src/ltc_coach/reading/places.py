"""Where each element of a document was written, worked out only when somebody asks.

The reader keeps the marks libyaml hands out anyway in a tree of the same shape as the data;
:class:`Places` looks them up by path. Nearly all documents are fine, so nearly no place is
ever asked for, and a place costs nothing until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ltc_coach.problems import Path, SourceMap, Where

if TYPE_CHECKING:
    from collections.abc import Iterable


class Mark(Protocol):
    """A position in a text as libyaml counts it, from 0."""

    line: int
    column: int


class Entry(NamedTuple):
    """One entry of a mapping or item of a list: its two marks, and the marks of what is inside it.

    ``key`` is the mark of the key; an item of a list has none and marks its value.
    """

    key: Any
    value: Any
    inside: Mapping[str, Entry] | list[Entry] | None


@dataclass(frozen=True, slots=True)
class Places(Mapping[Path, Where]):
    """The places of all keys, or of all values, as a read-only mapping of paths.

    ``tops`` holds the top-level entries with the file each was written in: the entries of a
    playbook folder come from several files.
    """

    tops: Mapping[str | int, tuple[str, Entry]]
    of_keys: bool

    def __getitem__(self, path: Path) -> Where:
        """Return the place of ``path``; KeyError if nothing was written there."""
        try:
            file, entry = self.tops[path[0]]
            for step in path[1:]:
                entry = entry.inside[step]  # type: ignore[index]
        except (IndexError, TypeError):
            raise KeyError(path) from None
        return _where(file, entry.key if self.of_keys else entry.value)

    def __iter__(self) -> Iterator[Path]:
        """Yield every path, parents before children, in file order."""
        for top, (_, entry) in self.tops.items():
            yield (top,)
            yield from ((top, *rest) for rest in _paths(entry.inside))

    def __len__(self) -> int:
        """Return how many elements there are."""
        return sum(1 for _ in self)


def _paths(inside: Mapping[str, Entry] | list[Entry] | None) -> Iterator[Path]:
    entries: Iterable[tuple[str | int, Entry]] = ()
    if inside is not None:
        entries = enumerate(inside) if isinstance(inside, list) else inside.items()
    for step, entry in entries:
        yield (step,)
        yield from ((step, *rest) for rest in _paths(entry.inside))


def _where(file: str, mark: Mark) -> Where:
    return Where(file, mark.line + 1, mark.column + 1)


def source_map(
    file: str, tops: Mapping[str | int, tuple[str, Entry]], lines: Mapping[str, tuple[str, ...]]
) -> SourceMap:
    """Make the source map of a document whose main file is ``file``."""
    return SourceMap(Where(file, 1, 1), Places(tops, of_keys=True), Places(tops, of_keys=False), lines)


def join(sources: Sequence[SourceMap]) -> SourceMap:
    """Make one source map of several documents: of a top-level key written twice, the first counts."""
    tops: dict[str | int, tuple[str, Entry]] = {}
    lines: dict[str, tuple[str, ...]] = {}
    for source in sources:
        if isinstance(source.keys, Places):
            tops = {**source.keys.tops, **tops}
        lines |= source.lines
    return SourceMap(sources[0].root, Places(tops, of_keys=True), Places(tops, of_keys=False), lines)
