"""``ltc brief``: one page for one visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from ltc_coach.cli.finding import DealRef, DealsFolder, find_deal
from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import INPUT, OUTPUT, Json, NoInput, Output, Playbook, Today, one_of
from ltc_coach.cli.session import Session
from ltc_coach.i18n import both

if TYPE_CHECKING:
    from ltc_coach.model.brief import Brief
    from ltc_coach.model.deal import Deal
    from ltc_coach.model.playbook import Reps

app = command_app()

_WHOM = both(zh="这次去见谁?", en="Whom will you meet?")
_EVERYBODY = both(zh="还没定,按整个商机来准备", en="not settled: the deal as a whole")

Person = Annotated[
    str | None,
    typer.Option(
        "--person",
        metavar="WHO",
        help=says(zh="去见谁:编号或名字", en="whom you will meet: id or name"),
        rich_help_panel=INPUT,
    ),
]
BriefFormat = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        parser=one_of("--format", "screen", "md", "html", "wechat", "json"),
        help=says(
            zh="screen 屏幕,html 打印正好一页 A4,md,wechat 发聊天的纯文字,json",
            en="screen; html prints on one A4 page; md; wechat: plain text for a chat; json",
        ),
        rich_help_panel=OUTPUT,
    ),
]


@app.command(
    cls=Command,
    help=says(
        zh="""一次拜访一页纸:要他做到什么、问哪几句、怎么开口、他会怎么顶、现在别做什么、人都站在哪儿。

        问过、已经清楚的不再问。什么都不往商机里写。""",
        en="""One page for one visit: what the customer shall do, what to ask, the words for it, what he may object,
        what not to do now, and where his people stand.

        What is settled is not asked again. Nothing is written to the deal.""",
    ),
    epilog=says(
        zh="""ltc brief 华信
        ltc brief 华信 --person 周工 --format html -o 拜访单.html
        ltc brief 华信 --format wechat""",
        en="""ltc brief huaxin
        ltc brief huaxin --person Zhou --format html -o brief.html
        ltc brief huaxin --format wechat""",
    ),
)
def brief(
    ctx: typer.Context,
    deal: DealRef,
    person: Person = None,
    playbook: Playbook = None,
    deals: DealsFolder = None,
    no_input: NoInput = False,
    today: Today = None,
    json: Json = False,
    form: BriefFormat = "screen",
    output: Output = None,
) -> None:
    """Prepare one visit."""
    from ltc_coach.authoring.loading import load_playbook
    from ltc_coach.cli.answers import must_fit
    from ltc_coach.cli.picking import pick_person
    from ltc_coach.cli.results import today as this_day
    from ltc_coach.deals.files import load_deal
    from ltc_coach.engine import Coach
    from ltc_coach.settings import DEFAULT_PLAYBOOK

    session: Session = ctx.obj
    asking = not (no_input or session.settings.no_input)
    opened = load_deal(find_deal(session, deal, deals, asking=asking))
    book = load_playbook(playbook or opened.deal.playbook or session.settings.playbook or DEFAULT_PLAYBOOK)
    must_fit(book, opened.deal.answers, opened.source)
    whom = pick_person(opened.deal, person) if person is not None else _asked(session, opened.deal, asking=asking)
    coach = Coach(book, cast("Reps | None", session.settings.reps))
    _emit(session, coach.brief(opened.deal, today or this_day(), whom), "json" if json else form, output)


def _asked(session: Session, deal: Deal, *, asking: bool) -> str | None:
    """Return the id of the person to be met; None where there is no choice, or nobody to choose."""
    from ltc_coach.console.streams import can_ask

    if not asking or len(deal.people) < 2 or not can_ask():  # noqa: PLR2004 - a choice is one of two or more
        return None
    from ltc_coach.console.prompts import choose

    options = [(person.id, f"{person.name} {person.title or ''}".strip()) for person in deal.people]
    # No id is empty.
    options.append(("", _EVERYBODY.get(session.lang)))
    return choose(_WHOM.get(session.lang), options, session.lang) or None


def _emit(session: Session, brief: Brief, form: str, output: str | None) -> None:
    from ltc_coach.documents.brief_outline import outline

    if form == "json":
        from ltc_coach.documents.brief_json import brief_json

        session.emit(brief_json(brief), output, machine=True)
        return
    page = outline(brief, session.lang)
    if form == "html":
        from ltc_coach.documents.brief_html import brief_html

        session.emit(brief_html(page), output, machine=True)
    elif form == "md":
        from ltc_coach.documents.brief_markdown import brief_markdown

        session.emit(brief_markdown(page), output)
    elif form == "wechat":
        from ltc_coach.documents.brief_chat import CUT, brief_chat

        session.emit(CUT.join(brief_chat(page)), output)
    else:
        from ltc_coach.console.brief import brief_screen

        screen = brief_screen(page, width=session.width(output), colour=session.colour(output))
        session.emit(screen, output)
