"""``ltc version``: what runs here, for a bug report."""

from __future__ import annotations

import os
import platform
import sys
from typing import Annotated

import typer

from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.session import Session
from ltc_coach.settings import folder

app = command_app()


def surroundings() -> dict[str, str]:
    """Return what decides how ltc behaves here; no names of deals or customers."""
    from importlib.metadata import version as installed

    from ltc_coach import __version__

    return {
        "ltc": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "stdout": str(getattr(sys.stdout, "encoding", None)),
        "terminal": os.environ.get("TERM", ""),
        **{name: installed(name) for name in ("typer", "rich", "pydantic", "pyyaml", "questionary", "prompt_toolkit")},
        "config": str(folder("config")),
        "state": str(folder("state")),
        "cache": str(folder("cache")),
    }


@app.command(
    cls=Command,
    name="version",
    help=says(zh="显示版本和运行环境,报告问题时附上。", en="Shows the version and its surroundings, for a bug report."),
    epilog=says(zh="ltc version\nltc version --json", en="ltc version\nltc version --json"),
)
def version(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help=says(zh="给程序读", en="for programs"))] = False,
) -> None:
    """Print the version and the surroundings."""
    session: Session = ctx.obj
    facts = surroundings()
    if json:
        from json import dumps

        session.emit(dumps(facts, ensure_ascii=False, indent=2) + "\n", machine=True)
    else:
        session.emit("".join(f"{name:<16}{value}\n" for name, value in facts.items()))
