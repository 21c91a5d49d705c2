"""The hostile tables: for each, how many rows must be read, how many refused, and whether the file as a whole is.

The larger ones are made when asked for. Headings are `id,customer,amount` unless a case is about them.
"""

from __future__ import annotations

import codecs
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from zipfile import ZipFile

from tests.workbook_kit import cell, ods, texts, xlsx, zipped


@dataclass(frozen=True)
class Table:
    """One file: its name (the ending matters), its bytes, the rows to be read and refused; ``unusable`` as a whole."""

    name: str
    content: bytes | Callable[[], bytes]
    rows: int = 0
    refused: int = 0
    unusable: bool = False

    @property
    def bytes(self) -> bytes:
        """The file's content."""
        return self.content() if callable(self.content) else self.content


HEAD = "id,customer,amount\n"
GOOD = "d1,华信精工,100\n"
_H, _G = HEAD.encode(), GOOD.encode()
ZH_ROWS = "".join(f"d{i},华信精工第{i}分公司,{i}00\n" for i in range(20))


def _csv(name: str, text: str, rows: int = 0, refused: int = 0, *, unusable: bool = False) -> Table:
    return Table(f"{name}.csv", text.encode(), rows, refused, unusable)


CSV = [
    _csv("good", HEAD + GOOD * 3, 3),
    _csv("no-final-newline", HEAD + GOOD.rstrip("\n"), 1),
    _csv("windows-lines", (HEAD + GOOD * 2).replace("\n", "\r\n"), 2),
    _csv("old-mac-lines", (HEAD + GOOD * 2).replace("\n", "\r"), 2),
    _csv("headings-only", HEAD, 0),
    _csv("empty", "", unusable=True),
    _csv("white-space-only", " \n\n\t\n", unusable=True),
    _csv("commas-only", ",,,\n,,,\n", unusable=True),
    _csv("blank-rows-between", HEAD + "\n,,\n" + GOOD + "\n , ,\n" + GOOD, 2),
    _csv("cell-with-line-break", HEAD + 'd1,"华信\n精工",1\n' + GOOD, 2),
    _csv("cell-with-many-line-breaks", HEAD + 'd1,"' + "一行\n" * 500 + '",1\n' + GOOD, 2),
    _csv("doubled-quotes", HEAD + 'd1,"the ""big"" one",1\n' + GOOD, 2),
    _csv("quote-inside-a-plain-cell", HEAD + 'd1,5" pipes,1\n' + GOOD, 2),
    _csv("stray-quote-at-the-end", HEAD + GOOD * 5 + 'd9,"open,1\n', 5, 1),
    _csv("stray-quote-first", HEAD + 'd0,"open,1\n' + GOOD * 998, 998, 1),
    _csv("stray-quote-before-a-quoted-cell", HEAD + 'd0,"open,1\n' + GOOD * 9 + 'd8,"a, b",1\n', 10, 1),
    _csv("two-stray-quotes", HEAD + 'd0,"open,1\n' + GOOD * 7 + 'd9,close",1\n', 8, 1),
    _csv("every-row-a-stray-quote", HEAD + 'd0,"open,1\n' * 50, 0, 50),
    _csv("text-after-the-closing-quote", HEAD + 'd1,"a"b,1\n' + GOOD, 1, 1),
    _csv("stray-quote-in-the-headings", 'id,"customer,amount\n' + GOOD, unusable=True),
    _csv("row-too-short", HEAD + "d1\n" + GOOD, 1, 1),
    _csv("row-too-long", HEAD + "d1,a,1,more\n" + GOOD, 1, 1),
    _csv("row-with-empty-cells-beyond", HEAD + "d1,a,1,,\n" + GOOD, 2),
    _csv("report-footer", HEAD + GOOD + "\nTotal rows: 1\n", 1, 1),
    _csv("title-above", "销售机会列表\n\n" + HEAD + GOOD, 1),
    _csv("heading-twice", "id,amount,amount\nd1,1,2\n", unusable=True),
    _csv("heading-twice-but-for-space", "id,amount, amount \nd1,1,2\n", unusable=True),
    _csv("heading-missing", "id,,amount\nd1,x,2\n", unusable=True),
    _csv("headings-go-on-empty", "id,customer,amount,,\nd1,a,1,,\n", 1),
    _csv("below-no-heading", "id,customer,amount,\nd1,a,1,secret\n" + "d2,b,2,\n", 1, 1),
    _csv("too-many-columns", ",".join(f"c{i}" for i in range(3000)) + "\n", unusable=True),
    _csv("semicolons", HEAD.replace(",", ";") + "d1;a, b;1,5\n", 1),
    _csv("tabs", HEAD.replace(",", "\t") + "d1\ta, b\t1\n", 1),
    _csv("pipes", HEAD.replace(",", "|") + "d1|a|1\n", 1),
    _csv("excel-says-the-separator", "sep=;\n" + HEAD.replace(",", ";") + "d1;a;1\n", 1),
    _csv("nul-in-a-row", HEAD + "d1,a\0b,1\n" + GOOD, 1, 1),
    _csv("nul-in-a-quoted-line-break", HEAD + 'd1,"a\nb\0c",1\n' + GOOD, 1, 2),
    _csv("control-characters-are-data", HEAD + "d1,\x1b[31mred\x07\u202e,1\n", 1),
    _csv("formulas-are-data", HEAD + "d1,=cmd|'/C calc'!A1,1\n", 1),
    Table("cell-too-long.csv", (HEAD + f'd1,"{"x" * 200_000}",1\n' + GOOD).encode(), 1, 1),
    Table("line-too-long.csv", lambda: _H + b"d1," + b"x" * 3_000_000 + b",1\n" + _G, 1, 1),
    Table("open-quote-and-a-long-line.csv", lambda: _H + b'd0,"open,1\nd1,' + b"x" * 3_000_000 + b",1\n" + _G, 1, 2),
    Table("one-endless-line.csv", lambda: b"x" * 20_000_000, unusable=True),
    Table("open-quote-before-a-million-lines.csv", lambda: _H + b'd0,"open,1\n' + _G * 100_000, 100_000, 1),
    Table("two-quotes-on-every-line.csv", lambda: _H + b'd"","x"" ""y,1\n' * 20_000, 0, 20_000),
]

ENCODINGS = [
    Table("utf-8-mark.csv", codecs.BOM_UTF8 + (HEAD + GOOD).encode(), 1),
    Table("utf-8-two-marks.csv", codecs.BOM_UTF8 * 2 + (HEAD + GOOD).encode(), 1),
    Table("gbk.csv", (HEAD + ZH_ROWS).encode("gbk"), 20),
    Table("gb18030-rare-hanzi.csv", (HEAD + ZH_ROWS + "d99,𠮷野家,1\n").encode("gb18030"), 21),
    Table("utf-16-le.csv", codecs.BOM_UTF16_LE + (HEAD + ZH_ROWS).encode("utf-16-le"), 20),
    Table("utf-16-be.csv", codecs.BOM_UTF16_BE + (HEAD + ZH_ROWS).encode("utf-16-be"), 20),
    Table("utf-16-without-mark.csv", (HEAD + "d1,abc,1\n").encode("utf-16-le"), unusable=True),
    Table("utf-16-odd-byte.csv", codecs.BOM_UTF16_LE + (HEAD + "d1,abc,1\n").encode("utf-16-le") + b"A", 1, 1),
    Table("utf-32.csv", codecs.BOM_UTF32_LE + (HEAD + GOOD).encode("utf-32-le"), unusable=True),
    Table("utf-8-one-bad-byte.csv", (HEAD + ZH_ROWS).encode() + b"d98,\xff,1\n" + GOOD.encode(), 21, 1),
    Table(
        "utf-8-cut-character.csv", (HEAD + ZH_ROWS).encode() + "d98,华".encode()[:-1] + b",1\n" + GOOD.encode(), 21, 1
    ),
    Table("neither.csv", HEAD.encode() + b"d1,\xff\xff\x80\x00,1\n", unusable=True),
    Table("latin-1.csv", (HEAD + "d1,Müller,1\n").encode("latin-1"), unusable=True),
    Table("gbk.jsonl", ('{"id": "d1", "customer": "华信精工有限公司"}\n' * 3).encode("gbk"), 3),
]

_LINE = '{"id": "d1", "customer": "A", "amount": 100}\n'
JSON = [
    Table("good.jsonl", (_LINE * 3).encode(), 3),
    Table("mark.jsonl", codecs.BOM_UTF8 + _LINE.encode(), 1),
    Table("blank-lines.jsonl", (_LINE + "\n  \n" + _LINE).encode(), 2),
    Table("cut-off.jsonl", (_LINE + _LINE[:20] + "\n" + _LINE).encode(), 2, 1),
    Table("cut-off-at-the-end.jsonl", (_LINE + _LINE[:20]).encode(), 1, 1),
    Table("not-json.jsonl", (_LINE + "id=d1\n" + _LINE).encode(), 2, 1),
    Table("two-on-a-line.jsonl", (_LINE.strip() + _LINE + _LINE).encode(), 1, 1),
    Table("list-not-object.jsonl", ('["d1"]\n"text"\n17\nnull\n' + _LINE).encode(), 1, 4),
    Table("nan.jsonl", ('{"amount": NaN}\n{"amount": Infinity}\n{"amount": -Infinity}\n' + _LINE).encode(), 1, 3),
    Table("huge-number-is-text.jsonl", ('{"amount": ' + "9" * 5000 + "}\n").encode(), 1),
    Table("huge-exponent-is-text.jsonl", b'{"amount": 1e400}\n', 1),
    Table("key-twice.jsonl", ('{"id": "a", "id": "b"}\n' + _LINE).encode(), 1, 1),
    Table("half-a-character.jsonl", ('{"id": "\\ud800"}\n{"id": ["\\udfff"]}\n' + _LINE).encode(), 1, 2),
    Table("whole-pair-is-fine.jsonl", b'{"id": "\\ud842\\udfb7"}\n', 1),
    Table("deep.jsonl", lambda: b"[" * 100_000 + b"\n" + b'{"a":' * 100_000 + b"\n" + _LINE.encode(), 1, 2),
    Table("long-line.jsonl", lambda: b'{"id": "' + b"x" * 2_000_000 + b'"}\n' + _LINE.encode(), 1, 1),
    Table("whole-deal-that-is-none.jsonl", ('{"ltc": 1, "id": "a b"}\n' + _LINE).encode(), 1, 1),
    Table("list.json", b'[{"id": "a"},\n {"id": "b"}\n]', 2),
    Table("one-object.json", b'{"id": "a"}', 1),
    Table("empty-list.json", b"[]", 0),
    Table("list-with-others.json", b'[{"id": "a"}, 5, {"a": 1, "a": 2}, {"id": "b"}]', 2, 2),
    Table("list-cut-off.json", b'[{"id": "a"}, {"id": ', 1, 0, unusable=True),
    Table("list-without-comma.json", b'[{"id": "a"} {"id": "b"}]', 1, 0, unusable=True),
    Table("text-behind.json", b'{"id": "a"} {"id": "b"}', 1, 0, unusable=True),
    Table("deep.json", lambda: b"[" * 200_000, unusable=True),
    Table("deep-record.json", lambda: b'[{"a":' + b"[" * 200_000, unusable=True),
    Table("too-large.json", lambda: b"[" + b" " * 51_000_000 + b"]", unusable=True),
]

_DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_ROWS = texts(1, "id", "customer") + texts(2, "d1", "A")


def _bomb() -> bytes:
    return xlsx(_ROWS + f'<row r="3"><c r="A3" t="str"><v>{"a" * 150_000_000}</v></c></row>')


def _many_strings() -> bytes:
    return zipped({"xl/workbook.xml": "<x/>"} | {f"part{i}": "" for i in range(10_001)})


def _lying() -> bytes:
    """A part that declares a hundredth of its size, in both places where a zip says so."""
    whole = xlsx(_ROWS * 1 + texts(3, "d2", "B" * 5_000))
    size = ZipFile(io.BytesIO(whole)).getinfo("xl/worksheets/sheet1.xml").file_size
    return whole.replace(size.to_bytes(4, "little"), (size // 100).to_bytes(4, "little"))


def _encrypted() -> bytes:
    whole = bytearray(xlsx(_ROWS))
    at = whole.rfind(b"PK\x01\x02")
    whole[at + 8] |= 1
    return bytes(whole)


def _shuffled() -> bytes:
    whole = bytearray(xlsx(_ROWS))
    draw = random.Random(7)
    for _ in range(40):
        whole[draw.randrange(30, len(whole) - 200)] = draw.randrange(256)
    return bytes(whole)


def _ods(rows: str) -> bytes:
    """A table of two headings and these rows."""
    head = "<table:table-row>" + _x() + _x("b") + "</table:table-row>"
    return ods(f'<table:table table:name="t">{head}{rows}</table:table>')


def _x(text: str = "x", times: str = "1") -> str:
    return f'<table:table-cell table:number-columns-repeated="{times}"><text:p>{text}</text:p></table:table-cell>'


def _ods_row(cells: str, times: str = "1") -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


WORKBOOKS = [
    Table("good.xlsx", xlsx(_ROWS), 1),
    Table("named-csv.csv", xlsx(_ROWS), 1),
    Table("far-corner.xlsx", xlsx(_ROWS + f'<row r="1048576">{cell("XFD1048576", "1")}</row>'), 1, 1),
    Table("beyond-the-last-row.xlsx", xlsx(_ROWS + '<row r="1048577"/>'), unusable=True),
    Table("beyond-the-last-column.xlsx", xlsx(_ROWS + f'<row r="3">{cell("XFE3", "1")}</row>'), unusable=True),
    Table("rows-backwards.xlsx", xlsx(texts(2, "id", "b") + texts(1, "d1", "A")), unusable=True),
    Table("no-such-string.xlsx", xlsx(_ROWS + f'<row r="3">{cell("A3", "7", "s")}</row>'), unusable=True),
    Table("dtd.xlsx", xlsx(_ROWS.replace(">A<", ">&b;<"), before=_DTD), unusable=True),
    Table("external-entity.xlsx", xlsx(_ROWS, before='<!DOCTYPE x SYSTEM "file:///etc/hostname">'), unusable=True),
    Table("bomb.xlsx", _bomb, unusable=True),
    Table("many-parts.xlsx", _many_strings, unusable=True),
    Table("lying-size.xlsx", _lying, unusable=True),
    Table("password.xlsx", _encrypted, unusable=True),
    Table("cut-off.xlsx", xlsx(_ROWS)[:-200], unusable=True),
    Table("bytes-changed.xlsx", _shuffled, unusable=True),
    Table("zip-of-something.xlsx", zipped({"readme.txt": "hello"}), unusable=True),
    Table("empty-sheet.xlsx", xlsx(""), unusable=True),
    Table("long-cell.xlsx", xlsx(_ROWS + texts(3, "d2", "x" * 200_000)), 1, 1),
    Table("heading-twice.xlsx", xlsx(texts(1, "id", "id") + texts(2, "a", "b")), unusable=True),
    Table("good.ods", _ods(_ods_row(_x())), 1),
    Table("cell-repeated-without-end.ods", _ods(_ods_row(_x(times="999999999"))), unusable=True),
    Table("row-repeated-without-end.ods", _ods(_ods_row(_x(), "999999999")), unusable=True),
    Table("blank-rows-repeated-without-end.ods", _ods(_ods_row("<table:table-cell/>", "999999999")), 0),
    Table("repeated-by-a-word.ods", _ods(_ods_row(_x(), "often")), unusable=True),
    Table("no-table.ods", ods(""), unusable=True),
]  # fmt: skip

OTHERS = [
    Table("old-excel.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, unusable=True),
    Table("web-page.xls", b"<html><body><table><tr><td>id</td></tr></table></body></html>", unusable=True),
    Table("tabs-named.xls", b"id\tcustomer\nd1\tA\n", 1),
    Table("pdf.csv", b"%PDF-1.7 ...", unusable=True),
    Table("picture.csv", b"\x89PNG\r\n\x1a\n", unusable=True),
    Table("packed.csv", b"\x1f\x8b\x08\0", unusable=True),
    Table("not-really.parquet", b"PAR1 but not really PAR1", unusable=True),
    Table("broken-deal.yaml", b"ltc: 1\nid: a\n", 0, 1),
    Table("deal.yaml", "ltc: 1\nid: a\ncustomer: 华信\n".encode(), 1),
    Table("deep-deal.yaml", b"ltc: 1\nid: " + b"[" * 1000, 0, 1),
]

TABLES = [*CSV, *ENCODINGS, *JSON, *WORKBOOKS, *OTHERS]
