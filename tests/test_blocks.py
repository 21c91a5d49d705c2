"""Tables in blocks: what is read in columns, what is refused and why, what is left to the other reader."""

from __future__ import annotations

import io
import random
import time
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ltc_coach.batch.ahead import ahead
from ltc_coach.model.mapping import AnswerColumn
from ltc_coach.model.mapping import Mapping as Layout
from ltc_coach.model.playbook import Playbook
from tests.playbook_kit import playbook, question

pa = pytest.importorskip("pyarrow", reason="the extra `batch` is not installed")
pytest.importorskip("numpy", reason="the extra `batch` is not installed")

from ltc_coach.arrays.amounts import plain_amounts  # noqa: E402 - only with the extra
from ltc_coach.arrays.exact import as_money, squares, sums, units_of  # noqa: E402 - the same
from ltc_coach.batch.blocks import Piece, Raw, Unsuitable, csv_blocks, json_blocks, parquet_blocks  # noqa: E402 - the same
from ltc_coach.batch.cells import Cells  # noqa: E402 - the same
from ltc_coach.batch.columns import Columns  # noqa: E402 - the same

HEADINGS = ("Id", "Value", "Close", "Agreed?")
LAYOUT = Layout(
    columns={"id": "Id", "amount": "Value", "expected": "Close"},
    answers={"q": AnswerColumn(column="Agreed?", values={"Y": "yes", "N": "no"})},
)


def book() -> Playbook:
    """Make a playbook of one question."""
    return playbook([question("q", {"yes": {"place": {"reached": "c"}}, "no": {"place": {"before": "c"}}})])


def blocks(*lines: str) -> list[Raw | Piece]:
    """Cut lines below the headings into blocks."""
    text = "".join(f"{line}\n" for line in (",".join(HEADINGS), *lines))
    return list(csv_blocks(io.BytesIO(text.encode()), LAYOUT, HEADINGS, ",", 2))


def test_the_reasons_name_the_cell() -> None:
    """Row, line, heading and why; of several faults in a row the first."""
    lines = ["1,5,2026-01-01,Y", "2,seven,soon,Y", "too,short", "4,7,,maybe", "5,7,,N,beyond", "6,$7,,?"]
    (raw,) = blocks(*lines)
    assert isinstance(raw, Raw)
    part = Cells("t.csv", LAYOUT, Columns(book(), Cells.layout(LAYOUT))).part(raw, 10)
    assert part.batch.column("id").to_pylist() == ["1"]
    assert [(s.row, s.line, s.field, s.reason.en) for s in part.skipped] == [
        (12, 3, "Value", "'seven' is not an amount of money"),
        (13, 4, "", "2 cells for 4 headings"),
        (14, 5, "Agreed?", "'maybe' is not an answer to question 'q'"),
        (15, 6, "", "there is something beyond the last heading (cell 5)"),
        (16, 7, "Agreed?", "'?' is not an answer to question 'q'"),
    ]


def test_an_amount_that_names_another_currency_is_refused() -> None:
    """Unless its row says the same."""
    (raw,) = blocks("1,$7,,Y", "2,¥7,,Y")
    assert isinstance(raw, Raw)
    part = Cells("t.csv", LAYOUT, Columns(book(), Cells.layout(LAYOUT))).part(raw, 0)
    assert part.batch.column("id").to_pylist() == ["2"]
    assert [s.reason.en for s in part.skipped] == ["the amount says USD, the currency is CNY"]


def test_a_quote_that_never_closes_leaves_the_rest_to_the_other_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one piece that lies in a file, however long it is; what came before is read in columns."""
    monkeypatch.setattr("ltc_coach.batch.blocks.BYTES", 3_000)
    monkeypatch.setattr("ltc_coach.batch.blocks._RECORD", 500)
    lines = [f"{i},7,,Y" for i in range(1000)]
    found = blocks(*lines[:500], '500,"7,,Y', *lines[500:])
    *before, last = found
    assert all(isinstance(block, Raw) for block in before)
    assert isinstance(last, Piece)
    with last.stream as rest:
        rest.seek(0)
        assert sum(block.rows for block in before if isinstance(block, Raw)) + rest.read().count(b"\n") == 1001


def test_headings_that_are_not_there_are_said_before_the_first_row() -> None:
    """The whole file is then read record by record."""
    with pytest.raises(Unsuitable):
        next(csv_blocks(io.BytesIO(b"a,b\n1,2\n"), LAYOUT, ("a", "b"), ",", 2))
    with pytest.raises(Unsuitable):
        next(json_blocks(io.BytesIO(b"no json\n"), LAYOUT))


def test_plain_amounts_are_exact_and_everything_else_is_left_alone() -> None:
    """No sign, no exponent, no separators, no point at either end, at most 15 digits and 4 decimals."""
    plain = ["0", "7", "100.50", "00012.1", "123456789012345.1234"]
    others = ["", " 7", "1,000", "1e3", "-5", ".5", "5.", "1.2.3", "1.23456", "1234567890123456", "１２", "nan", None]
    amounts, read_ = plain_amounts(pa.array(["cut off", *plain, *others])[1:])
    assert read_.tolist() == [True] * len(plain) + [False] * len(others)
    assert amounts.to_pylist() == [*map(Decimal, plain), *[None] * len(others)]


def test_a_parquet_file_is_never_held_whole(tmp_path: Path) -> None:
    """Bytes that were read are let go of, however long the file is."""
    from pyarrow import parquet

    draw, path = random.Random(1), tmp_path / "long.parquet"
    ids = pa.table({"Id": pa.array([draw.randbytes(500).hex() for _ in range(4_000)])})
    parquet.write_table(ids, path, row_group_size=100, compression="none", use_dictionary=False)
    tracemalloc.start()
    try:
        with path.open("rb") as stream:
            found = parquet_blocks(stream, Layout(columns={"id": "Id"}))
            assert sum(block.rows for block in found if isinstance(block, Raw)) == 4_000
        assert tracemalloc.get_traced_memory()[1] < path.stat().st_size / 2
    finally:
        tracemalloc.stop()


def test_sums_and_squares_of_the_largest_amounts_are_exact() -> None:
    """As many digits as an amount may have, and nothing is rounded."""
    import numpy as np

    amounts = [Decimal("999999999999999.9999"), Decimal("0.0001"), None, Decimal("123456789012345.6789")] * 500
    units = units_of(pa.array(amounts, pa.decimal128(19, 4)))
    codes = np.arange(len(amounts)) % 3
    known = [a or Decimal(0) for a in amounts]
    assert [as_money(n) for n in sums(codes, 3, units)] == [sum(known[i::3], Decimal(0)) for i in range(3)]
    scaled = [int(a * 10_000) for a in known]
    assert squares(codes, 3, units) == [sum(n * n for n in scaled[i::3]) for i in range(3)]


def test_reading_ahead_changes_nothing() -> None:
    """The same items in the same order; an error arrives where it would have been raised; nothing waits for ever."""

    def items(count: int) -> Iterator[int]:
        yield from range(count)
        raise ValueError(count)

    found: list[Any] = []
    with pytest.raises(ValueError, match="5"):
        found.extend(ahead(items(5)))
    held = ahead(items(10**9))
    assert next(held) == 0
    held.close()
    assert list(ahead(iter(()))) == []


def test_a_thread_that_reads_ahead_stops_with_its_reader() -> None:
    """It does not go on through a file nobody wants any more."""
    made = []

    def items() -> Iterator[int]:
        for i in range(10**9):
            made.append(i)
            yield i

    held = ahead(items())
    assert next(held) == 0
    held.close()
    time.sleep(0.3)
    before = len(made)
    time.sleep(0.3)
    assert len(made) == before
