"""The parts of a zipped office document as streams of XML events, within limits.

What is opened here was written by anybody: a zip bomb, a DTD or a lying size must not cost more than
a refusal.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from xml.parsers import expat

from ltc_coach.deals.delimited import Record
from ltc_coach.deals.encodings import Unusable
from ltc_coach.i18n import Text, both

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

UNPACKED = 100_000_000
"""Bytes a workbook may unpack to, whatever it packs; and a part of it that has to be held in memory."""

# A large sheet unpacks to about twelve times its size, a bomb to a thousand times.
_RATIO = 50
_LARGEST = 1_000_000_000

ROWS = 1_048_576
COLUMNS = 16_384
CELL = 131_072  # characters

FAULTS = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, KeyError, IndexError, ValueError, RuntimeError,
    StopIteration, OSError,
)  # fmt: skip
"""What a damaged or forged document makes the standard library raise."""

BROKEN = both(zh="工作簿坏了,或者不是真的 Excel / ODS 文件", en="this workbook is damaged, or none at all")
TOO_MANY = both(zh="超过 {limit:,} 行,不读", en="more than {limit:,} rows: not read").fill(limit=ROWS)
_CELL_TOO_LONG = both(zh="{where} 超过 {limit:,} 个字符", en="{where} has more than {limit:,} characters")
_ENCRYPTED = both(zh="工作簿加了密码:去掉密码再另存", en="this workbook has a password: save it without one")
_BOMB = both(
    zh="解压后有 {size:,} 字节,最多 {limit:,},不读",
    en="this workbook unpacks to {size:,} bytes, at most {limit:,} are allowed: not read",
)
_DTD = both(
    zh="工作簿里有 DTD,Excel 从来不写这个,不读", en="this workbook has a DTD, which Excel never writes: not read"
)
_PARTS = 10_000
_CHUNK = 1 << 16


class Sheet(NamedTuple):
    """A sheet of a workbook: its name, whether it is hidden, and how to read its records."""

    name: str
    hidden: bool
    records: Callable[[], Iterator[Record]]


def open_archive(stream: BinaryIO) -> zipfile.ZipFile:
    """Open a zip that keeps within the limits. Raises Unusable or one of ``FAULTS``."""
    archive = zipfile.ZipFile(stream)
    parts = archive.infolist()
    # A part is read to the size it declares and no further, so declaring less gains nothing.
    size = sum(part.file_size for part in parts)
    limit = min(max(UNPACKED, _RATIO * stream.seek(0, 2)), _LARGEST)
    if len(parts) > _PARTS or size > limit:
        raise Unusable(_BOMB.fill(size=size, limit=limit))
    if any(part.flag_bits & 1 for part in parts):
        raise Unusable(_ENCRYPTED)
    return archive


class Events:
    """One part of an archive, fed to expat bit by bit; whoever iterates takes up what his handlers gathered."""

    def __init__(
        self,
        archive: zipfile.ZipFile,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        self._file = archive.open(part)
        self._expat: XMLParserType = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = _refuse
        self._expat.StartElementHandler = start
        self._expat.EndElementHandler = end
        self._expat.CharacterDataHandler = text

    def __iter__(self) -> Iterator[None]:
        with closing(self._file):
            while chunk := self._file.read(_CHUNK):
                self._expat.Parse(chunk, False)  # noqa: FBT003 - expat's signature
                yield
            self._expat.Parse(b"", True)  # noqa: FBT003 - expat's signature
            yield

    def read(self) -> None:
        """Read to the end."""
        for _ in self:
            pass


def _refuse(*_: object) -> None:
    raise Unusable(_DTD)


def local(name: str) -> str:
    """Return the name of an element without its prefix."""
    return name.rpartition(":")[2] if ":" in name else name


def spread(cells: dict[int, str]) -> list[str]:
    """Return the cells of a row with the gaps between them filled."""
    width = max(cells, default=-1) + 1
    return [*cells.values()] if [*cells] == [*range(width)] else [cells.get(i, "") for i in range(width)]


def too_long(where: str | int) -> Text:
    """Say that a cell, or one in this row, is too long."""
    return _CELL_TOO_LONG.fill(where=where, limit=CELL)
