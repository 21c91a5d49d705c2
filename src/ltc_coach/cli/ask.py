"""``ltc ask``: questions to put to the customer, from the playbook's bank."""

from __future__ import annotations

from typing import Annotated

import typer

from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import Output, Playbook
from ltc_coach.cli.session import Session

app = command_app()


@app.command(
    cls=Command,
    help=says(
        zh="拜访时可以拿来问客户的话,按客户所在的位置、问题的种类、问谁来挑。",
        en="Questions to put to the customer, by place, kind of question and person.",
    ),
    epilog=says(
        zh="ltc ask --place pain\nltc ask --place problem --kind implication\nltc ask --to decider -o questions.txt",
        en="ltc ask --place pain\nltc ask --place problem --kind implication\nltc ask --to decider -o questions.txt",
    ),
)
def ask(
    ctx: typer.Context,
    playbook: Playbook = None,
    place: Annotated[
        str | None,
        typer.Option("--place", metavar="PLACE", help=says(zh="客户走到哪一步", en="where the customer stands")),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="KIND", help=says(zh="哪种问题,如 problem", en="kind, e.g. problem")),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="WHOM", help=says(zh="问谁", en="whom to ask")),
    ] = None,
    output: Output = None,
) -> None:
    """List the questions that fit."""
    from ltc_coach.authoring.loading import load_playbook
    from ltc_coach.cli.picking import pick_questions
    from ltc_coach.console.screens import bank_screen
    from ltc_coach.settings import DEFAULT_PLAYBOOK

    session: Session = ctx.obj
    book = load_playbook(playbook or session.settings.playbook or DEFAULT_PLAYBOOK)
    questions = pick_questions(book, place=place, kind=kind, to=to)
    width, colour = session.width(output), session.colour(output)
    session.emit(bank_screen(book, questions, session.lang, width=width, colour=colour), output)
