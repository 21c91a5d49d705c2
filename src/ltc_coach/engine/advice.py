"""Moves and nevers for a situation, in the order of design.md section 3.

Gates first, then what holds before what holds by best guess, then fewer unmet needs, then the
playbook's own order. While the place is unsettled only moves that both candidates share are given.
Of neighbours the warnings of the later one are given, else those both share (domain B5.5, B5.6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from ltc_coach import words
from ltc_coach.engine.conditions import Atom, Condition, State
from ltc_coach.engine.situation import Compiled, Rule, Situation
from ltc_coach.engine.tables import UNKNOWN
from ltc_coach.engine.ties import TIE
from ltc_coach.i18n import Text, both
from ltc_coach.model.playbook import Kind, Move, Playbook
from ltc_coach.model.report import AdvisedMove, Need, Warned
from ltc_coach.model.spoken import Named

# What a move depends on, to be read after "if".
_AT = both(zh="客户走到「{values}」", en="the customer stands at {values}")
_NOT_AT = both(zh="客户不在「{values}」", en="the customer does not stand at {values}")
_IS = both(zh="{what}:{values}", en='"{what}" is {values}')
_IS_NOT = both(zh="{what}:不是{values}", en='"{what}" is not {values}')
_NOT_LOCATED = both(zh="「{what}」还没弄清", en='"{what}" is not known')
_AND = both(zh=",并且", en=", and ")


class Advice:
    """The moves and nevers of one situation."""

    def __init__(self, compiled: Compiled, situation: Situation, *, settled: bool) -> None:
        self._compiled = compiled
        self._situation = situation
        self._settled = settled
        self.hand = compiled.hand(situation)
        place = situation.beliefs[compiled.main]
        among = candidates(place.values, place.best, place.second)
        self._candidates = [_at(situation.state, compiled.main, k) for k in among]
        neighbours = compiled.playbook.scales[compiled.main].ordered and max(among) - min(among) <= 1
        self._warned = [self._candidates[among.index(max(among))]] if neighbours else self._candidates

    def moves(self) -> tuple[AdvisedMove, ...]:
        """Return every move that holds, the first to be done first."""
        return tuple(self._advised(rule, holds) for rule, holds in self.ranked_moves())

    def ranked_moves(self) -> list[tuple[Rule, Literal["yes", "unknown"]]]:
        """Return the rules of the moves that hold, in the same order."""
        ranked: list[tuple[tuple[bool, bool, int, int], Rule, Literal["yes", "unknown"]]] = []
        for order, rule in enumerate(self._compiled.rules):
            if not rule.is_never and (holds := self._holds(rule.when)):
                certain = holds == "yes"
                gate = rule.move.kind == Kind.GATE or (rule.move.kind == Kind.LEAVE and certain)
                ranked.append(((not gate, not certain, len(self.unmet(rule.move)), order), rule, holds))
        return [(rule, holds) for _, rule, holds in sorted(ranked, key=lambda item: item[0])]

    def nevers(self) -> tuple[Warned, ...]:
        """Return every warning that holds, specific ones before general ones."""
        return tuple(
            Warned(id=m.id, title=m.title, why=m.why, instead=m.instead, source=m.source) for m in self.ranked_nevers()
        )

    def ranked_nevers(self) -> list[Move]:
        """Return the warnings that hold, in the same order."""
        states = [self._situation.state] if self._settled else self._warned
        ranked: list[tuple[tuple[int, bool, int], Move]] = []
        for order, rule in enumerate(self._compiled.rules):
            if rule.is_never and (holds := _everywhere(rule.when, states)):
                tests = sum(1 for _ in rule.when.all_atoms())
                ranked.append(((-min(tests, 1), holds != "yes", order), rule.move))
        return [move for _, move in sorted(ranked, key=lambda item: item[0])]

    def _holds(self, when: Condition) -> Literal["yes", "unknown"] | None:
        if self._settled:
            return _everywhere(when, [self._situation.state])
        holds = _everywhere(when, self._candidates)
        if holds == "yes" and when.holds(self._situation.state) is not True and len(self._candidates) == 1:
            return "unknown"
        return holds

    def _advised(self, rule: Rule, holds: Literal["yes", "unknown"]) -> AdvisedMove:
        move, playbook = rule.move, self._compiled.playbook
        bank = {q.id: q.ask for q in playbook.bank}
        return AdvisedMove(
            id=move.id,
            kind=move.kind,
            to=move.to,
            to_title=_title(playbook.scales[playbook.main].places, move.to) if move.to else Text(),
            title=move.title,
            holds=holds,
            provided=Text() if holds == "yes" else self.provided(rule.when),
            unmet=self.unmet(move),
            because=tuple(self._grounds(rule)),
            whom=move.whom,
            do=move.do,
            say=move.say,
            ask=tuple(bank[id_] for id_ in move.ask),
            letter=move.letter,
            proof=move.proof,
            refused=move.refused,
            why=move.why,
            source=move.source,
        )

    def unmet(self, move: Move) -> tuple[Need, ...]:
        """Return what a move needs and we do not have, or nobody has said we have."""
        playbook = self._compiled.playbook
        needs = []
        for fact, known in lacking(playbook, move, self._situation.state.facts, self.hand):
            its = playbook.facts[fact]
            wants = words.OR.join(_title(its.values, v) for v in move.needs[fact])
            needs.append(Need(fact=fact, title=its.title, wants=wants, known=known))
        return tuple(needs)

    def _grounds(self, rule: Rule) -> Iterator[str]:
        """Questions whose answers speak for the condition of this move."""
        playbook, state = self._compiled.playbook, self._situation.state
        for answer in self._situation.answers:
            option = None if answer.value == UNKNOWN else self._compiled.option(answer)
            if option is None:
                continue
            told = any(f in rule.facts and state.facts.get(f) == v for f, v in option.sets.items())
            located = (
                claim.fits(playbook.scales[s].ids, self._situation.beliefs[s].best)
                for s, claim in option.says.items()
                if s in rule.scales
            )
            if told or any(located):
                yield answer.question

    def chance_at_best(self, rule: Rule) -> Literal["likely", "unlikely"] | None:
        """Say whether a move's condition holds at the likeliest place, by best guess; None if it fails there."""
        best = self._situation.beliefs[self._compiled.main].best
        state = _at(self._situation.state, self._compiled.main, best)
        if rule.when.holds(state) is False:
            return None
        return "likely" if rule.when.guess(state) else "unlikely"

    def provided(self, when: Condition) -> Text:
        """Return what an uncertain move depends on, in words."""
        playbook = self._compiled.playbook
        parts = []
        for atom, wanted in _open_atoms(when, self._situation.state):
            names = playbook.scales[atom.key].places if atom.is_scale else playbook.facts[atom.key].values
            what = playbook.scales[atom.key].title if atom.is_scale else playbook.facts[atom.key].title
            values = [_title(names, v) for k, v in enumerate(atom.values) if atom.mask >> k & 1]
            yes, no = (_AT, _NOT_AT) if atom.key == self._compiled.main else (_IS, _IS_NOT)
            template = _NOT_LOCATED if not values else yes if wanted else no
            parts.append(template.fill(what=what, values=words.OR.join(values)))
        return _AND.join(dict.fromkeys(parts))


def candidates(chances: Sequence[float], best: int, second: int | None) -> list[int]:
    """Return the likeliest value, and the runner-up unless it is less than half as likely (domain B5.4)."""
    if second is None or chances[second] < chances[best] / 2 * (1.0 - TIE):
        return [best]
    return [best, second]


def lacking(
    playbook: Playbook, move: Move, facts: Mapping[str, str], hand: frozenset[str]
) -> Iterator[tuple[str, bool]]:
    """Yield the facts a move needs to be otherwise, and whether anything is known of them."""
    for fact, wanted in move.needs.items():
        told = facts.get(fact, playbook.facts[fact].assume)
        held = hand if fact == playbook.hand else {told}
        if not held & set(wanted):
            yield fact, bool(held - {None})


def _everywhere(when: Condition, states: Sequence[State]) -> Literal["yes", "unknown"] | None:
    """Yes if it holds in all states, unknown if its best guess does, None if it is not to be shown."""
    certain = True
    for state in states:
        truth = when.holds(state)
        if truth is False or (truth is None and not when.guess(state)):
            return None
        certain = certain and truth is True
    return "yes" if certain else "unknown"


def _at(state: State, scale: str, k: int) -> State:
    """Return the state as if the value of ``scale`` were known."""
    known = tuple(1.0 if i == k else 0.0 for i in range(len(state.scales[scale])))
    return State({**state.scales, scale: known}, state.facts)


def _open_atoms(when: Condition, state: State, *, wanted: bool = True) -> Iterator[tuple[Atom, bool]]:
    """Yield the undecided tests that make a condition uncertain, with the outcome it hopes for."""
    for atom in when.atoms:
        if atom.holds(state) is None:
            yield atom, wanted
    for part in when.every:
        yield from _open_atoms(part, state, wanted=wanted)
    for part in when.some:
        # Of alternatives the one that the best guess rests on.
        if part.holds(state) is None and part.guess(state):
            yield from _open_atoms(part, state, wanted=wanted)
    for part in when.none:
        if part.holds(state) is None:
            yield from _open_atoms(part, state, wanted=not wanted)


def _title(named: Sequence[Named], id_: str | None) -> Text:
    return next((n.title for n in named if n.id == id_), Text())
