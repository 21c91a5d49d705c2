"""``ltc debrief``: two minutes after the visit, what did it change?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ltc_coach.cli.finding import DealRef
from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import INPUT, OUTPUT, Json, NoInput, Output, Playbook, as_day, one_of
from ltc_coach.cli.session import Session
from ltc_coach.i18n import Text, both

if TYPE_CHECKING:
    from ltc_coach.cli.interviewing import Interview
    from ltc_coach.engine import Coach
    from ltc_coach.model.base import Model
    from ltc_coach.model.casework import Spell
    from ltc_coach.model.deal import Deal, Shaper, Taken
    from ltc_coach.model.report import Report

app = command_app()

_WHOM = both(zh="这次见的是谁?", en="Whom did you meet?")
_NOBODY = both(zh="不是名单上的人", en="nobody on the list")
_TAKEN = both(zh="上次建议「{move}」,做了吗?", en='Last time the advice was "{move}". Did you do it?')
_TAKEN_OPTIONS: Mapping[str, Text] = {
    "yes": both(zh="做了", en="yes"),
    "partly": both(zh="做了一部分", en="partly"),
    "no": both(zh="没做", en="no"),
}
_ACT = both(zh="客户跟着有什么动作?(没有就直接回车)", en="What did the customer do then? (Enter if nothing)")
_PULLED = both(zh="客户退回到了「{place}」。是谁拉的?", en="The customer went back to {place}. Who pulled him?")
_NEXT = both(zh="下次什么时候见?(如 2026-12-01,没定就回车)", en="When is the next visit? (2026-12-01; Enter if open)")
_NOT_A_DAY = both(zh="要写成 2026-12-01 这样", en="write it like 2026-12-01")
_NO_PULL = both(zh="客户没有往回走,--went-back 用不上", en="the customer did not go back: --went-back does not apply")
_NO_ADVICE = both(zh="还没给过建议,--taken 用不上", en="no advice was given yet: --taken does not apply")

Answers = Annotated[
    list[str],
    typer.Option(
        "--answer",
        metavar="ID=VALUE",
        help=says(zh="直接给一条回答,可多次", en="give an answer, repeatable"),
        rich_help_panel=INPUT,
    ),
]
Person = Annotated[
    str | None,
    typer.Option(
        "--person",
        metavar="WHO",
        help=says(zh="见的是谁:编号或名字", en="whom you met: id or name"),
        rich_help_panel=INPUT,
    ),
]
On = Annotated[
    date | None,
    typer.Option(
        "--on",
        metavar="DAY",
        parser=as_day,
        help=says(zh="哪一天见的(默认今天)", en="the day of the visit (today)"),
        rich_help_panel=INPUT,
    ),
]
TakenFlag = Annotated[
    str | None,
    typer.Option(
        "--taken",
        metavar="HOW",
        parser=one_of("--taken", "yes", "partly", "no"),
        help=says(zh="上次的建议做了没有:yes、partly、no", en="was the last advice followed: yes, partly, no"),
        rich_help_panel=INPUT,
    ),
]
Act = Annotated[
    str | None,
    typer.Option(
        "--act",
        metavar="TEXT",
        help=says(zh="客户跟着有什么动作", en="what the customer did then"),
        rich_help_panel=INPUT,
    ),
]
WentBack = Annotated[
    str | None,
    typer.Option(
        "--went-back",
        metavar="WHO",
        parser=one_of("--went-back", "us", "rival", "himself", "unknown"),
        help=says(zh="客户往回走了,是谁拉的", en="the customer went back: who pulled him"),
        rich_help_panel=INPUT,
    ),
]
NextVisit = Annotated[
    date | None,
    typer.Option(
        "--next-visit",
        metavar="DAY",
        parser=as_day,
        help=says(zh="下次哪天见", en="the day of the next visit"),
        rich_help_panel=INPUT,
    ),
]
Note = Annotated[
    str | None,
    typer.Option(
        "--note", metavar="TEXT", help=says(zh="给这次拜访记一句", en="a note on the visit"), rich_help_panel=INPUT
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help=says(zh="接着上次没问完的来", en="go on with the debriefing left unfinished"),
        rich_help_panel=INPUT,
    ),
]
Save = Annotated[
    bool,
    typer.Option(
        "--save",
        help=says(zh="不提问时也写进商机文件", en="write to the deal even when nothing is asked"),
        rich_help_panel=OUTPUT,
    ),
]


@app.command(
    cls=Command,
    help=says(
        zh="""拜访完两分钟:只问这次拜访可能改变的几件事,新说法替换旧说法,记下是谁说的,
        然后告诉你客户动了没有、下一步怎么走。""",
        en="""Two minutes after the visit: asks only what it may have changed, replaces what was said before, notes
        who said it, then tells what has moved and what is next.""",
    ),
    epilog=says(
        zh="""ltc debrief huaxin                       问完就写回商机文件
        ltc debrief huaxin --person 周工 --next-visit 2026-12-01
        ltc debrief huaxin --no-input --save --answer asked_last=guarantee --taken yes""",
        en="""ltc debrief huaxin                       asks, then keeps it in the deal
        ltc debrief huaxin --person Zhou --next-visit 2026-12-01
        ltc debrief huaxin --no-input --save --answer asked_last=guarantee --taken yes""",
    ),
)
def debrief(
    ctx: typer.Context,
    deal: DealRef,
    playbook: Playbook = None,
    person: Person = None,
    on: On = None,
    answer: Answers = [],  # noqa: B006 - Typer copies it
    taken: TakenFlag = None,
    act: Act = None,
    went_back: WentBack = None,
    next_visit: NextVisit = None,
    note: Note = None,
    no_input: NoInput = False,
    resume: Resume = False,
    save: Save = False,
    json: Json = False,
    output: Output = None,
) -> None:
    """Take in what a visit changed."""
    from ltc_coach.cli.answers import from_flags
    from ltc_coach.cli.interviewing import Visited, open_interview
    from ltc_coach.cli.results import emit_report
    from ltc_coach.cli.results import today as this_day
    from ltc_coach.engine import Coach

    session: Session = ctx.obj
    interview = open_interview(
        session, deal, playbook, from_flags(answer), on or this_day(), reps=None, no_input=no_input, save=save
    )
    met = _met(interview, person)
    interview.visit = Visited(met)
    engine = Coach(interview.playbook)
    interview.told = engine.after_visit(interview.told, _deal(interview), interview.today, met)
    before = engine.report(_deal(interview).answers, interview.today, _deal(interview))
    after = _Afterwards(session, interview, engine, taken=taken, act=act, went_back=went_back, next_visit=next_visit)
    with interview.journalled(resume=resume):
        interview.run()
        after.settle(met, note)
    emit_report(session, after.report(before), "json" if json else "screen", output)


class _Afterwards:
    """What is left to settle once the questions are answered: the advice, a step back, the next visit."""

    def __init__(
        self,
        session: Session,
        interview: Interview,
        engine: Coach,
        *,
        taken: str | None,
        act: str | None,
        went_back: str | None,
        next_visit: date | None,
    ) -> None:
        self._session, self._interview, self._engine = session, interview, engine
        self._taken, self._act, self._went_back, self._next_visit = taken, act, went_back, next_visit

    def settle(self, met: str | None, note: str | None) -> None:
        """Ask or take from the flags what else the visit brought, and keep it with the deal."""
        from ltc_coach.model.deal import Visit

        interview = self._interview
        visit = Visit(day=interview.today, people=(met,) if met else (), note=note)
        add: dict[str, Sequence[Model]] = {"visits": [visit], "followed": self._followed(), "turns": self._turned()}
        put: dict[tuple[str | int, ...], object] = {}
        if (day := self._visit_day()) is not None:
            put["next_visit",] = day
        elif (planned := _deal(interview).next_visit) and planned <= interview.today:
            put["next_visit",] = None
        if met:
            put["people", [p.id for p in _deal(interview).people].index(met), "met"] = interview.today
        if interview.opened and (interview.asking or interview.save):
            from ltc_coach.deals.files import change_deal

            interview.opened = change_deal(interview.opened, add=add, put=put)

    def report(self, before: Report) -> Report:
        """Return the diagnosis now, with what is different from ``before``."""
        from ltc_coach.engine import advised, compare

        interview = self._interview
        deal = _deal(interview)
        known = deal.answers if interview.asking or interview.save else (*deal.answers, *interview.told)
        now = self._engine.report(known, interview.today, deal)
        change = compare(interview.playbook, advised(before, deal.expected), now, deal.expected)
        return now.model_copy(update={"change": change})

    def _followed(self) -> list[Model]:
        from ltc_coach.console.prompts import ask_text, choose
        from ltc_coach.model.deal import FollowUp

        interview, lang = self._interview, self._session.lang
        open_ = [f for f in self._engine.timeline(_deal(interview), interview.today).followed if f.taken is None]
        given = [f for f in open_ if f.day < interview.today]
        if not given:
            if self._taken:
                self._session.say(_NO_ADVICE)
            return []
        last, taken, act = given[-1], self._taken, self._act
        if taken is None and interview.asking:
            options = [(id_, text.get(lang)) for id_, text in _TAKEN_OPTIONS.items()]
            taken = choose(_TAKEN.fill(move=last.title).get(lang), options, lang)
            if taken != "no" and act is None:
                act = ask_text(_ACT.get(lang), lang)
        if taken is None:
            return []
        return [FollowUp(day=interview.today, move=last.move, taken=cast("Taken", taken), act=act or None)]

    def _turned(self) -> list[Model]:
        interview = self._interview
        spells = self._engine.timeline(_deal(interview), interview.today).open_turns
        if not spells:
            if self._went_back:
                self._session.say(_NO_PULL)
            return []
        by = self._went_back or (self._ask_who(spells[-1]) if interview.asking else None)
        return [_turn(self._engine, _deal(interview), interview.today, spells[-1], cast("Shaper", by))] if by else []

    def _ask_who(self, spell: Spell) -> str:
        from ltc_coach import words
        from ltc_coach.console.prompts import choose

        lang = self._session.lang
        options = [(id_, text.get(lang)) for id_, text in words.SHAPERS.items()]
        return choose(_PULLED.fill(place=spell.title).get(lang), options, lang)

    def _visit_day(self) -> date | None:
        from ltc_coach.console.prompts import ask_text

        lang = self._session.lang
        if self._next_visit is not None or not self._interview.asking:
            return self._next_visit
        written = ask_text(_NEXT.get(lang), lang, check=lambda text: _wrong_day(text, _NOT_A_DAY.get(lang)))
        return date.fromisoformat(written) if written else None


def _turn(engine: Coach, deal: Deal, today: date, spell: Spell, by: Shaper) -> Model:
    from ltc_coach.model.deal import Turn

    spells = [s for s in engine.timeline(deal, today).spells if s.kind == "place"]
    before = spells[spells.index(spell) - 1]
    return Turn(day=spell.since, from_=before.id, to=spell.id, by=by)


def _wrong_day(written: str, message: str) -> str | None:
    try:
        if written:
            date.fromisoformat(written)
    except ValueError:
        return message
    return None


def _deal(interview: Interview) -> Deal:
    if interview.opened is None:
        raise AssertionError("a debriefing has a deal")
    return interview.opened.deal


def _met(interview: Interview, person: str | None) -> str | None:
    """Return the id of the person met: as named, else as chosen from the deal's people."""
    from ltc_coach.cli.picking import pick_person
    from ltc_coach.console.prompts import choose

    deal, lang = _deal(interview), interview.session.lang
    if person is not None:
        return pick_person(deal, person)
    if not interview.asking or not deal.people:
        return None
    options = [(p.id, f"{p.name} {p.title or ''}".strip()) for p in deal.people]
    chosen = choose(_WHOM.get(lang), [*options, ("", _NOBODY.get(lang))], lang)
    return chosen or None
