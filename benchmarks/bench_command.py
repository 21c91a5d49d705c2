"""`ltc batch` itself, start and playbook included: a million rows to every field of every row, findings and the report.

Beside it stand a pass that only reads the same file by the same reader, and the script somebody would write who wants
no more than the rows as JSON. The memory of the command is compared on ten times the rows.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.exports import layout, repeat, table_of, write_files
from benchmarks.one_run import read
from benchmarks.rows import Row, compared, left_out, row
from ltc_coach.authoring.loading import load_playbook
from ltc_coach.deals.mapping import dump_mapping
from ltc_coach.settings import DEFAULT_PLAYBOOK

# What the system tells of a process's memory begins with that of the process that started it, so a small one does.
_PEAK = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
FILED, SMALL, LARGE = 1_000_000, 200_000, 2_000_000


def measure() -> Iterator[Row]:
    """Run all of them."""
    try:
        import pyarrow  # noqa: F401, ICN001 - only whether it is there
    except ImportError as error:
        yield left_out("ltc batch in columns", f"the extra `batch` is not installed ({error})")
        return
    book = load_playbook(DEFAULT_PLAYBOOK)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "mapping.yaml").write_text(dump_mapping(layout(book)), encoding="utf-8")
        for kind, path in write_files(table_of(book, FILED), folder).items():
            for form in ("parquet", "jsonl") if kind == "csv" else ("parquet",):
                wall, _, spent = compared(partial(run, folder, path, form), partial(read, path, book))
                what = f"ltc batch, {FILED:,} rows of {kind} to {form}, {FILED / spent / 1e3:,.0f} K deals/s"
                yield row(what, wall, "x only reading")
            if kind == "csv":
                wall, _, _ = compared(partial(run, folder, path, "jsonl"), partial(copy, path, folder / "copy.jsonl"))
                yield row("  and beside a script that copies each row as JSON", wall, "x the script")
            path.unlink()
        table = table_of(book, SMALL)
        small = write_files(table, folder)["csv"]
        repeat(table, small, folder / "large.csv", LARGE // SMALL)
        few, many = (run(folder, path, "jsonl") for path in (small, folder / "large.csv"))
        what = f"peak memory of ltc batch, {SMALL:,} to {LARGE:,} rows ({few:.0f} to {many:.0f} MiB)"
        yield row(what, many / few, "x", "<= 1.2", holds=many / few <= 1.2)


def run(folder: Path, path: Path, form: str) -> float:
    """Run the command; return its peak of memory in MiB."""
    command = [sys.executable, "-m", "ltc_coach", "batch", str(path), "--mapping", str(folder / "mapping.yaml")]
    command += ["--today", "2026-11-21", "-o", str(folder / f"out.{form}")]
    done = subprocess.run([sys.executable, "-c", _PEAK, *command], check=True, capture_output=True, text=True)
    return float(done.stdout) / 1024


def copy(path: Path, to: Path) -> None:
    """Do what a script would do that makes no diagnosis at all."""
    with path.open(encoding="utf-8", newline="") as table, to.open("w", encoding="utf-8") as out:
        for deal in csv.DictReader(table):
            out.write(json.dumps(deal, ensure_ascii=False) + "\n")
