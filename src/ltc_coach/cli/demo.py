"""``ltc demo``: a shipped deal diagnosed, without a single question."""

from __future__ import annotations

from pathlib import Path

import typer

from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import Explain, Json, Output, ReportFormat
from ltc_coach.cli.session import Session
from ltc_coach.i18n import both
from ltc_coach.problems import CoachError

app = command_app()

DEAL = "demo.yaml"
_ABOUT = both(
    zh="例子:{customer}({file},回答都已经写在里面)", en="Example: {customer} ({file}, its answers are in the file)"
)
_NEXT = both(zh="换成你自己的商机:ltc diagnose", en="Now one of your own: ltc diagnose")
_MISSING = both(zh="装的这份 ltc 里没有带例子", en="this installation of ltc has no examples")


def example_deal() -> Path:
    """Return the shipped deal: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for examples in (package / "examples", package.parent.parent / "examples"):
        if (found := examples / "deals" / DEAL).is_file():
            return found
    raise CoachError(_MISSING)


@app.command(
    cls=Command,
    help=says(
        zh="拿一个虚构的商机走一遍:客户在哪一步、凭什么、下一步怎么走。什么都不问。",
        en="Diagnoses an invented deal: where the customer stands, why, and what next. Asks nothing.",
    ),
    epilog=says(
        zh="ltc demo\nltc demo --explain    每条依据都讲清楚\nltc demo --json       给程序读的样子",
        en="ltc demo\nltc demo --explain    with every reason\nltc demo --json       as programs read it",
    ),
)
def demo(
    ctx: typer.Context,
    explain: Explain = False,
    json: Json = False,
    form: ReportFormat = "screen",
    output: Output = None,
) -> None:
    """Diagnose the shipped deal as it stood on the day of its last answer."""
    from ltc_coach.authoring.loading import load_playbook
    from ltc_coach.cli.results import emit_report, reckoned_on
    from ltc_coach.deals.files import load_deal
    from ltc_coach.engine import coach
    from ltc_coach.settings import DEFAULT_PLAYBOOK

    session: Session = ctx.obj
    opened = load_deal(example_deal())
    playbook = load_playbook(opened.deal.playbook or DEFAULT_PLAYBOOK)
    report, _ = coach(playbook, opened.deal.answers, reckoned_on(opened.deal.answers))
    session.say(_ABOUT.fill(customer=opened.deal.customer, file=DEAL))
    emit_report(session, report, "json" if json else form, output, explain=explain)
    session.say(_NEXT)
