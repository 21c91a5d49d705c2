"""The screens: what stands on them, in which width, and that nothing in them acts on the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from wcwidth import wcswidth

from ltc_coach import words
from ltc_coach.console import screens
from ltc_coach.console.bars import bar, strength
from ltc_coach.console.conditions import condition
from ltc_coach.console.page import ACCENT, Page, cells, wrap
from ltc_coach.console.terminal import report_screen
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.playbook import Playbook, When
from ltc_coach.model.report import Report
from ltc_coach.plain import percent
from tests import console_kit as kit

REPORTS: dict[str, Callable[[], Report]] = {"tender": kit.tender, "unsettled": kit.unsettled, "bare": kit.bare}
HOSTILE = "\x1b]0;owned\x07\x1b[31m \u202eabc\u202c [red]markup[/red] :100: \x9b2J [/b] 王\u200b工"


def screen(report: Report, lang: Lang = Lang.EN, width: int = 80, **more: bool) -> str:
    """The report as a terminal without colour shows it."""
    return report_screen(report, lang, width=width, colour=more.pop("colour", False), **more)


@pytest.mark.parametrize("detail", ["short", "explain"])
@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", REPORTS)
def test_the_report_looks_like_this(
    name: str, lang: Lang, width: int, detail: str, snapshot: SnapshotAssertion
) -> None:
    """The whole screen, in both languages, at both widths."""
    assert screen(REPORTS[name](), lang, width, explain=detail == "explain") == snapshot


@pytest.mark.parametrize("width", [20, 40, 60, 80, 96])
@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", REPORTS)
def test_no_line_is_wider_than_the_terminal(name: str, lang: Lang, width: int) -> None:
    """Display width counts, and a hanzi takes two cells."""
    lines = screen(REPORTS[name](), lang, width, explain=True).splitlines()
    assert [line for line in lines if wcswidth(line) > width] == []


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", REPORTS)
def test_the_report_can_be_written_to_a_gbk_console(name: str, lang: Lang) -> None:
    """Chinese Windows consoles and redirected output are GBK."""
    text = screen(REPORTS[name](), lang, explain=True)
    assert text.encode("gbk").decode("gbk") == text


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, t in vars(words).items() if isinstance(t, Text)])
def test_every_word_of_the_interface_has_both_languages_and_fits_gbk(name: str, text: Text) -> None:
    """A mark that a GBK console cannot show must not enter the catalogue."""
    assert (name, bool(text.zh), bool(text.en)) == (name, True, True)
    assert text.zh.encode("gbk")
    assert text.en.encode("gbk")


def test_the_words_have_the_same_placeholders_in_both_languages() -> None:
    """A placeholder in one language only would be a hole in the other."""

    def blanks(text: str) -> list[str]:
        return sorted(set(re.findall(r"\{\w+\}", text)))

    odd = [n for n, t in vars(words).items() if isinstance(t, Text) and blanks(t.zh) != blanks(t.en)]
    assert odd == []


def test_without_colour_there_is_no_escape_sequence() -> None:
    """NO_COLOR and pipes get plain text."""
    assert "\x1b" not in screen(kit.tender(), explain=True)


def test_colour_changes_nothing_but_colour() -> None:
    """Take the style sequences away and the plain screen remains; only our own styles are used."""
    coloured = screen(kit.tender(), colour=True, explain=True)
    assert set(re.findall("\x1b\\[[0-9;]*m", coloured)) == {"\x1b[1m", "\x1b[1;36m", "\x1b[2m", "\x1b[0m"}
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == screen(kit.tender(), explain=True)


def _spoiled(value: Any, poison: str) -> Any:
    """Put ``poison`` into every text of a dumped report."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            return {k: v + poison if v else v for k, v in value.items()}
        return {k: _spoiled(v, poison) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_spoiled(v, poison) for v in value]
    return value


@pytest.mark.parametrize("look", ["plain", "coloured"])
def test_hostile_text_is_shown_and_does_nothing(look: str) -> None:
    """Escapes and bidi marks are spelled out; markup and emoji codes stay as they were written."""
    report = Report.model_validate(_spoiled(kit.unsettled().model_dump(), HOSTILE))
    shown = screen(report, colour=look == "coloured", explain=True)
    plain = re.sub("\x1b\\[[0-9;]*m", "", shown) if look == "coloured" else shown
    assert set(re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", plain)) == set()
    assert "[red]markup[/red] :100:" in " ".join(plain.split())
    assert "\\x1b]0;owned\\x07" in plain


@settings(max_examples=150, deadline=None)
@given(poison=st.text(max_size=40), width=st.integers(24, 90), lang=st.sampled_from(list(Lang)))
def test_any_text_stays_within_the_width(poison: str, width: int, lang: Lang) -> None:
    """Whatever Unicode a deal holds: no line too wide, no control character through."""
    report = Report.model_validate(_spoiled(kit.bare().model_dump(), poison))
    shown = screen(report, lang, width, explain=True)
    assert [line for line in shown.split("\n") if wcswidth(line) > width] == []
    assert set(re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)) == set()


@given(st.text(alphabet="客户,。「」(a) 1/·…\u0301", max_size=60), st.integers(4, 30))
def test_wrapping_loses_nothing_but_space(text: str, width: int) -> None:
    """All characters come back in order."""
    assert "".join("".join(wrap(text, width)).split()) == "".join(text.split())


def test_a_line_does_not_begin_with_a_closing_mark() -> None:
    """Nor does one end with an opening mark."""
    assert wrap("先见人,再谈标", 6) == ["先见", "人,再", "谈标"]
    assert wrap("他说「不急」,等", 6) == ["他说", "「不", "急」,", "等"]


def test_english_words_stay_whole_until_they_must_not() -> None:
    """Only a word longer than the line is torn."""
    assert wrap("the customer procurement", 9) == ["the", "customer", "procureme", "nt"]


def test_a_hanging_paragraph_keeps_its_column() -> None:
    """Further lines begin under the text, not under the label."""
    page = Page(20)
    page.row("话术", "不了解领导的目标就交方案", indent=2, column=6)
    assert page.text().splitlines() == ["  话术  不了解领导的", "        目标就交方案"]


def test_an_unsettled_report_says_so_first_and_names_both_candidates() -> None:
    """It never guesses silently: both places, and the question that tells them apart."""
    lines = screen(kit.unsettled(), Lang.ZH).splitlines()
    assert lines[0] == "还定不了:「方案」46%,还是「措施」41%?"
    assert lines[1] == "  问清这一句就能分开:现在是谁在给各家打分?"


def test_a_far_runner_up_is_no_second_candidate() -> None:
    """With one likely place and many unlikely ones, only that one is named."""
    report = kit.unsettled().model_copy(update={"located": kit.located(0.15, 0.14, 0.13, 0.5, 0.08)})
    assert screen(report).splitlines()[0] == "Not settled: Solution is likeliest, but only 50%"


def test_without_any_answer_no_place_is_named() -> None:
    """Shares alone are no diagnosis."""
    assert screen(kit.bare()).splitlines()[0] == "Not settled: too little is known"


def test_the_settling_question_is_not_asked_twice() -> None:
    """Where the next question is the separating one, it stands on the screen once."""
    assert screen(kit.unsettled()).count("Who is scoring the suppliers now?") == 1


def test_a_settled_place_with_a_close_runner_up_names_the_question_that_would_settle_it() -> None:
    """Below 15 % the question is not worth the line; its answers are left to the details."""
    far, near = (
        kit.tender().model_copy(update={"located": kit.located(0.0, 0.0, x, 0.98 - x, 0.02)}) for x in (0.14, 0.15)
    )
    asked = "The question that would settle it: Who is scoring the suppliers now?"
    assert [asked in screen(report) for report in (far, near)] == [False, True]
    assert "nobody yet / purchasing" not in screen(near)
    assert "nobody yet / purchasing" in screen(near, explain=True)


def test_a_ladder_shows_once_something_is_proved() -> None:
    """That nothing is proved yet is left to the details."""
    climbed = kit.tender()
    bottom = climbed.model_copy(update={"standings": (climbed.standings[0].model_copy(update={"at": None}),)})
    assert ["Sales funnel: proved up to F2" in screen(climbed), "Sales funnel" in screen(bottom)] == [True, False]
    assert "Sales funnel: nothing proved yet" in screen(bottom, explain=True)


@pytest.mark.parametrize(
    ("text", "gist"),
    [
        ("Find out when it meets. Ring the owner.", "Find out when it meets."),
        ("Meet three people, e.g. the owner", "Meet three people, e.g. the owner"),
        ('Ask "What hurts?" and wait. Then go.', 'Ask "What hurts?" and wait.'),
        ("打听清楚哪天开会。赶在前面打电话。", "打听清楚哪天开会。"),
        ("请他说「照做。」再走。", "请他说「照做。」"),
        ("", ""),
    ],
)
def test_of_a_later_move_the_first_sentence_is_told(text: str, gist: str) -> None:
    """One thing at a time: the second and third move are told in full when their turn comes."""
    first, second = kit.tender().moves
    report = kit.tender().model_copy(update={"moves": (first, second.model_copy(update={"do": both(zh="", en=text)}))})
    shown = screen(report, width=96).splitlines()
    told = shown[next(i for i, line in enumerate(shown) if line.startswith(" 2  ")) + 2]
    assert told.strip() == (gist or '"If nothing is done, who suffers most?"')
    assert second.proof.en in screen(report, explain=True)
    assert second.proof.en not in screen(report)


def test_of_the_nevers_only_the_first_has_its_alternative() -> None:
    """The reason and the other alternatives are in the details."""
    warned = kit.tender().never[0]
    report = kit.tender().model_copy(update={"never": (warned, warned)})
    assert [screen(report, explain=e).count("meetings first, bid second") for e in (False, True)] == [1, 2]
    assert [screen(report, explain=e).count("You accept rules a rival wrote") for e in (False, True)] == [0, 2]


def test_three_answers_decide_on_the_first_screen_all_in_the_details() -> None:
    """The weightiest come first; the details hold every one with its decibans."""
    assert "How often was price spoken of?" not in screen(kit.tender())
    assert "-0.8" in screen(kit.tender(), explain=True)


def test_an_answer_against_the_place_is_marked_as_such() -> None:
    """A hollow mark and words; not by colour alone."""
    line = next(x for x in screen(kit.unsettled(), width=90).splitlines() if x.startswith("  ○"))
    assert line == "  ○ medium  Who has joined lately? → the boss himself (speaks against)"


def test_behind_a_gate_the_route_names_the_way_that_opens() -> None:
    """The gate is first, and the rep sees what it is for."""
    assert "路线  先过眼前这一关,然后向后拉,拉回到「问题」" in screen(kit.unsettled(), Lang.ZH)


def test_more_than_three_moves_stay_off_the_screen() -> None:
    """Three things to do are enough for one visit."""
    move = kit.tender().moves[1]
    report = kit.tender().model_copy(update={"moves": (move,) * 5})
    assert re.findall(r"^ (\d)  ", screen(report), re.MULTILINE) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0, "0%"), (0.004, "<1%"), (0.014, "1%"), (0.5, "50%"), (0.989, "99%"), (0.9999, ">99%"), (1, "100%")],
)
def test_what_is_not_certain_never_reads_as_certain(probability: float, shown: str) -> None:
    """Neither 0% nor 100% for something that is merely very unlikely or very likely."""
    assert percent(probability) == shown


@pytest.mark.parametrize(
    ("decibans", "word"), [(12, "strong"), (-10, "strong"), (9.9, "medium"), (-4, "medium"), (3.9, "weak"), (0, "weak")]
)
def test_strength_words_follow_the_decibans(decibans: float, word: str) -> None:
    """Ten decibans are odds ten times as good."""
    assert strength(decibans).en == word


def test_a_small_share_still_shows_in_a_bar() -> None:
    """Only nothing at all has no bar."""
    assert [bar(0, 10), bar(0.001, 10), bar(0.5, 10), bar(1, 10)] == ["", "█", "█████", "██████████"]


@given(st.text(max_size=30))
def test_measured_width_is_never_too_small(text: str) -> None:
    """The page's own width of printable text is at least what a terminal draws."""
    assert cells(text) >= wcswidth(text)


PLAYBOOK = Playbook.model_validate(
    {
        "ltc": 1,
        "id": "small",
        "version": "1.0.0",
        "languages": ["zh", "en"],
        "title": {"zh": "小手册", "en": "Small playbook"},
        "about": {"zh": "一个例子。", "en": "An example."},
        "scales": {
            "place": {
                "main": "true",
                "title": {"zh": "客户走到", "en": "The customer stands at"},
                "stages": [
                    {"id": "problem", "title": {"zh": "问题", "en": "Problem"}},
                    {"id": "solution", "title": {"zh": "方案", "en": "Solution"}},
                    {"id": "risk", "title": {"zh": "风险", "en": "Risk"}},
                ],
            },
        },
        "facts": {
            "access": {
                "title": {"zh": "见到的最高一层", "en": "Highest level met"},
                "values": [
                    {"id": "none", "title": {"zh": "没人", "en": "nobody"}},
                    {"id": "boss", "title": {"zh": "老板", "en": "the boss"}},
                ],
            }
        },
        "questions": [
            {
                "id": "documents",
                "ask": {"zh": "有什么文件?", "en": "Which documents?"},
                "why": {"zh": "纸不骗人。", "en": "Paper does not lie."},
                "answers": [
                    {
                        "id": "tender",
                        "label": {"zh": "邀标书", "en": "a tender"},
                        "says": {"place": {"reached": "solution", "trust": "reliable"}},
                    },
                    {"id": "nothing", "label": {"zh": "没有", "en": "none"}, "says": {"place": {"at": "problem"}}},
                ],
                "source": ["S2-N6"],
            }
        ],
        "moves": [
            {
                "id": "meet",
                "kind": "pull",
                "title": {"zh": "先见人", "en": "Meet them first"},
                "when": {"place": {"reached": "solution"}, "not": {"access": "boss"}},
                "needs": {"access": "boss"},
                "to": "problem",
                "do": {"zh": "约老板。", "en": "Ask for the boss."},
                "say": [{"zh": "二十分钟就够。", "en": "Twenty minutes will do."}],
                "ask": ["who-suffers"],
                "proof": {"zh": "约到了", "en": "a date is fixed"},
                "source": ["S2-E1"],
            },
            {"id": "no-bid", "kind": "never", "title": {"zh": "别应标", "en": "No blind bid"}},
        ],
        "bank": [
            {
                "id": "who-suffers",
                "kind": "implication",
                "at": ["problem", "solution"],
                "ask": {"zh": "不做的话谁最难受?", "en": "Who suffers if nothing is done?"},
            }
        ],
    }
)
ROW = screens.PlaybookRow("small", "1.0.0", PLAYBOOK.title, "playbooks/small")
OTHERS: dict[str, Callable[[Lang, int], str]] = {
    "playbooks": lambda lang, w: screens.playbook_list([ROW], lang, width=w, colour=False),
    "no playbooks": lambda lang, w: screens.playbook_list([], lang, width=w, colour=False),
    "overview": lambda lang, w: screens.playbook_overview(PLAYBOOK, lang, width=w, colour=False),
    "question": lambda lang, w: screens.question_screen(
        PLAYBOOK.questions[0],
        [both(zh="客户走到「方案」的 100 单里,95 单会答「邀标书」。", en="Of 100 deals at Solution, 95 say a tender.")],
        lang,
        width=w,
        colour=False,
    ),
    "move": lambda lang, w: screens.move_screen(PLAYBOOK, PLAYBOOK.moves[0], lang, width=w, colour=False),
    "never": lambda lang, w: screens.move_screen(PLAYBOOK, PLAYBOOK.moves[1], lang, width=w, colour=False),
    "bank": lambda lang, w: screens.bank_screen(PLAYBOOK, PLAYBOOK.bank, lang, width=w, colour=False),
    "empty bank": lambda lang, w: screens.bank_screen(PLAYBOOK, [], lang, width=w, colour=False),
}


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", OTHERS)
def test_the_other_screens_look_like_this(name: str, lang: Lang, snapshot: SnapshotAssertion) -> None:
    """Every screen but the report, at 60 cells."""
    assert OTHERS[name](lang, 60) == snapshot


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", OTHERS)
def test_the_other_screens_keep_the_width_and_gbk(name: str, lang: Lang) -> None:
    """The same promises as for the report, on a narrow terminal."""
    shown = OTHERS[name](lang, 40)
    assert [line for line in shown.splitlines() if wcswidth(line) > 40] == []
    assert shown.encode("gbk")


@pytest.mark.parametrize(
    ("when", "words_"),
    [
        ({}, "什么时候都行"),
        ({"place": "problem"}, "客户走到:问题"),
        ({"place": {"between": ["problem", "risk"]}}, "客户走到:从「问题」到「风险」"),
        (
            {"place": {"before": "risk"}, "access": ["none", "boss"]},
            "客户走到:还没到「风险」;见到的最高一层:没人或老板",
        ),
        (
            {"any": [{"access": "unknown"}, {"place": {"not_at": "risk"}}]},
            "见到的最高一层:还说不准,或者 客户走到:不是风险",
        ),
        ({"not": {"access": "boss"}}, "不能是(见到的最高一层:老板)"),
    ],
)
def test_a_condition_reads_as_a_sentence(when: dict[str, Any], words_: str) -> None:
    """Trainers check their `when` in words."""
    assert condition(PLAYBOOK, When.model_validate(when), Lang.ZH) == words_


def test_a_page_keeps_styles_across_line_ends() -> None:
    """A styled piece that wraps is styled on both lines."""
    page = Page(4, colour=True)
    page.line(("方案价值", ACCENT))
    assert page.text().splitlines() == ["\x1b[1;36m方案\x1b[0m", "\x1b[1;36m价值\x1b[0m"]
