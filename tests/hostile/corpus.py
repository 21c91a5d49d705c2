"""The hostile YAML inputs, by kind of attack or accident; the larger ones are made when asked for.

A case says which problem codes must come out, all of them and no others; ``()`` means the file is
accepted, and ``data`` then says what must have been read.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """One input: its bytes (or how to make them), the codes it must be refused with, or what it must be read as."""

    name: str
    content: bytes | Callable[[], bytes]
    codes: tuple[str, ...] = ()
    data: Any = None

    @property
    def bytes(self) -> bytes:
        """The file's content."""
        return self.content() if callable(self.content) else self.content


def _cases(kind: str, codes: tuple[str, ...], inputs: dict[str, str | bytes | Callable[[], bytes]]) -> Iterator[Case]:
    for name, text in inputs.items():
        yield Case(f"{kind}-{name}", text.encode() if isinstance(text, str) else text, codes)


def _accepted(kind: str, inputs: dict[str, tuple[str | bytes, Any]]) -> Iterator[Case]:
    for name, (text, data) in inputs.items():
        yield Case(f"{kind}-{name}", text.encode() if isinstance(text, str) else text, (), data)


def _bomb(reference: str) -> str:
    """Nine levels of ten references each: 10^9 elements for whoever follows them."""
    lines = ["a0: &a0 {x: lol}"]
    lines += [f"a{i}: &a{i} [{', '.join(reference.format(i - 1) for _ in range(10))}]" for i in range(1, 10)]
    return "\n".join(lines) + "\n"


def _merge_bomb() -> str:
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{i}: &a{i} {{<<: [{', '.join(f'*a{i - 1}' for _ in range(10))}]}}" for i in range(1, 10)]
    return "\n".join(lines) + "\n"


def _block(depth: int) -> str:
    """``depth`` mappings, one in the other, the outermost included."""
    return "".join(f"{' ' * i}k:\n" for i in range(depth - 1)) + f"{' ' * (depth - 1)}k: v\n"


def _flow(depth: int) -> str:
    return "k: " + "[" * (depth - 1) + "x" + "]" * (depth - 1) + "\n"


def _keys(count: int) -> bytes:
    """``count`` elements: keys and values each count."""
    return b"".join(b"k%d: v\n" % i for i in range(count // 2))


ALIASES = [
    *_cases(
        "alias",
        ("alias", "anchor"),
        {
            "once": "a: &x 1\nb: *x\n",
            "list": "a: &x [1]\nb: [*x, *x]\n",
            "recursive-list": "a: &x [*x]\n",
            "recursive-mapping": "a: &x {b: *x}\n",
            "as-key": "a: &x 1\n*x : 2\n",
            "many": "a: &x 1\nb: [" + "*x, " * 90 + "*x]\n",
        },
    ),
    Case("alias-bomb", _bomb("*a{}").encode(), ("alias", "anchor", "too-many-problems")),
    *_cases("alias", ("alias",), {"unknown": "a: *nowhere\n", "in-flow-mapping": "a: {b: *x }\n"}),
    *_cases(
        "anchor",
        ("anchor",),
        {
            "scalar": "a: &x 1\n",
            "mapping": "a: &x {b: 1}\n",
            "list": "a: &x\n  - 1\n",
            "key": "&x a: 1\n",
            "root": "&x\na: 1\n",
            "twice": "a: &x 1\nb: &x 2\n",
        },
    ),
    *_cases(
        "merge",
        ("merge-key",),
        {
            "plain": "a: {x: 1}\nb:\n  <<: {x: 1}\n  y: 2\n",
            "nested": "a: {<<: {<<: {x: 1}}}\n",
            "root": "<<: {a: 1}\nb: 2\n",
        },
    ),
    *_cases("merge", ("anchor", "merge-key"), {"bomb": _merge_bomb(), "alias": "a: &x {y: 1}\nb:\n  <<: *x\n"}),
    *_accepted("merge", {"quoted-is-a-name": ("'<<': x\n", {"<<": "x"})}),
]

DEPTH = [
    *_cases(
        "deep",
        ("too-deep",),
        {
            "block-33": _block(33),
            "flow-33": _flow(33),
            "list-25000": b"k: " + b"[" * 25_000,
            "list-1mb": lambda: b"k: " + b"[" * 999_000,
            "mapping-1mb": lambda: b"{k: " * 240_000,
            "dashes-1mb": lambda: b"k: \n" + b"- " * 490_000,
        },
    ),
    Case("deep-questions-1mb", lambda: b"? " * 490_000, ("key-not-text", "too-deep")),
    Case("deep-in-a-key", b"? " + b"[" * 40 + b"]" * 40 + b"\n: x\n", ("key-not-text", "too-deep")),
    Case("deep-in-a-duplicate", b"a: 1\na: " + b"[" * 40 + b"]" * 40 + b"\n", ("duplicate-key", "too-deep")),
    *[Case(f"deep-block-{n}-fits", _block(n).encode()) for n in (30, 31, 32)],
    *[Case(f"deep-flow-{n}-fits", _flow(n).encode()) for n in (30, 31, 32)],
]

SIZE = [
    Case("size-bytes-limit", lambda: b"a: x\n" + b"#" * 999_995, ()),
    Case("size-bytes-limit-plus-1", lambda: b"a: x\n" + b"#" * 999_996, ("too-large",)),
    Case("size-bytes-50mb", lambda: b"a: " + b"x" * 50_000_000, ("too-large",)),
    Case("size-nodes-limit", lambda: _keys(50_000), ()),
    Case("size-nodes-limit-plus-2", lambda: _keys(50_002), ("too-many",)),
    Case("size-nodes-flow", lambda: b"a: [" + b"x," * 60_000 + b"]\n", ("too-many",)),
    Case("size-nodes-in-a-duplicate", lambda: b"a: 1\na: [" + b"x," * 60_000 + b"]\n", ("duplicate-key", "too-many")),
    Case("size-scalar-limit", lambda: b"a: " + b"x" * 20_000, ()),
    Case("size-scalar-limit-plus-1", lambda: b"a: " + b"x" * 20_001, ("text-too-long",)),
    Case("size-scalar-block", lambda: b"a: |\n" + b"  yyyyyyyyy\n" * 2_001, ("text-too-long",)),
    Case("size-key-long", lambda: b"? " + b"x" * 20_001 + b"\n: y\n", ("text-too-long",)),
    Case("size-scalar-1mb", lambda: b"a: '" + b"x" * 999_000 + b"'\n", ("text-too-long",)),
    Case("size-digits", lambda: b"a: " + b"9" * 19_999 + b"\n", ()),
    Case("size-base60", lambda: b"a: 1" + b":59" * 6_000 + b"\n", ()),
    Case("size-comments", lambda: b"a: x\n" + b"#\n" * 490_000, ()),
    Case("size-blank-lines", lambda: b"a: x\n" + b"\n" * 990_000, ()),
    Case("size-spaces", lambda: b"a: x\n" + b" " * 990_000, ()),
    Case("size-documents", lambda: b"a: x\n" + b"---\n" * 240_000, ("second-document",)),
    Case("size-tag-directives", lambda: b"%TAG !a! b\n" * 90_000 + b"---\na: x\n", ("directive",)),
    Case(
        "size-tag-directives-later",
        lambda: b"a: x\n...\n" + b"".join(b"%%TAG !a%d! b\n" % i for i in range(60_000)),
        ("second-document",),
    ),
    Case("size-colons", lambda: b"a: '" + b": " * 9_999 + b"'\n", ()),
    Case("size-duplicates", lambda: b"a: x\n" * 20_000, ("duplicate-key", "too-many-problems")),
    Case(
        "size-empty-values",
        lambda: b"".join(b"k%d:\n" % i for i in range(20_000)),
        ("empty-value", "too-many-problems"),
    ),
    Case("size-hashes", lambda: b"".join(b"k%d: x #y\n" % i for i in range(20_000)), ("text-cut", "too-many-problems")),
    Case("size-controls", lambda: b"a: " + b"\x07" * 900_000, ("control-character",)),
    Case("size-quotes", lambda: b'a: "' + b'\\"' * 490_000, ("syntax",)),
    Case("size-unclosed-text", lambda: b"a: x\n" + b"b" * 900_000, ("syntax",)),
    Case("size-conflict-markers", lambda: b"<<<<<<< x\n" * 90_000, ("merge-conflict",)),
    Case("size-brackets-line", lambda: b"a: x\nb" + b"[{" * 400_000 + b"\n", ("syntax",)),
    Case("size-key-line", lambda: b"a: x\n" + b"k " * 400_000 + b"\nc: y\n", ("syntax",)),
]

TAGS = [
    *_cases(
        "tag",
        ("tag",),
        {
            "python-object": "a: !!python/object/apply:os.system ['echo pwned']\n",
            "python-name": "a: !!python/name:os.system x\n",
            "str": "a: !!str 1\n",
            "int": "a: !!int abc\n",
            "bool": "a: !!bool abc\n",
            "float": "a: !!float x\n",
            "timestamp": "a: !!timestamp abc\n",
            "binary": "a: !!binary '*'\n",
            "null": "a: !!null x\n",
            "set": "a: !!set {b, c}\n",
            "omap": "a: !!omap [b: 1]\n",
            "local": "a: !x 1\n",
            "verbatim": "a: !<tag:example.org,2000:x> 1\n",
            "non-specific": "a: ! 1\n",
            "key": "!!str a: 1\n",
            "root": "!!map\na: 1\n",
            "include": "a: !include ../../secret.yaml\n",
            "env": "a: !ENV ${HOME}\n",
        },
    ),
    *_cases(
        "tag", ("directive",), {"directive": "%TAG ! tag:x,2000:\n---\na: !y 1\n", "yaml-11": "%YAML 1.1\n---\na: 1\n"}
    ),
    *_cases("tag", ("directive",), {"directive-after-comment": "# c\n\n%YAML 9.9\n---\na: 1\n"}),
]
# A set without values is also a mapping without values.
TAGS = [c if c.name != "tag-set" else Case(c.name, c.content, ("empty-value", "tag")) for c in TAGS]

KEYS = [
    *_cases(
        "key",
        ("key-not-text",),
        {
            "list": "? [a, b]\n: 1\nc: 2\n",
            "mapping": "? {a: b}\n: {c: d}\n",
            "flow": "a: {[x]: y}\n",
            "placeholder": "a: {{name}: y}\n",
        },
    ),
    *_cases("key", ("empty-key",), {"empty": ": x\n", "empty-quoted": "'': x\n", "empty-flow": "a: {: x}\n"}),
    *_cases(
        "duplicate",
        ("duplicate-key",),
        {
            "root": "a: 1\na: 2\n",
            "nested": "a: {b: 1, b: 2}\n",
            "deep": "a:\n  - b:\n      c: 1\n      c: {d: 1, d: 2}\n",
            "quoted": "a: 1\n'a': 2\n",
            "escaped": 'a: 1\n"\\x61": 2\n',
            "number-like": "1: x\n1: y\n",
            "hanzi": "客户: x\n客户: y\n",
            "of-a-list": "a: [1]\na: [2]\n",
        },
    ),
    *_accepted(
        "key",
        {
            "one-and-one-point-zero": ("1: x\n1.0: y\n", {"1": "x", "1.0": "y"}),
            "yes-is-a-word": ("yes: x\nno: y\non: z\n", {"yes": "x", "no": "y", "on": "z"}),
            "proto": ("__proto__: x\n__class__: y\n", {"__proto__": "x", "__class__": "y"}),
            "tilde": ("~: x\n", {"~": "x"}),
        },
    ),
]

TRAPS = [
    *_accepted(
        "trap",
        {
            "norway": ("a: no\n", {"a": "no"}),
            "on": ("a: on\n", {"a": "on"}),
            "sexagesimal": ("a: 12:30\n", {"a": "12:30"}),
            "octal": ("a: 0123\n", {"a": "0123"}),
            "octal-12": ("a: 0o17\n", {"a": "0o17"}),
            "hex": ("a: 0x1F\n", {"a": "0x1F"}),
            "version": ("a: 1.10\n", {"a": "1.10"}),
            "date": ("a: 2026-03-31\n", {"a": "2026-03-31"}),
            "bad-date": ("a: 2024-13-45\n", {"a": "2024-13-45"}),
            "underscore": ("a: 1_000\n", {"a": "1_000"}),
            "exponent": ("a: 1e400\n", {"a": "1e400"}),
            "nan": ("a: .nan\n", {"a": ".nan"}),
            "inf": ("a: -.inf\n", {"a": "-.inf"}),
            "quoted-null": ("a: 'null'\n", {"a": "null"}),
            "quoted-empty": ("a: ''\n", {"a": ""}),
            "equals": ("a: =\n", {"a": "="}),
            "question-in-flow": ("{text: what hurts most?}\n", {"text": "what hurts most?"}),
            "tab-in-text": ("a: b\tc\n", {"a": "b\tc"}),
            "url": ("a: https://example.org/x#y\n", {"a": "https://example.org/x#y"}),
            "clock-colon": ("a: 会议9:30开始\n", {"a": "会议9:30开始"}),
            "full-width-text": ("a: 张总：好，行。\n", {"a": "张总：好，行。"}),
            "folded": ("a: >-\n  one\n  two\n", {"a": "one two"}),
            "literal": ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
            "crlf": (b"a: x\r\nb: |\r\n  y\r\n", {"a": "x", "b": "y\n"}),
            "comment": ("a: x # remark\n", {"a": "x"}),
            "hash-in-quotes": ("a: 'x #1'\n", {"a": "x #1"}),
            "hash-in-block": ("a: |\n  x #1\n", {"a": "x #1\n"}),
        },
    ),
    *_cases(
        "trap",
        ("empty-value",),
        {
            "empty": "a:\nb: x\n",
            "null": "a: null\n",
            "tilde": "a: ~\n",
            "capital-null": "a: NULL\n",
            "empty-item": "a:\n  -\n  - x\n",
            "flow-without-colon": "a: {zh 你好, en: x}\n",
            "flow-without-space": "a: {zh:你好, en: x}\n",
            "set-like": "a: {b, c}\n",
        },
    ),
    *_cases("trap", ("text-cut",), {"hash-cuts-text": "a: 见第 #3 条\n", "hash-cuts-list": "a: [x #1\n  ]\n"}),
    *_cases(
        "trap",
        ("tab",),
        {"tab": "a: 1\n\tb: 2\n", "tab-after-space": "a:\n  \tb: 1\n  c: 2\n", "tab-dash": "a:\n\t- x\n"},
    ),
    *_cases(
        "trap", ("full-width-colon",), {"colon": "b: 1\na：x\nc: 2\n", "colon-in-flow": "a: {zh：你好, en: x\nb: y\n"}
    ),
    *_cases("trap", ("odd-space",), {"space-before-key": "a: 1\n\u3000b: 2\n", "nbsp-key": "a: 1\n\u00a0b: 2\n"}),
    *_cases(
        "trap",
        ("text-begins-with-sign",),
        {
            "at": "a: @张总\n",
            "percent": "a: %50 off\n",
            "backtick": "a: `code`\n",
            "star": "a: *重要* 的事\n",
            "ampersand": "a: &客户 来电\n",
            "more-than": "a: >50%\n",
            "pipe": "a: |x|\n",
        },
    ),
    *_cases("trap", ("text-after-bracket",), {"bracket": "a: [张总] 同意\n", "brace": "a: {name} 您好\n"}),
    *_cases("trap", ("text-after-quote",), {"quote": "a: '他说'好\n", "double-quote": 'a: "行" 他说\n'}),
    *_cases("trap", ("curly-quotes",), {"curly": "a: “预算”: b: c\n"}),
    *_cases("trap", ("colon-in-text",), {"colon-space": "a: 张总: 好\n", "english": "a: he said: yes\n"}),
    *_cases("trap", ("no-space-after-colon",), {"no-space": "a:\n  zh:你好\n  en: x\n"}),
    *_cases("trap", ("no-space-after-dash",), {"no-space-dash": "a: x\n-b\nc: y\n"}),
    *_cases("trap", ("backslash",), {"backslash": 'a: "C:\\dir"\n'}),
    *_cases(
        "trap",
        ("syntax",),
        {
            "unclosed-quote": "a: 'x\nb: y\n",
            "unclosed-double-quote": 'a: "x\nb: y\n',
            "unclosed-list": "a: [1, 2\nb: 3\n",
            "outdented-item": "a:\n  - x\n - y\n",
            "indented-key": "a: 1\n  b: 2\n",
            "lost-line": "a: >\n  x\ny\n",
            "list-after-key": "a: - x\n",
            "double-comma": "a: [, x]\n",
        },
    ),
]

DOCUMENTS = [
    *_cases(
        "doc", ("empty-file",), {"empty": "", "blank": "\n\n \n", "comment": "# nothing\n", "bom-only": codecs.BOM_UTF8}
    ),
    *_cases(
        "doc",
        ("not-a-mapping",),
        {
            "list": "- a\n- b\n",
            "flow-list": "[a, b]\n",
            "scalar": "just words\n",
            "null": "~\n",
            "dashes": "---\n",
            "number": "42\n",
            "html": "<!DOCTYPE html>\n<html><body>x</body></html>\n",
            "full-width-colon": "ltc：1\n",
            "full-width-space": "ltc:\u30001\n",
            "alias": "*x\n",
        },
    ),
    *_cases(
        "doc",
        ("second-document",),
        {"two": "a: 1\n---\nb: 2\n", "empty-second": "a: 1\n---\n", "after-dots": "a: 1\n...\n---\nb: 1\n"},
    ),
    *_cases("doc", ("trailing-text",), {"trailing": "{a: 1} x\n", "trailing-brace": "{a: 1}}\n"}),
    *_cases(
        "doc",
        ("merge-conflict",),
        {
            "conflict": "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n",
            "conflict-indented-content": "a:\n<<<<<<< HEAD\n  - 1\n=======\n  - 2\n>>>>>>> x\n",
            "conflict-half": "a: 1\n>>>>>>> other\n",
        },
    ),
    *_accepted(
        "doc",
        {
            "json": ('{"a": ["b", {"c": "1"}]}\n', {"a": ["b", {"c": "1"}]}),
            "start-mark": ("---\na: 1\n...\n# end\n", {"a": "1"}),
        },
    ),
    *_cases(
        "doc",
        ("not-text",),
        {
            "zip": b"PK\x03\x04\x14\x00\x06\x00",
            "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
            "png": b"\x89PNG\r\n\x1a\n",
            "sqlite": b"SQLite format 3\x00",
        },
    ),
]

_HELLO = "名字: 客户采购流程\n"
ENCODINGS = [
    *_accepted(
        "enc",
        {
            "utf8-bom": (codecs.BOM_UTF8 + _HELLO.encode(), {"名字": "客户采购流程"}),
            "utf16-le": (codecs.BOM_UTF16_LE + _HELLO.encode("utf-16-le"), {"名字": "客户采购流程"}),
            "utf16-be": (codecs.BOM_UTF16_BE + _HELLO.encode("utf-16-be"), {"名字": "客户采购流程"}),
            "astral": ("a: 𠮷👨‍👩‍👧\n", {"a": "𠮷👨‍👩‍👧"}),
            "arabic": ("a: مرحبا\u200f!\n", {"a": "مرحبا\u200f!"}),
        },
    ),
    *_cases(
        "enc",
        ("encoding",),
        {
            "gbk": _HELLO.encode("gbk"),
            "big5": "名字: 客戶\n".encode("big5"),
            "latin1": "a: Müller\n".encode("latin-1"),
            "utf32-le": codecs.BOM_UTF32_LE + "a: b\n".encode("utf-32-le"),
            "utf16-odd": codecs.BOM_UTF16_LE + b"a",
            "utf16-lone-surrogate": codecs.BOM_UTF16_LE + b"a\x00:\x00 \x00\x00\xd8\n\x00",
            "utf16-no-bom": _HELLO.encode("utf-16-le"),
            "utf16-no-bom-ascii": "a: b\nc: d\n".encode("utf-16-le"),
            "truncated": _HELLO.encode()[:-2],
            "overlong": b"a: \xc0\xaf\n",
            "surrogate": b"a: \xed\xa0\x80\n",
            "too-high": b"a: \xf4\x90\x80\x80\n",
            "five-bytes": b"a: \xf8\x88\x80\x80\x80\n",
            "lone-continuation": b"a: \x80\n",
            "random": bytes(range(128, 256)),
        },
    ),
    *_cases(
        "bytes",
        ("control-character",),
        {
            "bell": "a: x\x07y\n",
            "escape": "a: \x1b[31mred\n",
            "osc": "a: \x1b]0;title\x07\n",
            "c1": "a: \u009b31m\n",
            "delete": "a: \x7f\n",
            "form-feed": "a: x\x0cy\n",
            "vertical-tab": "a: x\x0by\n",
            "next-line": "a: x\u0085y\n",
            "line-separator": "a: x\u2028y\n",
            "paragraph-separator": "a: x\u2029y\n",
            "bom-inside": "a: x\ufeffy\n",
            "noncharacter": "a: \ufffe\n",
            "in-comment": "a: x # \x08\n",
            "one-nul": "a: x\x00\n",
        },
    ),
    *_cases(
        "escape",
        ("control-character",),
        {
            "bell": 'a: "\\a"\n',
            "esc": 'a: "\\e[31m"\n',
            "nul": 'a: "\\0"\n',
            "c1": 'a: "\\x9b"\n',
            "carriage-return": 'a: "x\\ry"\n',
            "next-line": 'a: "\\N"\n',
            "line-separator": 'a: "\\L"\n',
            "bom": 'a: "\\ufeff"\n',
            "noncharacter": 'a: "\\uffff"\n',
            "in-key": '"a\\x07": b\n',
        },
    ),
    *_cases("escape", ("syntax",), {"surrogate": 'a: "\\ud800"\n', "too-high": 'a: "\\U00110000"\n'}),
    *_accepted(
        "escape", {"tab-newline": ('a: "x\\ty\\nz"\n', {"a": "x\ty\nz"}), "unicode": ('a: "\\u5ba2"\n', {"a": "客"})}
    ),
]

_INERT = {
    "rich-markup": "[red]x[/red] [/b] [link=evil]y[/link]",
    "emoji-code": ":100: :boom:",
    "template": "{{ 7*7 }} {% for x in y %} ${HOME} {name.__class__}",
    "format": "%s %n {0} {}",
    "html": "<script>alert(1)</script>",
    "shell": "$(rm -rf /) `id`; true",
    "path": "../../../../etc/passwd",
    "formula": "=1+1 +1 -1",
    "regex": "^(a+)+$",
    "bidi": "user\u202etxt.exe\u2066x\u2069",
    "zero-width": "a\u200bb",
    "tag-characters": "x\U000e0041\U000e0042",
    "homoglyph": "pаypal",
}
TEXTS = [Case(f"text-{name}", f"a: '{text}'\n".encode(), (), {"a": text}) for name, text in _INERT.items()]

CASES: tuple[Case, ...] = tuple(ALIASES + DEPTH + SIZE + TAGS + KEYS + TRAPS + DOCUMENTS + ENCODINGS + TEXTS)
