"""The pull-back planner on the shipped method: where to, through whom, at what price; never forward."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, get_args

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from ltc_coach.authoring.loading import load_playbook
from ltc_coach.engine import Coach
from ltc_coach.engine.ledger import LEDGER
from ltc_coach.model.casework import PullBack
from ltc_coach.model.deal import Answer, Deal, Influence, Person, Shaper
from ltc_coach.model.playbook import Claim, Move, Playbook
from ltc_coach.model.report import Report
from tests import playbook_kit as kit

TODAY = date(2026, 11, 20)
TACTICS = [
    *("T1a", "T1b", "T1c", "T2a", "T2b", "T3a", "T3b", "T3c", "T3d", "T4a"),
    *("T5a", "T5b", "T5c", "T5d", "T5e", "T6a", "T6b", "T7a", "T7b", "T8a", "T8b", "T8c"),
]
EVALUATORS = {"evaluator", "technical", "purchasing"}
ROLES = ("decider", "executive", "budget_owner", "demand_owner", "project_owner", "technical", "purchasing", "user")
STANCES = ("rival", "leans_rival", "neutral", "leans_us", "us")
TENDER = {"place": "solution", "origin": "rival", "key_person": "yes", "demand": "explicit"}
BOSS = Person(id="Fang", name="Ms Fang", role="decider", power="high", stance="leans_us", met=TODAY)


@cache
def playbook() -> Playbook:
    """Return the shipped playbook."""
    return load_playbook("buying-process")


@cache
def coach() -> Coach:
    """Return its coach."""
    return Coach(playbook())


def report(answers: tuple[Answer, ...], **more: Any) -> Report:
    """Diagnose a deal."""
    return coach().report(answers, TODAY, Deal(id="d", customer="c", answers=answers, **more))


def plan(answers: tuple[Answer, ...], **more: Any) -> PullBack:
    """Return the ways back of a deal."""
    found = report(answers, **more).pull_back
    assert found
    return found


def answers_for(wanted: dict[str, str]) -> tuple[Answer, ...]:
    """Make the answers of a rep whose customer stands at ``wanted`` (scale or fact -> value), without contradiction."""
    made = []
    for question in playbook().questions:
        for option in question.answers:
            fits = all(_fits(scale, claim, wanted) for scale, claim in option.says.items())
            if fits and all(wanted.get(fact) == value for fact, value in option.sets.items()):
                if any(claim.at for scale, claim in option.says.items() if scale in wanted) or option.sets:
                    made.append(Answer(question=question.id, value=option.id, day=TODAY))
                break
    return tuple(made)


def _fits(scale: str, claim: Claim, wanted: dict[str, str]) -> bool:
    ids = playbook().scales[scale].ids
    return scale not in wanted or claim.fits(ids, ids.index(wanted[scale]))


def conditions_of(move: Move) -> dict[str, str]:
    """Return one value per test of a move's condition: the first of several alternatives, a rival where one may be."""
    tests = {**move.when.tests, **(move.when.any[0].tests if move.when.any else {})}
    wanted = {}
    for key, span in tests.items():
        scale = playbook().scales.get(key)
        values = scale.ids if scale else playbook().facts[key].ids
        known = span.model_copy(update={"at": tuple(v for v in span.at if v != "unknown")})
        allowed = [v for k, v in enumerate(values) if known.fits(values, k)]
        wanted[key] = "rival" if scale and "rival" in allowed else allowed[-1] if key == "place" else allowed[0]
    return wanted


def rank(found: PullBack) -> tuple[bool, bool, int, int]:
    """Return how good the best target is; smaller is better."""
    keys = [(bool(t.missing), t.before_rival is False, t.politics, t.distance) for t in found.targets]
    return min(keys, default=(True, True, 99, 99))


people = st.lists(
    st.builds(
        lambda role, stance, met, power: Person(id=role, name=role, role=role, stance=stance, met=met, power=power),
        st.sampled_from(ROLES),
        st.sampled_from([None, *STANCES]),
        st.sampled_from([None, TODAY]),
        st.sampled_from([None, "high", "low"]),
    ),
    max_size=4,
    unique_by=lambda p: p.id,
).map(tuple)
shapers: st.SearchStrategy[Shaper] = st.sampled_from(get_args(Shaper))


@st.composite
def situations(draw: st.DrawFn) -> tuple[tuple[Answer, ...], dict[str, Any]]:
    """Draw a deal: where it stands, some answers that contradict, its people, its ledger, its strengths."""
    ids = playbook().scales["place"].ids
    wanted = {
        "place": draw(st.sampled_from(ids)),
        "origin": draw(st.sampled_from(["us", "himself", "rival"])),
        "favourite": draw(st.sampled_from(["us", "rival", "nobody"])),
        "meetings": draw(st.sampled_from(["granted", "refused", "not_asked"])),
        "offer": draw(st.sampled_from(["differentiated", "standard", "standard_cheapest"])),
    }
    answers = list(answers_for(wanted))
    for _ in range(draw(st.integers(0, 3))):
        question = draw(st.sampled_from(playbook().questions))
        answers.append(Answer(question=question.id, value=draw(st.sampled_from(question.answers)).id, day=TODAY))
    ledger = [Influence(node=n, by=draw(shapers), day=TODAY) for n in draw(st.sets(st.sampled_from(ids), max_size=4))]
    cards = playbook().facts["card"].ids
    strengths = tuple(draw(st.lists(st.sampled_from(cards[:6]), max_size=2, unique=True)))
    return tuple(answers), {"people": draw(people), "influence": tuple(ledger), "strengths": strengths}


@settings(max_examples=150, deadline=None)
@forall(situations())
def test_never_forward_and_never_through_evaluators_once_executives_lead(drawn: Any) -> None:
    """S2-R4 and S2-R9, whatever the deal."""
    answers, more = drawn
    found = report(answers, **more)
    ids = playbook().scales["place"].ids
    place = ids.index(found.located.at)
    assert found.pull_back
    for target in found.pull_back.targets:
        assert ids.index(target.to) < place
        assert target.distance == place - ids.index(target.to)
        if place >= ids.index("value"):
            roles = {p.id: p.role for p in more["people"]}
            assert not {roles[c.id] for c in target.through} & EVALUATORS
    assert found.pull_back.direction in {"walk_along", "pull_back", "leave", "find_out"}
    assert found.pull_back.why


@settings(max_examples=100, deadline=None)
@forall(situations(), st.sampled_from(["strength", "met", "friend", "newcomer"]), st.data())
def test_a_stronger_hand_never_makes_the_best_target_worse(drawn: Any, gain: str, data: st.DataObject) -> None:
    """One strength more, one person met, one stance friendlier, one friend more."""
    answers, more = drawn
    stronger = dict(more)
    cast: tuple[Person, ...] = more["people"]
    if gain == "strength":
        stronger["strengths"] = (*more["strengths"], data.draw(st.sampled_from(playbook().facts["card"].ids[:6])))
    elif gain == "newcomer":
        role = data.draw(st.sampled_from(ROLES))
        stronger["people"] = (*cast, Person(id="new", name="new", role=role, stance="us", met=TODAY)) if cast else cast
    elif cast:
        i = data.draw(st.integers(0, len(cast) - 1))
        friendlier = STANCES[min(len(STANCES) - 1, STANCES.index(cast[i].stance or "neutral") + 1)]
        change = {"met": TODAY} if gain == "met" else {"stance": friendlier}
        stronger["people"] = (*cast[:i], cast[i].model_copy(update=change), *cast[i + 1 :])
    before, after = report(answers, **more), report(answers, **stronger)
    assert before.located.at == after.located.at
    assert before.pull_back
    assert after.pull_back
    assert rank(after.pull_back) <= rank(before.pull_back)


written_pulls = st.lists(
    st.fixed_dictionaries(
        {
            "to": st.sampled_from("abcd"),
            "when": st.sampled_from([{}, {"place": ["b", "c"]}, {"place": "d"}, {"origin": "rival"}]),
            "needs": st.sampled_from([{}, {"card": ["ace"]}, {"card": ["king", "ace"]}]),
            "through": st.sampled_from([[], ["decider"], ["technical", "user"]]),
            "politics": st.sampled_from(["none", "some", "high"]),
        }
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@forall(written_pulls, people, st.sampled_from("abcd"), shapers, st.sampled_from(["ace", "none"]))
def test_whatever_an_author_writes_the_best_way_leads_back(
    written: list[dict[str, Any]], cast: tuple[Person, ...], place: str, by: Shaper, card: str
) -> None:
    """On any playbook: never forward, what lacks nothing first, and a best way only where one is to be gone."""
    book = kit.playbook(
        [
            kit.question("where", {p: {"place": {"at": p}} for p in "abcd"}),
            kit.question("hand", {c: {"sets": {"card": c}} for c in ("ace", "king", "none")}),
        ],
        scales={
            "place": kit.scale("a", "b", "c", "d", main=True),
            "origin": kit.scale("us", "himself", "rival", ordered=False),
        },
        facts={"card": kit.fact("ace", "king", "none")},
        hand="card",
        ledger={"scale": "origin", "ours": "us", "rival": "rival"},
        moves=[kit.move(f"m{n}", "pull", **fields) for n, fields in enumerate(written)],
    )
    answers, ledger = tuple(kit.given(where=place, hand=card)), (Influence(node="b", by=by),)
    found = Coach(book).report(answers, TODAY, Deal(id="d", customer="c", people=cast, influence=ledger))
    way = found.pull_back
    assert way
    assert all(t.to < found.located.at and t.distance > 0 for t in way.targets)
    assert (way.best is not None) == (way.direction == "pull_back")
    assert way.best in {None, *(t.move for t in way.targets[:1])}
    lacks = [bool(t.missing) for t in way.targets]
    assert lacks == sorted(lacks)


@pytest.mark.parametrize("tactic", TACTICS)
def test_every_tactic_is_a_target_of_some_deal(tactic: str) -> None:
    """Each of S2-T1a..T8c, from answers a rep could give."""
    moves = [m for m in playbook().moves if m.kind == "pull" and f"S2-{tactic}" in m.source]
    assert moves
    reached = [m.id for m in moves if m.id in {t.move for t in plan(answers_for(conditions_of(m))).targets}]
    assert reached


def test_an_evaluator_out_of_sight_of_the_boss_has_to_be_got_past() -> None:
    """Nobody the pull could go through has been met: that is what is missing, by name."""
    unmet = BOSS.model_copy(update={"met": None})
    found = plan(answers_for({**TENDER, "meetings": "granted"}), people=(unmet,))
    missing = [m.text.en for t in found.targets for m in t.missing]
    assert "meet Ms Fang first" in missing


def test_turning_the_boss_changes_the_way_back_and_says_why() -> None:
    """A decider who goes over to the rival carries nothing any more, and the strengths needed are named."""
    answers, hand = answers_for({**TENDER, "meetings": "granted"}), ("reference",)
    ours = plan(answers, people=(BOSS,), strengths=hand)
    lost = plan(answers, people=(BOSS.model_copy(update={"stance": "rival"}),), strengths=hand)
    assert ours.direction == "pull_back"
    assert not ours.targets[0].missing
    assert all(t.missing for t in lost.targets if "decider" in _through(t.move))
    assert rank(lost) > rank(ours)
    assert any("find somebody to go through" in m.text.en for t in lost.targets for m in t.missing)


def _through(move: str) -> tuple[str, ...]:
    return next(m.through for m in playbook().moves if m.id == move)


def test_one_ledger_entry_changes_the_way_and_says_why() -> None:
    """The rival owns the requirement: back to before it. He owns the goal too: further back."""
    answers = answers_for({**TENDER, "meetings": "granted"})
    entry = Influence(node="requirement", by="rival", grade="document", day=TODAY)
    found = plan(answers, people=(BOSS,), strengths=("reference",), influence=(entry,))
    assert found.first_rival == "requirement"
    assert "Requirement" in found.why.en
    assert found.targets[0].to == "goal"
    earlier = Influence(node="goal", by="rival", day=TODAY)
    deeper = plan(answers, people=(BOSS,), strengths=("reference",), influence=(entry, earlier))
    assert deeper.first_rival == "goal"
    assert deeper.targets[0].to == "problem"
    assert any("before Goal" in reason.en for reason in deeper.targets[0].reasons)


def test_a_ledger_of_our_own_says_walk_along() -> None:
    """All nodes shaped with us: nothing to pull back, and the ledger is among the reasons."""
    mine = tuple(Influence(node=n, by="us", day=TODAY) for n in playbook().scales["place"].ids[:6])
    answers = tuple(a for a in answers_for({"place": "solution"}) if a.question not in {"invitation", "meetings"})
    found = report(answers, influence=mine)
    assert found.pull_back
    assert found.pull_back.direction == "walk_along"
    assert LEDGER in {b.question for b in found.also["origin"].because}
    assert LEDGER not in {b.question for b in found.because}


def test_a_later_entry_of_the_ledger_counts() -> None:
    """We rebuilt what the rival had built."""
    entries = (
        Influence(node="goal", by="us", day=TODAY),
        Influence(node="goal", by="rival", day=date(2026, 9, 1)),
    )
    assert plan(answers_for(TENDER), influence=entries).first_rival is None


def test_a_tender_with_access_refused_ends_in_leave() -> None:
    """S2-R13: the exchange condition refused, nobody above to turn to."""
    found = report(answers_for({**TENDER, "meetings": "refused", "card": "proof"}))
    assert found.pull_back
    assert found.pull_back.direction == "leave"
    assert found.pull_back.best is None
    assert found.moves[0].kind == "leave"


def test_what_would_unlock_a_better_target_is_said() -> None:
    """At the tender, without key people, only the trade is possible; key people open the way to the goal."""
    found = plan(answers_for(TENDER), people=(BOSS.model_copy(update={"met": None}),), strengths=("reference",))
    assert found.unlock


def test_somebody_who_has_not_been_met_is_no_reason_to_leave() -> None:
    """All we know is the sender of the tender: trade the answer for meetings, and meet him first (domain F6-1)."""
    sender = Person(id="Zhou", name="Mr Zhou", role="purchasing")
    found = report(answers_for({**TENDER, "meetings": "not_asked"}), people=(sender,))
    assert found.pull_back
    assert found.pull_back.direction == "pull_back"
    assert found.pull_back.best == "trade-for-access" == found.moves[0].id
    assert [m.text.en for m in found.pull_back.targets[0].missing] == ["meet Mr Zhou first"]


def test_where_the_playbook_has_no_way_back_none_is_promised() -> None:
    """A rival delivers, the customer uses it: there is nothing to pull back any more."""
    found = plan(answers_for({"place": "use", "origin": "rival"}))
    assert (found.targets, found.best) == ((), None)
    assert found.direction == "walk_along"
    assert "no way back" in found.why.en


def test_at_the_first_node_nothing_is_pulled() -> None:
    """Whoever got him there: look at the problem with him."""
    found = plan(answers_for({"place": "problem", "origin": "rival"}))
    assert (found.direction, found.targets) == ("walk_along", ())
