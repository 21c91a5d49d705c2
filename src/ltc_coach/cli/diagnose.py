"""``ltc diagnose``: where does the customer stand, and what next."""

from __future__ import annotations

from typing import Annotated

import typer

from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import (
    INPUT,
    OUTPUT,
    Explain,
    Json,
    NoInput,
    Output,
    Playbook,
    ReportFormat,
    Reps,
    Today,
    one_of,
)
from ltc_coach.cli.session import Session
from ltc_coach.problems import ExitCode

app = command_app()

Deal = Annotated[
    str | None,
    typer.Argument(
        metavar="[DEAL]",
        help=says(zh="商机:文件、编号或名字;不给就现问", en="a deal: file, id or name; without one, ask"),
    ),
]
AnswerFlags = Annotated[
    list[str],
    typer.Option(
        "--answer",
        metavar="ID=VALUE",
        help=says(
            zh="直接给一条回答,可多次;ID=VALUE@told 注明是听说的",
            en="give an answer, repeatable; ID=VALUE@told for hearsay",
        ),
        rich_help_panel=INPUT,
    ),
]
AnswersFile = Annotated[
    str | None,
    typer.Option(
        "--answers",
        metavar="FILE",
        help=says(zh="从 YAML 文件读一批回答,- 是标准输入", en="answers from a YAML file; - is standard input"),
        rich_help_panel=INPUT,
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help=says(zh="接着上次没问完的来", en="go on with the interview left unfinished"),
        rich_help_panel=INPUT,
    ),
]
Save = Annotated[
    bool,
    typer.Option(
        "--save",
        help=says(zh="把命令行给的回答也写进商机文件", en="write the answers given by flags to the deal as well"),
        rich_help_panel=OUTPUT,
    ),
]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="WHAT",
        parser=one_of("--fail-on", "unsettled"),
        help=says(zh="unsettled: 定不下来就以 1 退出", en="unsettled: exit 1 when the place is not settled"),
        rich_help_panel=OUTPUT,
    ),
]


@app.command(
    cls=Command,
    help=says(
        zh="""问几句话,说出客户走到哪一步、把握多大、凭什么,以及下一步怎么走。

        商机文件里已有的回答不再问;现场新答的会追加进去,注释和其他内容一个字不动。""",
        en="""Asks a few questions, then says where the customer stands, how sure that is and why, and what to do next.

        What the deal file answers is not asked again; new answers are appended to it, and nothing else is touched.""",
    ),
    epilog=says(
        zh="""ltc diagnose                                   一问一答
        ltc diagnose deals/huaxin.yaml --explain       讲清每条依据
        ltc diagnose --no-input --answer documents=tender --json
        ltc diagnose --answers facts.yaml --no-input --format report -o r.json""",
        en="""ltc diagnose                                   question by question
        ltc diagnose deals/huaxin.yaml --explain       with every reason
        ltc diagnose --no-input --answer documents=tender --json
        ltc diagnose --answers facts.yaml --no-input --format report -o r.json""",
    ),
)
def diagnose(
    ctx: typer.Context,
    deal: Deal = None,
    playbook: Playbook = None,
    answer: AnswerFlags = [],  # noqa: B006 - Typer copies it
    answers: AnswersFile = None,
    no_input: NoInput = False,
    resume: Resume = False,
    today: Today = None,
    reps: Reps = None,
    json: Json = False,
    form: ReportFormat = "screen",
    explain: Explain = False,
    save: Save = False,
    output: Output = None,
    fail_on: FailOn = None,
) -> None:
    """Locate the customer of one deal and advise."""
    from ltc_coach.cli.answers import from_file, from_flags
    from ltc_coach.cli.interviewing import open_interview
    from ltc_coach.cli.results import emit_report
    from ltc_coach.cli.results import today as this_day

    session: Session = ctx.obj
    told = [*(from_file(answers) if answers else []), *from_flags(answer)]
    interview = open_interview(
        session, deal, playbook, told, today or this_day(), reps=reps, no_input=no_input, save=save
    )
    with interview.journalled(resume=resume):
        report = interview.run()
        emit_report(session, report, "json" if json else form, output, explain=explain)
    if fail_on == "unsettled" and not report.settled:
        raise typer.Exit(int(ExitCode.FOUND))
