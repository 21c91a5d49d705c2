"""`ltc deals` as people and scripts use it: begin, find, rank, look, correct, edit, forget."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ltc_coach.cli import deals_editing, deals_keeping, finding
from ltc_coach.console import prompts
from ltc_coach.console.deal_list import Heading, deal_list
from ltc_coach.console.page import cells
from ltc_coach.deals.files import load_deal, read_deal
from ltc_coach.deals.index import forget_indexes
from ltc_coach.deals.journal import left_over, open_journal
from ltc_coach.deals.ranking import rank
from ltc_coach.deals.template import template
from ltc_coach.i18n import Lang, Text
from ltc_coach.model.deal import RETRACTED, Answer
from ltc_coach.model.listing import Filed, Standing
from tests.cli_kit import TINY, Ran

Ltc = Callable[..., Ran]
TODAY = ("--today", "2026-11-21")


@pytest.fixture
def shelf(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of deals, kept by the tiny playbook."""
    monkeypatch.setenv("LTC_PLAYBOOK", str(TINY))
    folder = home / "deals"
    folder.mkdir()
    return folder


def put(folder: Path, id_: str, customer: str, *lines: str) -> Path:
    """Write a deal file."""
    path = folder / f"{id_}.yaml"
    path.write_text("\n".join(["ltc: 1", f"id: {id_}", f"customer: {customer}", *lines, ""]), encoding="utf-8")
    return path


@pytest.fixture
def three(shelf: Path) -> Path:
    """Three deals: one about to be visited, one silent, one over."""
    put(
        shelf, "huaxin", "华信精工", "product: 产线追溯", "amount: 2600000", "owner: 林", "next_visit: 2026-11-23",
        "people:", "  - {id: 周工, name: 周工, title: 采购工程师, role: purchasing}",
        "answers:", "  - {question: documents, value: list, day: 2026-11-03}",
    )  # fmt: skip
    put(
        shelf, "northmere", "Northmere Instruments", "amount: 4200000.50", "currency: USD", "owner: Xu",
        "answers:", "  - {question: documents, value: tender, day: 2026-10-02}",
    )  # fmt: skip
    put(shelf, "canglan", "沧澜水务", "amount: 9000000", "outcome: {state: lost, day: 2026-10-01}")
    return shelf


def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the files be old enough for the index."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 3_600_000_000_000)


def answering(monkeypatch: pytest.MonkeyPatch, *replies: str) -> list[str]:
    """Let somebody sit at the keyboard and type these replies; return what was asked."""
    asked: list[str] = []
    rest = list(replies)

    def reply(message: str, *_: object, **__: object) -> str:
        asked.append(message)
        return rest.pop(0)

    for module in (finding, deals_keeping, deals_editing):
        monkeypatch.setattr(module, "can_ask", lambda: True)
    monkeypatch.setattr(prompts, "choose", reply)
    monkeypatch.setattr(prompts, "ask_text", reply)
    return asked


# ---- list ---------------------------------------------------------------------------------------------


def test_the_list_says_which_deal_first_and_why(ltc: Ltc, three: Path) -> None:
    """Figures in one line, the reason below, what has ended left out and counted."""
    ran = ltc("deals", "list", *TODAY)
    assert (0, "") == (ran.code, ran.err)
    lines = ran.out.splitlines()
    assert ["Which deal first  2026-11-21  deals", "", *lines[2:3]] == lines[:3]
    assert re.fullmatch(r"1  华信精工 +Problem\?? +\d\d% +11-23 +18 d +2.6M", lines[3])
    assert lines[4].startswith("   visit the day after tomorrow")
    assert re.fullmatch(r"2  Northmere Instruments +Solution\?? +\d\d% +- +50 d +USD 4.2M", lines[5])
    assert "   no contact for 50 days" == lines[6]
    assert "1 ended, not listed: --all" == lines[-1]
    assert three.is_dir()


@pytest.mark.usefixtures("three")
def test_the_list_in_chinese(ltc: Ltc) -> None:
    """As one would say it."""
    out = ltc("deals", "list", *TODAY, lang="zh").out
    assert "先跑哪一个  2026-11-21  deals" in out
    assert "后天拜访" in out
    assert "260万" in out
    assert "另有 1 个已经结束,没有列出:--all" in out


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("width", [40, 60, 80])
def test_the_list_fits_the_terminal(width: int, lang: Lang) -> None:
    """Nothing is wider than the window, nothing is cut, long names and large sums included."""
    long = "上海浦东" * 8 + " International Trading and Manufacturing Company Limited"
    place = Standing("x", Text("需求确认", "Procurement"), 0.42, settled=False)
    deals = [
        Filed(Path("a"), "a", long, amount=Decimal("987654321.25"), currency="USD", standing=place),
        Filed(Path("b"), "b", "华信", product="产线追溯", next_visit=date(2027, 1, 3), standing=place),
        Filed(Path("c"), "c", "华信", product="能耗监测", outcome="given_up", contact=date(2020, 1, 1)),
    ]
    heading = Heading("deals", date(2026, 11, 21), ended=3, more=1200)
    out = deal_list(rank(deals, heading.today), heading, lang, width=width, colour=False)
    assert max(map(cells, out.splitlines())) <= width
    assert "…" not in out
    assert "上海浦东" * 8 in "".join(re.findall("[上海浦东]", out))
    assert "能耗监测" in "".join(out.split())


@pytest.mark.usefixtures("three")
def test_the_list_for_programs(ltc: Ltc) -> None:
    """Amounts as decimal strings, points by what they are given for, the deals that ended with --all."""
    document = json.loads(ltc("deals", "list", *TODAY, "--all", "--json").out)
    assert (1, "2026-11-21", []) == (document["schema_version"], document["today"], document["unreadable"])
    first, _, last = document["deals"]
    assert ("huaxin", "2600000", "CNY", 18) == tuple(first[k] for k in ("id", "amount", "currency", "days_silent"))
    assert "problem" == first["place"]["at"]
    assert {"visit", "doubt", "silence", "money"} == set(first["points"])
    assert first["score"] == pytest.approx(sum(first["points"].values()))
    assert ("canglan", "lost", None, "") == tuple(last[k] for k in ("id", "outcome", "place", "reason"))


@pytest.mark.usefixtures("three")
def test_the_list_of_one_owner_in_another_order(ltc: Ltc) -> None:
    """--owner, --sort, --top."""

    def ids(*args: str) -> list[str]:
        return [deal["id"] for deal in json.loads(ltc("deals", "list", *TODAY, *args, "--json").out)["deals"]]

    assert ["northmere"] == ids("--owner", "Xu")
    assert ["northmere", "huaxin"] == ids("--sort", "contact")
    assert ["canglan", "huaxin", "northmere"] == ids("--sort", "money", "--all")
    assert "1 more: --top 0 lists them all" in ltc("deals", "list", *TODAY, "--top", "1").out
    assert 2 == ltc("deals", "list", "--sort", "colour").code


def test_what_cannot_be_read_is_told_and_the_rest_is_there(ltc: Ltc, three: Path) -> None:
    """Exit 3, with file, line and reason; an answer the playbook does not have is such a reason too."""
    put(three, "odd", "Odd", "amount: lots")
    put(three, "misfit", "Misfit", "answers:", "  - {question: documents, value: tendre}")
    ran = ltc("deals", "list", *TODAY)
    assert 3 == ran.code
    assert "华信精工" in ran.out
    assert "2 files could not be read" in ran.err
    assert "deals/odd.yaml:4:9: " in ran.err
    assert re.search(r"deals/misfit.yaml:5:\d+: question 'documents' has no answer 'tendre'", ran.err)
    document = json.loads(ltc("deals", "list", *TODAY, "--json").out)
    assert ["misfit.yaml", "odd.yaml"] == [Path(bad["path"]).name for bad in document["unreadable"]]
    assert 4 == document["unreadable"][1]["problems"][0]["line"]


def test_a_copy_left_by_a_sync_tool_is_not_counted_twice(ltc: Ltc, three: Path) -> None:
    """Both paths are named, exit 3; the file called like its id is the one that counts."""
    copy = three / "huaxin (Lin's conflicted copy).yaml"
    copy.write_bytes((three / "huaxin.yaml").read_bytes())
    ran = ltc("deals", "list", *TODAY)
    assert (3, 1) == (ran.code, ran.out.count("华信精工"))
    assert ran.err.index("deals/huaxin.yaml") < ran.err.index("deals/huaxin (Lin's conflicted copy).yaml")
    assert 2 == ltc("deals", "show", "huaxin").code


def test_no_deals_yet_shows_the_way(ltc: Ltc, shelf: Path) -> None:
    """An empty folder is no error."""
    ran = ltc("deals", "list")
    assert 0 == ran.code
    assert "No deals in deals yet." in ran.out
    assert "ltc deals new" in ran.out
    assert shelf.is_dir()


@pytest.mark.usefixtures("three")
def test_the_list_is_the_same_with_and_without_its_index(ltc: Ltc, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte for byte; and a day later it is reckoned anew."""
    an_hour_later(monkeypatch)
    first = ltc("deals", "list", *TODAY, "--json").out
    assert (home / "cache" / "deals").is_dir()
    assert first == ltc("deals", "list", *TODAY, "--json").out
    forget_indexes()
    assert first == ltc("deals", "list", *TODAY, "--json").out
    assert first != ltc("deals", "list", "--today", "2026-12-21", "--json").out


def test_terminal_control_in_a_file_stays_text(ltc: Ltc, shelf: Path) -> None:
    """Data is data: on the screen it is an escape, not a command."""
    put(shelf, "a", '"\\u202egnp.evil"', 'product: "\\u2066x"')
    for args in (("list", *TODAY), ("show", "a")):
        ran = ltc("deals", *args)
        assert ran.code in {0, 2, 3}
        assert not re.search("[\u202e\u2066]", ran.out + ran.err)


# ---- where deals are ------------------------------------------------------------------------------------


def test_the_nearest_word_about_the_folder_wins(ltc: Ltc, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--deals, LTC_DEALS, ltc.toml (from where that is), ./deals, the user's folder."""
    monkeypatch.setenv("LTC_PLAYBOOK", str(TINY))
    for name in ("flag", "env", "toml", "here"):
        (home / name).mkdir()
        put(home / name, name, name)
    (home / "work").mkdir()
    monkeypatch.chdir(home / "work")

    def ids(*args: str) -> list[str]:
        return [deal["id"] for deal in json.loads(ltc("deals", "list", "--json", *args).out)["deals"]]

    assert [] == ids()
    ltc("deals", "new", "Mine", "--no-input")
    assert ["mine"] == ids()
    assert (home / "deals" / "mine.yaml").is_file()
    (home / "here").rename(home / "work" / "deals")
    assert ["here"] == ids()
    (home / "ltc.toml").write_text('deals = "toml"\n', encoding="utf-8")
    assert ["toml"] == ids()
    monkeypatch.setenv("LTC_DEALS", str(home / "env"))
    assert ["env"] == ids()
    assert ["flag"] == ids("--deals", str(home / "flag"))


# ---- which deal is meant --------------------------------------------------------------------------------


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("ref", ["huaxin", "华信", "追溯", "hx", "hxjg", "deals/huaxin.yaml"])
def test_a_deal_is_found_everywhere_by_what_people_call_it(ltc: Ltc, ref: str) -> None:
    """By the commands of this group and by `ltc diagnose`."""
    assert ltc("deals", "show", ref, *TODAY).out.startswith("华信精工  huaxin\n")
    assert 0 == ltc("diagnose", ref, "--no-input", *TODAY).code


def test_several_deals_are_named_or_offered(ltc: Ltc, three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script is told which; a person chooses."""
    put(three, "huaxing", "华兴制药")
    ran = ltc("deals", "show", "华")
    assert 2 == ran.code
    assert "'华' fits 2 deals" in ran.err
    assert "huaxin (华信精工), huaxing (华兴制药)" in ran.err
    asked = answering(monkeypatch, "1")
    assert ltc("deals", "show", "hx").out.startswith("华兴制药")
    assert ["Which one?"] == asked


@pytest.mark.usefixtures("three")
def test_no_deal_the_nearest_one(ltc: Ltc) -> None:
    """Did you mean ...?"""
    ran = ltc("deals", "show", "nortmere")
    assert (2, "") == (ran.code, ran.out)
    assert "did you mean northmere (Northmere Instruments)?" in ran.err
    assert "ltc deals list --all" in ltc("deals", "show", "qqqqqq").err


def test_a_deal_that_does_not_read_is_found_by_its_file(ltc: Ltc, three: Path) -> None:
    """Then its problems are told."""
    put(three, "odd", "Odd", "amount: lots")
    ran = ltc("deals", "show", "odd")
    assert 2 == ran.code
    assert "odd.yaml:4:9" in ran.err


# ---- show -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("three")
def test_one_deal_at_a_glance(ltc: Ltc) -> None:
    """Fields, people, the last answers in words, open plans."""
    ltc("deals", "answer", "huaxin", "talk=prices@told", "--about", "周工", "--note", "only prices", *TODAY)
    shown = ltc("deals", "show", "huaxin", *TODAY).out
    assert "amount      CNY 2,600,000" in shown
    assert "周工  采购工程师 · purchasing · not met" in shown
    talk = "2026-11-21  What does the customer talk about first? → Prices  (about 周工 · hearsay · only prices)"
    assert talk in " ".join(shown.split()).replace(" 2026-11-21 What", "  2026-11-21  What").replace(
        "→ Prices (", "→ Prices  ("
    )
    assert shown.index("Prices") < shown.index("A list of problems")
    document = json.loads(ltc("deals", "show", "huaxin", "--json", *TODAY).out)
    assert "2600000" == document["deal"]["amount"]
    assert ["list", "prices"] == [answer["value"] for answer in document["deal"]["answers"]]
    assert "at" in document["place"]


# ---- new, template --------------------------------------------------------------------------------------


def test_a_new_deal_in_one_line(ltc: Ltc, shelf: Path) -> None:
    """The path on stdout, what next on stderr; ids never clash, money and days in any usual form."""
    given = ("--amount", "260万", "--expected", "2026年12月31日", "--next-visit", "2026/11/24", "--owner", "林")
    ran = ltc("deals", "new", "华信精工有限公司", *given, "--no-input", *TODAY)
    path = shelf / "huaxinjinggong.yaml"
    assert (0, f"{path}\n") == (ran.code, ran.out)
    assert "ltc diagnose huaxinjinggong" in ran.err
    deal = load_deal(path).deal
    assert (Decimal(2600000), "2026-12-31", "2026-11-24") == (deal.amount, str(deal.expected), str(deal.next_visit))
    assert ("2026-11-21", "CNY", "林") == (str(deal.opened), deal.currency, deal.owner)
    ltc("deals", "new", "华信精工", "--amount", "$20,000", "--no-input")
    assert "USD" == load_deal(shelf / "huaxinjinggong-2.yaml").deal.currency


def test_a_new_deal_question_by_question(ltc: Ltc, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what no option gave is asked."""
    asked = answering(monkeypatch, "Hua Xin", "", "1,200,000", "")
    assert 0 == ltc("deals", "new", "--expected", "2026-12-31").code
    assert 4 == len(asked)
    deal = load_deal(shelf / "hua-xin.yaml").deal
    assert (None, Decimal(1200000), None) == (deal.product, deal.amount, deal.next_visit)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "the customer is missing"),
        (("X", "--amount", "lots"), "'lots' is not an amount of money"),
        (("X", "--expected", "2026-02-30"), "--expected: there is no such day as 2026-02-30"),
        (("X", "--id", "a/b"), "'a/b' cannot be an id"),
        (("X", "--id", "unknown"), "'unknown' cannot be an id"),
        (("X", "--id", "HuaXin"), "id HuaXin is taken: deals/huaxin.yaml"),
    ],
)
def test_a_deal_that_cannot_be_made_leaves_nothing(ltc: Ltc, three: Path, args: tuple[str, ...], said: str) -> None:
    """Exit 2, and why."""
    before = sorted(three.iterdir())
    ran = ltc("deals", "new", *args, "--no-input")
    assert (2, "") == (ran.code, ran.out)
    assert said in ran.err
    assert before == sorted(three.iterdir())


@pytest.mark.parametrize("lang", list(Lang))
def test_the_template_reads_well_with_and_without_its_examples(ltc: Ltc, shelf: Path, lang: Lang) -> None:
    """As printed it is a deal; with every example line in use it is a deal with all of them."""
    path = shelf / "my-deal.yaml"
    ltc("deals", "template", "-o", path, lang=lang.value)
    assert template(lang) == path.read_text(encoding="utf-8")
    assert (None, ()) != read_deal(path)[::2]
    path.write_text(re.sub(r"(?m)^#(?! \S)", "", template(lang)), encoding="utf-8")
    deal, _, problems = read_deal(path)
    assert () == problems
    assert deal
    assert (1, 2, 1, "won") == (
        len(deal.people),
        len(deal.answers),
        len(deal.plans),
        deal.outcome and deal.outcome.state,
    )


# ---- answer ---------------------------------------------------------------------------------------------


def test_an_answer_is_added_and_what_it_changed_is_said(ltc: Ltc, three: Path) -> None:
    """Appended with all that was said about it; the place before and after."""
    ran = ltc("deals", "answer", "hx", "documents=tender@document", "--by", "周工", "--on", "2026-11-20", *TODAY)
    assert 0 == ran.code
    assert "noted in " in ran.err
    assert re.search(r"noted +What has the customer shown you\? → A tender", ran.out)
    assert re.search(r"place +Problem \d\d% → Solution \d\d%", ran.out)
    answers = load_deal(three / "huaxin.yaml").deal.answers
    assert ("list", "tender") == tuple(answer.value for answer in answers)
    assert ("document", "周工", "2026-11-20") == (answers[1].grade, answers[1].by, str(answers[1].day))


def test_an_answer_is_taken_back(ltc: Ltc, three: Path) -> None:
    """By an entry of its own: the log only grows, and the question is open again."""
    document = json.loads(ltc("deals", "answer", "huaxin", "--retract", "documents", "--json", *TODAY).out)
    assert document["before"] != document["after"]
    assert [RETRACTED] == [entry["value"] for entry in document["noted"]]
    assert ["list", RETRACTED] == [answer.value for answer in load_deal(three / "huaxin.yaml").deal.answers]
    ran = ltc("deals", "answer", "huaxin", "--retract", "documents", *TODAY)
    assert (2, "") == (ran.code, ran.out)
    assert "no answer to retract" in ran.err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "nothing to note"),
        (("documents=tender", "--on", "2026-02-30"), "--on: there is no such day as 2026-02-30"),
        (("documents=tender", "--on", "2099-01-01"), "--on: 2099-01-01 has not come yet"),
        (("documents=tendre",), "did you mean tender?"),
        (("document=tender",), "did you mean documents?"),
        (("documents=tender", "--about", "周公"), "the deal has no person '周公'"),
        (("--retract", "talk"), "question talk has no answer to retract"),
        (("--retract", "talks"), "did you mean talk?"),
    ],
)
def test_an_answer_that_does_not_fit_changes_nothing(ltc: Ltc, three: Path, args: tuple[str, ...], said: str) -> None:
    """Exit 2, and the nearest that would."""
    before = (three / "huaxin.yaml").read_bytes()
    ran = ltc("deals", "answer", "huaxin", *args)
    assert (2, "") == (ran.code, ran.out)
    assert said in ran.err
    assert before == (three / "huaxin.yaml").read_bytes()


# ---- edit -----------------------------------------------------------------------------------------------


def test_fields_are_set_one_by_one_and_the_rest_stays(ltc: Ltc, three: Path) -> None:
    """For scripts; an empty value removes; comments stay."""
    path = three / "huaxin.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# the end\n", encoding="utf-8")
    given = ("expected=2026-12-31", "amount=", "people.周工.stance=leans_us", "rivals=锐测, B", "outcome.state=won")
    assert 0 == ltc("deals", "edit", "huaxin", *(f"--set={one}" for one in given)).code
    deal = load_deal(path).deal
    assert ("2026-12-31", None, ("锐测", "B")) == (str(deal.expected), deal.amount, deal.rivals)
    assert ("leans_us", "won") == (deal.people[0].stance, deal.outcome and deal.outcome.state)
    assert "# the end" in path.read_text(encoding="utf-8")
    ltc("deals", "edit", "huaxin", "--set", "outcome.reason=price")
    ending = load_deal(path).deal.outcome
    assert ("won", "price") == (ending and ending.state, ending and ending.reason)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("expected", "write FIELD=VALUE"),
        ("expectd=2026-12-31", "did you mean expected?"),
        ("expected=tomorrow", "--set expected=tomorrow"),
        ("people.周.stance=us", "周工"),
        ("people.周工.stance=friend", "--set people.周工.stance=friend"),
        ("outcome.state=win", "won"),
        ("customer=", "--set customer="),
        ("answers=x", "there is no field answers"),
    ],
)
def test_a_field_that_cannot_be_set_changes_nothing(ltc: Ltc, three: Path, written: str, said: str) -> None:
    """Exit 2."""
    before = (three / "huaxin.yaml").read_bytes()
    ran = ltc("deals", "edit", "huaxin", "--set", written)
    assert 2 == ran.code
    assert said in ran.err
    assert before == (three / "huaxin.yaml").read_bytes()


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set the editor: a program that replaces one text by another each time it is opened."""

    def becomes(*turns: tuple[str, str]) -> None:
        script = tmp_path / "editor.py"
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{script}"')
        (tmp_path / "turns.json").write_text(json.dumps(turns), encoding="utf-8")
        script.write_text(
            "import json, pathlib, sys\n"
            f"turns = pathlib.Path({str(tmp_path / 'turns.json')!r})\n"
            "(old, new), *rest = json.loads(turns.read_text('utf-8'))\n"
            "turns.write_text(json.dumps(rest), 'utf-8')\n"
            "file = pathlib.Path(sys.argv[1])\n"
            "file.write_text(file.read_text('utf-8').replace(old, new), 'utf-8')\n",
            encoding="utf-8",
        )

    return becomes


def test_an_edit_that_reads_well_replaces_the_file(
    ltc: Ltc, three: Path, home: Path, editor: Callable[..., None]
) -> None:
    """And leaves no draft; one that changes nothing says so."""
    editor(("林", "许"), ("x", "x"))
    assert 0 == ltc("deals", "edit", "huaxin").code
    assert "许" == load_deal(three / "huaxin.yaml").deal.owner
    assert "nothing changed" in ltc("deals", "edit", "huaxin").err
    assert [] == list((home / "state" / "drafts").iterdir())


def test_an_edit_that_does_not_read_is_kept_and_taken_up_again(
    ltc: Ltc, three: Path, home: Path, editor: Callable[..., None]
) -> None:
    """The deal stays as it was; the problems are told with their lines; nothing typed is lost."""
    before = (three / "huaxin.yaml").read_bytes()
    editor(("2600000", "lots"), ("lots", "2700000"))
    ran = ltc("deals", "edit", "huaxin")
    assert 2 == ran.code
    (draft,) = (home / "state" / "drafts").iterdir()
    assert f"{draft}:5:9" in ran.err
    assert before == (three / "huaxin.yaml").read_bytes()
    ran = ltc("deals", "edit", "huaxin")
    assert 0 == ran.code
    assert f"going on with the draft left unfinished: {draft}" in ran.err
    assert Decimal(2700000) == load_deal(three / "huaxin.yaml").deal.amount
    assert not draft.exists()


def test_a_person_may_edit_again_at_once_or_drop_it(
    ltc: Ltc, three: Path, home: Path, editor: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Edit again, then it reads; or the deal stays as it was."""
    editor(("2600000", "lots"), ("lots", "2700000"), ("2700000", "lots"))
    answering(monkeypatch, "again", "drop")
    assert 0 == ltc("deals", "edit", "huaxin").code
    assert Decimal(2700000) == load_deal(three / "huaxin.yaml").deal.amount
    assert 0 == ltc("deals", "edit", "huaxin").code
    assert Decimal(2700000) == load_deal(three / "huaxin.yaml").deal.amount
    assert [] == list((home / "state" / "drafts").iterdir())


def test_an_edit_never_overwrites_what_somebody_else_wrote_meanwhile(
    ltc: Ltc, three: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 4; his change is in the file, ours in the draft."""
    path, script = three / "huaxin.yaml", tmp_path / "editor.py"
    script.write_text(
        f"import sys, pathlib\npath = pathlib.Path({str(path)!r})\n"
        "for file, word in ((pathlib.Path(sys.argv[1]), 'mine'), (path, 'his')):\n"
        "    file.write_text(file.read_text('utf-8') + f'team: {word}\\n', 'utf-8')\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("VISUAL", f'"{sys.executable}" "{script}"')
    ran = ltc("deals", "edit", "huaxin")
    (draft,) = (home / "state" / "drafts").iterdir()
    assert 4 == ran.code
    assert str(draft) in ran.err
    assert ("his", "mine") == (load_deal(path).deal.team, load_deal(draft).deal.team)


@pytest.mark.usefixtures("three")
def test_an_editor_that_fails_is_said_so(ltc: Ltc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 2, whether it is not there or ends badly."""
    for command in ("no-such-editor-at-all", f'"{sys.executable}" -c "raise SystemExit(3)"'):
        monkeypatch.setenv("VISUAL", command)
        ran = ltc("deals", "edit", "huaxin")
        assert 2 == ran.code
        assert "the editor failed" in ran.err


# ---- forget ---------------------------------------------------------------------------------------------


def test_a_deal_is_forgotten_for_good(ltc: Ltc, three: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file, unfinished interviews about it, drafts, the index: its name stands nowhere any more."""
    an_hour_later(monkeypatch)
    path = three / "huaxin.yaml"
    ltc("deals", "list")
    assert [name for name in home.rglob("*") if name.is_file() and b"\\u534e\\u4fe1" in name.read_bytes()]
    journal = open_journal("tiny", path.resolve())
    journal.record(Answer(question="talk", value="prices", note="华信精工"))
    journal.close(keep=True)
    refused = ltc("deals", "forget", "huaxin")
    assert (2, True) == (refused.code, path.exists())
    assert "--yes" in refused.err
    ran = ltc("deals", "forget", "huaxin", "--yes")
    assert 0 == ran.code
    assert "Deleted: deals/huaxin.yaml" in ran.err
    assert left_over("tiny", path.resolve()) is None
    left = [file for file in home.rglob("*") if file.is_file() and "华信精工".encode() in file.read_bytes()]
    escaped = [file for file in home.rglob("*") if file.is_file() and b"\\u534e\\u4fe1" in file.read_bytes()]
    assert [] == left == escaped


def test_a_person_is_asked_before_a_deal_is_gone(ltc: Ltc, three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No keeps it; a file that does not read can be forgotten as well."""
    path = put(three, "odd", "Odd", "amount: lots")
    asked = answering(monkeypatch, "no", "yes")
    assert "Kept." in ltc("deals", "forget", "odd").err
    assert path.exists()
    assert 0 == ltc("deals", "forget", "odd").code
    assert not path.exists()
    assert "It is gone for good" in asked[0]


# ---- start-up -------------------------------------------------------------------------------------------

PROBE = """
import contextlib, io, json, sys
from ltc_coach.__main__ import main
with contextlib.redirect_stdout(io.StringIO()):
    code = main(sys.argv[1:])
print(json.dumps([code, sorted(sys.modules)]))
"""
HEAVY = {"pydantic", "rich", "questionary", "prompt_toolkit", "yaml", "numpy", "pypinyin"}


def imported_by(*args: str) -> set[str]:
    """Return the modules that a run in a fresh interpreter imports."""
    done = subprocess.run([sys.executable, "-c", PROBE, *args], capture_output=True, text=True, check=True)
    code, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, done.stderr
    return set(modules)


@pytest.mark.usefixtures("three")
def test_a_list_of_plain_files_loads_no_reader() -> None:
    """Neither the help nor the list, with the index cold or warm, needs Pydantic, YAML or Rich."""
    imported_by("deals", "list", *TODAY)
    for args in (("deals", "--help"), ("deals", "list", "--help"), ("deals", "list", *TODAY)):
        assert set() == HEAVY & imported_by(*args)
