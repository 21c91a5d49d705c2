"""``ltc fit``: what our own deals say about a playbook's trust words and win rates. A proposal, never a change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import INPUT, Json, Output, Playbook
from ltc_coach.cli.session import Session, note
from ltc_coach.i18n import both
from ltc_coach.problems import CoachError, ExitCode

if TYPE_CHECKING:
    from ltc_coach.model.deal import Deal
    from ltc_coach.model.playbook import Playbook as Book

app = command_app()

_NO_DEALS = both(zh="{folder} 里没有商机文件", en="no deal files in {folder}")
_NOT_DEALS = both(zh="{file}:ltc fit 只读商机文件 (YAML)", en="{file}: ltc fit reads deal files (YAML) only")
_NO_DAYS = both(
    zh="导出的表不知道哪天知道了什么,学不出赢率",
    en="an export does not know what was known when: no win rate can be learned",
)
_LABEL = both(
    zh="--labels {file}:{id}「{place}」不是手册里的位置", en="--labels {file}: {id}: no such place: '{place}'"
)
_NOT_LABELS = both(zh="--labels {file}:应当是「商机编号: 位置」", en="--labels {file}: expected lines `deal id: place`")

Deals = Annotated[
    list[str],
    typer.Argument(
        metavar="DEALS...", help=says(zh="商机文件夹或文件", en="folders or files of deals"), show_default=False
    ),
]
Labels = Annotated[
    str | None,
    typer.Option(
        "--labels",
        metavar="FILE",
        help=says(
            zh="知道真实位置的商机,YAML,一行一个「编号: 位置」", en="deals whose true place is known: YAML, `id: place`"
        ),
        rich_help_panel=INPUT,
    ),
]


@app.command(
    cls=Command,
    help=says(
        zh="""用自己的商机,核对手册里每条说法该信几分、答题的销售有多可靠、漏斗每一级的赢率该是多少。

        知道真实位置的商机有 500 个以上时,还看每个问题在每个位置上各种答案各占多少。
        只给建议,带数量和区间,什么也不改;数据不够就直说不够。""",
        en="""Checks against your own deals how far each answer can be trusted, how reliable those who answer are, and
        what the win rate of each rung is.

        From 500 deals whose true place is known, also how often each answer is given at each place. Prints a
        proposal with counts and intervals and changes nothing; where there is too little, it says so.""",
    ),
    epilog=says(
        zh="""ltc fit deals/                       看建议
        ltc fit deals/ --json -o fit.json     给程序读,或给 ltc batch --rates
        ltc fit deals/ --labels known.yaml    有些商机的真实位置是知道的""",
        en="""ltc fit deals/                       the proposal
        ltc fit deals/ --json -o fit.json     for programs, or for ltc batch --rates
        ltc fit deals/ --labels known.yaml    the true place of some deals is known""",
    ),
)
def fit(
    ctx: typer.Context,
    deals: Deals,
    playbook: Playbook = None,
    labels: Labels = None,
    json: Json = False,
    output: Output = None,
) -> None:
    """Learn from deals and propose."""
    from ltc_coach.authoring.loading import load_playbook
    from ltc_coach.engine.answer_tables import fit_tables
    from ltc_coach.engine.learning import fit_trust
    from ltc_coach.engine.win_rates import fit_rates
    from ltc_coach.settings import DEFAULT_PLAYBOOK

    session: Session = ctx.obj
    book = load_playbook(playbook or session.settings.playbook or DEFAULT_PLAYBOOK)
    known, unusable = _read(session, deals)
    fitting = [deal for deal in known if not _misfits(book, deal)]
    places = _labels(book, labels) if labels else {}
    truths = {i: places[deal.id] for i, deal in enumerate(fitting) if deal.id in places}
    histories = [deal.answers for deal in fitting]
    learned = fit_trust(book, histories, truths)
    tables = fit_tables(book, learned, histories, truths)
    rates = fit_rates(book, fitting)
    counts = {"deals": len(fitting), "labelled": len(truths), "left_out": len(known) - len(fitting) + unusable}
    if json:
        from ltc_coach.documents.fit_json import fit_document
        from ltc_coach.documents.report_json import to_json

        document = fit_document(book, learned, tables, rates, counts)
        session.emit(to_json(document), output, machine=True)
    else:
        from ltc_coach.console.fit import fit_screen

        width, colour = session.width(output), session.colour(output)
        told = fit_screen(book, learned, tables, rates, counts, session.lang, width=width, colour=colour)
        session.emit(told, output)
    if unusable:
        raise typer.Exit(int(ExitCode.PARTIAL))


def _read(session: Session, written: list[str]) -> tuple[list[Deal], int]:
    """Return the deals of files and folders, and how many files could not be used; those are told on stderr."""
    from ltc_coach.deals.files import read_deal
    from ltc_coach.deals.store import deal_files
    from ltc_coach.documents.problems import render

    for name in written:
        if Path(name).is_file() and Path(name).suffix.lower() not in {".yaml", ".yml"}:
            raise CoachError(_NOT_DEALS.fill(file=name), hint=_NO_DAYS)
    paths = [p for name in written for p in (deal_files(Path(name)) if Path(name).is_dir() else [Path(name)])]
    if not paths:
        raise CoachError(_NO_DEALS.fill(folder=", ".join(written)[:200]))
    found, unusable = [], 0
    for path in dict.fromkeys(paths):
        deal, _, problems = read_deal(path)
        if deal is None:
            unusable += 1
            note(render(problems, session.lang).rstrip())
        else:
            found.append(deal)
    return found, unusable


def _misfits(book: Book, deal: Deal) -> bool:
    from ltc_coach.engine import check_answers

    return bool(check_answers(book, deal.answers))


def _labels(book: Book, name: str) -> dict[str, str]:
    from ltc_coach.reading.tree import read_yaml

    document = read_yaml(Path(name))
    if document.problems or not isinstance(document.data, dict):
        raise CoachError(_NOT_LABELS.fill(file=name), problems=document.problems)
    ids = book.scales[book.main].ids
    for id_, place in document.data.items():
        if place not in ids:
            raise CoachError(_LABEL.fill(file=name, id=str(id_)[:60], place=str(place)[:60]))
    return {str(id_): str(place) for id_, place in document.data.items()}
