"""A compiled playbook, and what a list of answers comes to: the situation every other part reads.

Compiling costs a few milliseconds and is done once; a situation is computed afresh from the
answers each time, in the playbook's order, so the order in which they were given cannot matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ltc_coach.engine import ledger, people
from ltc_coach.engine.belief import Belief, Said, Star
from ltc_coach.engine.conditions import Condition, State, Truth, compile_when
from ltc_coach.engine.tables import UNKNOWN, Mix, Table, likelihoods, prior
from ltc_coach.i18n import Text
from ltc_coach.model.deal import LAPSES, RETRACTED, Answer, Deal, Grade
from ltc_coach.model.playbook import Kind, Ladder, Move, Option, Pace, Playbook, Question, Reps, Rung, Scale

# Explicit chances: question -> scale -> answer -> P(answer | value) in the scale's order, taken as they are; or a
# whole table, which may have a topic.
Chances = Mapping[str, Mapping[str, Mapping[str, Sequence[float]] | Table]]


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

    def stand(self, state: State) -> tuple[Rung | None, Text]:
        """Return the last rung we have proof of, or the one a cap holds it down to, and why it does."""
        return self.rung([proof.holds(state) for proof in self.proofs], [when.holds(state) for when in self.caps])

    def rung(self, proved: Sequence[Truth], capped: Sequence[Truth]) -> tuple[Rung | None, Text]:
        """Return the same, given which proofs and caps hold."""
        rungs = self.ladder.rungs
        ids = [r.id for r in rungs]
        at = max((i for i, proof in enumerate(proved) if proof), default=None)
        why = Text()
        for cap, holds in zip(self.ladder.caps, capped, strict=True):
            if at is not None and ids.index(cap.at) < at and holds:
                at, why = ids.index(cap.at), cap.why
        return (None if at is None else rungs[at]), why


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known on a day: the answers in force, the belief on every scale, the facts, the strengths.

    ``needed`` are the people whose weakest place is the deal's, if several have one of their own
    (design.md section 4), and ``focus`` is the one who stands there; ``asked`` are the questions that
    need not be put again.
    """

    answers: tuple[Answer, ...]
    beliefs: Mapping[str, Belief]
    state: State
    asked: frozenset[str] = frozenset()
    today: date | None = None
    deal: Deal | None = None
    needed: tuple[str, ...] = ()
    focus: str | None = None


class Compiled:
    """A playbook made ready: stars, rules, ladders. The playbook's references must be sound (lint)."""

    def __init__(self, playbook: Playbook, reps: Reps | Mix | None = None, chances: Chances | None = None) -> None:
        self.playbook = playbook
        self.main = playbook.main
        self.questions: dict[str, Question] = {q.id: q for q in playbook.questions}
        stated = ledger.question(playbook)
        if stated:
            self.questions[stated.id] = stated
        self._order = {q: i for i, q in enumerate(self.questions)}
        self.stars = {
            id_: Star(
                prior(scale.places),
                [t for q in self.questions.values() if (t := _table(q, id_, scale, chances or {}))],
                reps or playbook.reps,
                pace=scale.pace or (Pace() if scale.ordered else None),
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

        Later is by day, then by place in the log; what was taken back is not in force; answers to
        questions the playbook does not have are left out (``check_answers`` reports them).
        """
        dated = sorted(answers, key=lambda a: a.day or date.min)
        last = {(a.question, a.about): a for a in dated if a.question in self.questions}
        force = (a for a in last.values() if a.value != RETRACTED)
        return tuple(sorted(force, key=lambda a: (self._order[a.question], a.about or "")))

    def situation(self, answers: Sequence[Answer], today: date | None = None, deal: Deal | None = None) -> Situation:
        """Return what these answers come to on ``today``, with the people and the ledger of ``deal``.

        Without ``today`` all answers count as given at the same moment.
        """
        force = self.in_force(answers)
        needed = people.heard(deal.people, force) if deal else ()
        place = self.belief(self.main, force, today, needed)
        told = ledger.statement(self.playbook, deal, place.best) if deal else None
        if told:
            force = (*force, told)
        beliefs = {id_: place if id_ == self.main else self.belief(id_, force, today) for id_ in self.stars}
        facts = self._facts(force, deal)
        focus = min(needed, key=lambda id_: self._own(id_, force, today).mean, default=None)
        return Situation(
            answers=force,
            beliefs=beliefs,
            state=State({k: b.values for k, b in beliefs.items()}, facts),
            asked=frozenset(a.question for a in force if a is not told and self._is_known(a, focus)),
            today=today,
            deal=deal,
            needed=needed,
            focus=focus,
        )

    def belief(self, scale: str, force: Sequence[Answer], today: date | None, needed: Sequence[str] = ()) -> Belief:
        """Return the belief on one scale; on the main one that of the weakest of ``needed``, if there are any."""
        star = self.stars[scale]
        if scale == self.main and needed:
            return star.weakest([self._own(id_, force, today) for id_ in needed])
        return star.believe([self.said(a, today) for a in force if a.question in star.tables])

    def own_belief(self, answers: Sequence[Answer], today: date | None) -> Belief:
        """Return where these answers alone put somebody on the main scale."""
        return self.stars[self.main].believe(self.said(a, today) for a in answers)

    def _own(self, id_: str, force: Sequence[Answer], today: date | None) -> Belief:
        return self.own_belief(people.own_answers(id_, force), today)

    def said(self, answer: Answer, today: date | None) -> Said:
        """Return an answer as evidence; its age counts in whole weeks."""
        age = max(0, (today - answer.day).days // 7) if today and answer.day else 0
        return _said(answer.question, answer.value, answer.grade, age)

    def _is_known(self, answer: Answer, focus: str | None) -> bool:
        """Whether its question is done with: asked about the person in focus, or not about a person's place."""
        return focus is None or answer.about == focus or answer.question not in self.stars[self.main].tables

    def _facts(self, force: Sequence[Answer], deal: Deal | None) -> dict[str, str]:
        """Facts as told; the latest answer that sets a fact wins, and people win who were met since."""
        facts: dict[str, str] = {}
        told: dict[str, date] = {}
        for answer in sorted(force, key=lambda a: a.day or date.min):
            if answer.value != UNKNOWN and (option := self.option(answer)):
                facts.update(option.sets)
                # What nobody dated was said just now.
                told |= dict.fromkeys(option.sets, answer.day or date.max)
        if deal and deal.people:
            met = max((p.met for p in deal.people if p.met), default=date.min)
            shown = people.facts(self.playbook, deal.people)
            facts |= {fact: value for fact, value in shown.items() if told.get(fact, date.min) <= met}
        return facts

    def hand(self, situation: Situation) -> frozenset[str]:
        """Return every strength we hold: the one told, and those noted in the deal."""
        return self.strengths(situation.state.facts, situation.deal.strengths if situation.deal else ())

    def strengths(self, facts: Mapping[str, str], noted: Sequence[str]) -> frozenset[str]:
        """Return the strengths that facts tell, and those noted in a deal."""
        told = facts.get(self.playbook.hand or "")
        return frozenset([*noted, *([told] if told else [])])


@lru_cache(maxsize=4096)
def _said(question: str, value: str, grade: Grade, age: int) -> Said:
    """Return an answer as evidence: the same is asked for on every scale, and for every day of a timeline."""
    return Said(question, value, LAPSES[grade], age)


def _table(question: Question, scale_id: str, scale: Scale, chances: Chances) -> Table | None:
    """Learned or published chances where given, else what the answers claim."""
    given = chances.get(question.id, {}).get(scale_id)
    if given is None:
        return likelihoods(question, scale_id, scale)
    return given if isinstance(given, Table) else Table.explicit(question.id, given)
