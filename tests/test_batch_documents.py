"""The manager's report in its forms: complete, the same every time, and never moved by what the data say."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from decimal import Decimal
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ltc_coach.documents.batch_html import batch_html
from ltc_coach.documents.batch_markdown import batch_markdown
from ltc_coach.documents.batch_words import short_money
from ltc_coach.documents.batch_xlsx import batch_xlsx
from ltc_coach.i18n import Lang, Text
from ltc_coach.model.batch import Range, SourceFile
from tests.batch_kit import row, summary

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><b>x",
    "[link](http://evil)\n\n# heading | cell | `code` ![i](u)",
    '=HYPERLINK("http://evil","x")',
    "\x1b[31mred\x07 \u202eback",
    "@cmd|' /C calc'!A0",
)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
both_languages = pytest.mark.parametrize("lang", list(Lang))


class Shape(HTMLParser):
    """Counts elements with the names of their attributes, and keeps the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: Counter[tuple[str, ...]] = Counter()
        self.said: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count one."""
        self.seen[tag, *sorted(name for name, _ in attrs)] += 1

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        self.said.append(data)


@both_languages
def test_the_page_stands_alone(lang: Lang) -> None:
    """Nothing is loaded, and only our own script runs, by its hash."""
    page = batch_html(summary(), lang)
    assert "default-src 'none'" in page
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]+=*'", page)
    assert not re.search(r"(?:src|href)=", page)
    assert page == batch_html(summary(), lang)


@settings(max_examples=40, deadline=None)
@forall(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60)))
def test_no_data_becomes_an_element(said: str) -> None:
    """The page with hostile names has the elements of the same page with a plain name."""
    plain, hostile = Shape(batch_html(summary("x"), Lang.EN)), Shape(batch_html(summary(said or "y"), Lang.EN))
    # Empty names leave out what they would name.
    if said.strip():
        assert hostile.seen == plain.seen


def test_everything_a_manager_looks_for_is_on_the_page() -> None:
    """Headings, the ranked deals, the skipped row, the sentence about limits."""
    text = " ".join(Shape(batch_html(summary(), Lang.EN)).said)
    for wanted in ("Where the customers stand", "Look at these first", "Rows that could not be used", "Forecast"):
        assert wanted in text
    assert text.count("华信精工") > 20


def test_all_there_is_about_a_deal_opens_below_its_reason() -> None:
    """Which deal it is, what to do and not to do, what is missing, and what the figures rest on."""
    page = batch_html(summary(deals=2), Lang.EN)
    opened = page[page.index("<details>") : page.index("</details>")]
    for wanted in (
        "第一招; 第二招",
        "not now",
        "客户立项",
        "拍板的人",
        "Problem or Risk",
        "N6",
        "30% (proof)",
        "days there",
    ):
        assert wanted in opened
    assert "<small>d1</small>" in page


def test_what_is_odd_and_how_good_forecasts_were_is_on_the_page() -> None:
    """A trap told on the screen only would be lost on whoever gets the page."""
    text = " ".join(Shape(batch_html(summary(), Lang.EN)).said)
    assert "odd: 华信精工" in text
    assert "9 forecasts of 20% to 40%: 30% said on average, 33% won" in text
    assert "怎么算的" in text


@both_languages
def test_what_moved_is_named_in_words(lang: Lang) -> None:
    """Not by ids of the playbook."""
    page = batch_html(summary(), lang)
    cells = {Lang.ZH: "<td>问题</td><td>风险</td>", Lang.EN: "<td>Problem</td><td>Risk</td>"}
    assert cells[lang] in page


@both_languages
def test_a_deal_that_is_gone_is_nowhere(lang: Lang) -> None:
    """Not at a place that is not settled: it is no longer there to stand anywhere."""
    found = summary()
    assert found.since is not None
    gone = found.since.shifts[0].model_copy(update={"moved": "gone", "now": None})
    report = found.model_copy(update={"since": found.since.model_copy(update={"shifts": (gone,)})})
    cells = {Lang.ZH: ("问题", "不见了"), Lang.EN: ("Problem", "gone")}[lang]
    assert f"<td>{cells[1]}</td><td>{cells[0]}</td><td>-</td>" in batch_html(report, lang)
    assert f"| {cells[1]} | {cells[0]} | \\- |" in batch_markdown(report, lang)


def test_two_currencies_are_never_drawn_on_one_scale() -> None:
    """A dollar is no yuan: a chart for each."""
    found = summary()
    yuan = found.forecast.outlooks[0].ranges[0]
    dollars = Range(currency="USD", deals=1, worst=Decimal(0), likely=Decimal(5), best=Decimal(10))
    outlook = found.forecast.outlooks[0].model_copy(update={"ranges": (yuan, dollars)})
    forecast = found.forecast.model_copy(update={"outlooks": (outlook,), "months": ()})
    page = batch_html(found.model_copy(update={"forecast": forecast}), Lang.EN)
    assert 2 == page.count("<title>按凭据 ")


def test_without_evidence_the_crm_is_called_by_its_name() -> None:
    """Its stages are drawn as what they are, never as places of the customer; and nothing is called money at risk."""
    found = summary(deals=3)
    nowhere = [step.model_copy(update={"deals": 0, "money": ()}) for step in found.funnel if step.place]
    cells = tuple(cell for cell in found.matrix if cell.place is None)
    waiting = tuple(row.model_copy(update={"at_risk": Decimal(0)}) for row in found.ranked)
    bare = found.model_copy(update={"funnel": (*nowhere, found.funnel[-1]), "matrix": cells, "ranked": waiting})
    text = " ".join(Shape(batch_html(bare, Lang.EN)).said)
    assert "By CRM stage (what we did, not where customers stand)" in text
    assert "Where the customers stand" not in text
    assert "the longest waiting" in text


def test_a_folder_of_sound_deals_fills_no_pages() -> None:
    """Of four hundred files those are listed that had something to say, and the others counted."""
    found = summary()
    files = tuple(SourceFile(file=f"d{n}.yaml", kind="deal", rows=1) for n in range(400))
    odd = files[0].model_copy(update={"skipped": 1})
    page = batch_html(found.model_copy(update={"sources": (odd, *files[1:])}), Lang.EN)
    assert "d0.yaml" in page
    assert "d7.yaml" not in page
    assert "399 more files" in page


def test_twelve_themes_are_enough_at_once() -> None:
    """Nobody coaches forty things; the others are there for whoever opens them."""
    found = summary()
    many = tuple(found.themes[0].model_copy(update={"id": f"t{n}", "text": Text(f"t{n}", f"t{n}")}) for n in range(15))
    page = batch_html(found.model_copy(update={"themes": many}), Lang.EN)
    assert "3 more</summary>" in page
    assert page.index("t11<") < page.index("3 more</summary>") < page.index("t12<")


def test_the_filters_work_without_a_server_and_hide_nothing_without_a_script() -> None:
    """Rows carry what they are filtered by; the form is hidden until the script shows it."""
    page = batch_html(summary(), Lang.EN)
    assert page.count('data-owner="华信精工"') == 12
    assert 'class="filters" hidden="hidden"' in page
    assert not re.search(r"<tr[^>]* hidden", page)


@both_languages
@pytest.mark.parametrize("said", HOSTILE)
def test_markdown_holds_no_markup_from_data(said: str, lang: Lang) -> None:
    """No link, image, HTML or code; as many rows as with a plain name."""

    def tokens(name: str) -> Counter[str]:
        parsed = MarkdownIt("gfm-like", {"linkify": False}).parse(batch_markdown(summary(name), lang))
        return Counter(t.type for token in parsed for t in (token, *(token.children or ())) if t.type != "text")

    found = tokens(said)
    assert found == tokens("x")
    assert not {"link_open", "image", "html_inline", "html_block", "code_inline"} & set(found)


def sheets(data: bytes) -> dict[str, ET.Element]:
    """Return the sheets of a workbook as trees."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {n: ET.fromstring(book.read(n)) for n in book.namelist() if n.startswith("xl/worksheets/sheet")}  # noqa: S314 - our own


@pytest.mark.parametrize("said", HOSTILE)
def test_the_workbook_has_no_formula_and_no_link_from_data(said: str) -> None:
    """What begins with an equals sign stays a text."""
    for sheet in sheets(batch_xlsx(summary(said), (row(n, said) for n in range(5)), Lang.ZH)).values():
        assert not list(sheet.iter(f"{SHEET}f"))
        assert not list(sheet.iter(f"{SHEET}hyperlink"))


def test_the_workbook_has_typed_cells_filters_and_a_frozen_heading() -> None:
    """Amounts and days are numbers with a format, every view is a sheet with a filter."""
    found = sheets(batch_xlsx(summary(), (row(n, "x") for n in range(5)), Lang.EN))
    assert len(found) == 11
    for sheet in found.values():
        assert sheet.find(f"{SHEET}autoFilter") is not None
        assert sheet.find(f".//{SHEET}pane") is not None
    deals = found["xl/worksheets/sheet2.xml"]
    # The second deal: its amount is a number, its id a text.
    cells = {c.get("r"): c for c in deals.iter(f"{SHEET}c")}
    assert cells["F3"].get("t") is None
    value = cells["F3"].find(f"{SHEET}v")
    assert value is not None
    assert Decimal(value.text or "") == Decimal("1680001.5")
    assert cells["A3"].get("t") in {"s", "inlineStr"}


@both_languages
def test_the_workbook_leaves_nothing_out(lang: Lang) -> None:
    """Every result of a deal has a column; what is odd, what moved and how good forecasts were have their rows."""
    data = batch_xlsx(summary(), [row(1, "x")], lang)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        said = "".join(book.read(n).decode() for n in book.namelist() if n.startswith("xl/"))
    for wanted in ("第二招", "客户立项", "拍板的人", "N6", "odd: 华信精工", "怎么算的", "太少"):
        assert wanted in said
    words = {Lang.ZH: ("凭据", "跟上次比", "多久没联系", "往前走了"), Lang.EN: ("proof", "Changes", "Days silent")}
    assert all(wanted in said for wanted in words[lang])


@both_languages
def test_markdown_says_what_moved_and_what_is_odd(lang: Lang) -> None:
    """Counts first, then the deals by name and place, and the traps in plain sentences."""
    text = batch_markdown(summary(), lang)
    moved = {Lang.ZH: "| 往前走了 | 2 |", Lang.EN: "| moved on | 2 |"}
    shift = {Lang.ZH: "| 往前走了 | 问题 | 风险 |", Lang.EN: "| moved on | Problem | Risk |"}
    assert moved[lang] in text
    assert shift[lang] in text
    assert "华信精工" in text.split("odd")[1]


def test_a_column_of_the_workbook_adds_up() -> None:
    """A place with two currencies has two lines: seven deals and one, never eight and eight."""
    places = sheets(batch_xlsx(summary(), [], Lang.EN))["xl/worksheets/sheet3.xml"]
    rows = [[c.findtext(f"{SHEET}v") for c in line] for line in places.iter(f"{SHEET}row")][1:3]
    assert [row[1] for row in rows] == ["7", "1"]
    groups = sheets(batch_xlsx(summary(), [], Lang.EN))["xl/worksheets/sheet8.xml"]
    cells = {c.get("r"): c.findtext(f"{SHEET}v") for c in groups.iter(f"{SHEET}c")}
    assert (cells["D2"], cells.get("D3")) == ("3", None), "counted once"


def test_the_same_report_gives_the_same_workbook() -> None:
    """Byte for byte."""
    first, second = (batch_xlsx(summary(), (row(n, "x") for n in range(5)), Lang.EN) for _ in range(2))
    assert first == second


def test_shares_are_as_exact_as_elsewhere() -> None:
    """Nine decimals, as in JSON: what is left behind them depends on how a run was reckoned."""
    first, second = (row(1, "x").model_copy(update={"confidence": c}) for c in (0.8701226453608868, 0.8701226453608867))
    assert batch_xlsx(summary(), [first], Lang.EN) == batch_xlsx(summary(), [second], Lang.EN)


def test_an_endless_text_is_cut_with_a_mark() -> None:
    """A cell of Excel holds 32,767 characters."""
    with zipfile.ZipFile(io.BytesIO(batch_xlsx(summary(), [row(1, "x" * 40_000)], Lang.EN))) as book:
        assert "(cut: too long)" in "".join(
            book.read(n).decode() for n in book.namelist() if n.endswith((".xml",)) and "xl/" in n
        )


@pytest.mark.parametrize(
    ("amount", "currency", "lang", "shown"),
    [
        ("1680000", "CNY", Lang.ZH, "168万"),
        ("123456789", "CNY", Lang.ZH, "1.23亿"),
        ("950", "CNY", Lang.ZH, "950"),
        ("1680000", "USD", Lang.ZH, "USD 168万"),
        ("1680000", "USD", Lang.EN, "USD 1.68M"),
        ("2500", "EUR", Lang.EN, "EUR 2.5k"),
        ("-40000", "CNY", Lang.EN, "CNY -40k"),
        ("0", "CNY", Lang.EN, "CNY 0"),
    ],
)
def test_money_at_a_glance(amount: str, currency: str, lang: Lang, shown: str) -> None:
    """Three figures are enough to see which is more."""
    assert short_money(Decimal(amount), currency, lang) == shown
