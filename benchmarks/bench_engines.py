"""Beyond one machine: the recipes of docs/scale.md beside our own run, on the same files.

Each engine reads the same Parquet files, runs the same step, ``Columns.score``, and writes Parquet files; what
they wrote must have the same rows and sums. Times include reading and writing, not the start of a session. Every
session does the work once unmeasured, for a Java machine is slow while it is cold; the median of the rest counts.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.exports import layout, parquet_writer, table_of
from benchmarks.models import model_b
from benchmarks.rows import Row, left_out, row

RECIPES = Path(__file__).parent.parent / "examples" / "scale"
DEALS, FILES, WORKERS, ROUNDS = 2_000_000, 8, 2, 3

Run = Callable[[Path, Path, Any], float]
"""From the files, where results go and the plain columns to the seconds of a round."""


def warm(target: Path, act: Callable[[], object]) -> float:
    """Do the work several times over and return the median of the seconds, the first time left out."""
    seconds = []
    for _ in range(1 + ROUNDS):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        start = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:])


def recipe(name: str) -> ModuleType:
    """Import a recipe from its file."""
    spec = importlib.util.spec_from_file_location(name, RECIPES / f"{name}.py")
    assert spec is not None  # noqa: S101 - the file is there
    assert spec.loader is not None  # noqa: S101 - the same
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def one_file(source: Path, target: Path, columns: Any) -> None:
    """Score one Parquet file, in our own run."""
    from pyarrow import parquet

    writer = None
    # One thread: a process stands for a core.
    for batch in parquet.ParquetFile(source, pre_buffer=False).iter_batches(1 << 16, use_threads=False):
        scored = columns.score(batch)
        writer = writer or parquet_writer(target, scored.schema)
        writer.write_batch(scored)
    if writer:
        writer.close()


def alone(source: Path, target: Path, columns: Any) -> float:
    """One process, one file after the other."""

    def act() -> None:
        for path in sorted(source.glob("*.parquet")):
            one_file(path, target / path.name, columns)

    return warm(target, act)


def ready(_: int) -> None:
    """Import what a worker needs, before the time is taken."""
    import ltc_coach.batch.columns

    time.sleep(1.0 if ltc_coach.batch.columns else 0.0)  # so that every worker gets one of these


def together(source: Path, target: Path, columns: Any) -> float:
    """Two processes share the files."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    paths = sorted(source.glob("*.parquet"))
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        list(pool.map(ready, range(WORKERS)))
        targets = [target / path.name for path in paths]
        return warm(target, lambda: list(pool.map(one_file, paths, targets, [columns] * len(paths))))


def spin(_: int) -> float:
    """Count for a while and return the seconds."""
    start = time.perf_counter()
    for _n in range(20_000_000):
        pass
    return time.perf_counter() - start


def cores() -> float:
    """Return how many times more two processes that only count get done than one: what two workers could reach."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        list(pool.map(ready, range(WORKERS)))
        alone = next(iter(pool.map(spin, range(1))))
        return WORKERS * alone / max(pool.map(spin, range(WORKERS)))


def by_daft(source: Path, target: Path, columns: Any) -> float:
    """Daft on this machine's cores."""
    import daft

    scored = recipe("daft_recipe").scored
    return warm(target, lambda: scored(daft.read_parquet(f"{source}/*.parquet"), columns).write_parquet(str(target)))


def by_spark(source: Path, target: Path, columns: Any) -> float:
    """Spark with as many local workers."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise ImportError("Java 17 is not installed")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    # Its progress bar and warnings would stand between our rows.
    os.environ["PYSPARK_SUBMIT_ARGS"] = (
        "--conf spark.ui.showConsoleProgress=false --conf spark.log.level=ERROR pyspark-shell"
    )
    spark = recipe("spark_recipe")
    session = spark.session(f"local[{WORKERS}]")
    try:
        deals = session.read.parquet(str(source))
        return warm(target, lambda: spark.scored(deals, columns).write.mode("overwrite").parquet(str(target)))
    finally:
        session.stop()


def totals(folder: Path) -> tuple[int, Decimal, tuple[tuple[str, int], ...]]:
    """Count what was written: rows, money, and deals by place."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import dataset, parquet

    paths = sorted(folder.rglob("*.parquet"))
    written = dataset.dataset(paths, format="parquet").to_table(["Value", "place"])
    money = pc.sum(written.column("Value").cast(pa.decimal128(19, 4))).as_py()
    counts = written.group_by("place").aggregate([("place", "count")]).to_pylist()
    assert sum(parquet.read_metadata(path).num_rows for path in paths) == written.num_rows  # noqa: S101 - all were read
    return written.num_rows, money, tuple(sorted((count["place"], count["place_count"]) for count in counts))


def measure() -> Iterator[Row]:
    """Run every engine that is installed."""
    try:
        from pyarrow import parquet

        from ltc_coach.batch.columns import Columns
    except ImportError as error:
        yield left_out("beyond one machine", f"the extra `batch` is not installed ({error})")
        return
    book, chances = model_b()
    columns = Columns(book, layout(book), chances=chances, plain=True)
    runs: dict[str, Run] = {
        "our own run, 1 process": alone,
        f"our own run, {WORKERS} processes": together,
        "Daft": by_daft,
        f"Spark, local[{WORKERS}]": by_spark,
    }
    yield row(f"{WORKERS} processes that only count, beside one", cores(), "x")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "deals"
        source.mkdir()
        table = table_of(book, DEALS // FILES)
        for part in range(FILES):
            parquet.write_table(table, source / f"part-{part}.parquet", row_group_size=1 << 17)
        expected = None
        for i, (name, run) in enumerate(runs.items()):
            target = Path(folder) / f"scored-{i}"
            try:
                seconds = run(source, target, columns)
            except ImportError as error:
                yield left_out(name, str(error))
                continue
            found = totals(target)
            expected = expected or found
            what = f"{name}: {found[0]:,} rows, {found[1]:,.2f}"
            yield row(what, DEALS / seconds / 1e6, "M deals/s", "rows and sums of our own run", holds=found == expected)
            shutil.rmtree(target)
