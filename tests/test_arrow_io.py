"""Tables as record batches: what is read, what is refused, and what is left to the other reader (batch/arrow_io.py)."""

from __future__ import annotations

import json
import random
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ltc_coach.deals.imports import Importer
from ltc_coach.deals.tables import read_rows
from ltc_coach.model.mapping import AnswerColumn, Join
from ltc_coach.model.mapping import Mapping as Layout
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.row import Imported, Skipped
from tests.playbook_kit import playbook, question

pa = pytest.importorskip("pyarrow", reason="the extra `batch` is not installed")
pytest.importorskip("numpy", reason="the extra `batch` is not installed")

from ltc_coach.batch.amounts import plain_amounts  # noqa: E402 - only with the extra
from ltc_coach.batch.arrow_io import Unsuitable, ahead, diagnosed, parquet_writer, read  # noqa: E402
from ltc_coach.batch.columns import Columns  # noqa: E402

HEADINGS = "Id,Account,Value,Cur,Close,Result,Agreed?,Note"
LAYOUT = Layout(
    columns={
        "id": "Id",
        "customer": "Account",
        "amount": "Value",
        "currency": "Cur",
        "expected": "Close",
        "outcome": "Result",
    },
    outcomes={"w": "won", "l": "lost", "o": "open"},
    answers={"q": AnswerColumn(column="Agreed?", values={"Y": "yes", "N": "no"})},
)
# Good and bad rows, in the forms exports have them.
LINES = [
    "1,ACME,100.50,CNY,2026-01-02,o,Y,fine",
    "2,Übel & Co,1,CNY,2026-02-30,o,N,no such day",
    "3, 中国公司 ,¥1万,,2026/2/28,w, N ,money in words",
    ",D,5,,,,,no id",
    "too,short",
    "6,F,7,CNY,2026-01-01,o,maybe,no answer",
    "7,G,$7,CNY,2026-01-01,o,N,another currency",
    "8,H,seven,CNY,,o,N,no money",
    "9,#N/A,7,CNY,,o,N,an Excel error",
    "10,J,7,CNY,,o,#REF!,an Excel error in an answer",
    "11,K,7,CNY,,perhaps,N,no outcome",
    "12,L,7,Taler,,o,N,no currency",
    "13,M,8,CNY,,o,Y,note,beyond",
    '"14","N, Inc.","1,234,567.89",USD,,o,unknown,"in ""quotes"""',
    "15,O,N/A,cny,n/a,,-,blank in words",
    "16,P,123456789012345.9999,CNY,2026-12-31,o,Y,as long as money gets",
    "17,Q,1.2.3,CNY,,o,Y,two points",
]


def book() -> Playbook:
    """Make a playbook of one question."""
    return playbook([question("q", {"yes": {"place": {"reached": "c"}}, "no": {"place": {"before": "c"}}})])


def table(folder: Path, *lines: str, headings: str = HEADINGS) -> Path:
    """Write a CSV file."""
    path = folder / "export.csv"
    path.write_text("".join(f"{line}\n" for line in (headings, *lines)), encoding="utf-8")
    return path


def in_columns(path: Path, layout: Layout = LAYOUT) -> list[Any]:
    """Read a file in columns: what is good, what is refused, in the order of the rows."""
    found: list[Any] = []
    for part in diagnosed(read(path, layout), Columns(book(), layout), path, layout):
        found += [*part.batch.to_pylist(), *part.skipped]
    return sorted(found, key=lambda item: item.row if isinstance(item, Skipped) else item["row"])


def one_by_one(path: Path, layout: Layout = LAYOUT) -> Iterator[Imported | Skipped]:
    """Read a file record by record."""
    return Importer(layout, book()).read(read_rows([path]))


def test_columns_and_records_agree_on_every_row(tmp_path: Path) -> None:
    """The same rows are good, with the same fields; the same are refused, for the same cell and reason."""
    path = table(tmp_path, *LINES)
    found, expected = in_columns(path), list(one_by_one(path))
    assert len(found) == len(expected) == len(LINES)
    for row, record in zip(found, expected, strict=True):
        if isinstance(record, Skipped):
            assert row == record
        else:
            deal = record.deal
            assert (row["row"], row["id"], row["customer"]) == (record.row.row, deal.id, deal.customer)
            assert (row["amount"], row["currency"]) == (deal.amount, deal.currency)
            assert row["asked"] == len(deal.answers)
            day = deal.outcome.day if deal.outcome else deal.expected
            assert row["expected"] == day


def test_the_reasons_name_the_cell(tmp_path: Path) -> None:
    """Row, line and heading, and why."""
    refused = [item for item in in_columns(table(tmp_path, *LINES)) if isinstance(item, Skipped)]
    assert [(s.row, s.line, s.field) for s in refused][:4] == [
        (2, 3, "Close"),
        (5, 6, ""),
        (6, 7, "Agreed?"),
        (7, 8, "Value"),
    ]
    assert refused[2].reason.en == "'maybe' is not an answer to question 'q'"


@pytest.mark.parametrize(
    "lines",
    [
        ['1,"A\nB",1,,,,Y,'],
        ['1,"A,1,,,,Y,', "2,B,1,,,,Y,"],
        ["1,A,1,,,,Y,", "", "2,A,1,,,,Y,"],
        ["1,A,1,,,,Y,,"],
        [",,,,,,,only a note"],
        ["1,A\0,1,,,,Y,"],
    ],
    ids=["line break in quotes", "quote left open", "blank line", "empty cell beyond", "nothing mapped", "NUL"],
)
def test_what_columns_could_misread_is_left_to_the_other_reader(tmp_path: Path, lines: list[str]) -> None:
    """No row is ever swallowed or miscounted."""
    with pytest.raises(Unsuitable):
        in_columns(table(tmp_path, *lines))


def test_other_encodings_separators_and_headings_are_left_to_the_other_reader(tmp_path: Path) -> None:
    """Nothing is guessed here."""
    path = tmp_path / "export.csv"
    for text in (
        f"{HEADINGS}\n1,公司,1,,,,Y,\n".encode("gb18030"),
        HEADINGS.replace(",", ";").encode(),
        b"",
        b"a,b\n1,2\n",
    ):
        path.write_bytes(text)
        with pytest.raises(Unsuitable):
            in_columns(path)
    with pytest.raises(Unsuitable):
        in_columns(table(tmp_path, *LINES), LAYOUT.model_copy(update={"join": (Join(file="teams.csv", on="Id"),)}))


def test_a_byte_order_mark_and_blank_lines_at_the_end_do_no_harm(tmp_path: Path) -> None:
    """Excel writes the one, editors the other."""
    path = tmp_path / "export.csv"
    path.write_bytes(f"\ufeff{HEADINGS}\r\n{LINES[0]}\r\n\r\n\r\n".encode())
    assert [row["id"] for row in in_columns(path)] == ["1"]


def test_rows_are_counted_across_blocks_with_bad_lines_between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the file is cut up, every row has the number it has in the file."""
    monkeypatch.setattr("ltc_coach.batch.arrow_io._BYTES", 2_000)
    lines = ["short" if i % 7 == 3 else f"{i},A,{i},CNY,,o,{'Y' if i % 2 else 'no idea'},x" for i in range(1, 1001)]
    found = in_columns(table(tmp_path, *lines))
    assert [item.row if isinstance(item, Skipped) else item["row"] for item in found] == list(range(1, 1001))
    assert all(
        item["id"] == str(item["row"]) == str(item["amount"]).split(".")[0] for item in found if isinstance(item, dict)
    )
    assert sum(1 for item in found if isinstance(item, Skipped) and not item.field) == sum(
        line == "short" for line in lines
    )


def test_parquet_and_json_lines_say_the_same_as_csv(tmp_path: Path) -> None:
    """Typed amounts and days are what they are; unknown fields are passed over."""
    from pyarrow import parquet

    good = [LINES[i] for i in (0, 2, 3, 15)]
    expected = [
        {k: v for k, v in row.items() if k != "row"}
        for row in in_columns(table(tmp_path, *good))
        if isinstance(row, dict)
    ]
    names = HEADINGS.split(",")
    records = [dict(zip(names, line.split(","), strict=True)) for line in good]
    lines = tmp_path / "export.jsonl"
    lines.write_text("".join(json.dumps({k: v for k, v in r.items() if v}) + "\n" for r in records), encoding="utf-8")
    columns = tmp_path / "export.parquet"
    parquet.write_table(pa.Table.from_pylist(records), columns)
    for path in (lines, columns):
        rows = [{k: v for k, v in row.items() if k != "row"} for row in in_columns(path)]
        assert rows == expected


def test_a_parquet_file_is_never_held_whole(tmp_path: Path) -> None:
    """Bytes that were read are let go of, however long the file is."""
    from pyarrow import parquet

    draw, path = random.Random(1), tmp_path / "long.parquet"
    ids = pa.table({"Id": pa.array([draw.randbytes(500).hex() for _ in range(4_000)])})
    parquet.write_table(ids, path, row_group_size=100, compression="none", use_dictionary=False)
    tracemalloc.start()
    try:
        assert sum(part.batch.num_rows for part in read(path, Layout(columns={"id": "Id"}))) == 4_000
        assert tracemalloc.get_traced_memory()[1] < path.stat().st_size / 2
    finally:
        tracemalloc.stop()


def test_typed_columns_are_read_as_they_would_be_written(tmp_path: Path) -> None:
    """A Parquet file may have money as decimals, whole numbers or floats, and days as days."""
    from datetime import date

    from pyarrow import parquet

    path = tmp_path / "typed.parquet"
    for amounts in (pa.array([Decimal("10.10"), None]), pa.array([10.1, None]), pa.array(["10.10", ""])):
        days = pa.array([date(2026, 3, 1), None])
        ids, empty, agreed = pa.array([7, 8]), pa.array([None, None], pa.string()), pa.array(["Y", None])
        columns = [ids, empty, amounts, empty, days, empty, agreed]
        parquet.write_table(pa.Table.from_arrays(columns, names=HEADINGS.split(",")[:-1]), path)
        first, second = in_columns(path)
        assert (first["id"], first["amount"], first["expected"]) == ("7", Decimal("10.1"), date(2026, 3, 1))
        assert (second["id"], second["amount"], second["expected"]) == ("8", None, None)


def test_json_amounts_may_be_numbers_to_the_last_digit(tmp_path: Path) -> None:
    """They never become floats."""
    path = tmp_path / "export.jsonl"
    full = dict.fromkeys(HEADINGS.split(","), "")
    path.write_text(
        "".join(
            json.dumps(full | {"Id": i}).replace('"Value": ""', f'"Value": {v}') + "\n"
            for i, v in (("a", "123456789012345.6789"), ("b", "0.1"))
        ),
        encoding="utf-8",
    )
    assert [str(row["amount"]) for row in in_columns(path)] == ["123456789012345.6789", "0.1000"]


def test_plain_amounts_are_exact_and_everything_else_is_left_alone() -> None:
    """No sign, no exponent, no separators, no point at either end, at most 15 digits and 4 decimals."""
    plain = ["0", "7", "100.50", "00012.1", "123456789012345.1234"]
    others = ["", " 7", "1,000", "1e3", "-5", ".5", "5.", "1.2.3", "1.23456", "1234567890123456", "１２", "nan", None]
    amounts, read_ = plain_amounts(pa.array(["cut off", *plain, *others])[1:])
    assert read_.tolist() == [True] * len(plain) + [False] * len(others)
    assert amounts.to_pylist() == [*map(Decimal, plain), *[None] * len(others)]


def test_reading_ahead_changes_nothing(tmp_path: Path) -> None:
    """The same parts in the same order; an error arrives where it would have been raised; nothing waits for ever."""
    path = table(tmp_path, *LINES)
    layout = LAYOUT

    def parts() -> Iterator[Any]:
        return diagnosed(read(path, layout), Columns(book(), layout), path, layout)

    assert [p.batch.to_pylist() for p in ahead(parts())] == [p.batch.to_pylist() for p in parts()]
    with pytest.raises(Unsuitable):
        list(ahead(read(path, layout.model_copy(update={"join": (Join(file="t.csv", on="Id"),)}))))
    first = next(iter(ahead(parts())))
    assert first.batch.num_rows > 0


def test_results_can_be_written_and_read_again(tmp_path: Path) -> None:
    """Lists, words and money survive the file, refused rows and all."""
    from pyarrow import parquet

    path, out = table(tmp_path, *LINES), tmp_path / "out.parquet"
    parts = list(diagnosed(read(path, LAYOUT), Columns(book(), LAYOUT), path, LAYOUT))
    with parquet_writer(out, parts[0].batch.schema) as writer:
        for part in parts:
            writer.write_batch(part.batch)
    assert parquet.read_table(out).to_pylist() == [row for part in parts for row in part.batch.to_pylist()]
