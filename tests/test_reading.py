"""Reading YAML: what is written is what is read, and every problem stands where the mistake is."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ltc_coach.plain import UNSAFE, clean, quoted
from ltc_coach.problems import CoachError, ExitCode, Severity, Where
from ltc_coach.problems import Path as TreePath
from ltc_coach.reading.decoding import FORBIDDEN
from ltc_coach.reading.tree import Document, Limits, parse_yaml, read_yaml

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def read(text: str, limits: Limits | None = None) -> Document:
    """Read ``text`` as the file f.yaml."""
    return parse_yaml(text.encode(), "f.yaml", limits or Limits())


def told(text: str) -> list[str]:
    """Return the problems of ``text`` as LINE:COLUMN CODE."""
    return [f"{p.where.line}:{p.where.column} {p.code}" for p in read(text).problems if p.where]


# ---- what is read ----------------------------------------------------------------------------------


def test_every_scalar_stays_as_written() -> None:
    """No word, number, time or date is reinterpreted; the models convert, strictly, later."""
    document = read("a: no\nb: 9:30\nc: 007\nd: 2026-03-31\ne: [1.10, '', x]\nf:\n  g: |-\n    two\n    lines\n")
    expected = {"a": "no", "b": "9:30", "c": "007", "d": "2026-03-31", "e": ["1.10", "", "x"], "f": {"g": "two\nlines"}}
    assert document.data == expected


def test_the_digest_is_of_the_bytes() -> None:
    """Two files are the same exactly if their bytes are: the digest tells whether a colleague changed one."""
    content = b"\xef\xbb\xbfa: 1\r\n"
    assert parse_yaml(content, "f.yaml").digest == hashlib.sha256(content).hexdigest()


def test_every_key_and_value_knows_its_place() -> None:
    """Keys and values are found by path; a list item's key is the item itself; the nearest ancestor stands in."""
    document = read("# head\nmoves:\n  - id: x\n    say: [客户, b]\n")
    find = document.source.find
    assert find(("moves",), key=True) == Where("f.yaml", 2, 1)
    assert find(("moves", 0, "id")) == Where("f.yaml", 3, 9)
    assert find(("moves", 0, "say", 1)) == Where("f.yaml", 4, 15)
    assert find(("moves", 0), key=True) == Where("f.yaml", 3, 5)
    assert find(("moves", 0, "say", 7, "deeper")) == Where("f.yaml", 4, 10)
    assert find(("nothing",)) == Where("f.yaml", 1, 1)
    assert document.source.line(Where("f.yaml", 4, 1)) == "    say: [客户, b]"


def test_places_are_a_mapping_of_every_element() -> None:
    """The places can be walked: parents before children, in the order of the file."""
    document = read("a: {b: [x, {c: d}]}\ne: f\n")
    paths: list[TreePath] = [("a",), ("a", "b"), ("a", "b", 0), ("a", "b", 1), ("a", "b", 1, "c"), ("e",)]
    assert list(document.source.keys) == paths
    assert len(document.source.values) == len(paths)
    assert ("a", "b", 2) not in document.source.keys
    assert ("a", "b", "x") not in document.source.keys


def test_garbage_collection_is_left_as_it_was() -> None:
    """Reading pauses the collector for speed and never leaves it off, or switches it on for others."""
    read("a: [1")
    assert gc.isenabled()
    gc.disable()
    try:
        read("a: 1")
        assert not gc.isenabled()
    finally:
        gc.enable()


# ---- problems --------------------------------------------------------------------------------------


def test_all_structural_problems_of_a_file_are_collected() -> None:
    """An author gets everything that is wrong at once, and what could be read beside it."""
    text = "a: 1\na: 2\nb: &x {c: 1}\nd: *x\ne:\nf: !!int 3\ng: {<<: {h: 1}, i: 2}\n"
    expected = ["2:1 duplicate-key", "3:4 anchor", "4:4 alias", "5:1 empty-value", "6:4 tag", "7:5 merge-key"]
    assert told(text) == expected
    assert read(text).data == {"a": "1", "b": {"c": "1"}, "d": "", "e": "", "f": "3", "g": {"i": "2"}}


def test_a_duplicate_key_names_the_first_one() -> None:
    """The first of two equal keys counts, and the problem of the second points back at it."""
    document = read("a:\n  zh: 一\n  en: x\n  zh: 二\n")
    (problem,) = document.problems
    assert problem.where == Where("f.yaml", 4, 3)
    assert [where for where, _ in problem.related] == [Where("f.yaml", 2, 3)]
    assert problem.excerpt == "  zh: 二"
    assert document.data == {"a": {"zh": "一", "en": "x"}}


def test_an_empty_value_belongs_to_its_key() -> None:
    """The problem carries the path, so that no second problem is reported about the same element."""
    (problem,) = read("moves:\n  - id: x\n    why:\n").problems
    assert (problem.path, problem.code) == (("moves", 0, "why"), "empty-value")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("b: 1\na：x\nc: 2\n", "2:2 full-width-colon"),  # libyaml stops one line later
        ("ask:\n  zh：你好\n  en: x\n", "2:5 full-width-colon"),
        ("a: 1\nb:\u3000x\nc: 1\n", "2:3 odd-space"),
        ("a: 1\n\tb: 2\n", "2:1 tab"),
        ("a: x\nsay: @张总\n", "2:6 text-begins-with-sign"),
        ("say:\n  - 他说: 好\n  - 他: 说: 好\n", "3:9 colon-in-text"),
        ("a: [张总] 同意\n", "1:4 text-after-bracket"),
        ("a: 'x\nb: 1\nc: 2\n", "1:4 syntax"),  # where the quote began, not where the file ended
        ("a: [1,\n  2\nb: 1\n", "1:4 syntax"),
        ("a:\n  - x\n - y\n", "3:2 syntax"),
        ("a: {b，c: 1} d\n", "1:6 full-width-comma"),
        ("a: {zh: 你好，en: x}\n", "1:11 full-width-comma"),
        # what looks suspicious but belongs to a text is not blamed
        ("a: {zh: 你好，世界, en: x\nb: 1\n", "1:4 syntax"),
        ("zh: |\n  张总：好\n en: x\n", "3:2 syntax"),
        ("zh: 他说, 原因：不足\nb: 张总: 好\n", "2:6 colon-in-text"),
        ("zh: |-\n  x\n en: y\n", "3:2 syntax"),
        ("<<<<<<< HEAD\na: 1\n=======\n", "1:1 merge-conflict"),
        ("a: 1\n--- \nb: 2\n", "2:1 second-document"),
    ],
)
def test_a_syntax_error_stands_where_the_mistake_is(text: str, expected: str) -> None:
    """What libyaml notices late or calls by a grammar's name is told at the spot and by the mistake people make."""
    assert told(text) == [expected]


def test_a_second_colon_in_a_list_item_is_a_mapping() -> None:
    """`- 他说: 好` is good YAML and no text: the schema will say so, not the reader."""
    assert read("say:\n  - 他说: 好\n").data == {"say": [{"他说": "好"}]}


def test_text_that_a_comment_cut_short_is_a_warning() -> None:
    """`#3` after a space ends a plain text silently; a real comment has a space after its #."""
    (problem,) = read("a: 见第 #3 条\nb: x # comment\nc: y #\nd: '#1'\n").problems
    assert (problem.severity, problem.path, problem.where) == (Severity.WARNING, ("a",), Where("f.yaml", 1, 7))


def test_gbk_is_recognised() -> None:
    """A file saved by an old Chinese editor is named as what it is, with the byte that gave it away."""
    (problem,) = parse_yaml("a: 1\n名字: 客户\n".encode("gbk"), "f.yaml").problems
    assert problem.where == Where("f.yaml", 2, 1)
    assert "offset 5" in problem.message.en
    assert "GBK" in problem.hint.en


def test_limits_can_be_set_by_the_caller() -> None:
    """The limits are one table, and a caller may be stricter."""
    limits = Limits(size=20, nodes=4, depth=2, scalar=5)
    assert read("a: b\nc: d\n", limits).problems == ()
    refused = {
        text: [p.code for p in read(text, limits).problems] for text in ("a: [b, c, d]", "a: [[b]]", "a: bcdefg")
    }
    assert refused == {"a: [b, c, d]": ["too-many"], "a: [[b]]": ["too-deep"], "a: bcdefg": ["text-too-long"]}
    assert [p.code for p in read("a: b # and much more", limits).problems] == []
    assert [p.code for p in read("a: b # and much more!", limits).problems] == ["too-large"]


def test_without_libyaml_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML's own parser disagrees with libyaml, so there is no falling back to it."""
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    with pytest.raises(CoachError) as error:
        read("a: 1\n")
    assert error.value.exit_code == ExitCode.USAGE


# ---- files -----------------------------------------------------------------------------------------


def refused(path: Path) -> tuple[ExitCode, str]:
    """Return how reading ``path`` ends."""
    with pytest.raises(CoachError) as error:
        read_yaml(path)
    return error.value.exit_code, error.value.message.en


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    """Exit 2, by name, whether the file or a folder on the way is missing."""
    assert refused(tmp_path / "x.yaml") == (ExitCode.USAGE, f"{tmp_path / 'x.yaml'}: no such file")
    (tmp_path / "file").touch()
    assert refused(tmp_path / "file" / "x.yaml")[0] == ExitCode.USAGE


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    """A folder is named as such."""
    assert refused(tmp_path) == (ExitCode.USAGE, f"{tmp_path}: this is a folder, not a file")


@POSIX
def test_pipes_and_devices_are_refused_at_once(tmp_path: Path) -> None:
    """A named pipe without a writer would wait for ever, a device never ends; links to them are no better."""
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    link = tmp_path / "link.yaml"
    link.symlink_to("/dev/zero")
    for path in (pipe, Path("/dev/zero"), link):
        assert refused(path) == (ExitCode.USAGE, f"{path}: not a regular file (a pipe or a device)")


@POSIX
def test_a_circle_of_links_is_a_disk_error(tmp_path: Path) -> None:
    """A link to itself ends as exit 5."""
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    assert refused(loop)[0] == ExitCode.IO


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_no_permission_is_a_disk_error(tmp_path: Path) -> None:
    """Exit 5, by name."""
    path = tmp_path / "x.yaml"
    path.touch(mode=0)
    assert refused(path) == (ExitCode.IO, f"{path}: no permission to read it")


def test_a_name_that_cannot_be_one_is_a_usage_error() -> None:
    """A NUL in a name is no traceback, and no NUL on the terminal."""
    assert refused(Path("a\0b")) == (ExitCode.USAGE, "a\\x00b: this cannot be a file name")


@POSIX
def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """A sparse file of 100 GB is refused like any that is too large."""
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000_000)
    assert [problem.code for problem in read_yaml(path).problems] == ["too-large"]


# ---- laws ------------------------------------------------------------------------------------------

LINES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TREES = st.recursive(
    LINES,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(LINES, inside, max_size=4),
    max_leaves=20,
)


@given(LINES)
@example("{0")
def test_a_plain_text_is_read_as_written_or_refused(text: str) -> None:
    """For every text: written bare, it is what is read, or there is a problem; never silently another."""
    line = " ".join(text.split())
    document = read(f"a: {line}\n")
    yaml_of_its_own = line.startswith(("'", '"', "[", "{", "|", ">")) or " # " in f"{line} "
    if not document.problems and not yaml_of_its_own:
        assert document.data == {"a": line}


@given(LINES)
def test_a_quoted_text_is_read_as_written_or_refused(text: str) -> None:
    """For every text: in double quotes it is what is read, unless it holds what no file may hold."""
    document = read(f"a: {json.dumps(text, ensure_ascii=False)}\n")
    if FORBIDDEN.search(text.replace("\r", "\0")):
        assert document.problems
    elif not document.problems:
        assert document.data == {"a": text}


@given(st.dictionaries(LINES.filter(bool), TREES, min_size=1, max_size=4))
def test_whatever_is_accepted_is_what_libyaml_reads(tree: dict[str, Any]) -> None:
    """A tree written by PyYAML comes back whole, or with problems; never different without one."""
    text = yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True)
    document = parse_yaml(text.encode("utf-8", "surrogatepass"), "f.yaml")
    if not document.problems:
        assert document.data == yaml.load(text, yaml.CBaseLoader)  # noqa: S506 - builds text only


@given(st.dictionaries(LINES.filter(bool), TREES, min_size=1, max_size=4), st.data())
def test_a_duplicate_at_any_depth_is_refused(tree: dict[str, Any], data: st.DataObject) -> None:
    """Whichever entry of a valid document is written twice, the document is refused for it."""
    mappings = [tree, *_mappings(tree)]
    chosen = data.draw(st.sampled_from([m for m in mappings if m]))
    key = data.draw(st.sampled_from(sorted(chosen)))
    text = _as_json(tree, chosen, key)
    before = json.dumps(tree)
    if parse_yaml(before.encode(), "f.yaml").problems:
        return
    assert "duplicate-key" in {problem.code for problem in read(text).problems}


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    children = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    for child in children:
        if isinstance(child, dict):
            yield child
        yield from _mappings(child)


def _as_json(value: Any, doubled: dict[str, Any], key: str) -> str:
    """Write ``value`` as flow YAML with ``key`` of the very mapping ``doubled`` written twice."""
    if isinstance(value, dict):
        entries = [f"{json.dumps(k)}: {_as_json(v, doubled, key)}" for k, v in value.items()]
        if value is doubled:
            entries.append(f'{json.dumps(key)}: "again"')
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_as_json(v, doubled, key) for v in value) + "]"
    return json.dumps(value)


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_no_bytes_at_all_are_a_surprise(content: bytes) -> None:
    """Any bytes end as a document or as problems with a place, words in both languages and nothing live."""
    document = parse_yaml(content, "f.yaml")
    assert document.problems or document.data is not None
    for problem in document.problems:
        assert problem.where is not None
        assert problem.where.line <= content.count(b"\n") + content.count(b"\r") + 1
        assert all((problem.message.zh, problem.message.en))
        assert UNSAFE.search(problem.message.zh + problem.message.en + problem.hint.zh + problem.hint.en) is None


# ---- plain text ------------------------------------------------------------------------------------


@given(st.text(st.characters()))
def test_cleaned_text_has_nothing_live_in_it(text: str) -> None:
    """After cleaning, no control, bidi or tag character is left, and cleaning again changes nothing."""
    assert UNSAFE.search(clean(text)) is None
    assert clean(clean(text)) == clean(text)


def test_cleaning_shows_what_was_there() -> None:
    """Control characters become escapes; scripts, joiners, tabs and newlines stay."""
    assert clean("\x1b[31m\x9b\u202e\U000e0041") == "\\x1b[31m\\x9b\\u202e\\U000e0041"
    untouched = "客户\tمرحبا\u200f 👨‍👩‍👧\n葛󠄀"
    assert clean(untouched) == untouched


def test_a_quotation_is_one_short_line() -> None:
    """What a message quotes of somebody's input is at most 80 characters on one line."""
    assert quoted("a\nb\tc") == "a\\nb\\tc"
    assert quoted("x" * 81) == "x" * 79 + "…"
    assert len(quoted("\x00" * 80)) == 80
