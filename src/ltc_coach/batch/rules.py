"""A playbook's rules written as steps over planes: the counterpart of engine/advice.py and engine/interview.py.

Written once per playbook. Tests on the main scale are asked in several ways: as the probabilities have it, and, while
the place is not settled, as if one of its candidates were certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ltc_coach.batch.planes import Asked, Program
from ltc_coach.engine.conditions import Atom, Condition
from ltc_coach.engine.situation import Compiled, Rule
from ltc_coach.model.playbook import Kind, Move

Test = Callable[[Atom, Asked], int]


class Slot(NamedTuple):
    """A place in a list: its rank, the plane of the deals that have it, and the number of what is listed."""

    rank: tuple[int, ...]
    plane: int
    item: int


class Ladder(NamedTuple):
    """Planes of a ladder's proofs in their order, and of its caps with the rung each caps at."""

    proofs: tuple[int, ...]
    caps: tuple[tuple[int, int], ...]


class Rules:
    """Writes rules into a program. ``numbers`` gives each question its row of codes.

    Leaves are named: ("inside", scale, mask, sure | out | likely), ("top", scale, unlikely | unsure),
    ("at", first | second | warned, value), ("said", question, code), and ("where", settled | two | far): the place
    is settled, has two candidates, which are no neighbours.
    """

    def __init__(self, compiled: Compiled, program: Program, numbers: Mapping[str, int]) -> None:
        self._compiled = compiled
        self._program = program
        self._numbers = numbers
        self._facts: dict[str, list[int]] = {}
        settled, two, far = (program.leaf(("where", which)) for which in ("settled", "two", "far"))
        first = self._either_way(settled, self._actual, self._pinned("first"))
        second = self._either_way(two, self._pinned("second"), first)
        self._candidates = (first, second)
        # One candidate alone proves nothing that the probabilities do not bear out.
        self._borne_out = (first, second, self._either_way(two, self._granted, self._actual))
        warned = self._either_way(settled, self._actual, self._pinned("warned"))
        self._warned = (warned, self._either_way(far, self._pinned("second"), warned))

    def move(self, order: int, rule: Rule) -> Iterator[Slot]:
        """Yield the slots of a move: for certain or by best guess, with every number of unmet needs."""
        program, kind = self._program, rule.move.kind
        certain = self._everywhere(rule.when, "holds", self._borne_out)
        guessed = program.both(self._everywhere(rule.when, "guessed", self._candidates), program.inverse(certain))
        for unmet, plane in enumerate(self._counts(rule.move)):
            for sure, where in ((True, certain), (False, guessed)):
                gate = kind == Kind.GATE or (kind == Kind.LEAVE and sure)
                if (held := program.both(where, plane)) != program.none:
                    yield Slot((not gate, not sure, unmet, order), held, order)

    def never(self, order: int, rule: Rule) -> Iterator[Slot]:
        """Yield the slots of a warning."""
        program = self._program
        certain = self._everywhere(rule.when, "holds", self._warned)
        guessed = program.both(self._everywhere(rule.when, "guessed", self._warned), program.inverse(certain))
        general = not any(True for _ in rule.when.all_atoms())
        for sure, where in ((True, certain), (False, guessed)):
            if where != program.none:
                yield Slot((general, not sure, order), where, order)

    def ladder(self, id_: str) -> Ladder:
        """Return the planes of a ladder."""
        rungs = self._compiled.ladders[id_]
        ids = [rung.id for rung in rungs.ladder.rungs]
        return Ladder(
            tuple(self._condition(proof, "holds", self._actual) for proof in rungs.proofs),
            tuple(
                (self._condition(when, "holds", self._actual), ids.index(cap.at))
                for cap, when in zip(rungs.ladder.caps, rungs.caps, strict=True)
            ),
        )

    def missing(self) -> Iterator[Slot]:
        """Yield the scales on which live moves differ and no value is sure, then the facts a live move tests."""
        program, facts = self._program, self._compiled.playbook.facts
        for i, id_ in enumerate(self._compiled.stars):
            cut = program.some(self._cuts(rule, id_) for rule in self._compiled.rules if id_ in rule.scales)
            yield Slot((i,), program.both(cut, program.leaf(("top", id_, "unsure"))), i)
        for i, (id_, fact) in enumerate(facts.items(), start=len(self._compiled.stars)):
            setters = self._compiled.setters.get(id_, ())
            if fact.assume is None and setters:
                tested = program.some(self._live(rule) for rule in self._compiled.rules if id_ in rule.facts)
                open_ = program.some(self._said(question, 0) for question in setters)
                yield Slot((i,), program.every((tested, self._untold(id_), open_)), i)

    def _live(self, rule: Rule) -> int:
        return self._program.inverse(self._condition(rule.when, "fails", self._actual))

    def _cuts(self, rule: Rule, scale: str) -> int:
        """Where a rule may hold at some values of a scale and not at others."""
        program = self._program
        masks = [atom.mask for atom in rule.when.all_atoms() if atom.key == scale]
        kinds = {tuple(mask >> k & 1 for mask in masks): k for k in range(self._compiled.stars[scale].size)}

        def known(k: int) -> Test:
            def test(atom: Atom, asked: Asked) -> int:
                if atom.key != scale:
                    return self._actual(atom, asked)
                return program.all if bool(atom.mask >> k & 1) == (asked != "fails") else program.none

            return test

        may = [program.inverse(self._condition(rule.when, "fails", known(k))) for k in kinds.values()]
        return program.both(program.some(may), program.inverse(program.every(may)))

    def _everywhere(self, when: Condition, asked: Asked, tests: tuple[Test, ...]) -> int:
        """Where a condition holds, or is guessed to hold, in whichever way its tests are asked."""
        program = self._program
        # Its parts are asked one by one: rules share them, and most are single tests.
        parts = [program.every(test(atom, asked) for test in tests) for atom in when.atoms]
        rest = Condition(every=when.every, some=when.some, none=when.none)
        return program.every([*parts, *(program.condition(rest, asked, test) for test in tests)])

    def _counts(self, move: Move) -> list[int]:
        """Where none, one, two ... of a move's needs are unmet."""
        program = self._program
        counts = [program.all]
        for id_, wanted in move.needs.items():
            fact = self._compiled.playbook.facts[id_]
            met = [self._told(id_, k) for k, value in enumerate(fact.ids) if value in wanted]
            if fact.assume in wanted and id_ != self._compiled.playbook.hand:
                met.append(self._untold(id_))
            held = program.some(met)
            lacking = program.inverse(held)
            counts = [
                program.either(program.both(held, same), program.both(lacking, fewer))
                for same, fewer in zip([*counts, program.none], [program.none, *counts], strict=True)
            ]
        return counts

    def _condition(self, when: Condition, asked: Asked, test: Test) -> int:
        return self._program.condition(when, asked, test)

    def _either_way(self, where: int, then: Test, other: Test) -> Test:
        """Ask one way where a plane is set and another way elsewhere; it matters only on the main scale."""

        def test(atom: Atom, asked: Asked) -> int:
            if atom.key != self._compiled.main:
                return self._actual(atom, asked)
            return self._program.choose(where, then(atom, asked), other(atom, asked))

        return test

    def _pinned(self, which: str) -> Test:
        """Ask as if the place were the first or second candidate, or the one to be warned about."""

        def test(atom: Atom, asked: Asked) -> int:
            at = [self._program.leaf(("at", which, k)) for k in range(len(atom.values)) if atom.mask >> k & 1]
            inside = self._program.some(at)
            return self._program.inverse(inside) if asked == "fails" else inside

        return test

    def _granted(self, _atom: Atom, _asked: Asked) -> int:
        """Grant a test, or its failure where that is what the condition wants."""
        return self._program.all

    def _actual(self, atom: Atom, asked: Asked) -> int:
        """Ask as things are known."""
        return self._located(atom, asked) if atom.is_scale else self._known(atom, asked)

    def _located(self, atom: Atom, asked: Asked) -> int:
        program = self._program
        sure, out, likely = (self._inside(atom, how) for how in ("sure", "out", "likely"))
        if atom.or_unknown:
            unlikely, unsure = (program.leaf(("top", atom.key, how)) for how in ("unlikely", "unsure"))
            sure = program.some((sure, unlikely, program.both(unsure, likely)))
            out = program.both(out, program.inverse(unsure))
        if asked == "fails":
            return out
        return sure if asked == "holds" else program.either(sure, likely)

    def _inside(self, atom: Atom, how: str) -> int:
        if atom.mask in {0, (1 << len(atom.values)) - 1}:
            return self._program.all if (atom.mask == 0) == (how == "out") else self._program.none
        return self._program.leaf(("inside", atom.key, atom.mask, how))

    def _known(self, atom: Atom, asked: Asked) -> int:
        program, untold = self._program, self._untold(atom.key)
        told = program.some(self._told(atom.key, k) for k in range(len(atom.values)) if atom.mask >> k & 1)
        if asked == "fails":
            return program.inverse(program.either(told, untold))
        granted = atom.or_unknown or (asked == "guessed" and atom.assumed)
        return program.either(told, untold) if granted else told

    def _told(self, fact: str, value: int) -> int:
        return self._values(fact)[value]

    def _untold(self, fact: str) -> int:
        return self._program.inverse(self._program.some(self._values(fact)))

    def _values(self, fact: str) -> list[int]:
        """Where each value of a fact is told; of several questions that tell it the later one counts."""
        if fact not in self._facts:
            program, ids = self._program, self._compiled.playbook.facts[fact].ids
            told = [program.none for _ in ids]
            for question in self._compiled.setters.get(fact, ()):
                options = enumerate(self._compiled.questions[question].answers, start=1)
                codes = [(ids.index(o.sets[fact]), code) for code, o in options if fact in o.sets]
                new = [program.some(self._said(question, c) for v, c in codes if v == k) for k in range(len(ids))]
                silent = program.inverse(program.some(new))
                told = [
                    program.either(now, program.both(before, silent)) for now, before in zip(new, told, strict=True)
                ]
            self._facts[fact] = told
        return self._facts[fact]

    def _said(self, question: str, code: int) -> int:
        return self._program.leaf(("said", self._numbers[question], code))
