"""Where a customer stands on one scale: the exact posterior, what each answer did to it, what a question would tell.

A star model: one hidden value, answers independent given (value, rep reliability, belief about the
topic). All three are enumerated (engine.md sections 2 and 4); nothing is sampled. Pure Python: a
posterior is R x K numbers (R reliability classes, K values), kept flat as [r * K + k].
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from operator import mul
from typing import NamedTuple

from ltc_coach.engine.drift import Drift, Row
from ltc_coach.engine.memory import Memory
from ltc_coach.engine.tables import Mix, Table, mix_of
from ltc_coach.engine.ties import likeliest, runner_up
from ltc_coach.model.playbook import Pace, Reps

# Chance that the rep holds one mistaken belief behind all his answers on a topic.
TOPIC_ERROR = 0.10
# States on the way to a belief, and what was said at one time, that are remembered.
_STATES_REMEMBERED = 2_000
# A product of chances as small as this is scaled up again before it underflows.
_SMALL = 1e-100


@dataclass(frozen=True, slots=True)
class Said:
    """One answer as evidence; ``lapse`` is the chance that it was given at random (its grade).

    ``age`` counts the whole weeks since it was given.
    """

    question: str
    answer: str
    lapse: float = 0.0
    age: int = 0


@dataclass(frozen=True, slots=True)
class Belief:
    """A posterior: ``values`` P(value), ``log_evidence`` ln P(all answers), ``joint`` P(reliability class, value)."""

    values: tuple[float, ...]
    log_evidence: float
    joint: Row
    topics: Mapping[str, Row]

    @property
    def reps(self) -> tuple[float, ...]:
        """P(reliability class)."""
        size, total = len(self.values), sum(self.joint)
        return tuple([sum(self.joint[s : s + size]) / total for s in range(0, len(self.joint), size)])

    @property
    def best(self) -> int:
        """Index of the most likely value; the earlier one in a tie."""
        return likeliest(self.values)

    @property
    def mean(self) -> float:
        """Expected index of the value."""
        return math.fsum(k * p for k, p in enumerate(self.values))

    @property
    def second(self) -> int | None:
        """Index of the runner-up, by the same rule among the rest."""
        return runner_up(self.values, self.best)

    def only(self, kept: Collection[int]) -> Belief:
        """Return this posterior as if the value were known to be one of ``kept``."""
        size = len(self.values)
        joint = [x if i % size in kept else 0.0 for i, x in enumerate(self.joint)]
        total = sum(joint)
        return replace(
            self,
            values=tuple(p / total if k in kept else 0.0 for k, p in enumerate(self.values)),
            joint=[x / total for x in joint],
        )


class _State(NamedTuple):
    """What answers up to a moment come to; its number is its own."""

    number: int
    joint: Row
    log_evidence: float
    topics: Mapping[str, Row]


class Star:
    """A scale with its questions, compiled: prior P(value), one table per question, rep reliability.

    With a ``pace`` the value may have changed since an answer was given: evidence is taken in by age,
    and for every week between, the customer moves one place on or back with small chances
    (design.md section 4; the forward step of a hidden Markov model). A mistaken belief about a topic
    is one of the day it was voiced. Impossible evidence (explicit chances of 0) raises
    :class:`ZeroDivisionError`.
    """

    def __init__(
        self,
        prior: Sequence[float],
        tables: Iterable[Table],
        reps: Reps | Mix = "trained",
        topic_error: float = TOPIC_ERROR,
        pace: Pace | None = None,
    ) -> None:
        self.size = len(prior)
        self.reps = mix_of(reps)
        self._drift = None if pace is None else Drift(pace, self.size, len(self.reps))
        self._numbers = count()
        self._states: Memory[Hashable, _State] = Memory(_STATES_REMEMBERED)
        self._told: Memory[Hashable, tuple[list[Row], dict[str, Row]]] = Memory(_STATES_REMEMBERED)
        self.topic_error = topic_error
        self._start: Row = [share * p for share, _ in self.reps for p in prior]
        self._prior = _State(next(self._numbers), self._start, 0.0, {})
        self.tables = {t.question: t for t in tables}
        # What multiplies the posterior together: a question, or all questions of a topic.
        topics: dict[str, list[str]] = {}
        for table in self.tables.values():
            if table.topic:
                topics.setdefault(table.topic, []).append(table.question)
        # By their names: an order that hangs on no question nobody answered.
        self._topics = tuple(sorted(topics))
        alone = ((q,) for q, t in self.tables.items() if not t.topic)
        self.parts = (*alone, *(tuple(topics[topic]) for topic in self._topics))
        self._index = {q: {a: i for i, a in enumerate(t.answers)} for q, t in self.tables.items()}
        self._rows: dict[tuple[str, str, float], Row] = {}
        self._alone: dict[tuple[str, str], Row] = {}
        # What a careful rep's answer says when it is the first on its topic.
        self._first = {
            q: [self.mixed(row) for row in t.chances] if t.topic else t.chances for q, t in self.tables.items()
        }

    def _lapsed(self, table: Table, chances: Sequence[float]) -> Row:
        """P(answer | r, k) for careful, hasty and bluffing reps."""
        blind = 1.0 / len(table.answers)
        return [(1.0 - lapse) * chance + lapse * blind for _, lapse in self.reps for chance in chances]

    def mixed(self, row: Sequence[float]) -> Row:
        """Allow for one mistaken belief behind everything said on a topic, per reliability class."""
        size, wrong = self.size, self.topic_error
        mixed: Row = []
        for start in range(0, len(row), size):
            part = row[start : start + size]
            share = wrong * sum(part) / size
            mixed += [(1.0 - wrong) * x + share for x in part]
        return mixed

    def _mixed(self, told: Sequence[Said], row: Row) -> Row:
        """Return ``mixed`` of what was said on a topic; that of a single answer is the same every time."""
        if len(told) > 1 or told[0].lapse:
            return self.mixed(row)
        key = told[0].question, told[0].answer
        return self._alone.get(key) or self._alone.setdefault(key, self.mixed(row))

    def tells(self, said: Said) -> bool:
        """Say whether an answer bears on this scale at all."""
        return said.answer in self._index.get(said.question, ())

    def _row(self, said: Said) -> Row:
        key = said.question, said.answer, said.lapse
        row = self._rows.get(key)
        if row is None:
            table = self.tables[said.question]
            row = self._lapsed(table, table.chances[self._index[said.question][said.answer]])
            if said.lapse:
                blind = said.lapse / len(table.answers)
                row = [(1.0 - said.lapse) * x + blind for x in row]
            self._rows[key] = row
        return row

    def believe(self, evidence: Iterable[Said]) -> Belief:
        """Return the posterior given all ``evidence``; answers that say nothing here are passed over."""
        index = self._index
        told = [said for said in evidence if said.question in index and said.answer in index[said.question]]
        state, before = self._prior, None
        for age, its in self._moments(told):
            state = self._taken(state, 0 if before is None else before - age, its)
            before = age
        joint, topics = state.joint, state.topics
        if self._drift and before:
            joint, topics = self._drift.later(joint, before), {}
        return self._belief(joint, state.log_evidence, topics)

    def _moments(self, told: Sequence[Said]) -> Iterable[tuple[int, Sequence[Said]]]:
        """Return the answers by age, the oldest first; together where time changes nothing."""
        if self._drift is None:
            return [(0, told)]
        ages: dict[int, list[Said]] = {}
        for said in told:
            ages.setdefault(said.age, []).append(said)
        return sorted(ages.items(), reverse=True)

    def _taken(self, state: _State, weeks: int, told: Sequence[Said]) -> _State:
        """Return the state ``weeks`` after another one, with what was told then; the days of a log share their past."""
        its = tuple([(said.question, said.answer, said.lapse) for said in told])
        key = state.number, weeks, its
        found = self._states.get(key)
        if found is None:
            joint = self._drift.later(state.joint, weeks) if self._drift and weeks else state.joint
            factors, topics = self._told.get(its) or self._told.keep(its, self._factors(told))
            found = _State(next(self._numbers), *_taken_in(factors, joint, state.log_evidence), topics)
            self._states.keep(key, found)
        return found

    def factor(self, told: Sequence[Said]) -> Row:
        """Return what answers to questions of one part multiply the posterior by."""
        row = self._product(told)
        return self._mixed(told, row) if self.tables[told[0].question].topic else row

    def values(self, factors: Iterable[Row]) -> tuple[float, ...]:
        """Return P(value) as ``believe`` does, given the factors of answers of one moment in the order of ``parts``."""
        joint, _ = _taken_in(factors, self._start, 0.0)
        return self._values(joint)

    def weakest(self, beliefs: Sequence[Belief]) -> Belief:
        """Return the posterior of the lowest of several independent values (engine.md section 2).

        P(min >= k) is the product of P_j(>= k), exactly.
        """
        tails = [1.0] * (self.size + 1)
        for belief in beliefs:
            tail, own = 0.0, [0.0] * (self.size + 1)
            for k in range(self.size - 1, -1, -1):
                tail += belief.values[k]
                own[k] = tail
            tails = list(map(mul, tails, own))
        values = [tails[k] - tails[k + 1] for k in range(self.size)]
        reps = [math.prod(of_class) for of_class in zip(*(b.reps for b in beliefs), strict=True)]
        joint = [rep / sum(reps) * value for rep in reps for value in values]
        return self._belief(joint, math.fsum(b.log_evidence for b in beliefs), {})

    def _factors(self, told: Iterable[Said]) -> tuple[list[Row], dict[str, Row]]:
        """Return what the answers of one moment multiply the posterior by, and what was said on each topic."""
        factors: list[Row] = []
        by_topic: dict[str, list[Said]] = {}
        for said in told:
            topic = self.tables[said.question].topic
            if topic is None:
                factors.append(self._row(said))
            else:
                by_topic.setdefault(topic, []).append(said)
        topics = {topic: self._product(its) for topic, its in by_topic.items()}
        factors += [self._mixed(by_topic[topic], topics[topic]) for topic in self._topics if topic in topics]
        return factors, topics

    def _product(self, told: Sequence[Said]) -> Row:
        row = self._row(told[0])
        for said in told[1:]:
            row = list(map(mul, row, self._row(said)))
        return row

    def _values(self, joint: Row) -> tuple[float, ...]:
        total, size = sum(joint), self.size
        return tuple([sum(joint[k::size]) / total for k in range(size)])

    def _belief(self, joint: Row, log_evidence: float, topics: Mapping[str, Row]) -> Belief:
        return Belief(values=self._values(joint), log_evidence=log_evidence, joint=joint, topics=topics)

    def first(self, question: str) -> Sequence[Sequence[float]]:
        """Return P(answer | value) of a careful rep, allowing for a mistaken belief about the topic."""
        return self._first[question]


def _taken_in(factors: Iterable[Row], joint: Row, log_evidence: float) -> tuple[Row, float]:
    """Multiply a posterior by what was said; return it, its sum at 1 again, with the logarithm of the evidence."""
    total = 1.0
    for factor in factors:
        if total < _SMALL:
            joint, log_evidence = [x / total for x in joint], log_evidence + math.log(total)
        joint = list(map(mul, joint, factor))
        total = sum(joint)
    return [x / total for x in joint], log_evidence + math.log(total)
