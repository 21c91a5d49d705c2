"""``ltc deals influence``: who shaped which node, and which way to go because of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from ltc_coach.cli.casework import Case, day_option, known, open_case, text_option
from ltc_coach.cli.finding import DealRef, DealsFolder
from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import INPUT, OUTPUT, Output, Playbook, Today, one_of
from ltc_coach.cli.session import Session
from ltc_coach.i18n import both
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError

if TYPE_CHECKING:
    from ltc_coach.model.deal import Fixed, Grade, Influence, Shaper

app = command_app()

_SHAPE = both(
    zh="--set {written}:要写成 节点=谁 或 节点=谁@来源,如 goal=rival@document",
    en="--set {written}: write NODE=WHO or NODE=WHO@GRADE, e.g. goal=rival@document",
)
_ONLY_WITH_SET = both(zh="{option} 要跟 --set 一起用", en="{option} goes with --set")
_STRAY = both(
    zh="台账里的「{node}」不是这本打法手册的节点,没算进去",
    en="'{node}' in the ledger is no node of this playbook: left out",
)


@app.command(
    "influence",
    cls=Command,
    help=says(
        zh="""影响台账:每一步是谁带他定下来的,该往哪儿走、退到哪儿。

        客户走过的每一步是谁带他定的,定没定死,怎么知道的;该陪着走、往回拉还是放手;往回拉最好退到哪儿,
        用哪招,靠谁,要付什么代价。

        记一笔新的,会说清建议跟着怎么变、为什么。旧的记录都留着,每个节点以最新的一笔为准。""",
        en="""The influence ledger: who shaped which step, and which way to go because of it.

        Each step the customer has taken: who shaped it, how fixed it is, how we know; whether to walk along, pull
        back or leave; and the ways back with tactic, people and price.

        A new entry tells how the advice changes with it, and why. Old entries stay; of each node the latest counts.""",
    ),
    epilog=says(
        zh="""ltc deals influence 华信
        ltc deals influence 华信 --set goal=rival@document --fixed settled --note 样本原话
        ltc deals influence 华信 --set goal=us --on 2026-11-02""",
        en="""ltc deals influence huaxin
        ltc deals influence huaxin --set goal=rival@document --fixed settled --note "his own sheet"
        ltc deals influence huaxin --set goal=us --on 2026-11-02""",
    ),
)
def influence(
    ctx: typer.Context,
    deal: DealRef,
    playbook: Playbook = None,
    folder: DealsFolder = None,
    change: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="NODE=WHO",
            help=says(
                zh="记一笔:谁定的是 us、himself、rival、unknown,后面可加 @document、@told、@assumed;可多次",
                en="note an entry: us, himself, rival or unknown, with @document, @told or @assumed; repeatable",
            ),
            rich_help_panel=INPUT,
        ),
    ] = [],  # noqa: B006 - Typer copies it
    fixed: Annotated[
        str | None,
        typer.Option(
            "--fixed",
            metavar="HOW",
            parser=one_of("--fixed", "open", "leaning", "settled"),
            help=says(zh="定没定:open、leaning、settled", en="how fixed it is: open, leaning or settled"),
            rich_help_panel=INPUT,
        ),
    ] = None,
    note: Annotated[str | None, text_option("--note", "TEXT", zh="附一句话", en="a note beside it")] = None,
    on: Annotated[date | None, day_option("--on", zh="哪天知道的(默认今天)", en="on which day (today)")] = None,
    today: Today = None,
    json: Annotated[
        bool, typer.Option("--json", help=says(zh="给程序读", en="for programs"), rich_help_panel=OUTPUT)
    ] = False,
    output: Output = None,
) -> None:
    """Show the ledger of a deal; add to it."""
    session: Session = ctx.obj
    before = open_case(session, deal, playbook, folder, today)
    entries = [_entry(before, written, fixed, note, on) for written in change]
    for option, value in (("--fixed", fixed), ("--note", note), ("--on", on)):
        if value is not None and not entries:
            raise CoachError(_ONLY_WITH_SET.fill(option=option))
    case = before.changed(add={"influence": entries}) if entries else before
    _tell_strays(case, case.deal.influence)
    report, effect = case.report(), case.effect_since(before)
    if json:
        from ltc_coach.documents.casework_json import influence_document
        from ltc_coach.documents.report_json import to_json

        session.emit(to_json(influence_document(report, case.deal, effect, session.lang)), output, machine=True)
    else:
        from ltc_coach.console.influence import influence_screen

        width, colour = session.width(output), session.colour(output)
        session.emit(influence_screen(report, case.named, effect, session.lang, width=width, colour=colour), output)


def _entry(case: Case, written: str, fixed: str | None, note: str | None, on: date | None) -> Influence:
    """Read one ``--set`` flag; raises CoachError (2)."""
    from ltc_coach.model.deal import Grade, Influence, Shaper

    node, equals, rest = written.partition("=")
    by, at, grade = rest.partition("@")
    if not (node and equals and by) or (at and not grade):
        raise CoachError(_SHAPE.fill(written=quoted(written)))
    known("--set", node, case.playbook.scales[case.playbook.main].ids)
    known(f"--set {node}", by, get_args(Shaper))
    if at:
        known(f"--set {node}={by}", grade, get_args(Grade))
    return Influence(
        node=node,
        by=cast("Shaper", by),
        fixed=cast("Fixed | None", fixed),
        grade=cast("Grade", grade or "said"),
        day=case.day("--on", on),
        note=note,
    )


def _tell_strays(case: Case, entries: Sequence[Influence]) -> None:
    """Say which entries nothing came of: a node misspelt in an editor would be missed by nobody."""
    nodes = case.playbook.scales[case.playbook.main].ids
    for node in dict.fromkeys(entry.node for entry in entries if entry.node not in nodes):
        case.session.say(_STRAY.fill(node=quoted(node, 40)))
