"""``ltc deals people | influence | plan | timeline``: what they show, what they write, what they say of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from wcwidth import wcswidth

from ltc_coach.cli import deals_plan
from ltc_coach.console import prompts
from ltc_coach.console.influence import influence_screen
from ltc_coach.console.people import people_screen
from ltc_coach.console.plans import check_screen, plans_screen
from ltc_coach.console.terminal import report_screen
from ltc_coach.console.timeline import timeline_screen
from ltc_coach.deals.files import load_deal
from ltc_coach.documents.people_map import LEGEND, people_map
from ltc_coach.engine import Coach
from ltc_coach.engine.effect import effect
from ltc_coach.i18n import Lang, Text
from ltc_coach.model.deal import (
    Advised,
    Answer,
    Deal,
    FollowUp,
    Influence,
    Milestone,
    Outcome,
    Person,
    Plan,
    Turn,
)
from ltc_coach.model.playbook import Playbook
from tests.cli_kit import TINY, Ran
from tests.playbook_kit import fact, move, playbook, question

Ltc = Callable[..., Ran]

EXAMPLES = Path(__file__).parents[1] / "examples" / "deals"
DAY = "2026-11-20"


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """The deal of twelve weeks, to be changed."""
    return Path(shutil.copy(EXAMPLES / "long.yaml", tmp_path / "long.yaml"))


@pytest.fixture
def risk(tmp_path: Path) -> Path:
    """A deal at N8: the favourite is us, the CFO is worried."""
    return Path(shutil.copy(EXAMPLES / "favoured-cfo-worries.yaml", tmp_path / "cfo.yaml"))


@pytest.fixture
def deals(ltc: Ltc) -> Ltc:
    """Run a command of the group on one day."""

    def run(command: str, *args: str | Path, lang: str = "en", day: str = DAY) -> Ran:
        return ltc("deals", command, *args, "--today", day, lang=lang)

    return run


def read(ran: Ran) -> dict[str, Any]:
    """Return the JSON of a run."""
    document: dict[str, Any] = json.loads(ran.out)
    return document


# ---- people ---------------------------------------------------------------------------------------


def test_the_people_for_programs(deals: Ltc, long: Path) -> None:
    """Each with place and certainty of his own, None where nobody has told anything about him."""
    document = read(deals("people", long, "--json"))
    assert (document["deal"], document["basis"], document["focus"]) == ("chenyang-grinding", "weakest", "吕主任")
    places = {p["id"]: p["place"] for p in document["people"]}
    assert places == {"吕主任": "solution", "贺工": "solution", "季经理": None, "方总": "value"}
    assert [p["confidence"] is None for p in document["people"]] == [False, False, True, False]
    assert document["effect"] is None


def test_a_change_of_stance_is_written_and_its_effect_told(deals: Ltc, long: Path) -> None:
    """Before and after, and why; comments and everything else in the file stay."""
    before = long.read_text(encoding="utf-8")
    ran = deals("people", long, "--set", "方总.stance=rival", "--set", "方总.met=2026-11-20", "--json")
    assert ran.code == 0
    told = read(ran)["effect"]
    assert told["changed"]
    assert (told["before"]["through"], told["after"]["through"]) == (["吕主任", "方总"], ["吕主任"])
    assert "方总 can no longer carry a way back" in told["why"]
    expected = before.replace("stance: leans_us, met: 2026-11-18", "stance: rival, met: 2026-11-20")
    assert expected == long.read_text(encoding="utf-8")


def test_the_screen_says_it_first(deals: Ltc, long: Path) -> None:
    """What changed stands above the map."""
    shown = deals("people", long, "--set", "方总.stance=rival").out
    assert shown.index("That changes the advice") < shown.index("decides")
    assert "吕主任, 方总 → 吕主任" in shown


def test_what_is_so_already_is_not_written_again(deals: Ltc, long: Path) -> None:
    """No change, no effect, and it is said."""
    before = long.read_bytes()
    ran = deals("people", long, "--set", "方总.stance=leans_us", "--json")
    assert (ran.code, read(ran)["effect"]) == (0, None)
    assert "nothing was changed" in ran.err
    assert before == long.read_bytes()


def test_an_empty_value_takes_a_field_away(deals: Ltc, long: Path) -> None:
    """We had not met him after all."""
    deals("people", long, "--set", "贺工.met=")
    assert load_deal(long).deal.people[1].met is None


def test_somebody_new_gets_an_id_like_his_name(deals: Ltc, long: Path) -> None:
    """What an id may not hold becomes a hyphen, and no two are the same."""
    deals("people", long, "--add", "Ms Wang (CFO)", "--role", "budget_owner", "--power", "high", "--met", "2026-11-19")
    deals("people", long, "--add", "Ms Wang/CFO")
    first, second = load_deal(long).deal.people[-2:]
    assert (first.id, first.name, first.power, first.met) == (
        "Ms-Wang-CFO",
        "Ms Wang (CFO)",
        "high",
        date(2026, 11, 19),
    )
    assert (second.id, second.name) == ("Ms-Wang-CFO-2", "Ms Wang/CFO")


def test_a_role_only_the_playbook_knows_may_be_given(deals: Ltc, long: Path) -> None:
    """Every role some move goes through is a role."""
    assert deals("people", long, "--set", "贺工.role=evaluator").code == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--set", "方总"], "write WHO.FIELD=VALUE"),
        (["--set", "stance=us"], "write WHO.FIELD=VALUE"),
        (["--set", "方总.mood=good"], "there is no 'mood'"),
        (["--set", "方董.stance=us"], "there is no '方董'"),
        (["--set", "方总.stance=ours"], "there is no 'ours'"),
        (["--set", "方总.role=decidor"], "decider"),
        (["--set", "方总.met=2026-12-24"], "has not come yet"),
        (["--set", "方总.met=Tuesday"], "is not a date"),
        (["--add", "方总"], "方总 is there already"),
        (["--add", "  "], "--add needs a name"),
        (["--role", "decider"], "--role goes with --add"),
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(deals: Ltc, long: Path, args: list[str], said: str) -> None:
    """It says what is wrong and what would do."""
    before = long.read_bytes()
    ran = deals("people", long, *args)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert before == long.read_bytes()


def test_a_deal_without_people_says_how_to_add_one(deals: Ltc, deal: Path) -> None:
    """Nobody noted yet."""
    assert "ltc deals people huaxin --add" in deals("people", deal, "-p", TINY).out
    assert "no person is noted yet" in deals("people", deal, "-p", TINY, "--set", "a.stance=us").err
    assert read(deals("people", deal, "-p", TINY, "--json"))["people"] == []


# ---- influence ------------------------------------------------------------------------------------


def test_the_ledger_for_programs(deals: Ltc, long: Path) -> None:
    """Node by node up to the customer, the way, and the targets in their order."""
    document = read(deals("influence", long, "--json"))
    assert [(row["node"], row["by"]) for row in document["ledger"]] == [
        ("problem", "us"),
        ("pain", "us"),
        ("goal", "us"),
        ("requirement", "rival"),
        ("measure", "rival"),
        ("solution", "unknown"),
    ]
    assert (document["direction"], document["first_rival"], document["best"]) == (
        "pull_back",
        "requirement",
        document["targets"][0]["move"],
    )
    assert all(target["distance"] > 0 for target in document["targets"])


def test_an_entry_is_appended_and_its_effect_told(deals: Ltc, long: Path) -> None:
    """The old entries stay; the target moves to before the node the rival owns now, and it is said why."""
    args = ("--set", "goal=rival@told", "--fixed", "leaning", "--note", "他看过样机", "--on", "2026-11-19", "--json")
    told = read(deals("influence", long, *args))["effect"]
    assert (told["before"]["to"], told["after"]["to"]) == ("goal", "problem")
    assert "the rival shaped Goal and what follows: pull back, best to before it" in told["why"]
    entries = load_deal(long).deal.influence
    assert len(entries) == 7
    assert entries[-1] == Influence(
        node="goal", by="rival", fixed="leaning", grade="told", day=date(2026, 11, 19), note="他看过样机"
    )


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--set", "goal"], "write NODE=WHO"),
        (["--set", "goal=rival@"], "write NODE=WHO"),
        (["--set", "gaol=rival"], "goal"),
        (["--set", "goal=them"], "there is no 'them'"),
        (["--set", "goal=rival@rumour"], "there is no 'rumour'"),
        (["--set", "goal=rival", "--on", "2027-01-01"], "has not come yet"),
        (["--set", "goal=rival", "--fixed", "firm"], "--fixed is one of"),
        (["--note", "x"], "--note goes with --set"),
    ],
)
def test_an_entry_that_makes_no_sense_is_not_noted(deals: Ltc, long: Path, args: list[str], said: str) -> None:
    """It says what is wrong and what would do."""
    before = long.read_bytes()
    ran = deals("influence", long, *args)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert before == long.read_bytes()


def test_a_node_misspelt_in_an_editor_is_told(deals: Ltc, long: Path) -> None:
    """Nothing comes of it, and nobody would miss it."""
    long.write_text(long.read_text(encoding="utf-8").replace("{node: goal,", "{node: gaol,", 1), encoding="utf-8")
    ran = deals("influence", long)
    assert "'gaol' in the ledger is no node of this playbook" in ran.err


# ---- plan -----------------------------------------------------------------------------------------


def test_a_discount_planned_while_the_customer_weighs_risk(deals: Ltc, ltc: Ltc, risk: Path) -> None:
    """Warned of with exit 1, noted, and repeated by the next diagnosis until it is dropped (S4-MM1)."""
    ran = deals("plan", risk, "discount 5 %")
    assert ran.code == 1
    assert "This hurts here" in ran.out
    assert "instead" in ran.out
    assert load_deal(risk).deal.plans == (Plan(what="discount 5 %", day=date(2026, 11, 20)),)
    assert "Planned, but it hurts here" in ltc("diagnose", risk, "--no-input", "--today", DAY).out
    assert deals("plan", risk, "--drop", "discount").code == 0
    assert "Planned, but it hurts here" not in ltc("diagnose", risk, "--no-input", "--today", DAY).out


def test_the_warning_for_programs(deals: Ltc, risk: Path) -> None:
    """Which never, about which act, and what to do instead."""
    document = read(deals("plan", risk, "给他降价", "--json", "--no-save"))
    assert [a["id"] for a in document["actions"]] == ["discount"]
    assert "price-cut-at-risk" in [w["never"] for w in document["warnings"]]
    assert all(w["title"] and w["instead"] for w in document["warnings"])
    assert not document["recorded"]


def test_only_checking_leaves_the_file_alone(deals: Ltc, risk: Path) -> None:
    """--no-save."""
    before = risk.read_bytes()
    assert deals("plan", risk, "discount 5 %", "--no-save").code == 1
    assert before == risk.read_bytes()


def test_asking_twice_notes_it_once(deals: Ltc, risk: Path) -> None:
    """The plan is the same plan."""
    for _ in range(2):
        assert deals("plan", risk, "discount  5 %").code == 1
    assert [p.what for p in load_deal(risk).deal.plans] == ["discount 5 %"]


def test_a_plan_that_does_no_harm_is_noted_with_a_caution(deals: Ltc, risk: Path) -> None:
    """The guard says what hurts, not what is right."""
    ran = deals("plan", risk, "谈新单", "--kind", "propose")
    assert ran.code == 0
    assert "Nothing against it at this place" in ran.out


def test_words_that_say_nothing_are_noted_and_it_is_said(deals: Ltc, risk: Path) -> None:
    """With nobody to ask: a note on the error stream with the kinds there are, exit 0."""
    ran = deals("plan", risk, "have a coffee with him")
    assert ran.code == 0
    assert "was not checked" in ran.out
    assert "discount, quote" in ran.err
    assert load_deal(risk).deal.plans[-1].kind is None


def test_a_kind_may_be_said(deals: Ltc, risk: Path) -> None:
    """And is kept, so that it is not guessed again."""
    assert deals("plan", risk, "two points for the CFO", "--kind", "discount").code == 1
    assert load_deal(risk).deal.plans[-1].kind == "discount"
    assert deals("plan", risk, "two points for the CFO").code == 1
    assert deals("plan", risk, "two points for the CFO", "--kind", "hunt").code == 0
    assert [(p.what, p.kind) for p in load_deal(risk).deal.plans] == [("two points for the CFO", "hunt")]
    ran = deals("plan", risk, "two points", "--kind", "discuont")
    assert (ran.code, ran.out) == (2, "")
    assert "discount" in ran.err


@pytest.mark.parametrize(("kind", "code"), [("discount", 1), ("", 0)])
def test_at_a_terminal_the_kind_is_asked(
    deals: Ltc, risk: Path, monkeypatch: pytest.MonkeyPatch, kind: str, code: int
) -> None:
    """From the playbook's kinds of acts, or something else."""
    offered = list[str]()

    def chosen(_message: str, options: list[tuple[str, str]], _lang: Lang, **_more: object) -> str:
        offered.extend(value for value, _ in options)
        return kind

    monkeypatch.setattr(deals_plan, "can_ask", lambda: True)
    monkeypatch.setattr(prompts, "choose", chosen)
    assert deals("plan", risk, "two points for the CFO").code == code
    assert {"discount", "gift", ""} <= set(offered)
    assert load_deal(risk).deal.plans[-1].kind == (kind or None)


def test_at_a_terminal_the_next_act_can_be_picked(deals: Ltc, risk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a text: the list first, then the kinds; to look is enough."""
    monkeypatch.setattr(deals_plan, "can_ask", lambda: True)
    monkeypatch.setattr(prompts, "choose", lambda *_args, **_more: "")
    assert deals("plan", risk).code == 0
    assert load_deal(risk).deal.plans == ()
    monkeypatch.setattr(prompts, "choose", lambda *_args, **_more: "discount")
    ran = deals("plan", risk)
    assert ran.code == 1
    assert ran.out.index("Nothing is planned") < ran.out.index("This hurts here")
    assert [(p.what, p.kind) for p in load_deal(risk).deal.plans] == [("cut the price, give a discount", "discount")]


def test_the_list_of_plans_finds_what_hurts(deals: Ltc, long: Path) -> None:
    """Exit 1 while an open plan is warned of; closed plans are below, with their numbers kept."""
    deals("plan", long, "ask what has changed", "--kind", "hunt")
    assert deals("plan", long).code == 1
    ran = deals("plan", long, "--done", "1", "--json")
    assert ran.code == 0
    assert [(p["number"], p["state"]) for p in read(ran)["plans"]] == [(1, "done"), (2, "open")]
    listed = deals("plan", long)
    assert listed.code == 0
    assert listed.out.index("ask what has changed") < listed.out.index("Closed")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--done", "7"], "no open plan '7'"),
        (["--drop", "nothing like it"], "no open plan"),
        (["--drop", "discount"], "fits 2 plans"),
        (["a plan", "--done", "1"], "one thing at a time"),
        (["--done", "1", "--drop", "2"], "one thing at a time"),
        (["--no-save"], "--no-save goes with a plan"),
        (["--kind", "gift"], "--kind goes with a plan"),
        (["  "], "no plan was given"),
    ],
)
def test_a_plan_that_cannot_be_meant(deals: Ltc, risk: Path, args: list[str], said: str) -> None:
    """It says what is wrong; nothing is written."""
    deals("plan", risk, "discount 5 %")
    deals("plan", risk, "a discount of 6 %")
    before = risk.read_bytes()
    ran = deals("plan", risk, *args)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert before == risk.read_bytes()


# ---- timeline -------------------------------------------------------------------------------------


def test_the_timeline_for_programs(deals: Ltc, long: Path) -> None:
    """Spells, slips, advice."""
    document = read(deals("timeline", long, "--json"))
    assert [(s["id"], s["days"], s["by"]) for s in document["spells"]][-2:] == [
        ("goal", 16, "us"),
        ("solution", 2, None),
    ]
    assert document["slip"] == {"first": "2026-11-30", "now": "2026-12-25", "days": 25, "times": 1}
    assert [f["taken"] for f in document["followed"]] == ["yes", None, "yes", None]


def test_who_pulled_the_customer_back_is_asked_until_it_is_said(deals: Ltc, long: Path) -> None:
    """And kept with the deal; a rival who pulled has probably shaped something."""
    text = long.read_text(encoding="utf-8")
    long.write_text(text[: text.index("turns:")], encoding="utf-8")
    assert "Who pulled? ltc deals timeline chenyang-grinding --went-back" in " ".join(
        deals("timeline", long).out.split()
    )
    ran = deals("timeline", long, "--went-back", "rival")
    assert "back, pulled by a rival" in ran.out
    assert "--set goal=rival" in ran.err
    turn = Turn(day=date(2026, 11, 2), from_="solution", to="goal", by="rival")
    assert load_deal(long).deal.turns == (turn,)
    assert deals("timeline", long, "--went-back", "us").code == 2


def test_the_way_goes_on_after_the_signature(deals: Ltc, long: Path) -> None:
    """Won and signed, then the money; the same step of the same day is noted once."""
    deals("timeline", long, "--won", "--step", "signed", "--on", "2026-11-19")
    for _ in range(2):
        ran = deals("timeline", long, "--step", "cash", "--amount", "50万", "--json")
    document = read(ran)
    assert [(s["id"], s["amount"]) for s in document["spells"] if s["kind"] == "step"] == [
        ("signed", None),
        ("cash", "500000"),
    ]
    assert document["next_step"] == "final_payment"
    assert document["outcome"]["state"] == "won"
    assert load_deal(long).deal.milestones[0] == Milestone(what="signed", day=date(2026, 11, 19))


def test_a_lost_deal_stays_where_it_ended(deals: Ltc, long: Path) -> None:
    """To whom and why are kept; the outcome may be corrected."""
    deals("timeline", long, "--given-up", "--reason", "no access")
    ran = deals("timeline", long, "--lost", "--to", "锐测", "--reason", "price", day="2026-11-25")
    assert "lost · 2026-11-25 · to 锐测 · price" in ran.out
    assert load_deal(long).deal.outcome == Outcome(state="lost", day=date(2026, 11, 25), to="锐测", reason="price")
    assert read(deals("timeline", long, "--json", day="2026-12-31"))["spells"][-1]["until"] == "2026-11-25"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--won", "--lost"], "only one of"),
        (["--to", "X"], "--to goes with --lost"),
        (["--won", "--to", "X"], "--to goes with --lost"),
        (["--reason", "price"], "--reason goes with"),
        (["--amount", "5"], "--amount goes with --step"),
        (["--step", "cash", "--amount", "much"], "is not an amount"),
        (["--step", "cash", "--amount", "$5"], "this deal is in CNY, not USD"),
        (["--step", "cash", "--on", "2026-12-31"], "has not come yet"),
        (["--step", "paid"], "--step is one of"),
        (["--went-back", "us"], "no turn back to be explained"),
    ],
)
def test_what_cannot_have_happened_is_not_noted(deals: Ltc, long: Path, args: list[str], said: str) -> None:
    """It says what is wrong; nothing is written."""
    before = long.read_bytes()
    ran = deals("timeline", long, *args)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert before == long.read_bytes()


# ---- all of them ----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["people", "influence", "plan", "timeline"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_question_gets_the_same_bytes(deals: Ltc, long: Path, command: str, lang: str) -> None:
    """Looking changes nothing, and every character can stand on a GBK console."""
    before = long.read_bytes()
    first, second = (deals(command, long, lang=lang).out for _ in range(2))
    assert first == second
    assert first.encode("gbk").decode("gbk") == first
    assert before == long.read_bytes()


def test_a_screen_can_go_to_a_file(deals: Ltc, long: Path) -> None:
    """-o."""
    assert deals("people", long, "-o", long.with_suffix(".txt")).out == ""
    assert "方总" in (long.with_suffix(".txt")).read_text(encoding="utf-8")


# ---- the screens, of a deal made for it -----------------------------------------------------------


def bilingual(zh: str, en: str) -> dict[str, str]:
    """Make a text."""
    return {"zh": zh, "en": en}


def small_playbook() -> Playbook:
    """Four places, three ways back, two nevers: enough for every part of every screen."""
    titles = {"a": ("问题", "Problem"), "b": ("目标", "Goal"), "c": ("措施", "Measure"), "d": ("方案", "Solution")}
    places = [{"id": id_, "title": bilingual(*title)} for id_, title in titles.items()]
    types = [
        {"id": "us", "title": bilingual("我们", "us")},
        {"id": "himself", "title": bilingual("他自己", "himself")},
        {"id": "rival", "title": bilingual("对手", "a rival")},
    ]
    card = fact("case", "detail")
    card["title"] = bilingual("我们的牌", "our card")
    card["values"][0]["title"] = bilingual("同行的标杆案例", "a case from his trade")
    access = fact("evaluators", "executives")
    access["title"] = bilingual("见到的最高一层", "the highest level met")
    access["values"][0] |= {"title": bilingual("做评估的", "evaluators"), "met": ["technical"]}
    access["values"][1] |= {"title": bilingual("高层", "executives"), "met": ["decider"]}
    return playbook(
        [question(f"q{n}", {p: {"place": {"at": p}} for p in "abcd"}) for n in range(3)],
        scales={
            "place": {"title": bilingual("客户走到", "The customer stands at"), "main": True, "stages": places},
            "origin": {"title": bilingual("想法是谁带出来的", "Who shaped his thinking"), "types": types},
        },
        facts={"card": card, "access": access},
        hand="card",
        ledger={"scale": "origin", "ours": "us", "rival": "rival"},
        moves=[
            move(
                "ask-the-boss",
                "pull",
                to="b",
                through=["decider"],
                politics="some",
                title=bilingual("请老板说说他要看哪个数", "Ask the boss which figure he wants to see"),
                whom=bilingual("对结果负责的那位", "whoever answers for the result"),
                do=bilingual(
                    "先不谈方案,请他说一年以后要汇报哪个数。", "Leave the plan aside; ask for next year's figure."
                ),
                say=[bilingual("一年以后您要向谁汇报哪个数?", "Which figure will you report, and to whom?")],
                proof=bilingual("他改了目标", "he changes the goal"),
                refused=bilingual("换一位再问", "ask somebody else"),
            ),
            move(
                "new-problem",
                "pull",
                to="a",
                title=bilingual("摆出一个新问题", "Raise a new problem"),
                needs={"card": ["case"]},
            ),
            move("same-place", "pull", to="a", politics="high", title=bilingual("把水搅浑", "Stir the water")),
            move(
                "no-discount",
                "never",
                when={"place": ["c", "d"]},
                forbids=["discount"],
                title=bilingual("别降价", "Don't cut the price"),
                why=bilingual("他担心的是风险,不是钱。", "He fears the risk, not the price."),
                instead=bilingual("拿出证明", "show proof"),
            ),
        ],
        actions=[{"id": "discount", "title": bilingual("降价", "cut the price"), "words": ["降价", "discount"]}],
    )


def told(value: str, day: date, about: str | None = None) -> list[Answer]:
    """Make three answers that put the customer, or one person, at a place."""
    return [Answer(question=f"q{n}", value=value, day=day, about=about) for n in range(3)]


def small_deal() -> Deal:
    """Three people, one turn back that nobody has explained, a slip, a plan that hurts."""
    start, later, now = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 18)
    return Deal(
        id="hua",
        customer="华信精工",
        expected=date(2026, 12, 25),
        people=(
            Person(id="fang", name="方总", role="decider", title="副总", power="high", stance="leans_us", met=now),
            Person(id="he", name="贺工", role="technical", power="medium", stance="rival", met=start),
            Person(id="ji", name="季经理", role="demand_owner", power="low"),
        ),
        answers=(
            *told("c", start),
            *told("b", later),
            *told("d", now, "fang"),
            *told("c", now, "ji"),
            *told("a", now, "he"),
            *told("d", now),
        ),
        influence=(
            Influence(node="a", by="us", fixed="settled", grade="document", day=start),
            Influence(node="c", by="rival", fixed="leaning", grade="told", day=later, note="样本原话"),
        ),
        plans=(
            Plan(what="给他降价两个点", day=now),
            Plan(what="带样品去", state="dropped", day=start),
        ),
        advice=(
            Advised(day=start, place="c", confidence=0.8, moves=("new-problem",), expected=date(2026, 11, 30)),
            Advised(day=later, place="b", confidence=0.7, moves=("ask-the-boss",), expected=date(2026, 12, 25)),
        ),
        followed=(FollowUp(day=later, move="new-problem", taken="partly", act="请我们再去一次"),),
        milestones=(Milestone(what="signed", day=date(2026, 11, 19)),),
    )


TODAY = date(2026, 11, 20)
SCREENS = ["people", "influence", "plans", "check", "timeline", "report"]


def screen(name: str, lang: Lang, width: int, deal: Deal) -> str:
    """Return one screen of a deal, after a change where the screen can tell of one."""
    book = small_playbook()
    coach = Coach(book)
    report = coach.report(deal.answers, TODAY, deal)
    before = deal.model_copy(update={"people": deal.people[1:], "influence": (), "plans": ()})
    change = effect(coach.report(before.answers, TODAY, before), report)
    named = (deal.id, deal.customer)
    look: dict[str, Any] = {"width": width, "colour": False}
    match name:
        case "people":
            assert report.people
            chart = people_map(report.people)
            return people_screen(report, named, change, chart=chart, legend=LEGEND, lang=lang, **look)
        case "influence":
            return influence_screen(report, named, change, lang, **look)
        case "plans":
            return plans_screen(deal, report, lang, **look)
        case "check":
            return check_screen(deal.plans[0], [book.actions[0].title], report, lang, **look)
        case "timeline":
            return timeline_screen(coach.timeline(deal, TODAY), deal, book.scales[book.main].ids, lang, **look)
    return report_screen(report, lang, **look)


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_looks_like_this(name: str, lang: Lang, width: int, snapshot: SnapshotAssertion) -> None:
    """In both languages, at both widths."""
    assert screen(name, lang, width, small_deal()) == snapshot


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", SCREENS)
def test_no_line_is_wider_than_the_window_and_nothing_in_it_acts(name: str, lang: Lang) -> None:
    """Down to a window nobody can work in, with names that would take over the terminal."""
    hostile = "\x1b[31m\u202e方总[red]\n" * 3
    deal = small_deal()
    people = tuple(p.model_copy(update={"name": hostile + p.name, "title": hostile}) for p in deal.people)
    plans = (Plan(what=f"discount {hostile}"),)
    deal = deal.model_copy(update={"customer": hostile, "people": people, "plans": plans})
    for width in (20, 40, 60):
        shown = screen(name, lang, width, deal)
        assert [line for line in shown.splitlines() if wcswidth(line) > width] == []
        assert not {"\x1b", "\u202e"} & set(shown)
        assert shown.encode("gbk")


def test_a_deal_without_a_dated_answer_has_no_timeline_yet() -> None:
    """The screen says what it takes."""
    deal = Deal(id="d", customer="c")
    shown = timeline_screen(
        Coach(small_playbook()).timeline(deal, TODAY), deal, "abcd", Lang.EN, width=80, colour=False
    )
    assert "enough answers with their days" in " ".join(shown.split())


def test_the_texts_of_an_effect_have_both_languages() -> None:
    """Both reasons and titles."""
    coach, deal = Coach(small_playbook()), small_deal()
    bare = Deal(id="d", customer="c")
    found = effect(coach.report((), TODAY, bare), coach.report(deal.answers, TODAY, deal))
    texts: list[Text] = [*found.why, found.after.place_title, found.after.first_title]
    assert all(text.zh and text.en for text in texts)
