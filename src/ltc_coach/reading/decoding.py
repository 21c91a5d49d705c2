"""From bytes to text: UTF-8, or UTF-16 with a byte order mark, and nothing invisible in it."""

from __future__ import annotations

import codecs
import re

from ltc_coach.i18n import Text, both
from ltc_coach.plain import clean
from ltc_coach.problems import Problem, Where

# What may stand in no file and come from no escape: controls except tab and line ends, the odd line
# separators (editors, libyaml and people count lines differently with them), a byte order mark in
# the middle, lone surrogates, noncharacters.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_AT_MOST = 20

# How files that are no text at all begin.
_SIGNATURES: tuple[tuple[bytes, Text], ...] = (
    (b"PK\x03\x04", both(zh="这是 Excel、Word 或 zip 文件", en="this is an Excel, Word or zip file")),
    (b"\xd0\xcf\x11\xe0", both(zh="这是旧版 Excel 或 Word 文件", en="this is an old Excel or Word file")),
    (b"%PDF-", both(zh="这是 PDF 文件", en="this is a PDF file")),
    (b"\x89PNG", both(zh="这是图片", en="this is a picture")),
    (b"\xff\xd8\xff", both(zh="这是图片", en="this is a picture")),
    (b"SQLite format 3\x00", both(zh="这是数据库文件", en="this is a database file")),
)
_SAVE_AS_UTF8 = both(
    zh="用编辑器另存为 UTF-8 编码(记事本:另存为,编码选 UTF-8)",
    en="save it as UTF-8 in your editor (Notepad: Save as, encoding UTF-8)",
)
_NEEDS_YAML = both(zh="这里需要 YAML 文本文件", en="a YAML text file is needed here")


def decode(data: bytes, file: str) -> tuple[str, tuple[str, ...], tuple[Problem, ...]]:
    """Return the text without a byte order mark, its lines, and why it cannot be used, if it cannot."""
    for start, what in _SIGNATURES:
        if data.startswith(start):
            return "", (), (_problem("not-text", what, Where(file, 1, 1), _NEEDS_YAML),)
    encoding, body, name = _encoding(data)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        return "", *_undecodable(data, len(data) - len(body) + error.start, name, file)
    lines = tuple(text.splitlines())
    # All of FORBIDDEN is unprintable, and asking for that first is three times as fast.
    if text.replace("\n", "").isprintable() or FORBIDDEN.search(text) is None:
        return text, lines, ()
    lines = tuple(_LINE_END.split(text))
    return text, lines, tuple(_invisible(lines, file))


def _encoding(data: bytes) -> tuple[str, bytes, str]:
    """Return the codec, the bytes after the byte order mark, and the name people know."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8", data[3:], "UTF-8"
    # UTF-32 marks begin like UTF-16 ones; nobody writes UTF-32, so it fails as what it is not.
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le", data[2:], "UTF-16"
    if data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be", data[2:], "UTF-16"
    return "utf-8", data, "UTF-8"


def _undecodable(data: bytes, offset: int, name: str, file: str) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    before = data[:offset]
    line_start = before.rfind(b"\n") + 1
    where = Where(file, before.count(b"\n") + 1, len(before[line_start:].decode("utf-8", "replace")) + 1)
    lines = tuple(data[: offset + 200].decode("utf-8", "replace").splitlines())
    message = Text(
        zh=f"不是 {name} 编码:偏移 {offset} 处的字节是 0x{data[offset]:02x}",
        en=f"not {name}: the byte at offset {offset} is 0x{data[offset]:02x}",
    )
    hint = _SAVE_AS_UTF8
    if name == "UTF-8" and _looks_like_gbk(data):
        hint = Text(zh=f"像是 GBK 编码;{hint.zh}", en=f"it looks like GBK; {hint.en}")
    return lines, (_problem("encoding", message, where, hint),)


def _looks_like_gbk(data: bytes) -> bool:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return re.search("[\u4e00-\u9fff]", text) is not None


def _invisible(lines: tuple[str, ...], file: str) -> list[Problem]:
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        for match in FORBIDDEN.finditer(line):
            if match[0] == "\x00" and not problems and "\x00" in line[match.start() + 1 :]:
                what = both(
                    zh="文件里有空字节,像是没有标记的 UTF-16", en="NUL bytes: this looks like UTF-16 without a mark"
                )
                return [_problem("encoding", what, Where(file, number, match.start() + 1), _SAVE_AS_UTF8)]
            shown = clean(match[0])
            message = Text(zh=f"看不见的控制字符 {shown}", en=f"an invisible control character {shown}")
            hint = both(
                zh="删掉它;多半是复制粘贴带进来的", en="delete it; copying and pasting brought it in, most likely"
            )
            problems.append(_problem("control-character", message, Where(file, number, match.start() + 1), hint))
            if len(problems) == _AT_MOST:
                return problems
    return problems


def _problem(code: str, message: Text, where: Where, hint: Text) -> Problem:
    return Problem(code, message, hint=hint, where=where)
