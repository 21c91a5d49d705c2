"""The table of the benchmarks: what was not measured is told, and counts neither for us nor against us."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import install_peers
from benchmarks.rows import Row, left_out, row


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Row]:
    """Stand in for every benchmark; run in an empty folder."""
    rows: list[Row] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(benchmarks, "import_module", lambda _: SimpleNamespace(measure=lambda: rows))
    return rows


def test_a_peer_that_is_missing_is_no_goal_missed(measured: list[Row], capsys: pytest.CaptureFixture[str]) -> None:
    """It stands in the results with `holds: null` and the reason, and the run ends well."""
    measured += [row("fast", 5.0, "x", ">= 4"), left_out("against a peer", "No matching distribution found")]
    assert benchmarks.main(["yaml"]) == 0
    said = capsys.readouterr().out
    assert "absent against a peer" in said
    assert "not measured: No matching distribution found" in said
    assert "2 rows, 0 missed, 1 not measured" in said
    written = json.loads(Path("build", "bench-yaml.json").read_text(encoding="utf-8"))
    assert [(one["holds"], one.get("why")) for one in written] == [
        (True, None),
        (None, "No matching distribution found"),
    ]


def test_a_goal_missed_ends_the_run_with_1(measured: list[Row], capsys: pytest.CaptureFixture[str]) -> None:
    """One is enough."""
    measured += [row("slow", 3.0, "x", ">= 4", holds=False), row("only told", 7.0, "x")]
    assert benchmarks.main(["yaml"]) == 1
    assert "MISSED slow" in capsys.readouterr().out


def test_what_takes_minutes_runs_only_when_asked_for(measured: list[Row], capsys: pytest.CaptureFixture[str]) -> None:
    """And a name that is none is told."""
    measured += [row("told", 1.0, "x")]
    assert benchmarks.main([]) == 0
    assert "bench_scale" not in capsys.readouterr().out
    assert benchmarks.main(["scale"]) == 0
    assert "bench_scale" in capsys.readouterr().out
    assert benchmarks.main(["scales"]) == 2


def test_one_peer_that_cannot_be_installed_does_not_keep_the_others_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is asked for by itself; the reason is kept for the results."""
    asked: list[str] = []

    def install(requirement: str) -> str | None:
        asked.append(requirement)
        return "no wheel for this machine" if requirement.startswith("pyagrum") else None

    monkeypatch.setattr(install_peers, "install", install)
    monkeypatch.setattr(install_peers, "MISSING", tmp_path / "missing.json")
    assert install_peers.main() == 1
    assert list(install_peers.wanted().values()) == asked
    assert {"numpy", "pyarrow", "pgmpy", "zen-engine", "scikit-learn", "pandas"} <= set(install_peers.wanted())
    assert install_peers.missing() == {"pyagrum": "no wheel for this machine"}
    assert "going on without pyagrum: no wheel for this machine" in capsys.readouterr().err
