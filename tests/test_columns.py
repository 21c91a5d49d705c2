"""A playbook over record batches says of every row what the engine says of it (batch/columns.py)."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltc_coach.authoring.loading import load_playbook
from ltc_coach.engine import Coach
from ltc_coach.model.deal import Answer
from ltc_coach.model.mapping import AnswerColumn
from ltc_coach.model.mapping import Mapping as Layout
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.report import Report
from ltc_coach.problems import CoachError
from tests.book_kit import books, deals_of
from tests.playbook_kit import move, playbook, question, scale

pa = pytest.importorskip("pyarrow", reason="the extra `batch` is not installed")
pytest.importorskip("numpy", reason="the extra `batch` is not installed")

from ltc_coach.batch.columns import Columns  # noqa: E402 - only with the extra

TODAY = date(2026, 11, 21)
SHIPPED = Path(__file__).parent.parent / "playbooks" / "buying-process"
Deal = dict[str, str]


# ---- what the engine says, in the words of the columns ------------------------------------------


def reported(coach: Coach, deal: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the columns a deal should have, from the engine's own report."""
    answers = [Answer(question=q, value=v) for q, v in deal.items() if v is not None]
    report = coach.report(answers, TODAY)
    located = report.located
    columns: dict[str, Any] = {
        "place": located.at,
        "confidence": located.confidence,
        "runner_up": located.runner_up,
        "settled": report.settled,
        "first_move": report.moves[0].id if report.moves else None,
        "moves": [m.id for m in report.moves],
        "never": [m.id for m in report.never],
        "asked": report.questions_asked,
        "unknown": sum(1 for a in answers if a.value == "unknown"),
        "missing": _missing(coach.playbook, report),
        "refused": None,
        "refused_question": None,
        "refused_word": None,
    }
    for id_, on in located.maps.items():
        columns |= {f"map_{id_}": on.at, f"map_{id_}_confidence": on.confidence}
    for id_, other in report.also.items():
        columns |= {f"also_{id_}": other.at, f"also_{id_}_confidence": other.confidence}
    for standing in report.standings:
        columns |= {f"ladder_{standing.ladder}": standing.at, f"ladder_{standing.ladder}_rate": standing.rate}
    return columns


def _missing(book: Playbook, report: Report) -> list[str]:
    """Say in ids what the report says in texts: they name scales and facts by their titles, the main scale by none."""
    titles = {id_: s.title.en for id_, s in book.scales.items() if id_ != book.main}
    titles |= {id_: f.title.en for id_, f in book.facts.items()}
    texts = [text.en for text in report.missing if "find these out" not in text.en]
    return [next((id_ for id_, title in titles.items() if text.endswith(f": {title}")), book.main) for text in texts]


def assert_same(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Compare a row: numbers to nine digits, everything else exactly."""
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        if isinstance(value, float):
            assert found[name] == pytest.approx(value, abs=1e-9), name
        else:
            assert found[name] == value, name


def batch(book: Playbook, deals: Sequence[Mapping[str, str | None]]) -> Any:
    """Put deals into a record batch, one column per question."""
    return pa.RecordBatch.from_pylist(deals, schema=pa.schema([(q.id, pa.string()) for q in book.questions]))


# ---- random playbooks -----------------------------------------------------------------------------


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_every_row_is_what_the_engine_reports(data: st.DataObject) -> None:
    """Place, maps, certainty, moves and nevers in their order, ladders, what is missing: all of it, to 1e-9."""
    book = data.draw(books())
    deals = data.draw(deals_of(book))
    coach = Coach(book)
    for found, deal in zip(Columns(book).score(batch(book, deals)).to_pylist(), deals, strict=True):
        assert_same(found, reported(coach, deal))


@cache
def shipped() -> tuple[Playbook, Coach, Columns]:
    """Load the shipped playbook once."""
    book = load_playbook(SHIPPED)
    return book, Coach(book), Columns(book)


def random_deals(book: Playbook, count: int, seed: int) -> list[Deal]:
    """Make deals with none, few, many or all answers."""
    draw = random.Random(seed)
    deals = []
    for _ in range(count):
        some = draw.sample(book.questions, draw.choice([0, 1, 2, 3, 5, 8, 13, len(book.questions)]))
        deals.append({q.id: draw.choice([*(o.id for o in q.answers), "unknown"]) for q in some})
    return deals


def test_the_shipped_playbook_says_the_same_in_columns() -> None:
    """Every row of it, those with ties included: its answers speak of the same places with the same trust."""
    book, coach, columns = shipped()
    deals = random_deals(book, 120, seed=4)
    for found, deal in zip(columns.score(batch(book, deals)).to_pylist(), deals, strict=True):
        assert_same(found, reported(coach, deal))


def test_of_equally_likely_places_the_earlier_is_named() -> None:
    """An even prior is a tie of all places; one answer leaves ties on both sides of it."""
    book = playbook([question("q", {"yes": {"place": {"reached": "c"}}, "no": {"place": {"before": "c"}}})])
    found = Columns(book).score(batch(book, [{}, {"q": "yes"}, {"q": "no"}])).to_pylist()
    assert [(row["place"], row["runner_up"]) for row in found] == [("a", "b"), ("c", "d"), ("a", "b")]


@pytest.mark.parametrize("size", [2, 3, 5, 8, 11])
@pytest.mark.parametrize("trust", ["60%", "70%", "75%", "90%"])
@pytest.mark.parametrize("first", ["20%", "40%"])
def test_what_is_equal_on_paper_falls_alike(size: int, trust: str, first: str) -> None:
    """Ties of places, limits met to the digit, runners-up half as likely: no last bit decides, here or there."""
    places = [f"p{k}" for k in range(size)]
    half, rest = {"at": places[: size // 2]}, {"at": places[size // 2 :]}
    answers = {"yes": {"s": {**rest, "trust": trust}}, "no": {"s": {**half, "trust": trust}}}
    topics = {"q0": None, "q1": None, "q2": "one", "q3": "one"}
    book = playbook(
        [question(id_, answers, topic=topic) for id_, topic in topics.items()],
        scales={"s": scale(*places, main=True, shares={**dict.fromkeys(places, "20%"), "p0": first})},
        moves=[
            *(move(f"at_{id_}", when={"s": id_}) for id_ in places),
            *(move(f"not_at_{id_}", "never", when={"s": {"not_at": [id_]}}) for id_ in places),
            move("half", when={"s": half}),
            move("rest", when={"s": rest}),
            move("unclear", when={"s": ["unknown", places[-1]]}),
        ],
        stop={"place_sure": f"{float(trust[:-1]) / (size - size // 2)}%"},
    )
    told = product(("yes", "no", None), repeat=len(topics))
    same_as_the_engine(book, [{q: said for q, said in zip(topics, deal, strict=True) if said} for deal in told])


# ---- tables large and small -------------------------------------------------------------------------


def same_as_the_engine(book: Playbook, deals: Sequence[Mapping[str, str]], **more: Any) -> None:
    """Compare some deals of a playbook."""
    coach = Coach(book, **more)
    for found, deal in zip(Columns(book, **more).score(batch(book, deals)).to_pylist(), deals, strict=True):
        assert_same(found, reported(coach, deal))


@pytest.mark.parametrize("reps", ["trained", "mixed"])
def test_a_topic_too_large_for_one_table_is_still_one_topic(reps: str) -> None:
    """Six questions of eight answers: 9^6 combinations, mixed over the mistaken belief all the same."""
    answers = {f"a{k}": {"place": {"at": "abcd"[k % 4], "trust": f"{60 + 3.7 * k}%"}} for k in range(8)}
    shares = dict(zip("abcd", ("11%", "23%", "31%", "35%"), strict=True))
    book = playbook(
        [question(f"q{i}", answers, topic="one") for i in range(6)],
        scales={"place": scale(*"abcd", main=True, shares=shares)},
        reps=reps,
    )
    draw = random.Random(5)
    deals = [{q: f"a{draw.randrange(8)}" for q in draw.sample([f"q{i}" for i in range(6)], 4)} for _ in range(20)]
    same_as_the_engine(book, deals)


def test_many_strong_answers_do_not_underflow() -> None:
    """Contradictory answers at 98 %, 170 of them: the product of their chances alone would be 1e-290."""
    yes_no = {"yes": {"place": {"reached": "c", "trust": "97.9%"}}, "no": {"place": {"before": "c", "trust": "98%"}}}
    shares = dict(zip("abcd", ("11%", "23%", "31%", "35%"), strict=True))
    book = playbook(
        [question(f"q{i}", yes_no) for i in range(170)], scales={"place": scale(*"abcd", main=True, shares=shares)}
    )
    half = {f"q{i}": "yes" if i % 2 else "no" for i in range(170)}
    same_as_the_engine(book, [{**half, "q0": "yes"}, dict.fromkeys(half, "no")])


def test_published_chances_are_taken_as_they_are() -> None:
    """Explicit chances bypass claims, floor and topic mixture; what they exclude is refused."""
    book = playbook(
        [question("q", {"yes": {}, "no": {}}, topic="one"), question("r", {"yes": {}, "no": {}}, topic="one")]
    )
    rows = {"yes": [0.0, 0.2, 0.9, 0.9], "no": [1.0, 0.8, 0.1, 0.1]}
    sharp = {"yes": [1.0, 0.0, 0.0, 0.0], "no": [0.0, 1.0, 1.0, 1.0]}
    chances = {"q": {"place": rows}, "r": {"place": sharp}}
    same_as_the_engine(book, [{"q": "yes"}, {"q": "no"}], chances=chances)
    possible, impossible = (
        Columns(book, chances=chances)
        .score(batch(book, [{"q": "no", "r": "yes"}, {"q": "yes", "r": "yes"}]))
        .to_pylist()
    )
    assert possible["place"] == "a"
    assert (impossible["refused"], impossible["place"], impossible["moves"]) == ("impossible", None, None)


def test_a_batch_of_many_blocks_is_its_rows_one_after_the_other() -> None:
    """No row knows where in a batch it stands."""
    book, _, columns = shipped()
    deals = random_deals(book, 300, seed=6)
    whole = columns.score(batch(book, (deals * 230)[:67_003]))
    few = columns.score(batch(book, deals))
    assert whole.slice(66_900, 103).to_pylist() == few.slice(0, 103).to_pylist()
    assert whole.slice(32_700, 300).to_pylist() == few.to_pylist()


# ---- what goes in -------------------------------------------------------------------------------------


def small() -> Playbook:
    """Make a playbook of two questions."""
    return playbook(
        [
            question("q", {"yes": {"place": {"reached": "c"}}, "no": {"place": {"before": "c"}}}),
            question("r", {"yes": {"place": {"reached": "d"}}, "no": {"place": {"before": "d"}}}),
        ]
    )


def encodings(values: Sequence[str | None]) -> Iterator[Any]:
    """Yield a column of words in every form it may come in."""
    text = pa.array(values, pa.string())
    yield text
    yield text.cast(pa.large_string())
    yield text.dictionary_encode()
    yield text.cast(pa.large_string()).dictionary_encode()
    yield text.dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string()))
    yield pa.concat_arrays([pa.array(["yes"] * 3), text])[3:]
    yield pa.concat_arrays([pa.array(["yes"] * 3), text]).dictionary_encode()[3:]


def test_words_may_be_encoded_in_any_way() -> None:
    """Null, empty, blank and `retracted` are no answer; white space around a word does not matter."""
    book = small()
    values = ["yes", None, " no ", "", "N/A", "unknown", "retracted", "no", "yes", None]
    expected = Columns(book).score(batch(book, [{"q": v} for v in ("yes", None, "no", None, None)])).to_pylist()
    for column in encodings(values):
        found = Columns(book).score(pa.RecordBatch.from_arrays([column], names=["q"])).to_pylist()
        assert found[:5] == expected
        assert [(row["asked"], row["unknown"]) for row in found[5:]] == [(1, 1), (0, 0), (1, 0), (1, 0), (0, 0)]


def test_a_word_that_is_no_answer_refuses_its_row_alone() -> None:
    """The first such question is named, with the word as it stands; the other rows are not touched."""
    book = small()
    good = {"q": "yes", "r": "no"}
    found = Columns(book).score(batch(book, [good, {"q": "maybe", "r": "=1+1"}, {"r": " nö"}, good])).to_pylist()
    assert found[0] == found[3]
    assert found[0]["refused"] is None
    assert [(r["refused"], r["refused_question"], r["refused_word"]) for r in found[1:3]] == [
        ("no_answer", "q", "maybe"),
        ("no_answer", "r", " nö"),
    ]
    assert {value for row in found[1:3] for name, value in row.items() if not name.startswith("refused")} == {None}


def test_the_layout_names_columns_and_their_words() -> None:
    """An export has its own headings and words; ids and labels of answers are understood beside them."""
    book = small()
    layout = Layout(
        columns={}, answers={"q": AnswerColumn(column="Signed off?", values={"是": "yes", "否": "no", "?": "unknown"})}
    )
    export = pa.RecordBatch.from_pydict({"Signed off?": ["是", "否", "?", "yes", "ja"], "q": ["mine"] * 5})
    found = Columns(book, layout).score(export).to_pylist()
    plain = Columns(book).score(batch(book, [{"q": "yes"}, {"q": "no"}, {"q": "unknown"}, {"q": "yes"}])).to_pylist()
    assert [{k: v for k, v in row.items() if k != "q"} for row in found[:4]] == plain
    assert [row["q"] for row in found] == ["mine"] * 5
    assert (found[4]["refused_question"], found[4]["refused_word"]) == ("q", "ja")


def test_other_columns_pass_through_as_they_are() -> None:
    """All of them, or those named; money keeps its decimals."""
    book = small()
    amounts = pa.array([Decimal("10.10"), None], pa.decimal128(19, 4))
    rows = pa.RecordBatch.from_arrays([pa.array(["a", "b"]), amounts, pa.array(["yes", "no"])], ["id", "amount", "q"])
    scored = Columns(book).score(rows)
    assert scored.schema.names[:3] == ["id", "amount", "place"]
    assert scored.column("amount").equals(amounts)
    assert Columns(book, keep=["id", "q"]).score(rows).schema.names[:3] == ["id", "q", "place"]


def test_a_column_named_like_a_result_is_an_error_that_names_it() -> None:
    """Better than two columns of one name."""
    book = small()
    with pytest.raises(CoachError, match="place"):
        Columns(book).score(pa.RecordBatch.from_pydict({"place": ["x"], "q": ["yes"]}))


def test_numbers_and_truth_values_are_words_and_lists_are_not() -> None:
    """Whatever can be written as one word may be looked up, as a spreadsheet writes it; else the column is named."""
    book = small()
    values = {"TRUE": "yes", "FALSE": "no", "1": "yes"}
    layout = Layout(columns={}, answers={"q": AnswerColumn(column="q", values=values)})
    for written in ([True, None], [1, None]):
        found = Columns(book, layout).score(pa.RecordBatch.from_pydict({"q": written})).to_pylist()
        assert [(row["place"], row["asked"]) for row in found] == [("c", 1), ("a", 0)]
    with pytest.raises(CoachError, match="'q'"):
        Columns(book).score(pa.RecordBatch.from_pydict({"q": [["true"]]}))


# ---- what comes out -----------------------------------------------------------------------------------


def test_columns_can_be_sent_to_another_process() -> None:
    """Pickled and back, the same bytes come out."""
    book, _, columns = shipped()
    rows = batch(book, random_deals(book, 50, seed=7))
    assert pickle.loads(pickle.dumps(columns)).score(rows).equals(columns.score(rows))  # noqa: S301 - our own bytes


def test_plain_columns_hold_strings() -> None:
    """For engines that know no dictionary columns: other types, the same words."""
    book, _, columns = shipped()
    rows = batch(book, random_deals(book, 50, seed=8))
    plain = Columns(book, plain=True)
    assert plain.score(rows).to_pylist() == columns.score(rows).to_pylist()
    assert plain.schema(rows.schema).field("moves").type == pa.list_(pa.string())
    assert not any(pa.types.is_dictionary(field.type) for field in plain.schema(rows.schema))


def test_the_schema_is_known_beforehand() -> None:
    """Engines ask for it before the first row; a batch without rows has it, too."""
    book, _, columns = shipped()
    rows = batch(book, random_deals(book, 3, seed=9))
    assert columns.schema(rows.schema) == columns.score(rows).schema
    assert columns.score(rows.slice(0, 0)).num_rows == 0
