"""The coach: answers in, report out; and the interview that gathers the answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ltc_coach import __version__
from ltc_coach.engine.advice import Advice
from ltc_coach.engine.belief import Said
from ltc_coach.engine.interview import Survey, Worth, separating
from ltc_coach.engine.situation import Chances, Compiled, Rungs, Situation
from ltc_coach.engine.tables import UNKNOWN
from ltc_coach.i18n import Text, both
from ltc_coach.model.deal import LAPSES, Answer
from ltc_coach.model.playbook import Playbook, Question, Reps
from ltc_coach.model.report import (
    AnswerChoice,
    Because,
    KnownFact,
    Located,
    MapPlace,
    NextQuestion,
    PlaybookRef,
    Report,
    Standing,
    Value,
)

# An answer less likely than this, given all the others, is worth a second look (engine.md section 4).
SURPRISING = 0.04
# So many answers "not known" mean: find out before doing anything (domain B5.7).
TOO_MANY_UNKNOWN = 4

NOT_KNOWN = both(zh="不清楚", en="Not known")
# The title of the main scale only makes sense with a place behind it.
_NOT_SETTLED = both(zh="还定不了客户走到哪一步", en="where the customer stands is not settled")
_NOT_SURE = both(zh="客户走到哪一步,把握还不够大", en="where the customer stands could be surer")
_NOT_LOCATED = both(zh="说不准:{what}", en="not clear: {what}")
_NOT_TOLD = both(zh="还不知道:{what}", en="not known: {what}")
_FIND_OUT = both(
    zh="有 {n} 个问题都答「不清楚」,先去弄明白再行动", en='{n} answers are "not known": find these out before you act'
)


class Signal(StrEnum):
    """What an asker may reply instead of an answer."""

    BACK = "back"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Again:
    """Ask this earlier question once more; the new answer replaces the old one."""

    question: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an interview is: questions answered so far, and about how many there will be.

    ``previous`` is the answer taken back, to be offered first; ``surprising`` an earlier answer that
    the last one made hard to believe.
    """

    asked: int
    expected: int
    previous: Answer | None = None
    surprising: Because | None = None


Reply = Answer | Signal | Again
Asker = Callable[[NextQuestion, Progress], Reply]


class Coach:
    """A playbook ready to coach: build it once, use it for many deals. Pure: nothing is remembered.

    ``reps`` overrides the playbook's idea of how reliable reps are. ``chances`` (question -> scale ->
    answer -> P(answer | value)) replaces claims by learned or published numbers, which then stand
    as they are: no floor, no topic mixture.
    """

    def __init__(self, playbook: Playbook, reps: Reps | None = None, chances: Chances | None = None) -> None:
        self.playbook = playbook
        self._compiled = Compiled(playbook, reps, chances)

    def report(self, answers: Sequence[Answer], today: date) -> Report:
        """Return the diagnosis and advice for these answers, settled or not."""
        situation = self._compiled.situation(answers)
        survey = Survey(self._compiled, situation)
        best = survey.best()
        stopped = survey.stopped(best)
        main = self._compiled.main
        settled = max(situation.beliefs[main].values) >= self.playbook.stop.place_sure
        advice = Advice(self._compiled, situation, settled=settled)
        located = {id_: self._located(situation, id_) for id_ in self.playbook.scales}
        apart = separating(self._compiled, situation)
        return Report(
            ltc=__version__,
            today=today,
            playbook=PlaybookRef(
                id=self.playbook.id,
                version=self.playbook.version,
                fingerprint=self.playbook.fingerprint,
                title=self.playbook.title,
            ),
            settled=settled,
            stopped_by=stopped,
            located=located[main],
            also={id_: found for id_, found in located.items() if id_ != main},
            facts=self._facts(situation),
            because=located[main].because,
            surprising=_surprising(found.because for found in located.values()),
            missing=self._missing(situation, survey, settled=settled),
            moves=advice.moves(),
            never=advice.nevers(),
            next_question=None if stopped or best is None else _asked(best),
            separating=None if apart is None else _asked(apart),
            standings=tuple(self._standing(situation, id_, rungs) for id_, rungs in self._compiled.ladders.items()),
            questions_asked=len(situation.asked),
        )

    def next_question(self, answers: Sequence[Answer]) -> NextQuestion | None:
        """Return the question to ask next; None when a stop rule holds."""
        return _next(Survey(self._compiled, self._compiled.situation(answers)))

    def interview(self, known: Sequence[Answer], today: date, ask: Asker) -> tuple[Answer, ...]:
        """Ask until a stop rule holds or the asker stops; return the answers newly given."""
        given: list[Answer] = []
        forced: Question | None = None
        previous: Answer | None = None
        doubted: set[str] = set()
        while True:
            situation = self._compiled.situation([*known, *given])
            survey = Survey(self._compiled, situation)
            question = _asked(Worth(forced, 0.0, 0.0)) if forced else _next(survey)
            if question is None:
                return tuple(given)
            reply = ask(question, self._progress(situation, survey, previous, doubted))
            forced, previous = None, None
            if isinstance(reply, Answer):
                given.append(reply if reply.day else reply.model_copy(update={"day": today}))
            elif reply is Signal.STOP:
                return tuple(given)
            elif isinstance(reply, Again):
                forced = self._compiled.questions[reply.question]
                previous = next((a for a in reversed([*known, *given]) if a.question == reply.question), None)
                given = [a for a in given if a.question != reply.question]
            elif given:
                previous = given.pop()
                forced = self._compiled.questions[previous.question]
            else:
                forced = self._compiled.questions[question.id]

    def _progress(self, situation: Situation, survey: Survey, previous: Answer | None, doubted: set[str]) -> Progress:
        surprising = None
        if previous is None:
            odd = _surprising(self._because(situation, id_) for id_ in self.playbook.scales)
            surprising = min((b for b in odd if b.question not in doubted), key=lambda b: b.likely, default=None)
            if surprising:
                doubted.add(surprising.question)
        return Progress(len(situation.asked), survey.expected(), previous, surprising)

    def _located(self, situation: Situation, id_: str) -> Located:
        scale, belief = self.playbook.scales[id_], situation.beliefs[id_]
        maps = {}
        for map_id, other in self.playbook.maps.items():
            if not any(map_id in p.maps for p in scale.places):
                continue
            sums: dict[str | None, float] = {}
            for place, chance in zip(scale.places, belief.values, strict=True):
                its = place.maps.get(map_id)
                sums[its] = sums.get(its, 0.0) + chance
            at = max(sums, key=lambda k: sums[k])
            name = next((v.title for v in other.values if v.id == at), Text())
            maps[map_id] = MapPlace(title=other.title, at=at, name=name, confidence=sums[at])
        return Located(
            scale=id_,
            title=scale.title,
            at=scale.ids[belief.best],
            confidence=belief.values[belief.best],
            runner_up=None if belief.second is None else scale.ids[belief.second],
            maps=maps,
            values=tuple(
                Value(id=p.id, title=p.title, probability=x) for p, x in zip(scale.places, belief.values, strict=True)
            ),
            because=tuple(self._because(situation, id_)),
        )

    def _because(self, situation: Situation, id_: str) -> list[Because]:
        """Leave each answer out in turn; in a star model the difference is exact (engine.md section 2)."""
        star, belief = self._compiled.stars[id_], situation.beliefs[id_]
        said = [Said(a.question, a.value, LAPSES[a.grade]) for a in situation.answers]
        found = []
        for i, answer in enumerate(situation.answers):
            if not star.tells(said[i]) or belief.second is None:
                continue
            without = star.believe(said[:i] + said[i + 1 :])
            odds = belief.values[belief.best] / belief.values[belief.second]
            before = without.values[belief.best] / without.values[belief.second]
            question, option = self._compiled.questions[answer.question], self._compiled.option(answer)
            found.append(
                Because(
                    question=answer.question,
                    answer=answer.value,
                    about=answer.about,
                    grade=answer.grade,
                    ask=question.ask,
                    text=option.label if option else NOT_KNOWN,
                    decibans=round(10.0 * math.log10(odds / before), 6) + 0.0,
                    likely=math.exp(belief.log_evidence - without.log_evidence),
                )
            )
        return sorted(found, key=lambda b: -abs(b.decibans))

    def _facts(self, situation: Situation) -> tuple[KnownFact, ...]:
        return tuple(
            KnownFact(
                fact=id_,
                title=fact.title,
                value=told,
                name=next((v.title for v in fact.values if v.id == told), Text()),
            )
            for id_, fact in self.playbook.facts.items()
            if (told := situation.state.facts.get(id_))
        )

    def _missing(self, situation: Situation, survey: Survey, *, settled: bool) -> tuple[Text, ...]:
        """What is not known and matters to the advice."""
        silent = len({a.question for a in situation.answers if a.value == UNKNOWN})
        missing = [_FIND_OUT.fill(n=silent)] if silent >= TOO_MANY_UNKNOWN else []
        for id_ in survey.open_scales():
            if id_ == self._compiled.main:
                missing.append(_NOT_SURE if settled else _NOT_SETTLED)
            else:
                missing.append(_NOT_LOCATED.fill(what=self.playbook.scales[id_].title))
        missing += [_NOT_TOLD.fill(what=self.playbook.facts[f].title) for f in survey.open_facts()]
        return tuple(missing)

    def _standing(self, situation: Situation, id_: str, rungs: Rungs) -> Standing:
        """Return the last rung we have proof of, or the cap below it."""
        ladder, state = rungs.ladder, situation.state
        proved = [i for i, proof in enumerate(rungs.proofs) if proof.holds(state)]
        at, capped = (proved[-1] if proved else None), Text()
        ids = [r.id for r in ladder.rungs]
        for cap, when in zip(ladder.caps, rungs.caps, strict=True):
            if at is not None and ids.index(cap.at) < at and when.holds(state):
                at, capped = ids.index(cap.at), cap.why
        rung = None if at is None else ladder.rungs[at]
        return Standing(
            ladder=id_,
            title=ladder.title,
            at=rung.id if rung else None,
            name=rung.title if rung else Text(),
            rate=rung.rate if rung else None,
            capped=capped,
        )


def coach(
    playbook: Playbook,
    known: Sequence[Answer],
    today: date,
    ask: Asker | None = None,
    reps: Reps | None = None,
) -> tuple[Report, tuple[Answer, ...]]:
    """Diagnose one deal: ask what is worth asking (never, without ``ask``), then report.

    Returns the report and the answers newly given. ``known`` must fit the playbook
    (``check_answers``).
    """
    engine = Coach(playbook, reps)
    given = engine.interview(known, today, ask) if ask else ()
    return engine.report([*known, *given], today), given


def _next(survey: Survey) -> NextQuestion | None:
    best = survey.best()
    return None if best is None or survey.stopped(best) else _asked(best)


def _surprising(by_scale: Iterable[Sequence[Because]]) -> tuple[Because, ...]:
    """Return the answers hard to believe given all others, each once, on the scale where it is least likely."""
    least: dict[tuple[str, str | None], Because] = {}
    for because in (b for found in by_scale for b in found):
        key = (because.question, because.about)
        if key not in least or because.likely < least[key].likely:
            least[key] = because
    return tuple(b for b in least.values() if b.likely < SURPRISING)


def _asked(worth: Worth) -> NextQuestion:
    question = worth.question
    return NextQuestion(
        id=question.id,
        ask=question.ask,
        why=question.why,
        answers=tuple(AnswerChoice(id=o.id, label=o.label) for o in question.answers),
        worth_bits=worth.bits,
    )
