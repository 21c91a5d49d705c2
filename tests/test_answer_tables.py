"""Whole tables from labelled deals: learned where the words are too coarse, left alone where they say it."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ltc_coach.console.fit import fit_screen
from ltc_coach.documents.fit_json import fit_document, load_chances
from ltc_coach.engine import Coach
from ltc_coach.engine.answer_tables import ENOUGH_LABELLED, TablesFit, fit_tables
from ltc_coach.engine.learning import Learned, fit_trust
from ltc_coach.engine.situation import Compiled
from ltc_coach.engine.tables import RELIABILITY, Table, likelihoods
from ltc_coach.i18n import Lang
from ltc_coach.model.deal import Answer
from ltc_coach.model.playbook import Playbook, Reps
from ltc_coach.problems import CoachError
from tests.playbook_kit import playbook, question

PLACES = ("a", "b", "c", "d")
SAID = {"early": {"place": {"at": ["a", "b"]}}, "late": {"place": {"at": ["c", "d"]}}, "odd": {}}
TODAY = date(2026, 11, 21)
# What the words cannot say: at b half of the answers to q0 are late, though at a hardly any.
BLURRED = ((0.90, 0.40, 0.05, 0.05), (0.05, 0.50, 0.80, 0.80), (0.05, 0.10, 0.15, 0.15))


def book(reps: Reps = "trained") -> Playbook:
    """Four questions of three answers, two of them on one topic."""
    return playbook([question(f"q{n}", SAID, topic="one" if n > 1 else None) for n in range(4)], reps=reps)


def drawn(world: Playbook, count: int, seed: int, **tables: Any) -> tuple[list[list[Answer]], dict[int, str]]:
    """Draw labelled deals from the playbook's own tables, or others for some questions; its reps lapse."""
    rng = random.Random(seed)
    found = {q.id: likelihoods(q, "place", world.scales["place"]) for q in world.questions}
    histories, labels = [], {}
    for i in range(count):
        place = rng.randrange(len(PLACES))
        shares, lapses = zip(*RELIABILITY[world.reps], strict=True)
        lapse = rng.choices(lapses, shares)[0]
        believed = rng.randrange(len(PLACES)) if rng.random() < 0.1 else place
        answers = []
        for id_, table in found.items():
            assert table
            k = believed if table.topic else place
            chances = [row[k] for row in tables.get(id_, table.chances)]
            said = rng.choice(table.answers) if rng.random() < lapse else rng.choices(table.answers, chances)[0]
            answers.append(Answer(question=id_, value=said))
        histories.append(answers)
        labels[i] = PLACES[place]
    return histories, labels


def fitted(world: Playbook, count: int, seed: int = 1, **tables: Any) -> tuple[Learned, TablesFit]:
    """Learn words and tables from labelled deals."""
    histories, labels = drawn(world, count, seed, **tables)
    learned = fit_trust(world, histories, labels)
    return learned, fit_tables(world, learned, histories, labels)


@pytest.fixture(scope="module")
def blurred() -> tuple[Learned, TablesFit]:
    """What 1,000 deals say of a question that the words describe badly, and of three they describe well."""
    return fitted(book(), 1000, q0=BLURRED)


def written(world: Playbook, learned: Learned, tables: TablesFit, file: Path) -> Path:
    """Save a proposal as the command does."""
    file.write_text(json.dumps(fit_document(world, learned, tables, (), {"deals": 1})), encoding="utf-8")
    return file


def test_below_the_floor_no_table_is_learned() -> None:
    """499 labelled deals: the count is told, and nothing else; deals without a label do not count."""
    world = book()
    histories, labels = drawn(world, ENOUGH_LABELLED + 100, seed=1)
    few = dict(list(labels.items())[: ENOUGH_LABELLED - 1])
    tables = fit_tables(world, fit_trust(world, histories[:50]), histories, few)
    assert (tables.labelled, tables.enough, tables.proposed, tables.tables) == (499, False, False, ())


def test_a_blurred_edge_is_found_with_its_counts(blurred: tuple[Learned, TablesFit]) -> None:
    """The one question the words describe badly is shown; its shares are the true ones, and every cell was counted."""
    _, fit = blurred
    assert fit.proposed
    assert ["q0"] == [table.question for table in fit.tables if table.shown]
    (table,) = (its for its in fit.tables if its.question == "q0")
    assert table.count == 1000
    for learned, true in zip(table.learned, BLURRED, strict=True):
        assert learned == pytest.approx(true, abs=0.06)


def test_a_table_is_the_counts_and_the_words_weighed_by_n0(blurred: tuple[Learned, TablesFit]) -> None:
    """The posterior mean of a Dirichlet: (n0 x word + count) / (n0 + deals at the place), inside its interval."""
    _, fit = blurred
    for table in fit.tables:
        totals = [sum(column) for column in zip(*table.counts, strict=True)]
        for a, row in enumerate(table.learned):
            for k, share in enumerate(row):
                weighed = (table.n0 * table.expected[a][k] + table.counts[a][k]) / (table.n0 + totals[k])
                assert share == pytest.approx(weighed)
                assert table.low[a][k] <= share <= table.high[a][k]
        for grid in (table.learned, table.expected, table.chances):
            assert [sum(column) for column in zip(*grid, strict=True)] == pytest.approx([1.0] * len(PLACES))


@pytest.mark.parametrize("reps", ["trained", "mixed"])
def test_deals_as_the_playbook_says_them_need_no_tables(reps: Reps) -> None:
    """Nothing is gained by tables, so none are proposed, whoever answered."""
    _, fit = fitted(book(reps), 600, seed=3)
    assert fit.enough
    assert not fit.proposed
    assert not any(table.shown for table in fit.tables)


def test_careless_reps_and_mistaken_beliefs_do_not_count_twice() -> None:
    """What is heard of mixed reps is blunt; the chances for the engine are those of a careful one, sharp again."""
    world = book("mixed")
    _, fit = fitted(world, 2000, seed=4)
    star = Compiled(world).stars["place"]
    for table in fit.tables:
        for chances, claimed in zip(table.chances, star.tables[table.question].chances, strict=True):
            assert chances == pytest.approx(claimed, abs=0.06)


def test_hearsay_is_not_counted() -> None:
    """Answers that were told or assumed are half grade, half place."""
    world = book()
    histories, labels = drawn(world, ENOUGH_LABELLED, seed=5)
    heard = [[a.model_copy(update={"grade": "told"}) for a in answers] for answers in histories]
    assert fit_tables(world, fit_trust(world, histories[:50]), heard, labels).labelled == 0


def test_a_saved_proposal_diagnoses_when_somebody_asks_for_it(
    blurred: tuple[Learned, TablesFit], tmp_path: Path
) -> None:
    """`load_chances` reads it for a coach: the blurred answer says less than its claim did; topics are kept."""
    file = written(book(), *blurred, tmp_path / "fit.json")
    chances = load_chances(file, book())
    table = chances["q2"]["place"]
    assert isinstance(table, Table)
    assert table.topic == "one"
    late = [Answer(question="q0", value="late")]
    claimed = Coach(book()).report(late, TODAY).located.values
    learned = Coach(book(), chances=chances).report(late, TODAY).located.values
    at_b = [next(v.probability for v in values if v.id == "b") for values in (claimed, learned)]
    assert at_b[1] > 2 * at_b[0]


def test_what_is_no_proposal_for_this_playbook_is_refused(blurred: tuple[Learned, TablesFit], tmp_path: Path) -> None:
    """Another file, other answers, other reps, or a proposal without tables: never half of it."""
    learned, fit = blurred
    file = written(book(), learned, fit, tmp_path / "fit.json")
    other = playbook([question(f"q{n}", {"yes": {"place": {"at": "a"}}, "no": {}}) for n in range(4)])
    for wrong in (other, book("mixed")):
        with pytest.raises(CoachError, match="other places or answers"):
            load_chances(file, wrong)
    with pytest.raises(CoachError, match="20 labelled deals, 500 are needed"):
        load_chances(written(book(), learned, TablesFit("place", 20), file), book())
    for nonsense in ("[]", '{"tables": {}}', "{"):
        file.write_text(nonsense, encoding="utf-8")
        with pytest.raises(CoachError, match="not saved by ltc fit"):
            load_chances(file, book())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_screen_never_shows_a_table_without_n0_and_counts(blurred: tuple[Learned, TablesFit], lang: Lang) -> None:
    """And says what the words expected beside each share."""
    learned, fit = blurred
    counts = {"deals": 1000, "labelled": 1000, "left_out": 0}
    told = fit_screen(book(), learned, fit, (), counts, lang, width=200, colour=False)
    lines = [line.strip() for line in told.splitlines()]
    table = next(its for its in fit.tables if its.question == "q0")
    (head,) = (line for line in lines if line.startswith(("q0?", "q1?", "q2?", "q3?")) and "n0" in line)
    assert head.startswith("q0?")
    assert f"n0 = {table.n0:.0f}" in head
    assert "1000" in head
    # At b, half of the answers were late: far more than the words expect.
    late, total = table.counts[1][1], sum(row[1] for row in table.counts)
    cells = [line for line in lines[lines.index(head) :] if line.startswith("b")]
    assert [line for line in cells if f"{late}{'/' if lang == 'zh' else ' of '}{total}" in line]


@pytest.mark.parametrize(("lang", "word"), [("zh", "太少"), ("en", "too few")])
def test_too_few_is_said_with_the_numbers(blurred: tuple[Learned, TablesFit], lang: Lang, word: str) -> None:
    """How many there are, and how many would be enough."""
    counts = {"deals": 1000, "labelled": 20, "left_out": 0}
    told = fit_screen(book(), blurred[0], TablesFit("place", 20), (), counts, lang, width=200, colour=False)
    (line,) = (line for line in told.splitlines() if word in line)
    assert "20" in line
    assert str(ENOUGH_LABELLED) in line
