"""The moves and nevers of many deals, from verdicts on all rules and in the order that advice.py gives them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from ltc_coach.engine.advice import lacking
from ltc_coach.engine.gauges import bits_of
from ltc_coach.engine.memory import Memory
from ltc_coach.engine.situation import Rule
from ltc_coach.engine.verdicts import Verdict
from ltc_coach.model.playbook import Kind, Playbook

Lacks = tuple[int, ...]


class Worklist:
    """Lists moves and nevers; the rules are the first conditions of the verdicts, in their order."""

    def __init__(self, playbook: Playbook, rules: Sequence[Rule]) -> None:
        self._playbook = playbook
        self._rules = {1 << i: rule for i, rule in enumerate(rules)}
        self._order = {bit: i for i, bit in enumerate(self._rules)}
        self._moves = sum(bit for bit, rule in self._rules.items() if not rule.is_never)
        self._nevers = sum(bit for bit, rule in self._rules.items() if rule.is_never)
        # Warnings that hold whatever is known come last.
        self._general = sum(bit for bit, rule in self._rules.items() if not any(rule.when.all_atoms()))
        self._needy = [rule.move for rule in rules if rule.move.needs]
        self._needed = sorted({fact for move in self._needy for fact in move.needs})
        self._unmet: Memory[Hashable, Lacks] = Memory()
        self._place_of_needs = {move.id: i for i, move in enumerate(self._needy)}
        self._known: Memory[tuple[int, int, Lacks], tuple[str, ...]] = Memory()

    def lacks(self, facts: Mapping[str, str], hand: frozenset[str]) -> Lacks:
        """Return how many needs of each move that has any are unmet."""
        key = hand, tuple([facts.get(fact) for fact in self._needed])
        return self._unmet.get(key) or self._unmet.keep(
            key, tuple(sum(1 for _ in lacking(self._playbook, move, facts, hand)) for move in self._needy)
        )

    def moves(self, verdict: Verdict, lacks: Lacks) -> tuple[str, ...]:
        """Return the ids of the moves that hold, the first to be done first."""
        alive = self._moves & ~verdict.dead
        key = alive, alive & verdict.open, lacks
        return self._known.get(key) or self._known.keep(key, self._ordered(*key))

    def _ordered(self, alive: int, unsure: int, lacks: Lacks) -> tuple[str, ...]:
        ranked = []
        for bit in bits_of(alive):
            move, certain = self._rules[bit].move, not bit & unsure
            gate = move.kind == Kind.GATE or (move.kind == Kind.LEAVE and certain)
            unmet = lacks[self._place_of_needs[move.id]] if move.needs else 0
            ranked.append((not gate, not certain, unmet, self._order[bit], move.id))
        return tuple([id_ for *_, id_ in sorted(ranked)])

    def nevers(self, verdict: Verdict) -> tuple[str, ...]:
        """Return the ids of the warnings that hold, specific ones before general ones."""
        alive = self._nevers & ~verdict.dead
        key = alive, alive & verdict.open, ()
        return self._known.get(key) or self._known.keep(key, self._warned(*key[:2]))

    def _warned(self, alive: int, unsure: int) -> tuple[str, ...]:
        ranked = [(bool(bit & self._general), bool(bit & unsure), bit) for bit in bits_of(alive)]
        return tuple([self._rules[bit].move.id for *_, bit in sorted(ranked)])
