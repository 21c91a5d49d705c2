"""``ltc deals people``: who is who at the customer's, and what a change of one of them does to the advice."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from ltc_coach.cli.casework import Case, day_of, day_option, known, open_case, text_option
from ltc_coach.cli.finding import DealRef, DealsFolder
from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import INPUT, OUTPUT, Output, Playbook, Today
from ltc_coach.cli.session import Session
from ltc_coach.i18n import both
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError

if TYPE_CHECKING:
    from ltc_coach.model.deal import Person

app = command_app()

_SHAPE = both(
    zh="--set {written}:要写成 谁.字段=值,如 周工.stance=rival",
    en="--set {written}: write WHO.FIELD=VALUE, e.g. Zhou.stance=rival",
)
_FIELDS = ("role", "title", "power", "stance", "met")
_NO_PEOPLE = both(
    zh='还没记下一个人:先 --add "王总" --role decider', en='no person is noted yet: first --add "Ms Wang"'
)
_THERE_ALREADY = both(zh="已经有{name}了", en="{name} is there already")
_USE_SET = both(zh="改他用 --set {name}.stance=us", en="change him with --set {name}.stance=us")
_NO_NAME = both(zh="--add 要有名字", en="--add needs a name")
_ONLY_WITH_ADD = both(zh="{option} 要跟 --add 一起用", en="{option} goes with --add")
_HOW_TO_SET = both(zh="改已有的人用 --set 谁.字段=值", en="to change somebody: --set WHO.FIELD=VALUE")


@app.command(
    "people",
    cls=Command,
    help=says(
        zh="""客户那边都有谁,站哪边,各走到哪一步;改一个人,建议跟着怎么变。

        谁能拍板、站哪边画成一张图,下面是每个人走到哪一步、多久没见,还缺谁。改一个人的立场、加一个人,
        会说清建议怎么变、为什么。""",
        en="""Who is who at the customer's, on whose side, and where each of them stands.

        A map of power and stance, then each person's place and when we last met, and who is missing. Changing a
        person's stance or adding somebody tells how the advice changes with it, and why.""",
    ),
    epilog=says(
        zh="""ltc deals people 华信
        ltc deals people 华信 --set 周工.stance=rival --set 周工.met=2026-11-20
        ltc deals people 华信 --add 王总 --role decider --power high""",
        en="""ltc deals people huaxin
        ltc deals people huaxin --set Zhou.stance=rival --set Zhou.met=2026-11-20
        ltc deals people huaxin --add "Ms Wang" --role decider --power high""",
    ),
)
def people(
    ctx: typer.Context,
    deal: DealRef,
    playbook: Playbook = None,
    folder: DealsFolder = None,
    change: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="WHO.FIELD=VALUE",
            help=says(
                zh="改一个人:role、title、power、stance、met;值留空是去掉;可多次",
                en="change somebody: role, title, power, stance or met; empty removes it; repeatable",
            ),
            rich_help_panel=INPUT,
        ),
    ] = [],  # noqa: B006 - Typer copies it
    add: Annotated[str | None, text_option("--add", "NAME", zh="加一个人", en="add somebody")] = None,
    role: Annotated[
        str | None, text_option("--role", "ROLE", zh="加的人:角色,如 decider", en="his role, e.g. decider")
    ] = None,
    title: Annotated[str | None, text_option("--title", "TEXT", zh="加的人:职务", en="his title")] = None,
    power: Annotated[
        str | None, text_option("--power", "POWER", zh="加的人:high、medium、low", en="high, medium or low")
    ] = None,
    stance: Annotated[
        str | None,
        text_option(
            "--stance",
            "STANCE",
            zh="加的人:us、leans_us、neutral、leans_rival、rival",
            en="us, leans_us, neutral, leans_rival or rival",
        ),
    ] = None,
    met: Annotated[date | None, day_option("--met", zh="加的人:哪天见过", en="when you last met him")] = None,
    today: Today = None,
    json: Annotated[
        bool, typer.Option("--json", help=says(zh="给程序读", en="for programs"), rich_help_panel=OUTPUT)
    ] = False,
    output: Output = None,
) -> None:
    """Show the people of a deal; change them."""
    session: Session = ctx.obj
    before = open_case(session, deal, playbook, folder, today)
    given = {"--role": role, "--title": title, "--power": power, "--stance": stance, "--met": met}
    newcomer = _newcomer(before, add, {option: value for option, value in given.items() if value is not None})
    put = dict(_change(before, written) for written in change)
    case = before
    if newcomer or put:
        case = before.changed(add={"people": [newcomer]} if newcomer else {}, put=put)
    _emit(session, before, case, output, json=json)


def _emit(session: Session, before: Case, case: Case, output: str | None, *, json: bool) -> None:
    report, effect = case.report(), case.effect_since(before)
    if json:
        from ltc_coach.documents.casework_json import people_document
        from ltc_coach.documents.report_json import to_json

        session.emit(to_json(people_document(report, case.deal, effect, session.lang)), output, machine=True)
        return
    from ltc_coach.console.people import people_screen
    from ltc_coach.documents.people_map import LEGEND, people_map
    from ltc_coach.model.casework import PeopleView

    chart = people_map(report.people or PeopleView(people=(), basis="own", focus=None, spread=0, alarms=()))
    width, colour = session.width(output), session.colour(output)
    screen = people_screen(
        report, case.named, effect, chart=chart, legend=LEGEND, lang=session.lang, width=width, colour=colour
    )
    session.emit(screen, output)


def _change(case: Case, written: str) -> tuple[tuple[str | int, ...], object]:
    """Read one ``--set`` flag as what to put where; raises CoachError (2)."""
    whose, equals, value = written.partition("=")
    who, dot, field = whose.rpartition(".")
    if not (who and dot and equals):
        raise CoachError(_SHAPE.fill(written=quoted(written)))
    known("--set", field, _FIELDS)
    index = _whom(case, who)
    return ("people", index, field), _value(case, f"--set {quoted(whose, 40)}", field, value.strip())


def _whom(case: Case, who: str) -> int:
    """Return the index of a person by id or name; raises CoachError (2) naming the nearest, or all."""
    for index, person in enumerate(case.deal.people):
        if who in {person.id, person.name}:
            return index
    if not case.deal.people:
        raise CoachError(_NO_PEOPLE)
    names = list(dict.fromkeys(person.name for person in case.deal.people))
    known("--set", who, names)
    raise AssertionError("a name that is known was found above")


def _value(case: Case, option: str, field: str, written: str) -> object:
    """Return a value in the type of its field, None for an empty one; raises CoachError (2)."""
    from ltc_coach.model.deal import Power, Stance

    choices = {"power": get_args(Power), "stance": get_args(Stance), "role": _roles(case)}
    if not written:
        return None
    if field == "met":
        return case.day(option, day_of(option)(written))
    return known(option, written, choices[field]) if field in choices else written


def _roles(case: Case) -> Collection[str]:
    """Every role there is a word for, and those only this playbook speaks of."""
    from ltc_coach.words import ROLES

    book = case.playbook
    spoken = [role for move in book.moves for role in move.through]
    spoken += [role for fact in book.facts.values() for value in fact.values for role in value.met]
    return dict.fromkeys([*ROLES, *spoken])


def _newcomer(case: Case, name: str | None, given: dict[str, Any]) -> Person | None:
    """Return the person to add, if one is; raises CoachError (2)."""
    from ltc_coach.model.deal import Person

    if name is None:
        if given:
            raise CoachError(_ONLY_WITH_ADD.fill(option=next(iter(given))), hint=_HOW_TO_SET)
        return None
    name = " ".join(name.split())
    if not name:
        raise CoachError(_NO_NAME)
    if any(name in {person.id, person.name} for person in case.deal.people):
        shown = quoted(name, 40)
        raise CoachError(_THERE_ALREADY.fill(name=shown), hint=_USE_SET.fill(name=shown))
    fields: dict[str, Any] = {
        option.removeprefix("--"): case.day(option, value)
        if option == "--met"
        else _value(case, option, option.removeprefix("--"), value.strip())
        for option, value in given.items()
    }
    return Person(id=_id(name, {person.id for person in case.deal.people}), name=name, **fields)


def _id(name: str, taken: Collection[str]) -> str:
    """Return an id that looks like the name: what an id may not hold becomes a hyphen."""
    stem = re.sub(r"[^A-Za-z0-9._\-\u4e00-\u9fff]+", "-", name).strip("-._")[:60] or "person"
    number = 2
    id_ = stem
    while id_ in taken:
        id_, number = f"{stem}-{number}", number + 1
    return id_
