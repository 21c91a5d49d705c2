"""A table read in columns says of every row, and of all together, what it says read row by row (batch/frames.py)."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow", reason="the extra `batch` is not installed")
pytest.importorskip("numpy", reason="the extra `batch` is not installed")

from ltc_coach.authoring.loading import load_playbook  # noqa: E402 - only with the extra
from ltc_coach.model.batch import SkippedRow  # noqa: E402 - the same
from ltc_coach.model.frame import Frame  # noqa: E402 - the same
from ltc_coach.model.mapping import AnswerColumn  # noqa: E402 - the same
from tests.frames_kit import ASKED, HEADINGS, LAYOUT, agree, drawn, rows, written  # noqa: E402 - the same


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), count=st.integers(1, 60))
def test_columns_and_rows_agree_on_any_table(
    seed: int, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows, refusals and their reasons, warnings, sums, findings, and every line that is written."""
    draw = random.Random(seed)
    path = tmp_path / "export.csv"
    path.write_text(written([drawn(draw) for _ in range(count)]), encoding="utf-8")
    assert all(isinstance(piece, Frame) for piece in agree([path], monkeypatch))


def test_many_rows_in_many_blocks_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than a ranking keeps and than are written together, in blocks of a few hundred."""
    monkeypatch.setattr("ltc_coach.batch.blocks.BYTES", 50_000)
    monkeypatch.setattr("ltc_coach.documents.batch_frames._TOGETHER", 100)
    monkeypatch.setattr("ltc_coach.batch.ranking.RANKED", 40)
    monkeypatch.setattr("ltc_coach.batch.frame_tally.RANKED", 40)
    draw = random.Random(7)
    path = tmp_path / "export.csv"
    path.write_text(written([drawn(draw) for _ in range(1500)]), encoding="utf-8")
    assert len(agree([path], monkeypatch)) > 4


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("semicolons", lambda rows: written(rows, ";").encode()),
        ("byte order mark", lambda rows: b"\xef\xbb\xbf" + written(rows).encode()),
        ("carriage returns", lambda rows: written(rows).replace("\n", "\r\n").encode()),
        ("GB18030", lambda rows: written(rows).encode("gb18030")),
        ("UTF-16", lambda rows: b"\xff\xfe" + written(rows).encode("utf-16-le")),
        ("sep=", lambda rows: b"sep=|\n" + written(rows, "|").encode()),
        ("no end of line", lambda rows: written(rows).encode().rstrip(b"\n")),
        ("blank lines at the end", lambda rows: written(rows).encode() + b"\n\n\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_spellings_of_a_table_are_read_in_columns_too(
    name: str, make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it is encoded and separated."""
    draw = random.Random(name)
    path = tmp_path / "export.csv"
    path.write_bytes(make([drawn(draw) for _ in range(40)]))
    assert all(isinstance(piece, Frame) for piece in agree([path], monkeypatch))


STRANGE = {
    "a line break in quotes": '{head}d8,"A\nB"{rest}\n',
    "a quote left open": '{head}d8,"A{rest}\n',
    "text behind a quote": '{head}d8,"A"B{rest}\n',
    "a blank line": "\n",
    "nothing but separators": ",,,,,\n",
    "nothing mapped": "{empty}only a note\n",
    "an empty cell beyond": "{head}d8,A{rest},\n",
    "a NUL": "{head}d8,A\0{rest}\n",
    "a carriage return": "{head}d8,A\rB{rest}\n",
    "a cell too long": "{head}d8," + "A" * 140_000 + "{rest}\n",
}


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("at", [0, 200, 399], ids=["first", "between", "last"])
def test_lines_that_could_be_misread_are_read_one_by_one_in_their_place(
    strange: str, at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """No row is swallowed or miscounted, and the blocks around them are still read in columns."""
    monkeypatch.setattr("ltc_coach.batch.blocks.BYTES", 8_000)
    draw = random.Random(strange)
    lines = written([drawn(draw) for _ in range(400)]).splitlines(keepends=True)
    width = len(HEADINGS)
    line = strange.format(head="", rest="," * (width - 2), empty="," * (width - 1)).replace("{head}", "")
    lines.insert(at + 1, line)
    path = tmp_path / "export.csv"
    path.write_text("".join(lines), encoding="utf-8")
    pieces = agree([path], monkeypatch)
    # What lies behind a quote that never closes is anybody's guess for as long as a record may be.
    assert any(isinstance(piece, Frame) for piece in pieces) or (at == 0 and "open" in request.node.name)


def test_json_lines_and_parquet_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Good, bad and broken records; numbers that are numbers; a table of typed columns."""
    from decimal import Decimal

    from pyarrow import parquet as arrow_parquet

    draw = random.Random(11)
    records = [dict(zip(HEADINGS, drawn(draw), strict=True)) for _ in range(120)]
    lines = [
        json.dumps({k: v for k, v in record.items() if v or draw.random() < 0.5}, ensure_ascii=False)
        for record in records
    ]
    path = tmp_path / "export.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert all(isinstance(piece, Frame) for piece in agree([path], monkeypatch))
    monkeypatch.setattr("ltc_coach.batch.blocks.BYTES", 4_000)
    for broken in ('{"Id": "x", ', "[]", "not json", '{"Id": "a", "Id": "b"}', '{"Id": {"deep": 1}}', "", '{"Id": 7}'):
        path.write_text("\n".join([*lines[:60], broken, *lines[60:]]) + "\n", encoding="utf-8")
        pieces = agree([path], monkeypatch)
        assert sum(isinstance(piece, Frame) for piece in pieces) > 1

    columns = tmp_path / "export.parquet"
    arrow_parquet.write_table(pa.Table.from_pylist([{k: v or None for k, v in r.items()} for r in records]), columns)
    agree([columns], monkeypatch)
    typed = [
        {
            **record,
            "Value": Decimal(i) / 100,
            "Opened": date(2026, 1, 1 + i % 28),
            "Id": i,
            "Close": None,
            "Cur": None,
            "Closed": "",
        }
        for i, record in enumerate(records)
    ]
    arrow_parquet.write_table(pa.Table.from_pylist(typed), columns)
    agree([columns], monkeypatch)


def test_several_files_are_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are numbered through; what only one file has, a deal file between two tables, is in its place."""
    draw = random.Random(3)
    for name in ("a.csv", "c.csv"):
        (tmp_path / name).write_text(written([drawn(draw) for _ in range(30)]), encoding="utf-8")
    (tmp_path / "b.yaml").write_text("ltc: 1\nid: b\ncustomer: B\namount: 5\n", encoding="utf-8")
    pieces = agree([tmp_path], monkeypatch)
    numbers = [row.row for row in rows(pieces)]
    assert numbers == list(range(1, 62))


def test_a_table_without_ids_or_answers_agrees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare export: names, money and stages."""
    bare = LAYOUT.model_copy(update={"columns": {"customer": "Account", "crm_stage": "Stage"}, "answers": {}})
    draw = random.Random(5)
    path = tmp_path / "export.csv"
    path.write_text(written([drawn(draw) for _ in range(50)]), encoding="utf-8")
    agree([path], monkeypatch, bare)


def test_a_table_that_lacks_a_column_is_refused_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is when read row by row."""
    path = tmp_path / "export.csv"
    path.write_text("Id,Account\n1,A\n2,B\n", encoding="utf-8")
    (refused,) = agree([path], monkeypatch)
    assert isinstance(refused, SkippedRow)


def test_a_playbook_without_ladder_ledger_or_maps_agrees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is taken for granted that a playbook need not have."""
    book = load_playbook(Path(__file__).parent / "tiny")
    assert not any((book.ladders, book.ledger, book.maps))
    monkeypatch.setattr("tests.frames_kit.BOOK", book)
    answers = {q.id: AnswerColumn(column=f"Q {its.id}") for q, its in zip(book.questions, ASKED, strict=False)}
    stages = {"谈判": "solution", "方案": "problem", "赢单": "won"}
    layout = LAYOUT.model_copy(update={"answers": answers, "stages": stages})
    draw = random.Random(9)
    table = [drawn(draw) for _ in range(120)]
    for row in table:
        for question in book.questions:
            words = ["", *(option.id for option in question.answers)]
            row[HEADINGS.index(answers[question.id].column)] = draw.choice(words)
    path = tmp_path / "export.csv"
    path.write_text(written(table), encoding="utf-8")
    assert all(isinstance(piece, Frame) for piece in agree([path], monkeypatch, layout))
