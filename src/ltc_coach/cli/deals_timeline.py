"""``ltc deals timeline``: the deal over time, what pulled the customer back, and how it ended."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from ltc_coach.cli.casework import Case, day_option, open_case, text_option
from ltc_coach.cli.finding import DealRef, DealsFolder
from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import INPUT, OUTPUT, Output, Playbook, Today, one_of
from ltc_coach.cli.session import Session
from ltc_coach.i18n import both
from ltc_coach.problems import CoachError

if TYPE_CHECKING:
    from decimal import Decimal

    from ltc_coach.model.base import Model
    from ltc_coach.model.deal import Ending, Milestone, Outcome, Shaper, Step

app = command_app()

_STEPS = ("signed", "cash", "final_payment", "opportunity", "referral")
_NO_TURN = both(zh="没有哪次退回来还等着说是谁拉的", en="there is no turn back to be explained")
_NO_TURN_HINT = both(zh="客户退回来过、又没记是谁拉的,才用得上", en="the timeline asks once the customer has gone back")
_RIVAL_PULLED = both(
    zh="对手把他拉回去,多半又定了些东西:记一笔 ltc deals influence {id} --set {node}=rival",
    en="pulled back by a rival, he has probably been told new things: ltc deals influence {id} --set {node}=rival",
)
_ONE_END = both(zh="--won、--lost、--given-up 只能选一个", en="only one of --won, --lost, --given-up")
_ONLY_WITH = both(zh="{option} 要跟 {other} 一起用", en="{option} goes with {other}")
_BAD_AMOUNT = both(zh="--amount:{reason}", en="--amount: {reason}")
_OTHER_CURRENCY = both(
    zh="--amount:这个商机按 {currency} 记,不是 {other}", en="--amount: this deal is in {currency}, not {other}"
)


@app.command(
    "timeline",
    cls=Command,
    help=says(
        zh="""一路走来:在每一步待了多少天,退回过没有,结果怎样。

        客户在每一步待了多少天,什么时候退回过、谁拉的,预计签约拖了多久,给过的建议做没做、客户跟着有什么动作;
        签约以后到回款、新机会、转介绍。""",
        en="""The way so far: days at each place, turns back, how it ended.

        How many days the customer spent at each place, when he went back and who pulled him, how far the closing
        date slipped, which advice was taken and what the customer did then; after the signature on to the money,
        the next opportunity and a referral.""",
    ),
    epilog=says(
        zh="""ltc deals timeline 华信
        ltc deals timeline 华信 --went-back rival
        ltc deals timeline 华信 --won --step signed --on 2026-12-20
        ltc deals timeline 华信 --step cash --amount 50万
        ltc deals timeline 华信 --lost --to 锐测 --reason 价格""",
        en="""ltc deals timeline huaxin
        ltc deals timeline huaxin --went-back rival
        ltc deals timeline huaxin --won --step signed --on 2026-12-20
        ltc deals timeline huaxin --step cash --amount 50000
        ltc deals timeline huaxin --lost --to RuiCe --reason price""",
    ),
)
def timeline(
    ctx: typer.Context,
    deal: DealRef,
    playbook: Playbook = None,
    folder: DealsFolder = None,
    went_back: Annotated[
        str | None,
        typer.Option(
            "--went-back",
            metavar="WHO",
            parser=one_of("--went-back", "us", "rival", "himself", "unknown"),
            help=says(zh="客户退回来了,是谁拉的", en="the customer went back: who pulled him"),
            rich_help_panel=INPUT,
        ),
    ] = None,
    step: Annotated[
        str | None,
        typer.Option(
            "--step",
            metavar="STEP",
            parser=one_of("--step", *_STEPS),
            help=says(
                zh="到了哪一步:signed 盖章、cash 首款、final_payment 尾款、opportunity 新机会、referral 转介绍",
                en="a step reached: signed, cash, final_payment, opportunity or referral",
            ),
            rich_help_panel=INPUT,
        ),
    ] = None,
    amount: Annotated[str | None, text_option("--amount", "MONEY", zh="这一步的金额", en="its amount of money")] = None,
    won: Annotated[bool, typer.Option("--won", help=says(zh="赢了", en="won"), rich_help_panel=INPUT)] = False,
    lost: Annotated[bool, typer.Option("--lost", help=says(zh="输了", en="lost"), rich_help_panel=INPUT)] = False,
    given_up: Annotated[
        bool, typer.Option("--given-up", help=says(zh="放手了", en="given up"), rich_help_panel=INPUT)
    ] = False,
    to: Annotated[str | None, text_option("--to", "RIVAL", zh="输给了谁", en="lost to whom")] = None,
    reason: Annotated[str | None, text_option("--reason", "TEXT", zh="为什么", en="why")] = None,
    on: Annotated[date | None, day_option("--on", zh="哪一天(默认今天)", en="on which day (today)")] = None,
    today: Today = None,
    json: Annotated[
        bool, typer.Option("--json", help=says(zh="给程序读", en="for programs"), rich_help_panel=OUTPUT)
    ] = False,
    output: Output = None,
) -> None:
    """Show a deal over time; note what happened."""
    session: Session = ctx.obj
    case = open_case(session, deal, playbook, folder, today)
    ending = _ending(won=won, lost=lost, given_up=given_up)
    _must_go_together(step=step, ending=ending, amount=amount, to=to, reason=reason, on=on)
    add: dict[str, list[Model]] = {}
    if went_back:
        add["turns"] = [_turn(case, cast("Shaper", went_back))]
    if step and (milestone := _milestone(case, cast("Step", step), amount, on)) not in case.deal.milestones:
        add["milestones"] = [milestone]
    put: dict[tuple[str | int, ...], object] = {}
    if ending:
        put["outcome",] = _outcome(case, ending, to, reason, on)
    if add or put:
        case = case.changed(add=add, put=put)
    _emit(case, output, json=json)


def _emit(case: Case, output: str | None, *, json: bool) -> None:
    session, found = case.session, case.engine.timeline(case.deal, case.today)
    if json:
        from ltc_coach.documents.casework_json import timeline_document
        from ltc_coach.documents.report_json import to_json

        session.emit(to_json(timeline_document(found, case.deal, session.lang)), output, machine=True)
    else:
        from ltc_coach.console.timeline import timeline_screen

        places = case.playbook.scales[case.playbook.main].ids
        width, colour = session.width(output), session.colour(output)
        session.emit(timeline_screen(found, case.deal, places, session.lang, width=width, colour=colour), output)


def _ending(*, won: bool, lost: bool, given_up: bool) -> Ending | None:
    if won + lost + given_up > 1:
        raise CoachError(_ONE_END)
    return "won" if won else "lost" if lost else "given_up" if given_up else None


def _must_go_together(*, step: str | None, ending: str | None, **given: Any) -> None:
    """Raise CoachError (2) for an option that has nothing to speak of."""
    wanted = {
        "amount": ("--step", step),
        "to": ("--lost", ending == "lost"),
        "reason": ("--won, --lost, --given-up", ending),
        "on": ("--step, --won, --lost, --given-up", step or ending),
    }
    for name, value in given.items():
        other, there = wanted[name]
        if value is not None and not there:
            raise CoachError(_ONLY_WITH.fill(option=f"--{name}", other=other))


def _turn(case: Case, by: Shaper) -> Model:
    """Return the answer to the turn back that nobody has spoken of yet; raises CoachError (2) if there is none."""
    from ltc_coach.engine.history import answered

    turn = answered(case.engine.timeline(case.deal, case.today), by)
    if turn is None:
        raise CoachError(_NO_TURN, hint=_NO_TURN_HINT)
    if by == "rival":
        case.session.say(_RIVAL_PULLED.fill(id=case.deal.id, node=turn.to))
    return turn


def _milestone(case: Case, step: Step, amount: str | None, on: date | None) -> Milestone:
    from ltc_coach.model.deal import Milestone

    return Milestone(what=step, day=case.day("--on", on), amount=_money(case, amount) if amount else None)


def _money(case: Case, written: str) -> Decimal:
    from ltc_coach.model.cells import Unfit, as_money

    try:
        amount, currency = as_money(written)
    except Unfit as unfit:
        raise CoachError(_BAD_AMOUNT.fill(reason=unfit.reason)) from unfit
    if currency and currency != case.deal.currency:
        raise CoachError(_OTHER_CURRENCY.fill(currency=case.deal.currency, other=currency))
    return amount


def _outcome(case: Case, ending: Ending, to: str | None, reason: str | None, on: date | None) -> Outcome:
    from ltc_coach.model.deal import Outcome

    return Outcome(state=ending, day=case.day("--on", on), to=to, reason=reason)
