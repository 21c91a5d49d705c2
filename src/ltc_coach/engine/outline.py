"""The outline of a diagnosis for runs over many deals: the same result as a report, without its explanations.

Advice depends on a situation only through the outcome of each test of the playbook's conditions, so deals
with the same outcomes share it; and deals with the same answers share everything.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from ltc_coach.engine.advice import Advice, candidates
from ltc_coach.engine.conditions import Atom, State
from ltc_coach.engine.situation import Compiled, Situation
from ltc_coach.engine.ties import likeliest_of, reaches
from ltc_coach.i18n import Text
from ltc_coach.model.deal import Answer, Deal
from ltc_coach.model.playbook import Playbook, Reps, Rung

# So many results are remembered; more would take more memory than they save time.
_REMEMBERED = 50_000

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a deal stands on one scale: the likeliest value, how sure, and the runner-up."""

    at: str
    confidence: float
    runner_up: str | None


@dataclass(frozen=True, slots=True)
class Outline:
    """A diagnosis in short: ids instead of documents.

    ``maps`` gives the likeliest place in each other model, ``rungs`` the rung of each ladder, its win rate and
    why it is held down; ``answered`` counts the questions answered.
    """

    place: Stand
    settled: bool
    maps: dict[str, str | None]
    also: dict[str, Stand]
    moves: tuple[str, ...]
    never: tuple[str, ...]
    rungs: dict[str, tuple[str | None, float | None, Text]]
    answered: int


class Outliner:
    """A playbook ready for many deals."""

    def __init__(self, playbook: Playbook, reps: Reps | None = None) -> None:
        self.playbook = playbook
        self._compiled = Compiled(playbook, reps)
        self._atoms = tuple(dict.fromkeys(atom for rule in self._compiled.rules for atom in rule.when.all_atoms()))
        self._needed = sorted({fact for rule in self._compiled.rules for fact in rule.move.needs})
        main = playbook.scales[self._compiled.main]
        self._maps = {
            map_id: [place.maps.get(map_id) for place in main.places]
            for map_id in playbook.maps
            if any(map_id in place.maps for place in main.places)
        }
        self._outlines: dict[Hashable, Outline] = {}
        self._advice: dict[Hashable, tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def outline(self, answers: Sequence[Answer], today: date | None = None, deal: Deal | None = None) -> Outline:
        """Return the outline of a deal; ``answers`` and ``deal`` as for ``Coach.report``."""
        if deal is not None and (deal.people or deal.influence or deal.strengths):
            return self._worked_out(answers, today, deal)
        # What was given, as it lies there: cheaper than asking every answer for its fields.
        key = (today, tuple([tuple(answer.__dict__.items()) for answer in answers]))
        found = self._outlines.get(key)
        if found is None:
            found = _remember(self._outlines, key, self._worked_out(answers, today, None))
        return found

    def _worked_out(self, answers: Sequence[Answer], today: date | None, deal: Deal | None) -> Outline:
        situation = self._compiled.situation(answers, today, deal)
        main, scales = self._compiled.main, self.playbook.scales
        stands = {}
        for id_, belief in situation.beliefs.items():
            ids, second = scales[id_].ids, belief.second
            best = belief.best
            stands[id_] = Stand(ids[best], belief.values[best], None if second is None else ids[second])
        place = stands.pop(main)
        settled = reaches(place.confidence, self.playbook.stop.place_sure)
        moves, never = self._advised(situation, settled=settled)
        return Outline(
            place=place,
            settled=settled,
            maps={map_id: _likeliest(names, situation.state.scales[main]) for map_id, names in self._maps.items()},
            also=stands,
            moves=moves,
            never=never,
            rungs={id_: _rung(rungs.stand(situation.state)) for id_, rungs in self._compiled.ladders.items()},
            answered=len(situation.asked),
        )

    def _advised(self, situation: Situation, *, settled: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        state = situation.state
        key = (
            settled,
            tuple(candidates(situation.beliefs[self._compiled.main])),
            tuple(_outcome(atom, state) for atom in self._atoms),
            tuple(state.facts.get(fact) for fact in self._needed),
            self._compiled.hand(situation),
        )
        found = self._advice.get(key)
        if found is None:
            advice = Advice(self._compiled, situation, settled=settled)
            moves = tuple(rule.move.id for rule, _ in advice.ranked_moves())
            found = _remember(self._advice, key, (moves, tuple(move.id for move in advice.ranked_nevers())))
        return found


def _remember(kept: dict[Hashable, _Value], key: Hashable, value: _Value) -> _Value:
    if len(kept) >= _REMEMBERED:
        # The oldest half goes: dictionaries keep the order of arrival.
        for old in list(kept)[: _REMEMBERED // 2]:
            del kept[old]
    kept[key] = value
    return value


def _outcome(atom: Atom, state: State) -> int:
    """Everything a condition can learn from one of its tests."""
    truth = atom.holds(state)
    if truth is None:
        return 2 + atom.guess(state)
    return int(truth)


def _likeliest(names: Sequence[str | None], chances: Sequence[float]) -> str | None:
    sums: dict[str | None, float] = {}
    for name, chance in zip(names, chances, strict=True):
        sums[name] = sums.get(name, 0.0) + chance
    return likeliest_of(sums)


def _rung(standing: tuple[Rung | None, Text]) -> tuple[str | None, float | None, Text]:
    rung, capped = standing
    return (None, None, capped) if rung is None else (rung.id, rung.rate, capped)
