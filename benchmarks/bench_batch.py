"""Many deals at once: how fast the columnar path is, beside the engines people use for the same sum.

The model is B' of engine.md section 3 (30 questions, 9 places), the shipped playbook stands beside it. Every peer
computes the same posterior, and its result is compared with ours before its time counts. Runs from file to file are
compared with a pass that only reads, by the same reader with the same settings.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.exports import batch_of, codes_of, repeat, table_of, write_files
from benchmarks.install_peers import missing
from benchmarks.models import model_b
from benchmarks.one_run import apart, read, report, step, written
from benchmarks.peers import PEERS
from benchmarks.rows import Row, compared, fastest, left_out, row
from ltc_coach.authoring.loading import load_playbook
from ltc_coach.engine.situation import Chances, Compiled
from ltc_coach.engine.tables import prior
from ltc_coach.model.playbook import Playbook, Reps

SHIPPED = Path(__file__).parent.parent / "playbooks" / "buying-process"
# Deals in memory, in files, and in the small and the large run whose memory is compared.
INFERRED, FILED, SMALL, LARGE = 1_000_000, 1_000_000, 500_000, 5_000_000
MOST_DIFFERENCE = 1e-9


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
    reasons = missing()
    for name, required, peer, goal in PEERS:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                logging.disable(logging.CRITICAL)
                theirs, found = peer(compiled, first, deals)
        except Exception as error:  # noqa: BLE001 - a peer that is missing or broken is told of, the others run
            yield left_out(f"against {name}", reasons.get(required) or f"{type(error).__name__}: {error}")
            continue
        finally:
            logging.disable(logging.NOTSET)
        difference = float(np.abs(np.array(found) - ours[:, : len(found)].T).max())
        equal = difference <= MOST_DIFFERENCE
        ratio = speed / theirs
        yield row(
            f"against {name} ({theirs:,.0f} deals/s, differs by {difference:.0e})",
            ratio,
            "times faster",
            f">= {goal:,.0f}, equal to {MOST_DIFFERENCE:.0e}" if goal else f"equal to {MOST_DIFFERENCE:.0e}",
            holds=equal and (goal is None or ratio >= goal),
        )


# ---- from file to file --------------------------------------------------------------------------------------------


def bench_files(folder: Path) -> Iterator[Row]:
    """A million rows to a row per deal and a report, beside only reading them: median of three pairs."""
    goals = {"csv": 1.4, "parquet": 1.6, "jsonl": 1.3}
    book, chances = model_b()
    columns = step(book, chances)
    paths = write_files(table_of(book, FILED), folder)
    for kind, path in paths.items():
        wall, work, spent = compared(partial(report, path, columns, book), partial(read, path, book))
        name = f"{FILED:,} rows of {kind}, {FILED / spent / 1e6:.2f} M deals/s, processor time {work:.2f} x"
        yield row(name, wall, "x only reading", f"<= {goals[kind]:g}", holds=wall <= goals[kind])
        path.unlink()


def bench_memory(folder: Path) -> Iterator[Row]:
    """Peak memory of one run by itself, with ten times the rows."""
    book, _ = model_b()
    table = table_of(book, SMALL)
    small = write_files(table, folder)
    for kind, path in small.items():
        large = folder / f"large.{kind}"
        repeat(table, path, large, LARGE // SMALL)
        peaks = {}
        for export in (path, large):
            run = apart(export)
            peaks[run["rows"]] = run["peak"]
            export.unlink()
            written(export).unlink()
        assert set(peaks) == {SMALL, LARGE}, peaks  # noqa: S101 - nothing may be lost
        ratio = peaks[LARGE] / peaks[SMALL]
        name = f"peak memory, {kind}, {SMALL:,} to {LARGE:,} rows ({peaks[SMALL]:.0f} to {peaks[LARGE]:.0f} MiB)"
        yield row(name, ratio, "x", "<= 1.2", holds=ratio <= 1.2)


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
