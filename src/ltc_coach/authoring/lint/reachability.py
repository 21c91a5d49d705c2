"""Reachability: conditions that can come true, facts that somebody sets and something uses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product

from ltc_coach.authoring.lint.check import Check
from ltc_coach.authoring.lint.walk import claims, conditions, tests
from ltc_coach.engine.conditions import Condition, State, compile_when
from ltc_coach.i18n import both
from ltc_coach.model.playbook import Playbook
from ltc_coach.problems import Path, Problem, Severity

# More states than this are not enumerated: such a condition counts as reachable.
_STATES = 20_000

# What may be known of one scale or fact: the index of a value, or None for not known.
_Value = int | None


def _set_values(playbook: Playbook) -> Mapping[str, frozenset[str]]:
    """Return the values that answers set, or the people we have met, for each fact."""
    found = {name: {value.id for value in fact.values if value.met} for name, fact in playbook.facts.items()}
    for question in playbook.questions:
        for option in question.answers:
            for fact, value in option.sets.items():
                found[fact].add(value)
    return {name: frozenset(values) for name, values in found.items()}


def _used(playbook: Playbook) -> Mapping[str, frozenset[str]]:
    """Return the values of each fact that conditions and needs mention; an untested fact is absent."""
    found: dict[str, set[str]] = {}
    for test in tests(playbook):
        if test.name in playbook.facts:
            found.setdefault(test.name, set()).update(value for _, value in test.span.named())
    for move in playbook.moves:
        for fact, values in move.needs.items():
            found.setdefault(fact, set()).update(values)
    return {name: frozenset(values) for name, values in found.items()}


class Reach:
    """Which states a playbook can be in, as far as single values go."""

    def __init__(self, playbook: Playbook) -> None:
        self.playbook = playbook
        self._set = _set_values(playbook)

    def possible(self, name: str) -> tuple[_Value, ...]:
        """Return what may be known of a scale or fact. A fact nobody sets counts as open: it has its own warning."""
        scale = self.playbook.scales.get(name)
        if scale:
            return (*range(len(scale.ids)), None)
        ids, settable = self.playbook.facts[name].ids, self._set[name]
        return (*(k for k, value in enumerate(ids) if not settable or value in settable), None)

    def can_hold(self, condition: Condition, fixed: Mapping[str, _Value] | None = None) -> bool:
        """Say whether some state makes the condition true; ``fixed`` holds some names at one value."""
        fixed = fixed or {}
        masks: dict[str, list[int]] = {}
        for atom in condition.all_atoms():
            masks.setdefault(atom.key, []).append(atom.mask)
        # What must hold in any case leaves few values to try.
        wanted = {name: [fixed[name]] if name in fixed else [*self.possible(name)] for name in masks}
        for atom in condition.atoms:
            wanted[atom.key] = [k for k in wanted[atom.key] if k is None or atom.mask >> k & 1]
        # Values no test of the condition tells apart are one choice.
        choices = [
            tuple({None if k is None else tuple(m >> k & 1 for m in masks[name]): k for k in values}.values())
            for name, values in wanted.items()
        ]
        if math.prod(map(len, choices)) > _STATES:
            return True
        return any(condition.holds(self._state(dict(zip(wanted, c, strict=True)))) for c in product(*choices))

    def _state(self, values: Mapping[str, _Value]) -> State:
        """Return the state in which so much is known: a scale at one value for sure, or evenly spread."""
        scales, facts = {}, {}
        for name, at in values.items():
            if scale := self.playbook.scales.get(name):
                n = len(scale.places)
                scales[name] = (1.0 / n,) * n if at is None else (0.0,) * at + (1.0,) + (0.0,) * (n - at - 1)
            elif at is not None:
                facts[name] = self.playbook.facts[name].ids[at]
        return State(scales, facts)


class NeverHolds(Check):
    """A condition nothing can make true."""

    id = "never-holds"
    deep = True
    why = both(
        zh="条件互相矛盾,或者等着一个谁也给不出的取值,这一条就永远不会出现。",
        en="If its parts contradict each other, or wait for a value no answer gives, it never comes true.",
    )
    remedy = both(
        zh="去掉矛盾的一半;两种情形都要的话写成一个列表或 any",
        en="drop one half; if either case will do, write a list or `any`",
    )
    good = "moves: [{id: count-cost, when: {place: [pain, goal], not: {place: goal}}}]"
    bad = "moves: [{id: count-cost, when: {place: pain, not: {place: [pain, goal]}}}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        reach = Reach(playbook)
        for path, when in conditions(playbook):
            if not reach.can_hold(compile_when(when, playbook)):
                yield self.problem(path, both(zh="这个条件永远不会成立", en="this condition can never hold"))


class FactNeverSet(Check):
    """A fact no question sets."""

    id = "fact-never-set"
    severity = Severity.WARNING
    deep = True
    why = both(
        zh="没有一个回答给它赋值,问到它的条件就一直悬着。",
        en="No answer sets it, so whatever tests it stays open for ever.",
    )
    remedy = both(zh="在某个回答里写 sets,或者删掉这个事实", en="let some answer set it, or delete it")
    good = """\
facts: {budget: {title: {zh: 预算, en: Budget}, values: [{id: open, title: {zh: 没定, en: Open}}]}}
questions: [{id: contact, answers: [{id: staff, sets: {budget: open}}]}]
moves: [{id: count-cost, needs: {budget: open}}]"""
    bad = """\
facts: {budget: {title: {zh: 预算, en: Budget}, values: [{id: open, title: {zh: 没定, en: Open}}]}}
moves: [{id: count-cost, needs: {budget: open}}]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        used = _used(playbook)
        for name, values in _set_values(playbook).items():
            # A fact that nothing uses either has the graver warning.
            if not values and name in used:
                yield self.problem(
                    ("facts", name), both(zh="没有一个回答给它赋值", en="no answer sets it"), on_key=True
                )


class FactValueNeverSet(Check):
    """A value of a fact no answer sets."""

    id = "fact-value-never-set"
    severity = Severity.WARNING
    deep = True
    why = both(zh="没有一个回答给出这个取值,它只是摆设。", en="No answer gives this value, so it never occurs.")
    remedy = both(zh="加一个给出它的回答,或者删掉它", en="add an answer that sets it, or delete it")
    good = """\
facts: {access: {values: [{id: board, title: {zh: 董事会, en: The board}}]}}
questions: [{id: contact, answers: [{id: board, label: {zh: 董事, en: A director}, sets: {access: board}}]}]"""
    bad = "facts: {access: {values: [{id: board, title: {zh: 董事会, en: The board}}]}}"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for name, settable in _set_values(playbook).items():
            for k, value in enumerate(playbook.facts[name].ids):
                if settable and value not in settable:
                    message = both(zh="没有一个回答给出它", en="no answer sets it")
                    yield self.problem(("facts", name, "values", k, "id"), message)


class FactNeverUsed(Check):
    """A fact no condition tests and no move needs."""

    id = "fact-never-used"
    severity = Severity.WARNING
    deep = True
    why = both(
        zh="问来了却没有一条建议用到,白费销售的时间。",
        en="No advice depends on it, so asking for it wastes the rep's time.",
    )
    remedy = both(zh="在 when 或 needs 里用上它,或者删掉它和那个提问", en="use it in a `when` or `needs`, or delete it")
    good = """\
facts: {budget: {title: {zh: 预算, en: Budget}, values: [{id: open, title: {zh: 没定, en: Open}}]}}
questions: [{id: contact, answers: [{id: staff, sets: {budget: open}}]}]
moves: [{id: count-cost, needs: {budget: open}}]"""
    bad = """\
facts: {budget: {title: {zh: 预算, en: Budget}, values: [{id: open, title: {zh: 没定, en: Open}}]}}
questions: [{id: contact, answers: [{id: staff, sets: {budget: open}}]}]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        used = _used(playbook)
        for name in playbook.facts:
            if name not in used:
                message = both(zh="没有条件或动作用到它", en="no condition and no move uses it")
                yield self.problem(("facts", name), message, on_key=True)


class BankNeverOffered(Check):
    """A bank question that stands at no place where a customer can be found."""

    id = "bank-never-offered"
    deep = True
    why = both(
        zh="问题库按客户走到的位置给问题;没有位置,谁也翻不到它。",
        en="The bank offers questions by the customer's place; without one nobody ever sees it.",
    )
    remedy = both(zh="在 at 里写上适合问它的位置", en="write in `at` the places where it should be asked")
    good = "bank: [{id: G1, kind: problem, at: pain, ask: {zh: '哪里最不顺?', en: 'What runs worst?'}}]"
    bad = "bank: [{id: G1, kind: problem, at: [], ask: {zh: '哪里最不顺?', en: 'What runs worst?'}}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        asked = {said.scale for said in claims(playbook)} | {playbook.main}
        found = {place for name in asked for place in playbook.scales[name].ids}
        for b, question in enumerate(playbook.bank):
            if not found.intersection(question.at):
                yield self.problem(("bank", b, "at"), both(zh="在任何位置都不会给出", en="it is offered at no place"))


class PullForward(Check):
    """A pull to a place the customer has not passed."""

    id = "pull-forward"
    deep = True
    why = both(
        zh="只能往回拉:决策点跳不过去,再好的方案他也没兴趣。",
        en="A customer can only be pulled back: decision points cannot be jumped, however good the plan.",
    )
    remedy = both(
        zh="把 to 改成更早的位置,或者把 when 收到更晚的位置",
        en="pull to an earlier place, or narrow `when` to later ones",
    )
    good = "moves: [{id: back-to-goal, when: {place: choice}, to: goal}]"
    bad = "moves: [{id: back-to-goal, when: {place: [pain, goal]}, to: choice}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        ids, reach = playbook.scales[playbook.main].ids, Reach(playbook)
        for m, move in enumerate(playbook.moves):
            if move.kind != "pull" or move.to is None:
                continue
            condition = compile_when(move.when, playbook)
            starts = [k for k in range(len(ids)) if reach.can_hold(condition, {playbook.main: k})]
            path: Path = ("moves", m, "to")
            # A condition that never holds has its own message.
            if starts and all(k <= ids.index(move.to) for k in starts):
                message = both(
                    zh=f"条件成立时客户最远走到「{ids[starts[-1]]}」,拉到「{move.to}」不是往回",
                    en=f"the customer stands at {ids[starts[-1]]} at the latest: {move.to} is not back from there",
                )
                yield self.problem(path, message)


CHECKS: tuple[type[Check], ...] = (
    NeverHolds,
    FactNeverSet,
    FactValueNeverSet,
    FactNeverUsed,
    BankNeverOffered,
    PullForward,
)
