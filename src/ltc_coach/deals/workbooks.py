"""Workbooks: which sheets there are, and which one is meant."""

from __future__ import annotations

from typing import BinaryIO

from ltc_coach.deals.archives import BROKEN, FAULTS, Sheet, open_archive
from ltc_coach.deals.encodings import Unusable
from ltc_coach.deals.ods import ods_sheets
from ltc_coach.deals.xlsx import xlsx_sheets
from ltc_coach.i18n import both
from ltc_coach.plain import quoted

_NAMED = 20
_NO_SHEET = both(zh="没有工作表「{name}」,有:{names}", en="there is no sheet '{name}'; there are: {names}")
_NO_SHEETS = both(zh="工作簿里没有可读的工作表", en="this workbook has no sheet to read")


def sheets(stream: BinaryIO) -> tuple[Sheet, ...]:
    """Return the sheets of an XLSX or ODS workbook in their order.

    Raises Unusable, here and while the records of a sheet are read.
    """
    try:
        archive = open_archive(stream)
        found = ods_sheets(archive) if "content.xml" in archive.namelist() else xlsx_sheets(archive)
    except FAULTS:
        raise Unusable(BROKEN) from None
    if not found:
        raise Unusable(_NO_SHEETS)
    return found


def choose(found: tuple[Sheet, ...], name: str | None) -> Sheet:
    """Return the sheet of this name, or the first that is not hidden. Raises Unusable."""
    if name is None:
        return next((sheet for sheet in found if not sheet.hidden), found[0])
    for sheet in found:
        if sheet.name == name:
            return sheet
    names = ", ".join(quoted(sheet.name, 40) for sheet in found[:_NAMED])
    raise Unusable(_NO_SHEET.fill(name=quoted(name, 40), names=names))
