"""Drawn exports of deals: the same rows every time, as codes, as a record batch and as files in three formats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ltc_coach.model.mapping import AnswerColumn, Mapping
from ltc_coach.model.playbook import Playbook


def codes_of(book: Playbook, count: int, seed: int = 0) -> Any:
    """Draw answers for every question, one in ten not given: codes as the columnar path has them."""
    import numpy as np

    draw = np.random.default_rng(seed)
    answers = [draw.integers(1, len(q.answers) + 1, count) * (draw.random(count) > 0.1) for q in book.questions]
    return np.array(answers, np.uint8)


def batch_of(book: Playbook, count: int) -> Any:
    """Draw a record batch of answers as dictionary columns."""
    import pyarrow as pa

    columns = []
    for question, codes in zip(book.questions, codes_of(book, count), strict=True):
        words = pa.array([option.id for option in question.answers])
        columns.append(pa.DictionaryArray.from_arrays(pa.array(codes.astype("int32") - 1, mask=codes == 0), words))
    return pa.RecordBatch.from_arrays(columns, names=[q.id for q in book.questions])


def layout(book: Playbook) -> Mapping:
    """Return how the files below are laid out."""
    answers = {q.id: AnswerColumn(column=f"Q {q.id}") for q in book.questions}
    return Mapping(columns={"id": "Id", "amount": "Value", "crm_stage": "Stage", "owner": "Owner"}, answers=answers)


def table_of(book: Playbook, count: int) -> Any:
    """Draw an export: id, amount, stage, owner, and a column per question."""
    import numpy as np
    import pyarrow as pa

    draw = np.random.default_rng(2)

    def words(values: Sequence[str]) -> Any:
        indices = pa.array(draw.integers(0, len(values), count).astype("int32"))
        return pa.DictionaryArray.from_arrays(indices, pa.array(values))

    cents = draw.integers(1_000_00, 5_000_000_00, count)
    columns = {
        "Id": pa.array([f"D-{i:07}" for i in range(count)]),
        "Value": pa.array([f"{c // 100}.{c % 100:02}" for c in cents.tolist()]),
        "Stage": words(["Lead", "Qualified", "Proposal", "Negotiation", "Closing"]),
        "Owner": words([f"Rep {i}" for i in range(40)]),
    }
    batch = batch_of(book, count)
    columns |= {f"Q {name}": batch.column(name) for name in batch.schema.names}
    return pa.table(columns)


def write_files(table: Any, folder: Path) -> dict[str, Path]:
    """Write the same export in three formats."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv, parquet

    paths = {kind: folder / f"deals-{table.num_rows}.{kind}" for kind in ("csv", "parquet", "jsonl")}
    parquet.write_table(table, paths["parquet"], row_group_size=1 << 17)
    plain = table.cast(pa.schema([(name, pa.string()) for name in table.schema.names]))
    csv.write_csv(plain, paths["csv"], csv.WriteOptions(quoting_style="none"))
    with paths["jsonl"].open("wb") as file:
        for batch in plain.to_batches(max_chunksize=1 << 16):
            pieces: list[Any] = []
            for name in batch.schema.names:
                pieces += [f'{", " if pieces else "{"}"{name}": "', batch.column(name).fill_null(""), '"']
            lines = pc.binary_join_element_wise(*pieces, "}\n", "")
            file.write("".join(lines.to_pylist()).encode())
    return paths


def repeat(table: Any, small: Path, large: Path, times: int) -> None:
    """Write the same rows several times over."""
    from pyarrow import parquet

    if small.suffix == ".parquet":
        with parquet.ParquetWriter(large, table.schema) as writer:
            for _ in range(times):
                writer.write_table(table, row_group_size=1 << 17)
        return
    heading, rows = b"", small.read_bytes()
    if small.suffix == ".csv":
        heading, rows = rows.split(b"\n", 1)
        heading += b"\n"
    with large.open("wb") as file:
        file.write(heading)
        for _ in range(times):
            file.write(rows)


def parquet_writer(target: Any, schema: Any) -> Any:
    """Open a Parquet file for results; dictionary pages only where there are words, for they cost most."""
    import pyarrow as pa
    from pyarrow import parquet

    worded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    worded += [f"{field.name}.list.element" for field in schema if pa.types.is_list(field.type)]
    return parquet.ParquetWriter(target, schema, use_dictionary=worded, write_statistics=False, compression="lz4")
