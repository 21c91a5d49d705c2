"""The rows of a batch as Parquet: typed columns, exact amounts, days as days."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

from ltc_coach.i18n import both
from ltc_coach.model.batch import DealRow
from ltc_coach.model.frame import Frame
from ltc_coach.problems import CoachError

# Rows of one group: enough to compress well, few enough to hold.
_GROUP = 65_536
# Amounts have up to fifteen digits and four decimals (model.deal.Money).
_DIGITS, _DECIMALS = 23, 4
_NO_WRITER = both(
    zh="写 parquet 要多装一样东西:pip install 'ltc-coach[batch]'",
    en="parquet needs one thing more: pip install 'ltc-coach[batch]'",
)


class ParquetRows:
    """Writes rows and frames into a Parquet file, whose metadata have ``notes``.

    Raises CoachError (2) where the extra is missing.
    """

    def __init__(self, file: IO[bytes], notes: Mapping[bytes, str]) -> None:
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError as error:
            raise CoachError(_NO_WRITER) from error
        self._schema = pa.schema(list(_types(pa).items()), {key: text.encode() for key, text in notes.items()})
        # Rows in the order of the input have no ranges that statistics could tell apart.
        self._writer = parquet.ParquetWriter(
            file, self._schema, compression="zstd", use_dictionary=_worded(self._schema, pa), write_statistics=False
        )
        self._held: list[DealRow] = []

    def row(self, row: DealRow) -> None:
        """Add a row."""
        self._held.append(row)
        if len(self._held) == _GROUP:
            self._flush()

    def frame(self, frame: Frame) -> None:
        """Add the rows of a frame."""
        import pyarrow as pa

        self._flush()
        columns = []
        for name, kind in zip(self._schema.names, self._schema.types, strict=True):
            if name == "file":
                one = pa.array([frame.file])
                column = pa.DictionaryArray.from_arrays(pa.array([0] * frame.batch.num_rows, pa.int32()), one)
            elif name == "warnings":
                column = _warned(frame, pa)
            else:
                column = frame.batch.column(name)
            columns.append(column if column.type == kind else column.cast(kind))
        self._writer.write_batch(pa.record_batch(columns, schema=self._schema))

    def close(self) -> None:
        """Finish the file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._held:
            columns = [
                pa.array([_value(row, name) for row in self._held], kind)
                for name, kind in zip(self._schema.names, self._schema.types, strict=True)
            ]
            self._writer.write_batch(pa.record_batch(columns, schema=self._schema))
            self._held.clear()


def _worded(schema: Any, pa: Any) -> list[str]:
    """Return the columns that get a dictionary: those of words, for one costs more than it saves elsewhere."""
    worded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    return worded + [f"{field.name}.list.element" for field in schema if pa.types.is_list(field.type)]


def _warned(frame: Frame, pa: Any) -> Any:
    """Return the ids of the warnings of each row."""
    import numpy as np

    where = np.array([flag.where for flag in frame.warnings] or np.zeros((0, frame.batch.num_rows)), np.bool_).T
    ids = pa.array([flag.id for flag in frame.warnings], pa.string())
    offsets = np.concatenate([[0], np.cumsum(where.sum(axis=1))]).astype(np.int32)
    codes = np.nonzero(where)[1].astype(np.int16)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.DictionaryArray.from_arrays(pa.array(codes), ids))


def _types(pa: Any) -> dict[str, Any]:
    text, word, count = pa.string(), pa.dictionary(pa.int32(), pa.string()), pa.int32()
    money = pa.decimal128(_DIGITS, _DECIMALS)
    return {
        "row": pa.int64(),
        "file": word,
        "line": pa.int64(),
        "id": text,
        **dict.fromkeys(("customer", "product", "owner", "team"), word),
        "amount": money,
        **dict.fromkeys(("currency", "crm_stage", "crm_at", "place"), word),
        "confidence": pa.float64(),
        "runner_up": word,
        "settled": pa.bool_(),
        "origin": word,
        "origin_confidence": pa.float64(),
        "first_move": word,
        "moves": pa.list_(_word(pa)),
        "never": pa.list_(_word(pa)),
        "rung": word,
        "rate": pa.float64(),
        "rate_source": word,
        "days_in_place": count,
        "last_contact": pa.date32(),
        "days_silent": count,
        "opened": pa.date32(),
        "expected": pa.date32(),
        "overdue_days": count,
        "outcome": word,
        "closed": pa.date32(),
        "warnings": pa.list_(_word(pa)),
        "at_risk": money,
    }


def _word(pa: Any) -> Any:
    """Return the type of ids in lists: there are not many."""
    return pa.dictionary(pa.int16(), pa.string())


def _value(row: DealRow, name: str) -> object:
    value = getattr(row, name)
    if name == "warnings":
        return [warning.id for warning in value]
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-_DECIMALS))
    return list(value) if isinstance(value, tuple) else value
