"""What ``ltc fit`` learns from deals, against engine.md section 5: log loss on fresh deals, coverage of intervals.

The world of that section: nine places, thirty questions, each with its own slip and guess (the trainer's times
e to a normal with deviation 0.6, overclaiming 1.6 times as common) and edges blurred by 15 %. Deals answer all
questions; fresh ones are judged by eight. The figures published there stand beside ours, and the four histories of 100
deals are the same. ``python -m benchmarks learning``.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.models import PLACES, book_of, question_of
from benchmarks.rows import Row, left_out, row
from ltc_coach.engine.answer_tables import fit_tables
from ltc_coach.engine.intervals import rising, wilson
from ltc_coach.engine.learning import fit_trust
from ltc_coach.engine.tables import Table, likelihoods
from ltc_coach.model.deal import Answer
from ltc_coach.model.playbook import Playbook

PRIOR = (0.14, 0.14, 0.13, 0.13, 0.12, 0.10, 0.09, 0.08, 0.07)
WORD, HINT, PAPER = 0.10, 0.30, 0.02
OVERCLAIM, SPREAD, BLUR, LEAST, MOST = 1.6, 0.6, 0.15, 0.01, 0.45
FRESH, ASKED, PANELS = 20_000, 8, 40
HISTORIES = 4
# True win rates by rung, and what section 5 found its intervals to cover at so many deals.
WON = (0.02, 0.04, 0.07, 0.12, 0.2, 0.32, 0.5, 0.72, 0.9)
COVERED = {100: 87, 300: 88, 1000: 90}

Claims = Mapping[str, Mapping[str, Any]]
Chances = dict[str, list[list[float]]]


def specification() -> list[tuple[Claims, float]]:
    """Return each question's claims, and the share of mistakes its trainer expects."""
    yes_no = [({"yes": {"reached": at}, "no": {"before": at}}, e) for at, e in _milestones()]
    graded = []
    for cuts in ((3, 6), (2, 5, 8), (4, 7), (3, 5, 7)):
        edges = [1, *cuts, len(PLACES) + 1]
        spans = [(PLACES[a - 1], PLACES[b - 2]) for a, b in itertools.pairwise(edges)]
        graded.append(({f"g{i}": {"between": list(span)} for i, span in enumerate(spans)}, WORD))
    doing = [[PLACES[n - 1] for n in at] for at in ((2, 3), (4, 5), (6,), (8, 9))]
    its: list[tuple[Claims, float]] = [({"yes": {"at": at}, "no": {"not_at": at}}, WORD) for at in doing]
    return [*yes_no[:16], *graded, *its, *yes_no[16:]]


def _milestones() -> list[tuple[str, float]]:
    usual = [(at, WORD) for at in PLACES[1:] for _ in range(2)]
    return [*usual, *((PLACES[n - 1], HINT) for n in (4, 5, 6)), *((PLACES[n - 1], PAPER) for n in (3, 5, 7))]


def trainers_book() -> Playbook:
    """Return the playbook as the trainer wrote it: one trust per question, reps that never lapse."""
    questions = [
        question_of(f"q{i}", {a: dict(claim) | {"trust": f"{1 - error:g}"} for a, claim in claims.items()})
        for i, (claims, error) in enumerate(specification())
    ]
    return book_of(questions, range(len(PLACES)), [f"{100 * p:g}%" for p in PRIOR])


def true_chances(book: Playbook) -> Chances:
    """Return how often each answer is really given at each place: chances[question][answer][place]."""
    import numpy as np

    draw = np.random.default_rng(11)
    chances: Chances = {}
    for question, (_, error) in zip(book.questions, specification(), strict=True):
        slip, guess = (
            min(max(error * times * float(np.exp(draw.normal(0, SPREAD))), LEAST), MOST) for times in (1, OVERCLAIM)
        )
        fits = [[o.says["place"].fits(PLACES, k) for k in range(len(PLACES))] for o in question.answers]
        chances[question.id] = _blurred([_column(fits, k, slip, guess) for k in range(len(PLACES))])
    return chances


def _column(fits: Sequence[Sequence[bool]], k: int, slip: float, guess: float) -> list[float]:
    """P(answer | place): the answers that fit share what is no mistake."""
    error = (slip + guess) / 2 if len(fits) > 2 else slip if fits[0][k] else guess
    right = sum(row[k] for row in fits)
    return [(1 - error) / right if row[k] else error / (len(fits) - right) for row in fits]


def _blurred(columns: Sequence[Sequence[float]]) -> list[list[float]]:
    """Mix every place with its neighbours; return [answer][place]."""
    rows: list[list[float]] = [[] for _ in columns[0]]
    for k, column in enumerate(columns):
        near = [columns[n] for n in (k - 1, k + 1) if 0 <= n < len(columns)]
        said = [(1 - BLUR) * x + BLUR * sum(other[a] for other in near) / len(near) for a, x in enumerate(column)]
        held = [max(x, LEAST) for x in said]
        for answers, x in zip(rows, held, strict=True):
            answers.append(x / sum(held))
    return rows


def drawn(chances: Chances, count: int, seed: int) -> tuple[Any, list[Any]]:
    """Draw deals that answered every question: the place of each, and per question the number of each answer."""
    import numpy as np

    draw = np.random.default_rng(seed)
    stood = draw.choice(len(PLACES), count, p=PRIOR)
    # An answer is as many as there are sums of chances below the die.
    sums = (np.cumsum(np.array(rows), axis=0)[:, stood] for rows in chances.values())
    return stood, [(draw.random(count) * upto[-1] > upto).sum(axis=0) for upto in sums]


@dataclass(frozen=True, slots=True)
class History:
    """Deals of the past: what was answered, and where the customer stood."""

    answers: list[list[Answer]]
    places: dict[int, str]


def history(book: Playbook, chances: Chances, count: int, seed: int) -> History:
    """Draw deals of the past."""
    stood, said = drawn(chances, count, seed)
    answers = [
        [Answer(question=q.id, value=q.answers[its[i]].id) for q, its in zip(book.questions, said, strict=True)]
        for i in range(count)
    ]
    return History(answers, {i: PLACES[k] for i, k in enumerate(stood)})


class Judge:
    """Fresh deals, eight questions each: the mean log loss of the place they stand at."""

    def __init__(self, chances: Chances) -> None:
        import numpy as np

        self._stood, self._said = drawn(chances, FRESH, 99)
        self._panels = [np.random.default_rng(i).choice(len(chances), ASKED, replace=False) for i in range(PANELS)]

    def log_loss(self, chances: Chances) -> float:
        """Return it in nats."""
        import numpy as np

        logs = [np.log(np.array(rows)) for rows in chances.values()]
        lost = 0.0
        for i, panel in enumerate(self._panels):
            some = slice(i * FRESH // PANELS, (i + 1) * FRESH // PANELS)
            belief = np.log(PRIOR) + sum(logs[q][self._said[q][some]] for q in panel)
            belief -= np.logaddexp.reduce(belief, axis=1, keepdims=True)
            lost -= float(belief[np.arange(len(belief)), self._stood[some]].sum())
        return lost / FRESH


def worded(book: Playbook) -> Chances:
    """Return the chances that a playbook's claims lead to."""
    tables = [likelihoods(q, "place", book.scales["place"]) for q in book.questions]
    return {t.question: [list(its) for its in t.chances] for t in tables if isinstance(t, Table)}


def bench_log_loss() -> Iterator[Row]:
    """What a history teaches, in the world of section 5."""
    book = trainers_book()
    chances = true_chances(book)
    judge = Judge(chances)
    yield row("log loss, the trainer's words (published 1.063)", judge.log_loss(worded(book)), "nats")
    yield row("log loss, oracle (published .962)", judge.log_loss(chances), "nats")
    unlabelled = [
        judge.log_loss(worded(fit_trust(book, history(book, chances, 100, 77 * 100 + n).answers).playbook))
        for n in range(HISTORIES)
    ]
    mean = sum(unlabelled) / HISTORIES
    yield row("log loss, 100 deals without labels (published 1.007)", mean, "nats", "<= 1.01", holds=mean <= 1.01)
    for count, words_were, tables_were in ((500, 0.991, 0.984), (2000, 0.987, 0.972)):
        words, tables, gain = _labelled(book, chances, judge, count)
        yield row(f"log loss, {count:,} labelled, trust words (published {words_were})", words, "nats")
        name = f"log loss, {count:,} labelled, with tables (published {tables_were})"
        yield row(name, tables, "nats", "< trust words", holds=tables < words)
        yield row(f"  the least of what {count:,} deals say for tables", gain, "decibans", ">= 20", holds=gain >= 20)


def _labelled(book: Playbook, chances: Chances, judge: Judge, count: int) -> tuple[float, float, float]:
    """Return the log loss by trust words and by tables, over several histories, and the least evidence for tables."""
    words, tables, gains = [], [], []
    for n in range(HISTORIES):
        past = history(book, chances, count, 1000 * count + n)
        learned = fit_trust(book, past.answers, past.places)
        fit = fit_tables(book, learned, past.answers, past.places)
        words.append(judge.log_loss(worded(learned.playbook)))
        tables.append(judge.log_loss({t.question: [list(its) for its in t.chances] for t in fit.tables}))
        gains.append(fit.decibans)
    return sum(words) / HISTORIES, sum(tables) / HISTORIES, min(gains)


def bench_intervals(worlds: int = 2000) -> Iterator[Row]:
    """How many of the intervals of win rates hold the true one, and how far the rates are off, per rung."""
    draw = random.Random(5)
    for count, published in COVERED.items():
        held = off = 0.0
        for _ in range(worlds):
            won = [sum(draw.random() < rate for _ in range(count)) for rate in WON]
            bounds = [wilson(its, count) for its in won]
            held += sum(low <= rate <= high for rate, (low, high) in zip(WON, bounds, strict=True))
            learned = rising([(its / count, float(count)) for its in won])
            off += sum(abs(a - b) for a, b in zip(learned, WON, strict=True))
        share = 100 * held / worlds / len(WON)
        name = f"90 % intervals that hold the rate, {count} closed deals a rung"
        yield row(name, share, "%", f"88..93 (published {published})", holds=88 <= share <= 93)
        yield row(f"mean error of a win rate, {count} closed deals a rung", off / worlds / len(WON), "")


def measure() -> Iterator[Row]:
    """Run everything."""
    try:
        import numpy  # noqa: F401, ICN001 - only whether it is there
    except ImportError:
        yield left_out("log loss of what was learned", "numpy is missing (extra batch)")
    else:
        yield from bench_log_loss()
    yield from bench_intervals(300)
