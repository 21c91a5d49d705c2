"""``ltc playbook``: for those who choose, write and check playbooks."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import typer

from ltc_coach.cli.help import Command, Group, command_app, says
from ltc_coach.cli.options import OUTPUT, Output, Playbook, PlaybookPath, one_of
from ltc_coach.cli.session import Session
from ltc_coach.problems import ExitCode

app = command_app()
app.info.cls = Group

ProblemFormat = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        parser=one_of("--format", "text", "json", "github"),
        help=says(zh="text、json、github(代码评审里的标注)", en="text, json or github (annotations in a review)"),
        rich_help_panel=OUTPUT,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help=says(zh="给程序读", en="for programs"), rich_help_panel=OUTPUT)]


@app.callback(
    invoke_without_command=True,
    help=says(zh="打法手册:查看、检查、测试、模拟。", en="Playbooks: look at, lint, test, simulate."),
    epilog=says(
        zh="""ltc playbook list
        ltc playbook show documents           一个问题:答案、依据、换成数字是什么意思
        ltc playbook lint ./mine --strict
        ltc playbook test ./mine""",
        en="""ltc playbook list
        ltc playbook show documents           one question, read back in numbers
        ltc playbook lint ./mine --strict
        ltc playbook test ./mine""",
    ),
)
def playbook(ctx: typer.Context) -> None:
    """Show the help of the group when no command was given."""
    if ctx.invoked_subcommand is None:
        from ltc_coach.cli.session import note

        note(ctx.get_help())
        raise typer.Exit(int(ExitCode.USAGE))


@app.command(
    "list",
    cls=Command,
    help=says(zh="有哪些打法手册,在哪里。", en="Which playbooks there are, and where."),
    epilog=says(zh="ltc playbook list", en="ltc playbook list"),
)
def list_playbooks(ctx: typer.Context, json: AsJson = False) -> None:
    """List the playbooks that can be used by id."""
    from ltc_coach.authoring.loading import find_playbooks
    from ltc_coach.console.screens import PlaybookRow, playbook_list

    session: Session = ctx.obj
    found = find_playbooks()
    if json:
        from ltc_coach.documents.report_json import to_json

        titles = [f.title.get(session.lang) for f in found]
        rows = [
            {"id": f.id, "version": f.version, "title": t, "path": str(f.path)}
            for f, t in zip(found, titles, strict=True)
        ]
        session.emit(to_json({"playbooks": rows}), machine=True)
    else:
        listed = [PlaybookRow(f.id, f.version, f.title, str(f.path)) for f in found]
        session.emit(playbook_list(listed, session.lang, width=session.width(), colour=session.colour()))


@app.command(
    "show",
    cls=Command,
    help=says(
        zh="看一本手册的全貌,或其中一个问题、一个打法;问题会换成数字念给你听。",
        en="Shows a playbook as a whole, or one question or move of it; a question is read back in numbers.",
    ),
    epilog=says(
        zh="ltc playbook show\nltc playbook show -p ./mine\nltc playbook show documents",
        en="ltc playbook show\nltc playbook show -p ./mine\nltc playbook show documents",
    ),
)
def show(
    ctx: typer.Context,
    item: Annotated[
        str | None,
        typer.Argument(metavar="[ITEM]", help=says(zh="问题或打法的编号", en="id of a question or a move")),
    ] = None,
    playbook: Playbook = None,
) -> None:
    """Show a playbook or one item of it; a playbook's own id as the item shows that playbook."""
    from ltc_coach.authoring.loading import find_playbooks, load_playbook
    from ltc_coach.cli.picking import item_screen
    from ltc_coach.console.screens import playbook_overview
    from ltc_coach.settings import DEFAULT_PLAYBOOK

    session: Session = ctx.obj
    if item and not playbook and item in {found.id for found in find_playbooks()}:
        item, playbook = None, item
    book = load_playbook(playbook or session.settings.playbook or DEFAULT_PLAYBOOK)
    if item:
        session.emit(item_screen(session, book, item))
    else:
        session.emit(playbook_overview(book, session.lang, width=session.width(), colour=session.colour()))


@app.command(
    "lint",
    cls=Command,
    help=says(
        zh="检查一本手册:每个问题都指出文件、行、列和怎么改。有错误以 1 退出。",
        en="Checks a playbook: every problem with file, line, column and what to do. Exits 1 on errors.",
    ),
    epilog=says(
        zh="ltc playbook lint ./mine\nltc playbook lint ./mine --strict --format github",
        en="ltc playbook lint ./mine\nltc playbook lint ./mine --strict --format github",
    ),
)
def lint(
    ctx: typer.Context,
    path: PlaybookPath,
    strict: Annotated[
        bool, typer.Option("--strict", help=says(zh="有提醒也以 1 退出", en="warnings exit 1 as well"))
    ] = False,
    form: ProblemFormat = "text",
    output: Output = None,
) -> None:
    """Check a playbook."""
    from ltc_coach.cli.checking import lint_playbook
    from ltc_coach.documents.problems import render

    session: Session = ctx.obj
    problems = lint_playbook(path)
    session.emit(
        render(problems, session.lang, cast("Literal['text', 'json', 'github']", form)), output, machine=form != "text"
    )
    if any(strict or problem.severity == "error" for problem in problems):
        raise typer.Exit(int(ExitCode.FOUND))


@app.command(
    "schema",
    cls=Command,
    help=says(
        zh="打印 JSON Schema,编辑器靠它补全和查错。",
        en="Prints the JSON Schema with which editors complete and check playbooks.",
    ),
    epilog=says(
        zh="ltc playbook schema -o playbook.schema.json\nltc playbook schema --scenarios",
        en="ltc playbook schema -o playbook.schema.json\nltc playbook schema --scenarios",
    ),
)
def schema(
    ctx: typer.Context,
    scenarios: Annotated[
        bool, typer.Option("--scenarios", help=says(zh="scenarios.yaml 的格式", en="of scenarios.yaml"))
    ] = False,
    output: Output = None,
) -> None:
    """Print a schema."""
    from ltc_coach.authoring.schema import playbook_schema, scenarios_schema, to_json

    session: Session = ctx.obj
    session.emit(to_json(scenarios_schema() if scenarios else playbook_schema()), output, machine=True)


@app.command(
    "test",
    cls=Command,
    help=says(
        zh="把手册自带的场景全跑一遍:位置对不对、打法对不对、有没有用不上的打法。有不对的以 1 退出。",
        en="""Runs the scenarios of a playbook: is the place right, is the advice, is there a move that never
        comes up? Exits 1 when something is not as expected.""",
    ),
    epilog=says(
        zh="ltc playbook test ./mine\nltc playbook test buying-process --json",
        en="ltc playbook test ./mine\nltc playbook test buying-process --json",
    ),
)
def run_scenarios(
    ctx: typer.Context,
    path: PlaybookPath,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help=says(zh="通过的也列出来", en="list what passed as well"))
    ] = False,
    json: AsJson = False,
    output: Output = None,
) -> None:
    """Run the scenarios of a playbook."""
    from ltc_coach.authoring.scenarios import try_scenarios
    from ltc_coach.cli.checking import find
    from ltc_coach.documents.test_runs import render_run

    session: Session = ctx.obj
    done = try_scenarios(find(path))
    text = render_run(done, session.lang, "json" if json else "text", verbose=verbose)
    session.emit(text, output, machine=json)
    if not done.passed:
        raise typer.Exit(int(ExitCode.FOUND))


@app.command(
    "simulate",
    cls=Command,
    help=says(
        zh="按手册自己的说法造出许多商机,再让手册来诊断:平均问几句、准不准、哪一步容易看走眼。",
        en="""Makes up deals as the playbook itself describes them and diagnoses them: how many questions, how
        often right, which places are mistaken for which.""",
    ),
    epilog=says(
        zh="ltc playbook simulate buying-process\nltc playbook simulate ./mine --deals 5000 --seed 7 --json",
        en="ltc playbook simulate buying-process\nltc playbook simulate ./mine --deals 5000 --seed 7 --json",
    ),
)
def simulate(
    ctx: typer.Context,
    path: PlaybookPath,
    deals: Annotated[
        int,
        typer.Option("--deals", min=1, max=1_000_000, metavar="N", help=says(zh="造多少个商机", en="how many deals")),
    ] = 2000,
    seed: Annotated[
        int,
        typer.Option("--seed", metavar="N", help=says(zh="同一个数,同样的结果", en="the same number, the same deals")),
    ] = 0,
    json: AsJson = False,
    output: Output = None,
) -> None:
    """Try a playbook on deals drawn from its own claims."""
    from ltc_coach.authoring.loading import load_playbook
    from ltc_coach.authoring.simulation import simulate as simulated
    from ltc_coach.cli.checking import find
    from ltc_coach.documents.test_runs import render_simulation

    session: Session = ctx.obj
    done = simulated(load_playbook(find(path)), deals=deals, seed=seed)
    session.emit(render_simulation(done, session.lang, "json" if json else "text"), output, machine=json)
