"""Mappings: what headings and contents tell, what they do not, and files that mean what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltc_coach.deals.aliases import load_aliases
from ltc_coach.deals.columns import survey
from ltc_coach.deals.guessing import Open, Proposal, guess, settle
from ltc_coach.deals.mapping import check_mapping, dump_mapping, load_mapping
from ltc_coach.model.cells import Unfit, as_day, as_money, day_orders
from ltc_coach.model.mapping import AnswerColumn, Field, Join, Mapping
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.row import Row
from ltc_coach.problems import CoachError, ExitCode
from ltc_coach.reading.decoding import FORBIDDEN
from tests.playbook_kit import playbook, question


@pytest.fixture
def book() -> Playbook:
    """Two questions; the second has an answer in two languages."""
    two = question("spec", {"none": {}, "tender": {"place": {"reached": "c"}}})
    two["answers"][1]["label"] = {"zh": "招标文件", "en": "A tender"}
    return playbook(
        [question("talk", {"prices": {"place": {"reached": "c"}}, "pain": {"place": {"before": "c"}}}), two]
    )


def proposal(book: Playbook, headings: Sequence[str], *rows: Sequence[str], **more: object) -> Proposal:
    """Guess from a small table."""
    table = [Row("t.csv", i, i + 1, dict(zip(headings, row, strict=True))) for i, row in enumerate(rows, 1)]
    return guess(survey(table), book, load_aliases(), **more)  # type: ignore[arg-type]


def meanings(made: Proposal) -> dict[str, str]:
    """Return what each column was taken for."""
    return {its.column: its.meaning for its in made.guesses}


# ---- cells -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("0", "0", None),
        ("1054", "1054", None),
        ("1054.50", "1054.50", None),
        ("1,234,567.89", "1234567.89", None),
        ("¥35,000", "35000", "CNY"),
        ("￥３５，０００", "35000", "CNY"),
        ("$1,200", "1200", "USD"),
        ("US$ 1200", "1200", "USD"),
        ("1200 EUR", "1200", "EUR"),
        ("CNY 1200", "1200", "CNY"),
        ("35万", "350000", None),
        ("35.5万元", "355000.0", "CNY"),
        ("1.2亿", "120000000.0", None),
        ("人民币 3 百万", "3000000", "CNY"),
        ("999999999999999", "999999999999999", None),
    ],
)
def test_an_amount_is_read_to_the_last_digit(written: str, amount: str, currency: str | None) -> None:
    """Marks, groups and Chinese units by explicit rule; nothing else."""
    assert (Decimal(amount), currency) == as_money(written)


@pytest.mark.parametrize(
    "written",
    ["", "NaN", "inf", "1e400", "1.2E+06", "1_000", "-5", "(500)", "¥-5", "1,23", "12,34,567", "1.", ".5", "1.234.567",
     "1 000", "ten", "0x10", "5%", "¥5$", "35 万 万", "1234567890123456", "0.12345", "1e5", "٣", "--", "1,234,56"],
)  # fmt: skip
def test_what_only_looks_like_an_amount_is_refused(written: str) -> None:
    """With a reason in both languages that shows no more than the cell."""
    with pytest.raises(Unfit) as caught:
        as_money(written)
    assert caught.value.reason.zh
    assert caught.value.reason.en


@pytest.mark.parametrize(
    ("written", "form", "amount"),
    [
        ("1.234,56", "1.234,56", "1234.56"),
        ("1.234", "1.234,56", "1234"),
        ("1 234,5", "1 234,56", "1234.5"),
        ("1\u202f234,5", "1 234,56", "1234.5"),
    ],
)
def test_other_ways_to_write_numbers_are_declared(written: str, form: str, amount: str) -> None:
    """The same digits, read as the mapping says."""
    assert Decimal(amount) == as_money(written, form).amount  # type: ignore[arg-type]


def test_the_unit_of_the_heading_yields_to_that_of_the_cell() -> None:
    """35 in a column of 万 is 350,000; so is 35万 there, and not 3.5 billion."""
    assert Decimal(350_000) == as_money("35", unit="万").amount == as_money("35万", unit="万").amount


@given(st.decimals(0, Decimal("1e14"), places=2))
def test_money_is_exact(amount: Decimal) -> None:
    """However it is grouped, the value is the same."""
    assert amount == as_money(f"{amount:,}").amount == as_money(f"{amount:f}").amount


@pytest.mark.parametrize(
    ("written", "order", "day"),
    [
        ("2026-03-31", "ymd", date(2026, 3, 31)),
        ("2026/3/1", "ymd", date(2026, 3, 1)),
        ("2026.03.01", "mdy", date(2026, 3, 1)),
        ("2026年3月1日", "ymd", date(2026, 3, 1)),
        ("20260301", "ymd", date(2026, 3, 1)),
        ("2026-03-31 23:59", "ymd", date(2026, 3, 31)),
        ("2026-03-31T10:20:30.000Z", "ymd", date(2026, 3, 31)),
        ("2026-03-31T10:20:30+08:00", "ymd", date(2026, 3, 31)),
        ("04/05/2026", "dmy", date(2026, 5, 4)),
        ("04/05/2026 8:05 PM", "mdy", date(2026, 4, 5)),
        ("20.10.2016", "dmy", date(2016, 10, 20)),
        ("２０２６－０３－３１", "ymd", date(2026, 3, 31)),
    ],
)
def test_a_day_is_read_as_declared(written: str, order: str, day: date) -> None:
    """Year first always; otherwise in the order the mapping says."""
    assert day == as_day(written, order)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written",
    ["", "45000", "0", "2026-02-30", "2026-13-01", "31/31/2026", "04/05/26", "2026-03", "tomorrow", "2026-3-1-1",
     "1e5", "04/05/2026"],
)  # fmt: skip
def test_what_is_no_day_is_refused(written: str) -> None:
    """Serial numbers, days that do not exist, two-digit years, and an order nobody declared."""
    with pytest.raises(Unfit):
        as_day(written)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_has_one_order_or_two(day: date) -> None:
    """Only a day after the twelfth tells which of the two comes first."""
    assert frozenset({"ymd"}) == day_orders(day.isoformat())
    orders = day_orders(f"{day.day:02}/{day.month:02}/{day.year}")
    assert "dmy" in orders
    assert ("mdy" in orders) == (day.day <= 12)


# ---- headings ----------------------------------------------------------------------------------------


# Heading, a value, the field it is: as the exports of each write them.
EXPORTS = {
    "Salesforce": """
        Opportunity ID      | 006A1               | id
        Opportunity Name    | Pumps               | alias
        Account Name        | Acme                | customer
        Stage               | Negotiation/Review  | crm_stage
        Amount              | $1,200.00           | amount
        Close Date          | 2026-12-31          | expected
        Created Date        | 2026-01-01          | opened
        Opportunity Owner   | Ann Lee             | owner
        Amount Currency     | USD                 | currency
        Last Activity       | 2026-10-01          | last_contact
        """,
    "HubSpot": """
        hs_object_id        | 4711                | id
        dealname            | Pumps               | alias
        dealstage           | closedwon           | crm_stage
        amount              | 1200.0              | amount
        closedate           | 2026-12-31T00:00:00.000Z | expected
        createdate          | 2026-01-01          | opened
        hubspot_owner_id    | Ann                 | owner
        deal_currency_code  | USD                 | currency
        notes_last_contacted | 2026-10-01 09:00   | last_contact
        """,
    "Odoo": """
        External ID         | crm.lead_1          | id
        Opportunity         | Pumps               | alias
        Customer            | Acme                | customer
        Expected Revenue    | 1200.00             | amount
        Expected Closing    | 2026-12-31          | expected
        Salesperson         | Ann                 | owner
        Sales Team          | Europe              | team
        Stage               | Proposition         | crm_stage
        """,
    "纷享销客": """
        商机编号            | SJ001               | id
        商机名称            | 泵站                | alias
        客户名称            | 华信                | customer
        商机阶段            | 方案报价(30%)       | crm_stage
        预计成交金额(元)    | 35万                | amount
        预计成交日期        | 2026年12月31日      | expected
        负责人              | 张三                | owner
        负责人所在部门      | 华东                | team
        最后跟进时间        | 2026/10/26 10:00    | last_contact
        """,
    "销售易": """
        机会编号            | 1                   | id
        销售机会            | 泵站                | alias
        客户全称            | 华信                | customer
        销售阶段            | 谈判审核            | crm_stage
        销售金额(万元)      | 35                  | amount
        结单日期            | 2026-12-31          | expected
        创建时间            | 2026-01-01 10:00    | opened
        销售机会所有人      | 张三                | owner
        最近活动记录时间    | 2026-10-26          | last_contact
        """,
}


@pytest.mark.parametrize("crm", EXPORTS)
def test_what_crms_call_their_columns(book: Playbook, crm: str) -> None:
    """Each of the usual exports is recognised without a word."""
    lines = [[part.strip() for part in line.split("|")] for line in EXPORTS[crm].strip().splitlines()]
    headings, row, fields = zip(*lines, strict=True)
    made = proposal(book, headings, row)
    assert dict(zip(headings, fields, strict=True)) == meanings(made)
    assert all(its.confidence >= 0.9 for its in made.guesses)


def test_a_heading_is_not_believed_against_its_content(book: Playbook) -> None:
    """A column "Amount" full of words is no amount; one bad cell only lowers the confidence."""
    made = proposal(book, ["Amount", "Close Date"], *[["high", "2026-01-01"]] * 9, ["low", "soon"])
    assert {"Amount": "", "Close Date": "expected"} == meanings(made)
    amount, closed = made.guesses
    assert "'high'" in amount.reason.en
    assert 0.5 < closed.confidence < 0.75
    assert "90% of 10 cells" in closed.reason.en


def test_every_field_has_one_column(book: Playbook) -> None:
    """Of two that could be the customer, the one that says so wins; the other is named as not used."""
    made = proposal(book, ["客户", "最终客户名称简写", "Account"], ["A", "B", ""], ["C", "D", ""])
    assert {"客户": "customer", "最终客户名称简写": "", "Account": ""} == meanings(made)
    assert ["客户"] == [its.column for its in made.guesses if its.meaning]


def test_the_unit_and_the_currency_of_a_heading(book: Playbook) -> None:
    """金额(万元) says both."""
    made = proposal(book, ["客户", "金额(万元)"], ["A", "35"])
    assert ("万", "CNY", ()) == (made.mapping.unit, made.mapping.currency, made.open)


def test_a_currency_nobody_wrote_is_left_open(book: Playbook) -> None:
    """An amount without a currency is a question, not yuan."""
    made = proposal(book, ["Account", "Amount"], ["A", "35"])
    assert (Open("currency", "Amount"),) == made.open
    assert "USD" == settle(made.mapping, made.open[0], {"": "USD"}).currency
    assert () == proposal(book, ["Account", "Amount"], ["A", "€35"], ["B", "12"]).open


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (["2026-04-05", "2026/04/05"], "ymd"),
        (["04/05/2026", "13/05/2026"], "dmy"),
        (["04/05/2026", "05/13/2026"], "mdy"),
        (["04.05.2026", "05.06.2026"], "dmy"),
        (["2026-04-05", "04/13/2026"], "mdy"),
    ],
)
def test_the_order_of_days_is_proved_by_the_whole_column(book: Playbook, days: list[str], order: str) -> None:
    """One day after the twelfth decides for all."""
    made = proposal(book, ["Account", "Close Date"], *[["A", day] for day in days])
    assert (order, "expected", ()) == (made.mapping.dates, meanings(made)["Close Date"], made.open)


@pytest.mark.parametrize("days", [["04/05/2026"], ["13/05/2026", "05/13/2026"]])
def test_an_order_nothing_proves_is_left_open(book: Playbook, days: list[str]) -> None:
    """Nothing proves it, or it is proved both ways: the column is left out until somebody says."""
    made = proposal(book, ["Account", "Close Date"], *[["A", day] for day in days])
    assert "expected" not in made.mapping.columns
    assert ["dates"] == [its.kind for its in made.open]
    told = settle(made.mapping, made.open[0], {"": "dmy"})
    assert ("Close Date", "dmy") == (told.columns["expected"], told.dates)


@pytest.mark.parametrize(
    ("amounts", "form", "open_"),
    [
        (["1,234", "12"], "1,234.56", []),
        (["1.234,50", "1.000"], "1.234,56", []),
        (["1.234.567", "1.000"], "1.234,56", []),
        (["1.234", "5.000"], "1,234.56", ["numbers"]),
        (["1.234", "5.5"], "1,234.56", []),
        (["1 234,50"], "1 234,56", []),
    ],
)
def test_how_amounts_are_written(book: Playbook, amounts: list[str], form: str, open_: list[str]) -> None:
    """1.234 could be a thousand times as much: that is not guessed."""
    made = proposal(book, ["Account", "Amount (EUR)"], *[["A", amount] for amount in amounts])
    assert open_ == [its.kind for its in made.open]
    if not open_:
        assert form == made.mapping.numbers


def test_stages_and_what_they_come_to(book: Playbook) -> None:
    """Endings by their usual names, numbered or not; places by theirs; the others are asked about."""
    made = proposal(
        book, ["Account", "Stage"], *[["A", word] for word in ("Closed Won", "5-输单", "S2 谈判", "b", "Zwilling")]
    )
    assert {
        "Closed Won": "won",
        "5-输单": "lost",
        "S2 谈判": "open",
        "b": "b",
        "Zwilling": "open",
    } == made.mapping.stages
    assert (Open("stages", "Stage", ("Zwilling",)),) == made.open


def test_a_yes_in_an_outcome_column_is_a_deal_won(book: Playbook) -> None:
    """And a no is one that is not."""
    made = proposal(book, ["Account", "Is Won"], ["A", "TRUE"], ["B", "FALSE"])
    assert {"TRUE": "won", "FALSE": "open"} == made.mapping.outcomes


def test_a_no_beside_a_stage_that_says_lost_is_not_heard(book: Playbook) -> None:
    """HubSpot's "Is closed won" is false for a lost deal and for one still running: the stage says which."""
    headings = ["Company name", "Deal Stage", "Is Closed Won"]
    rows = [["A", "Closed Lost", "false"], ["B", "Closed Won", "true"], ["C", "Contract Sent", "false"]]
    made = proposal(book, headings, *rows)
    assert {"customer": "Company name", "crm_stage": "Deal Stage"} == made.mapping.columns
    assert {} == made.mapping.outcomes
    assert "only yes or no" in made.guesses[2].reason.en
    kept = proposal(book, headings, *rows, told={"Is Closed Won": "outcome"})
    assert {"true": "won", "false": "open"} == kept.mapping.outcomes, "who knows the table has the last word"
    assert "outcome" in proposal(book, headings, ["A", "Contract Sent", "false"]).mapping.columns


def test_names_that_differ_stand_for_ids(book: Playbook) -> None:
    """Without an id next week's report could not tell which deal is which; a row number says nothing then."""
    headings = ["商机名称", "客户", "销售金额"]
    made = proposal(book, headings, ["泵站", "华信", "1万"], ["仓库", "华信", "2万"])
    assert ("商机名称", "商机名称") == (made.mapping.columns["id"], made.mapping.columns["alias"])
    assert "stand for ids" in made.guesses[0].reason.en
    alike = proposal(book, headings, ["泵站", "华信", "1万"], ["泵站", "沧澜", "2万"])
    assert "id" not in alike.mapping.columns
    some = proposal(book, headings, ["泵站", "华信", "1万"], ["", "沧澜", "2万"])
    assert "id" not in some.mapping.columns


def test_columns_that_hold_answers(book: Playbook) -> None:
    """By the id of a question, by its text, or by words that are all its answers."""
    made = proposal(book, ["talk", "spec?"], ["prices", "招标文件"], ["Pain", "不清楚"])
    assert {"talk": "answers.talk", "spec?": "answers.spec"} == meanings(made)
    assert {"Pain": "pain"} == made.mapping.answers["talk"].values
    assert {"不清楚": "unknown"} == made.mapping.answers["spec"].values
    by_words = proposal(book, ["Account", "客户给了什么"], ["A", "招标文件"], ["B", "none"], ["C", ""])
    assert "answers.spec" == meanings(by_words)["客户给了什么"]


def test_words_that_are_no_answer_are_asked_about(book: Playbook) -> None:
    """They are named; what somebody says about them goes into the mapping."""
    made = proposal(book, ["talk"], *[["prices"]] * 3, ["贵不贵"])
    assert (Open("words", "talk", ("贵不贵",)),) == made.open
    assert {"贵不贵": "prices"} == settle(made.mapping, made.open[0], {"贵不贵": "prices"}).answers["talk"].values


def test_what_somebody_says_is_no_guess(book: Playbook) -> None:
    """A column can be named, or be left out."""
    made = proposal(book, ["客户", "Kdnr"], ["A", "x"], told={"客户": "", "Kdnr": "customer"})
    assert {"客户": "", "Kdnr": "customer"} == meanings(made)
    assert {"customer": "Kdnr"} == made.mapping.columns


def test_a_table_beside_gives_what_the_export_lacks(book: Playbook) -> None:
    """By the heading both have; it never replaces a column of the export."""
    beside = {"teams.csv": ["Owner", "Region", "Amount"], "other.csv": ["nothing", "in common"]}
    made = proposal(book, ["Account", "Owner", "Amount"], ["A", "Ann", "$5"], beside=beside)
    assert (Join(file="teams.csv", on="Owner", take={"team": "Region"}),) == made.mapping.join


def test_the_users_own_headings_come_first(book: Playbook, home: Path) -> None:
    """A table in the settings folder is read beside the shipped one, and a mistake in it has a line."""
    own = home / "aliases.yaml"
    own.write_text("ltc: 1\nfields: {team: [负责人], id: [Vorgang]}\nanswers: {talk: [他说什么]}\n", encoding="utf-8")
    made = proposal(book, ["Vorgang", "负责人", "客户", "他说什么"], ["1", "x", "A", "prices"])
    assert {"Vorgang": "id", "负责人": "team", "客户": "customer", "他说什么": "answers.talk"} == meanings(made)
    own.write_text("ltc: 1\nfields:\n  teem: [x]\n", encoding="utf-8")
    with pytest.raises(CoachError) as caught:
        load_aliases()
    assert [(3, "not-allowed")] == [(p.where.line, p.code) for p in caught.value.problems if p.where]


def test_the_shipped_headings_are_sound() -> None:
    """Every field has names, and no name means two fields."""
    aliases = load_aliases()
    assert set(get_args(Field)) == set(aliases.fields)
    names = [name for named in aliases.fields.values() for name in named]
    assert len(names) == len(set(names))
    assert {"won", "lost", "given_up", "open"} == set(aliases.stages)


def test_files_with_other_headings_do_not_blur_the_picture() -> None:
    """The headings most rows have are taken; the other files are named."""
    rows = [Row("deals.csv", i, i, {"Account": "A", "Stage": "won"}) for i in range(3)]
    found = survey([*rows, Row("teams.csv", 1, 1, {"Owner": "Ann", "Region": "x"})])
    assert (["Account", "Stage"], ("teams.csv",)) == (list(found.columns), found.others)


# ---- files -------------------------------------------------------------------------------------------

WORD = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda word: not FORBIDDEN.search(word) and word == " ".join(word.split())
)


@given(
    columns=st.dictionaries(st.sampled_from(get_args(Field)), WORD, min_size=1),
    stages=st.dictionaries(WORD, st.sampled_from(["open", "won", "a", "d"]), max_size=4),
    words=st.dictionaries(WORD, st.sampled_from(["pain", "unknown"]), max_size=4),
    joined=WORD,
    blank=st.lists(WORD, max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_a_mapping_that_was_written_reads_back_the_same(  # noqa: PLR0913, PLR0917 - drawn, each a part of it
    tmp_path_factory: pytest.TempPathFactory,
    columns: dict[Field, str],
    stages: dict[str, str],
    words: dict[str, str],
    joined: str,
    blank: list[str],
) -> None:
    """Whatever headings and words an export has: `no`, `1.10`, `# x`, quotes, emoji, `2026-01-01`."""
    book = playbook([question("talk", {"prices": {}, "pain": {}})])
    mapping = Mapping(
        columns=columns,
        stages=stages,
        answers={"talk": AnswerColumn(column=joined, values=words)},
        join=(Join(file="teams.csv", on=joined, take={"team": joined}),),
        blank=tuple(blank),
    )
    file = tmp_path_factory.mktemp("mapping") / "mapping.yaml"
    file.write_text(dump_mapping(mapping, [joined]), encoding="utf-8")
    assert mapping == load_mapping(file, book)


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("ltc: 2\ncolumns: {id: a}\n", 1, "newer-format"),
        ("ltc: 1\n", 1, "no-columns"),
        ("ltc: 1\ncolumns: {}\n", 2, "no-columns"),
        ("ltc: 1\ncolumns:\n  amont: a\n", 3, "not-allowed"),
        ("ltc: 1\ncolums:\n  id: a\n", 2, "unknown-field"),
        ("ltc: 1\ncolumns: {id: a}\ndates: iso\n", 3, "not-allowed"),
        ("ltc: 1\ncolumns: {id: a}\nstages: {Won: yes}\n", 3, "unknown-meaning"),
        ("ltc: 1\ncolumns: {id: a}\noutcomes: {x: b}\n", 3, "unknown-meaning"),
        ("ltc: 1\ncolumns: {id: a}\nanswers: {tolk: {column: x}}\n", 3, "unknown-question"),
        ("ltc: 1\ncolumns: {id: a}\nanswers: {talk: {column: x, values: {y: price}}}\n", 3, "unknown-answer"),
        ("ltc: 1\ncolumns: {id: a}\njoin: [{file: ../teams.csv, on: x}]\n", 3, "bad-path"),
        ("ltc: 1\ncolumns: {id: a}\njoin: [{file: /etc/hostname, on: x}]\n", 3, "bad-path"),
        ("ltc: 1\ncolumns: {id: a}\njoin: [{file: 'c:\\\\x', on: x}]\n", 3, "bad-path"),
    ],
)
def test_a_mistake_in_a_mapping_has_a_line(book: Playbook, tmp_path: Path, text: str, line: int, code: str) -> None:
    """Nothing in it is ignored, and nothing leads out of the folder."""
    file = tmp_path / "mapping.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CoachError) as caught:
        load_mapping(file, book)
    assert caught.value.exit_code == ExitCode.USAGE
    assert (line, code) in [(p.where.line, p.code) for p in caught.value.problems if p.where]


def test_a_near_miss_is_offered(book: Playbook) -> None:
    """The author meant something that exists."""
    (problem,) = check_mapping(Mapping(columns={"id": "a"}, stages={"Won": "wom"}), book)
    assert "won" in problem.hint.en


def test_words_of_answers_are_taken_as_they_stand(book: Playbook) -> None:
    """What the mapping says, then ids and labels; every reader of a mapping gets the same."""
    mapping = Mapping(
        columns={}, answers={"spec": AnswerColumn(column="x", values={"标书": "tender", "none": "unknown"})}
    )
    expected = {
        "标书": "tender",
        "none": "unknown",
        "tender": "tender",
        "招标文件": "tender",
        "A tender": "tender",
        "unknown": "unknown",
    }
    assert {"spec": expected} == mapping.words(book)
