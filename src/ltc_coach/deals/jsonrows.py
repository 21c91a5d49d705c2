"""JSON and JSON Lines as records: every scalar stays the text that was written, one bad line is one bad line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ltc_coach.deals.delimited import text_of
from ltc_coach.deals.encodings import DAMAGE, Encoding, Unusable
from ltc_coach.i18n import Text, both
from ltc_coach.model.row import Row, Skipped
from ltc_coach.plain import quoted

_LINE = 1_000_000  # characters of one line
_WHOLE = 50_000_000  # bytes of a file that is one JSON document
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"[ \t\r\n]*")

_NOT_JSON = both(zh="不是合格的 JSON", en="not valid JSON")
_CUT_OFF = both(zh="JSON 没写完,像是被截断了", en="this JSON is cut off")
_NOT_A_RECORD = both(
    zh="这里应该是 {{ ... }},一个商机一个", en="a {{ ... }} is expected here, one for each deal"
).fill()
_TOO_LONG = both(zh="这一行超过 {limit:,} 个字符", en="this line has more than {limit:,} characters").fill(limit=_LINE)
_TOO_LARGE = both(
    zh="整份 JSON 超过 {limit:,} 字节:改成一行一个的 JSONL 就没有限制",
    en="a JSON document of more than {limit:,} bytes: as JSONL, one object a line, size is no limit",
).fill(limit=_WHOLE)
_TOO_DEEP = both(zh="括号套得太深", en="nested too deep")
_TWICE = both(zh="「{key}」写了两遍", en="'{key}' is written twice")
_NOT_A_NUMBER = both(zh="{word} 不是数字", en="{word} is not a number")
_SURROGATES = both(zh="有半个字符 (\\ud800 一类的转义)", en="half a character (an escape like \\ud800)")
_DAMAGED = both(zh="这一行有不属于 {name} 的字节", en="this line has bytes that are not {name}")
_NO_DEAL = both(zh="不是一份完整的商机:{reason}", en="no complete deal: {reason}")


class _Unfit(Exception):  # noqa: N818 - a record is refused, the run goes on
    def __init__(self, reason: Text, field: str = "") -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.field = field


def json_lines(stream: BinaryIO, encoding: Encoding, file: str) -> Iterator[Row | Skipped]:
    """Yield one row for each line that holds anything."""
    number = row = 0
    with text_of(stream, encoding) as text:
        while line := text.readline(_LINE + 1):
            number += 1
            long = len(line) > _LINE
            while long and line and not line.endswith(("\n", "\r")):
                line = text.readline(_LINE)
            if not long and not line.strip():
                continue
            row += 1
            if long:
                yield Skipped(file, row, number, "", _TOO_LONG)
            elif DAMAGE in line:
                yield Skipped(file, row, number, "", _DAMAGED.fill(name=encoding.name))
            else:
                yield _row_of(line, file, row, number)


def _row_of(line: str, file: str, row: int, number: int) -> Row | Skipped:
    try:
        return _row(_DECODER.decode(line), file, row, number)
    except _Unfit as error:
        return Skipped(file, row, number, error.field, error.reason)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(line.rstrip()) or error.msg.startswith("Unterminated")
        return Skipped(file, row, number, "", _CUT_OFF if cut else _NOT_JSON)
    except RecursionError:
        return Skipped(file, row, number, "", _TOO_DEEP)


def json_document(stream: BinaryIO, encoding: Encoding, file: str) -> Iterator[Row | Skipped]:
    """Yield the records of a file that is one list of objects, or a single object. Raises Unusable."""
    stream.seek(0)
    if len(stream.read(_WHOLE + 1)) > _WHOLE:
        raise Unusable(_TOO_LARGE)
    with text_of(stream, encoding) as whole:
        text = whole.read()
    at = _after_space(text, 0)
    listed = text.startswith("[", at)
    at = _after_space(text, at + 1) if listed else at
    line, counted, row = 1, 0, 0
    while not text.startswith("]", at):
        line, counted, row = line + text.count("\n", counted, at), at, row + 1
        try:
            found, end = _DECODER.raw_decode(text, at)
            yield _row(found, file, row, line)
        except _Unfit as error:
            # The object was read, or refused half way: where it ends is found by a decoder that refuses nothing.
            yield Skipped(file, row, line, error.field, error.reason)
            end = _end_of(text, at, line)
        except json.JSONDecodeError as error:
            raise Unusable(_CUT_OFF if error.pos >= len(text.rstrip()) else _NOT_JSON, error.lineno) from None
        except RecursionError:
            raise Unusable(_TOO_DEEP, line) from None
        at = _after_space(text, end)
        if not listed and at == len(text):
            return
        if text.startswith(",", at):
            at = _after_space(text, at + 1)
        elif not (listed and text.startswith("]", at)):
            raise Unusable(_CUT_OFF if at >= len(text) else _NOT_JSON, line + text.count("\n", counted, at))


def _end_of(text: str, at: int, line: int) -> int:
    try:
        return json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(text, at)[1]
    except (json.JSONDecodeError, RecursionError):
        raise Unusable(_NOT_JSON, line) from None


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _row(found: Any, file: str, row: int, line: int) -> Row | Skipped:
    if not isinstance(found, dict):
        raise _Unfit(_NOT_A_RECORD)
    if "ltc" in found or isinstance(found.get("answers"), list):
        return _deal(found, file, row, line)
    return Row(file, row, line, found, sparse=True)


def _deal(found: dict[str, Any], file: str, row: int, line: int) -> Row | Skipped:
    """Read a record that is a whole deal, as `ltc` itself writes them as JSON."""
    from ltc_coach.model.deal import Deal
    from ltc_coach.problems import SourceMap, Where
    from ltc_coach.reading.shape import fit

    given = {key: value for key, value in found.items() if value not in ("", [], {})}
    deal, problems = fit(Deal, given, SourceMap(Where(file, line, 1)))
    if deal is None:
        path = ".".join(map(str, problems[0].path)) if problems else ""
        reason = problems[0].message if problems else Text()
        return Skipped(file, row, line, path, _NO_DEAL.fill(reason=reason))
    return Row(file, row, line, {}, deal=deal)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build one object: a key written twice is refused, a scalar becomes its text, null becomes nothing."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise _Unfit(_TWICE.fill(key=quoted(key, 40)), key)
        if value is None:
            made[key] = ""
        elif value is True or value is False:
            made[key] = "TRUE" if value else "FALSE"
        else:
            text = "".join(part for part in value if isinstance(part, str)) if isinstance(value, list) else value
            if isinstance(text, str) and not text.isascii() and _SURROGATE.search(text):
                raise _Unfit(_SURROGATES, key)
            made[key] = value
    return made


def _no_constant(word: str) -> Any:
    raise _Unfit(_NOT_A_NUMBER.fill(word=word))


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=_no_constant)
