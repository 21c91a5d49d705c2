"""How often each answer is given at each place, counted where the true places are known (engine.md section 5).

Two numbers per question are all that a few hundred deals can teach (``engine.learning``). From 500 labelled deals on,
whole tables are better: a Dirichlet prior around what the two numbers lead to, of the weight of n0 deals per place,
plus the deals. Each question has the n0 that foretells its counts best (Dirichlet-multinomial evidence), given how
common each n0 is among all questions. One for all would let a question that is badly described loosen the many that
are not; without the others each would be guessed from a thirtieth of the deals.

What is counted is what reps said, careless and mistaken ones included. The engine allows for both by itself, so a
table is cleared of what it expects of them before it takes the place of the claims: else they would count twice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ltc_coach.engine.belief import TOPIC_ERROR
from ltc_coach.engine.intervals import wilson
from ltc_coach.engine.learning import Learned
from ltc_coach.engine.situation import Compiled
from ltc_coach.engine.tables import FLOOR, Mix, Table, blind_share, likelihoods, mix_of
from ltc_coach.model.deal import LAPSES, Answer
from ltc_coach.model.playbook import Playbook

# With fewer labelled deals the two numbers of a claim foretell answers as well as a table (engine.md section 5).
ENOUGH_LABELLED = 500
# The weights of the prior that are tried, in deals per place.
# The last is as good as the words alone.
STRENGTHS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 3000.0, 10000.0)
# Rounds until the weights of the strengths stand still.
_ROUNDS = 100
# Decibans from which the tables as a whole are proposed (a hundred to one), and one is shown (ten to one).
CLEAR, WORTH_SHOWING = 20.0, 10.0

# Chances by answer and place: [a][k].
Grid = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class TableFit:
    """One question's answers by place; all grids are [answer][place].

    ``counts`` are the labelled deals. ``expected`` is P(answer | place) as the learned words have it, ``learned`` as
    the deals and n0 put it, ``low`` and ``high`` bound 90 %. ``chances`` is ``learned`` for a careful rep without a
    mistaken belief, as the engine takes it. ``n0`` is the weight of the words, in deals per place. ``decibans`` says
    how much better a table foretells the counts than the words alone, the mean over every n0 it may have.
    """

    question: str
    topic: str | None
    answers: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    expected: Grid
    learned: Grid
    low: Grid
    high: Grid
    chances: Grid
    n0: float
    decibans: float

    @property
    def count(self) -> int:
        """How many answers it rests on."""
        return sum(map(sum, self.counts))

    @property
    def shown(self) -> bool:
        """Whether this table differs clearly from the words by itself."""
        return self.decibans >= WORTH_SHOWING


@dataclass(frozen=True, slots=True)
class TablesFit:
    """The tables of all questions about the places, from so many ``labelled`` deals; none below the floor.

    ``decibans`` says how much better the tables foretell the counts than the words do, all together.
    """

    scale: str
    labelled: int
    tables: tuple[TableFit, ...] = ()

    @property
    def decibans(self) -> float:
        """Odds of the tables against the words, of all questions."""
        return math.fsum(table.decibans for table in self.tables)

    @property
    def enough(self) -> bool:
        """Whether there are enough labelled deals to learn tables."""
        return self.labelled >= ENOUGH_LABELLED

    @property
    def proposed(self) -> bool:
        """Whether the tables are clearly better than the words."""
        return self.enough and self.decibans >= CLEAR


def fit_tables(
    playbook: Playbook, learned: Learned, histories: Sequence[Sequence[Answer]], labels: Mapping[int, str]
) -> TablesFit:
    """Learn P(answer | place) from labelled deals, around what was learned of the words.

    Answers that were only told or assumed are left out: they say more of their grade than of the place.
    """
    counted, labelled = _counted(playbook, histories, labels)
    if labelled < ENOUGH_LABELLED:
        return TablesFit(playbook.main, labelled)
    words = {id_: _seen(table, learned.reps.mix) for id_, table in _tables(learned.playbook).items() if id_ in counted}
    made_for = mix_of(playbook.reps)
    gains = {id_: [_gain(words[id_], counted[id_], n0) for n0 in STRENGTHS] for id_ in words}
    common = _common([*gains.values()])
    tables = [
        _fitted(table, words[id_], counted[id_], _Strength.of(gains[id_], common), made_for)
        for id_, table in _tables(playbook).items()
        if id_ in words
    ]
    return TablesFit(playbook.main, labelled, tuple(tables))


def _tables(playbook: Playbook) -> dict[str, Table]:
    """Return the table of every question about the places, by question."""
    scale = playbook.scales[playbook.main]
    found = {q.id: likelihoods(q, playbook.main, scale) for q in playbook.questions}
    return {id_: table for id_, table in found.items() if table is not None}


def _counted(
    playbook: Playbook, histories: Sequence[Sequence[Answer]], labels: Mapping[int, str]
) -> tuple[dict[str, list[list[int]]], int]:
    """Count the answers of labelled deals by answer and place; return how many such deals there are, too."""
    compiled, tables = Compiled(playbook), _tables(playbook)
    ids = playbook.scales[playbook.main].ids
    counts: dict[str, list[list[int]]] = {}
    labelled = 0
    for i, label in labels.items():
        heard = False
        for answer in compiled.in_force(histories[i]):
            table = tables.get(answer.question)
            if table is None or answer.value not in table.answers or LAPSES[answer.grade]:
                continue
            rows = counts.setdefault(answer.question, [[0] * len(ids) for _ in table.answers])
            rows[table.answers.index(answer.value)][ids.index(label)] += 1
            heard = True
        labelled += heard
    return counts, labelled


def _seen(table: Table, mix: Mix) -> Grid:
    """Return P(answer | place) as it is heard: careless reps and mistaken beliefs included."""
    blind, topic = blind_share(mix), TOPIC_ERROR if table.topic else 0.0
    rows = []
    for chances in table.chances:
        said = [(1.0 - blind) * chance + blind / len(table.answers) for chance in chances]
        mean = math.fsum(said) / len(said)
        rows.append(tuple((1.0 - topic) * chance + topic * mean for chance in said))
    return tuple(rows)


def _cleared(heard: Grid, mix: Mix, topic: str | None) -> Grid:
    """Undo ``_seen``: what a careful rep says. No answer excludes a place, here as with claims."""
    blind, mistaken = blind_share(mix), TOPIC_ERROR if topic else 0.0
    rows = []
    for row in heard:
        mean = math.fsum(row) / len(row)
        said = [(chance - mistaken * mean) / (1.0 - mistaken) for chance in row]
        rows.append([max((chance - blind / len(heard)) / (1.0 - blind), FLOOR) for chance in said])
    totals = [math.fsum(column) for column in zip(*rows, strict=True)]
    return tuple(tuple(x / total for x, total in zip(row, totals, strict=True)) for row in rows)


def _gain(words: Grid, counts: Sequence[Sequence[int]], n0: float) -> float:
    """Return the decibans by which a Dirichlet prior of weight n0 foretells the counts better than the words alone."""
    gain = 0.0
    for k in range(len(words[0])):
        total = sum(row[k] for row in counts)
        gain += math.lgamma(n0) - math.lgamma(n0 + total)
        for chances, row in zip(words, counts, strict=True):
            if row[k]:
                weight = n0 * chances[k]
                gain += math.lgamma(weight + row[k]) - math.lgamma(weight) - row[k] * math.log(chances[k])
    return 10.0 * gain / math.log(10.0)


@dataclass(frozen=True, slots=True)
class _Strength:
    """The likeliest n0 of a question, and the decibans of having any against the words alone."""

    n0: float
    decibans: float

    @classmethod
    def of(cls, gains: Sequence[float], common: Sequence[float]) -> _Strength:
        """Weigh each n0 by its evidence and by how common it is."""
        most = max(gains)
        odds = _odds(gains, common)
        return cls(STRENGTHS[odds.index(max(odds))], most + 10.0 * math.log10(math.fsum(odds)))


def _odds(gains: Sequence[float], common: Sequence[float]) -> list[float]:
    """Return the odds of every n0, up to a factor that keeps thousands of decibans within reach."""
    most = max(gains)
    return [share * 10.0 ** ((gain - most) / 10.0) for share, gain in zip(common, gains, strict=True)]


def _common(gains: Sequence[Sequence[float]]) -> list[float]:
    """Return how common each n0 is among the questions: expectation and maximisation, from all alike."""
    shares = [1.0 / len(STRENGTHS)] * len(STRENGTHS)
    for _ in range(_ROUNDS):
        odds = [_odds(its, shares) for its in gains]
        likely = [[x / math.fsum(its) for x in its] for its in odds]
        shares = [math.fsum(column) / len(gains) for column in zip(*likely, strict=True)]
    return shares


def _fitted(table: Table, words: Grid, counts: Sequence[Sequence[int]], strength: _Strength, mix: Mix) -> TableFit:
    n0 = strength.n0
    totals = [n0 + sum(column) for column in zip(*counts, strict=True)]
    weighed = [[n0 * w + c for w, c in zip(*both, strict=True)] for both in zip(words, counts, strict=True)]
    learned = tuple(tuple(x / total for x, total in zip(row, totals, strict=True)) for row in weighed)
    bounds = [[wilson(x, total) for x, total in zip(row, totals, strict=True)] for row in weighed]
    return TableFit(
        question=table.question,
        topic=table.topic,
        answers=table.answers,
        counts=tuple(map(tuple, counts)),
        expected=words,
        learned=learned,
        low=tuple(tuple(low for low, _ in row) for row in bounds),
        high=tuple(tuple(high for _, high in row) for row in bounds),
        chances=_cleared(learned, mix, table.topic),
        n0=n0,
        decibans=strength.decibans,
    )
