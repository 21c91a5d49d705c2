"""The words for what does not fit a model: names of elements, messages and hints, near misses.

The tables go by Pydantic's error types, and by those of our own validators in ``model/base.py``;
none of Pydantic's own words reaches an author.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from ltc_coach.i18n import Text, both
from ltc_coach.plain import quoted

ELEMENTS: Mapping[str, Text] = {
    "maps": both(zh="对照表", en="map"),
    "scales": both(zh="标尺", en="scale"),
    "stages": both(zh="阶段", en="stage"),
    "types": both(zh="类型", en="type"),
    "facts": both(zh="事实", en="fact"),
    "values": both(zh="取值", en="value"),
    "questions": both(zh="提问", en="question"),
    "answers": both(zh="回答", en="answer"),
    "moves": both(zh="动作", en="move"),
    "actions": both(zh="打算", en="action"),
    "bank": both(zh="问题库", en="bank question"),
    "objections": both(zh="异议", en="objection"),
    "letters": both(zh="信件", en="letter"),
    "tones": both(zh="语气", en="tone"),
    "blanks": both(zh="空格", en="blank"),
    "ladders": both(zh="阶梯", en="ladder"),
    "rungs": both(zh="台阶", en="rung"),
    "figures": both(zh="算式", en="figure"),
    "inputs": both(zh="输入", en="input"),
    "scenarios": both(zh="场景", en="scenario"),
    "people": both(zh="人物", en="person"),
}
"""What an author calls the elements of each list or mapping."""

TEXT = both(zh="文字", en="text")
PLAIN = both(zh="一段文字", en="a plain text")
LIST = both(zh="列表", en="a list")
MAPPING = both(zh="「名字: 内容」", en="`name: value` entries")
NUMBER = both(zh="数字", en="a number")
KINDS: Mapping[str, Text] = {
    "string_type": TEXT,
    "string_sub_type": TEXT,
    "dataclass_type": MAPPING,
    "model_type": MAPPING,
    "model_attributes_type": MAPPING,
    "dict_type": MAPPING,
    "mapping_type": MAPPING,
    "tuple_type": LIST,
    "list_type": LIST,
    "iterable_type": LIST,
    "int_type": NUMBER,
    "int_parsing": NUMBER,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "decimal_type": NUMBER,
    "decimal_parsing": NUMBER,
    "bool_type": both(zh="true 或 false", en="true or false"),
    "bool_parsing": both(zh="true 或 false", en="true or false"),
}
CONVERSIONS: Mapping[str, tuple[str, Text, Text]] = {
    "bad_id": (
        "bad-id",
        both(zh="「{written}」不能当 id", en="'{written}' cannot be an id"),
        both(
            zh="id 用小写字母、数字、汉字、- _ .,以字母、数字或汉字开头,最多 64 个字符",
            en="small letters, digits, hanzi and - _ . only, beginning with one of the first three; at most 64",
        ),
    ),
    "reserved_id": (
        "reserved-id",
        both(zh="「{written}」是保留字,不能当 id", en="'{written}' is a reserved word and cannot be an id"),
        both(zh="换一个 id", en="choose another id"),
    ),
    "whole_number": (
        "not-a-whole-number",
        both(zh="「{written}」不是整数", en="'{written}' is not a whole number"),
        both(zh="写成 12 这样", en="write it like 12"),
    ),
    "percent": (
        "not-a-percentage",
        both(zh="「{written}」不是 0% 到 100% 的比例", en="'{written}' is not a share from 0% to 100%"),
        both(zh="写成 90% 或 0.9", en="write 90% or 0.9"),
    ),
    "true_or_false": (
        "not-true-or-false",
        both(zh="「{written}」不行,这里只能是 true 或 false", en="'{written}' is neither true nor false"),
        both(zh="写 true 或 false", en="write true or false"),
    ),
    "day": (
        "not-a-date",
        both(zh="「{written}」不是日期", en="'{written}' is not a date"),
        both(zh="写成 2026-03-31 这样", en="write it like 2026-03-31"),
    ),
    "money": (
        "not-an-amount",
        both(zh="「{written}」不是金额", en="'{written}' is not an amount of money"),
        both(
            zh="只写数字,例如 1250000 或 99.50;币种写在 currency",
            en="digits only, e.g. 1250000 or 99.50; the currency goes into `currency`",
        ),
    ),
}
MORE = both(zh="还有 {count} 处不对,先改上面的", en="{count} more problems; mend the ones above first")
MISSING = both(zh="缺少「{name}」", en="'{name}' is missing")
ADD = both(zh="加上 {sample}", en="add `{sample}`")
UNKNOWN_FIELD = both(zh="不认识的字段「{name}」", en="unknown field '{name}'")
FULL_WIDTH = both(
    zh="这里有全角的冒号、逗号或空格,换成英文的",
    en="full-width signs stand here: write an ordinary colon, comma or space",
)
NOT_ALLOWED = both(zh="这里不能写「{written}」", en="'{written}' is not allowed here")
ALLOWED = both(zh="可以写:{names}", en="allowed: {names}")
DID_YOU_MEAN = both(zh="是不是想写 {name}?", en="did you mean {name}?")
NOT_BILINGUAL = both(zh="这里要分语言写", en="this text is written per language")
BILINGUAL = both(zh="写成 {{zh: 中文, en: English}}", en="write {{zh: 中文, en: English}}").fill()
WRONG_KIND = both(zh="这里应该是{wanted},不是{found}", en="expected {wanted}, not {found}")
SPACE_AFTER_COLON = both(zh="冒号后面要有空格", en="a space must follow the colon")
DASHES = both(zh="每一项前面写「- 」", en="begin each item with `- `")
TOO_FEW = both(zh="这里还少一个值", en="one more value is needed here")
WRONG_LENGTH = both(zh="这里应该正好有 {count} 个值", en="{count} values are needed here")
DOES_NOT_FIT = both(zh="这里的内容不对", en="this does not fit here")


def near(written: str, allowed: Iterable[str]) -> Text:
    """Return "did you mean ...?" if one of ``allowed`` is close to what was written, else an empty text."""
    close = nearest(written, allowed)
    return Text() if close is None else DID_YOU_MEAN.fill(name=quoted(close))


def nearest(written: str, allowed: Iterable[str]) -> str | None:
    """Return the one of ``allowed`` that is close to what was written, if one is."""
    folded = {name.casefold(): name for name in sorted(allowed)}
    if (same := folded.get(written.casefold())) is not None:
        return same
    close = difflib.get_close_matches(written[:64].casefold(), folded, n=1, cutoff=0.65)
    return folded[close[0]] if close else None


def listing(allowed: Sequence[str]) -> Text:
    """Return the hint that names all that is allowed; an empty text if nothing is."""
    return ALLOWED.fill(names=", ".join(allowed)) if allowed else Text()
