"""Many deals at once: how fast the columnar path is, beside the engines people use for the same sum.

The model is B' of engine.md section 3 (30 questions, 9 places), the shipped playbook stands beside it. Every peer
computes the same posterior, and its result is compared with ours before its time counts. Runs from file to file are
compared with a pass that only reads, by the same reader with the same settings.

``python -m benchmarks.bench_batch FILE`` is one run by itself, for its memory: rows and peak in MiB on stdout.
"""

from __future__ import annotations

import json
import logging
import math
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.models import model_b
from ltc_coach.authoring.loading import load_playbook
from ltc_coach.engine.situation import Chances, Compiled
from ltc_coach.engine.tables import prior
from ltc_coach.model.mapping import AnswerColumn, Mapping
from ltc_coach.model.playbook import Playbook, Reps

Row = dict[str, Any]
SHIPPED = Path(__file__).parent.parent / "playbooks" / "buying-process"
# Deals in memory, in files, in the small and the large run whose memory is compared, and for slow peers.
INFERRED, FILED, SMALL, LARGE = 1_000_000, 1_000_000, 500_000, 5_000_000
MOST_DIFFERENCE = 1e-9


def row(name: str, value: float | str, unit: str, goal: str = "", *, holds: bool | None = True) -> Row:
    """Make one line of the benchmark table."""
    value = value if isinstance(value, str) else float(f"{value:.4g}")
    return {"name": name, "value": value, "unit": unit, "goal": goal, "holds": holds}


def left_out(name: str, why: str) -> Row:
    """Make a line for what cannot be measured here."""
    return row(name, "-", "", f"left out: {why}", holds=None)


def fastest(act: Callable[[], object], rounds: int = 7) -> float:
    """Return the least processor time in seconds: of all threads of this process, whatever else the machine does."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        act()
        spent.append(time.process_time() - start)
    return min(spent)


def codes_of(book: Playbook, count: int, seed: int = 0) -> Any:
    """Draw answers for every question, one in ten not given: codes as the columnar path has them."""
    import numpy as np

    draw = np.random.default_rng(seed)
    answers = [draw.integers(1, len(q.answers) + 1, count) * (draw.random(count) > 0.1) for q in book.questions]
    return np.array(answers, np.uint8)


# ---- inference only -----------------------------------------------------------------------------------------------


def composites(book: Playbook, reps: Reps | None = None, chances: Chances | None = None) -> list[Any]:
    """Return the scales of a playbook compiled as the columnar path has them."""
    from ltc_coach.batch.columns import Columns

    return list(Columns(book, reps=reps, chances=chances)._stars.values())  # noqa: SLF001 - the inference alone


def bench_inference() -> Iterator[Row]:
    """Codes to posteriors on one core."""
    book, chances = model_b()
    codes = codes_of(book, INFERRED)
    kinds: tuple[tuple[Reps, str, float], ...] = (("trained", "plain", 4.0), ("mixed", "with rep reliability", 2.0))
    for reps, what, goal in kinds:
        (star,) = composites(book, reps, chances)
        speed = INFERRED / fastest(partial(star.values, codes)) / 1e6
        yield row(f"inference, 30 x 9, {what}", speed, "M deals/s", f">= {goal:g}", holds=speed >= goal)
    book = load_playbook(SHIPPED)
    stars = composites(book)
    codes = codes_of(book, INFERRED // 4)
    speed = INFERRED / 4 / fastest(lambda: [star.values(codes) for star in stars]) / 1e6
    yield row(f"inference, shipped playbook, {len(stars)} scales, reliability", speed, "M deals/s")


def batch_of(book: Playbook, count: int) -> Any:
    """Draw a record batch of answers as dictionary columns."""
    import pyarrow as pa

    columns = []
    for question, codes in zip(book.questions, codes_of(book, count), strict=True):
        words = pa.array([option.id for option in question.answers])
        columns.append(pa.DictionaryArray.from_arrays(pa.array(codes.astype("int32") - 1, mask=codes == 0), words))
    return pa.RecordBatch.from_arrays(columns, names=[q.id for q in book.questions])


def bench_scoring() -> Iterator[Row]:
    """Words to everything reported of a deal, moves and nevers in their order included, on one core."""
    from ltc_coach.batch.columns import Columns

    count = INFERRED // 4
    book, chances = model_b()
    shipped = load_playbook(SHIPPED)
    for what, columns, whose in (
        ("30 x 9, plain", Columns(book, chances=chances, reps="trained"), book),
        ("30 x 9, with rep reliability", Columns(book, chances=chances, reps="mixed"), book),
        (f"shipped playbook, {len(shipped.moves)} rules", Columns(shipped), shipped),
    ):
        batch = batch_of(whose, count)
        speed = count / fastest(partial(columns.score, batch)) / 1e6
        yield row(f"Columns.score, {what}", speed, "M deals/s")


# ---- the same posterior by others ---------------------------------------------------------------------------------

Peer = Callable[[Compiled, list[float], list[list[int]]], tuple[float, list[Sequence[float]]]]
"""From the model, its prior and answers (-1: none) to deals per second and posteriors."""


def timed(act: Callable[[list[int]], Sequence[float]], deals: list[list[int]]) -> tuple[float, list[Sequence[float]]]:
    """Run one deal after the other."""
    act(deals[0])
    start = time.process_time()
    found = [act(deal) for deal in deals]
    return len(deals) / (time.process_time() - start), found


def by_pyagrum(compiled: Compiled, first: list[float], deals: list[list[int]]) -> tuple[float, list[Sequence[float]]]:
    """Lazy propagation, its fastest here."""
    gum: Any = import_module("pyagrum")

    star = compiled.stars["place"]
    net = gum.BayesNet()
    net.add(gum.LabelizedVariable("S", "", star.size))
    net.cpt("S").fillWith(first)
    for id_, table in star.tables.items():
        net.add(gum.LabelizedVariable(id_, "", len(table.answers)))
        net.addArc("S", id_)
        for k, column in enumerate(zip(*table.chances, strict=True)):
            net.cpt(id_)[{"S": k}] = list(column)
    engine = gum.LazyPropagation(net)
    engine.addTarget("S")
    names = list(star.tables)

    def act(deal: list[int]) -> Sequence[float]:
        engine.setEvidence({q: a for q, a in zip(names, deal, strict=True) if a >= 0})
        engine.makeInference()
        return [float(p) for p in engine.posterior("S").tolist()]

    return timed(act, deals[:500])


def by_pgmpy(compiled: Compiled, first: list[float], deals: list[list[int]]) -> tuple[float, list[Sequence[float]]]:
    """Variable elimination."""
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork

    star = compiled.stars["place"]
    net = DiscreteBayesianNetwork([("S", q) for q in star.tables])
    net.add_cpds(TabularCPD("S", star.size, [[p] for p in first]))
    for id_, table in star.tables.items():
        net.add_cpds(TabularCPD(id_, len(table.answers), [list(r) for r in table.chances], ["S"], [star.size]))
    engine, names = VariableElimination(net), list(star.tables)

    def act(deal: list[int]) -> Sequence[float]:
        told = {q: a for q, a in zip(names, deal, strict=True) if a >= 0}
        return [float(p) for p in engine.query(["S"], told, show_progress=False).values]  # noqa: PD011 - not pandas

    return timed(act, deals[:60])


def by_zen(compiled: Compiled, first: list[float], deals: list[list[int]]) -> tuple[float, list[Sequence[float]]]:
    """A rule engine: one expression per place, looked up by answer (row 0: none)."""
    import zen

    star = compiled.stars["place"]
    expressions = []
    for k, start in enumerate(first):
        factors = [
            f"[1,{','.join(repr(r[k]) for r in table.chances)}][a[{i}] + 1]"
            for i, table in enumerate(star.tables.values())
        ]
        expressions.append({"id": f"e{k}", "key": f"s{k}", "value": " * ".join([repr(start), *factors])})
    graph = {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "i", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
            {
                "id": "f",
                "type": "expressionNode",
                "name": "f",
                "content": {"expressions": expressions},
                "position": {"x": 1, "y": 0},
            },
            {"id": "o", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "i", "targetId": "f"},
            {"id": "2", "type": "edge", "sourceId": "f", "targetId": "o"},
        ],
    }
    decision = zen.ZenEngine().create_decision(json.dumps(graph))

    def act(deal: list[int]) -> Sequence[float]:
        result = decision.evaluate({"a": deal})["result"]
        weights = [float(result[f"s{k}"]) for k in range(star.size)]
        return [w / sum(weights) for w in weights]

    return timed(act, deals[:200])


def by_sklearn(compiled: Compiled, first: list[float], deals: list[list[int]]) -> tuple[float, list[Sequence[float]]]:
    """scikit-learn's naive Bayes with our tables in it: all deals at once."""
    import numpy as np
    from sklearn.naive_bayes import CategoricalNB

    star = compiled.stars["place"]
    tables = [np.array([[1.0] * star.size, *t.chances]).T for t in star.tables.values()]
    most = max(t.shape[1] for t in tables)
    model = CategoricalNB(min_categories=most)
    filler = np.arange(most * star.size)
    model.fit(np.tile((filler % most)[:, None], len(tables)), filler // most)
    model.feature_log_prob_ = [np.log(np.pad(t, ((0, 0), (0, most - t.shape[1])), constant_values=1.0)) for t in tables]
    model.class_log_prior_ = np.log(first)
    codes = np.array(deals) + 1
    spent = fastest(lambda: model.predict_proba(codes), 3)
    return len(deals) / spent, list(model.predict_proba(codes))


def by_pandas(compiled: Compiled, first: list[float], deals: list[list[int]]) -> tuple[float, list[Sequence[float]]]:
    """The script many would write: a ``map`` per question and place, words to numbers, then the softmax."""
    import numpy as np
    import pandas as pd

    star = compiled.stars["place"]
    words = {
        q: [t.answers[deal[i]] if deal[i] >= 0 else None for deal in deals]
        for i, (q, t) in enumerate(star.tables.items())
    }
    frame = pd.DataFrame(words)
    logs = {
        q: [{a: math.log(r[k]) for a, r in zip(t.answers, t.chances, strict=True)} for k in range(star.size)]
        for q, t in star.tables.items()
    }

    def act() -> Any:
        scores = pd.DataFrame({k: math.log(p) for k, p in enumerate(first)}, index=frame.index)
        for q in frame:
            for k in range(star.size):
                scores[k] += frame[q].map(logs[str(q)][k]).fillna(0.0)
        weights = np.exp(scores.sub(scores.max(axis=1), axis=0))
        return weights.div(weights.sum(axis=1), axis=0)

    spent = fastest(act, 2)
    return len(deals) / spent, list(act().to_numpy())


PEERS: dict[str, tuple[Peer, float | None]] = {
    "pyAgrum": (by_pyagrum, 2_000.0),
    "pgmpy": (by_pgmpy, 5_000.0),
    "zen-engine": (by_zen, None),
    "scikit-learn CategoricalNB": (by_sklearn, None),
    "pandas script": (by_pandas, None),
}


def bench_peers() -> Iterator[Row]:
    """How many times faster we are on the same model, with the same results."""
    import numpy as np

    book, chances = model_b()
    compiled = Compiled(book, "trained", chances)
    first = list(prior(book.scales["place"].places))
    (star,) = composites(book, "trained", chances)
    codes = codes_of(book, 20_000, seed=1)
    ours = star.values(codes)
    many = codes_of(book, INFERRED)
    speed = INFERRED / fastest(lambda: star.values(many))
    deals = (codes.T.astype(int) - 1).tolist()
    for name, (peer, goal) in PEERS.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                logging.disable(logging.CRITICAL)
                theirs, found = peer(compiled, first, deals)
        except ImportError as error:
            yield left_out(f"against {name}", str(error))
            continue
        finally:
            logging.disable(logging.NOTSET)
        apart = float(np.abs(np.array(found) - ours[:, : len(found)].T).max())
        equal = apart <= MOST_DIFFERENCE
        ratio = speed / theirs
        yield row(
            f"against {name} ({theirs:,.0f} deals/s, differs by {apart:.0e})",
            ratio,
            "times faster",
            f">= {goal:,.0f}, equal to {MOST_DIFFERENCE:.0e}" if goal else f"equal to {MOST_DIFFERENCE:.0e}",
            holds=equal and (goal is None or ratio >= goal),
        )


# ---- from file to file --------------------------------------------------------------------------------------------


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


def read_only(path: Path, book: Playbook) -> int:
    """Read a file as the columnar path does, and do nothing with it."""
    from ltc_coach.batch import arrow_io

    with path.open("rb") as stream:
        readers = {".csv": arrow_io._csv, ".parquet": arrow_io._parquet, ".jsonl": arrow_io._json_lines}  # noqa: SLF001 - the same reader
        return sum(batch.num_rows for batch, _ in readers[path.suffix](stream, layout(book)))


def report(path: Path, columns: Any, book: Playbook) -> tuple[int, dict[tuple[str, str], tuple[int, Any]]]:
    """Diagnose a file: rows to a Parquet file beside it; return how many, and deals and money by place and stage."""
    import pyarrow as pa

    from ltc_coach.batch.arrow_io import ahead, diagnosed, parquet_writer, read

    parts = ahead(diagnosed(ahead(read(path, layout(book))), columns, path, layout(book)))
    cells: dict[tuple[str, str], tuple[int, Any]] = {}
    rows, writer = 0, None
    for part in parts:
        writer = writer or parquet_writer(path.with_suffix(".out"), part.batch.schema)
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


def bench_files(folder: Path) -> Iterator[Row]:
    """A million rows to a row per deal and a report, beside only reading them: median of three pairs."""
    from ltc_coach.batch.columns import Columns

    goals = {"csv": 1.4, "parquet": 1.6, "jsonl": 1.3}
    book, chances = model_b()
    columns = Columns(book, layout(book), chances=chances)
    paths = write_files(table_of(book, FILED), folder)
    for kind, path in paths.items():
        walls, works, speeds = [], [], []
        for _ in range(3):
            spent = []
            for act in (lambda: read_only(path, book), lambda: report(path, columns, book)):  # noqa: B023 - called at once
                start, worked = time.perf_counter(), time.process_time()
                act()
                spent.append((time.perf_counter() - start, time.process_time() - worked))
            walls.append(spent[1][0] / spent[0][0])
            works.append(spent[1][1] / spent[0][1])
            speeds.append(FILED / spent[1][0] / 1e6)
        ratio, work = statistics.median(walls), statistics.median(works)
        name = f"{FILED:,} rows of {kind}, {max(speeds):.2f} M deals/s, processor time {work:.2f} x"
        yield row(name, ratio, "x only reading", f"<= {goals[kind]:g}", holds=ratio <= goals[kind])


def bench_memory(folder: Path) -> Iterator[Row]:
    """Peak memory of one run by itself, with ten times the rows."""
    book, _ = model_b()
    table = table_of(book, SMALL)
    small = write_files(table, folder)
    for kind in ("csv", "parquet"):
        large = folder / f"large.{kind}"
        _repeat(table, small[kind], large, LARGE // SMALL)
        peaks = {}
        for path in (small[kind], large):
            command = [sys.executable, "-m", "benchmarks.bench_batch", str(path)]
            rows, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            peaks[int(rows)] = float(peak)
            path.unlink()
        assert set(peaks) == {SMALL, LARGE}, peaks  # noqa: S101 - nothing may be lost
        ratio = peaks[LARGE] / peaks[SMALL]
        name = f"peak memory, {kind}, {SMALL:,} to {LARGE:,} rows ({peaks[LARGE]:.0f} MiB)"
        yield row(name, ratio, "x", "<= 1.2", holds=ratio <= 1.2)


def _repeat(table: Any, small: Path, large: Path, times: int) -> None:
    """Write the same rows several times over."""
    from pyarrow import parquet

    if small.suffix == ".parquet":
        with parquet.ParquetWriter(large, table.schema) as writer:
            for _ in range(times):
                writer.write_table(table, row_group_size=1 << 17)
        return
    heading, rows = small.read_bytes().split(b"\n", 1)
    with large.open("wb") as file:
        file.write(heading + b"\n")
        for _ in range(times):
            file.write(rows)


def measure() -> Iterator[Row]:
    """Run all of them."""
    try:
        import numpy  # noqa: F401, ICN001 - only whether it is there
        import pyarrow  # noqa: F401, ICN001 - the same
    except ImportError as error:
        yield left_out("many deals at once", f"the extra `batch` is not installed ({error})")
        return
    yield from bench_inference()
    yield from bench_scoring()
    yield from bench_peers()
    with tempfile.TemporaryDirectory() as folder:
        yield from bench_files(Path(folder))
        yield from bench_memory(Path(folder))


def main(path: Path) -> None:
    """One run by itself."""
    from ltc_coach.batch.columns import Columns

    book, chances = model_b()
    rows, _ = report(path, Columns(book, layout(book), chances=chances), book)
    print(rows, peak())


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
    main(Path(sys.argv[1]))
