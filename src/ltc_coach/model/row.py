"""Rows of tables somebody sends us: as read, as refused, and what is odd about all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import Warn
from ltc_coach.model.deal import Deal

BARE = Warn(id="won-without-amount", text=both(zh="赢了,却没有金额", en="won, but without an amount"))
BACKWARDS = Warn(id="ends-before-it-begins", text=both(zh="结束日期早于开始日期", en="it ends before it begins"))
"""What may be odd about a single row."""

BEYOND = both(zh="有内容在最后一个列名之外 (第 {n} 格)", en="there is something beyond the last heading (cell {n})")
TOO_FEW = both(zh="只有 {found} 格,列名有 {wanted} 个", en="{found} cells for {wanted} headings")
"""Why a row does not fit its headings."""


class Row(NamedTuple):
    """One record as it was written: headings and texts, nothing converted yet.

    ``row`` counts the records of a file from 1, the heading not among them; ``line`` is the line of the
    file, or the row of the sheet, in which the record begins. ``sparse``: a JSON record, which may leave
    fields out. A record that is a complete deal comes as ``deal``, without values.
    """

    file: str
    row: int
    line: int
    values: Mapping[str, object]
    sparse: bool = False
    deal: Deal | None = None


class Skipped(NamedTuple):
    """What could not be taken, and why: a record, or with ``row`` 0 a whole file or all that is left of it.

    ``field`` is the heading of the column at fault, empty when the record as a whole is.
    """

    file: str
    row: int
    line: int
    field: str
    reason: Text


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something odd about the rows together, for which none was refused.

    ``count`` says how many rows it is about, ``places`` where the first of them stand (file, line).
    """

    code: str
    about: str
    message: Text = field(compare=False)
    count: int
    places: tuple[tuple[str, int], ...] = ()


class Imported(NamedTuple):
    """A row that became a deal, with what is odd about this one."""

    row: Row
    deal: Deal
    warnings: tuple[Warn, ...] = ()
