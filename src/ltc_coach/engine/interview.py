"""Which question next, and when to stop (design.md section 3, engine.md section 3).

A question is worth what it is expected to tell about the *advice*: values of a scale that lead to
the same live moves and nevers form one group, and bits about groups count fully, bits about the
place itself with 0.3. A fact counts by the entropy of its values as far as live moves tell them
apart.
"""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass

from ltc_coach.engine.conditions import SURE, Atom, State
from ltc_coach.engine.outlook import Outlook, entropy
from ltc_coach.engine.situation import Compiled, Rule, Situation
from ltc_coach.engine.ties import reaches
from ltc_coach.model.playbook import EFFORTS, Question
from ltc_coach.model.report import Stopped

# Weight of knowing the place for its own sake, beside knowing the moves (engine.md section 3).
PLACE_WEIGHT = 0.3
# A question that promises fewer bits about the advice is not worth the rep's time (engine.md section 3).
FUTILE = 0.05
# Chance that a fact has its assumed value while nobody has said so.
ASSUMED = 0.99
# Bits an average question brings; only for the "about n questions" of the prompt.
_USUAL_BITS = 0.6


@dataclass(frozen=True, slots=True)
class Worth:
    """A candidate question: expected ``bits`` (``advice`` of them about the advice alone), and its rank ``score``."""

    question: Question
    bits: float
    score: float
    advice: float = 0.0


def live_rules(compiled: Compiled, state: State) -> list[Rule]:
    """Return the moves and nevers whose condition has not failed already."""
    return [r for r in compiled.rules if r.when.holds(state) is not False]


def advice_groups(rules: Sequence[Rule], scale: str, size: int, state: State) -> list[int]:
    """Number the values of ``scale`` so that values with the same advice share a number.

    A rule that has failed on other scales or facts holds nowhere here and so cuts nothing.
    """
    full = (1 << size) - 1
    masks = {r.when.on(scale, full, state)[0] for r in rules if scale in r.scales}
    cuts = sorted(m for m in masks if m not in {0, full})
    numbers: dict[tuple[int, ...], int] = {}
    return [numbers.setdefault(tuple(m >> k & 1 for m in cuts), len(numbers)) for k in range(size)]


class Survey:
    """One look at a situation: what each open question is worth, and whether to go on."""

    def __init__(self, compiled: Compiled, situation: Situation) -> None:
        self._compiled = compiled
        self._situation = situation
        self._live = live_rules(compiled, situation.state)
        self._outlooks = {id_: Outlook(star, situation.beliefs[id_]) for id_, star in compiled.stars.items()}
        self._groups = {
            id_: advice_groups(compiled.rules, id_, star.size, situation.state) for id_, star in compiled.stars.items()
        }

    def best(self) -> Worth | None:
        """Return the open question with the highest score; ties go to less effort, then file order."""
        asked = self._situation.asked
        worths = (self._worth(q) for q in self._compiled.playbook.questions if q.id not in asked)
        return max(
            (w for w in worths if w.advice >= FUTILE),
            key=lambda w: (round(w.score, 12), -EFFORTS[w.question.effort]),
            default=None,
        )

    def worth(self, question: str) -> float:
        """Return the bits that asking ``question`` would bring, whether it was asked before or not."""
        return self._worth(self._compiled.questions[question]).bits

    def again(self, fresh: Container[str]) -> Worth | None:
        """Return the question whose answer a visit is likeliest to have changed, `fresh` ones left out."""
        worths = (self._worth(q) for q in self._compiled.playbook.questions if not q.once and q.id not in fresh)
        return max(worths, key=lambda w: (round(w.score, 12), -EFFORTS[w.question.effort]), default=None)

    def stopped(self, best: Worth | None) -> Stopped | None:
        """Return the stop rule that holds, if one does."""
        if self._moves_sure():
            return "moves_sure"
        if len(self._situation.asked) >= self._compiled.playbook.stop.at_most:
            return "at_most"
        return "nothing_left" if best is None else None

    def expected(self) -> int:
        """Estimate how many questions the interview will have asked when it ends."""
        left = sum(
            entropy(_sums(self._situation.state.scales[id_], groups)) for id_, groups in self._groups.items()
        ) + len(self.open_facts())
        asked = len(self._situation.asked)
        most = max(asked + 1, self._compiled.playbook.stop.at_most)
        return min(most, asked + max(1, math.ceil(left / _USUAL_BITS / 2)))

    def _moves_sure(self) -> bool:
        sure = self._compiled.playbook.stop.moves_sure
        return not self.open_facts() and all(
            reaches(max(_sums(self._situation.state.scales[id_], groups)), sure) for id_, groups in self._groups.items()
        )

    def open_scales(self) -> list[str]:
        """Scales on which live moves differ and no value has enough of the probability."""
        return [
            id_
            for id_, groups in self._groups.items()
            if max(groups) and not reaches(max(self._situation.state.scales[id_]), SURE)
        ]

    def open_facts(self) -> list[str]:
        """Facts that a live move tests, that nobody has told or assumed, and that can still be asked."""
        facts, known, asked = self._compiled.playbook.facts, self._situation.state.facts, self._situation.asked
        tested = {fact for rule in self._live for fact in rule.facts}
        return [
            fact
            for fact in facts
            if fact in tested
            and fact not in known
            and facts[fact].assume is None
            and any(q not in asked for q in self._compiled.setters.get(fact, ()))
        ]

    def _worth(self, question: Question) -> Worth:
        silence = 1.0 - question.unknown.chance
        advice = place = 0.0
        for id_, outlook in self._outlooks.items():
            if question.id not in self._compiled.stars[id_].tables:
                continue
            gain = outlook.gain(question.id, self._groups[id_])
            # Where not knowing says something it is one of the answers, and already counted.
            told = 1.0 if id_ in question.unknown.says else silence
            advice += told * gain.groups
            if id_ == self._compiled.main:
                place = told * gain.values
        advice += silence * sum(self._fact_worth(f, question) for f in self._compiled.tells[question.id])
        bits = advice + PLACE_WEIGHT * place
        return Worth(question, bits, bits / math.sqrt(EFFORTS[question.effort]), advice)

    def _fact_worth(self, fact: str, question: Question) -> float:
        """Entropy of the values, merged where no live move tells them apart, x the chance that it matters."""
        if fact in self._situation.state.facts:
            return 0.0
        rules = [r for r in self._live if fact in r.facts]
        if not rules:
            return 0.0
        classes: dict[tuple[bool, ...], float] = {}
        for value, weight in self._values(fact, question).items():
            marks = self._told_apart(fact, value, rules)
            classes[marks] = classes.get(marks, 0.0) + weight
        if len(classes) <= 1:
            return 0.0
        matters = max(r.when.chance(lambda atom: self._weigh(atom, fact)) for r in rules)
        return entropy(classes.values()) * matters

    def _values(self, fact: str, question: Question) -> dict[str, float]:
        """How likely each value is that the question can set: even, or mostly the assumed one."""
        values = dict.fromkeys(o.sets[fact] for o in question.answers if fact in o.sets)
        assumed = self._compiled.playbook.facts[fact].assume
        if assumed not in values or len(values) == 1:
            return {v: 1.0 / len(values) for v in values}
        return {v: ASSUMED if v == assumed else (1.0 - ASSUMED) / (len(values) - 1) for v in values}

    def _told_apart(self, fact: str, value: str, rules: Sequence[Rule]) -> tuple[bool, ...]:
        k = self._compiled.playbook.facts[fact].ids.index(value)
        marks: list[bool] = []
        for rule in rules:
            marks += [bool(a.mask >> k & 1) for a in rule.when.all_atoms() if a.key == fact]
        return tuple(marks)

    def _weigh(self, atom: Atom, fact: str) -> float:
        """Chance that a test holds, the fact in question being granted."""
        if atom.key == fact:
            return 1.0
        if atom.is_scale:
            chances = self._situation.state.scales[atom.key]
            return 1.0 if atom.or_unknown and not reaches(max(chances), SURE) else atom.inside(chances)
        truth = atom.holds(self._situation.state)
        return atom.mask.bit_count() / len(atom.values) if truth is None else float(truth)


def separating(compiled: Compiled, situation: Situation) -> Worth | None:
    """Return the open question that best tells the located place from the runner-up, in bits about the two."""
    star, belief = compiled.stars[compiled.main], situation.beliefs[compiled.main]
    if belief.second is None:
        return None
    outlook = Outlook(star, belief.only({belief.best, belief.second}))
    worths = []
    for question in compiled.playbook.questions:
        if question.id not in situation.asked and question.id in star.tables:
            bits = outlook.gain(question.id, range(star.size)).values * (1.0 - question.unknown.chance)
            worths.append(Worth(question, bits, bits / math.sqrt(EFFORTS[question.effort])))
    return max((w for w in worths if w.bits >= FUTILE), key=lambda w: round(w.score, 12), default=None)


def _sums(chances: Sequence[float], groups: Sequence[int]) -> list[float]:
    sums = [0.0] * (max(groups) + 1)
    for group, x in zip(groups, chances, strict=True):
        sums[group] += x
    return sums
