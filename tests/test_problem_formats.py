"""Problems as people, programs and pull requests get them: whole outputs, in both languages."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from ltc_coach.documents.problems import Format, render
from ltc_coach.i18n import Lang, Text
from ltc_coach.plain import UNSAFE
from ltc_coach.problems import Problem, Severity, Where
from ltc_coach.reading.tree import parse_yaml

PLAYBOOK = """\
ltc: 1
title: {zh: 客户采购流程, zh: 又一次, en: Buying}
moves:
  - {id: a, say: 见第 #3 条
    }
  - id: b
    why:
"""


def problems() -> tuple[Problem, ...]:
    """Return the problems of a small broken playbook."""
    return parse_yaml(PLAYBOOK.encode(), "打法/playbook.yaml").problems


def one(line: str, column: int, file: str = "f.yaml") -> Problem:
    """Make a problem on the given line."""
    return Problem("code", Text("不对", "wrong"), where=Where(file, 7, column), excerpt=line)


def test_text_for_people_in_english() -> None:
    """Place, severity, code, message; the line with a caret below; the hint; what it is related to; a count."""
    expected = """\
打法/playbook.yaml:2:21  error duplicate-key: 'zh' is written twice
  2 | title: {zh: 客户采购流程, zh: 又一次, en: Buying}
    |                           ^
  hint: keep one of them, or rename one
  打法/playbook.yaml:2:9  first written here

打法/playbook.yaml:4:21  warning text-cut: the text ends here: what follows # is taken for a comment
  4 |   - {id: a, say: 见第 #3 条
    |                       ^
  hint: put the text in quotes; for a real comment, write a space after #

打法/playbook.yaml:7:5  error empty-value: 'why' has no value
  7 |     why:
    |     ^
  hint: write a value or delete the line

2 errors, 1 warning
"""
    assert render(problems(), Lang.EN) == expected


def test_text_for_people_in_chinese() -> None:
    """The same in Chinese: the caret stands below the right character although hanzi are two cells wide."""
    expected = """\
打法/playbook.yaml:2:21  错误 duplicate-key: 「zh」写了两遍
  2 | title: {zh: 客户采购流程, zh: 又一次, en: Buying}
    |                           ^
  提示: 合成一处,或改名
  打法/playbook.yaml:2:9  第一次写在这里

打法/playbook.yaml:4:21  警告 text-cut: 文字到 # 前面就断了,后面被当成注释
  4 |   - {id: a, say: 见第 #3 条
    |                       ^
  提示: 属于文字就整句加引号;真是注释就在 # 后面空一格

打法/playbook.yaml:7:5  错误 empty-value: 「why」没有内容
  7 |     why:
    |     ^
  提示: 写上内容,或删掉这一行

2 个错误,1 个警告
"""
    assert render(problems(), Lang.ZH) == expected


def test_annotations_for_a_pull_request() -> None:
    """GitHub's commands: one line each, with %, newlines, and in properties : and , escaped."""
    problem = Problem(
        "a,b", Text("百分之 5%", "5% of\nall"), where=Where("a,b:c.yaml", 1, 2), hint=Text("改", "mend it")
    )
    assert render([problem], Lang.EN, "github") == (
        "::error file=a%2Cb%3Ac.yaml,line=1,col=2,title=a%2Cb::5%25 of%0Aall%0Amend it\n"
    )
    nowhere = Problem("code", Text("不对", "wrong"), severity=Severity.WARNING)
    assert render([nowhere], Lang.ZH, "github") == "::warning title=code::不对\n"


def test_json_for_programs() -> None:
    """Counts, and one object per problem with its place, path, words and relations."""
    document = json.loads(render(problems(), Lang.EN, "json"))
    assert (document["schema_version"], document["errors"], document["warnings"]) == (1, 2, 1)
    assert document["problems"][0] == {
        "file": "打法/playbook.yaml",
        "line": 2,
        "column": 21,
        "path": [],
        "severity": "error",
        "code": "duplicate-key",
        "message": "'zh' is written twice",
        "hint": "keep one of them, or rename one",
        "related": [{"file": "打法/playbook.yaml", "line": 2, "column": 9, "message": "first written here"}],
    }
    assert document["problems"][2]["path"] == ["moves", 1, "why"]


def test_nothing_wrong_is_said_too() -> None:
    """Without problems: a count of nothing, an empty list, no annotation."""
    assert render([], Lang.EN) == "0 errors, 0 warnings\n"
    assert json.loads(render([], Lang.EN, "json"))["problems"] == []
    assert render([], Lang.EN, "github") == ""


@pytest.mark.parametrize("fmt", ["text", "json", "github"])
def test_the_order_is_that_of_the_files(fmt: Format) -> None:
    """Whatever order checks ran in, the output is the same: by file, line and column."""
    found = [*problems(), *(one("x", 1, file) for file in ("b.yaml", "a.yaml"))]
    expected = render(found, Lang.EN, fmt)
    assert render(found[::-1], Lang.EN, fmt) == expected
    assert render([*found[2:], *found[:2]], Lang.EN, fmt) == expected
    assert expected.index("a.yaml") < expected.index("b.yaml")


@pytest.mark.parametrize(
    ("line", "column", "shown", "caret"),
    [
        ("a: 客户: x", 6, "  7 | a: 客户: x", "    |        ^"),
        ("\tb: 1", 1, "  7 | \\tb: 1", "    | ^"),
        ("a: \u202ex\x07y", 6, "  7 | a: \\u202ex\\x07y", "    |           ^"),
        ("x" * 200, 1, f"  7 | {'x' * 76}…", "    | ^"),
        ("客" * 60 + "!", 61, f"  7 | …{'客' * 19}!", f"    | {' ' * 39}^"),
        ("short", 6, "  7 | short", "    |      ^"),
    ],
)
def test_the_caret_stands_below_the_place(line: str, column: int, shown: str, caret: str) -> None:
    """Wide characters, tabs, escapes and cut lines move the caret with them."""
    assert render([one(line, column)], Lang.EN).splitlines()[1:3] == [shown, caret]


@given(st.text(st.characters(exclude_characters="\n\r")), st.integers(1, 50))
def test_no_line_of_a_file_can_break_the_output(line: str, column: int) -> None:
    """Any excerpt gives lines of bounded width with nothing live in them."""
    told = render([one(line, column)], Lang.ZH)
    assert UNSAFE.search(told) is None
    assert all(wcswidth(shown) <= 100 for shown in told.splitlines())


def test_hostile_file_names_are_shown_escaped() -> None:
    """A file may be called anything; its name is data like the rest."""
    problem = one("x", 1, "\x1b[31mevil\udc80\n.yaml")
    text, annotation = render([problem], Lang.EN), render([problem], Lang.EN, "github")
    assert text.splitlines()[0] == "\\x1b[31mevil\\udc80\\n.yaml:7:1  error code: wrong"
    assert annotation.startswith("::error file=\\x1b[31mevil\\udc80%0A.yaml,line=7,")
    assert json.loads(render([problem], Lang.EN, "json"))["problems"][0]["file"] == "\\x1b[31mevil\\udc80\n.yaml"
