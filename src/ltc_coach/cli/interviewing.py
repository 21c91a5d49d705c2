"""From what is known to a report: asking where someone can be asked, losing no answer on the way."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ltc_coach.cli.session import Session
from ltc_coach.console.streams import can_ask
from ltc_coach.i18n import both
from ltc_coach.problems import CoachError, ExitCode
from ltc_coach.settings import DEFAULT_PLAYBOOK

if TYPE_CHECKING:
    from ltc_coach.deals.files import OpenDeal
    from ltc_coach.deals.journal import Journal
    from ltc_coach.engine import Asker, Progress, Reply
    from ltc_coach.model.deal import Advised, Answer
    from ltc_coach.model.playbook import Playbook, Reps
    from ltc_coach.model.report import NextQuestion, Report

_NO_TERMINAL = both(zh="这里没有终端,没法提问", en="no terminal to ask questions on")
_NO_TERMINAL_HINT = both(
    zh="用 --answer 问题=答案 或 --answers 文件 给出回答,或加 --no-input 按已知的来;没答的有 {n} 个,如 {ids};"
    "全部见 ltc playbook show {playbook}",
    en="give --answer ID=VALUE or --answers FILE, or --no-input to report on what is known; {n} are unanswered, "
    "such as {ids}; ltc playbook show {playbook} lists them all",
)
# So many unanswered questions are named where nobody can be asked.
_NAMED = 3
_NOTHING_LEFT = both(zh="没有半途停下的问诊,从头开始", en="no interview was left unfinished; starting afresh")
_UNFINISHED = both(zh="上次问到一半,已经答了 {n} 个问题", en="an interview was left unfinished: {n} questions answered")
_CONTINUE = both(zh="接着上次的来", en="go on from there")
_AFRESH = both(zh="丢掉,重新开始", en="drop it, start afresh")
_MERGED = both(
    zh="保存时并进了同事刚写的内容,上面的结论没有算进去;再运行一遍就有了",
    en="a colleague's changes came in with this save; the result above was made without them: run again to see them",
)
_KEPT = both(
    zh="停在这里。答过的 {n} 个问题都留着,接着来:{command}",
    en="stopped here. The {n} answers given are kept; to go on: {command}",
)


def open_interview(
    session: Session,
    deal: str | None,
    playbook: str | None,
    told: Sequence[Answer],
    today: date,
    *,
    reps: str | None,
    no_input: bool,
    save: bool,
    visit: Visited | None = None,
) -> Interview:
    """Bring together deal, playbook and answers; raises CoachError before the first question, not after the last."""
    from ltc_coach.authoring.loading import load_playbook
    from ltc_coach.cli.answers import must_fit

    settings = session.settings
    opened = None
    if deal:
        from ltc_coach.cli.finding import find_deal
        from ltc_coach.deals.files import load_deal

        opened = load_deal(find_deal(session, deal, asking=not no_input))
    book = load_playbook(playbook or (opened and opened.deal.playbook) or settings.playbook or DEFAULT_PLAYBOOK)
    if opened:
        must_fit(book, opened.deal.answers, opened.source)
    must_fit(book, told)
    asking = not (no_input or settings.no_input)
    interview = Interview(
        session, book, opened, told, today, reps or settings.reps, asking=asking, save=save, visit=visit
    )
    interview.check()
    return interview


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit to be debriefed: whom we met (an id of the deal's people), None for nobody in particular."""

    person: str | None


@dataclass(slots=True)
class Interview:
    """One diagnosis under way: the deal it is about, what was told beforehand, and who answers.

    ``asking`` says whether a person is asked, ``save`` whether what was told goes into the deal too; after a
    ``visit`` only what it may have changed is asked. Once answers are saved, ``opened`` is the deal with them.
    """

    session: Session
    playbook: Playbook
    opened: OpenDeal | None
    told: Sequence[Answer]
    today: date
    reps: str | None
    asking: bool
    save: bool
    visit: Visited | None = None
    _resumed: tuple[Answer, ...] = ()
    _given: list[Answer] = field(default_factory=list)
    _journal: Journal | None = None
    _safe: bool = False

    @property
    def _deal(self) -> Path | None:
        return self.opened.path if self.opened else None

    @property
    def _topic(self) -> str:
        """What a journal is kept by: an interview is not taken up by a debriefing."""
        return f"{self.playbook.id} debrief" if self.visit else self.playbook.id

    @property
    def _known(self) -> list[Answer]:
        logged = self.opened.deal.answers if self.opened else ()
        return [*logged, *self.told, *self._resumed]

    def check(self) -> None:
        """Raise CoachError where asking or saving could not work: no terminal (2), no permission (5)."""
        if self.asking and not can_ask():
            answered = {answer.question for answer in self._known}
            ids = [question.id for question in self.playbook.questions if question.id not in answered]
            some = ", ".join(ids[:_NAMED])
            raise CoachError(_NO_TERMINAL, hint=_NO_TERMINAL_HINT.fill(n=len(ids), ids=some, playbook=self.playbook.id))
        if self.opened and (self.asking or self.save):
            from ltc_coach.deals.files import check_writable

            check_writable(self.opened)

    @contextlib.contextmanager
    def journalled(self, *, resume: bool) -> Iterator[None]:
        """Keep a journal until the block ends well; an interview that stops early says how to go on."""
        from ltc_coach.console import Interrupted

        if resume or self.asking:
            self._begin(resume=resume)
        try:
            yield
            self._safe = self._safe or self.asking
        except (Interrupted, KeyboardInterrupt) as error:
            self._say_how_to_go_on()
            raise SystemExit(getattr(error, "exit_code", int(ExitCode.INTERRUPTED))) from error
        finally:
            if self._journal:
                self._journal.close(keep=not self._safe)

    def run(self) -> Report:
        """Ask what is worth asking, save what a person answered, and report."""
        ask: Asker | None = None
        if self.asking:
            from ltc_coach.console.prompts import interview_asker

            ask = self._recorded(interview_asker(self.session.lang))
        report, given = self._converse(ask)
        if self.opened and (self.asking or self.save):
            from ltc_coach.deals.files import change_deal

            told = [a if a.day else a.model_copy(update={"day": self.today}) for a in self.told] if self.save else []
            answers = (*told, *self._resumed, *given)
            self.opened = change_deal(self.opened, add={"answers": answers, "advice": self._advice(report)})
            # From here on the deal has them; taken up once more they would be in it twice.
            self._safe = True
            if self.opened.merged:
                self.session.say(_MERGED)
        return report

    def _converse(self, ask: Asker | None) -> tuple[Report, tuple[Answer, ...]]:
        from ltc_coach.engine import Coach, coach

        deal, reps = self.opened.deal if self.opened else None, cast("Reps | None", self.reps)
        if self.visit is None or deal is None:
            return coach(self.playbook, self._known, self.today, ask, reps, deal=deal)
        engine, known = Coach(self.playbook, reps), deal.model_copy(update={"answers": tuple(self._known)})
        given = engine.debrief(known, self.today, ask, self.visit.person) if ask else ()
        return engine.report([*known.answers, *given], self.today, deal), given

    def _advice(self, report: Report) -> list[Advised]:
        """Return what is to be kept of the advice: nothing, where the same was said the same day."""
        from ltc_coach.engine import advised

        deal = self.opened.deal if self.opened else None
        now = advised(report, deal.expected if deal else None)
        return [] if deal and now in deal.advice[-1:] else [now]

    def _begin(self, *, resume: bool) -> None:
        from ltc_coach.deals.journal import left_over, open_journal

        left = left_over(self._topic, self._deal)
        if left and (resume or self._wants_to_continue(left)):
            self._journal, self._resumed = left, self._fitting(left.answers)
        elif left:
            left.close(keep=False)
        elif resume:
            self.session.say(_NOTHING_LEFT)
        if self.asking and not self._journal:
            self._journal = open_journal(self._topic, self._deal)

    def _fitting(self, answers: Sequence[Answer]) -> tuple[Answer, ...]:
        """Drop what the playbook, edited meanwhile, has no place for any more."""
        from ltc_coach.engine import check_answers

        misfits = {problem.path[1] for problem in check_answers(self.playbook, answers)}
        # A run that was killed between saving the deal and dropping its journal left them in both.
        saved = self.opened.deal.answers if self.opened else ()
        return tuple(answer for i, answer in enumerate(answers) if i not in misfits and answer not in saved)

    def _wants_to_continue(self, left: Journal) -> bool:
        from ltc_coach.console.prompts import choose

        lang = self.session.lang
        options = [("continue", _CONTINUE.get(lang)), ("afresh", _AFRESH.get(lang))]
        return choose(_UNFINISHED.fill(n=len(left.answers)).get(lang), options, lang) == "continue"

    def _recorded(self, ask: Asker) -> Asker:
        """Wrap an asker so that every reply is on disk before the next question."""
        from ltc_coach.engine import Again, Signal
        from ltc_coach.model.deal import Answer

        def asking(question: NextQuestion, progress: Progress) -> Reply:
            reply = ask(question, progress)
            if isinstance(reply, Answer):
                reply = reply.model_copy(
                    update={"day": reply.day or self.today, "about": reply.about or question.about}
                )
                self._given.append(reply)
                if self._journal:
                    self._journal.record(reply)
            elif isinstance(reply, Again):
                self._given = [answer for answer in self._given if answer.question != reply.question]
            elif reply is Signal.BACK and self._given:
                taken = self._given.pop()
                if self._journal:
                    self._journal.take_back(taken)
            return reply

        return asking

    def _say_how_to_go_on(self) -> None:
        count = len(self._journal.answers) if self._journal else 0
        if count:
            deal = f" {self.opened.path}" if self.opened else ""
            command = "debrief" if self.visit else "diagnose"
            self.session.say(_KEPT.fill(n=count, command=f"ltc {command}{deal} --resume"))
