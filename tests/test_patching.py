"""Changes put into the text of a deal file: what people wrote stays, comments and fields of their own too."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltc_coach.deals.merging import changed
from ltc_coach.deals.patching import CannotPatch, patch
from ltc_coach.model.base import Model
from ltc_coach.model.deal import Answer, Deal, Influence, Outcome, Person, Plan, Turn, Visit
from ltc_coach.reading.shape import fit
from ltc_coach.reading.tree import parse_yaml
from tests.deal_kit import size

HEAD = "ltc: 1\nid: a\ncustomer: A\n"
DAY = date(2026, 11, 21)

# What Python's str can hold and a YAML file may say: the reader refuses control characters.
WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff\u2028\u2029"),
    min_size=1,
    max_size=40,
)


def read(data: bytes) -> tuple[Deal, dict[str, Any]]:
    """Read a deal that must be sound; the tree has the fields that nobody knows as well."""
    document = parse_yaml(data, "deal.yaml")
    assert document.problems == ()
    deal, problems = fit(Deal, document.data, document.source)
    assert deal is not None, problems
    return deal, document.data


def after(text: str, add: dict[str, list[Model]] | None = None, put: dict[Any, object] | None = None) -> str:
    """Change a text, check that the change and nothing else is read from it, and return it."""
    deal, _ = read(text.encode())
    written = patch(text.encode(), deal, add or {}, put or {})
    assert changed(deal, add or {}, put or {}) == read(written)[0]
    return written.decode()


Q = Answer(question="q", value="v")


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        pytest.param(HEAD, HEAD + "answers:\n  - question: q\n    value: v\n", id="no answers yet"),
        pytest.param(HEAD.rstrip(), HEAD + "answers:\n  - question: q\n    value: v\n", id="no last line end"),
        pytest.param(
            HEAD + "answers: []  # none\nowner: W\n",
            HEAD + "answers:  # none\n  - question: q\n    value: v\nowner: W\n",
            id="an empty list becomes a block, its comment stays",
        ),
        pytest.param(
            HEAD + "answers: [  # none\n  ]\nowner: W\n",
            HEAD + "answers:\n# none\n  - question: q\n    value: v\nowner: W\n",
            id="a comment in an empty list stays, too",
        ),
        pytest.param(
            HEAD + "answers:\n- {question: a, value: b}  # told me so\n\nowner: W\n",
            HEAD + "answers:\n- {question: a, value: b}  # told me so\n- {question: q, value: v}\n\nowner: W\n",
            id="one line per answer, not indented",
        ),
        pytest.param(
            HEAD + "answers: [{question: a, value: b}]\n",
            HEAD + "answers: [{question: a, value: b}, {question: q, value: v}]\n",
            id="a list in brackets",
        ),
        pytest.param(
            HEAD + "answers: [\n  {question: a, value: b},  # one\n]\n",
            HEAD + "answers: [\n  {question: a, value: b}, {question: q, value: v},  # one\n]\n",
            id="a list in brackets over several lines, with a comma at its end",
        ),
        pytest.param(
            HEAD + "answers:\n  - question: a\n    value: b\n    note: |\n      two\n      lines\nowner: W\n",
            HEAD
            + "answers:\n  - question: a\n    value: b\n    note: |\n      two\n      lines\n"
            + "  - question: q\n    value: v\nowner: W\n",
            id="after a block of text",
        ),
        pytest.param(
            "ltc: 1\r\nid: a\r\ncustomer: A\r\nanswers:\r\n  - question: a\r\n    value: b\r\n",
            "ltc: 1\r\nid: a\r\ncustomer: A\r\nanswers:\r\n  - question: a\r\n    value: b\r\n"
            "  - question: q\r\n    value: v\r\n",
            id="Windows line ends",
        ),
        pytest.param(
            HEAD + "answers:\n  - question: a\n    value: b",
            HEAD + "answers:\n  - question: a\n    value: b\n  - question: q\n    value: v\n",
            id="the last line is an answer without a line end",
        ),
        pytest.param(
            HEAD + "answers:\n  - question: a\n    value: b\n    note: |  # his words\n      two",
            HEAD + "answers:\n  - question: a\n    value: b\n    note: |-  # his words\n      two\n"
            "  - question: q\n    value: v\n",
            id="a block of text that ends the file without a line end",
        ),
        pytest.param(
            HEAD + "answers:\n- question: a\n  value: b\n  note: |\n    two\n# the end",
            HEAD + "answers:\n- question: a\n  value: b\n  note: |\n    two\n- question: q\n  value: v\n# the end",
            id="a block of text before a comment without a line end",
        ),
        pytest.param(
            "\ufeff" + HEAD + "people:\n  - id: wang\n    name: 王总\n...\n",
            "\ufeff" + HEAD + "people:\n  - id: wang\n    name: 王总\nanswers:\n  - question: q\n    value: v\n...\n",
            id="a byte order mark, and an end of document",
        ),
    ],
)
def test_every_way_of_writing_a_list_has_a_place_for_an_entry(before: str, wanted: str) -> None:
    """The list is found, or made, and written the way the file is written."""
    assert wanted == after(before, {"answers": [Q]})


def test_every_list_of_a_deal_can_grow() -> None:
    """What equals the default is not written; days, money, shares and lists of ids are written plainly."""
    add: dict[str, list[Model]] = {
        "people": [Person(id="wang", name="王总", power="high", met=DAY)],
        "influence": [Influence(node="solution", by="rival", fixed="leaning", day=DAY)],
        "plans": [Plan(what="降价 5%: 问一问", kind="discount")],
        "visits": [Visit(day=DAY, people=("wang", "li"), asked=())],
        "turns": [Turn(day=DAY, from_="solution", to="problem", by="us")],
    }
    assert (
        after(HEAD, add)
        == HEAD
        + """\
people:
  - id: wang
    name: 王总
    power: high
    met: 2026-11-21
influence:
  - node: solution
    by: rival
    fixed: leaning
    day: 2026-11-21
plans:
  - what: "降价 5%: 问一问"
    kind: discount
visits:
  - day: 2026-11-21
    people: [wang, li]
turns:
  - day: 2026-11-21
    from: solution
    to: problem
    by: us
"""
    )


DEAL = """\
# Hua Xin
ltc: 1
id: huaxin
customer: 华信制造   # a plant
weather: cloudy
expected: '2026-12-31'   # he said
rivals:   # by price
  - 西门子  # the cheap one
  - "a#b"
people:
  - stance: us  # since May
    id: wang
    name: 王总
    hobby: go
  - {id: li, name: 李工, # judges
     role: evaluator}
outcome:
  state: won   # at last
  reason: |  # theirs
    price
    # not a comment

  mine: 3
# the end
"""
BLOCK = "outcome:\n  state: won   # at last\n  reason: |  # theirs\n    price\n    # not a comment\n\n  mine: 3\n"


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        pytest.param(("expected",), DAY, "'2026-12-31'", "2026-11-21", id="replaced, its comment stays"),
        pytest.param(("expected",), None, "expected: '2026-12-31'   # he said", "# he said", id="removed"),
        pytest.param(
            ("amount",),
            Decimal("12.50"),
            "weather: cloudy\n",
            "amount: 12.50\nweather: cloudy\n",
            id="set, in its order",
        ),
        pytest.param(
            ("rivals",),
            ("ABB", "a b"),
            '# by price\n  - 西门子  # the cheap one\n  - "a#b"\n',
            "# by price\n# the cheap one\n",
            id="a list over several lines",
        ),
        pytest.param(("people", 0, "stance"), "rival", "stance: us", "stance: rival", id="a person's"),
        pytest.param(("people", 0, "stance"), None, "stance: us  #", " #", id="removed on the line of the dash"),
        pytest.param(("people", 0, "role"), "judge", "王总\n", "王总\n    role: judge\n", id="set in a block"),
        pytest.param(("people", 1, "power"), "low", "evaluator}", "evaluator, power: low}", id="set in braces"),
        pytest.param(
            ("people", 1, "role"), None, ", # judges\n     role: evaluator", " # judges\n     ", id="removed in braces"
        ),
        pytest.param(
            ("outcome", "reason"),
            "no",
            "|  # theirs\n    price\n    # not a comment\n",
            '"no"\n  # theirs\n',
            id="a block of text",
        ),
        pytest.param(
            ("outcome",),
            Outcome(state="lost", day=DAY),
            "won   # at last\n  reason: |  # theirs\n    price\n    # not a comment\n",
            "lost   # at last\n  day: 2026-11-21\n  # theirs\n",
            id="an entry that is there is changed field by field",
        ),
    ],
)
def test_a_field_changes_and_nothing_else(path: tuple[str | int, ...], value: object, old: str, new: str) -> None:
    """Comments stay, on lines of their own if need be; so does what no version of ours knows."""
    assert DEAL.count(old) == 1
    assert DEAL.replace(old, new).replace("rivals:   # by price\n#", 'rivals: [ABB, "a b"]\n# by price\n#') == after(
        DEAL, put={path: value}
    )


def test_a_new_outcome_is_one_line() -> None:
    """It is put where the model has it, and may be taken out again."""
    ended = after(HEAD + "# the end\n", put={("outcome",): Outcome(state="given_up", to="", day=DAY)})
    assert f'{HEAD}outcome: {{state: given_up, day: 2026-11-21, to: ""}}\n# the end\n' == ended
    assert HEAD + "# the end\n" == after(ended, put={("outcome",): None})


def test_a_name_that_python_does_not_allow_is_written_as_it_is_read() -> None:
    """`from` is a word of Python's; in the file it is `from` all the same."""
    turned = HEAD + "turns:\n  - {day: 2026-11-20, from: solution, to: pain}\n"
    assert turned.replace("solution", "measure") == after(turned, put={("turns", 0, "from_"): "measure"})


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "no",
        "Yes",
        "y",
        "~",
        "007",
        "1_000",
        "12:30",
        "1e3",
        "0x1F",
        "2026-11-21",
        "- a",
        "a: b",
        "a #b",
        "'",
        "",
    ],
)
def test_what_looks_like_something_else_is_quoted(text: str) -> None:
    """A note that says `null` or `no` is a note, for this reader and for every other one."""
    written = after(HEAD, {"answers": [Q.model_copy(update={"note": text})]})
    assert '    note: "' in written


@pytest.mark.parametrize("text", ["M\udcfcller", "a\x07b", "a\rb", "\x85", "\u2028"])
def test_what_could_not_be_read_back_is_not_written(text: str) -> None:
    """Half a character from a mistyped terminal could be saved and never opened again."""
    with pytest.raises(CannotPatch):
        patch(HEAD.encode(), read(HEAD.encode())[0], {"answers": [Q.model_copy(update={"note": text})]}, {})


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_deal_saved_by_notepad_stays_in_its_encoding(encoding: str) -> None:
    """UTF-16 with its mark is read, so it is written, too."""
    before = ("\ufeff" + HEAD).encode(encoding)
    written = patch(before, read(before)[0], {"answers": [Q]}, {})
    assert before + "answers:\n  - question: q\n    value: v\n".encode(encoding) == written


def test_no_room_is_said_and_not_forced() -> None:
    """One pair of braces around everything, a list that is none, the only field of an entry."""
    deal, _ = read(HEAD.encode())
    for text in ("{ltc: 1, id: a, customer: A}\n", HEAD + "answers: none\n"):
        with pytest.raises(CannotPatch):
            patch(text.encode(), deal, {"answers": [Q]}, {})
    only = deal.model_copy(update={"people": (Person(id="x", name="y"),)})
    with pytest.raises(CannotPatch):
        patch((HEAD + "people:\n  - id: x\n").encode(), only, {}, {("people", 0, "id"): None})


# ---- laws ---------------------------------------------------------------------------------------------


@settings(max_examples=size(100, 2_000), deadline=None)
@given(note=WORDS, by=WORDS, grade=st.sampled_from(["document", "said", "told", "assumed"]), block=st.booleans())
def test_whatever_is_noted_reads_back_as_it_was_said(note: str, by: str, grade: str, *, block: bool) -> None:
    """Quotes, colons, hashes, hanzi, emoji: a note is data and survives being written."""
    answer = Answer.model_validate({"question": "talk", "value": "prices", "note": note, "by": by, "grade": grade})
    before = HEAD + ("answers:\n  - question: a\n    value: b\n" if block else "answers: [{question: a, value: b}]\n")
    written = after(before, {"answers": [answer, answer]})
    assert (answer, answer) == read(written.encode())[0].answers[1:]


class _Pen:
    """Writes a deal the way people might: every style of YAML, comments and unknown fields anywhere."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.marks = 0

    def yes(self) -> bool:
        """Toss a coin."""
        return self.draw(st.booleans())

    def comment(self) -> str:
        """A comment behind something, or none."""
        self.marks += 1
        return f"  # c{self.marks}." if self.yes() else ""

    def own_line(self, column: int) -> str:
        """A line of a comment, an empty one, or none."""
        self.marks += 1
        return self.draw(st.sampled_from(["", "", "\n", f"{' ' * column}# l{self.marks}.\n"]))

    def scalar(self, text: str) -> str:
        """One word in some kind of quotes."""
        return self.draw(st.sampled_from([text, f"'{text}'", f'"{text}"']))

    def unknown(self) -> list[tuple[str, str]]:
        """A field that no version knows, or none."""
        self.marks += 1
        return [(f"own{self.marks}", f"u{self.marks}")] if self.yes() else []

    def entry(self, column: int, known: list[tuple[str, str]]) -> str:
        """One entry of a list, in braces or as a block."""
        spelled = [
            (name, self.scalar(value))
            for name, value in [*known, *([] if ("question", "a") in known else self.unknown())]
        ]
        spelled = self.draw(st.permutations(spelled))
        if self.yes():
            comma = "," + self.comment() + "\n" + " " * (column + 3) if self.yes() else ", "
            inside = comma.join(f"{name}: {value}" for name, value in spelled)
            return f"- {{{inside}}}{self.comment()}\n"
        lines = [f"{name}: {value}{self.comment()}\n" for name, value in spelled]
        if self.yes():
            lines.append(f"note: |{self.comment()}\n{' ' * (column + 4)}some\n{' ' * (column + 4)}# text\n")
        return "- " + (" " * (column + 2)).join(lines)

    def entries(self, name: str, known: list[list[tuple[str, str]]]) -> str:
        """A list, or nothing."""
        if not known:
            return self.draw(st.sampled_from(["", f"{name}: []{self.comment()}\n"]))
        column = self.draw(st.sampled_from([0, 2]))
        lines = [f"{' ' * column}{self.entry(column, each)}{self.own_line(column)}" for each in known]
        return f"{name}:{self.comment()}\n" + "".join(lines)


@st.composite
def deals(draw: st.DrawFn) -> str:
    """Draw the text of a deal file."""
    pen = _Pen(draw)
    fields = [("product", "p1"), ("amount", "100"), ("expected", "2026-12-31"), ("owner", "林"), *pen.unknown()]
    fields = [field for field in fields if pen.yes()]
    lines = [f"{name}: {pen.scalar(value)}{pen.comment()}\n" for name, value in [("customer", "华信"), *fields]]
    lines.append(draw(st.sampled_from(["", "rivals: [x, y]\n", f"rivals:{pen.comment()}\n  - x{pen.comment()}\n"])))
    people = [[("id", f"p{i}"), ("name", "王"), ("stance", "us")][: draw(st.integers(2, 3))] for i in range(3)]
    lines.append(pen.entries("people", people[: draw(st.integers(0, 3))]))
    lines.append(pen.entries("answers", [[("question", "a"), ("value", "b")]] * draw(st.integers(0, 2))))
    lines.append(pen.entries("plans", [[("what", "w"), ("state", "open")]] * draw(st.integers(0, 2))))
    lines = [line + pen.own_line(0) for line in draw(st.permutations(lines))]
    text = (
        f"# begin\nltc: 1\nid: a{pen.comment()}\n"
        + "".join(lines)
        + draw(st.sampled_from(["", "# the end\n", "...\n"]))
    )
    if pen.yes():
        text = text.rstrip("\n")
    return draw(st.sampled_from(["", "\ufeff"])) + text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@st.composite
def changes(draw: st.DrawFn, deal: Deal) -> tuple[dict[str, list[Model]], dict[Any, object]]:
    """Draw entries to add and fields to put, or to take out, as they suit the deal."""
    text = draw(st.one_of(WORDS, st.none()))
    puts: list[tuple[tuple[str | int, ...], object]] = [
        (("expected",), draw(st.one_of(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.none()))),
        (("amount",), draw(st.one_of(st.decimals(0, 10**9, places=2), st.none()))),
        (("product",), text),
        (("rivals",), tuple(draw(st.lists(WORDS, max_size=3)))),
        (("outcome",), Outcome(state="lost", reason=text)),
        *(
            (("people", i, field), draw(st.sampled_from(["us", "rival", None])))
            for i in range(len(deal.people))
            for field in ["stance"]
        ),
        *((("people", i, "title"), text) for i in range(len(deal.people))),
        *((("answers", i, "note"), text) for i in range(len(deal.answers))),
        *((("plans", i, "state"), draw(st.sampled_from(["done", "dropped", None]))) for i in range(len(deal.plans))),
    ]
    adds: list[tuple[str, list[Model]]] = [
        ("people", [Person(id="new", name=text or "x", met=DAY)]),
        ("answers", [Q.model_copy(update={"note": text}), Q]),
        ("plans", [Plan(what="w")]),
        ("turns", [Turn(day=DAY, from_="a", to="b")]),
    ]
    return dict(draw(st.lists(st.sampled_from(adds), max_size=3))), dict(
        draw(st.lists(st.sampled_from(puts), max_size=4))
    )


def unknown(tree: Any) -> list[tuple[str, str]]:
    """Collect the fields that no version knows from a tree."""
    if isinstance(tree, dict):
        own = [(k, v) for k, v in tree.items() if k.startswith("own")]
        return own + [each for value in tree.values() for each in unknown(value)]
    return [each for item in tree for each in unknown(item)] if isinstance(tree, list) else []


@settings(max_examples=size(60, 5_000), deadline=None)
@given(text=deals(), data=st.data())
def test_comments_and_unknown_fields_survive_any_sequence_of_changes(text: str, data: st.DataObject) -> None:
    """However a file is written, each change is read back, and no word of anybody's own is lost."""
    raw = text.encode()
    comments, (deal, tree) = re.findall(r"# [cl]\d+\.", text), read(raw)
    own = unknown(tree)
    for _ in range(data.draw(st.integers(1, 3))):
        add, put = data.draw(changes(deal))
        raw = patch(raw, deal, add, put)
        deal, wanted = read(raw)[0], changed(deal, add, put)
        assert wanted == deal
    now = raw.decode()
    assert sorted(comments) == sorted(re.findall(r"# [cl]\d+\.", now))
    assert sorted(own) == sorted(unknown(read(raw)[1]))
    assert ("\r\n" in text) == ("\r\n" in now) or "\n" not in text
    assert patch(raw, deal, {}, {}) == raw
