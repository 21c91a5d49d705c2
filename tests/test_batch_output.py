"""A report on its way out: whole or not at all, however the run ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ltc_coach.batch.ahead import ahead
from ltc_coach.cli.batch_product import deliver, spool
from ltc_coach.cli.session import open_session
from ltc_coach.console.signals import HANGUP, Ended
from ltc_coach.problems import CoachError

FULL = Path("/dev/full")


@pytest.mark.parametrize("number", [signal.SIGTERM, HANGUP])
def test_a_signal_leaves_nothing_behind(number: int, tmp_path: Path) -> None:
    """As with Ctrl-C: the old report stays, what was written so far is gone."""
    report = tmp_path / "week.jsonl"
    report.write_text("old")

    def run() -> None:
        with spool(str(report)) as product:
            product.write("half")
            os.kill(os.getpid(), number)

    with pytest.raises(Ended) as ended:
        run()
    assert ended.value.exit_code == 128 + number
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.skipif(os.name == "nt", reason="there are no such permissions")
def test_what_a_killed_run_left_is_swept_away(tmp_path: Path) -> None:
    """By the next run of the same report, once nobody can be writing to it any more."""
    dead, alive = (tmp_path / f".week.jsonl.{name}.ltc-tmp" for name in ("dead", "alive"))
    for left in (dead, alive):
        left.write_text("half")
    os.utime(dead, (1_000_000_000, 1_000_000_000))
    with spool(str(tmp_path / "week.jsonl")):
        pass
    assert [alive] == [*tmp_path.iterdir()]


def test_a_new_report_is_as_readable_as_the_old_one(tmp_path: Path) -> None:
    """A report that only some may read stays so."""
    report = tmp_path / "week.jsonl"
    report.write_text("old")
    report.chmod(0o640)
    with spool(str(report)) as product:
        product.write("new")
        deliver(open_session([]), product, str(report))
    assert (report.read_text(), report.stat().st_mode & 0o777) == ("new", 0o640)


def test_a_link_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    """Not after a million rows."""
    link = tmp_path / "week.jsonl"
    link.symlink_to(tmp_path / "elsewhere.jsonl")
    with pytest.raises(CoachError, match="link"), spool(str(link)):
        pytest.fail("nothing may be read")


@pytest.mark.skipif(not FULL.exists(), reason="no such device")
def test_a_full_standard_output_is_named(tmp_path: Path) -> None:
    """Neither the temporary folder nor a file of the input is to blame."""
    table = tmp_path / "deals.csv"
    table.write_text("customer,amount\n" + "A,1\n" * 50)
    with FULL.open("wb") as full:
        found = subprocess.run(
            [sys.executable, "-m", "ltc_coach", "batch", str(table), "--format", "jsonl"],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "LTC_LANG": "en"},
            check=False,
        )
    assert found.returncode == 5
    assert b"standard output cannot be written" in found.stderr


def test_a_thread_that_reads_ahead_is_gone_with_its_reader() -> None:
    """One at work in foreign code while the interpreter goes takes the process down with it."""
    closed = []

    def items() -> Iterator[int]:
        try:
            yield from range(10**9)
        finally:
            closed.append(threading.current_thread())

    before = threading.active_count()
    stream = ahead(items())
    assert next(stream) == 0
    stream.close()
    assert threading.active_count() == before
    assert len(closed) == 1
