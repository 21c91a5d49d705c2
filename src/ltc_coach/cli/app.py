"""The root of the command line: which commands there are, each loaded only when it is run.

The table below is all that ``ltc --help`` needs; a command's module is imported for its own help
and its run, and does its heavy imports inside its functions (design.md section 7).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from ltc_coach.cli.help import Group, says
from ltc_coach.cli.session import Session, open_session
from ltc_coach.console.streams import can_ask, is_terminal
from ltc_coach.i18n import Text, both
from ltc_coach.problems import ExitCode


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the command table: where the command lives, and what it does in one line."""

    name: str
    module: str
    panel: Text
    about: Text


_VISITS = both(zh="拜访前后", en="Before and after a visit")
_DEALS = both(zh="商机", en="Deals")
_MANY = both(zh="一批商机", en="Many deals")
_TRAINERS = both(zh="培训师和写打法的人", en="For trainers and authors")
_OTHER = both(zh="其他", en="Other")

TABLE = (
    Entry(
        "diagnose",
        "ltc_coach.cli.diagnose",
        _VISITS,
        both(
            zh="问几句话,说出客户走到哪一步、下一步怎么走",
            en="ask a few questions, then say where the customer stands and what to do next",
        ),
    ),
    Entry(
        "brief",
        "ltc_coach.cli.brief",
        _VISITS,
        both(zh="拜访前一页纸:问什么、怎么说、别做什么", en="one page for a visit: what to ask, to say, and not to do"),
    ),
    Entry(
        "debrief",
        "ltc_coach.cli.debrief",
        _VISITS,
        both(zh="拜访完两分钟:哪里变了,下一步怎么走", en="two minutes after a visit: what has changed, what is next"),
    ),
    Entry(
        "demo",
        "ltc_coach.cli.demo",
        _VISITS,
        both(zh="看一个做好的例子,一句话都不问", en="show a worked example, without asking anything"),
    ),
    Entry(
        "ask",
        "ltc_coach.cli.ask",
        _VISITS,
        both(zh="拜访时可以拿来问客户的话", en="questions to put to the customer on a visit"),
    ),
    Entry(
        "letter",
        "ltc_coach.cli.letter",
        _VISITS,
        both(
            zh="给客户的信:商机里知道的先填好,缺的再问",
            en="a letter to the customer: filled from the deal, the rest is asked",
        ),
    ),
    Entry(
        "show",
        "ltc_coach.cli.show",
        _VISITS,
        both(
            zh="把存下来的诊断换一种语言或详略再看一遍",
            en="show a saved report again, in the other language or in more detail",
        ),
    ),
    Entry(
        "deals",
        "ltc_coach.cli.deals",
        _DEALS,
        both(zh="商机:新建、查找、排先后、记回答", en="deals: begin, find, rank, keep answers"),
    ),
    Entry(
        "batch",
        "ltc_coach.cli.batch",
        _MANY,
        both(
            zh="一批商机一份报告:卡在哪、哪些钱有风险、能进多少",
            en="one report on many deals: where they are stuck, money at risk, forecast",
        ),
    ),
    Entry(
        "fit",
        "ltc_coach.cli.fit",
        _MANY,
        both(zh="拿自己的商机核对手册里的数", en="check a playbook's numbers against your own deals"),
    ),
    Entry(
        "playbook",
        "ltc_coach.cli.playbook",
        _TRAINERS,
        both(zh="打法手册:查看、检查、测试、模拟", en="playbooks: look at, lint, test, simulate"),
    ),
    Entry(
        "help",
        "ltc_coach.cli.topics",
        _OTHER,
        both(
            zh="专题说明:exit-codes、environment、files",
            en="topics: exit-codes, environment, files",
        ),
    ),
    Entry(
        "version",
        "ltc_coach.cli.version",
        _OTHER,
        both(zh="版本和环境,报告问题时附上", en="version and surroundings, for a bug report"),
    ),
)


class Root(Group):
    """The root group: reads the table instead of importing every command."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Typer's signature
        """Return the names of the commands, in the table's order."""
        return [entry.name for entry in TABLE]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - Typer's signature
        """Load one command; None when there is no such command."""
        from importlib import import_module

        entry = next((entry for entry in TABLE if entry.name == cmd_name), None)
        if entry is None:
            return None
        command = typer.main.get_command(import_module(entry.module).app)
        command.name = cmd_name
        return command

    def rows(self, ctx: Any) -> list[tuple[Text, list[tuple[str, str]]]]:
        """Return the commands by group, without importing one of them."""
        lang = ctx.find_root().obj.lang
        panels = dict.fromkeys(entry.panel for entry in TABLE)
        return [(panel, [(e.name, e.about.get(lang)) for e in TABLE if e.panel == panel]) for panel in panels]


def build(*, completion: bool = False) -> typer.Typer:
    """Make the root application; shell completion is only set up when a shell or a person asks for it."""
    app = typer.Typer(
        cls=Root,
        add_completion=completion,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(
        invoke_without_command=True,
        help=says(
            zh="找出客户走到了采购流程的哪一步,有多大把握,凭什么,以及下一步怎么走、什么话、什么事现在别做。",
            en="""Finds where the customer stands in the buying process, how sure that is and why, and gives
            the next moves, the words for them, and what not to do now.""",
        ),
        epilog=says(
            zh="""ltc demo                    看一个做好的例子
            ltc diagnose                答几句话,三分钟出结论
            ltc diagnose deal.yaml      商机文件里有的不再问,新答的写回去
            ltc playbook lint ./mine    检查自己写的打法手册""",
            en="""ltc demo                    a worked example
            ltc diagnose                answer a few questions: three minutes
            ltc diagnose deal.yaml      take what the deal file knows, keep what is new
            ltc playbook lint ./mine    check a playbook of your own""",
        ),
    )(_root)
    return app


def _root(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", "-V", help=says(zh="显示版本号", en="show the version"))
    ] = False,
) -> None:
    if version:
        from ltc_coach import __version__

        ctx.obj.emit(f"ltc {__version__}\n")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        if can_ask() and is_terminal(sys.stdout) and not ctx.obj.settings.no_input:
            from ltc_coach.cli.menu import pick_command

            raise typer.Exit(run(pick_command(ctx.obj)))
        sys.stderr.write(ctx.get_help() + "\n")
        raise typer.Exit(int(ExitCode.USAGE))


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit code; raises what :func:`failures.settle` puts into words."""
    session = open_session(args)
    if "_LTC_COMPLETE" in os.environ:
        build(completion=True)(prog_name="ltc")
        return 0
    app = build(completion=any(arg in {"--install-completion", "--show-completion"} for arg in args))
    return _invoke(typer.main.get_command(app), args, session)


def _invoke(command: Any, args: Sequence[str], session: Session) -> int:
    # Typer's own main() would print its errors in English and turn a broken pipe into exit 1.
    try:
        with command.make_context("ltc", list(args), obj=session) as ctx:
            command.invoke(ctx)
    except typer.Exit as done:
        return int(done.exit_code)
    except typer.Abort:
        return int(ExitCode.INTERRUPTED)
    return 0
