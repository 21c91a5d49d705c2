"""Plain deal files read at a glance: what is read is what the reader would have read, or nothing."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ltc_coach.deals.files import append_answers, create_deal
from ltc_coach.deals.glance import glance
from ltc_coach.deals.template import template
from ltc_coach.i18n import Lang
from ltc_coach.model.deal import Answer, Deal, Outcome, Person, Plan, Turn, Visit
from ltc_coach.reading.shape import fit
from ltc_coach.reading.tree import parse_yaml

EXAMPLES = sorted((Path(__file__).parents[1] / "examples" / "deals").glob("*.yaml"))

STYLES = """\
# Every style people write in
ltc: 1
id: hua-xin.2
customer: 华信精工 (苏州) Ltd.
alias: [hx, "华信, 老客户"]
product: ""
weather: cloudy   # a field of our own

amount: 2600000.50
opened: 2026-10-12   #
rivals: []
people:
  - id: zhou
    name: 周工 采购
    # a comment between
    met: 2026-11-03
  - {id: Li, name: "Mr Li: the boss #1", role: decider}
answers:
- {question: documents, value: tender, day: 2026-10-12, grade: document}
- question: documents
  value: list
visits:
    - {day: 2026-11-03, people: [zhou, Li], asked: [q1]}
turns:
  -   {day: 2026-11-03, from: solution, to: problem}
outcome:
  state: lost
  reason: price % of 10.5 - it's over
"""


def as_read(data: bytes) -> Deal | None:
    """Return the deal as the reader proper reads it."""
    document = parse_yaml(data, "deal.yaml")
    return None if document.problems else fit(Deal, document.data, document.source)[0]


@pytest.mark.parametrize("style", ["STYLES", "demo.yaml"])
def test_a_deal_at_a_glance_is_the_deal(style: str) -> None:
    """Every usual style needs no closer look, and means what the reader says it means."""
    data = STYLES.encode() if style == "STYLES" else (EXAMPLES[0].parent / style).read_bytes()
    assert glance(data) == as_read(data) is not None


def test_what_ltc_writes_is_plain(tmp_path: Path) -> None:
    """The files ltc makes and adds to are read at a glance, every kind of entry in them."""
    deal = Deal(
        id="华信",
        customer="华信精工",
        amount=Decimal("2600000.5"),
        next_visit=date(2026, 11, 24),
        rivals=("锐测", "B & C: two"),
        people=(Person(id="周工", name="周工", power="low", met=date(2026, 11, 3)),),
        visits=(Visit(day=date(2026, 11, 3), people=("周工",)),),
        plans=(Plan(what="降价 5 %: 先问"),),
        turns=(Turn(day=date(2026, 11, 3), from_="solution", to="problem"),),
        outcome=Outcome(state="lost", reason="#1"),
    )
    opened = create_deal(tmp_path / "a.yaml", deal)
    opened = append_answers(
        opened, [Answer(question="documents", value="tender", note="说:「不急」", day=date(2026, 11, 4))]
    )
    assert opened.deal == glance(opened.path.read_bytes())


@pytest.mark.parametrize("lang", list(Lang))
def test_the_template_is_plain(lang: Lang) -> None:
    """With the comments of people behind the fields."""
    data = template(lang).encode()
    assert glance(data) == as_read(data) is not None


@pytest.mark.parametrize(
    "line",
    [
        "product: null",
        "product:",
        "product: ~",
        "product: a: b",
        "product: a #b",
        "product: 'quoted'",
        'product: "a\\tb"',
        "product: yes\n  and more",
        "product: *alias",
        "product: &a b",
        "product: !!str b",
        "product: |\n  text",
        "\tproduct: a",
        "customer: twice",
        "people: {id: a}",
        "people:\n  - {id: a}",
        "answers:\n  - {question: a, value: b, mood: c}",
        "answers:\n  - {question: a, value: b, value: c}",
        "answers:\n  - {question: a, value: b}\n - {question: a, value: b}",
        "answers:\n  - {question: a, value: b}\n    day: 2026-01-01",
        "outcome:\n  state: won\n- state: lost",
        "amount: 1_000",
        "amount: 1e3",
        "opened: 2026-02-30",
        "opened: 2026-1-1",
        "currency: [CNY]",
        "alias:\n  - a\n    - b",
        "---",
        "...",
        "<<<<<<< ours",
        "product: a\x07b",
    ],
)
def test_what_needs_a_closer_look_is_left_alone(line: str) -> None:
    """Nothing is guessed; that `alias: a` is a list of one is for the reader to know."""
    assert glance(f"id: a\ncustomer: b\n{line}\n".encode()) is None


def test_damaged_files_are_never_read_as_something_else() -> None:
    """Many slips of the pen: where anything is read at a glance, the reader reads the same."""
    draw = random.Random(7)
    texts = [STYLES, template(Lang.ZH), template(Lang.EN), *(path.read_text(encoding="utf-8") for path in EXAMPLES)]
    seen = 0
    for _ in range(1500):
        text = draw.choice(texts)
        for _ in range(draw.randrange(1, 4)):
            text = damaged(text, draw)
        data = text.encode()
        deal = glance(data)
        if deal is not None:
            seen += 1
            assert deal == as_read(data), text
    assert seen > 150


def damaged(text: str, draw: random.Random) -> str:
    """Change one thing as people do: a sign, an indent, a line moved, lost or doubled."""
    signs = " :-#,.[]{}\"'&*!|>%@`~?\n\t\\=_/()+<0aZ华,:。\u3000\u00a0é"
    lines = text.split("\n")
    at, i = draw.randrange(len(text)), draw.randrange(len(lines))
    match draw.randrange(8):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1 | 2:
            return text[:at] + draw.choice(signs) + text[at:]
        case 3:
            return text[:at] + draw.choice(signs) + text[at + 1 :]
        case 4:
            lines.insert(draw.randrange(len(lines)), lines.pop(i))
        case 5:
            lines[i] = draw.choice((" " + lines[i], "  " + lines[i], lines[i][1:], lines[i][2:], lines[i].strip()))
        case 6:
            lines.insert(i, lines[i])
        case 7:
            del lines[i]
    return "\n".join(lines)
