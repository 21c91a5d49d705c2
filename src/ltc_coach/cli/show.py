"""``ltc show``: a saved report once more, in the other language or in more detail."""

from __future__ import annotations

from typing import Annotated

import typer

from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import Explain, Json, Output, ReportFormat
from ltc_coach.cli.session import Session

app = command_app()


@app.command(
    cls=Command,
    help=says(
        zh="把用 --format report 存下来的诊断再看一遍,不用重算:可以换语言,也可以看得更细。",
        en="""Shows a report saved with --format report again, without running anything: in the other
        language, or in more detail.""",
    ),
    epilog=says(
        zh="ltc show r.json\nltc show r.json --lang en --explain\nltc show r.json --json",
        en="ltc show r.json\nltc show r.json --lang zh --explain\nltc show r.json --json",
    ),
)
def show(
    ctx: typer.Context,
    report: Annotated[
        str,
        typer.Argument(metavar="REPORT", help=says(zh="存下来的诊断(JSON)", en="a saved report (JSON)")),
    ],
    explain: Explain = False,
    json: Json = False,
    form: ReportFormat = "screen",
    output: Output = None,
) -> None:
    """Show a saved report."""
    from ltc_coach.cli.results import emit_report, read_report

    session: Session = ctx.obj
    emit_report(session, read_report(report), "json" if json else form, output, explain=explain)
