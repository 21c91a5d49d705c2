"""Where deals are kept: which files count, which one is meant, in which order, and an index that is never wrong."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltc_coach.deals import store
from ltc_coach.deals.index import Stock, forget_indexes, take_stock
from ltc_coach.deals.ranking import ORDERS, rank
from ltc_coach.deals.store import deal_files, nearest, new_id, search
from ltc_coach.i18n import Text
from ltc_coach.model.deal import Deal
from ltc_coach.model.listing import Filed, Standing

TODAY = date(2026, 11, 21)


def put(folder: Path, id_: str, *lines: str, name: str = "") -> Path:
    """Write a deal file."""
    path = folder / (name or f"{id_}.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["ltc: 1", f"id: {id_}", f"customer: 客户{id_}", *lines, ""]), encoding="utf-8")
    return path


def filed(id_: str, customer: str = "客户", **more: Any) -> Filed:
    """Make a deal in short."""
    return Filed(path=Path(f"{id_}.yaml"), id=id_, customer=customer, **more)


# ---- which files are deals ----------------------------------------------------------------------------


def test_litter_is_no_deal(tmp_path: Path) -> None:
    """What editors, systems and sync tools leave behind is passed over; folders below are not."""
    for name in (".huaxin.yaml.12.ltc-tmp", ".#huaxin.yaml", "huaxin.yaml~", "huaxin.yaml.bak", "huaxin.tmp", "a.txt"):
        (tmp_path / name).write_text("rubbish", encoding="utf-8")
    put(tmp_path / ".git", "hidden")
    put(tmp_path, "b")
    put(tmp_path / "team", "a", name="a.yml")
    assert ["b.yaml", "team/a.yml"] == [path.relative_to(tmp_path).as_posix() for path in deal_files(tmp_path)]
    assert () == deal_files(tmp_path / "nowhere")


def test_a_bad_file_spoils_no_other(tmp_path: Path) -> None:
    """Each file that cannot be read is named with its problems; the others are there."""
    put(tmp_path, "good")
    put(tmp_path, "odd", "amount: lots")
    (tmp_path / "folder.yaml").mkdir()
    stock = take_stock(tmp_path)
    assert ["good"] == [deal.id for deal in stock.deals]
    assert ["folder.yaml", "odd.yaml"] == [file.path.name for file in stock.unreadable]
    assert [4] == [problem.where.line for problem in stock.unreadable[1].error.problems if problem.where]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_or_a_dangling_link_holds_nobody_up(tmp_path: Path) -> None:
    """They are told like any file that cannot be read."""
    put(tmp_path, "good")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty.yaml").touch()
    stock = take_stock(tmp_path)
    assert ["good"] == [deal.id for deal in stock.deals]
    assert ["empty.yaml", "link.yaml", "pipe.yaml"] == [file.path.name for file in stock.unreadable]


# ---- which deal is meant ------------------------------------------------------------------------------

SHELF = (
    filed("huaxin-mes", "华信精工", alias=("老华信",), product="产线追溯"),
    filed("huaxing", "华兴制药"),
    filed("northmere", "Northmere Instruments"),
    filed("danxian", "单县重工", alias=("ABB 合资",)),
    filed("cangyuan", "长源水务"),
)


@pytest.mark.parametrize(
    ("ref", "ids"),
    [
        ("huaxin-mes", "huaxin-mes"),
        ("HuaXin-MES", "huaxin-mes"),
        ("华信精工", "huaxin-mes"),
        ("老华信", "huaxin-mes"),
        ("华", "huaxin-mes huaxing"),
        ("追溯", "huaxin-mes"),
        ("instru", "northmere"),
        ("\uff4e\uff4f\uff52\uff54\uff48", "northmere"),
        ("hxjg", "huaxin-mes"),
        ("huaxj", "huaxin-mes"),
        ("jinggong", "huaxin-mes"),
        ("hxz", "huaxing"),
        ("hx", "huaxin-mes huaxing"),
        ("shanxian", "danxian"),
        ("dxzg", "danxian"),
        ("abbhz", "danxian"),
        ("changyuan", "cangyuan"),
        ("zhangy", "cangyuan"),
        ("重庆", ""),
        ("xyz", ""),
        ("", ""),
    ],
)
def test_a_deal_is_found_as_people_call_it(ref: str, ids: str) -> None:
    """By id, name or a part, alias, pinyin or initials whatever way a character is read; the strictest reading wins."""
    assert ids.split() == [deal.id for deal in search(SHELF, ref)]


def test_an_id_is_not_mistaken_for_a_part_of_another() -> None:
    """Whoever types the whole id means that deal."""
    assert ["huaxin"] == [deal.id for deal in search((filed("huaxin"), *SHELF), "huaxin")]


@pytest.fixture
def no_pypinyin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation without the extra `rep`."""
    monkeypatch.setitem(sys.modules, "pypinyin", None)
    store._readings.cache_clear()
    yield
    store._readings.cache_clear()


@pytest.mark.usefixtures("no_pypinyin")
def test_without_pypinyin_names_are_found_by_their_parts() -> None:
    """Nothing breaks; sounds are not known."""
    assert ["huaxin-mes"] == [deal.id for deal in search(SHELF, "华信")]
    assert () == search(SHELF, "hxjg")
    assert "华信精工" == new_id("华信精工有限公司", ())


def test_the_nearest_name_is_offered() -> None:
    """For a slip of the pen; not for anything at all."""
    near = nearest(SHELF, "nortmere")
    assert near is SHELF[2]
    assert nearest(SHELF, "qqqqqq") is None


@pytest.mark.parametrize(
    ("customer", "taken", "id_"),
    [
        ("华信精工有限公司", (), "huaxinjinggong"),
        ("华信 精工", ("huaxin-jinggong",), "huaxin-jinggong-2"),
        ("Hua Xin Ltd.", ("HUA-XIN-LTD", "hua-xin-ltd-2"), "hua-xin-ltd-3"),
        ("ＡＢＢ（中国）", (), "abb-zhongguo"),
        ("!!!", (), "deal"),
        ("Unknown", (), "unknown-2"),
        ("公司", (), "gongsi"),
    ],
)
def test_a_new_deal_gets_an_id_of_its_own(customer: str, taken: tuple[str, ...], id_: str) -> None:
    """From the name, made unique, never a reserved word."""
    assert id_ == new_id(customer, taken)


@given(st.text(max_size=60))
def test_every_id_that_is_made_is_one(customer: str) -> None:
    """Whatever the customer is called, the model takes the id."""
    assert Deal.model_validate({"id": new_id(customer, ()), "customer": "x"}).customer == "x"


# ---- the index ----------------------------------------------------------------------------------------


class Everywhere:
    """A locator that counts what it was asked, and knows one place."""

    def __init__(self, mark: str = "one") -> None:
        self.asked: list[str] = []
        self._mark = mark

    def mark(self, playbook: str | None) -> str:
        """Depend on the name of the playbook."""
        return f"{playbook} {self._mark}"

    def locate(self, deal: Deal, path: Path) -> Standing:
        """Stand at the number of answers."""
        assert path.suffix == ".yaml"
        self.asked.append(deal.id)
        return Standing(str(len(deal.answers)), Text("方案", "Solution"), 0.9, settled=True)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the clock of the index run ahead, so that files written just now are old."""
    now = time.time_ns

    def ahead(seconds: float) -> None:
        monkeypatch.setattr(time, "time_ns", lambda: now() + int(seconds * 1e9))

    return ahead


def fresh(folder: Path) -> Stock:
    """Take stock without any index."""
    forget_indexes()
    return take_stock(folder)


def test_what_was_read_is_not_read_again(tmp_path: Path, later: Callable[[float], None]) -> None:
    """Until the file changes, or the playbook, or the day: then it is."""
    later(10)
    put(tmp_path, "a", "amount: 12.50", "expected: 2026-12-31", "alias: [x]", "answers:", "  - {question: q, value: v}")
    put(tmp_path, "b", "outcome: {state: won}")
    first, second, third = Everywhere(), Everywhere(), Everywhere("another day")
    whole = take_stock(tmp_path, first)
    assert whole == take_stock(tmp_path, second)
    assert (["a"], []) == (first.asked, second.asked)
    assert (Decimal("12.50"), "1") == (whole.deals[0].amount, whole.deals[0].standing and whole.deals[0].standing.at)
    take_stock(tmp_path, third)
    assert ["a"] == third.asked
    put(tmp_path, "a", "answers: []")
    changed = take_stock(tmp_path, third)
    assert ["a", "a"] == third.asked
    assert "0" == (changed.deals[0].standing and changed.deals[0].standing.at)
    assert ["客户a", "客户b"] == [deal.customer for deal in take_stock(tmp_path).deals]


def test_a_file_written_just_now_is_read_again(tmp_path: Path) -> None:
    """It may be written once more within the same tick, as long and as old as before: git's rule."""
    path = put(tmp_path, "a", "owner: Lin")
    before = path.stat()
    assert "Lin" == take_stock(tmp_path).deals[0].owner
    put(tmp_path, "a", "owner: Xu1")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (before.st_size, before.st_mtime_ns) == (path.stat().st_size, path.stat().st_mtime_ns)
    assert "Xu1" == take_stock(tmp_path).deals[0].owner


def test_the_index_is_never_wrong(tmp_path: Path, later: Callable[[float], None]) -> None:
    """Files come, go, change, trade names: what is told with the index is what is told without."""
    draw = random.Random(3)
    later(10)
    names = "abcd"
    for step in range(60):
        id_, other = draw.choice(names), draw.choice(names)
        path = tmp_path / f"{id_}.yaml"
        match draw.randrange(5):
            case 0 | 1:
                put(tmp_path, id_, f"owner: {'x' * (1 + step)}")
            case 2:
                path.unlink(missing_ok=True)
            case 3 if path.exists():
                path.replace(tmp_path / f"{other}.yaml")
            case 4:
                path.write_text("id: [" + "x" * step, encoding="utf-8")
        told = take_stock(tmp_path)
        there = {path.name for path in tmp_path.iterdir()}
        assert there == {deal.path.name for deal in told.deals} | {file.path.name for file in told.unreadable}
        if step % 5 == 0:
            assert told.deals == fresh(tmp_path).deals


def test_a_damaged_index_is_made_again(tmp_path: Path, home: Path, later: Callable[[float], None]) -> None:
    """Cut short, overwritten, of another version or deleted: nobody notices."""
    later(10)
    deals = tmp_path / "deals"
    put(deals, "a", "owner: Lin")
    whole = take_stock(deals)
    (file,) = (home / "cache" / "deals").iterdir()
    good = file.read_bytes()
    others = (good.replace(b"Lin", b"Xu!"), b"", b"\x00" * 50, b"{}", b"0\n{}", good.split(b"\n")[0] + b"\n[1]")
    for bad in (*others, *(good[:cut] for cut in range(0, len(good), 40))):
        file.write_bytes(bad)
        assert whole == take_stock(deals)
    assert good == file.read_bytes()


def test_the_index_of_one_folder_is_not_anothers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: Callable[[float], None]
) -> None:
    """Not even where both are called "."."""
    later(10)
    for name in ("one", "two"):
        put(tmp_path / name, "a", f"owner: {name}")
        put(tmp_path / name, "b", f"owner: {name}")
        monkeypatch.chdir(tmp_path / name)
        assert [name, name] == [deal.owner for deal in take_stock(Path()).deals]
        assert [name, name] == [deal.owner for deal in take_stock(Path()).deals]


def test_without_a_cache_folder_all_is_well(tmp_path: Path, home: Path) -> None:
    """A cache that cannot be written is none."""
    (home / "cache").write_text("in the way", encoding="utf-8")
    put(tmp_path / "deals", "a")
    assert 1 == len(take_stock(tmp_path / "deals").deals) == len(fresh(tmp_path / "deals").deals)


# ---- which deal first ---------------------------------------------------------------------------------


def standing(confidence: float) -> Standing:
    """Stand somewhere, settled from 60 % on."""
    return Standing("solution", Text("方案", "Solution"), confidence, settled=confidence >= 0.6)


def order(*deals: Filed, by: str = "rank") -> list[str]:
    """Return the ids in order."""
    return [ranked.deal.id for ranked in rank(deals, TODAY, by)]


def reason(deal: Filed) -> tuple[str, str]:
    """Return why a deal comes where it comes, in both languages."""
    text = rank([deal], TODAY)[0].reason
    return text.zh, text.en


SURE: dict[str, Any] = {"standing": standing(0.95), "asked": 5, "contact": TODAY - timedelta(days=2)}


def test_a_visit_about_to_happen_comes_first_and_doubt_before_it_first_of_all() -> None:
    """The day after tomorrow and unsettled beats tomorrow and settled; money only breaks ties."""
    soon = filed("soon", **SURE, next_visit=TODAY + timedelta(days=1))
    doubtful = filed("doubtful", **SURE | {"standing": standing(0.4)}, next_visit=TODAY + timedelta(days=2))
    silent = filed("silent", **SURE | {"contact": TODAY - timedelta(days=40)})
    rich = filed("rich", **SURE, amount=Decimal(10**9))
    poor = filed("poor", **SURE, amount=Decimal(10))
    assert ["doubtful", "soon", "silent", "rich", "poor"] == order(poor, rich, silent, soon, doubtful)
    assert ("后天拜访,还定不了走到哪一步", "visit the day after tomorrow, place not settled") == reason(doubtful)
    assert ("明天拜访", "visit tomorrow") == reason(soon)
    assert ("40 天没有联系", "no contact for 40 days") == reason(silent)
    assert ("手上最大的一单", "the largest deal") == reason(rich)


def test_a_visit_nobody_reported_on_is_due_one_that_was_is_over() -> None:
    """An answer noted on the day of the visit or later is its result."""
    visit = TODAY - timedelta(days=3)
    missed = filed("missed", **SURE | {"contact": visit - timedelta(days=1)}, next_visit=visit)
    noted = filed("noted", **SURE | {"contact": visit}, next_visit=visit)
    assert ["missed", "noted"] == order(noted, missed)
    assert ("3 天前就该去拜访,结果还没记", "visit due 3 days ago, nothing noted") == reason(missed)
    assert 0.0 == rank([noted], TODAY)[0].points["visit"]


def test_a_deal_nobody_has_touched_says_so() -> None:
    """No answers and no contact."""
    assert ("一个问题都还没问清,还没有联系的记录", "no question answered yet, no contact noted yet") == reason(
        filed("new", standing=standing(0.2))
    )


def test_money_counts_within_its_currency() -> None:
    """A million yuan says nothing about a million dollars."""
    deals = [filed("yuan", **SURE, amount=Decimal(100)), filed("usd", **SURE, amount=Decimal(2), currency="USD")]
    assert [10.0, 10.0] == [ranked.points["money"] for ranked in rank(deals, TODAY)]


def test_a_deal_that_is_over_needs_nothing() -> None:
    """With --all it comes last, without a reason."""
    over = filed("a", outcome="won", next_visit=TODAY, amount=Decimal(10**9))
    assert ["b", "a"] == order(over, filed("b", **SURE))
    assert ("", "") == reason(over)


deals = st.builds(
    filed,
    id_=st.sampled_from("abcdefgh"),
    next_visit=st.none() | st.dates(TODAY - timedelta(days=9), TODAY + timedelta(days=20)),
    contact=st.none() | st.dates(TODAY - timedelta(days=90), TODAY),
    standing=st.builds(standing, st.floats(0.1, 1.0)),
    asked=st.integers(0, 9),
    amount=st.none() | st.decimals(0, 10**9, places=2),
    expected=st.none() | st.dates(TODAY, TODAY + timedelta(days=300)),
)


@settings(max_examples=40)
@given(st.lists(deals, max_size=8, unique_by=lambda deal: deal.id), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_files(some: list[Filed], draw: random.Random) -> None:
    """The same deals always come in the same order, by whatever they are sorted, and every one has a reason."""
    mixed = draw.sample(some, len(some))
    for by in ORDERS:
        assert order(*some, by=by) == order(*mixed, by=by)
    assert all(ranked.reason.zh and ranked.reason.en for ranked in rank(some, TODAY))
    assert all(0.0 <= ranked.score <= 130.0 for ranked in rank(some, TODAY))


@given(deals, st.integers(0, 12))
def test_nearer_doubtful_and_silent_deals_never_come_later(deal: Filed, days: int) -> None:
    """More of what makes a deal urgent never lowers its points."""
    from dataclasses import replace

    def score(**changed: Any) -> float:
        return rank([replace(deal, **changed)], TODAY)[0].score

    contact = TODAY - timedelta(days=days)
    visit = TODAY + timedelta(days=days)
    assert score(next_visit=visit) >= score(next_visit=visit + timedelta(days=1))
    assert score(contact=contact, next_visit=None) <= score(contact=contact - timedelta(days=1), next_visit=None)
    assert score(standing=standing(0.59), asked=1) >= score(standing=standing(0.9), asked=1) >= 0.0
