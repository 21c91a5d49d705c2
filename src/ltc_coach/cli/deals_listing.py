"""``ltc deals list | show``: which deal first, and what is known about one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ltc_coach.cli.finding import DealRef, DealsFolder, find_deal
from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import OUTPUT, Output, Today, one_of
from ltc_coach.i18n import both
from ltc_coach.plain import clean
from ltc_coach.problems import CoachError, ExitCode

if TYPE_CHECKING:
    from ltc_coach.cli.session import Session
    from ltc_coach.model.listing import Filed

app = command_app()

_UNREADABLE = both(zh="{n} 个文件读不了,没有列进来:", en="{n} files could not be read and are not listed:")
_TWICE = both(
    zh="编号 {id} 有两份,只列了第一份;多半是网盘同步留下的,核对后删掉一份:",
    en="id {id} stands twice, only the first is listed; a sync tool may have left a copy, delete one of them:",
)
# So many problems are told of one file.
_TOLD = 3

AsJson = Annotated[bool, typer.Option("--json", help=says(zh="给程序读", en="for programs"), rich_help_panel=OUTPUT)]
Order = Annotated[
    str,
    typer.Option(
        "--sort",
        metavar="BY",
        parser=one_of("--sort", "rank", "visit", "doubt", "contact", "money", "customer"),
        help=says(
            zh="按什么排:rank(默认)、visit、doubt、contact、money、customer",
            en="order: rank, visit, doubt, contact, money or customer",
        ),
        rich_help_panel=OUTPUT,
    ),
]


@app.command(
    "list",
    cls=Command,
    help=says(
        zh="""该先跑哪一个,为什么。

        要拜访的、定不了走到哪一步的、好久没联系的排前面;金额只在同一币种里比。有文件读不了就列在后面,以 3 退出。""",
        en="""Which deal first, and why.

        First come those with a visit due, those whose place is in doubt, those not contacted for long; money
        counts within its currency. Files that cannot be read are told, and the exit code is 3.""",
    ),
    epilog=says(
        zh="ltc deals list\nltc deals list --owner 林 --sort money\nltc deals list --all --json",
        en="ltc deals list\nltc deals list --owner Lin --sort money\nltc deals list --all --json",
    ),
)
def list_deals(
    ctx: typer.Context,
    folder: DealsFolder = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="NAME", help=says(zh="只看谁的", en="only whose"))
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help=says(zh="已经结束的也列出来", en="those that have ended as well"))
    ] = False,
    top: Annotated[
        int,
        typer.Option(
            "--top",
            min=0,
            metavar="N",
            help=says(zh="屏幕上最多列几个,0 是全部", en="at most so many; 0 for all"),
            rich_help_panel=OUTPUT,
        ),
    ] = 30,
    order: Order = "rank",
    today: Today = None,
    json: AsJson = False,
    output: Output = None,
) -> None:
    """List the deals of the folder, ranked."""
    from ltc_coach.cli.locating import Locating
    from ltc_coach.cli.results import today as this_day
    from ltc_coach.deals.index import take_stock
    from ltc_coach.deals.ranking import rank

    session: Session = ctx.obj
    day = today or this_day()
    home = session.settings.deals_folder(folder)
    stock = take_stock(home, Locating(session, day))
    single, doubled = _once(stock.deals)
    chosen = [deal for deal in single if owner is None or deal.owner == owner]
    ranked = rank([deal for deal in chosen if everything or not deal.outcome], day, order)
    unreadable = {str(file.path): file.error for file in stock.unreadable}
    if json:
        from ltc_coach.documents.deal_list_json import deal_list_document
        from ltc_coach.documents.report_json import to_json

        session.emit(to_json(deal_list_document(ranked, unreadable, doubled, day, session.lang)), output, machine=True)
    else:
        from ltc_coach.console.deal_list import Heading, deal_list

        shown = ranked[: top or None]
        heading = Heading(str(home), day, ended=len(chosen) - len(ranked), more=len(ranked) - len(shown))
        width, colour = session.width(output), session.colour(output)
        session.emit(deal_list(shown, heading, session.lang, width=width, colour=colour), output)
    _tell(session, unreadable, doubled)
    if unreadable or doubled:
        raise typer.Exit(int(ExitCode.PARTIAL))


@app.command(
    "show",
    cls=Command,
    help=says(
        zh="看一个商机:各项内容、人、最近的回答、打算做的事,和客户走到哪一步。",
        en="Shows a deal: its fields, people, last answers, open plans, and where the customer stands.",
    ),
    epilog=says(
        zh="ltc deals show 华信\nltc deals show hx --json", en="ltc deals show huaxin\nltc deals show hx --json"
    ),
)
def show(
    ctx: typer.Context,
    deal: DealRef,
    folder: DealsFolder = None,
    today: Today = None,
    json: AsJson = False,
    output: Output = None,
) -> None:
    """Show one deal."""
    from ltc_coach.cli.locating import Locating
    from ltc_coach.cli.results import today as this_day
    from ltc_coach.deals.files import load_deal

    session: Session = ctx.obj
    path = find_deal(session, deal, folder)
    opened = load_deal(path)
    locating = Locating(session, today or this_day())
    standing = None if opened.deal.outcome else locating.locate(opened.deal, path)
    if json:
        from ltc_coach.documents.deal_list_json import deal_document
        from ltc_coach.documents.report_json import to_json

        session.emit(to_json(deal_document(opened.deal, str(path), standing)), output, machine=True)
    else:
        from ltc_coach.console.deal_card import deal_card

        book = locating.playbook(opened.deal.playbook)
        width, colour = session.width(output), session.colour(output)
        card = deal_card(opened.deal, book, standing, str(path), session.lang, width=width, colour=colour)
        session.emit(card, output)


def _once(deals: Sequence[Filed]) -> tuple[list[Filed], dict[str, list[str]]]:
    """Return each deal once, and the paths of every id that stands more than once; the file named like it is first."""
    by_id: dict[str, list[Filed]] = {}
    for deal in sorted(deals, key=lambda deal: deal.path.stem != deal.id):
        by_id.setdefault(deal.id.casefold(), []).append(deal)
    doubled = {same[0].id: [str(deal.path) for deal in same] for same in by_id.values() if len(same) > 1}
    return [same[0] for same in by_id.values()], doubled


def _tell(session: Session, unreadable: Mapping[str, CoachError], doubled: Mapping[str, Sequence[str]]) -> None:
    """Say on the error stream what is not in the list, and why."""
    from ltc_coach.cli.session import note

    lang = session.lang
    for id_, paths in doubled.items():
        session.say(_TWICE.fill(id=id_))
        for path in paths:
            note(f"  {clean(path)}")
    if unreadable:
        session.say(_UNREADABLE.fill(n=len(unreadable)))
    for error in unreadable.values():
        for problem in error.problems[:_TOLD]:
            note(f"  {clean(str(problem.where))}: {clean(problem.message.get(lang))}")
        if not error.problems:
            note(f"  {clean(error.message.get(lang))}")
