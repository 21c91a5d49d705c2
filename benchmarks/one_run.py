"""One run from file to file by itself, for its memory: ``python -m benchmarks.one_run FILE [TIMES]``.

Rows go to a Parquet file beside the export, sums by place and stage are the report. With ``TIMES`` the file is
read so often, one time after the other, as one run: more rows than one would keep on a disk. What came of it stands on
stdout as JSON: rows, their money, the sums as they stand, seconds and the peak in MiB.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.exports import layout, parquet_writer
from benchmarks.models import model_b
from ltc_coach.model.playbook import Playbook

Cells = dict[tuple[str, str], tuple[int, Any]]
"""Deals and money by place and stage."""


def raw(path: Path, book: Playbook, times: int = 1) -> Iterator[Any]:
    """Read an export as a run does, and do nothing with it; ``times`` one time after the other."""
    from ltc_coach.batch import blocks
    from ltc_coach.deals.tables import read_rows

    mapping = layout(book)
    plain = read_rows([path]).plain(str(path))
    assert plain is not None  # noqa: S101 - the exports are plain
    for _ in range(times):
        with path.open("rb") as stream:
            if plain.kind == "parquet":
                yield from blocks.parquet_blocks(stream, mapping)
            elif plain.kind == "jsonl":
                yield from blocks.json_blocks(stream, mapping)
            else:
                yield from blocks.csv_blocks(
                    stream, mapping, plain.headings, plain.delimiter, plain.first, alone=plain.alone
                )


def read(path: Path, book: Playbook) -> None:
    """Read an export and do nothing with it."""
    for _ in raw(path, book):
        pass


def parts(path: Path, columns: Any, book: Playbook, times: int = 1) -> Iterator[Any]:
    """Read an export and diagnose it, a part at a time."""
    from ltc_coach.batch.ahead import ahead
    from ltc_coach.batch.cells import Cells as Fields

    fields, rows = Fields(path.name, layout(book), columns), 0
    for block in ahead(raw(path, book, times)):
        yield fields.part(block, rows)
        rows += block.rows


def report(path: Path, columns: Any, book: Playbook, times: int = 1) -> tuple[int, Cells]:
    """Diagnose a file: rows to a Parquet file beside it; return how many, and the report."""
    import pyarrow as pa

    from ltc_coach.batch.ahead import ahead

    cells: Cells = {}
    rows, writer = 0, None
    for part in ahead(parts(path, columns, book, times)):
        writer = writer or parquet_writer(written(path), part.batch.schema)
        writer.write_batch(part.batch)
        rows += part.batch.num_rows
        sums = pa.table(part.batch.select(["place", "crm_stage", "amount"])).group_by(["place", "crm_stage"])
        for cell in sums.aggregate([("amount", "sum"), ("amount", "count")]).to_pylist():
            key = cell["place"], cell["crm_stage"]
            count, money = cells.get(key, (0, 0))
            cells[key] = count + cell["amount_count"], money + cell["amount_sum"]
    if writer:
        writer.close()
    return rows, cells


def step(book: Playbook, chances: Any) -> Any:
    """Return the columnar step for the parts of an export."""
    from ltc_coach.batch.cells import Cells as Fields
    from ltc_coach.batch.columns import Columns

    return Columns(book, Fields.layout(layout(book)), chances=chances)


def written(path: Path) -> Path:
    """Return where the rows of a file go."""
    return path.with_suffix(".out")


def apart(path: Path, times: int = 1) -> dict[str, Any]:
    """Make a run in a process of its own and return what it said; the rows it wrote stay."""
    command = [sys.executable, "-m", "benchmarks.one_run", str(path), str(times)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def main(path: Path, times: int) -> None:
    """One run, in the memory that `ltc batch` uses."""
    from pyarrow import set_memory_pool, system_memory_pool

    set_memory_pool(system_memory_pool())
    book, chances = model_b()
    columns = step(book, chances)
    start = time.perf_counter()
    rows, cells = report(path, columns, book, times)
    said = {
        "rows": rows,
        "cells": {" ".join(key): [deals, str(money)] for key, (deals, money) in sorted(cells.items())},
        "seconds": time.perf_counter() - start,
        "peak": peak(),
    }
    print(json.dumps(said))


def peak() -> float:
    """Return the most memory this process has had, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage tells begins with the memory of the process that started this one.
        line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
