"""Workbooks for tests, made of the few parts a reader needs; nothing here knows how they are read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_STYLES = f"""<styleSheet xmlns="{_MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode='yyyy"年"m"月"d"日"'/>
<numFmt numFmtId="165" formatCode='[Red]0.00" days"'/></numFmts>
<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>
</styleSheet>"""
# Cell styles of every workbook made here: plain, a day, a day in Chinese, a number of days.
PLAIN, DAY, DAY_ZH, DAYS = 0, 1, 2, 3


def cell(where: str, value: str = "", kind: str = "", style: int = PLAIN, formula: str = "") -> str:
    """Make one cell; ``kind`` as in XLSX: s, str, inlineStr, b, e, or none for a number."""
    said = f' t="{kind}"' if kind else ""
    inside = f"<f>{escape(formula)}</f>" if formula else ""
    if kind == "inlineStr":
        inside += f"<is><t>{escape(value)}</t></is>"
    elif value or kind == "str":
        inside += f"<v>{escape(value)}</v>"
    return f'<c r="{where}" s="{style}"{said}>{inside}</c>'


def texts(number: int, *values: str) -> str:
    """Make one row of texts."""
    cells = [cell(f"{chr(65 + i)}{number}", value, "inlineStr") for i, value in enumerate(values)]
    return f'<row r="{number}">{"".join(cells)}</row>'


def xlsx(  # noqa: PLR0913 - each a part of a workbook
    rows: str,
    *,
    shared: Sequence[str] = (),
    before: str = "",
    more: Mapping[str, str] = MappingProxyType({}),
    hidden: Mapping[str, str] = MappingProxyType({}),
    settings: str = "",
) -> bytes:
    """Make a workbook of a sheet 商机 with these rows; ``more`` and ``hidden`` are further sheets by name."""
    names = {"商机": rows, **more, **hidden}
    states = {name: "hidden" if name in hidden else "visible" for name in names}
    book = "".join(
        f'<sheet name="{name}" sheetId="{i}" state="{states[name]}" r:id="rId{i}"/>' for i, name in enumerate(names, 1)
    )
    book = f"<sheets>{book}</sheets>"
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(names) + 1)
    )
    links += f'<Relationship Id="rIdA" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    links += f'<Relationship Id="rIdB" Type="{_OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
    strings = "".join(f"<si>{string}</si>" for string in shared)
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{settings}{book}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{strings}</sst>',
    }
    for i, content in enumerate(names.values(), 1):
        sheet = f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{content}</sheetData></worksheet>'
        parts[f"xl/worksheets/sheet{i}.xml"] = sheet
    return zipped(parts)


def ods(tables: str, styles: str = "") -> bytes:
    """Make an OpenDocument spreadsheet of these tables."""
    kinds = ("office", "table", "text", "style")
    spaces = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in kinds)
    content = (
        f'<office:document-content {spaces} xmlns:calcext="urn:calcext"><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Pack parts into a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()
