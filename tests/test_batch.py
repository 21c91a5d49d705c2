"""Monday morning: one command over many deals. Every row is accounted for, nothing is made up, money is exact."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ltc_coach.cli import batch_rows
from ltc_coach.deals.imports import Importer
from ltc_coach.model.frame import Frame
from ltc_coach.plain import grouped
from tests.cli_kit import Ran

Ltc = Callable[..., Ran]
EXAMPLES = Path(__file__).parent.parent / "examples" / "deals"
TODAY = "2026-11-21"

MAPPING = """\
ltc: 1
columns: {id: id, customer: customer, amount: amount, owner: rep, team: team, expected: due, opened: from,
          crm_stage: stage}
currency: CNY
stages: {First talk: pain, Proposal: solution, Haggling: cost, Won: won, Lost: lost}
answers:
  documents: {column: documents}
  contact: {column: contact}
  invitation: {column: invitation}
"""
HEAD = "id,customer,amount,rep,team,due,from,stage,documents,contact,invitation\n"
ROWS = (
    "a1,Acme,100.10,Lin,North,2026-12-20,2026-09-01,Haggling,tender,purchasing,unexpected\n",
    "a2,Bolt,n.a.?,Lin,North,2026-12-20,2026-09-01,Proposal,tender,purchasing,unexpected\n",
    "a3,Core,2000.02,Xu,South,2026-10-01,2026-01-05,First talk,,,\n",
    "a4,Dune,,Xu,South,,,Proposal,tender,shouting,unexpected\n",
    "a5,Edge,300,Xu,South,2026-03-01,2026-01-05,Won,,,\n",
    "a6,Form,50.5,Lin,North,2026-03-01,2026-01-05,Lost,,,\n",
)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export with two rows nobody can use, and its mapping beside it."""
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    table = tmp_path / "deals.csv"
    table.write_text(HEAD + "".join(ROWS), encoding="utf-8")
    return table


def run(ltc: Ltc, table: Path, *args: str | Path) -> Ran:
    """Report on an export by its mapping."""
    return ltc("batch", table, "--mapping", table.parent / "m.yaml", "--today", TODAY, *args)


def lines(out: str) -> list[dict[str, Any]]:
    """Read JSON Lines."""
    return [json.loads(line) for line in out.splitlines()]


def test_every_row_has_a_line_in_order(ltc: Ltc, export: Path) -> None:
    """Good ones with their place and money, the others with the field and the reason; exit 3."""
    done = run(ltc, export, "--format", "jsonl")
    rows = lines(done.out)
    assert done.code == 3
    assert [row["row"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.get("skipped", {}).get("field") for row in rows] == [None, "amount", None, "contact", None, None]
    assert "n.a.?" in rows[1]["skipped"]["reason"]
    assert [rows[i]["amount"] for i in (0, 2, 4)] == ["100.10", "2000.02", "300"]
    assert rows[0]["place"] == "solution"
    assert rows[0]["first_move"] in rows[0]["moves"]
    assert rows[2]["place"] is None, "no answer, no place: a stage of the CRM says what we did"
    assert (rows[4]["outcome"], rows[4]["rate"], rows[4]["rate_source"]) == ("won", 1.0, "outcome")
    assert f"{export}:3: amount: " in done.err
    assert f"{export}:5: contact: " in done.err


def test_a_row_says_what_the_diagnosis_of_the_deal_says(ltc: Ltc) -> None:
    """Place, confidence, moves, nevers, rung: as `ltc diagnose` on the same file."""
    rows = lines(ltc("batch", EXAMPLES, "--today", TODAY, "--format", "jsonl").out)
    assert len(rows) == len(list(EXAMPLES.glob("*.yaml")))
    for row in rows:
        report = json.loads(ltc("diagnose", row["file"], "--no-input", "--today", TODAY, "--json").out)
        located = report["located"]
        assert (row["place"], row["confidence"]) == (located["at"], located["confidence"])
        assert row["moves"] == [move["id"] for move in report["moves"]]
        assert row["never"] == [never["id"] for never in report["never"]]
        assert row["rung"] == report["standings"]["funnel"]["at"]
        assert row["missing"]


def test_strict_means_no_report(ltc: Ltc, export: Path) -> None:
    """Exit 2; an older report stays as it was."""
    report = export.parent / "report.jsonl"
    report.write_text("the old one", encoding="utf-8")
    done = run(ltc, export, "--strict", "--format", "jsonl", "-o", report)
    assert (done.code, done.out) == (2, "")
    assert "contact" in done.err
    assert report.read_text(encoding="utf-8") == "the old one"
    assert {path.name for path in export.parent.iterdir()} == {"m.yaml", "deals.csv", "report.jsonl"}


def test_nothing_readable_is_no_report_either(ltc: Ltc, tmp_path: Path) -> None:
    """A file that is no table: exit 2, and the reason."""
    (tmp_path / "deals.csv").write_bytes(b"%PDF-1.7 nothing here")
    done = ltc("batch", tmp_path / "deals.csv")
    assert (done.code, done.out) == (2, "")
    assert "PDF" in done.err


def test_many_refused_rows_are_counted_on_screen_and_all_in_the_report(ltc: Ltc, export: Path) -> None:
    """Twenty by name, the rest as a number."""
    export.write_text(HEAD + ROWS[0] + ROWS[1] * 30, encoding="utf-8")
    done = run(ltc, export, "--format", "jsonl")
    assert done.code == 3
    assert done.err.count("amount: ") == 20
    assert "10 more rows" in done.err
    assert sum("skipped" in row for row in lines(done.out)) == 30


@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "md", "screen"])
def test_the_order_in_which_files_are_named_does_not_matter(ltc: Ltc, export: Path, form: str) -> None:
    """The same bytes."""
    other = export.parent / "more.csv"
    other.write_text(HEAD + ROWS[4] + ROWS[2], encoding="utf-8")
    there = ltc("batch", export, other, "--mapping", export.parent / "m.yaml", "--today", TODAY, "--format", form)
    back = ltc("batch", other, export, "--mapping", export.parent / "m.yaml", "--today", TODAY, "--format", form)
    assert there.out == back.out
    assert there.out


def test_the_summary_does_not_depend_on_the_order_of_rows(ltc: Ltc, export: Path) -> None:
    """Counts, sums, funnel, ranking, themes, forecast: shuffled rows give the same ones."""

    def summary() -> dict[str, Any]:
        document: dict[str, Any] = json.loads(run(ltc, export, "--json").out)
        document.pop("deals")
        for row in (*document["ranked"], *document["skipped"]):
            row.pop("row")
            row.pop("line")
        document["skipped"].sort(key=str)
        return document

    rows = [row.replace("a", f"a{i}-", 1) for i in range(8) for row in ROWS]
    before = None
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        export.write_text(HEAD + "".join(rows), encoding="utf-8")
        after = summary()
        after.pop("findings")
        assert before is None or after == before
        before = after


def test_sums_are_exact(ltc: Ltc, export: Path) -> None:
    """To the cent, per currency and state, against an independent count; nothing is lost."""
    draw = random.Random(4)
    rows = []
    for i in range(400):
        amount = f"{draw.randrange(10**9)}.{draw.randrange(100):02}" if draw.random() < 0.9 else ""
        rows.append([f"x{i}", "Acme", amount, "Lin", "", "", "", draw.choice(["Proposal", "Won", "Lost"]), "", "", ""])
    held = io.StringIO()
    csv.writer(held).writerows(rows)
    export.write_text(HEAD + held.getvalue(), encoding="utf-8")
    report = json.loads(run(ltc, export, "--json").out)
    for state, stage in (("open", "Proposal"), ("won", "Won"), ("lost", "Lost")):
        mine = [row[2] for row in rows if row[7] == stage]
        (money,) = report[state]
        assert Decimal(money["amount"]) == sum((Decimal(text) for text in mine if text), Decimal(0))
        assert (money["deals"], money["unpriced"]) == (len(mine), mine.count(""))
    assert (report["rows"], report["reported"], report["refused"]) == (400, 400, 0)
    assert len(report["deals"]) == 400


def test_an_export_without_evidence_is_told_so(ltc: Ltc, export: Path) -> None:
    """Nothing is concluded about where the customers stand, and no funnel is drawn."""
    export.write_text(HEAD + ROWS[2] + ROWS[4], encoding="utf-8")
    done = run(ltc, export)
    assert done.code == 0
    assert "nothing is concluded about where the customers stand" in " ".join(done.out.split())
    assert "by evidence" not in done.out
    report = json.loads(run(ltc, export, "--json").out)
    assert [step["place"] for step in report["funnel"] if step["deals"]] == [None]


def test_the_crm_is_held_against_the_evidence(ltc: Ltc, export: Path) -> None:
    """A CRM that is ahead puts the money at risk, and that is the reason given."""
    row = lines(run(ltc, export, "--format", "jsonl").out)[0]
    assert (row["crm_at"], row["place"], row["at_risk"]) == ("cost", "solution", "100.10")
    assert row["risk"] == "the CRM says Cost, the evidence only Solution"
    assert "CRM Haggling, evidence Solution" in run(ltc, export).out


def test_a_mapping_that_is_not_given_is_guessed_and_said(ltc: Ltc, export: Path) -> None:
    """On the error stream and among the limits of the report."""
    export.write_text("Opportunity ID,Account Name,Amount,Stage\n1,Acme,5,Closed Won\n", encoding="utf-8")
    done = ltc("batch", export, "--today", TODAY, "--json")
    assert done.code == 0
    assert "the columns were guessed" in done.err
    assert any("the columns were guessed" in limit for limit in json.loads(done.out)["limits"])


def test_a_table_nobody_can_make_sense_of(ltc: Ltc, tmp_path: Path) -> None:
    """Exit 2, and what to do."""
    table = tmp_path / "t.csv"
    table.write_text("qqq,www\nlorem ipsum,dolor sit\nlorem ipsum,amet\n", encoding="utf-8")
    done = ltc("batch", table)
    assert done.code == 2
    assert "ltc deals import" in done.err


def test_a_folder_with_its_own_mapping_in_it(ltc: Ltc, export: Path) -> None:
    """The mapping is no deal."""
    done = ltc("batch", export.parent, "--mapping", export.parent / "m.yaml", "--today", TODAY, "--format", "jsonl")
    assert {row["file"] for row in lines(done.out)} == {str(export)}


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("overdue=1", 1),
        ("overdue=2", 0),
        ("at-risk=2000.02", 1),
        ("at-risk=1000000", 0),
        ("unsettled", 0),
        ("skipped=1", 0),
    ],
)
def test_fail_on(ltc: Ltc, export: Path, condition: str, code: int) -> None:
    """Exit 1 names which condition holds."""
    export.write_text(HEAD + ROWS[0] + ROWS[2] + ROWS[4], encoding="utf-8")
    done = run(ltc, export, "--fail-on", condition)
    assert done.code == code
    assert (f"--fail-on {condition}" in done.err) is (code == 1)


def test_unreadable_rows_weigh_more_than_conditions(ltc: Ltc, export: Path) -> None:
    """2 before 3 before 1; the condition is told all the same."""
    done = run(ltc, export, "--fail-on", "skipped=2")
    assert done.code == 3
    assert "--fail-on skipped=2: 2" in done.err


@pytest.mark.parametrize("wrong", ["late=1", "overdue=x", "overdue=-1", "went-back=1", "overdue=nan"])
def test_fail_on_wants_sense(ltc: Ltc, export: Path, wrong: str) -> None:
    """Exit 2 before anything is read."""
    assert run(ltc, export, "--fail-on", wrong).code == 2


# ---- against the last run -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["jsonl", "json", "parquet"])
def test_what_changed_since_the_last_run(ltc: Ltc, export: Path, form: str) -> None:
    """On, back, stuck, new, gone, won, with money; a deal that had ended before is no news."""
    there = {"d1": "tender", "d2": "", "d3": "tender", "d4": "tender", "d5": "tender"}

    def write(deals: dict[str, str], **stages: str) -> None:
        rows = [
            f"{id_},C,10,Lin,,,,{stages.get(id_, 'Proposal')},{said},{'purchasing' if said else ''},"
            f"{'unexpected' if said else ''}\n"
            for id_, said in deals.items()
        ]
        export.write_text(HEAD + "".join(rows), encoding="utf-8")

    if form == "parquet":
        pytest.importorskip("pyarrow", reason="the extra `batch` is not installed")
    last = export.parent / "last"
    write(there, d5="Won")
    assert run(ltc, export, "--format", form, "-o", last).code == 0
    write(
        {"d1": "tender", "d2": "", "d3": "tender", "d6": "tender", "d5": "tender"}, d2="Haggling", d3="Lost", d5="Won"
    )
    since = json.loads(run(ltc, export, "--since", last, "--json").out)["since"]
    assert since["day"] == TODAY
    counts = {moved: n for moved, n in since["counts"].items() if n}
    assert counts == {"stuck": 1, "on": 1, "lost": 1, "new": 1, "gone": 1}
    assert since["money"]["gone"][0]["amount"] == "10"
    assert {(shift["id"], shift["moved"]) for shift in since["shifts"]} == {
        ("d2", "on"),
        ("d3", "lost"),
        ("d6", "new"),
        ("d4", "gone"),
    }
    write({"d2": ""}, d2="First talk")
    done = run(ltc, export, "--since", last, "--fail-on", "went-back=1")
    assert done.code == 1
    assert "went back" in done.out


@pytest.mark.parametrize(
    "written", ["", "{}\n", "[1]\n", '{"today": "x"}\n', "PK\x03\x04", "PAR1", "{\n", "[" * 50_000]
)
def test_a_last_run_that_is_none(ltc: Ltc, export: Path, written: str) -> None:
    """Exit 2, and how to save one."""
    last = export.parent / "last"
    last.write_text(written, encoding="utf-8")
    done = run(ltc, export, "--since", last)
    assert done.code == 2
    assert "-o last.jsonl" in done.err


# ---- forecast -------------------------------------------------------------------------------------------------------


def test_declared_stage_rates(ltc: Ltc, export: Path) -> None:
    """Amount x rate; what has no rate is counted, what has ended is not forecast."""
    export.write_text(HEAD + ROWS[0] + ROWS[2] + ROWS[4], encoding="utf-8")
    report = json.loads(run(ltc, export, "--stage-rate", "haggling=50%", "--json").out)
    outlook = next(one for one in report["forecast"]["outlooks"] if one["source"] == "declared")
    assert outlook["missing"] == 1
    assert outlook["ranges"] == [{"currency": "CNY", "deals": 1, "worst": "0", "likely": "50.05", "best": "100.10"}]
    assert run(ltc, export, "--stage-rate", "haggling").code == 2
    assert run(ltc, export, "--stage-rate", "haggling=150%").code == 2


def test_own_win_rates_from_fit(ltc: Ltc, export: Path) -> None:
    """A proposal with enough deals behind it counts before everything else; one without says how many are missing."""
    fitted = json.loads(ltc("fit", EXAMPLES, "--json").out)
    file = export.parent / "fit.json"
    file.write_text(json.dumps(fitted), encoding="utf-8")
    report = json.loads(ltc("batch", EXAMPLES, "--today", TODAY, "--rates", file, "--json").out)
    assert any("100 closed deals a rung are needed" in limit for limit in report["limits"])
    for rate in fitted["rates"]:
        rate["propose"] = 0.25
    file.write_text(json.dumps(fitted), encoding="utf-8")
    rows = lines(ltc("batch", EXAMPLES, "--today", TODAY, "--rates", file, "--format", "jsonl").out)
    assert {row["rate"] for row in rows if row["rung"]} == {0.25}
    assert {row["rate_source"] for row in rows if row["rung"]} == {"calibrated"}
    file.write_text("{}", encoding="utf-8")
    assert ltc("batch", EXAMPLES, "--rates", file).code == 2


def test_forecasts_are_kept_and_scored(ltc: Ltc, home: Path) -> None:
    """Kept while the deals were open, held against what became of them; too few say so."""
    table, mapping = home / "deals.csv", home / "m.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")

    def write(won: int) -> None:
        rows = [f"d{i},C,100,Lin,,,,{'Proposal' if not won else 'Won' if i < won else 'Lost'},,,\n" for i in range(40)]
        table.write_text(HEAD + "".join(rows), encoding="utf-8")

    def batch(day: str, *args: str) -> Ran:
        return ltc("batch", table, "--mapping", mapping, "--today", day, *args)

    write(0)
    assert batch("2026-06-01", "--score").code == 2, "nothing was kept yet"
    first = batch("2026-05-01", "--keep", "--score", "--forecasts", str(home / "other.jsonl"))
    assert (first.code, "no forecasts were kept before today" in first.err) == (0, True), "a script's first Monday"
    kept = batch("2026-06-01", "--stage-rate", "Proposal=25%", "--keep")
    assert kept.code == 0
    assert "kept the forecasts of 40 deals" in kept.err
    few = json.loads(batch("2026-09-01", "--score", "--json").out)["forecast"]["hindsight"]
    assert (few["deals"], few["waiting"], few["brier"]) == (0, 40, None)
    assert "only 0 forecast deals have ended" in few["too_few"]
    write(10)
    scored = json.loads(batch("2026-09-01", "--score", "--json").out)["forecast"]["hindsight"]
    assert scored["brier"] == pytest.approx(0.25 * 0.75**2 + 0.75 * 0.25**2)
    assert scored["bands"] == [{"low": 0.2, "high": 0.4, "deals": 40, "said": 0.25, "won": 0.25}]
    assert scored["money"] == [["CNY", "1000", "1000"]]
    assert "error" in batch("2026-09-01", "--score").out


# ---- formats --------------------------------------------------------------------------------------------------------


def test_csv_for_a_spreadsheet(ltc: Ltc, export: Path) -> None:
    """Excel sees UTF-8; no cell is a formula; money stays a number; refused rows have their reason."""
    rows = ROWS[0].replace("Acme", "=HYPERLINK(1)"), ROWS[1], ROWS[0].replace("Acme", "-5 and more")
    export.write_text(HEAD + "".join(rows), encoding="utf-8")
    report = export.parent / "r.csv"
    assert run(ltc, export, "--format", "csv", "-o", report).code == 3
    written = report.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    assert [row["customer"] for row in table] == ["'=HYPERLINK(1)", "", "'-5 and more"]
    assert table[0]["amount"] == "100.10"
    assert table[1]["skipped_field"] == "amount"


def test_json_is_strict_and_whole(ltc: Ltc, export: Path) -> None:
    """One document: the summary, and every row under `deals`."""
    done = run(ltc, export, "--json")
    report = json.loads(done.out, parse_constant=pytest.fail)
    assert [row["row"] for row in report["deals"]] == [1, 2, 3, 4, 5, 6]
    assert [skipped["field"] for skipped in (row["skipped"] for row in report["skipped"])] == ["amount", "contact"]


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_what_is_no_text_needs_a_file(ltc: Ltc, export: Path, form: str) -> None:
    """Exit 2 before anything is read."""
    done = run(ltc, export, "--format", form)
    assert (done.code, done.out) == (2, "")
    assert "-o" in done.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_screen_speaks_one_language(ltc: Ltc, lang: str) -> None:
    """Chinese has no English sentence in it, English no hanzi but those of names."""
    out = ltc("batch", EXAMPLES, "--today", TODAY, lang=lang).out
    assert ("先看这几个" in out) is (lang == "zh")
    assert ("Look at these first" in out) is (lang == "en")


def test_data_cannot_act_on_the_terminal(ltc: Ltc, export: Path) -> None:
    """Control characters of a customer's name are shown, not obeyed."""
    export.write_text(HEAD + ROWS[2].replace("Core", "Co\x1b[31mre"), encoding="utf-8")
    out = run(ltc, export).out
    assert "\x1b" not in out
    assert "\\x1b[31m" in out


def test_what_is_odd_about_dates_is_no_matter_for_coaching(ltc: Ltc, tmp_path: Path) -> None:
    """It is told among the odd things in the data, in words, and never by its id."""
    deal = "ltc: 1\nid: d1\ncustomer: A\nopened: 2026-10-01\nexpected: 2026-09-01\n"
    (tmp_path / "d1.yaml").write_text(deal, encoding="utf-8")
    done = ltc("batch", tmp_path, "--today", TODAY, "--format", "json", "--lang", "en")
    found = json.loads(done.out)
    assert "ends-before-it-begins" not in [theme["id"] for theme in found["themes"]]
    assert "ending before they begin: 1" in found["findings"]


def test_an_old_export_is_told_from_a_dead_business(ltc: Ltc, export: Path) -> None:
    """Counted up to today every age would be years; the report names the day to count up to."""
    done = run(ltc, export, "--lang", "en")
    assert "the newest entry is of 2026-09-01" in " ".join(done.out.split())
    again = ltc("batch", export, "--mapping", export.parent / "m.yaml", "--today", "2026-09-01", "--lang", "en")
    assert "newest entry" not in again.out


def test_a_report_without_evidence_calls_the_crm_by_its_name(ltc: Ltc, tmp_path: Path) -> None:
    """Its stages are counted as what they are, nothing is called money at risk, no row of noughts is shown."""
    table = tmp_path / "t.csv"
    rows = "".join(f"d{n},A{n},Talking,Lin,2026-0{n}-01\n" for n in range(1, 4))
    table.write_text(f"id,customer,stage,owner,created on\n{rows}d4,,Haggling,Xu,2026-01-01\n", encoding="utf-8")
    out = ltc("batch", table, "--today", TODAY, "--lang", "en").out
    assert "By CRM stage (what we did, not where customers stand)" in out
    assert "Look at these first: the longest waiting (no amounts)" in out
    assert "no customer  d4" in out
    assert "0 settled" not in out
    assert "evidence and CRM cannot be compared" not in out, "there is nothing to compare, and that was said"


def test_groups_are_told_in_money(ltc: Ltc, export: Path) -> None:
    """A manager compares what people have in hand and what of it is at risk, not only heads."""
    out = run(ltc, export, "--lang", "en").out
    assert "Xu  open 1  2k  at risk 2k" in out


def test_the_screen_says_in_which_encoding_a_table_was_read(ltc: Ltc, export: Path) -> None:
    """Found, used and told: whoever sees odd characters knows where to look."""
    export.write_bytes(export.read_text(encoding="utf-8").replace("Acme", "华信").encode("gb18030"))
    assert "GB18030" in run(ltc, export, "--lang", "en").out


def test_a_month_that_is_over_is_called_late(ltc: Ltc, export: Path) -> None:
    """Money expected in October is no plan any more in November."""
    args = ("--stage-rate", "First talk=50%", "--stage-rate", "Haggling=50%", "--lang", "en")
    assert "2026-10 late" in run(ltc, export, *args).out
    assert "2026-10 late" in run(ltc, export, *args, "--format", "md").out.replace("\\", "")
    assert "2026-12 late" not in run(ltc, export, *args).out


def test_stages_alone_hold_the_crm_against_deal_files(ltc: Ltc, tmp_path: Path) -> None:
    """Deal files need no columns, but which place a stage of the CRM is meant to be only the firm can say."""
    (tmp_path / "deals").mkdir()
    text = (EXAMPLES / "demo.yaml").read_text(encoding="utf-8")
    (tmp_path / "deals" / "demo.yaml").write_text(text.replace("已投标", "谈判"), encoding="utf-8")
    table = tmp_path / "t.csv"
    table.write_text("商机编号,客户,商机阶段,documents\nx1,华信,谈判,tender\n", encoding="utf-8")
    stages = tmp_path / "stages.yaml"
    stages.write_text("ltc: 1\nstages: {谈判: cost}\n", encoding="utf-8")
    done = ltc("batch", tmp_path / "deals", table, "--mapping", stages, "--today", TODAY, "--format", "jsonl")
    assert [row["crm_at"] for row in lines(done.out)] == ["cost", "cost"]
    assert "crm-ahead" in [warning["id"] for warning in lines(done.out)[0]["warnings"]]
    assert ltc("deals", "import", table, "--mapping", stages).code == 2, "it says nothing of columns"


def test_a_column_the_guess_leaves_out_is_told(ltc: Ltc, tmp_path: Path) -> None:
    """Nobody wonders why no deal is overdue when the days could be read two ways."""
    table = tmp_path / "t.csv"
    table.write_text("id,customer,close date,stage\n1,A,03/04/2026,Zwilling\n2,B,05/06/2026,Won\n", encoding="utf-8")
    done = ltc("batch", table, "--today", TODAY, "--lang", "en")
    assert "is it day or month first in 'close date'" in done.err
    assert "what stage Zwilling comes to: taken as open" in " ".join(done.out.split())


def test_reps_are_compared_by_what_they_win(ltc: Ltc, tmp_path: Path) -> None:
    """A share only where enough deals have ended to mean anything; of a few, the counts alone."""
    rows = [f"a{n},A,{'Won' if n % 4 else 'Lost'},Lin" for n in range(40)] + ["b1,B,Won,Xu", "b2,B,Lost,Xu"]
    table = tmp_path / "t.csv"
    table.write_text("id,customer,stage,owner\n" + "\n".join(rows) + "\n", encoding="utf-8")
    out = ltc("batch", table, "--today", TODAY, "--lang", "en").out
    assert "30 won (75%)  10 lost" in out
    assert "1 won  1 lost" in out
    page = ltc("batch", table, "--today", TODAY, "--lang", "en", "--format", "html").out
    assert "75%" in page


@pytest.mark.parametrize(
    ("name", "begins"),
    [("week.html", "<!DOCTYPE html>"), ("w.JSONL", '{"row": 1'), ("w.txt", "Many deals"), ("w", "Many")],
)
def test_the_name_of_the_file_says_its_format(ltc: Ltc, export: Path, name: str, begins: str) -> None:
    """A screen in a file called week.html would be opened once and never again; --format still goes first."""
    run(ltc, export, "--lang", "en", "-o", export.parent / name)
    assert (export.parent / name).read_text(encoding="utf-8").startswith(begins)
    run(ltc, export, "--lang", "en", "-o", export.parent / name, "--format", "md")
    assert (export.parent / name).read_text(encoding="utf-8").startswith("# The state of the deals")


@pytest.mark.parametrize(
    ("amount", "shown"), [("3018300000.0000", "3,018,300,000"), ("100.1", "100.10"), ("0.125", "0.125"), ("0", "0")]
)
def test_sums_are_shown_to_the_last_digit_and_no_further(amount: str, shown: str) -> None:
    """However a run has added them up."""
    assert grouped(Decimal(amount)) == shown


@pytest.mark.parametrize("form", ["jsonl", "csv", "html", "xlsx"])
def test_a_large_table_gives_the_same_report_in_columns(
    ltc: Ltc, export: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """To the byte, with every bad row listed and the money exact; exit 3."""
    pytest.importorskip("pyarrow", reason="the extra `batch` is not installed")
    draw = random.Random(2)
    rows = [row.replace("a", f"a{i}-", 1) for i, row in enumerate(draw.choices(ROWS, k=16_000))]
    export.write_text(HEAD + "".join(rows), encoding="utf-8")
    assert export.stat().st_size > batch_rows.WIDE
    frames: list[object] = []
    taken = Importer.take

    def take(importer: Importer, frame: Frame) -> None:
        frames.append(frame)
        taken(importer, frame)

    monkeypatch.setattr(Importer, "take", take)
    out = {}
    for wide in (1 << 40, batch_rows.WIDE):
        monkeypatch.setattr(batch_rows, "WIDE", wide)
        path = export.with_name(f"out-{wide}.{form}")
        frames.clear()
        assert run(ltc, export, "-o", path).code == 3
        assert bool(frames) == (wide < 1 << 40)
        out[wide] = path.read_bytes()
    assert len(set(out.values())) == 1
