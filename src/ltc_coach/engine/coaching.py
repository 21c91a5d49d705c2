"""The coach: answers in, report out; and the interview that gathers the answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date

from ltc_coach import __version__
from ltc_coach.engine import guard
from ltc_coach.engine.advice import Advice
from ltc_coach.engine.conversation import Again, Asker, Progress, Signal
from ltc_coach.engine.history import since_last, timeline
from ltc_coach.engine.interview import Survey, Worth, separating
from ltc_coach.engine.people import heard, view
from ltc_coach.engine.planner import plan_back
from ltc_coach.engine.situation import Chances, Compiled, Rungs, Situation
from ltc_coach.engine.tables import UNKNOWN
from ltc_coach.engine.ties import likeliest_of, reaches
from ltc_coach.engine.visit import brief
from ltc_coach.i18n import Text, both
from ltc_coach.model.brief import Brief
from ltc_coach.model.casework import Timeline
from ltc_coach.model.deal import Answer, Deal
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
# A debrief takes two minutes: so many questions, and after the first few only what is worth so many bits.
DEBRIEF_AT_LEAST, DEBRIEF_AT_MOST, WORTH_ASKING = 2, 6, 0.1
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


class Coach:
    """A playbook ready to coach: build it once, use it for many deals. Pure: nothing is remembered.

    ``reps`` overrides the playbook's idea of how reliable reps are. ``chances`` (question -> scale ->
    answer -> P(answer | value)) replaces claims by learned or published numbers, which then stand
    as they are: no floor, no topic mixture. A :class:`~ltc_coach.engine.tables.Table` in place of the numbers
    may name its topic; ``load_chances`` reads those that ``ltc fit`` proposed.
    """

    def __init__(self, playbook: Playbook, reps: Reps | None = None, chances: Chances | None = None) -> None:
        self.playbook = playbook
        self._compiled = Compiled(playbook, reps, chances)

    def report(self, answers: Sequence[Answer], today: date, deal: Deal | None = None) -> Report:
        """Return the diagnosis and advice for these answers, settled or not.

        ``answers`` are all there are; ``deal`` adds its people, ledger, strengths and plans, not its log.
        """
        situation = self._compiled.situation(answers, today, deal)
        survey = Survey(self._compiled, situation)
        best = survey.best()
        stopped = survey.stopped(best)
        main = self._compiled.main
        settled = reaches(max(situation.beliefs[main].values), self.playbook.stop.place_sure)
        advice = Advice(self._compiled, situation, settled=settled)
        located = {id_: self._located(situation, id_) for id_ in self.playbook.scales}
        apart = separating(self._compiled, situation)
        report = Report(
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
            next_question=None if stopped or best is None else self._asked(best, situation),
            separating=None if apart is None else self._asked(apart, situation),
            standings=tuple(self._standing(situation, id_, rungs) for id_, rungs in self._compiled.ladders.items()),
            questions_asked=len(situation.asked),
            pull_back=plan_back(self._compiled, situation, advice),
        )
        if deal is None:
            return report
        return report.model_copy(
            update={
                "people": view(self._compiled, situation),
                "planned": guard.check(self._compiled, advice, deal.plans),
                "change": since_last(self.playbook, deal, report),
            }
        )

    def place(self, deal: Deal, today: date) -> tuple[str, float]:
        """Return where the customer of a deal stands and how sure that is, and nothing else."""
        main = self._compiled.main
        force = self._compiled.in_force(deal.answers)
        belief = self._compiled.belief(main, force, today, heard(deal.people, force))
        return self.playbook.scales[main].ids[belief.best], belief.values[belief.best]

    def brief(self, deal: Deal, today: date, person: str | None = None) -> Brief:
        """Return the page for a visit to ``person`` (an id of the deal's people), or for the deal as a whole."""
        report = self.report(deal.answers, today, deal)
        return brief(self._compiled, self._compiled.situation(deal.answers, today, deal), report, deal, person)

    def timeline(self, deal: Deal, today: date) -> Timeline:
        """Return the deal over time, replayed from its log."""
        return timeline(self._compiled, deal, today)

    def next_question(
        self, answers: Sequence[Answer], today: date | None = None, deal: Deal | None = None
    ) -> NextQuestion | None:
        """Return the question to ask next; None when a stop rule holds."""
        situation = self._compiled.situation(answers, today, deal)
        return self._next(Survey(self._compiled, situation), situation)

    def interview(
        self, known: Sequence[Answer], today: date, ask: Asker, deal: Deal | None = None
    ) -> tuple[Answer, ...]:
        """Ask until a stop rule holds or the asker stops; return the answers newly given."""
        given: list[Answer] = []
        forced: Question | None = None
        previous: Answer | None = None
        doubted: set[str] = set()
        while True:
            situation = self._compiled.situation([*known, *given], today, deal)
            survey = Survey(self._compiled, situation)
            again = Worth(forced, 0.0, 0.0) if forced else None
            question = self._asked(again, situation) if again else self._next(survey, situation)
            if question is None:
                return tuple(given)
            reply = ask(question, self._progress(situation, survey, previous, doubted))
            forced, previous = None, None
            if isinstance(reply, Answer):
                given.append(
                    reply.model_copy(update={"day": reply.day or today, "about": reply.about or question.about})
                )
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

    def debrief(self, deal: Deal, today: date, ask: Asker, person: str | None = None) -> tuple[Answer, ...]:
        """Ask what a visit on ``today`` may have changed; return the answers, each said by ``person``.

        A new answer takes the place of the one in force: it is about the same person, so nothing
        counts twice. At most a handful of questions, the most telling first.
        """
        given: list[Answer] = []
        previous: Answer | None = None
        forced: Question | None = None
        while len(given) < DEBRIEF_AT_MOST:
            situation = self._compiled.situation([*deal.answers, *given], today, deal)
            survey = Survey(self._compiled, situation)
            worth = Worth(forced, 0.0, 0.0) if forced else survey.again({a.question for a in given})
            if worth is None or (not forced and len(given) >= DEBRIEF_AT_LEAST and worth.bits < WORTH_ASKING):
                break
            about = self._tells_of(worth.question.id, situation, person)
            before = next((a for a in situation.answers if (a.question, a.about) == (worth.question.id, about)), None)
            question = self._asked(worth, situation).model_copy(update={"about": about, "who": _name(situation, about)})
            reply = ask(question, Progress(len(given), DEBRIEF_AT_MOST, previous or before))
            forced, previous = None, None
            if isinstance(reply, Answer):
                given.append(reply.model_copy(update={"day": today, "about": about, "by": reply.by or person}))
            elif reply is Signal.STOP:
                break
            elif given:
                previous = given.pop()
                forced = self._compiled.questions[previous.question]
        return tuple(given)

    def after_visit(self, answers: Sequence[Answer], deal: Deal, today: date, person: str | None) -> list[Answer]:
        """Return answers told after a visit on ``today`` as the log is to have them.

        Each takes the place of its predecessor, is dated, and was said by ``person``.
        """
        situation = self._compiled.situation(deal.answers, today, deal)
        return [
            a.model_copy(
                update={
                    "day": today,
                    "about": a.about or self._tells_of(a.question, situation, person),
                    "by": a.by or person,
                }
            )
            for a in answers
        ]

    def _tells_of(self, question: str, situation: Situation, person: str | None) -> str | None:
        """Return whom an answer is about: as the one it replaces is, else the person visited, if it tells of a place.

        Where needed people have places of their own, only what is about one of them moves the deal.
        """
        abouts = [a.about for a in situation.answers if a.question == question]
        if person in situation.needed or person in abouts:
            return person
        tells = question in self._compiled.stars[self._compiled.main].tables
        return person if tells and None not in abouts else None

    def _next(self, survey: Survey, situation: Situation) -> NextQuestion | None:
        best = survey.best()
        return None if best is None or survey.stopped(best) else self._asked(best, situation)

    def _asked(self, worth: Worth, situation: Situation) -> NextQuestion:
        question = worth.question
        bears = question.id in self._compiled.stars[self._compiled.main].tables
        return NextQuestion(
            id=question.id,
            ask=question.ask,
            why=question.why,
            answers=tuple(AnswerChoice(id=o.id, label=o.label) for o in question.answers),
            worth_bits=worth.bits,
            about=situation.focus if bears else None,
            who=_name(situation, situation.focus) if bears else None,
        )

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
            at = likeliest_of(sums)
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
        compiled, belief = self._compiled, situation.beliefs[id_]
        found = []
        for i, answer in enumerate(situation.answers):
            if not compiled.stars[id_].tells(compiled.said(answer, None)) or belief.second is None:
                continue
            rest = situation.answers[:i] + situation.answers[i + 1 :]
            without = compiled.belief(id_, rest, situation.today, situation.needed)
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
                    who=_name(situation, answer.about),
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

    @staticmethod
    def _standing(situation: Situation, id_: str, rungs: Rungs) -> Standing:
        rung, capped = rungs.stand(situation.state)
        return Standing(
            ladder=id_,
            title=rungs.ladder.title,
            at=rung.id if rung else None,
            name=rung.title if rung else Text(),
            rate=rung.rate if rung else None,
            capped=capped,
        )


def coach(  # noqa: PLR0913 - what a diagnosis depends on, each by its name
    playbook: Playbook,
    known: Sequence[Answer],
    today: date,
    ask: Asker | None = None,
    reps: Reps | None = None,
    *,
    deal: Deal | None = None,
) -> tuple[Report, tuple[Answer, ...]]:
    """Diagnose one deal: ask what is worth asking (never, without ``ask``), then report.

    Returns the report and the answers newly given. ``known`` are all answers there are and must fit
    the playbook (``check_answers``); ``deal`` adds its people, ledger, strengths and plans.
    """
    engine = Coach(playbook, reps)
    given = engine.interview(known, today, ask, deal) if ask else ()
    return engine.report([*known, *given], today, deal), given


def _name(situation: Situation, id_: str | None) -> str | None:
    person = situation.deal.person(id_) if situation.deal and id_ else None
    return person.name if person else id_


def _surprising(by_scale: Iterable[Sequence[Because]]) -> tuple[Because, ...]:
    """Return the answers hard to believe given all others, each once, on the scale where it is least likely."""
    least: dict[tuple[str, str | None], Because] = {}
    for because in (b for found in by_scale for b in found):
        key = (because.question, because.about)
        if key not in least or because.likely < least[key].likely:
            least[key] = because
    return tuple(b for b in least.values() if b.likely < SURPRISING)
