"""In which encoding is a table? Read all of it before deciding: one cell in GBK often passes for UTF-8.

The order is: a byte order mark, strict UTF-8, then GB18030 (which contains GBK) for the whole file.
A file that is UTF-8 but for a few damaged places stays UTF-8, and the damaged rows are refused one
by one; taking it for GB18030 would turn every other cell into nonsense.
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO, NamedTuple

from ltc_coach.i18n import Text, both
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError

_CHUNK = 1 << 20
# So much of what is not ASCII must be sound UTF-8 for the rest to count as damage.
_MOSTLY = 0.9
_ASCII = bytes(range(128))
_SOUND = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}"
    rb"|[\xf1-\xf3][\x80-\xbf]{3}"
)
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]")

DAMAGE = "\udc80"
"""What stands for undecodable bytes in the text of a damaged file; no sound text can hold it."""

MEND = "ltc.damage"
codecs.register_error(MEND, lambda error: (DAMAGE, error.end if isinstance(error, UnicodeDecodeError) else 0))

_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 (BOM)"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE"),
)
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UNKNOWN = both(
    zh="认不出编码:不是 UTF-8,也不像 GBK / GB18030 (偏移 {offset} 处不对);用 --encoding 说明",
    en="the encoding is not UTF-8 and hardly GBK / GB18030 (see offset {offset}): --encoding says which",
)
_NULS = both(
    zh="文件里到处是空字节,像是没有标记的 UTF-16:加 --encoding utf-16-le 再试",
    en="NUL bytes all over: this looks like UTF-16 without a mark; try --encoding utf-16-le",
)
_NOT_UTF32 = both(zh="UTF-32 编码:另存为 UTF-8 再试", en="this is UTF-32: save it as UTF-8")
_NO_SUCH = both(zh="没有「{name}」这种编码", en="there is no encoding '{name}'")
_SUCH_AS = both(zh="例如 utf-8、gb18030、gbk、big5、utf-16", en="such as utf-8, gb18030, gbk, big5, utf-16")


class Unusable(Exception):  # noqa: N818 - a fact about somebody's file
    """A whole file cannot be read as a table; ``reason`` says why, ``line`` where it begins to go wrong."""

    def __init__(self, reason: Text, line: int = 1, field: str = "") -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.line = line
        self.field = field


class Encoding(NamedTuple):
    """How to read a text file: the codec, what people call it, bytes of mark to pass over, whether it is damaged."""

    codec: str
    name: str
    mark: int = 0
    damaged: bool = False


UTF_8 = Encoding("utf-8", "UTF-8")


def detect(stream: BinaryIO) -> Encoding:
    """Read a stream from its beginning to its end and say how it is encoded. Raises Unusable."""
    stream.seek(0)
    head = stream.read(_CHUNK)
    if head.startswith(_UTF32):
        raise Unusable(_NOT_UTF32)
    for mark, codec, name in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, name, len(mark), damaged=_fails(stream, codec) is not None)
    if head.count(0) > len(head) // 4:
        raise Unusable(_NULS)
    first = _fails(stream, "utf-8")
    if first is None:
        return UTF_8
    if _share_of_utf8(stream) > _MOSTLY:
        return Encoding("utf-8", "UTF-8", damaged=True)
    if (offset := _fails(stream, "gb18030")) is not None or not _looks_chinese(stream):
        raise Unusable(_UNKNOWN.fill(offset=max(first, offset or 0)))
    return Encoding("gb18030", "GBK / GB18030")


def declared(name: str, stream: BinaryIO) -> Encoding:
    """Return the encoding somebody asked for; a byte order mark that belongs to it is passed over.

    Raises CoachError (2) for a name that is no encoding of text.
    """
    try:
        info = codecs.lookup(name)
        codec = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(info.name, info.name)
        # Base64 and its like are codecs too, and refuse to be used as encodings.
        "".encode(codec)
    except (LookupError, ValueError):
        raise CoachError(_NO_SUCH.fill(name=quoted(name, 40)), hint=_SUCH_AS) from None
    stream.seek(0)
    head = stream.read(4)
    for mark, its, shown in _MARKS:
        if head.startswith(mark) and its[:6] == codec[:6]:
            return Encoding(its, shown, len(mark), damaged=_fails(stream, its) is not None)
    return Encoding(codec, info.name, damaged=_fails(stream, codec) is not None)


def _fails(stream: BinaryIO, codec: str) -> int | None:
    """Return about where the stream is no ``codec`` text; None if it is."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    stream.seek(0)
    offset = 0
    while True:
        chunk = stream.read(_CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            # The decoder puts what was left over from the chunk before in front of this one.
            return offset - (len(error.object) - len(chunk)) + error.start
        if not chunk:
            return None
        offset += len(chunk)


def _share_of_utf8(stream: BinaryIO) -> float:
    """Return how much of what is not ASCII is part of a sound UTF-8 character."""
    stream.seek(0)
    high = sound = 0
    while chunk := stream.read(_CHUNK):
        high += len(chunk.translate(None, _ASCII))
        sound += sum(map(len, _SOUND.findall(chunk)))
    return sound / high if high else 0.0


def _looks_chinese(stream: BinaryIO) -> bool:
    """Whether pairs of bytes are those of hanzi: both high. An accented letter before a plain one is a pair, too."""
    stream.seek(0)
    pairs = hanzi = 0
    while chunk := stream.read(_CHUNK):
        found = _PAIR.findall(chunk)
        pairs += len(found)
        hanzi += sum(1 for pair in found if pair[1] > 0x7F)  # noqa: PLR2004 - the last ASCII code
    return 2 * hanzi >= pairs
