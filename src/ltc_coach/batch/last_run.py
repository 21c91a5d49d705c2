"""The last run, as it was saved: where every deal stood then.

Any format that has all rows will do: JSON, JSON Lines, Parquet. Of a million deals, Parquet takes a thirtieth of the
space.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from ltc_coach.i18n import both
from ltc_coach.problems import CoachError, ExitCode
from ltc_coach.words import NO_PYARROW

_UNREADABLE = both(zh="--since {file}:读不了", en="--since {file}: cannot be read")
_NOT_A_RUN = both(zh="--since {file}:这不是上次的报告", en="--since {file}: not the report of an earlier run")
_HOW = both(
    zh="上次的报告要这样存:ltc batch ... -o 上次.jsonl (.json、.parquet 也行)",
    en="save it with: ltc batch ... -o last.jsonl (or .json, .parquet)",
)
_PARQUET = b"PAR1"
TODAY = b"ltc.today"
"""Where a Parquet file of rows has the day of its run: a key of its metadata."""


class Then(NamedTuple):
    """A deal as it was in the last run."""

    customer: str
    place: str | None
    crm_stage: str
    crm_at: str | None
    outcome: str | None
    amount: Decimal | None
    currency: str


class Last(NamedTuple):
    """The last run: its day, and its deals by id."""

    day: date
    deals: dict[str, Then]


def load_last(path: Path) -> Last:
    """Read the rows of an earlier run. Raises CoachError (2) for anything else."""
    day: date | None = None
    deals: dict[str, Then] = {}
    # Most words come up again and again: each is kept once.
    words: dict[str, str] = {}
    try:
        for row in _parquet_rows(path) if _is_parquet(path) else _rows(path):
            day = date.fromisoformat(row["today"])
            if "skipped" not in row:
                deals.setdefault(row["id"], _then(row, words))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, RecursionError) as error:
        raise CoachError(_NOT_A_RUN.fill(file=path), hint=_HOW) from error
    except OSError as error:
        code = ExitCode.IO if isinstance(error, PermissionError) else ExitCode.USAGE
        raise CoachError(_UNREADABLE.fill(file=path), exit_code=code) from error
    if day is None:
        raise CoachError(_NOT_A_RUN.fill(file=path), hint=_HOW)
    return Last(day, deals)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a report; every one of a JSON report stands on a line of its own, too."""
    with path.open(encoding="utf-8") as stream:
        first = stream.readline()
        if first.strip() != "{":
            for line in chain([first], stream) if first.strip() else ():
                yield json.loads(line)
            return
    with path.open(encoding="utf-8") as stream:
        document = json.load(stream)
    for row in document["deals"]:
        yield row | {"today": document["today"]}


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(_PARQUET)) == _PARQUET


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a column file, as far as a comparison needs them."""
    try:
        from pyarrow import ArrowException, parquet

        from ltc_coach.arrays.rows import listed
    except ImportError:
        raise CoachError(NO_PYARROW) from None
    try:
        file = parquet.ParquetFile(path, pre_buffer=False)
        today = file.schema_arrow.metadata[TODAY].decode()
        for batch in file.iter_batches(columns=["id", "settled", *Then._fields]):
            columns = (listed(column) for column in batch.columns)
            for values in zip(*columns, strict=True):
                yield {**dict(zip(batch.schema.names, values, strict=True)), "today": today}
    except ArrowException as error:
        raise ValueError(path) from error


def _then(row: dict[str, Any], words: dict[str, str]) -> Then:
    def kept(word: str | None) -> str | None:
        return None if word is None else words.setdefault(word, word)

    amount = row["amount"]
    return Then(
        customer=kept(str(row["customer"])) or "",
        place=kept(row["place"]) if row["settled"] else None,
        crm_stage=kept(str(row["crm_stage"])) or "",
        crm_at=kept(row["crm_at"]),
        outcome=kept(row["outcome"]),
        amount=None if amount is None else Decimal(amount),
        currency=kept(str(row["currency"])) or "",
    )
