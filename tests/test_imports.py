"""From an export to deals: what a row says and nothing more, every row accounted for, the traps told."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltc_coach.console import Interrupted, prompts
from ltc_coach.deals.imports import Importer
from ltc_coach.deals.lookups import load_lookups
from ltc_coach.deals.mapping import load_mapping
from ltc_coach.deals.tables import read_rows
from ltc_coach.i18n import Lang
from ltc_coach.model.deal import Answer, Deal, Outcome, Visit
from ltc_coach.model.mapping import AnswerColumn, Join, Mapping
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.row import Imported, Row, Skipped
from ltc_coach.problems import CoachError, ExitCode
from tests.cli_kit import TINY, Ran
from tests.playbook_kit import playbook, question
from tests.workbook_kit import texts, xlsx

Ltc = Callable[..., Ran]
IMPORT = ("deals", "import", "-p", str(TINY))

MAPPING = Mapping(
    columns={
        "id": "Id",
        "customer": "Account",
        "product": "Product",
        "amount": "Amount",
        "opened": "Start",
        "expected": "End",
        "crm_stage": "Stage",
        "owner": "Owner",
    },
    currency="USD",
    stages={"Won": "won", "Lost": "lost", "Talking": "open", "Solution": "c"},
)
EXPORT = """\
Id,Account,Product,Amount,Start,End,Stage,Owner
d1,Acme,GTXPro,1054.10,2026-01-05,2026-03-01,Won,Ann
d2,,GTX Pro,,2026-01-06,,Talking,Ann
d3,Beta,GTXPro,0,2026-01-07,2026-01-02,Lost,Bob
d4,Gama,GTXPro,,2026-01-08,2026-04-01,Won,Bob
d5,Beta,GTXPro,ten,2026-01-09,2026-05-01,Talking,Bob
d1,Beta,GTXPro,"2,000.05",2026-01-10,2026-12-31,Solution,Eve
"""


@pytest.fixture
def book() -> Playbook:
    """One question with two answers, four places."""
    return playbook([question("talk", {"prices": {"place": {"reached": "c"}}, "pain": {"place": {"before": "c"}}})])


def row(values: dict[str, object], **more: Any) -> Row:
    """Make a row of a table."""
    return Row("export.csv", 7, 8, values, **more)


def one(book: Playbook, values: dict[str, object], **mapping: Any) -> Imported | Skipped:
    """Turn one row into a deal, by the usual mapping or one that differs from it."""
    given_ = {"columns": {"id": "Id", "customer": "Account"}} | mapping
    return Importer(Mapping(**given_), book).to_deal(row({"Id": "d1", "Account": "A"} | values))


def deal(book: Playbook, values: dict[str, object], **mapping: Any) -> Deal:
    """Return the deal a row becomes; it must become one."""
    done = one(book, values, **mapping)
    assert isinstance(done, Imported), done
    return done.deal


def reason(book: Playbook, values: dict[str, object], **mapping: Any) -> tuple[str, str]:
    """Return the column at fault and the reason in English; the row must be refused."""
    done = one(book, values, **mapping)
    assert isinstance(done, Skipped), done
    assert done.reason.zh
    return done.field, done.reason.en


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Six rows with the usual traps in them."""
    file = tmp_path / "export.csv"
    file.write_text(EXPORT, encoding="utf-8")
    return file


def taken(book: Playbook, file: Path, mapping: Mapping = MAPPING) -> tuple[Importer, list[Imported | Skipped]]:
    """Import a whole file."""
    importer = Importer(mapping, book, load_lookups(mapping, file.parent))
    return importer, list(importer.read(read_rows([file])))


# ---- one row ---------------------------------------------------------------------------------------


def test_a_row_becomes_the_deal_it_describes(book: Playbook, export: Path) -> None:
    """Every column to its field, money to the cent, the stage as a fact beside it; no answer comes of a stage."""
    _, done = taken(book, export)
    first = done[0]
    assert isinstance(first, Imported)
    wanted = Deal(
        id="d1",
        customer="Acme",
        product="GTXPro",
        amount=Decimal("1054.10"),
        currency="USD",
        opened=date(2026, 1, 5),
        crm_stage="Won",
        owner="Ann",
        outcome=Outcome(state="won", day=date(2026, 3, 1)),
    )
    assert (wanted, ()) == (first.deal, first.deal.answers)


def test_a_deal_from_a_row_is_as_good_as_one_from_a_file(book: Playbook, export: Path) -> None:
    """What the fast way makes would also pass the slow check."""
    _, done = taken(book, export)
    for each in done:
        if isinstance(each, Imported) and each.deal.customer:
            assert each.deal == Deal.model_validate(each.deal.model_dump(exclude_none=True))


def test_one_date_column_is_the_plan_first_and_the_end_in_the_end(book: Playbook) -> None:
    """CRMs have one close date; with two columns each keeps its meaning."""
    both = {"id": "Id", "customer": "Account", "expected": "Plan", "closed": "End", "crm_stage": "Stage"}
    stages = {"Won": "won", "Talking": "open"}
    cells: dict[str, object] = {"Plan": "2026-05-01", "End": "2026-04-01", "Stage": "Won"}
    won = deal(book, cells, columns=both, stages=stages)
    assert (date(2026, 5, 1), Outcome(state="won", day=date(2026, 4, 1))) == (won.expected, won.outcome)
    single = deal(book, cells | {"End": ""}, columns=both, stages=stages)
    assert (None, Outcome(state="won", day=date(2026, 5, 1))) == (single.expected, single.outcome)
    going = deal(book, cells | {"Plan": "", "Stage": "Talking"}, columns=both, stages=stages)
    assert (date(2026, 4, 1), None) == (going.expected, going.outcome)


def test_an_outcome_column_outweighs_the_stage(book: Playbook) -> None:
    """Where a CRM says both, the outcome is what happened."""
    columns = {"id": "Id", "customer": "Account", "crm_stage": "Stage", "outcome": "Result"}
    how = {"columns": columns, "stages": {"Won": "won"}, "outcomes": {"lost it": "lost", "running": "open"}}
    assert deal(book, {"Stage": "Won", "Result": "lost it"}, **how).outcome == Outcome(state="lost")
    assert deal(book, {"Stage": "Won", "Result": ""}, **how).outcome == Outcome(state="won")
    assert deal(book, {"Stage": "Won", "Result": "running"}, **how).outcome is None
    assert ("Result", "outcome 'maybe' is not in the mapping") == reason(book, {"Result": "maybe"}, **how)


def test_answers_come_from_answer_columns_only(book: Playbook) -> None:
    """A word means what the mapping says; a blank is no answer; any other word is refused."""
    how = {"answers": {"talk": AnswerColumn(column="He says", values={"贵": "prices"})}}
    said = [deal(book, {"He says": word}, **how).answers for word in ("贵", "pain", "unknown", "", " - ")]
    wanted = [(Answer(question="talk", value=value),) for value in ("prices", "pain", "unknown")]
    assert [*wanted, (), ()] == said
    assert ("He says", "'dear' is not an answer to question 'talk'") == reason(book, {"He says": "dear"}, **how)


@pytest.mark.parametrize(
    ("columns", "values", "expected"),
    [
        ({"amount": "A"}, {"A": "NaN"}, "'NaN' is not an amount of money"),
        ({"amount": "A"}, {"A": "-5"}, "the amount is below zero: -5"),
        ({"amount": "A"}, {"A": "1.2E+06"}, "'1.2E+06' is in scientific notation: digits are lost"),
        ({"amount": "A"}, {"A": "#DIV/0!"}, "an Excel error, #DIV/0!"),
        ({"product": "A"}, {"A": "#REF!"}, "an Excel error, #REF!"),
        ({"owner": "A"}, {"A": "#NOT-COMPUTED!"}, "a formula without a saved result: open it in Excel and save it"),
        ({"amount": "A"}, {"A": "€5"}, "the amount says EUR, the currency is CNY"),
        ({"amount": "A", "currency": "C"}, {"A": "$5", "C": "eur"}, "the amount says USD, the currency is EUR"),
        ({"currency": "A"}, {"A": "gold"}, "'gold' is not a currency"),
        ({"opened": "A"}, {"A": "45000"}, "'45000' is not a date"),
        ({"opened": "A"}, {"A": "2026-02-30"}, "there is no such day as 2026-02-30"),
        ({"opened": "A"}, {"A": "04/05/2026"}, "'04/05/2026': day or month first? Write `dates: dmy` or `mdy`"),
        ({"owner": "A"}, {"A": ["Ann", "Bob"]}, "this is not a single value"),
    ],
)
def test_a_cell_that_does_not_fit_refuses_its_row(
    book: Playbook, columns: dict[str, str], values: dict[str, object], expected: str
) -> None:
    """By name and reason; what is wrong is never left out silently."""
    assert ("A", expected) == reason(book, values, columns={"id": "Id", "customer": "Account"} | columns)


def test_a_cell_that_nobody_maps_may_hold_anything(book: Playbook) -> None:
    """An error in a column that is not used harms nobody."""
    assert "A" == deal(book, {"Notes": "#REF!", "List": [1, 2], "Amount": "ten"}).customer


def test_a_blank_is_what_the_mapping_calls_one(book: Playbook) -> None:
    """CRMs write -- and N/A; others can be named, and then those are texts."""
    columns = {"id": "Id", "customer": "Account", "owner": "O"}
    assert deal(book, {"O": " -- "}, columns=columns).owner is None
    assert "--" == deal(book, {"O": " -- "}, columns=columns, blank=("none",)).owner
    assert deal(book, {"O": "none"}, columns=columns, blank=("none",)).owner is None


def test_what_a_row_lacks(book: Playbook) -> None:
    """No id: file and row stand for it. No customer: none is made up."""
    made = deal(book, {"Id": "", "Account": ""})
    assert ("export-7", "") == (made.id, made.customer)


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"Id": "合计"}, "Id"),
        ({"Id": "Total"}, "Id"),
        ({"Id": "Grand Totals (60 records)"}, "Id"),
        ({"Id": "", "Account": "总计:"}, "Account"),
        ({"Id": "", "Account": "Subtotal"}, "Account"),
    ],
)
def test_a_line_of_totals_is_no_deal(book: Playbook, values: dict[str, object], column: str) -> None:
    """Counted as one it would double all the money; so it is refused and listed."""
    assert (column, "a line of totals, not a deal") == reason(book, values)


def test_a_customer_may_be_called_total(book: Playbook) -> None:
    """An oil company was; the word alone makes a sum only where an id should stand."""
    assert "Total" == deal(book, {"Id": "d1", "Account": "Total"}).customer


def test_the_last_contact_the_crm_noted_counts_as_one(book: Playbook) -> None:
    """It is all an export knows of visits, and enough to tell who has been left waiting."""
    columns = {"id": "Id", "customer": "Account", "last_contact": "Seen"}
    assert (Visit(day=date(2026, 10, 1)),) == deal(book, {"Seen": "2026-10-01 09:30"}, columns=columns).visits
    assert () == deal(book, {"Seen": ""}, columns=columns).visits


def test_a_whole_deal_passes_if_its_answers_fit(book: Playbook) -> None:
    """It needs no mapping; an answer the playbook does not have refuses it."""
    importer = Importer(Mapping(columns={}), book)
    good = Deal(
        id="x",
        customer="X",
        answers=(Answer(question="talk", value="pain"), Answer(question="talk", value="retracted")),
    )
    bad = good.model_copy(update={"answers": (Answer(question="talk", value="nice"),)})
    other = good.model_copy(update={"answers": (Answer(question="walk", value="pain"),)})
    done = [importer.to_deal(row({}, deal=each)) for each in (good, bad, other)]
    assert isinstance(done[0], Imported)
    assert good == done[0].deal
    assert ["answers.0", "answers.0"] == [each.field for each in done[1:] if isinstance(each, Skipped)]


# ---- all rows --------------------------------------------------------------------------------------


def test_every_row_is_accounted_for(book: Playbook, export: Path) -> None:
    """Rows in, deals and refusals out, in order; sums by state, exact."""
    importer, done = taken(book, export)
    assert [1, 2, 3, 4, 5, 6] == [each.row.row if isinstance(each, Imported) else each.row for each in done]
    tally = importer.tally
    assert (6, 1, {"won": 2, "lost": 1, "open": 2}) == (tally.rows, tally.skipped, dict(tally.deals))
    assert Decimal("3054.15") == tally.total("USD")
    assert {("USD", "won"): Decimal("1054.10"), ("USD", "lost"): 0, ("USD", "open"): Decimal("2000.05")} == tally.money


def test_the_traps_are_told(book: Playbook, export: Path) -> None:
    """Each kind once, with a count, by state, and where the first ones stand."""
    importer, done = taken(book, export)
    found = {(finding.code, finding.about): finding for finding in importer.findings()}
    assert {
        ("duplicate-id", "id"),
        ("bare", "amount"),
        ("backwards", "closed"),
        ("blank", "amount"),
        ("blank", "customer"),
        ("blank", "expected"),
        ("zero", "amount"),
        ("spelling", "product"),
    } == set(found)
    file = str(export)
    assert ((file, 2), (file, 7)) == found["duplicate-id", "id"].places
    assert "won without an amount: 1" == found["bare", "amount"].message.en
    assert "amount: 2 blank (Talking 1, Won 1)" == found["blank", "amount"].message.en
    assert "product: 'GTXPro' (4) and 'GTX Pro' (1) look like the same" == found["spelling", "product"].message.en
    warned = [[warn.id for warn in each.warnings] for each in done if isinstance(each, Imported)]
    assert [[], [], ["ends-before-it-begins"], ["won-without-amount"], []] == warned


def test_a_stage_nobody_named_is_open_and_told(book: Playbook, tmp_path: Path) -> None:
    """It is not dropped, and not guessed at."""
    file = tmp_path / "e.csv"
    file.write_text("Id,Stage\na,Won\nb,Verhandeln\nc,Verhandeln\n", encoding="utf-8")
    importer, done = taken(book, file, Mapping(columns={"id": "Id", "crm_stage": "Stage"}, stages={"Won": "won"}))
    assert ["Won", "Verhandeln", "Verhandeln"] == [each.deal.crm_stage for each in done if isinstance(each, Imported)]
    (told,) = [finding for finding in importer.findings() if finding.code == "unknown-stage"]
    assert ("stage 'Verhandeln' is not in the mapping: 2 taken as open", 2) == (told.message.en, told.count)


def test_the_same_id_in_two_files_is_told_with_both(book: Playbook, tmp_path: Path) -> None:
    """Sync copies and overlapping exports count deals twice."""
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(f"Id\n{name}\nsame\n", encoding="utf-8")
    importer = Importer(Mapping(columns={"id": "Id"}), book)
    assert 4 == len(list(importer.read(read_rows([tmp_path]))))
    (finding,) = importer.findings()
    assert ((str(tmp_path / "a.csv"), 3), (str(tmp_path / "b.csv"), 3)) == finding.places


def test_a_table_that_lacks_a_column_is_refused_as_a_whole(book: Playbook, export: Path) -> None:
    """Once, by name; the other tables are read."""
    (export.parent / "another.csv").write_text("Id,Account\nx,y\nz,w\n", encoding="utf-8")
    importer = Importer(MAPPING, book)
    done = list(importer.read(read_rows([export.parent])))
    assert (7, "Product", 0) == (len(done), done[0].field, done[0].row)  # type: ignore[union-attr]


def test_a_json_record_may_leave_fields_out(book: Playbook, tmp_path: Path) -> None:
    """There a field that is missing is a blank."""
    (tmp_path / "e.jsonl").write_text('{"Id": "a", "Amount": 10.5}\n{"Id": "b"}\n', encoding="utf-8")
    importer, done = taken(book, tmp_path / "e.jsonl", Mapping(columns={"id": "Id", "amount": "Amount"}))
    assert (2, Decimal("10.5")) == (len(done), importer.tally.total("CNY"))


AMOUNTS = st.lists(st.one_of(st.decimals(0, 10**9, places=2), st.none(), st.just("bad")), max_size=40)


@given(AMOUNTS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_sums_agree_with_plain_counting(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[Any], draw: random.Random
) -> None:
    """To the cent, whatever the order of the rows; no row is lost between reading and counting."""
    book = playbook([question("talk", {"prices": {}, "pain": {}})])
    file = tmp_path_factory.mktemp("sums") / "e.csv"
    rows = [(f"d{i}", "" if amount is None else amount) for i, amount in enumerate(amounts)]
    draw.shuffle(rows)
    text = io.StringIO()
    csv.writer(text).writerows([("Id", "Amount"), *rows])
    file.write_text(text.getvalue(), encoding="utf-8")
    importer, done = taken(book, file, Mapping(columns={"id": "Id", "amount": "Amount"}))
    good = [amount for amount in amounts if isinstance(amount, Decimal)]
    assert sum(good, Decimal(0)) == importer.tally.total("CNY")
    assert (len(amounts), amounts.count("bad")) == (len(done), importer.tally.skipped)


# ---- further tables --------------------------------------------------------------------------------

JOINED = MAPPING.model_copy(
    update={
        "join": (Join(file="teams.csv", on="Owner", take={"team": "Office"}), Join(file="products.csv", on="Product"))
    }
)


def test_a_further_table_gives_the_team_and_knows_the_products(book: Playbook, export: Path) -> None:
    """Who is not in it has no team; a product spelled otherwise there is told."""
    (export.parent / "teams.csv").write_text("Owner,Office\nAnn,East\nBob,West\n", encoding="utf-8")
    (export.parent / "products.csv").write_text("Product\nGTX Pro\n", encoding="utf-8")
    importer, done = taken(book, export, JOINED)
    assert ["East", "East", "West", "West", None] == [each.deal.team for each in done if isinstance(each, Imported)]
    told = {(finding.code, finding.message.en) for finding in importer.findings()}
    assert ("not-listed", "column 'Owner': 'Eve' (1) is not in teams.csv") in told
    assert ("spelling", "column 'Product': 'GTXPro' (4) is 'GTX Pro' in products.csv") in told


@pytest.mark.parametrize(
    ("teams", "expected"),
    [
        (None, "teams.csv, named in the mapping, is not in"),
        ("Owner,Place\nAnn,East\n", "teams.csv has no column 'Office'"),
        ("Owner,Office\nAnn,East\nAnn,West\n", "teams.csv: 'Ann' stands in rows 1 and 2, and they differ"),
        ("Owner,Office\nAnn\n", "1 cells for 2 headings"),
    ],
)
def test_a_further_table_that_cannot_be_used_stops_the_run(
    book: Playbook, export: Path, teams: str | None, expected: str
) -> None:
    """Every deal would be wrong by it."""
    (export.parent / "products.csv").write_text("Product\nGTX Pro\n", encoding="utf-8")
    if teams is not None:
        (export.parent / "teams.csv").write_text(teams, encoding="utf-8")
    with pytest.raises(CoachError) as caught:
        taken(book, export, JOINED)
    assert (ExitCode.USAGE, True) == (caught.value.exit_code, expected in caught.value.message.en)


# ---- ltc deals import ------------------------------------------------------------------------------


@pytest.fixture
def crm(home: Path) -> Path:
    """An export as a small CRM makes it, with a table of teams beside it."""
    (home / "crm.csv").write_text(
        "deal_id,account,stage,close_value,close_date,sales_agent,documents\n"
        "d1,华信,Won,1054,2026-03-01,Ann,list\n"
        "d2,,Engaging,,,Bob,\n"
        "d3,Beta,Engaging,oops,,Bob,\n"
        "d4,Beta,Lost,0,2026-03-02,Bob,list\n"
        "d5,Gama,Won,99.50,2026-03-03,Ann,\n",
        encoding="utf-8",
    )
    (home / "teams.csv").write_text("sales_agent,regional_office\nAnn,East\nBob,West\n", encoding="utf-8")
    return home / "crm.csv"


def test_the_page_of_an_import(ltc: Ltc, crm: Path) -> None:
    """What each column is and why, what it comes to, the traps, and what it cannot tell; bad rows on stderr; exit 3."""
    ran = ltc(*IMPORT, crm, "--map", "--no-input", "--currency", "USD")
    assert 3 == ran.code
    assert f"{crm}:4: close_value: 'oops' is not an amount of money" in ran.err
    for text in (
        "deal_id → id  95%",
        "documents → question documents",
        "rows: 5, deals: 4, unreadable: 1",
        "1,153.50 USD",
    ):
        assert text in ran.out
    assert "customer: 1 blank (Engaging 1)" in ran.out
    assert "kept beside the evidence and is none" in " ".join(ran.out.split())


@pytest.mark.parametrize("columns", ["60", "80"])
def test_the_page_fits_and_is_in_both_languages(
    ltc: Ltc, crm: Path, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is cut, nothing runs over, and the Chinese page is Chinese."""
    from ltc_coach.console.page import cells

    monkeypatch.setenv("COLUMNS", columns)
    pages = [ltc(*IMPORT, crm, lang=lang).out for lang in ("zh", "en")]
    assert [] == [line for page in pages for line in page.splitlines() if cells(line) > int(columns)]
    assert "每一列是什么" in pages[0]
    assert "币种没有写" in pages[0]


def test_a_mapping_is_saved_and_used_again(ltc: Ltc, crm: Path, home: Path, book: Playbook) -> None:
    """The file says what the guess was; reading by it comes to the same."""
    made = ltc(*IMPORT, crm, "--map", "--no-input", "--with", home / "teams.csv", "-o", "m.yaml")
    assert (3, True) == (made.code, "ltc batch" in made.err)
    written = (home / "m.yaml").read_text(encoding="utf-8")
    assert "  owner: sales_agent\n" in written
    assert "team: regional_office" in written
    used = ltc(*IMPORT, crm, "--mapping", "m.yaml")
    assert "rows: 5, deals: 4, unreadable: 1" in used.out
    assert 3 == used.code
    with pytest.raises(CoachError):
        load_mapping(home / "m.yaml", book)  # another playbook does not have the question


def test_a_mapping_on_standard_output_is_nothing_but_that(ltc: Ltc, crm: Path, home: Path) -> None:
    """`-o -` is for pipes: the page goes to the other stream."""
    ran = ltc(*IMPORT, crm, "--map", "--no-input", "-o", "-")
    (home / "m.yaml").write_text(ran.out, encoding="utf-8")
    assert ran.out.startswith("#")
    assert "rows: 5, deals: 4" in ran.err
    assert 3 == ltc(*IMPORT, crm, "--mapping", "m.yaml").code


def test_a_sound_export_exits_well(ltc: Ltc, home: Path) -> None:
    """Nothing refused, nothing saved unless asked for."""
    (home / "a.csv").write_text("deal_id,account\nd1,A\n", encoding="utf-8")
    ran = ltc(*IMPORT, "a.csv")
    assert (0, ["a.csv"]) == (ran.code, [file.name for file in home.iterdir() if file.is_file()])
    assert "not saved" in ran.err


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["nope.csv"], "no such file"),
        (["crm.csv", "--map", "--mapping", "m.yaml"], "--map and --mapping"),
        (["crm.csv", "--map"], "no terminal"),
        (["crm.csv", "--currency", "dollars"], "--currency wants a code"),
        (["crm.csv", "--encoding", "klingon"], "there is no encoding"),
        (["crm.csv", "--with", "sub/teams.csv"], "must lie in the folder"),
        (["strange.csv"], "not one column was recognised"),
        (["empty.csv"], "not one row can be read"),
    ],
)
def test_wrong_usage_is_told_and_exits_2(ltc: Ltc, crm: Path, home: Path, args: list[str], expected: str) -> None:
    """Nothing is read, asked or written."""
    (home / "strange.csv").write_text("foo,bar\nx,y\nx,y\n", encoding="utf-8")
    (home / "empty.csv").write_text("deal_id,account\n", encoding="utf-8")
    assert crm.exists()
    ran = ltc(*IMPORT, *args)
    assert (2, True) == (ran.code, expected in ran.err)


def test_standard_input_is_read_twice(spawn: Ltc, crm: Path) -> None:
    """Once to find out what it is, once to count; a pipe can only be read once, so it is kept."""
    ran = spawn(*IMPORT, "-", "--lang", "en", stdin=crm.read_bytes())
    assert (3, True) == (ran.code, "rows: 5, deals: 4, unreadable: 1" in ran.out)


def test_hostile_cells_do_not_reach_the_terminal(ltc: Ltc, home: Path) -> None:
    """Headings, values and file names are data."""
    (home / "a.csv").write_text(
        "deal_id,acc\x1b[31mount,stage\nd\x1b]0;x\x07,A\u202e,W\x9bon\nd2,A,#REF!\n", encoding="utf-8"
    )
    ran = ltc(*IMPORT, "a.csv", "--map", "--no-input", "-o", "-")
    assert not any(char in ran.out + ran.err for char in "\x1b\x07\x9b\u202e")


# ---- asking ----------------------------------------------------------------------------------------


class Person:
    """Answers prompts from a list, and keeps what was asked."""

    def __init__(self, answers: Sequence[str]) -> None:
        self.asked: list[str] = []
        self._answers: Iterator[str] = iter(answers)

    def choose(
        self, message: str, options: Sequence[tuple[str, str]], lang: Lang, *, default: str | None = None
    ) -> str:
        """Give the next answer; it must be one of the options."""
        self.asked.append(message)
        assert lang in Lang
        answer = next(self._answers, "nothing")
        assert answer in [value for value, _ in options], (message, options)
        assert default is None or default in [value for value, _ in options]
        return answer

    def ask_text(self, message: str, lang: Lang, *, default: str = "", check: Callable[[str], str | None]) -> str:
        """Type the next answer, or take the default for an empty one."""
        self.asked.append(message)
        assert lang in Lang
        answer = next(self._answers) or default
        assert check(answer) is None
        return answer


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Person]:
    """Sit somebody at the terminal who will give these answers."""

    def sit(*answers: str) -> Person:
        someone = Person(answers)
        monkeypatch.setattr(prompts, "choose", someone.choose)
        monkeypatch.setattr(prompts, "ask_text", someone.ask_text)
        monkeypatch.setattr("ltc_coach.cli.importing.can_ask", lambda: True)
        return someone

    return sit


def test_what_the_data_do_not_tell_is_asked(ltc: Ltc, home: Path, person: Callable[..., Person]) -> None:
    """Doubtful columns, missing fields, days, the point, the currency, stages, words; then the file's name."""
    (home / "x.csv").write_text(
        "Vorgang,Endkunde Customer,Amount,Close Date,Stage,Wer,documents\n"
        "7,Acme,1.234,04/05/2026,Zwilling,Ann,paper!\n"
        "8,Beta,5.000,05/06/2026,Won,Bob,list\n"
        "9,Gama,2.000,05/06/2026,Won,Bob,list\n"
        "10,Dora,2.000,05/06/2026,Won,Bob,list\n",
        encoding="utf-8",
    )
    someone = person(
        "customer", "Vorgang", "Wer",  # a doubtful column, and the columns of two fields
        "dmy", "1.234,56", "other", "CHF", "lost", "tender", "",
    )  # fmt: skip
    ran = ltc(*IMPORT, "x.csv", "--map")
    assert (0, "") == (
        ran.code,
        ran.err.replace("the mapping is in mapping.yaml. Next: ltc batch x.csv --mapping mapping.yaml\n", ""),
    )
    assert 10 == len(someone.asked)
    assert "What is column 'Endkunde Customer'?" in someone.asked[0]
    assert "What number is 1.234?" in someone.asked
    written = (home / "mapping.yaml").read_text(encoding="utf-8")
    for line in (
        "id: Vorgang",
        "owner: Wer",
        "currency: CHF",
        "dates: dmy",
        'numbers: "1.234,56"',
        "Zwilling: lost",
        '"paper!": tender',
    ):
        assert line in written
    assert "won       3  9,000 CHF" in ran.out
    assert "lost      1  1,234 CHF" in ran.out


def test_what_is_plain_is_not_asked(ltc: Ltc, crm: Path, home: Path, person: Callable[..., Person]) -> None:
    """With the currency told there is nothing to ask but where to save; the next free name is offered."""
    (home / "mapping.yaml").write_text("taken", encoding="utf-8")
    crm.write_text(crm.read_text(encoding="utf-8").replace("oops", "12"), encoding="utf-8")
    someone = person("")
    assert 0 == ltc(*IMPORT, crm, "--map", "--currency", "USD").code
    assert 1 == len(someone.asked)
    assert "taken" == (home / "mapping.yaml").read_text(encoding="utf-8")
    assert (home / "mapping-2.yaml").exists()


def test_whoever_leaves_in_the_middle_goes_on_there(ltc: Ltc, home: Path, person: Callable[..., Person]) -> None:
    """Exit 130, the answers kept; the same command asks only the rest, and the mapping has all of them."""
    (home / "x.csv").write_text("id,customer,Amount,Stage,owner\n7,Acme,5,Zwilling,Ann\n8,B,6,Drilling,Bob\n", "utf-8")
    first = person("USD", "won")

    def leave(message: str, *args: Any, **more: Any) -> str:
        if "Drilling" in message:
            raise Interrupted
        return first.choose(message, *args, **more)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(prompts, "choose", leave)
        ran = ltc(*IMPORT, "x.csv", "--map", "--lang", "en")
    assert (130, "") == (ran.code, ran.out)
    assert "the 2 answers are kept: the same command goes on from here" in ran.err
    second = person("lost", "")
    again = ltc(*IMPORT, "x.csv", "--map", "--lang", "en")
    assert (0, 2) == (again.code, len(second.asked))
    assert "2 answers are there from last time" in again.err
    written = (home / "mapping.yaml").read_text(encoding="utf-8")
    assert all(line in written for line in ("currency: USD", "Zwilling: won", "Drilling: lost"))
    third = person("EUR", "open", "open", "")
    assert 0 == ltc(*IMPORT, "x.csv", "--map").code
    assert 4 == len(third.asked), "what is in the mapping is not kept any longer"


def test_a_further_table_is_named_as_it_is_called(ltc: Ltc, crm: Path, home: Path) -> None:
    """Without its folder too: it has to lie beside the export anyway."""
    folder = home / "export"
    folder.mkdir()
    crm.rename(folder / crm.name)
    (home / "teams.csv").rename(folder / "teams.csv")
    ran = ltc(*IMPORT, folder / crm.name, "--map", "--no-input", "--with", "teams.csv", "-o", "m.yaml")
    assert "file: teams.csv" in (home / "m.yaml").read_text(encoding="utf-8"), ran.err


@pytest.mark.parametrize("command", [("deals", "import"), ("batch",)])
def test_the_right_sheet_may_be_another_one(ltc: Ltc, home: Path, command: tuple[str, ...]) -> None:
    """A workbook that begins with a page of remarks is told apart from one nobody can read."""
    remarks = texts(1, "made by the system") + texts(2, "keep it here")
    deals = texts(1, "Id", "Account") + texts(2, "d1", "A")
    (home / "two.xlsx").write_bytes(xlsx(remarks, more={"Deals": deals}))
    ran = ltc(*command, "two.xlsx", "--lang", "en")
    assert 2 == ran.code
    assert "there are also Deals: --sheet chooses" in ran.err
    assert 0 == ltc(*command, "two.xlsx", "--sheet", "Deals").code
