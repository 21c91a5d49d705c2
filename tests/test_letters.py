"""Letters: filled from the deal in one pass, what is missing asked or marked, data never markup."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pexpect
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ltc_coach.authoring.loading import load_playbook
from ltc_coach.authoring.shelf import shipped
from ltc_coach.documents.letters import FilledLetter, blanks_of, day_in_words, fill_letter, known_values
from ltc_coach.i18n import Lang
from ltc_coach.model.deal import Deal
from ltc_coach.model.spoken import Letter
from ltc_coach.plain import clean
from tests.cli_kit import TINY, Ran
from tests.playbook_kit import words

Ltc = Callable[..., Ran]

TODAY = date(2026, 11, 21)
DEAL = """\
ltc: 1
id: huaxin
customer: 华信制造
product: 产线追溯系统
owner: 林
next_visit: 2026-12-03
people:
  - {id: zhou, name: 周工, title: 采购工程师, role: evaluator, met: 2026-11-03}
  - {id: wang, name: 王建国, title: 总经理, role: decider}
"""
# A trainer's own letters, in a playbook of his own.
LETTERS = """\
letters:
  - id: thanks
    title: {zh: 致谢, en: Thanks}
    subject: {zh: "谢谢{name}", en: "Thanks, {name}"}
    body:
      zh: |
        {name}您好：
        {when}见面聊得很好。
      en: |
        Dear {name},
        it was good to see you on {when}.
    tones:
      - {id: short, title: {zh: 短, en: short}, body: {zh: "谢谢{name}！", en: "Thanks {name}!"}}
    blanks:
      - {id: name, title: {zh: 称呼, en: Name}, take: contact}
      - {id: when, title: {zh: 哪天, en: Day}}
"""

# What a deal, a person or a rival may have written into a name.
WILD = ["# x", "- x", "+ x", "1. x", "1) x", "> x", "===", "---", "*x*", "__x__", "~~x~~", "`x`", "|-|", "\\"]
WILD += ["[x](y)", "![x](y)", "[x]: y", "<b>x</b>", "<!-- x", "<http://x.y>", "&amp;", "x  ", "a\n\n    b", "{a}{b}"]
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(WILD)
CLOSED = ["a", "b", "c"]
PART = st.sampled_from(["{a}", "{b}", "{c}", "{other}", "word ", "\n", "\n\n", "1. ", "{", "}", "，"])


def letter(body: str, subject: str = "", **tones: str) -> Letter:
    """A letter with the blanks a, b and c, the same in both languages."""
    return Letter.model_validate(
        {
            "id": "kit",
            "title": words("kit"),
            **({"subject": words(subject)} if subject else {}),
            "body": words(body),
            "tones": [{"id": id_, "title": words(id_), "body": words(text)} for id_, text in tones.items()],
            "blanks": [{"id": id_, "title": words(f"the {id_}")} for id_ in CLOSED],
        }
    )


def deal(**fields: Any) -> Deal:
    """The deal above, with some fields written otherwise."""
    people = [
        {"id": "zhou", "name": "周工", "title": "采购工程师", "role": "evaluator", "met": "2026-11-03"},
        {"id": "wang", "name": "王建国", "title": "总经理", "role": "decider"},
    ]
    return Deal.model_validate({"ltc": "1", "id": "huaxin", "customer": "华信制造", "people": people} | fields)


def taking(**blanks: str) -> Letter:
    """A letter whose blanks are taken from the deal."""
    made = [{"id": id_, "title": words(id_), "take": take} for id_, take in blanks.items()]
    text = " ".join(f"{{{id_}}}" for id_ in blanks)
    return Letter.model_validate({"id": "kit", "title": words("kit"), "body": words(text), "blanks": made})


def one_line(value: str) -> str:
    """What a value looks like in a letter: on one line, control characters shown as such."""
    return clean(" ".join(value.split()))


# ---- filling: one pass, one line, no markup ---------------------------------------------------------------


@settings(deadline=None)  # the first letter loads Pydantic
@given(parts=st.lists(PART, max_size=12), values=st.fixed_dictionaries(dict.fromkeys(CLOSED, ANY)))
def test_a_letter_is_its_text_with_the_values_put_in_once(parts: list[str], values: dict[str, str]) -> None:
    """Nothing inside a value is filled again, nothing outside the blanks is touched."""
    left = [id_ for id_ in CLOSED if not values[id_].strip()]
    said = {f"{{{id_}}}": f"[to fill in: the {id_}]" if id_ in left else one_line(values[id_]) for id_ in CLOSED}
    body = "Q" + "".join(parts)
    expected = "".join(said.get(piece, piece) for piece in re.split(r"(\{[abc]\})", body.rstrip("\n")))
    filled = fill_letter(letter(body), Lang.EN, None, values)
    assert f"{expected}\n" == filled.text
    assert [id_ for id_ in left if f"{{{id_}}}" in body] == [blank.id for blank in filled.left]


def shape(text: str) -> tuple[list[str], str]:
    """Return what a Markdown reader makes of a text: the kinds of its elements, and the words it shows."""
    kinds: list[str] = []
    said: list[str] = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        kinds.append(token.type)
        for child in token.children or ():
            if child.type != "text":
                kinds.append(child.type)
            said.append(child.content if child.type == "text" else "\n" if "break" in child.type else f"<{child.type}>")
    return kinds, "".join(said)


def assert_reads_as_written(value: str) -> None:
    """In every position of a letter the value leaves the elements as they are and shows its own characters."""
    sample = letter("{a}\n{a}\n\n1. {a}\n2. x{a}\n\nwww{a} [x]{a}\n{a}{a}\n\n{a}", subject="On {a}")
    tame, wild = (fill_letter(sample, Lang.EN, None, {"a": name}, "md").text for name in ("Q", value))
    kinds, said = shape(tame)
    assert (kinds, said.replace("Q", one_line(value))) == shape(wild)


@pytest.mark.parametrize("value", WILD)
def test_data_is_no_markup(value: str) -> None:
    """A name makes no heading, list, link or table of itself."""
    assert_reads_as_written(value)


@settings(deadline=None)  # the first letter loads Pydantic
@given(value=ANY.filter(lambda text: bool(text.strip())))
def test_no_data_is_markup(value: str) -> None:
    """Whatever it is."""
    assert_reads_as_written(value)


def test_the_lines_of_a_letter_stay_lines_in_markdown() -> None:
    """The subject is the heading; an indented line is no code; a list is a list."""
    sample = letter("Dear {a},\n    thank you.\n\n\n1. one\n2. two\n", subject="For {a}")
    filled = fill_letter(sample, Lang.EN, None, {"a": "Li"}, "md")
    assert "# For Li\n\nDear Li,  \nthank you.\n\n1. one  \n2. two\n" == filled.text


@pytest.mark.parametrize(
    ("lang", "form", "mark"),
    [
        (Lang.ZH, "text", "【待填:the a】"),
        (Lang.ZH, "md", "【待填:the a】"),
        (Lang.EN, "text", "[to fill in: the a]"),
        (Lang.EN, "md", "\\[to fill in: the a\\]"),
    ],
)
def test_a_blank_without_a_value_is_marked_with_its_title(lang: Lang, form: Any, mark: str) -> None:
    """Nobody sends a letter with a gap by accident; a value of spaces is none."""
    filled = fill_letter(letter("x {a} {b}"), lang, None, {"a": "  ", "b": "B"}, form)
    assert f"x {mark} B\n" == filled.text
    assert ["a"] == [blank.id for blank in filled.left]


def test_a_tone_has_its_own_words_and_the_same_blanks() -> None:
    """It may leave some out, which then are not asked for; without a subject of its own it has the plain one."""
    sample = letter("{a} {b} {c}", subject="S {c}", warm="hi {b}")
    assert ["a", "b", "c"] == [blank.id for blank in blanks_of(sample, Lang.EN)]
    assert ["b", "c"] == [blank.id for blank in blanks_of(sample, Lang.EN, "warm")]
    assert "S 3\n\nhi 2\n" == fill_letter(sample, Lang.EN, "warm", {"b": "2", "c": "3"}).text
    with pytest.raises(KeyError):
        blanks_of(sample, Lang.EN, "cold")


# ---- what a deal knows ------------------------------------------------------------------------------------


def test_a_day_is_written_as_in_a_letter() -> None:
    """Not 2026-11-01, and not what the machine's locale would make of it."""
    assert ["2026年1月9日", "9 January 2026", "21 November 2026"] == [
        day_in_words(date(2026, 1, 9), Lang.ZH),
        day_in_words(date(2026, 1, 9), Lang.EN),
        day_in_words(TODAY, Lang.EN),
    ]


def test_the_deal_and_the_day_fill_what_they_know() -> None:
    """Titles go before a Chinese name and after it in English; what the deal does not say is not filled."""
    sample = taking(
        c="customer", p="product", o="owner", who="contact", boss="decider", day="today", visit="next_visit"
    )
    full = deal(product="产线追溯系统", owner="林", next_visit="2026-12-03")
    assert known_values(sample, full, TODAY, Lang.ZH) == {
        "c": "华信制造",
        "p": "产线追溯系统",
        "o": "林",
        "who": "周工",
        "boss": "总经理王建国",
        "day": "2026年11月21日",
        "visit": "2026年12月3日",
    }
    bare = deal(people=[{"id": "wang", "name": "Wang Jianguo", "title": "General Manager", "role": "decider"}])
    assert known_values(sample, bare, TODAY, Lang.EN) == {
        "c": "华信制造",
        "who": "Wang Jianguo",
        "boss": "Wang Jianguo, General Manager",
        "day": "21 November 2026",
    }


@pytest.mark.parametrize(
    ("fields", "contact"),
    [
        ({}, "周工"),
        ({"visits": [{"day": "2026-11-10", "people": ["wang"]}]}, "王建国"),
        ({"people": [{"id": "li", "name": "李"}, {"id": "he", "name": "何"}]}, None),
        (
            {
                "people": [{"id": "li", "name": "李"}, {"id": "he", "name": "何"}],
                "answers": [{"question": "q", "value": "v", "by": "he", "day": "2026-11-01"}],
            },
            "何",
        ),
        ({"people": []}, None),
    ],
    ids=["met", "met on a later visit", "nobody met", "spoke last", "nobody known"],
)
def test_the_contact_is_whom_we_met_last(fields: dict[str, Any], contact: str | None) -> None:
    """In person counts before what somebody said; of several strangers none is guessed."""
    assert contact == known_values(taking(who="contact"), deal(**fields), TODAY, Lang.ZH).get("who")


def test_a_visit_that_has_been_is_no_next_step() -> None:
    """A letter that promises a day gone by would be embarrassing; today still counts."""
    sample = taking(visit="next_visit")
    for day, known in (("2026-11-20", {}), ("2026-11-21", {"visit": "2026年11月21日"})):
        assert known == known_values(sample, deal(next_visit=day), TODAY, Lang.ZH)


# ---- the letters we ship ----------------------------------------------------------------------------------


@cache
def shipped_letters() -> dict[str, Letter]:
    """The letters of the main playbook."""
    return {one.id: one for one in load_playbook(shipped() / "buying-process").letters}


def in_every_way(id_: str, lang: Lang) -> list[FilledLetter]:
    """The letter in all its tones, every blank filled with its own name."""
    one = shipped_letters()[id_]
    values = {blank.id: f"<{blank.id}>" for blank in one.blanks}
    return [fill_letter(one, lang, tone, values) for tone in (None, *(tone.id for tone in one.tones))]


@pytest.mark.parametrize("id_", ["exchange", "decline", "follow-up", "reference", "referral"])
@pytest.mark.parametrize("lang", list(Lang))
def test_each_letter_is_whole_in_both_tones(id_: str, lang: Lang) -> None:
    """Formal and warm, in both languages: who writes to whom about what; no half-width comma in Chinese."""
    formal, warm = in_every_way(id_, lang)
    assert formal.text != warm.text
    for filled in (formal, warm):
        assert () == filled.left
        assert "{" not in filled.text
        who = ("addressee", "sender", "our_company", "phone", "date")
        assert [] == [blank for blank in who if f"<{blank}>" not in filled.text]
        assert bool(re.search("[\u4e00-\u9fff]", filled.text)) is (lang == Lang.ZH)
        assert lang == Lang.EN or not re.search("[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]", filled.text)


# The eight fields of the exchange letter (domain S2-LET), as each tone and language says them.
EIGHT = {
    Lang.ZH: ["<project>", "谢", "规定.*书面方案", "领导.*风险", "调研", "领导亲自|管理层", "风险.*最低", "再次感谢"],
    Lang.EN: [
        "<project>",
        "trust",
        "rule",
        "leaders.*risk",
        "investigation|look around",
        "management",
        "gain|well for both",
        "look forward.*[Tt]hank",
    ],
}


@pytest.mark.parametrize("lang", list(Lang))
def test_the_exchange_letter_has_its_eight_fields(lang: Lang) -> None:
    """Thanks, our rule, why it serves them, three people for a proposal, experience, both gain, waiting."""
    for filled in in_every_way("exchange", lang):
        text = filled.text.replace("\n", " ")
        assert [] == [field for field in EIGHT[lang] if not re.search(field, text)]
        assert ["1. <role_1>", "2. <role_2>", "3. <role_3>"] == re.findall(r"\d\. <role_\d>", text)


# ---- the command ------------------------------------------------------------------------------------------


@pytest.fixture
def file(home: Path) -> Path:
    """The deal as a file, beside a trainer's own playbook in the folder `mine`."""
    path = home / "huaxin.yaml"
    path.write_text(DEAL, encoding="utf-8")
    mine = home / "mine"
    shutil.copytree(TINY, mine)
    (mine / "letters.yaml").write_text(LETTERS, encoding="utf-8")
    return path


def test_what_the_deal_knows_is_filled_and_the_rest_is_marked(ltc: Ltc, file: Path) -> None:
    """The letter on stdout, what is left to do on stderr, exit 0; the deal is not touched."""
    ran = ltc("letter", file, "follow-up", "--no-input", "--today", "2026-11-21", "--fill", "phone=0755-1", lang="zh")
    assert 0 == ran.code
    assert ran.out.startswith("关于产线追溯系统：交流内容确认及下一步安排\n\n华信制造\n尊敬的周工：\n")
    assert "时间定在2026年12月3日。" in ran.out
    assert "电话：0755-1\n2026年11月21日\n" in ran.out
    assert 5 == ran.out.count("【待填:")
    assert "还有 5 处待填:heard_1 他说的第一句(原话)、" in ran.err
    assert DEAL == file.read_text(encoding="utf-8")


def test_a_flag_outweighs_the_deal_and_is_not_expanded(ltc: Ltc, file: Path) -> None:
    """`{date}` typed by hand stays what was typed; of two flags for one blank the later counts."""
    fills = ("addressee=x", "addressee=Mr {date}", "our_company=A = B")
    flags = [word for fill in fills for word in ("--fill", fill)]
    ran = ltc("letter", file, "decline", "--no-input", "--today", "2026-11-21", *flags)
    assert "Dear Mr {date},\n" in ran.out
    assert "A = B\n" in ran.out
    assert "21 November 2026\n" in ran.out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], ["which letter is not said", "exchange (Reply to an invitation: meetings first), decline"]),
        (["decl"], ["no letter 'decl'", "did you mean decline?"]),
        (["zzz", "--no-input"], ["no letter 'zzz'", "referral ("]),
        (["decline", "--tone", "cold"], ["no tone 'cold'", "warm"]),
        (["decline", "--fill", "phone"], ["--fill phone: write NAME=TEXT"]),
        (["decline", "--fill", "fone=1"], ["no blank 'fone'", "did you mean phone?"]),
        (["decline"], ["no terminal to ask on", "our_company, phone", "--fill NAME=TEXT"]),
        (["decline", "--format", "html"], ["--format is one of text, md"]),
    ],
)
def test_wrong_usage_names_the_way_out(ltc: Ltc, file: Path, args: list[str], said: list[str]) -> None:
    """Exit 2, nothing on stdout, the letters, tones or blanks there are."""
    ran = ltc("letter", file, *args)
    assert (2, "") == (ran.code, ran.out)
    assert [] == [text for text in said if text not in ran.err]


def test_a_playbook_brings_its_own_letters(ltc: Ltc, file: Path, home: Path) -> None:
    """In its own tones; a file gets the whole letter, as Markdown if that is wanted."""
    args = ("letter", file, "thanks", "-p", home / "mine")
    full = ltc(*args, "--fill", "when=*Monday*", "--format", "md", "-o", "out.md")
    assert (0, "", "") == (full.code, full.out, full.err)
    written = (home / "out.md").read_text(encoding="utf-8")
    assert "# Thanks, 周工\n\nDear 周工,  \nit was good to see you on \\*Monday\\*.\n" == written
    # Nothing is missing in this tone: no terminal is needed.
    short = ltc(*args, "--tone", "short", lang="zh")
    assert (0, "谢谢周工\n\n谢谢周工！\n", "") == (short.code, short.out, short.err)


def test_without_letters_there_is_nothing_to_choose(ltc: Ltc, file: Path) -> None:
    """Exit 2 and the name of the playbook."""
    ran = ltc("letter", file, "-p", TINY)
    assert (2, True) == (ran.code, "playbook tiny has no letters" in ran.err)


def test_at_a_terminal_the_letter_is_chosen_and_the_rest_asked(file: Path, home: Path) -> None:
    """By number; Enter leaves a blank open, and what is left is named at the end."""
    args = ["-m", "ltc_coach", "letter", str(file), "-p", str(home / "mine"), "--lang", "en", "-o", "out.txt"]
    env = os.environ | {"LTC_PROMPT": "plain", "TERM": "xterm"}
    child = pexpect.spawn(sys.executable, args, env=env, encoding="utf-8", timeout=20)
    child.expect_exact("Which letter?")
    child.expect_exact("\n> ")
    child.sendline("1")
    child.expect_exact("1 to fill in")
    child.expect_exact("Day")
    child.expect_exact("\n> ")
    child.sendline("")
    child.expect_exact("1 left to fill in: when (Day)")
    child.expect(pexpect.EOF)
    child.wait()
    assert 0 == child.exitstatus
    assert "on [to fill in: Day].\n" in (home / "out.txt").read_text(encoding="utf-8")
