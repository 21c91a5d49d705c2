"""The outline of a diagnosis for runs over many deals: the same result as a report, without its explanations.

Deals with the same answers share everything. What else repeats is worked out once as well: what answers come to on
one scale, what facts come to, and the lists of moves and warnings for the same verdicts on all rules.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from ltc_coach.engine.advice import candidates
from ltc_coach.engine.conditions import LIKELY
from ltc_coach.engine.gauges import Gauge, Reading, Stand, bits_of
from ltc_coach.engine.memory import Memory
from ltc_coach.engine.situation import Compiled, Rungs, Situation
from ltc_coach.engine.tables import UNKNOWN
from ltc_coach.engine.ties import exceeds, likeliest, reaches
from ltc_coach.engine.verdicts import Verdict, Verdicts, together
from ltc_coach.engine.worklist import Lacks, Worklist
from ltc_coach.i18n import Text
from ltc_coach.model.deal import Answer, Deal
from ltc_coach.model.playbook import Playbook, Reps

__all__ = ["Outline", "Outliner", "Stand"]

# Per ladder: its rung, the win rate there, and why it is held down.
Standings = dict[str, tuple[str | None, float | None, Text]]
# An answer that is nothing but an answer has a question and a value.
_BARE = 2


@dataclass(frozen=True, slots=True)
class Outline:
    """A diagnosis in short: ids instead of documents.

    ``maps`` gives the likeliest place in each other model, ``rungs`` the rung of each ladder, its win rate and
    why it is held down; ``answered`` counts the questions answered. ``situation`` is there where a deal had
    to be looked at by itself, for people or a ledger.
    """

    place: Stand
    settled: bool
    maps: dict[str, str | None]
    also: dict[str, Stand]
    moves: tuple[str, ...]
    never: tuple[str, ...]
    rungs: Standings
    answered: int
    situation: Situation | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """What facts come to: for the tests on them, and for the needs of moves."""

    verdict: Verdict
    lacks: Lacks


class Outliner:
    """A playbook ready for many deals."""

    def __init__(self, playbook: Playbook, reps: Reps | None = None) -> None:
        self.playbook = playbook
        self.compiled = compiled = Compiled(playbook, reps)
        self._ladders = _Ladders(compiled.ladders, len(compiled.rules))
        self._verdicts = Verdicts([*(rule.when for rule in compiled.rules), *self._ladders.conditions])
        self._worklist = Worklist(playbook, compiled.rules)
        said = [(q.id, value) for q in compiled.questions.values() for value in (*(o.id for o in q.answers), UNKNOWN)]
        bits = {answer: 1 << i for i, answer in enumerate(said)}
        # Beside its own bit an answer has that of its question: who answers one twice has a bit too few.
        asked = {question: 1 << i for i, question in enumerate(compiled.questions, start=len(said))}
        self._marks = {answer: bit | asked[answer[0]] for answer, bit in bits.items()}
        self._sets = {bits[q.id, o.id]: o.sets for q in compiled.questions.values() for o in q.answers if o.sets}
        self._setting = sum(self._sets)
        self._gauges = {
            id_: Gauge(id_, playbook.scales[id_].ids, star, self._verdicts, bits)
            for id_, star in compiled.stars.items()
        }
        main = playbook.scales[compiled.main]
        self._pinned = [
            self._verdicts.at(compiled.main, [float(k == at) for k in range(len(main.ids))])
            for at in range(len(main.ids))
        ]
        self._maps = {
            map_id: _Map([place.maps.get(map_id) for place in main.places])
            for map_id in playbook.maps
            if any(map_id in place.maps for place in main.places)
        }
        self._facts: Memory[int, _Told] = Memory()
        self._bare: Memory[int, Outline] = Memory()
        self._others: Memory[Hashable, Outline] = Memory()

    def outline(self, answers: Sequence[Answer], today: date | None = None, deal: Deal | None = None) -> Outline:
        """Return the outline of a deal; ``answers`` and ``deal`` as for ``Coach.report``."""
        if deal is not None and (deal.people or deal.influence or deal.strengths):
            return self._alone(answers, today, deal)
        told = self._marked(answers)
        if told is not None:
            return self._bare.get(told) or self._bare.keep(told, self._looked_up(told, len(answers)))
        # What was given, as it lies there: cheaper than asking every answer for its fields.
        key = (today, tuple([tuple(answer.__dict__.items()) for answer in answers]))
        return self._others.get(key) or self._others.keep(key, self._dated(answers, today))

    def _marked(self, answers: Sequence[Answer]) -> int | None:
        """Return the bits of answers that are nothing but answers, each to another question; None for any other."""
        told, marks = 0, self._marks
        for answer in answers:
            given = answer.__dict__
            if len(given) != _BARE:
                return None
            told |= marks.get((given["question"], given["value"]), 0)
        return told if told.bit_count() == 2 * len(answers) else None

    def _looked_up(self, told: int, answered: int) -> Outline:
        readings = {id_: gauge.of(told) for id_, gauge in self._gauges.items()}
        key = told & self._setting
        facts = self._facts.get(key) or self._facts.keep(key, self._of_facts(self._set(key)))
        return self._outline(readings, facts, answered)

    def _set(self, told: int) -> dict[str, str]:
        """Return the facts that answers tell; of several the later question counts."""
        facts: dict[str, str] = {}
        for bit in bits_of(told):
            facts.update(self._sets[bit])
        return facts

    def _of_facts(self, facts: Mapping[str, str], strengths: Sequence[str] = ()) -> _Told:
        hand = self.compiled.strengths(facts, strengths)
        return _Told(self._verdicts.told(facts), self._worklist.lacks(facts, hand))

    def _alone(self, answers: Sequence[Answer], today: date | None, deal: Deal) -> Outline:
        situation = self.compiled.situation(answers, today, deal)
        return replace(self._of(situation), situation=situation)

    def _dated(self, answers: Sequence[Answer], today: date | None) -> Outline:
        return self._of(self.compiled.situation(answers, today))

    def _of(self, situation: Situation) -> Outline:
        readings = {id_: self._gauges[id_].read(belief.values) for id_, belief in situation.beliefs.items()}
        facts = self._of_facts(situation.state.facts, situation.deal.strengths if situation.deal else ())
        return self._outline(readings, facts, len(situation.asked))

    def _outline(self, readings: Mapping[str, Reading], told: _Told, answered: int) -> Outline:
        main = self.compiled.main
        place = readings[main]
        settled = reaches(place.stand.confidence, self.playbook.stop.place_sure)
        beside = together([told.verdict, *(its.verdict for id_, its in readings.items() if id_ != main)])
        actual = self._verdicts.judge((beside, place.verdict))
        moves, nevers = (actual, actual) if settled else self._unsettled(place, beside, actual)
        return Outline(
            place=place.stand,
            settled=settled,
            maps={map_id: its.likeliest(place.values, place.best) for map_id, its in self._maps.items()},
            also={id_: its.stand for id_, its in readings.items() if id_ != main},
            moves=self._worklist.moves(moves, told.lacks),
            never=self._worklist.nevers(nevers),
            rungs=self._ladders.rungs(actual),
            answered=answered,
        )

    def _unsettled(self, place: Reading, beside: Verdict, actual: Verdict) -> tuple[Verdict, Verdict]:
        """Return the verdicts on moves and on nevers while the place is not settled (advice.py has the rule)."""
        among = candidates(place.values, place.best, place.second)
        pinned = {k: self._verdicts.judge((beside, self._pinned[k])) for k in among}
        moves = nevers = together(pinned.values())
        last = max(among)
        if self.playbook.scales[self.compiled.main].ordered and last - min(among) <= 1:
            nevers = pinned[last]
        if len(among) == 1:
            # One candidate alone proves nothing that the probabilities do not bear out.
            moves = Verdict(moves.dead, moves.open | actual.open)
        return moves, nevers


class _Ladders:
    """The rungs of all ladders, by the verdicts on their proofs and caps: conditions from bit ``first`` on."""

    def __init__(self, ladders: Mapping[str, Rungs], first: int) -> None:
        self._ladders = ladders
        self.conditions = [when for rungs in ladders.values() for when in (*rungs.proofs, *rungs.caps)]
        self._bits = [1 << i for i, _ in enumerate(self.conditions, start=first)]
        self._mask = sum(self._bits)
        self._known: Memory[int, Standings] = Memory()

    def rungs(self, verdict: Verdict) -> Standings:
        """Return where we stand on each ladder."""
        failed = self._mask & verdict.open
        return self._known.get(failed) or self._known.keep(failed, dict(self._stand(failed)))

    def _stand(self, failed: int) -> Iterator[tuple[str, tuple[str | None, float | None, Text]]]:
        holds = iter([not failed & bit for bit in self._bits])
        for id_, rungs in self._ladders.items():
            proved, capped = list(islice(holds, len(rungs.proofs))), list(islice(holds, len(rungs.caps)))
            rung, why = rungs.rung(proved, capped)
            yield id_, ((None, None, why) if rung is None else (rung.id, rung.rate, why))


class _Map:
    """What the places are called in another model."""

    def __init__(self, names: Sequence[str | None]) -> None:
        self._names = list(dict.fromkeys(names))
        self._numbers = [self._names.index(name) for name in names]

    def likeliest(self, chances: Sequence[float], best: int) -> str | None:
        """Return the likeliest name, given P(place)."""
        if exceeds(chances[best], LIKELY):
            # All other places together are less likely.
            return self._names[self._numbers[best]]
        sums = [0.0] * len(self._names)
        for number, chance in zip(self._numbers, chances, strict=True):
            sums[number] += chance
        return self._names[likeliest(sums)]
