"""What the reader refuses although YAML allows it, and what an author does instead."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple

from ltc_coach.i18n import Text, both
from ltc_coach.problems import Problem, Severity, Where


class Refusal(NamedTuple):
    """Something the reader refuses: the code of its problem, what it says, what to do."""

    code: str
    message: Text
    hint: Text
    severity: Severity = Severity.ERROR

    def at(self, where: Where, *, hint: Text | None = None, **values: object) -> Problem:
        """Return the problem at its place, the placeholders of its message filled."""
        message = self.message.fill(**values)
        return Problem(self.code, message, severity=self.severity, hint=hint or self.hint, where=where)


_REPEAT = both(zh="把内容照原样再写一遍", en="write the content out again")
_QUOTE_SIGN = both(zh="如果是文字,就把整句用引号括起来", en="if it is meant as text, put it in quotes")
_SPLIT = both(zh="拆成几个文件", en="split it into several files")

# ---- the file as a whole -------------------------------------------------------------------------

TOO_LARGE = Refusal(
    "too-large", both(zh="文件太大,最多 {limit:,} 字节", en="the file is too large, at most {limit:,} bytes"), _SPLIT
)
EMPTY_FILE = Refusal(
    "empty-file",
    both(zh="文件是空的", en="the file is empty"),
    both(
        zh="从备份或 git 里找回来,或者从 ltc: 1 重新写起",
        en="get it back from a backup or from git, or begin anew with `ltc: 1`",
    ),
)
NOT_A_MAPPING = Refusal(
    "not-a-mapping",
    both(zh="文件最外层应该是「名字: 内容」", en="the file must consist of `name: value` entries"),
    both(zh="一行写一个「名字: 内容」,例如 ltc: 1", en="write one `name: value` a line, e.g. `ltc: 1`"),
)
DIRECTIVE = Refusal(
    "directive",
    both(zh="不支持 % 开头的指令", en="directives (lines beginning with %) are not supported"),
    both(zh="删掉这一行;文字就加引号", en="delete the line; put a text in quotes"),
)
SECOND_DOCUMENT = Refusal(
    "second-document",
    both(zh="一个文件里只能有一份文档", en="a file holds one document only"),
    both(zh="删掉「---」,或拆成两个文件", en="delete the `---`, or make two files"),
)
TRAILING_TEXT = Refusal(
    "trailing-text",
    both(zh="内容已经结束,后面又有文字", en="text goes on after the end of the content"),
    both(zh="看看括号和缩进", en="look at the brackets and the indentation"),
)
MERGE_CONFLICT = Refusal(
    "merge-conflict",
    both(
        zh="合并冲突没有解决:两个版本都还在文件里",
        en="an unresolved merge conflict: both versions are still in the file",
    ),
    both(
        zh="留下要的那一段,删掉 <<<<<<<、=======、>>>>>>> 三种行",
        en="keep the part you want and delete the lines with <<<<<<<, ======= and >>>>>>>",
    ),
)

# ---- limits --------------------------------------------------------------------------------------

TOO_MANY = Refusal(
    "too-many", both(zh="内容太多,最多 {limit:,} 个元素", en="too much content, at most {limit:,} elements"), _SPLIT
)
TOO_DEEP = Refusal(
    "too-deep",
    both(zh="嵌套太深,最多 {limit} 层", en="nested too deeply, at most {limit} levels"),
    both(zh="看看是不是括号没有配对", en="look for brackets that do not match"),
)
TOO_LONG = Refusal(
    "text-too-long",
    both(
        zh="这段文字有 {length:,} 个字符,最多 {limit:,} 个",
        en="this text has {length:,} characters, at most {limit:,} are allowed",
    ),
    both(zh="拆短;看看是不是引号没有结束", en="shorten it; perhaps a quote is not closed"),
)
GIVEN_UP = Refusal(
    "too-many-problems", both(zh="问题太多,后面的不再列出", en="too many problems, the rest is not listed"), Text()
)

# ---- keys and values -----------------------------------------------------------------------------

DUPLICATE_KEY = Refusal(
    "duplicate-key",
    both(zh="「{key}」写了两遍", en="'{key}' is written twice"),
    both(zh="合成一处,或改名", en="keep one of them, or rename one"),
)
FIRST = both(zh="第一次写在这里", en="first written here")
MERGE_KEY = Refusal("merge-key", both(zh="不支持合并键 <<", en="merge keys `<<` are not supported"), _REPEAT)
EMPTY_KEY = Refusal(
    "empty-key",
    both(zh="冒号前面没有名字", en="there is no name before the colon"),
    both(zh="写成 名字: 内容", en="write `name: value`"),
)
KEY_NOT_TEXT = Refusal(
    "key-not-text",
    both(zh="名字必须是普通文字", en="a name must be plain text"),
    both(zh="文字以括号开头就加引号", en="put a text that begins with a bracket in quotes"),
)
ODD_SPACE = Refusal(
    "odd-space",
    both(zh="这里是全角空格或特殊空格", en="this is a full-width or other special space"),
    both(zh="换成普通空格(英文输入法下的空格)", en="write an ordinary space"),
)
ODD_SPACES = "\u3000\u00a0\u2002\u2003\u2009\u200a\u200b\u202f"
EMPTY_VALUE = Refusal(
    "empty-value",
    both(zh="「{key}」没有内容", en="'{key}' has no value"),
    both(zh="写上内容,或删掉这一行", en="write a value or delete the line"),
)
EMPTY_ITEM = Refusal(
    "empty-value", both(zh="列表里有一项是空的", en="this item of the list is empty"), EMPTY_VALUE.hint
)
COMMA = both(
    zh="花括号里的逗号会把一句话断开:整句用引号括起来",
    en="within braces a comma ends the text: put the whole text in quotes",
)
NO_COLON = both(zh="名字和内容之间要有英文冒号加空格", en="a colon and a space must stand between name and value")
ANCHOR = Refusal("anchor", both(zh="不支持锚点 &{name}", en="anchors (&{name}) are not supported"), _REPEAT)
ALIAS = Refusal("alias", both(zh="不支持引用 *{name}", en="aliases (*{name}) are not supported"), _REPEAT)
TAG = Refusal("tag", both(zh="不支持标签 {name}", en="tags ({name}) are not supported"), _QUOTE_SIGN)
ESCAPED_CONTROL = Refusal(
    "control-character",
    both(zh="引号里的转义产生了控制字符", en="an escape in this text makes a control character"),
    both(zh=r"去掉这个转义;反斜杠本身写成 \\", en=r"delete the escape; a backslash itself is \\"),
)
TEXT_CUT = Refusal(
    "text-cut",
    both(zh="文字到 # 前面就断了,后面被当成注释", en="the text ends here: what follows # is taken for a comment"),
    both(
        zh="属于文字就整句加引号;真是注释就在 # 后面空一格",
        en="put the text in quotes; for a real comment, write a space after #",
    ),
    Severity.WARNING,
)


def sign_hint(line: str) -> Text:
    """Tell a sign that begins a text (`*重要*`) from one that a YAML expert meant."""
    plain_text = re.search(r"[*&!][^\s]*[^\x00-\x7f]|[*&!]\S+ +[^\s#]", line)
    return _QUOTE_SIGN if plain_text else _REPEAT


def no_colon_hint(name: str, before: str, known: Container[str]) -> Text | None:
    """Guess why a name has no colon after it, if it is none: ``{zh: 没人可见,什么也没谈}``, ``zh 你好``.

    ``before`` is the line in front of it, ``known`` the names its mapping has so far.
    """
    if before.endswith(","):
        bilingual = "zh" in known or "en" in known
        if not (re.match("(?:zh|en)\\b|[a-z_]+[:：]", name) if bilingual else name[0].isascii()):
            return COMMA
    return NO_COLON if re.search("[:：]|[^ ] +[^ ]", name) else None


def not_a_mapping_hint(first: str) -> Text:
    """Guess from its first line why a whole file is one text or one list."""
    if first.lstrip().startswith("<"):
        return both(zh="这像是网页,不是 YAML;重新下载原文件", en="this looks like a web page; download the file itself")
    if "：" in first:
        return both(zh="冒号要用英文冒号加空格,不是全角「：」", en="write an ordinary colon and a space, not '：'")
    if "\u3000" in first:
        return both(zh="把全角空格换成普通空格", en="write ordinary spaces instead of full-width ones")
    if re.match(r"\w+:\S", first):
        return both(zh="冒号后面要有空格", en="a space must follow the colon")
    return NOT_A_MAPPING.hint
