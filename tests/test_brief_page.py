"""The brief as it is laid out: on the screen, on one sheet of paper, in Markdown, in a chat; and data stays data."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from syrupy.assertion import SnapshotAssertion
from wcwidth import wcswidth

from ltc_coach.console.brief import brief_screen
from ltc_coach.console.grid import grid
from ltc_coach.console.page import Page
from ltc_coach.documents import html
from ltc_coach.documents.brief_chat import PART, brief_chat
from ltc_coach.documents.brief_html import brief_html
from ltc_coach.documents.brief_markdown import brief_markdown
from ltc_coach.documents.brief_outline import Item, Outline, Section, outline
from ltc_coach.documents.brief_sheet import lay_out
from ltc_coach.documents.paper import clip, ems, lines
from ltc_coach.documents.people_map import people_map
from ltc_coach.i18n import Lang
from ltc_coach.model.brief import Brief
from ltc_coach.plain import clean
from tests import brief_kit as kit

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
# Read before the tests lose sight of the environment of the person who runs them.
CHROMIUM = os.environ.get("LTC_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
# What acts on a terminal or turns a line round.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
EXAMPLES = Path(__file__).parent.parent / "examples" / "deals"
LANGS = pytest.mark.parametrize("lang", list(Lang))


def screen(brief: Brief, lang: Lang = Lang.EN, width: int = 80, *, colour: bool = False) -> str:
    """The brief as a terminal shows it."""
    return brief_screen(outline(brief, lang), width=width, colour=colour)


def page(brief: Brief, lang: Lang = Lang.EN) -> str:
    """The brief as HTML."""
    return brief_html(outline(brief, lang))


# ---- the screen ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 80])
@LANGS
def test_the_screen_looks_like_this(lang: Lang, width: int, snapshot: SnapshotAssertion) -> None:
    """Everything a brief can say, in both languages and at both widths."""
    assert screen(kit.full(), lang, width) == snapshot


@pytest.mark.parametrize("width", [20, 40, 60, 80, 96])
@LANGS
def test_no_line_of_the_screen_is_too_wide_and_a_gbk_console_can_show_it(lang: Lang, width: int) -> None:
    """A hanzi takes two cells; the box to tick and the dots of the map are in GBK."""
    text = screen(kit.full(), lang, width)
    assert [line for line in text.splitlines() if wcswidth(line) > width] == []
    assert text.encode("gbk").decode("gbk") == text


def test_a_brief_of_next_to_nothing_has_no_empty_sections() -> None:
    """No people, no move, no questions: what is left is whom, when, where, and what not to do."""
    bare = kit.full().model_copy(
        update={
            "person": None,
            "people": None,
            "questions": (),
            "move": None,
            "later": (),
            "objections": (),
            "planned": (),
            "change": None,
            "product": "",
            "owner": "",
            "amount": None,
            "expected": None,
            "visit": None,
        }
    )
    assert [section.id for section in outline(bare, Lang.EN).sections] == ["where", "aim", "never"]
    text = screen(bare)
    assert "nobody in particular: the deal as a whole" in text
    assert "not fixed yet" in text
    assert "\n\n\n" not in text


def test_the_day_of_the_visit_is_told_as_people_say_it() -> None:
    """Today and tomorrow are called so; a visit that has been is no visit to prepare."""
    days = {0: "(today)", 1: "(tomorrow)", 5: "(in 5 days)"}
    for ahead, said in days.items():
        day = kit.TODAY.replace(day=kit.TODAY.day + ahead)
        assert f"{day} {said}" in screen(kit.full().model_copy(update={"visit": day}))
    past = kit.full().model_copy(update={"visit": kit.TODAY.replace(day=3)})
    assert "when  not fixed yet" in screen(past)


def test_the_aim_is_not_said_twice() -> None:
    """The proof of the move is mostly the aim itself; only another one is worth a line of its own."""
    brief = kit.full()
    assert screen(brief).count("He has arranged at least three key people.") == 1
    other = brief.model_copy(update={"aim": brief.never[0]})
    assert screen(other).count("He has arranged at least three key people.") == 1
    assert re.search(r"proof +He has arranged", screen(other))


def test_a_gap_that_two_questions_close_is_explained_once() -> None:
    """The second one needs no second explanation."""
    assert screen(kit.full()).count("What does the customer talk about most?") == 1


# ---- the map of people ---------------------------------------------------------------------------------


def test_the_map_has_every_person_in_one_cell_by_power_and_stance() -> None:
    """Rows from those who decide down, columns from the rival's people to ours; the unknown come last."""
    made = people_map(
        kit.people(kit.HE, kit.BOSS, kit.person("new", "high"), kit.person("dark", None, "neutral")), here="he"
    )
    assert [column.en for column in made.columns][-1] == "not known"
    assert [row.title.en for row in made.rows] == ["decides", "has a say", "little say", "not known"]
    where = {spot.id: (r, c) for r, row in enumerate(made.rows) for c, cell in enumerate(row.cells) for spot in cell}
    assert where == {"he": (1, 1), "boss": (0, 4), "new": (0, 5), "dark": (3, 2)}
    spots = {spot.id: spot for row in made.rows for cell in row.cells for spot in cell}
    assert [(spots[id_].mark, spots[id_].here) for id_ in ("he", "boss")] == [("●", True), ("○", False)]


def test_a_map_on_which_all_is_known_has_no_place_for_the_unknown() -> None:
    """Three powers and five stances always stand there: an empty corner is part of the picture."""
    made = people_map(kit.people(kit.HE))
    assert (len(made.rows), len(made.columns)) == (3, 5)


@settings(deadline=None)
@given(
    st.lists(st.lists(st.text(max_size=30), max_size=3), min_size=1, max_size=6),
    st.integers(min_value=20, max_value=100),
)
def test_a_grid_keeps_to_its_width_and_loses_no_letter(cells: list[list[str]], width: int) -> None:
    """Whatever the names and the window, as a table or, where that is too narrow, as a list."""
    made = Page(width)
    grid(made, [f"head {i}" for i in range(len(cells))], [("row", cells)])
    text = made.text()
    assert [line for line in text.splitlines() if wcswidth(line) > width] == []
    letters = Counter(char for cell in cells for entry in cell for char in entry if char.isalnum() and char.isascii())
    assert letters <= Counter(text)


# ---- one sheet of paper --------------------------------------------------------------------------------


@LANGS
@pytest.mark.parametrize("text", ["字", "W", "a b ", "word longer ", "\U0001f600", "e\u0301", "ﷺ", "「」,。"])
def test_the_worst_brief_still_fits_on_the_sheet(text: str, lang: Lang) -> None:
    """Forty people, nine plans, every text four hundred characters long: cut, not run over."""
    sheet = lay_out(outline(kit.crowded(text * (400 // len(text))), lang))
    assert sheet.spare >= 0


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1, max_size=300), st.integers(min_value=0, max_value=40), st.sampled_from(Lang))
def test_any_brief_fits_on_the_sheet(text: str, persons: int, lang: Lang) -> None:
    """Whatever somebody writes into a deal or a playbook."""
    assert lay_out(outline(kit.crowded(text, persons), lang)).spare >= 0


def test_an_ordinary_brief_is_not_cut() -> None:
    """Room is short only where there is too much: this one keeps every word, and room for notes."""
    for lang in Lang:
        made = outline(kit.full(), lang)
        sheet = lay_out(made)
        assert sheet.outline == made
        assert "notes" in page(kit.full(), lang)


def test_what_is_left_out_is_counted() -> None:
    """Nine warnings where there is room for four: the reader is told of the other five."""
    text = page(kit.crowded("字" * 400))
    assert "5 more, for which there is no room here" in text
    assert "2 more" in page(kit.crowded("字", persons=73))


def test_the_person_the_page_is_about_is_never_left_out_of_the_map() -> None:
    """Even when his cell is overcrowded and he is the last in it."""
    crowd = [kit.person(f"p{i}", "high", "us", name=f"Nobody {i}") for i in range(30)]
    him = kit.person("him", "high", "us", name="Himself")
    brief = kit.full().model_copy(update={"person": him, "people": kit.people(*crowd, him)})
    assert '<div class="here">○Himself</div>' in page(brief)


@settings(deadline=None)
@given(st.text(max_size=200), st.floats(min_value=2, max_value=60))
def test_a_clipped_text_is_as_wide_as_it_may_be(text: str, room: float) -> None:
    """It is the text itself where that fits, else its beginning with an ellipsis."""
    cut = clip(text, room)
    assert ems(cut) <= max(room, 1)
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1].rstrip()))


@settings(deadline=None)
@given(st.text(alphabet="ab 字。", max_size=200), st.floats(min_value=2, max_value=60))
def test_lines_hold_the_text_and_no_line_more_than_it_needs(text: str, room: float) -> None:
    """At least as many as its width says, at most what the worst breaks between words cost."""
    wide = ems(text.strip())
    assert wide / room <= lines(text.strip(), room) + 1e-9
    assert lines(text.strip(), room) <= 2 * wide / room + 1


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


@LANGS
def test_the_page_stands_alone(lang: Lang) -> None:
    """No script, nothing to load, and a policy that would forbid both."""
    text = page(kit.full(), lang)
    assert text.startswith("<!DOCTYPE html>\n")
    made = Elements(text)
    assert {tag for tag, _ in made.tags}.isdisjoint({"script", "link", "img", "iframe", "object", "svg", "a", "form"})
    names = {name for _, attrs in made.tags for name, _ in attrs}
    assert names <= {"lang", "charset", "http-equiv", "content", "name", "class", "scope"}
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert "url(" not in text
    assert "@import" not in text
    assert ("lang", "zh-CN" if lang == Lang.ZH else "en") in made.tags[0][1]


@pytest.mark.parametrize("hostile", kit.HOSTILE)
def test_data_becomes_no_element_attribute_or_style(hostile: str) -> None:
    """The page has exactly the elements of the same page about something harmless."""
    # As wide as the hostile one, so that both pages are laid out alike.
    shown = " ".join(clean(hostile).split())
    tame = "".join(c if c.isalnum() or c == " " else next(t for t in "ixW" if ems(t) >= ems(c)) for c in shown)
    made, harmless = page(kit.says(hostile)), page(kit.says(tame))
    assert Elements(made).tags == Elements(harmless).tags
    style = re.compile(r"<style>.*?</style>", re.DOTALL)
    assert style.findall(made) == style.findall(harmless)
    assert not CONTROLS.search(made)


def test_an_element_takes_texts_and_elements_in_their_order() -> None:
    """A text is never parsed, whatever it looks like."""
    made = html.element("p", "a<b", html.element("b", "&amp;"), "", "\x1b]c", cls="x", data_n="1")
    text = html.document("<t>", Lang.EN, "p { color: red }", made)
    assert '<p class="x" data-n="1">a&lt;b<b>&amp;amp;</b>\\x1b]c</p>' in text
    assert "<title>&lt;t&gt;</title>" in text


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: set LTC_CHROMIUM or put chromium on the path")
def test_every_page_prints_on_one_sheet(tmp_path: Path) -> None:
    """Printed by Chromium, with nothing hidden: if a page ran over its sheet there would be one more."""
    from ltc_coach.authoring.loading import load_playbook
    from ltc_coach.deals.files import load_deal
    from ltc_coach.engine import Coach

    coach = Coach(load_playbook("buying-process"))
    deals = [load_deal(path).deal for path in sorted(EXAMPLES.glob("*.yaml"))]
    briefs = [coach.brief(deal, kit.TODAY) for deal in deals]
    briefs += [coach.brief(deal, kit.TODAY, person.id) for deal in deals[-2:] for person in deal.people]
    texts = ("字" * 400, "word longer " * 40, "W" * 400, "e\u0301" * 200, "字", "a few words of it")
    briefs += [kit.full(), *map(kit.crowded, texts)]
    pages = [(lang, page(brief, lang)) for brief in briefs for lang in Lang]
    head = pages[0][1].split("<main", 1)[0]
    # Nothing is to be cut off by the style sheet, only by the reckoning.
    loose = head.replace("overflow: hidden;", "").replace("height: 273.0mm;", "")
    assert len(loose) < len(head) - 30
    mains = [
        f'<div class="one" lang="{lang}"><main{text.split("<main", 1)[1].split("</main>")[0]}</main></div>'
        for lang, text in pages
    ]
    together = loose.replace("</style>", ".one + .one { break-before: page; }</style>") + "".join(mains)
    file, printed = tmp_path / "briefs.html", tmp_path / "briefs.pdf"
    file.write_text(f"{together}</body></html>\n", encoding="utf-8")
    run = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    run += ["--no-pdf-header-footer", f"--print-to-pdf={printed}", file.as_uri()]
    subprocess.run(run, capture_output=True, check=True, timeout=300)
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) == len(pages)


# ---- Markdown ------------------------------------------------------------------------------------------


def parsed(text: str) -> list[str]:
    """The kinds of everything in a Markdown document, inline parts included."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    return [part.type for token in tokens for part in (token, *(token.children or ()))]


@LANGS
def test_markdown_has_a_list_to_tick_and_a_table_of_people(lang: Lang) -> None:
    """One heading for the page, one for every section, one row for every power."""
    text = brief_markdown(outline(kit.full(), lang))
    kinds = Counter(parsed(text))
    assert kinds["heading_open"] == 1 + len(outline(kit.full(), lang).sections)
    assert kinds["tr_open"] == 1 + 3
    assert text.count("- [ ] ") == 3
    assert kinds["html_inline"] + kinds["html_block"] + kinds["link_open"] + kinds["image"] == 0


@pytest.mark.parametrize("hostile", kit.HOSTILE)
def test_data_becomes_no_markdown(hostile: str) -> None:
    """Read back, the document has the parts of the same one about something harmless, and the very words."""
    made = brief_markdown(outline(kit.says(hostile), Lang.EN))
    harmless = brief_markdown(outline(kit.says("x"), Lang.EN))
    kinds = [[kind for kind in parsed(text) if kind != "text_special"] for text in (made, harmless)]
    assert Counter(kinds[0])["text"] >= Counter(kinds[1])["text"]
    assert [kind for kind in kinds[0] if kind != "text"] == [kind for kind in kinds[1] if kind != "text"]
    assert not CONTROLS.search(made)


# ---- the chat ------------------------------------------------------------------------------------------


@LANGS
def test_a_short_brief_is_one_message_without_a_number(lang: Lang) -> None:
    """It opens with what it is."""
    (only,) = brief_chat(outline(kit.full().model_copy(update={"objections": ()}), lang))
    assert only.startswith(("拜访单:", "Visit brief: "))
    assert "□ " in only


def test_a_long_brief_is_cut_between_sections_and_numbered() -> None:
    """Every part but the first begins with a heading."""
    parts = brief_chat(outline(kit.says("字" * 60), Lang.ZH))
    assert len(parts) > 1
    for number, part in enumerate(parts, 1):
        assert part.startswith(f"({number}/{len(parts)})\n")
        assert len(part.encode()) <= PART
    assert all(part.split("\n")[1].startswith("【") for part in parts[1:])


sections = st.lists(st.lists(st.text(max_size=800).map(lambda t: " ".join(t.split())), max_size=4), max_size=6)


@settings(max_examples=50, deadline=None)
@given(sections, st.sampled_from(Lang))
def test_no_message_is_too_long_and_no_character_is_lost(texts: list[list[str]], lang: Lang) -> None:
    """Whatever the texts: not even a single line too long for one message."""
    made = Outline(
        lang=lang,
        title="Title",
        about="",
        head=(),
        sections=tuple(Section(f"s{i}", "S", tuple(map(Item, items))) for i, items in enumerate(texts)),
        foot="foot",
    )
    parts = brief_chat(made)
    assert all(len(part.encode()) <= PART for part in parts)
    assert all(part.strip() for part in parts)
    bodies = [part.split("\n", 1)[1] for part in parts] if len(parts) > 1 else parts
    whole = "".join("".join(bodies).split())
    heading = "【S】" if lang == Lang.ZH else "[S]"
    wanted = ["Title", *(word for items in texts for word in (heading, *items)), "foot"]
    assert whole == "".join("".join(wanted).split())


@pytest.mark.parametrize("hostile", kit.HOSTILE)
def test_nothing_in_a_brief_acts_on_a_terminal_or_a_chat(hostile: str) -> None:
    """Control and bidi characters are shown as escapes; a line end in a name starts no new line."""
    made = outline(kit.says(hostile), Lang.EN)
    texts = [brief_screen(made, width=80, colour=False), *brief_chat(made)]
    assert not any(CONTROLS.search(text) for text in texts)
    harmless = outline(kit.says("x"), Lang.EN)
    assert "".join(brief_chat(made)).count("\n") <= "".join(brief_chat(harmless)).count("\n") + 4
    painted = brief_screen(made, width=80, colour=True)
    assert set(re.findall(r"\x1b\[[0-9;]*m|\x1b", painted)) <= {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[1;36m"}
