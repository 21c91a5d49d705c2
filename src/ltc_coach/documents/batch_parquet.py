"""The rows of a batch as Parquet: typed columns, exact amounts, days as days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from ltc_coach.i18n import both
from ltc_coach.model.batch import DealRow
from ltc_coach.problems import CoachError

# Rows of one group: enough to compress well, few enough to hold.
_GROUP = 65_536
# Amounts have up to fifteen digits and four decimals (model.deal.Money).
_DIGITS, _DECIMALS = 23, 4
_NO_WRITER = both(
    zh="写 parquet 要多装一样东西:pip install 'ltc-coach[batch]'",
    en="parquet needs one thing more: pip install 'ltc-coach[batch]'",
)


def write_parquet(rows: Iterable[DealRow], file: IO[bytes]) -> None:
    """Write the rows, a group at a time; raises CoachError (2) where the extra is missing."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise CoachError(_NO_WRITER) from error
    schema = _schema(pa)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _groups(rows):
            columns = [pa.array([_value(row, name) for row in group], type_) for name, type_ in _types(pa).items()]
            writer.write_batch(pa.record_batch(columns, schema=schema))


def _groups(rows: Iterable[DealRow]) -> Iterator[list[DealRow]]:
    source = iter(rows)
    while group := list(islice(source, _GROUP)):
        yield group


def _types(pa: Any) -> dict[str, Any]:
    text, money, count = pa.string(), pa.decimal128(_DIGITS, _DECIMALS), pa.int32()
    return {
        "row": pa.int64(),
        "file": text,
        "line": pa.int64(),
        **dict.fromkeys(("id", "customer", "product", "owner", "team"), text),
        "amount": money,
        "currency": text,
        "crm_stage": text,
        "crm_at": text,
        "place": text,
        "confidence": pa.float64(),
        "runner_up": text,
        "settled": pa.bool_(),
        "origin": text,
        "origin_confidence": pa.float64(),
        "first_move": text,
        "moves": pa.list_(text),
        "never": pa.list_(text),
        "rung": text,
        "rate": pa.float64(),
        "rate_source": text,
        "days_in_place": count,
        "last_contact": pa.date32(),
        "days_silent": count,
        "opened": pa.date32(),
        "expected": pa.date32(),
        "overdue_days": count,
        "outcome": text,
        "closed": pa.date32(),
        "warnings": pa.list_(text),
        "at_risk": money,
    }


def _schema(pa: Any) -> Any:
    return pa.schema(list(_types(pa).items()))


def _value(row: DealRow, name: str) -> object:
    value = getattr(row, name)
    if name == "warnings":
        return [warning.id for warning in value]
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-_DECIMALS))
    return list(value) if isinstance(value, tuple) else value
