"""Further tables beside an export: which team an owner belongs to, which products there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ltc_coach.deals.tables import read_rows
from ltc_coach.i18n import both
from ltc_coach.model.mapping import Field, Join, Mapping
from ltc_coach.model.row import Row, Skipped
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError

_LARGEST = 200_000  # rows

_NOT_HERE = both(zh="列对照里的 {file} 不在 {folder} 里", en="{file}, named in the mapping, is not in {folder}")
_HINT = both(
    zh="把它放到导出的表旁边,或从列对照的 join 里删掉", en="put it beside the export, or take it out of `join`"
)
_UNREADABLE = both(zh="{file}:{reason}", en="{file}: {reason}")
_NO_COLUMN = both(zh="{file} 里没有「{name}」这一列", en="{file} has no column '{name}'")
_TWICE = both(
    zh="{file}:「{key}」在第 {first} 行和第 {second} 行各写了一次,内容不一样",
    en="{file}: '{key}' stands in rows {first} and {second}, and they differ",
)
_TOO_LARGE = both(zh="{file}:超过 {limit:,} 行", en="{file}: more than {limit:,} rows").fill(
    limit=_LARGEST, file="{file}"
)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A further table: by the value of the column ``on``, the texts it gives to fields."""

    file: str
    on: str
    rows: dict[str, dict[Field, str]]


def load_lookups(mapping: Mapping, folder: Path) -> tuple[Lookup, ...]:
    """Read the tables a mapping joins, from the folder of the export.

    Raises CoachError (2) for a table that is missing, unreadable, or says two things about the same value.
    """
    return tuple(_load(join, folder) for join in mapping.join)


def headings_of(file: Path) -> Sequence[str]:
    """Return the headings of a further table. Raises CoachError (2) for one that cannot be read."""
    return list(next(_rows(file)).values)


def _load(join: Join, folder: Path) -> Lookup:
    file = folder / join.file
    if not file.is_file():
        where = quoted(str(folder), 200)
        raise CoachError(_NOT_HERE.fill(file=quoted(join.file), folder=where), hint=_HINT)
    rows: dict[str, dict[Field, str]] = {}
    places: dict[str, int] = {}
    for row in _rows(file):
        for name in (join.on, *join.take.values()):
            if name not in row.values:
                raise CoachError(_NO_COLUMN.fill(file=quoted(join.file), name=quoted(name, 40)))
        key = str(row.values[join.on]).strip()
        gives: dict[Field, str] = {field: str(row.values[name]).strip() for field, name in join.take.items()}
        if rows.setdefault(key, gives) != gives:
            names = {"file": quoted(join.file), "key": quoted(key, 40)}
            raise CoachError(_TWICE.fill(first=places[key], second=row.row, **names))
        places.setdefault(key, row.row)
        if len(rows) > _LARGEST:
            raise CoachError(_TOO_LARGE.fill(file=quoted(join.file)))
    rows.pop("", None)
    return Lookup(join.file, join.on, rows)


def _rows(file: Path) -> Iterator[Row]:
    """Yield the rows; here every one of them is needed."""
    for row in read_rows([file]):
        if isinstance(row, Skipped):
            raise CoachError(_UNREADABLE.fill(file=f"{quoted(str(file), 200)}:{row.line}", reason=row.reason))
        yield row
