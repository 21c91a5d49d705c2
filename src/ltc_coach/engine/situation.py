"""A compiled playbook, and what a list of answers comes to: the situation every other part reads.

Compiling costs a few milliseconds and is done once; a situation is computed afresh from the
answers each time, in the playbook's order, so the order in which they were given cannot matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ltc_coach.engine.belief import Belief, Said, Star
from ltc_coach.engine.conditions import Condition, State, compile_when
from ltc_coach.engine.tables import UNKNOWN, Table, likelihoods, prior
from ltc_coach.model.deal import LAPSES, Answer
from ltc_coach.model.playbook import Kind, Ladder, Move, Option, Playbook, Question, Reps, Scale

# Explicit chances: question -> scale -> answer -> P(answer | value) in the scale's order.
Chances = Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A move or never with its compiled condition and what it looks at."""

    move: Move
    when: Condition
    scales: frozenset[str]
    facts: frozenset[str]

    @property
    def is_never(self) -> bool:
        """Whether this is a warning."""
        return self.move.kind == Kind.NEVER


@dataclass(frozen=True, slots=True)
class Rungs:
    """A ladder with its compiled proofs and caps."""

    ladder: Ladder
    proofs: tuple[Condition, ...]
    caps: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """The answers in force, the belief on every scale, and the facts they tell."""

    answers: tuple[Answer, ...]
    beliefs: Mapping[str, Belief]
    state: State

    @property
    def asked(self) -> frozenset[str]:
        """Questions with an answer, `unknown` included."""
        return frozenset(a.question for a in self.answers)


class Compiled:
    """A playbook made ready: stars, rules, ladders. The playbook's references must be sound (lint)."""

    def __init__(self, playbook: Playbook, reps: Reps | None = None, chances: Chances | None = None) -> None:
        self.playbook = playbook
        self.main = playbook.main
        self.questions: dict[str, Question] = {q.id: q for q in playbook.questions}
        self._order = {q: i for i, q in enumerate(self.questions)}
        self.stars = {
            id_: Star(
                prior(scale.places),
                [t for q in playbook.questions if (t := _table(q, id_, scale, chances or {}))],
                reps or playbook.reps,
            )
            for id_, scale in playbook.scales.items()
        }
        self.rules = tuple(self._rule(move) for move in playbook.moves)
        self.ladders = {
            id_: Rungs(
                ladder,
                tuple(compile_when(r.proof, playbook) for r in ladder.rungs),
                tuple(compile_when(c.when, playbook) for c in ladder.caps),
            )
            for id_, ladder in playbook.ladders.items()
        }
        # Which facts a question can tell, and which questions can tell a fact.
        self.tells = {q.id: sorted({f for option in q.answers for f in option.sets}) for q in playbook.questions}
        self.setters: dict[str, list[str]] = {}
        for question_id, facts in self.tells.items():
            for fact in facts:
                self.setters.setdefault(fact, []).append(question_id)

    def _rule(self, move: Move) -> Rule:
        when = compile_when(move.when, self.playbook)
        atoms = list(when.all_atoms())
        return Rule(
            move,
            when,
            frozenset(a.key for a in atoms if a.is_scale),
            frozenset(a.key for a in atoms if not a.is_scale),
        )

    def option(self, answer: Answer) -> Option | None:
        """Return the option chosen; None for `unknown`."""
        return self.questions[answer.question].option(answer.value)

    def in_force(self, answers: Sequence[Answer]) -> tuple[Answer, ...]:
        """Return the last answer to each question about each person, in the playbook's order.

        Later is by day, then by place in the log; answers to questions the playbook does not
        have are left out (``check_answers`` reports them).
        """
        dated = sorted(enumerate(answers), key=lambda item: (item[1].day or date.min, item[0]))
        last = {(a.question, a.about): a for _, a in dated if a.question in self.questions}
        return tuple(sorted(last.values(), key=lambda a: (self._order[a.question], a.about or "")))

    def situation(self, answers: Sequence[Answer]) -> Situation:
        """Return what these answers come to."""
        force = self.in_force(answers)
        said = [Said(a.question, a.value, LAPSES[a.grade]) for a in force]
        beliefs = {id_: star.believe(said) for id_, star in self.stars.items()}
        return Situation(force, beliefs, State({k: b.values for k, b in beliefs.items()}, self._facts(force)))

    def _facts(self, force: Sequence[Answer]) -> dict[str, str]:
        """Facts as told; the latest answer that sets a fact wins."""
        facts: dict[str, str] = {}
        for answer in sorted(force, key=lambda a: a.day or date.min):
            if answer.value != UNKNOWN and (option := self.option(answer)):
                facts.update(option.sets)
        return facts


def _table(question: Question, scale_id: str, scale: Scale, chances: Chances) -> Table | None:
    """Learned or published chances where given, else what the answers claim."""
    given = chances.get(question.id, {}).get(scale_id)
    return likelihoods(question, scale_id, scale) if given is None else Table.explicit(question.id, given)
