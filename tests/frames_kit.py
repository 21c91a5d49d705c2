"""Tables to be read both ways, in columns and row by row, and what holds the one against the other."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ltc_coach.authoring.loading import load_playbook
from ltc_coach.batch.comparison import Comparison
from ltc_coach.batch.last_run import Last, Then
from ltc_coach.batch.rates import Rates
from ltc_coach.batch.summary import summarize
from ltc_coach.batch.tally import Tally
from ltc_coach.cli.batch_input import Source
from ltc_coach.cli.batch_rows import Piece, Reading
from ltc_coach.deals.tables import read_rows
from ltc_coach.documents.batch_jsonl import csv_report, json_line, summary_document
from ltc_coach.i18n import Lang
from ltc_coach.model.batch import DealRow, SkippedRow
from ltc_coach.model.frame import Frame
from ltc_coach.model.mapping import AnswerColumn, Mapping

pa = pytest.importorskip("pyarrow", reason="the extra `batch` is not installed")
pytest.importorskip("numpy", reason="the extra `batch` is not installed")

from ltc_coach.arrays.rows import deals_of  # noqa: E402 - only with the extra
from ltc_coach.batch.frame_tally import add_frame  # noqa: E402 - the same
from ltc_coach.documents.batch_frames import CsvLines, JsonLines  # noqa: E402 - the same
from ltc_coach.documents.batch_parquet import ParquetRows  # noqa: E402 - the same

TODAY = date(2026, 11, 21)
BOOK = load_playbook("buying-process")
ASKED = BOOK.questions[::4]
FIELDS = {
    "id": "Id",
    "customer": "Account",
    "product": "Product",
    "amount": "Value",
    "currency": "Cur",
    "opened": "Opened",
    "expected": "Close",
    "closed": "Closed",
    "last_contact": "Contact",
    "crm_stage": "Stage",
    "owner": "Rep",
    "team": "Team",
    "outcome": "Result",
}
LAYOUT = Mapping(
    columns=FIELDS,  # type: ignore[arg-type]
    currency="CNY",
    stages={"谈判": "value", "方案": "solution", "线索": "open", "赢单": "won", "输单": "lost"},
    outcomes={"w": "won", "l": "lost", "g": "given_up", "o": "open"},
    answers={q.id: AnswerColumn(column=f"Q {q.id}", values={"?": "unknown"}) for q in ASKED},
)
CELLS = {
    "Id": ["", "d1", "d2", "A-77", "=cmd", 'say "hi"', "#N/A", "#ok", "Total"],
    "Account": ["", "华信精工", "华信 精工", "ACME, Inc.", "+1", "O'Neil", "N/A", "tab\there", "合计:"],
    "Product": ["", "GTX Pro", "GTXPro"],
    "Value": ["", "0", "100", "100.50", "99999999999999.9999", "1,234.5", "3万", "¥7",
              "$7", "-1", "1e5", "#REF!", "1.2.3", "12345.67891"],
    "Cur": ["", "CNY", "USD", "人民币", "Taler"],
    "Opened": ["", "2026-11-01", "2025/1/2", "2027-01-01", "2026-02-30"],
    "Close": ["", "2026-11-20", "2026-12-31", "20270101", "soon"],
    "Closed": ["", "2026-11-02", "2024-01-01"],
    "Contact": ["", "2026-11-20", "2026-03-01", "2027-05-05", "2026-10-22", "yesterday"],
    "Stage": ["", "谈判", "方案", "线索", "赢单", "输单", "签约赢单", "别的"],
    "Rep": ["", "张伟", "李娜", "-"],
    "Team": ["", "华东", "华南"],
    "Result": ["", "w", "l", "g", "o", "?!"],
}  # fmt: skip
# Cells nothing is wrong with: bad ones are drawn more seldom, or hardly a row would be left.
GOOD = dict.fromkeys(("Id", "Account"), 6) | {
    "Value": 7, "Cur": 4, "Opened": 4, "Close": 4, "Result": 5, "Contact": 5,
}  # fmt: skip
HEADINGS = [*CELLS, *(f"Q {q.id}" for q in ASKED), "Note"]


def drawn(draw: random.Random) -> list[str]:
    """Draw a row: most cells good."""
    cells = []
    for name, values in CELLS.items():
        sound = values[: GOOD.get(name, len(values))]
        cells.append(draw.choice(values if draw.random() < 0.06 else sound))
    for question in ASKED:
        words = ["", "", "", *(option.id for option in question.answers), question.answers[0].label.zh, "?"]
        cells.append("nonsense" if draw.random() < 0.004 else draw.choice(words))
    return [*cells, draw.choice(["", "a note", 'with "quotes"'])]


def written(rows: Sequence[Sequence[str]], sign: str = ",") -> str:
    """Write rows as CSV."""
    held = io.StringIO()
    writer = csv.writer(held, delimiter=sign, lineterminator="\n")
    writer.writerows([HEADINGS, *rows])
    return held.getvalue()


def reading(paths: Sequence[Path], *, wide: bool, monkeypatch: pytest.MonkeyPatch, layout: Mapping = LAYOUT) -> Reading:
    """Begin a run over files, in columns or row by row."""
    monkeypatch.setattr(Reading, "_is_wide", lambda *_: wide)
    return Reading(Source(read_rows(paths), layout, ()), BOOK, TODAY, Rates(BOOK, {"别的": 0.4}))


def rows(pieces: Sequence[Piece]) -> Iterator[DealRow | SkippedRow]:
    """Return what was read as single rows, in their order."""
    for piece in pieces:
        if isinstance(piece, Frame):
            both: list[DealRow | SkippedRow] = [*deals_of(piece), *piece.skipped]
            yield from sorted(both, key=lambda row: row.row)
        else:
            yield piece


def rounded(row: DealRow | SkippedRow) -> DealRow | SkippedRow:
    """Leave out what may differ: the last bits of probabilities."""
    if isinstance(row, SkippedRow):
        return row
    return row.model_copy(
        update={"confidence": round(row.confidence, 9), "origin_confidence": round(row.origin_confidence, 9)}
    )


def agree(paths: Sequence[Path], monkeypatch: pytest.MonkeyPatch, layout: Mapping = LAYOUT) -> list[Piece]:
    """Read files both ways; everything must be the same. Returns what was read in columns."""
    found = {}
    for wide in (False, True):
        run = reading(paths, wide=wide, monkeypatch=monkeypatch, layout=layout)
        found[wide] = run, list(run.pieces())
    (by_row, single), (in_columns, pieces) = found[False], found[True]
    expected = list(rows(single))
    assert list(map(rounded, rows(pieces))) == list(map(rounded, expected))
    assert list(in_columns.findings()) == list(by_row.findings())
    assert summed(in_columns, pieces) == summed(by_row, single)
    for lang in Lang:
        lines = JsonLines(lang, TODAY)
        assert text(pieces, lines.of, lambda row, lang=lang: json_line(row, lang, TODAY)) == "".join(
            json_line(rounded(row), lang, TODAY) for row in expected
        )
        line = csv_report(lang)[1]
        assert text(pieces, CsvLines(lang).of, line) == "".join(line(rounded(row)) for row in expected)
    assert parquet(pieces) == parquet(single)
    return pieces


def text(pieces: Sequence[Piece], of_frame: Any, of_row: Any) -> str:
    """Write what was read in columns as text."""
    return "".join(
        b"".join(of_frame(piece)).decode() if isinstance(piece, Frame) else of_row(rounded(piece)) for piece in pieces
    )


def parquet(pieces: Sequence[Piece]) -> Any:
    """Write what was read as Parquet, and read it again."""
    from pyarrow import parquet as arrow_parquet

    held = io.BytesIO()
    writer = ParquetRows(held, {})
    for piece in pieces:
        if isinstance(piece, Frame):
            writer.frame(piece)
        elif isinstance(piece, DealRow):
            writer.row(piece)
    writer.close()
    found = arrow_parquet.read_table(io.BytesIO(held.getvalue())).to_pylist()
    for row in found:
        row |= {name: round(row[name], 9) for name in ("confidence", "origin_confidence")}
    return found


def summed(run: Reading, pieces: Sequence[Piece]) -> Any:
    """Sum up what was read, held against an earlier run."""
    then = Then("C", "problem", "方案", "solution", None, None, "CNY")
    last = Last(date(2026, 11, 14), {"d1": then, "d2": then._replace(outcome="lost"), "gone": then})
    tally = Tally(TODAY, Rates(BOOK, {"别的": 0.4}), Comparison(last, BOOK))
    for piece in pieces:
        if isinstance(piece, Frame):
            add_frame(tally, piece)
        else:
            tally.add(piece)
    found = summarize(tally, BOOK, (), run.stays, findings=run.findings())
    return summary_document(found, Lang.ZH)
