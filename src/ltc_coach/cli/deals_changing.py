"""``ltc deals answer``: what is known about a deal, added to or corrected without an interview."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ltc_coach import words
from ltc_coach.cli.casework import Case, day_option, open_case, text_option
from ltc_coach.cli.finding import DealRef, DealsFolder
from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import OUTPUT, Playbook, Today
from ltc_coach.i18n import Text, both
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError

if TYPE_CHECKING:
    from ltc_coach.cli.session import Session
    from ltc_coach.model.deal import Answer, Deal, Person

app = command_app()

_NOTHING = both(zh="没说要记什么", en="nothing to note")
_NOTHING_HINT = both(
    zh="ltc deals answer 商机 问题=答案,或 --retract 问题", en="ltc deals answer DEAL ID=VALUE, or --retract ID"
)
_NO_PERSON = both(zh="商机里没有「{who}」这个人", en="the deal has no person '{who}'")
_PEOPLE = both(zh="有:{names}", en="there are: {names}")
_NO_PEOPLE = both(zh="先把人记进 people:ltc deals edit", en="note people first: ltc deals edit")
_NOT_ANSWERED = both(
    zh="问题 {question} 没有可撤的回答{about}", en="question {question} has no answer to retract{about}"
)
_ABOUT = both(zh="(说的是{who})", en=" (about {who})")
_NOTED = both(zh="记下", en="noted")
_RETRACTED = both(zh="撤回", en="retracted")
_COLUMN = 11

AsJson = Annotated[bool, typer.Option("--json", help=says(zh="给程序读", en="for programs"), rich_help_panel=OUTPUT)]


@app.command(
    "answer",
    cls=Command,
    help=says(
        zh="""不走问诊,直接记一条回答,或把以前的撤回。

        只在后面追加,原来的一条不动;记完说出客户走到的那一步和建议变了没有。""",
        en="""Notes an answer without an interview, or takes one back.

        Entries are only added, none is changed. Then says what that changed: the customer's place, and the advice.""",
    ),
    epilog=says(
        zh="""ltc deals answer 华信 documents=tender@document
        ltc deals answer 华信 worry=consequences --about 周工 --by 周工 --on 2026-11-03
        ltc deals answer 华信 --retract documents""",
        en="""ltc deals answer huaxin documents=tender@document
        ltc deals answer huaxin worry=consequences --about Zhou --by Zhou --on 2026-11-03
        ltc deals answer huaxin --retract documents""",
    ),
)
def answer(
    ctx: typer.Context,
    deal: DealRef,
    answers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID=VALUE]...",
            help=says(zh="问题=答案,可加 @document、@told、@assumed", en="ID=VALUE, with @document, @told or @assumed"),
        ),
    ] = None,
    retract: Annotated[
        list[str],
        typer.Option(
            "--retract", metavar="ID", help=says(zh="撤回对这个问题的回答,可多次", en="take back, repeatable")
        ),
    ] = [],  # noqa: B006 - Typer copies it
    about: Annotated[
        str | None, text_option("--about", "PERSON", zh="说的是谁:编号或名字", en="whom it is about: id or name")
    ] = None,
    by: Annotated[str | None, text_option("--by", "PERSON", zh="谁说的", en="who said it")] = None,
    on: Annotated[date | None, day_option("--on", zh="哪天知道的(默认今天)", en="on which day (today)")] = None,
    note: Annotated[str | None, text_option("--note", "TEXT", zh="附一句话", en="a note beside it")] = None,
    playbook: Playbook = None,
    folder: DealsFolder = None,
    today: Today = None,
    json: AsJson = False,
) -> None:
    """Append answers to the log of a deal."""
    from ltc_coach.cli.answers import from_flags, must_fit

    session: Session = ctx.obj
    if not (answers or retract):
        raise CoachError(_NOTHING, hint=_NOTHING_HINT)
    before = open_case(session, deal, playbook, folder, today)
    whom = _person(before.deal, about).id if about else None
    said = from_flags(answers or [])
    must_fit(before.playbook, said)
    said += list(_retractions(before, retract, whom))
    also = {"about": whom, "by": _known(before.deal, by), "day": before.day("--on", on), "note": note}
    said = [one.model_copy(update={name: value for name, value in also.items() if value}) for one in said]
    after = before.changed(add={"answers": said})
    if json:
        from ltc_coach.documents.report_json import to_json

        session.emit(to_json(_document(before, after, said)), machine=True)
    else:
        session.emit(_screen(before, after, said))


def _person(deal: Deal, who: str) -> Person:
    """Return the person with this id or name; raises CoachError (2)."""
    from ltc_coach.cli.failures import nearest

    for person in deal.people:
        if who in {person.id, person.name}:
            return person
    names = [person.id for person in deal.people]
    hint = nearest(who, names) or _PEOPLE.fill(names=", ".join(names)) if names else _NO_PEOPLE
    raise CoachError(_NO_PERSON.fill(who=quoted(who, 40)), hint=hint)


def _known(deal: Deal, who: str | None) -> str | None:
    """Return the id of a person of the deal, or the name as it was given: anybody may have said it."""
    return next((person.id for person in deal.people if who in {person.id, person.name}), who)


def _retractions(case: Case, questions: Sequence[str], whom: str | None) -> Iterator[Answer]:
    """Return the entries that take answers back; raises CoachError (2) where there is none in force."""
    from ltc_coach.cli.answers import must_fit
    from ltc_coach.model.deal import RETRACTED, Answer

    for question in questions:
        entry = Answer(question=question, value=RETRACTED)
        must_fit(case.playbook, [entry])
        log = sorted(
            (one for one in case.deal.answers if (one.question, one.about) == (question, whom)),
            key=lambda one: one.day or date.min,
        )
        if not log or log[-1].value == RETRACTED:
            about = _ABOUT.fill(who=whom) if whom else Text()
            raise CoachError(_NOT_ANSWERED.fill(question=question, about=about))
        yield entry


def _document(before: Case, after: Case, said: Sequence[Answer]) -> dict[str, Any]:
    from ltc_coach.documents.deal_list_json import place_document

    return {
        "schema_version": 1,
        "id": after.deal.id,
        "path": str(after.opened.path),
        "today": after.today.isoformat(),
        "noted": [one.model_dump(mode="json", exclude_none=True) for one in said],
        "before": place_document(before.report()),
        "after": place_document(after.report()),
    }


def _screen(before: Case, after: Case, said: Sequence[Answer]) -> str:
    """Return what was noted, and what it did to the place and the advice."""
    from ltc_coach.console.effect import tell_effect
    from ltc_coach.console.page import ACCENT, FAINT, Page, one_line
    from ltc_coach.model.deal import RETRACTED

    session, lang = after.session, after.session.lang
    page = Page(session.width(), colour=session.colour())
    page.line((one_line(after.deal.customer), ACCENT), (f"  {after.deal.id}", FAINT))
    for one in said:
        question = after.playbook.question(one.question)
        option = question.option(one.value) if question else None
        ask = one_line(question.ask.get(lang)) if question else one.question
        if one.value == RETRACTED:
            page.row(_RETRACTED.get(lang), ask, indent=2, column=_COLUMN)
        else:
            text = one_line((option.label if option else words.NOT_KNOWN).get(lang))
            page.row(_NOTED.get(lang), f"{ask} → ", (text, ACCENT), indent=2, column=_COLUMN)
    if effect := after.effect_since(before):
        tell_effect(page, effect, lang)
    return page.text()
