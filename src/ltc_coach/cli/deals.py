"""``ltc deals``: a place where deals are kept, found and ranked.

The commands live in the modules named in ``_PARTS``, each with a Typer application of its own, whose commands
become commands of this group in this order.
"""

from __future__ import annotations

import typer

from ltc_coach.cli import (
    deals_changing,
    deals_editing,
    deals_influence,
    deals_keeping,
    deals_listing,
    deals_people,
    deals_plan,
    deals_timeline,
    importing,
)
from ltc_coach.cli.help import Group, command_app, says
from ltc_coach.problems import ExitCode

app = command_app()
app.info.cls = Group

_PARTS = (
    deals_listing,
    deals_keeping,
    deals_changing,
    deals_editing,
    deals_people,
    deals_influence,
    deals_plan,
    deals_timeline,
    importing,
)
for _part in _PARTS:
    app.add_typer(_part.app)


@app.callback(
    invoke_without_command=True,
    help=says(
        zh="商机:记在哪里、怎么找、先跑哪一个。每个商机是一个看得懂的 YAML 文件。",
        en="Deals: where they are kept, how they are found, which comes first. Each is a YAML file people can read.",
    ),
    epilog=says(
        zh="""ltc deals new 华信精工
        ltc deals list                  该先跑哪一个,为什么
        ltc deals show hx               编号、名字、拼音首字母都找得到
        ltc deals answer 华信 documents=tender@document""",
        en="""ltc deals new "Hua Xin"
        ltc deals list                  which one first, and why
        ltc deals show hx               by id, name, pinyin or initials
        ltc deals answer huaxin documents=tender@document""",
    ),
)
def deals(ctx: typer.Context) -> None:
    """Show the help of the group when no command was given."""
    if ctx.invoked_subcommand is None:
        from ltc_coach.cli.session import note

        note(ctx.get_help())
        raise typer.Exit(int(ExitCode.USAGE))
