"""A hundred million deals in one process: Parquet in, a row per deal and the report out, in bounded memory.

Runs only when asked for, ``python -m benchmarks scale``: it takes minutes and writes three gigabytes. A
file of five million rows is read twenty times over as one run, so reading profits from the disk cache; the rows
written are a hundred million.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.exports import table_of
from benchmarks.models import model_b
from benchmarks.one_run import apart, written
from benchmarks.rows import Row, left_out, row

FILED, TIMES = 5_000_000, 20
Cells = dict[str, tuple[int, Decimal]]


def measure() -> Iterator[Row]:
    """Run the file once and twenty times over, and compare memory and sums."""
    try:
        from pyarrow import parquet
    except ImportError as error:
        yield left_out("a hundred million deals", f"the extra `batch` is not installed ({error})")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deals.parquet"
        parquet.write_table(table_of(model_b()[0], FILED), path, row_group_size=1 << 17)
        runs = {}
        for times in (1, TIMES):
            runs[times] = apart(path, times)
            rows = parquet.read_metadata(written(path)).num_rows
            size = written(path).stat().st_size / 1e9
            written(path).unlink()
            complete = rows == runs[times]["rows"] == times * FILED
            yield row(
                f"{rows:,} rows, one process, {runs[times]['seconds']:.1f} s, {size:.1f} GB written",
                rows / runs[times]["seconds"] / 1e6,
                "M deals/s",
                "all rows written",
                holds=complete,
            )
        equal = cells(runs[TIMES]) == {
            key: (TIMES * deals, TIMES * money) for key, (deals, money) in cells(runs[1]).items()
        }
        yield row(f"deals and money by place and stage, {TIMES} times", TIMES, "x", "exactly", holds=equal)
        ratio = runs[TIMES]["peak"] / runs[1]["peak"]
        name = (
            f"peak memory, {FILED:,} to {TIMES * FILED:,} rows ({runs[1]['peak']:.0f} to {runs[TIMES]['peak']:.0f} MiB)"
        )
        yield row(name, ratio, "x", "<= 1.2", holds=ratio <= 1.2)


def cells(run: dict[str, Any]) -> Cells:
    """Return the report of a run."""
    return {key: (deals, Decimal(money)) for key, (deals, money) in run["cells"].items()}
