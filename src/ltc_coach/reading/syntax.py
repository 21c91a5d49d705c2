"""What YAML cannot read, explained to somebody who is no programmer.

libyaml says where it gave up, often a line too late and in the words of its grammar. Here the
offending line *and the ones around it* are compared with the mistakes people really make: a
full-width colon, a tab, a text that begins with a sign of YAML's own. The problem then stands
where the mistake is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ltc_coach.i18n import Text, both
from ltc_coach.problems import Problem, Where
from ltc_coach.reading import refusals

if TYPE_CHECKING:
    from yaml import YAMLError
    from yaml.error import Mark


class Cause(NamedTuple):
    """A mistake that can be recognised by its line; group 1 of ``pattern`` is the spot."""

    code: str
    pattern: re.Pattern[str]
    message: Text
    hint: Text


_QUOTE_IT = both(zh='把整句用引号括起来,例如:zh: "..."', en='put the whole text in quotes, e.g. en: "..."')
_START = r"^[ ]*(?:- +)*"  # indentation and list dashes before a key
_KEY = r"[^\s\"'#:：\[\]{},][^\"'#:：\[\]{},]{0,60}"
_FLOW_KEY = r"^[^\"'#]*\{(?:[^{}\"']*,)? *"  # an open { before a key
_VALUE = rf"(?:^|[\[{{,])[ ]*(?:- +)*(?:{_KEY}: +)?"  # up to where a value begins

# The most telling first: each is looked for on every line in question before the next one is.
CAUSES: tuple[Cause, ...] = (
    Cause(
        "tab",
        re.compile(r"^[ ]*(?:- +)*(\t)"),
        both(zh="行首有 Tab 制表符", en="a tab at the beginning of the line"),
        both(zh="缩进只用空格,每级两个", en="indent with spaces only, two for each level"),
    ),
    Cause(
        "odd-space",
        re.compile(rf"(?:^[ ]*(?:- *)?|: *)([{refusals.ODD_SPACES}])"),
        refusals.ODD_SPACE.message,
        refusals.ODD_SPACE.hint,
    ),
    Cause(
        "full-width-colon",
        re.compile(rf"(?:{_START}|{_FLOW_KEY})[A-Za-z0-9_\-\u4e00-\u9fff]{{1,40}} ?(：)"),
        both(zh="这里是全角冒号「：」", en="this is a full-width colon '：'"),
        both(zh="换成英文冒号,后面加一个空格", en="write an ordinary colon followed by a space"),
    ),
    Cause(
        "full-width-comma",
        # between the items of a list, or before the next key; anywhere else it belongs to a text
        re.compile(r"[\[{](?:\s*[^\s\"'\]}#:，]{0,40}|[^\"'\]}#]*(?=，\s*[A-Za-z_]\w*:\s))(，)"),
        both(zh="方括号、花括号里用了全角逗号「，」", en="a full-width comma '，' within brackets"),
        both(
            zh="分隔用英文逗号加空格;逗号属于句子就给整句加引号",
            en="separate with an ordinary comma, or put the text in quotes",
        ),
    ),
    Cause(
        "curly-quotes",
        re.compile(rf"{_VALUE}([“”‘’])"),
        both(zh="中文引号不能当 YAML 的引号", en="curly quotes do not quote in YAML"),
        both(zh="在最外面再加一对英文引号", en="put straight quotes around the whole text"),
    ),
    Cause(
        refusals.EMPTY_KEY.code,
        re.compile(rf"(?:{_START}|{_FLOW_KEY})(:)(?: |$)"),
        refusals.EMPTY_KEY.message,
        refusals.EMPTY_KEY.hint,
    ),
    Cause(
        "no-space-after-colon",
        re.compile(rf"(?:{_START}|{_FLOW_KEY})[A-Za-z_][A-Za-z0-9_\-]{{0,40}}(:)(?=[^\s/:])"),
        both(zh="冒号后面少了空格", en="a space is missing after the colon"),
        both(zh="写成 名字: 内容", en="write `name: value`"),
    ),
    Cause(
        "no-space-after-dash",
        re.compile(r"^[ ]*(-)(?=[^\s\-\d])"),
        both(zh="短横线后面少了空格", en="a space is missing after the dash"),
        both(zh="写成 - 内容", en="write `- value`"),
    ),
    Cause(
        "text-begins-with-sign",
        re.compile(rf"{_VALUE}([@`%*&!]|[|>](?![-+0-9]*(?:\s|$)))(?=\S)"),
        both(zh="这段文字以 YAML 的特殊符号开头", en="this text begins with a sign that means something in YAML"),
        _QUOTE_IT,
    ),
    Cause(
        "text-after-bracket",
        re.compile(rf"{_START}(?:{_KEY}: +)?([\[{{])[^\]}}]*[\]}}]\s*[^\s#,\]}}:]"),
        both(
            zh="文字以括号开头,YAML 把它当成了列表", en="this text begins with a bracket, so YAML takes it for a list"
        ),
        _QUOTE_IT,
    ),
    Cause(
        "text-after-quote",
        re.compile(rf"""{_VALUE}(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*([^\s#,\]}}:'"])"""),
        both(zh="引号已经结束,后面又有文字", en="text goes on after the closing quote"),
        both(
            zh="""整句用另一种引号括起来,例如 '他说 "行"';单引号里的单引号写两遍""",
            en="""put the whole text in the other kind of quotes, e.g. 'he said "yes"'; double a ' within '...'""",
        ),
    ),
    Cause(
        "backslash",
        re.compile(r"\"(?:[^\"\\]|\\[0abtnvfre \"/\\N_LPxuU])*(\\)(?![0abtnvfre \"/\\N_LPxuU])"),
        both(zh="双引号里的反斜杠有特殊含义", en="a backslash within double quotes has a meaning of its own"),
        both(zh=r"用单引号,或把 \ 写成 \\", en=r"use single quotes, or write \\ for \ "),
    ),
    Cause(
        "colon-in-text",
        re.compile(rf"{_START}{_KEY}: +[^\s\"'\[{{|>&*!#][^\"'#]*?(:)(?: |$)"),
        both(zh="这段文字里又有「冒号加空格」", en="there is another colon and space within the text"),
        _QUOTE_IT,
    ),
)


class _Said(NamedTuple):
    """What libyaml says, in our words.

    ``from_context`` puts it where the broken construct began; ``late`` if libyaml only says it a line
    after a key without its colon.
    """

    words: str
    message: Text
    hint: Text
    from_context: bool = False
    late: bool = False


_INDENT = both(
    zh="看看缩进:同一级的行要对齐", en="look at the indentation: lines of one level start in the same column"
)
_SAID: tuple[_Said, ...] = (
    _Said(
        "unexpected end of stream",
        both(zh="引号没有结束", en="this quote is never closed"),
        both(zh="补上结尾的引号", en="add the closing quote"),
        from_context=True,
    ),
    _Said(
        "document indicator",
        both(zh="引号没有结束", en="this quote is never closed"),
        both(zh="补上结尾的引号", en="add the closing quote"),
        from_context=True,
    ),
    _Said(
        "did not find expected ',' or ']'",
        both(zh="这个 [ 没有正确结束", en="this [ is not closed properly"),
        both(zh="补上 ] 或逗号;文字里有括号就加引号", en="add the ] or a comma; put texts with brackets in quotes"),
        from_context=True,
    ),
    _Said(
        "did not find expected ',' or '}'",
        both(zh="这个 { 没有正确结束", en="this { is not closed properly"),
        both(
            zh="补上 } 或逗号;文字里有逗号、括号就加引号",
            en="add the } or a comma; put texts with commas or brackets in quotes",
        ),
        from_context=True,
    ),
    _Said(
        "mapping values are not allowed",
        both(zh="这里不该有冒号", en="no colon is expected here"),
        _INDENT,
        late=True,
    ),
    _Said(
        "could not find expected ':'",
        both(zh="这一行没有「名字: 内容」", en="this line is not `name: value`"),
        both(
            zh="写成 名字: 内容;如果是上一行的延续,就要缩进",
            en="write `name: value`; if it continues the line above, indent it",
        ),
        from_context=True,
        late=True,
    ),
    _Said(
        "did not find expected key", both(zh="这里应该是「名字: 内容」", en="`name: value` is expected here"), _INDENT
    ),
    _Said(
        "did not find expected '-'",
        both(zh="这里应该是列表的下一项「- 」", en="the next `- ` of the list is expected here"),
        _INDENT,
    ),
    _Said(
        "block sequence entries are not allowed",
        both(zh="列表不能从这里开始", en="a list cannot begin here"),
        both(zh="「- 」另起一行,并且缩进", en="put the `- ` on a line of its own, indented"),
    ),
    _Said(
        "cannot start any token",
        both(zh="文字不能以这个符号开头", en="a text cannot begin with this sign"),
        _QUOTE_IT,
    ),
    _Said(
        "expected comment or line break",
        both(zh="「|」或「>」后面不能直接写文字", en="no text may follow the | or > directly"),
        both(
            zh="文字从下一行开始并缩进,或者加引号", en="start the text on the next line, indented, or put it in quotes"
        ),
    ),
    _Said(
        "invalid Unicode character escape",
        both(zh="这个转义不是有效的字符", en="this escape is no valid character"),
        both(zh="直接写这个字", en="write the character itself"),
    ),
)
_OTHERWISE = _Said("", both(zh="这里不是有效的 YAML", en="this is not valid YAML"), _INDENT)


def explain(error: YAMLError, lines: Sequence[str], file: str) -> Problem:
    """Return what is wrong, where it is wrong and what to do about it."""
    mark: Mark | None = getattr(error, "problem_mark", None)
    begun: Mark | None = getattr(error, "context_mark", None)
    words = str(getattr(error, "problem", None) or "")
    line = min(mark.line if mark else 0, max(len(lines) - 1, 0))
    said = next((s for s in _SAID if s.words in words), _OTHERWISE)
    suspects = tuple(_suspects(line, begun.line if begun and said.from_context else line, lines, late=said.late))
    for cause in CAUSES:
        for number in suspects:
            if match := cause.pattern.search(lines[number][:400]):
                where = Where(file, number + 1, match.start(1) + 1)
                return Problem(cause.code, cause.message, hint=cause.hint, where=where)
    place = begun if said.from_context and begun else mark
    where = Where(file, min(place.line + 1, max(len(lines), 1)), place.column + 1) if place else Where(file, 1, 1)
    return Problem("syntax", said.message, hint=said.hint, where=where)


def _suspects(line: int, begun: int, lines: Sequence[str], *, late: bool) -> Iterator[int]:
    """Yield the line where the construct began, where reading stopped, and if that was late the one written before."""
    numbers = [begun, line]
    if late:
        numbers += [n for n in range(line - 1, max(line - 20, -1), -1) if lines[n].strip()][:1]
    for number in dict.fromkeys(numbers):
        if 0 <= number < len(lines) and not lines[number].lstrip().startswith("#"):
            yield number


def conflict_markers(text: str, lines: Sequence[str], file: str) -> list[Problem]:
    """Return the places where two versions of the file were merged by git and nobody decided."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return []
    marked = (
        refusals.MERGE_CONFLICT.at(Where(file, number, 1))
        for number, line in enumerate(lines, start=1)
        if line.startswith(("<<<<<<< ", ">>>>>>> ")) or line in {"<<<<<<<", ">>>>>>>"}
    )
    return list(islice(marked, 20))
