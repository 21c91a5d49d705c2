"""Rows out of tables: every row is read or listed, nothing in a file stops the others, nothing is guessed silently."""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltc_coach.deals.tables import read_rows
from ltc_coach.model.row import Row, Skipped
from ltc_coach.problems import CoachError, ExitCode
from tests.hostile.batch.corpus import HEAD, TABLES, ZH_ROWS, Table
from tests.workbook_kit import DAY, DAY_ZH, DAYS, cell, ods, texts, xlsx, zipped

ROOT = Path(__file__).parent.parent
SLOWEST = 5.0  # seconds of processor time for the largest of them


def read(folder: Path, content: bytes | str, name: str = "t.csv", **how: Any) -> list[Row | Skipped]:
    """Read one file with this content."""
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_rows([file], **how))


def values(rows: list[Row | Skipped]) -> list[dict[str, object]]:
    """Return what the rows say; there must be no refusals among them."""
    assert all(isinstance(row, Row) for row in rows), rows
    return [dict(row.values) for row in rows if isinstance(row, Row)]


# ---- hostile tables --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, Any]]:
    """Read all hostile tables in another process with little memory, once."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.hostile.batch.runner"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == 0, f"died after {lines[-1]['name'] if lines else 'nothing'}: {run.stderr[-500:]}"
    assert run.stderr == ""
    return {line["name"]: line for line in lines}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_hostile_table_ends_as_demanded(table: Table, outcomes: dict[str, dict[str, Any]]) -> None:
    """All good rows are read, each bad one is refused by itself, an unusable file says so."""
    outcome = outcomes[table.name]
    if outcome["needs_extra"]:
        pytest.skip("pyarrow is not installed")
    expected: tuple[int, int, bool, list[int]] = (table.rows, table.refused, table.unusable, [])
    assert expected == (outcome["rows"], outcome["refused"], outcome["unusable"], outcome["silent"])


def test_no_hostile_table_takes_long(outcomes: dict[str, dict[str, Any]]) -> None:
    """Size is paid for once: no table makes the reader go over it again and again."""
    assert [] == [name for name, outcome in outcomes.items() if outcome["seconds"] > SLOWEST]


def test_table_names_are_unique() -> None:
    """No case hides another one of the same name."""
    assert len(TABLES) == len({table.name for table in TABLES})


# ---- CSV -------------------------------------------------------------------------------------------

# What csv.writer writes and reads back: no lone surrogates, no NUL, line ends only inside quotes.
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=6), st.sampled_from([",", ";", "\t", "|"]))
@settings(max_examples=150, deadline=None)
def test_what_a_program_writes_as_csv_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], sign: str
) -> None:
    """Whatever the separator, quotes and line breaks; rows of nothing but white space are passed over."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sign)
    writer.writerows([("id", "a", "b", "c"), *rows])
    kept = [row for row in rows if any(map(str.strip, row))]
    # Rows of which every line looks like a whole row are refused; four plain cells a line hardly come up by chance.
    found = read(tmp_path_factory.mktemp("csv"), text.getvalue())
    assert [dict(zip(("id", "a", "b", "c"), row, strict=True)) for row in kept] == values(found)


@given(st.integers(0, 39), st.integers(0, 8), st.sampled_from(['"', ',"', '"x', '""']))
@settings(max_examples=100, deadline=None)
def test_a_stray_quote_costs_the_row_it_stands_in(
    tmp_path_factory: pytest.TempPathFactory, at: int, column: int, stray: str
) -> None:
    """Of forty rows the thirty-nine others are read as they are, in their order."""
    lines = [f"d{i},customer {i},{i}00" for i in range(40)]
    lines[at] = lines[at][:column] + stray + lines[at][column:]
    found = read(tmp_path_factory.mktemp("csv"), HEAD + "\n".join(lines) + "\n")
    others = [{"id": f"d{i}", "customer": f"customer {i}", "amount": f"{i}00"} for i in range(40) if i != at]
    good = [dict(row.values) for row in found if isinstance(row, Row) and row.row != at + 1]
    assert others == good
    assert len(found) == 40


def test_rows_know_where_they_stand(tmp_path: Path) -> None:
    """The row counts records, the line counts lines of the file: both are needed to find it again."""
    found = read(tmp_path, HEAD + '\nd1,"a\nb",1\nshort\nd3,c,3\n')
    assert [(1, 3), (2, 5), (3, 6)] == [(row.row, row.line) for row in found]
    assert isinstance(found[1], Skipped)
    assert "1 cells for 3 headings" in found[1].reason.en


def test_headings_are_the_same_with_and_without_white_space(tmp_path: Path) -> None:
    """A line break or a double space in a heading is no part of it."""
    assert [{"Deal ID": "d1", "客户 名称": "A"}] == values(read(tmp_path, '"Deal\nID", 客户  名称 \nd1,A\n'))


# ---- encodings -------------------------------------------------------------------------------------

HANZI = st.text(
    "华信精工有限公司上海北京深圳科技股份集团张王李赵客户商机金额阶段预计成交日期负责人", min_size=2, max_size=8
)


@given(st.lists(st.tuples(HANZI, HANZI), min_size=3, max_size=20))
@settings(max_examples=60, deadline=None)
def test_a_chinese_table_reads_the_same_in_every_encoding(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    """GBK, GB18030, UTF-8 with a mark and UTF-16 say what their UTF-8 twin says, and no character else."""
    text = "商机编号,客户名称,负责人\n" + "".join(f"d{i},{a},{b}\n" for i, (a, b) in enumerate(pairs))
    folder = tmp_path_factory.mktemp("encodings")
    twins = [
        text.encode("gbk"),
        text.encode("gb18030"),
        codecs.BOM_UTF8 + text.encode(),
        codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    ]
    wanted = read(folder, text.encode())
    assert [wanted] * 5 == [read(folder, twin) for twin in twins]


@pytest.mark.parametrize(
    ("content", "encoding", "notes"),
    [
        ((HEAD + ZH_ROWS).encode(), "UTF-8", []),
        ((HEAD + ZH_ROWS).encode("gbk"), "GBK / GB18030", ["the encoding is GBK / GB18030"]),
        (codecs.BOM_UTF16_LE + HEAD.encode("utf-16-le"), "UTF-16 LE", ["the encoding is UTF-16 LE"]),
        ((HEAD + ZH_ROWS).encode() + b"d,\xff,1\n", "UTF-8", ["the encoding is UTF-8, with damaged bytes in it"]),
    ],
)
def test_the_choice_of_an_encoding_is_told(tmp_path: Path, content: bytes, encoding: str, notes: list[str]) -> None:
    """What was found is reported, and noted where it is not plain UTF-8."""
    (tmp_path / "t.csv").write_bytes(content)
    rows = read_rows([tmp_path / "t.csv"])
    list(rows)
    assert [(encoding, notes)] == [(s.encoding, [note.en for note in s.notes]) for s in rows.sources]


def test_the_encoding_somebody_names_wins(tmp_path: Path) -> None:
    """Latin-1 and Big5 cannot be told from the bytes."""
    assert (
        "Müller"
        == values(read(tmp_path, (HEAD + "d1,Müller,1\n").encode("latin-1"), encoding="latin-1"))[0]["customer"]
    )
    assert "臺北" == values(read(tmp_path, (HEAD + "d1,臺北,1\n").encode("big5"), encoding="big5"))[0]["customer"]


def test_a_byte_the_named_encoding_does_not_have_costs_its_row(tmp_path: Path) -> None:
    """Nothing is replaced by a question mark."""
    found = read(tmp_path, (HEAD + "d1,A,1\n").encode() + b"d2,\xff,2\n", encoding="utf-8")
    assert [Row, Skipped] == [type(row) for row in found]


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "a\0b"])
def test_an_encoding_nobody_knows_is_refused_at_once(tmp_path: Path, name: str) -> None:
    """Before anything is read, with examples."""
    with pytest.raises(CoachError) as caught:
        read(tmp_path, HEAD, encoding=name)
    assert (ExitCode.USAGE, True) == (caught.value.exit_code, "gb18030" in caught.value.hint.en)


# ---- workbooks -------------------------------------------------------------------------------------

HEADINGS = texts(1, "id", "a", "b", "c")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (cell("B2", "1054"), "1054"),
        (cell("B2", "4514.3700000000003"), "4514.37"),
        (cell("B2", "0.30000000000000004"), "0.3"),
        (cell("B2", "1.0E+9"), "1000000000"),
        (cell("B2", "1E-7"), "0.0000001"),
        (cell("B2", "46112", style=DAY), "2026-03-31"),
        (cell("B2", "46112.5", style=DAY_ZH), "2026-03-31 12:00:00"),
        (cell("B2", "59", style=DAY), "1900-02-28"),
        (cell("B2", "61", style=DAY), "1900-03-01"),
        (cell("B2", "7", style=DAYS), "7"),
        (cell("B2", "-5", style=DAY), "-5"),
        (cell("B2", "99999999", style=DAY), "99999999"),
        (cell("B2", "1", "b"), "TRUE"),
        (cell("B2", "0", "s"), "shared"),
        (cell("B2", "1", "s"), "rich text"),
        (cell("B2", "A & B", "inlineStr"), "A & B"),
        (cell("B2", "30", formula="10*3"), "30"),
        (cell("B2", "x", "str", formula='"x"'), "x"),
        (cell("B2", "", "str", formula='""'), ""),
        (cell("B2", "", formula="A1*3"), "#NOT-COMPUTED!"),
        (cell("B2", "#DIV/0!", "e", formula="1/0"), "#DIV/0!"),
        (cell("B2", "2026-03-31", "d"), "2026-03-31"),
        ("<c><v>7</v></c><c><v>8</v></c>", "8"),
    ],
)
def test_a_cell_says_what_excel_shows(tmp_path: Path, made: str, expected: str) -> None:
    """Fifteen digits, days as days, formulas by what they came to; an error stays an error."""
    shared = ["<t>shared</t>", "<r><t>rich </t></r><r><t>text</t></r><rPh><t>reading</t></rPh>"]
    found = values(
        read(tmp_path, xlsx(HEADINGS + f'<row r="2">{made}{cell("C2", "z", "str")}</row>', shared=shared), "t.xlsx")
    )
    assert (expected, "z") == (found[0]["a"], found[0]["b"])


def test_days_of_a_workbook_from_an_old_mac(tmp_path: Path) -> None:
    """There the first day is in 1904."""
    content = xlsx(
        HEADINGS + f'<row r="2">{cell("B2", "0.5", style=DAY)}{cell("C2", "44650", style=DAY)}</row>',
        settings='<workbookPr date1904="1"/>',
    )
    found = values(read(tmp_path, content, "t.xlsx"))
    assert ("1904-01-01 12:00:00", "2026-03-31") == (found[0]["a"], found[0]["b"])


def test_gaps_blank_rows_and_a_title_in_a_sheet(tmp_path: Path) -> None:
    """Cells that were never written are empty; the line is the row of the sheet."""
    rows = texts(1, "销售机会列表") + texts(3, "id", "a") + '<row r="4"/>' + f'<row r="9">{cell("B9", "5")}</row>'
    (tmp_path / "t.xlsx").write_bytes(xlsx(rows))
    source = read_rows([tmp_path / "t.xlsx"])
    assert [({"id": "", "a": "5"}, 1, 9)] == [
        (dict(row.values), row.row, row.line) for row in source if isinstance(row, Row)
    ]
    assert ["the headings are in line 3; the title above was passed over"] == [n.en for n in source.sources[0].notes]


def test_which_sheet_is_read(tmp_path: Path) -> None:
    """The first one that is not hidden, and the others are named; or the one that was asked for."""
    content = xlsx(
        texts(1, "id", "a") + texts(2, "x", "1"),
        more={"旧的": texts(1, "id", "b") + texts(2, "y", "2")},
        hidden={"参数": texts(1, "k", "v")},
    )
    (tmp_path / "t.xlsx").write_bytes(content)
    rows = read_rows([tmp_path / "t.xlsx"])
    assert ["x"] == [row["id"] for row in values(list(rows))]
    assert "旧的" in rows.sources[0].notes[0].zh
    assert "参数" not in rows.sources[0].notes[0].zh
    assert ["y"] == [row["id"] for row in values(read(tmp_path, content, "t.xlsx", sheet="旧的"))]
    (missing,) = read(tmp_path, content, "t.xlsx", sheet="nope")
    assert isinstance(missing, Skipped)
    assert "商机" in missing.reason.en


def test_a_workbook_whose_elements_have_a_prefix(tmp_path: Path) -> None:
    """Some programs write <x:c> for <c>."""
    plain = f'<worksheet xmlns="http://x"><sheetData>{texts(1, "id", "a")}{texts(2, "d1", "b")}</sheetData></worksheet>'
    tagged = plain.replace("</", "\1").replace("<", "<x:").replace("\1", "</x:").replace("xmlns=", "xmlns:x=")
    book = '<workbook xmlns:r="http://r"><sheets><sheet name="S" r:id="a"/></sheets></workbook>'
    links = '<Relationships><Relationship Id="a" Type="http://t/worksheet" Target="worksheets/s.xml"/></Relationships>'
    content = zipped({"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": links, "xl/worksheets/s.xml": tagged})
    assert [{"id": "d1", "a": "b"}] == values(read(tmp_path, content, "t.xlsx"))


def test_an_open_document_says_what_it_shows(tmp_path: Path) -> None:
    """Values, not their local spelling; remarks are no content; repeated cells and rows are there as often."""

    def one(inside: str, how: str = "") -> str:
        return f"<table:table-cell {how}>{inside}</table:table-cell>"

    remark = "<office:annotation><text:p>psst</text:p></office:annotation>"
    head = "<table:table-row>" + "".join(one(f"<text:p>{name}</text:p>") for name in "abcde") + "</table:table-row>"
    row = (
        '<table:table-row table:number-rows-repeated="2">'
        + one(f"{remark}<text:p>华<text:s text:c='2'/>信</text:p><text:p>x</text:p>")
        + one("<text:p>1.234,50 €</text:p>", 'office:value-type="currency" office:value="1234.5"')
        + one("<text:p>31.3.26</text:p>", 'office:value-type="date" office:date-value="2026-03-31T00:00:00"')
        + one("<text:p>WAHR</text:p>", 'office:value-type="boolean" office:boolean-value="true"')
        + one("<text:p>#DIV/0!</text:p>", 'office:value-type="float" office:value="0" calcext:value-type="error"')
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
    )
    found = read(tmp_path, ods(f'<table:table table:name="t">{head}{row}</table:table>'), "t.ods")
    said = {"a": "华  信\nx", "b": "1234.5", "c": "2026-03-31", "d": "TRUE", "e": "#DIV/0!"}
    assert [said, said] == values(found)
    assert [2, 3] == [row.line for row in found]


# ---- JSON, Parquet, deal files -----------------------------------------------------------------------


def test_scalars_of_json_stay_the_text_that_was_written(tmp_path: Path) -> None:
    """No number passes through a float on its way."""
    line = '{"a": 1054.10, "b": 12345678901234567890, "c": null, "d": true, "e": "x", "f": [1], "g": 1e400}'
    (row,) = read(tmp_path, line, "t.jsonl")
    assert {
        "a": "1054.10",
        "b": "12345678901234567890",
        "c": "",
        "d": "TRUE",
        "e": "x",
        "f": ["1"],
        "g": "1e400",
    } == row.values  # type: ignore[union-attr]


def test_whole_deals_come_as_deals(tmp_path: Path) -> None:
    """From YAML files, and from JSON with a log of answers in it."""
    (tmp_path / "a.yaml").write_text("ltc: 1\nid: a\ncustomer: 华信\n", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"id": "b", "customer": "B", "answers": [{"question": "q", "value": "v"}]}\n')
    found = [row.deal for row in read_rows([tmp_path]) if isinstance(row, Row)]
    assert [("a", 0), ("b", 1)] == [(deal.id, len(deal.answers)) for deal in found if deal]


def test_a_mapping_among_deal_files_is_no_deal(tmp_path: Path) -> None:
    """People keep it beside the deals; it is passed over, and that is noted."""
    (tmp_path / "mapping.yaml").write_text("ltc: 1\ncolumns:\n  id: a\n", encoding="utf-8")
    rows = read_rows([tmp_path])
    assert [] == list(rows)
    assert "mapping" in rows.sources[0].notes[0].en


def test_parquet_reads_like_its_csv_twin(tmp_path: Path) -> None:
    """Typed values come as the texts a table would hold."""
    pa = pytest.importorskip("pyarrow")
    from datetime import date
    from decimal import Decimal

    from pyarrow import parquet

    table = pa.table(
        {
            "id": ["a", None],
            "n": [Decimal("10.50"), None],
            "d": [date(2026, 3, 31), None],
            "x": [0.1, 2.0],
            "t": [True, None],
        }
    )
    parquet.write_table(table, tmp_path / "t.parquet")
    found = values(list(read_rows([tmp_path / "t.parquet"])))
    twin = values(read(tmp_path, "id,n,d,x,t\na,10.50,2026-03-31,0.1,TRUE\n,,,2,\n"))
    assert twin == found


def test_without_pyarrow_parquet_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing extra is a matter of usage, not a bad file."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(CoachError, match="pip install 'ltc-coach\\[batch\\]'"):
        read(tmp_path, b"PAR1....PAR1", "t.parquet")


# ---- which files -----------------------------------------------------------------------------------


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    """Whatever order, and under whatever names a file is given, the rows come once and in the same order."""
    names = [f"{name}.csv" for name in "cabd"]
    for name in names:
        (tmp_path / name).write_text(f"id\n{name}1\n{name}2\n", encoding="utf-8")
    draw = random.Random(1)
    orders = [draw.sample(names, 4) for _ in range(5)]
    orders.append([*names, *names])
    results = [list(read_rows([tmp_path / name for name in order])) for order in orders]
    again = list(read_rows([tmp_path, str(tmp_path / "*.csv"), tmp_path / "." / "a.csv"]))
    assert [results[0]] * 6 == [*results[1:], again]


def test_a_folder_is_read_without_litter(tmp_path: Path) -> None:
    """Hidden files, copies editors leave, lock files of Excel and files of other kinds are not meant."""
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "sub").mkdir()
    for name in ("a.csv", "sub/b.csv", ".x.csv", "a.csv~", "a.csv.bak", "~$a.csv", "notes.md", ".hidden/c.csv"):
        (tmp_path / name).write_text("id,b\n1,2\n", encoding="utf-8")
    assert [str(tmp_path / "a.csv"), str(tmp_path / "sub" / "b.csv")] == [row.file for row in read_rows([tmp_path])]


@pytest.mark.parametrize("path", ["nope.csv", "nope*.csv", "empty"])
def test_a_path_that_leads_nowhere_is_a_mistake(tmp_path: Path, path: str) -> None:
    """It is told at once, before anything is read."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(CoachError) as caught:
        read_rows([tmp_path / path])
    assert caught.value.exit_code == ExitCode.USAGE


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipes there")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """It is refused like any other file that is none, and the others are read."""
    os.mkfifo(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("id,x\n1,2\n", encoding="utf-8")
    found = list(read_rows([tmp_path]))
    assert [(Skipped, 0), (Row, 1)] == [(type(row), row.row) for row in found]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"id,a\nd1,b\n", {"id": "d1", "a": "b"}),
        (b'{"id": "d1", "a": "b"}\n', {"id": "d1", "a": "b"}),
        (b'{\n"id": "d1",\n"a": "b"}\n', {"id": "d1", "a": "b"}),
        (b'[{"id": "d1", "a": "b"}]', {"id": "d1", "a": "b"}),
        (xlsx(texts(1, "id", "a") + texts(2, "d1", "b")), {"id": "d1", "a": "b"}),
    ],
    ids=["csv", "jsonl", "json", "json-list", "xlsx"],
)
def test_standard_input_is_told_by_its_content(content: bytes, expected: dict[str, str]) -> None:
    """It has no name to go by; it can be read twice."""
    rows = read_rows(["-"], stdin=io.BytesIO(content))
    assert [expected] == values(list(rows)) == values(list(rows))
    assert "<stdin>" == rows.sources[0].file
