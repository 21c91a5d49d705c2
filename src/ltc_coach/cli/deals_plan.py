"""``ltc deals plan``: does what the rep means to do hurt at this place?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ltc_coach.cli.casework import Case, known, open_case, text_option
from ltc_coach.cli.finding import DealRef, DealsFolder
from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import OUTPUT, NoInput, Output, Playbook, Today
from ltc_coach.cli.session import Session
from ltc_coach.console.streams import can_ask
from ltc_coach.i18n import both
from ltc_coach.plain import clean, quoted
from ltc_coach.problems import CoachError, ExitCode

if TYPE_CHECKING:
    from ltc_coach.model.deal import Plan, PlanState
    from ltc_coach.model.spoken import Action

app = command_app()

_WHICH_KIND = both(zh="「{what}」算哪一类?", en='What kind of act is "{what}"?')
_SOMETHING_ELSE = both(zh="都不是", en="something else")
_WHAT_NOW = both(zh="接下来打算做什么?", en="What do you mean to do next?")
_NOTHING = both(zh="不记,看看就好", en="nothing, just looking")
_NOT_RECOGNISED = both(
    zh="听不出「{what}」是哪一类动作,没法把关;用 --kind 说明,可选:{kinds}",
    en="what kind of act '{what}' is cannot be told; say so with --kind, one of: {kinds}",
)
_ONE_THING = both(zh="一次只做一件:记打算、--done、--drop", en="one thing at a time: a plan to note, --done, or --drop")
_ONLY_WITH_TEXT = both(zh="{option} 要跟打算做的事一起用", en="{option} goes with a plan")
_NO_TEXT = both(zh="没说打算做什么", en="no plan was given")
_NO_PLAN = both(zh="没有「{ref}」这个还没了结的打算", en="no open plan '{ref}'")
_SEVERAL = both(zh="「{ref}」对得上 {n} 个打算,用编号说是哪一个", en="'{ref}' fits {n} plans; say which by number")
_SEE_LIST = both(zh="有哪些:ltc deals plan {id} --no-input", en="the plans: ltc deals plan {id} --no-input")


@app.command(
    "plan",
    cls=Command,
    help=says(
        zh="""打算做什么,先问问会不会坏事。

        客户走到这一步,这么做会不会坏事,会的话为什么,不如怎么做。有会坏事的就以 1 退出。

        打算会记进商机,没了结之前,诊断和拜访单上都会提醒。不写打算就列出已有的。""",
        en="""Ask before you act: does what you plan hurt where the customer stands?

        If it does, says why and what to do instead, and exits with 1.

        The plan is noted in the deal, and until it is closed a diagnosis and a brief repeat the warning. Without a
        text the plans are listed.""",
    ),
    epilog=says(
        zh="""ltc deals plan 华信 "给季经理降价两个点"
        ltc deals plan 华信 "周五请他吃饭" --kind gift --no-save
        ltc deals plan 华信                    列出打算做的
        ltc deals plan 华信 --done 1
        ltc deals plan 华信 --drop 降价""",
        en="""ltc deals plan huaxin "discount 5 %"
        ltc deals plan huaxin "dinner on Friday" --kind gift --no-save
        ltc deals plan huaxin                  lists the plans
        ltc deals plan huaxin --done 1
        ltc deals plan huaxin --drop discount""",
    ),
)
def plan(
    ctx: typer.Context,
    deal: DealRef,
    text: Annotated[
        str | None, typer.Argument(metavar="[PLAN]", help=says(zh="打算做的事,照平常话写", en="in your own words"))
    ] = None,
    playbook: Playbook = None,
    folder: DealsFolder = None,
    kind: Annotated[
        str | None, text_option("--kind", "ID", zh="算哪一类动作,如 discount", en="kind of act, e.g. discount")
    ] = None,
    no_save: Annotated[
        bool,
        typer.Option("--no-save", help=says(zh="只问,不记", en="only check, note nothing"), rich_help_panel=OUTPUT),
    ] = False,
    done: Annotated[
        str | None, text_option("--done", "PLAN", zh="做了:编号或其中几个字", en="it is done: number or words of it")
    ] = None,
    drop: Annotated[
        str | None, text_option("--drop", "PLAN", zh="不做了:编号或其中几个字", en="it is dropped: number or words")
    ] = None,
    today: Today = None,
    no_input: NoInput = False,
    json: Annotated[
        bool, typer.Option("--json", help=says(zh="给程序读", en="for programs"), rich_help_panel=OUTPUT)
    ] = False,
    output: Output = None,
) -> None:
    """Check a plan and note it; list the plans; close one."""
    session: Session = ctx.obj
    asking = can_ask() and not (no_input or session.settings.no_input or json)
    if sum(value is not None for value in (text, done, drop)) > 1:
        raise CoachError(_ONE_THING)
    if text is None and (kind or no_save):
        raise CoachError(_ONLY_WITH_TEXT.fill(option="--kind" if kind else "--no-save"))
    case = open_case(session, deal, playbook, folder, today, asking=not no_input)
    if done is not None:
        case = _closed(case, done, "done")
    elif drop is not None:
        case = _closed(case, drop, "dropped")
    elif text is not None:
        _check(case, _made(case, text, kind, asking=asking), output, save=not no_save, json=json)
        return
    warned = _list(case, output, json=json)
    if done is not None or drop is not None:
        return
    if asking and (chosen := _chosen(case)):
        _check(case, chosen, output, save=True, json=json)
    elif warned:
        raise typer.Exit(int(ExitCode.FOUND))


def _made(case: Case, text: str, kind: str | None, *, asking: bool) -> Plan:
    """Return the plan with its kind, as far as that can be told or is said; raises CoachError (2)."""
    from ltc_coach.console.prompts import choose
    from ltc_coach.engine.guard import recognise
    from ltc_coach.model.deal import Plan

    what, actions, lang = " ".join(text.split()), case.playbook.actions, case.session.lang
    ids = [action.id for action in actions]
    if not what:
        raise CoachError(_NO_TEXT)
    noted = _noted(case, what)
    if kind is None and noted is not None and case.deal.plans[noted].kind in ids:
        kind = case.deal.plans[noted].kind
    elif kind:
        known("--kind", kind, ids)
    elif not recognise(case.playbook, what) and actions:
        if asking:
            options = [(action.id, clean(action.title.get(lang))) for action in actions]
            message = _WHICH_KIND.fill(what=quoted(what)).get(lang)
            kind = choose(message, [*options, ("", _SOMETHING_ELSE.get(lang))], lang) or None
        else:
            case.session.say(_NOT_RECOGNISED.fill(what=quoted(what, 40), kinds=", ".join(ids)))
    return Plan(what=what, kind=kind, day=case.today)


def _chosen(case: Case) -> Plan | None:
    """Let somebody at the terminal pick the next act from the playbook's kinds."""
    from ltc_coach.console.prompts import choose
    from ltc_coach.model.deal import Plan

    lang = case.session.lang
    titles = {action.id: clean(action.title.get(lang)) for action in case.playbook.actions}
    if not titles:
        return None
    options = [("", _NOTHING.get(lang)), *titles.items()]
    kind = choose(_WHAT_NOW.get(lang), options, lang, default="")
    return Plan(what=titles[kind], kind=kind, day=case.today) if kind else None


def _check(case: Case, plan: Plan, output: str | None, *, save: bool, json: bool) -> None:
    """Say what speaks against a plan, note it unless told otherwise; exits with 1 if anything does."""
    session = case.session
    report = case.report(case.deal.model_copy(update={"plans": (plan,)}))
    actions = _actions(case, plan)
    noted = _noted(case, plan.what)
    if save and noted is None:
        case = case.changed(add={"plans": [plan]})
    elif save and noted is not None and case.deal.plans[noted].kind != plan.kind:
        case = case.changed(put={("plans", noted, "kind"): plan.kind})
    if json:
        from ltc_coach.documents.casework_json import check_document
        from ltc_coach.documents.report_json import to_json

        document = check_document(plan, actions, report, case.deal, session.lang, recorded=save or noted is not None)
        session.emit(to_json(document), output, machine=True)
    else:
        from ltc_coach.console.plans import check_screen

        kinds, width, colour = [a.title for a in actions], session.width(output), session.colour(output)
        session.emit(check_screen(plan, kinds, report, session.lang, width=width, colour=colour), output)
    if report.planned:
        raise typer.Exit(int(ExitCode.FOUND))


def _noted(case: Case, what: str) -> int | None:
    """Return the index of the open plan that says the same, if there is one."""
    return next((i for i, plan in enumerate(case.deal.plans) if (plan.state, plan.what) == ("open", what)), None)


def _actions(case: Case, plan: Plan) -> tuple[Action, ...]:
    from ltc_coach.engine.guard import recognise

    named = tuple(action for action in case.playbook.actions if action.id == plan.kind)
    return named or recognise(case.playbook, plan.what)


def _list(case: Case, output: str | None, *, json: bool) -> bool:
    """List the plans of a deal and say whether one of the open ones is warned of."""
    session, report = case.session, case.report()
    if json:
        from ltc_coach.documents.casework_json import plans_document
        from ltc_coach.documents.report_json import to_json

        session.emit(to_json(plans_document(report, case.deal, session.lang)), output, machine=True)
    else:
        from ltc_coach.console.plans import plans_screen

        width, colour = session.width(output), session.colour(output)
        session.emit(plans_screen(case.deal, report, session.lang, width=width, colour=colour), output)
    return bool(report.planned)


def _closed(case: Case, ref: str, state: PlanState) -> Case:
    """Close an open plan, meant by its number in the list or by words of it; raises CoachError (2)."""
    open_ = {n: plan for n, plan in enumerate(case.deal.plans, 1) if plan.state == "open"}
    whole = [n for n, plan in open_.items() if ref in {str(n), plan.what}]
    found = whole[:1] or [n for n, plan in open_.items() if ref.strip() and ref.strip() in plan.what]
    if len(found) != 1:
        shown, hint = quoted(ref, 40), _SEE_LIST.fill(id=case.deal.id)
        raise CoachError(_SEVERAL.fill(ref=shown, n=len(found)) if found else _NO_PLAN.fill(ref=shown), hint=hint)
    return case.changed(put={("plans", found[0] - 1, "state"): state})
