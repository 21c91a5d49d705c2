"""The recipes of docs/scale.md: other engines give the same rows and sums as the run on one machine."""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ltc_coach.authoring.loading import load_playbook

pa = pytest.importorskip("pyarrow", reason="the extra `batch` is not installed")
pytest.importorskip("numpy", reason="the extra `batch` is not installed")

from ltc_coach.batch.columns import Columns  # noqa: E402 - only with the extra

HERE = Path(__file__).parent.parent
DEALS, FILES = 600, 3


def recipe(name: str) -> ModuleType:
    """Import a recipe as a user would run it: from its file."""
    spec = importlib.util.spec_from_file_location(name, HERE / "examples" / "scale" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def columns() -> Columns:
    """Compile the shipped playbook for engines that know no dictionary columns."""
    return Columns(load_playbook(HERE / "playbooks" / "buying-process"), plain=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write some Parquet files of deals, one row in a hundred with a word that is no answer."""
    from pyarrow import parquet

    book = load_playbook(HERE / "playbooks" / "buying-process")
    made = tmp_path_factory.mktemp("deals")
    draw = random.Random(3)
    for part in range(FILES):
        deals = []
        for i in range(DEALS // FILES):
            asked = draw.sample(book.questions, draw.randrange(12))
            answers = {q.id: draw.choice([*(o.id for o in q.answers), "unknown"]) for q in asked}
            if i % 100 == 99:
                answers[book.questions[0].id] = "no such answer"
            amount = Decimal(draw.randrange(10_000_000)) / 100
            deals.append({"id": f"{part}-{i:04}", "amount": amount, **answers})
        schema = [("id", pa.string()), ("amount", pa.decimal128(19, 4)), *((q.id, pa.string()) for q in book.questions)]
        parquet.write_table(pa.Table.from_pylist(deals, schema=pa.schema(schema)), made / f"part-{part}.parquet")
    return made


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Engines keep no order."""
    return sorted(rows, key=lambda row: str(row["id"]))


@pytest.fixture(scope="module")
def expected(folder: Path, columns: Columns) -> list[dict[str, Any]]:
    """Score the files here, one batch after the other."""
    from pyarrow import dataset

    batches = dataset.dataset(folder).to_batches()
    rows = in_order([row for batch in batches for row in columns.score(batch).to_pylist()])
    assert len(rows) == DEALS
    assert sum(row["refused"] is not None for row in rows) == DEALS // 100
    return rows


def test_daft_gives_the_same_rows_and_sums(folder: Path, columns: Columns, expected: list[dict[str, Any]]) -> None:
    """As a data frame, the sums made by Daft itself."""
    daft = pytest.importorskip("daft", reason="the extra `daft` is not installed")
    scored = recipe("daft_recipe").scored(daft.read_parquet(f"{folder}/*.parquet"), columns).collect()
    assert in_order(scored.to_pylist()) == expected
    assert scored.sum("amount").to_pydict()["amount"] == [sum(row["amount"] for row in expected)]


@pytest.fixture
def spark() -> Iterator[Any]:
    """Start a session with two workers."""
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java 17, which is not installed")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = recipe("spark_recipe").session("local[2]")
    yield session
    session.stop()


@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_rows_and_sums(
    spark: Any, folder: Path, columns: Columns, expected: list[dict[str, Any]]
) -> None:
    """As a data frame, the sums made by Spark itself."""
    deals = spark.read.parquet(str(folder))
    assert deals.rdd.getNumPartitions() > 1  # so that both workers have something to do
    scored = recipe("spark_recipe").scored(deals, columns)
    assert in_order([row.asDict() for row in scored.collect()]) == expected
    assert scored.groupBy().sum("amount").collect()[0][0] == sum(row["amount"] for row in expected)
