"""What two parsers could take differently, found by changing bytes of tables at random: both readers say the same."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping as Entries
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

pa = pytest.importorskip("pyarrow", reason="the extra `batch` is not installed")
pytest.importorskip("numpy", reason="the extra `batch` is not installed")

from pyarrow import parquet as arrow_parquet  # noqa: E402 - only with the extra

from ltc_coach.model.batch import DealRow, SkippedRow  # noqa: E402 - the same
from ltc_coach.model.frame import Frame  # noqa: E402 - the same
from ltc_coach.model.mapping import AnswerColumn, Mapping  # noqa: E402 - the same
from tests.frames_kit import ASKED, agree, reading, rows  # noqa: E402 - the same

QUESTION = ASKED[0]
ANSWER = QUESTION.answers[0].id
LAYOUT = Mapping(
    columns={"amount": "Value", "id": "Id", "customer": "Account", "crm_stage": "Stage"},
    stages={"won": "won"},
    answers={QUESTION.id: AnswerColumn(column="Said", values={"-": "unknown"})},
)
HEAD = "Id,Account,Value,Stage,Said\n"


def changed(**fields: Any) -> Mapping:
    """Return the mapping with other settings."""
    return LAYOUT.model_copy(update=fields)


def table(*lines: str) -> str:
    """Return lines below the headings, among sound ones."""
    sound = [f"d{i},A,{i},won,\n" for i in range(6)]
    return "".join([HEAD, *sound[:3], *lines, *sound[3:]])


SEPARATED = "d7,合\u2028B\x0c同\x85,1,won,\n"
TWOFOLD = changed(columns=LAYOUT.columns | {"outcome": "Value"})
CSV: dict[str, tuple[bytes, Mapping]] = {
    "a line of white space": (table(" , ,\u3000, ,\n").encode(), LAYOUT),
    "carriage returns only": (table("d9,A,1,won,\n").replace("\n", "\r").encode(), LAYOUT),
    "a carriage return behind the headings": (table().replace("\n", "\r", 1).encode(), LAYOUT),
    "a separator nobody uses": ("sep=、\n".encode() + table().replace(",", "、").encode(), LAYOUT),
    "a NUL in a heading": (table().replace("Said", "Said,No\0te", 1).encode(), LAYOUT),
    "a mark in front of a line": (table(*["\ufeffd7,A,1,won,\n"] * 20).encode(), LAYOUT),
    "line separators in UTF-16": (b"\xff\xfe" + table(*[SEPARATED] * 9).encode("utf-16-le"), LAYOUT),
    "line separators in GB18030": (table(*[SEPARATED] * 9).encode("gb18030"), LAYOUT),
    "blank headings at the end": (table('"d\n7",A,1,won,,,\n').replace("Said", "Said,,", 1).encode(), LAYOUT),
    "a quote that means itself": (table('d7",A,1,won,\n', *['"d8","A\nB",1,won,\n'] * 9).encode(), LAYOUT),
    "quotes that catch lines": (table('d7,"A,1,won,\n', *["d8,A,1,won,\n"] * 9, 'd9,A",1,won,\n').encode(), LAYOUT),
    "no total by its beginning": (table("grand total合,合计x,1,won,\n", "ſum,A,1,won,\n").encode(), LAYOUT),
    "a total and another fault": (table("TOTAL,A,x,won,\n").encode(), LAYOUT),
    "numbers that mean nothing": (table("d7,A,0,won,\n", "d8,A,100,won,\n").encode(), changed(blank=("0", "100"))),
    "blank before an answer": (table("d7,A,1,won,-\n", "d8,A,1,won,retracted\n").encode(), LAYOUT),
    "an amount with noughts": (table("d7,A,1.500000,won,\n", "d8,A,0.00001,won,\n").encode(), LAYOUT),
    "one column for two fields": (table("d7,A,x,won,\n").encode(), TWOFOLD),
}  # fmt: skip


@pytest.mark.parametrize(("data", "layout"), CSV.values(), ids=CSV)
@pytest.mark.parametrize("size", [60, 1 << 20], ids=["cut", "whole"])
def test_delimited_text(
    data: bytes, layout: Mapping, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the blocks end."""
    monkeypatch.setattr("ltc_coach.batch.blocks.BYTES", size)
    path = tmp_path / "export.csv"
    path.write_bytes(data)
    agree([path], monkeypatch, layout)


def test_a_file_named_like_a_total_has_deals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deals without an id are called by their file, which is no line of totals."""
    path = tmp_path / "Grand total 2026.csv"
    path.write_text(table(",A,1,won,\n"), encoding="utf-8")
    assert all(isinstance(row, DealRow) for row in rows(agree([path], monkeypatch, LAYOUT)))


def test_a_return_within_a_name_is_quoted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell of the report is one cell."""
    path = tmp_path / "export.jsonl"
    path.write_text(json.dumps({"Account": "A\rB"}) + "\n", encoding="utf-8")
    agree([path], monkeypatch, LAYOUT)


def test_a_line_without_end_is_not_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is longer than any that is read."""
    monkeypatch.setattr("ltc_coach.batch.blocks.BYTES", 200)
    path = tmp_path / "export.csv"
    path.write_text(table() + "x" * 2_500_000 + "\nd9,A,1,won,\n", encoding="utf-8")
    agree([path], monkeypatch, LAYOUT)


JSON = {
    "a key of nobody twice": '{"Id": "a", "more": 1, "more": 2}',
    "a key twice, further down": '{"Id": "a", "more": {"x": 1, "x": 2}}',
    "no number": '{"Id": "a", "more": NaN}',
    "endless": '{"Id": "a", "more": [-Infinity]}',
    "a deal by another spelling": '{"\\u006ctc": 1, "Id": "a"}',
    "below zero": '{"Id": "a", "Value": -5}',
    "minus nought": '{"Id": "a", "Value": -0}',
    "an exponent": '{"Id": "a", "Value": 1E2}',
    "digits lost": '{"Id": "a", "Value": 123456789012345678}',
    "two in a line": '{"Id": "a"}{"Id": "b"}',
    "half a character": '{"Id": "a\\ud800"}',
    "deep": f'{{"Id": "a", "more": {"[" * 5_000}{"]" * 5_000}}}',
}


@pytest.mark.parametrize("line", JSON.values(), ids=JSON)
def test_lines_of_json(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Among amounts that are numbers."""
    path = tmp_path / "export.jsonl"
    sound = ['{"Id": "d", "Value": 12.50, "Said": "unknown"}'] * 3
    path.write_text("\n".join([*sound, line, *sound]) + "\n", encoding="utf-8")
    agree([path], monkeypatch, LAYOUT)


@pytest.mark.parametrize(
    "layout",
    [changed(unit="万"), changed(numbers="1.234,56"), changed(blank=("12.5",)), TWOFOLD],
    ids=["unit", "form", "blank", "two fields"],
)  # fmt: skip
def test_numbers_of_json_as_they_are_written(layout: Mapping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more is to be said of an amount than its value."""
    path = tmp_path / "export.jsonl"
    path.write_text('{"Value": 12.5}\n{"Value": 7}\n{"Value": 123456789012345}\n', encoding="utf-8")
    agree([path], monkeypatch, layout)


def test_json_that_breaks_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A last line without an end is told as what it is."""
    path = tmp_path / "export.jsonl"
    path.write_text('{"Id": "a"}\n{"Id": "b\\', encoding="utf-8")
    agree([path], monkeypatch, LAYOUT)


COLUMNS: dict[str, Entries[str, Any]] = {
    "floats": {"Value": [0.1 + 0.2, 1e22, float("nan")], "Said": pa.array([1.0, 2.5, None])},
    "days of no calendar": {"Account": pa.array([0, 9_000_000, -900_000], pa.int32()).cast(pa.date32())},
    "small decimals": {"Id": pa.array([Decimal("1E-8"), None, Decimal(1)], pa.decimal128(20, 8))},
    "wide decimals": {"Value": pa.array([Decimal("1.50"), None, Decimal(-2)], pa.decimal256(40, 2))},
    "words in any order": {"Account": pa.DictionaryArray.from_arrays([2, 0, None], ["b", "x", "B"])},
    "numbers as words": {"Account": pa.DictionaryArray.from_arrays([0, 1, None], [1.5, 2.0])},
    "nested": {"Account": [["a"], [], None], "more": [{"a": 1}, None, {"a": 2}]},
    "times": {"Account": pa.array([datetime(2026, 1, 1, 9, 30, tzinfo=UTC)] * 3, pa.timestamp("ns", "Asia/Shanghai"))},
    "lacking": {"Stage": None},
    "truths": {"Said": [True, False, None], "Stage": [True, None, False]},
    "nothing at all": {name: pa.nulls(3) for name in ("Id", "Account", "Value", "Stage", "Said")},
    "days": {"Stage": [date(2026, 1, 1), None, date(1, 1, 1)]},
}  # fmt: skip


@pytest.mark.parametrize("columns", COLUMNS.values(), ids=COLUMNS)
def test_typed_columns(columns: Entries[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However a value is stored, it is read as a table would write it."""
    held: dict[str, Any] = {
        "Id": ["a", "b", "c"],
        "Account": ["b", "B", "x"],
        "Value": ["1", "2", "3"],
        "Stage": ["won", "x", None],
        "Said": [ANSWER, None, "-"],
    }
    path = tmp_path / "export.parquet"
    arrow_parquet.write_table(pa.table({k: v for k, v in (held | dict(columns)).items() if v is not None}), path)
    agree([path], monkeypatch, LAYOUT)


@pytest.mark.parametrize("more", ["Note", ""], ids=["twice", "blank"])
def test_headings_that_are_none(more: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table is refused for them, whichever columns are read."""
    path = tmp_path / "export.parquet"
    names = ["Id", "Account", "Value", "Stage", "Said", "Note", more]
    arrow_parquet.write_table(pa.Table.from_arrays([pa.array(["1"])] * len(names), names=names), path)
    (refused,) = agree([path], monkeypatch, LAYOUT)
    assert isinstance(refused, SkippedRow)


def test_a_damaged_column_file_ends_where_it_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came before is reported, the rest is refused as a whole."""
    monkeypatch.setattr("ltc_coach.batch.blocks.ROWS", 1000)
    names = ("Id", "Account", "Value", "Stage", "Said")
    held = io.BytesIO()
    written = pa.table({name: [f"{name}{i}" if name != "Value" else "1" for i in range(4000)] for name in names})
    arrow_parquet.write_table(
        written.set_column(4, "Said", pa.nulls(4000, pa.string())), held, row_group_size=1000, compression="none"
    )
    data = bytearray(held.getvalue())
    at = data.index(b"Account2500")
    data[at - 400 : at + 400] = b"\xff" * 800
    path = tmp_path / "export.parquet"
    path.write_bytes(data)
    pieces = list(reading([path], wide=True, monkeypatch=monkeypatch, layout=LAYOUT).pieces())
    assert isinstance(pieces[0], Frame)
    assert isinstance(pieces[-1], SkippedRow)
    assert (pieces[-1].row, pieces[-1].reason.en) == (0, "this Parquet file is damaged")
