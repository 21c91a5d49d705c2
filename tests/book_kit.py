"""Playbooks drawn at random: any scales, facts, topics, conditions, needs, ladders and reps. And answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from ltc_coach.model.playbook import Playbook
from tests.playbook_kit import fact, move, playbook, question, scale, words

# Odd numbers, and the round ones that people write: with these, sums are equal on paper as often as not.
trusts = st.one_of(
    st.integers(510_000, 990_000).map(lambda n: f"{n / 10_000}%"), st.sampled_from(["60%", "75%", "80%", "90%"])
)
shares = st.one_of(st.integers(50_000, 900_000).map(lambda n: f"{n / 10_000}%"), st.sampled_from(["20%", "40%"]))


@st.composite
def claims(draw: st.DrawFn, values: Sequence[str], *, ordered: bool) -> dict[str, Any]:
    """Draw what an answer says about a scale."""
    return {**draw(spans(values, ordered=ordered)), "trust": draw(trusts)}


@st.composite
def spans(draw: st.DrawFn, values: Sequence[str], *, ordered: bool) -> dict[str, Any]:
    """Draw a set of values."""
    value = st.sampled_from(values)
    kind = draw(st.sampled_from(["at", "not_at", "reached", "before", "between"] if ordered else ["at", "not_at"]))
    if kind in {"at", "not_at"}:
        return {kind: draw(st.lists(value, min_size=1, max_size=2, unique=True))}
    if kind == "between":
        return {kind: sorted([draw(value), draw(value)], key=values.index)}
    return {kind: draw(value)}


@st.composite
def conditions(draw: st.DrawFn, scales: dict[str, Any], facts: dict[str, list[str]], depth: int = 2) -> dict[str, Any]:
    """Draw a `when`."""
    when: dict[str, Any] = {}
    for key in draw(st.lists(st.sampled_from([*scales, *facts]), max_size=2, unique=True)):
        if key in facts:
            when[key] = draw(st.lists(st.sampled_from([*facts[key], "unknown"]), min_size=1, max_size=2, unique=True))
        elif draw(st.integers(0, 4)) == 0:
            when[key] = ["unknown", *draw(st.lists(st.sampled_from(scales[key][0]), max_size=1))]
        else:
            when[key] = draw(spans(scales[key][0], ordered=scales[key][1]))
    if depth and draw(st.booleans()):
        inner = conditions(scales, facts, depth - 1)
        how = draw(st.sampled_from(["all", "any", "not"]))
        when[how] = draw(inner) if how == "not" else draw(st.lists(inner, min_size=1, max_size=2))
    return when


@st.composite
def books(draw: st.DrawFn) -> Playbook:
    """Draw a playbook: any scales, facts, topics, conditions, needs, ladders and reps."""
    scales = {
        id_: ([f"{id_}{k}" for k in range(draw(st.integers(1, 4)))], draw(st.booleans()))
        for id_ in ["s", "t", "u"][: draw(st.integers(1, 3))]
    }
    facts = {
        id_: [f"{id_}{k}" for k in range(draw(st.integers(1, 3)))] for id_ in ["f", "g"][: draw(st.integers(0, 2))]
    }
    when = conditions(scales, facts)
    written = {
        id_: scale(*values, main=id_ == "s", ordered=ordered, shares={v: draw(shares) for v in values})
        for id_, (values, ordered) in scales.items()
    }
    for place in written["s"].get("stages") or written["s"]["types"]:
        place["maps"] = draw(st.dictionaries(st.sampled_from(["m", "n"]), st.sampled_from(["X", "Y"])))
    for id_, written_scale in written.items():
        written_scale["title"] = words(f"the scale {id_}")

    def answer() -> dict[str, Any]:
        says = {
            id_: draw(claims(values, ordered=ordered))
            for id_, (values, ordered) in scales.items()
            if draw(st.booleans())
        }
        told = {id_: draw(st.sampled_from(values)) for id_, values in facts.items() if draw(st.integers(0, 2)) == 0}
        return {**says, "sets": told}

    questions = [
        question(
            f"q{i}",
            {f"a{k}": answer() for k in range(draw(st.integers(2, 3)))},
            topic=draw(st.sampled_from([None, None, "one", "two"])),
            unknown={"says": {k: v for k, v in answer().items() if k != "sets"} if draw(st.booleans()) else {}},
        )
        for i in range(draw(st.integers(1, 5)))
    ]
    kinds = ["gate", "build", "pull", "leave", "never"]
    moves = [
        move(
            f"m{i}",
            (kind := draw(st.sampled_from(kinds))),
            draw(when),
            needs={f: [draw(st.sampled_from(v))] for f, v in facts.items() if kind != "never" and draw(st.booleans())},
        )
        for i in range(draw(st.integers(0, 5)))
    ]
    ladder = {
        "title": words("ladder"),
        "rungs": [{"id": f"r{i}", "title": words("r"), "rate": 0.1 * (i + 1), "proof": draw(when)} for i in range(3)],
        "caps": [{"when": draw(when), "at": draw(st.sampled_from(["r0", "r1"])), "why": words("w")} for _ in range(2)],
    }
    values = {"values": [{"id": v, "title": words(v)} for v in ("X", "Y")]}
    return playbook(
        questions,
        scales=written,
        facts={
            id_: {**fact(*v, assume=draw(st.sampled_from([None, *v]))), "title": words(f"the fact {id_}")}
            for id_, v in facts.items()
        },
        maps={"m": {"title": words("m"), **values}, "n": {"title": words("n"), **values}},
        moves=moves,
        ladders={"l": ladder} if draw(st.booleans()) else {},
        reps=draw(st.sampled_from(["trained", "mixed", "unknown"])),
        stop={"place_sure": draw(st.sampled_from(["35.7%", "50%", "60%", "75%", "88.1%"]))},
        hand=draw(st.sampled_from([None, *facts])),
    )


@st.composite
def deals_of(draw: st.DrawFn, book: Playbook) -> list[dict[str, str | None]]:
    """Draw answers, some left out and some not known."""
    options = {q.id: st.sampled_from([None, "unknown", *(o.id for o in q.answers)]) for q in book.questions}
    return draw(st.lists(st.fixed_dictionaries(options), min_size=1, max_size=4))
