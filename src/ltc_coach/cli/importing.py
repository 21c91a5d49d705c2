"""``ltc deals import``: what is in an export, which column is what, and what it comes to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import INPUT, NoInput, Output, Playbook
from ltc_coach.cli.session import Session, note
from ltc_coach.console.streams import can_ask
from ltc_coach.i18n import Text, both
from ltc_coach.plain import clean, quoted
from ltc_coach.problems import CoachError, ExitCode

if TYPE_CHECKING:
    from ltc_coach.console.import_page import ImportPage
    from ltc_coach.deals.guessing import Open
    from ltc_coach.deals.imports import Importer
    from ltc_coach.deals.mapping_answers import MappingAnswers
    from ltc_coach.deals.recognising import Guess
    from ltc_coach.deals.tables import Rows
    from ltc_coach.model.mapping import Mapping
    from ltc_coach.model.playbook import Playbook as Book
    from ltc_coach.model.row import Skipped

app = command_app()

_STDIN = "-"
_ANSWERS = "answers."
_DEFAULT_FILE = "mapping.yaml"

_EITHER = both(zh="--map 和 --mapping 只能用一个", en="--map and --mapping do not go together")
_EITHER_HINT = both(
    zh="--map 现做一份列对照;--mapping 拿做好的来核对",
    en="--map makes a mapping, --mapping checks the export against one",
)
_NO_TERMINAL = both(zh="这里没有终端,没法提问", en="no terminal to ask questions on")
_NO_TERMINAL_HINT = both(zh="加 --no-input,照猜的来", en="add --no-input to take the guess")
_NOTHING = both(zh="一行也读不了", en="not one row can be read")
_NO_COLUMNS = both(zh="一列也认不出来", en="not one column was recognised")
_NO_COLUMNS_HINT = both(
    zh="在终端里用 --map 一列一列指,或者给 aliases.yaml 加上你们的列名",
    en="name the columns with --map in a terminal, or add your headings to aliases.yaml",
)
_ELSEWHERE = both(zh="{file} 要和导出的表放在同一个文件夹", en="{file} must lie in the folder of the export")
_NOT_A_CURRENCY = both(zh="--currency 要写成 CNY 这样", en="--currency wants a code like CNY")
_SAVED = both(
    zh="列对照存在 {file}。接下来:ltc batch {table} --mapping {file}",
    en="the mapping is in {file}. Next: ltc batch {table} --mapping {file}",
)
_NOT_SAVED = both(
    zh="列对照没有保存;要保存加 -o mapping.yaml", en="the mapping was not saved; -o mapping.yaml saves it"
)
_FILE_NAME = both(zh="列对照存到哪个文件?", en="Save the mapping to which file?")
_EXISTS = both(zh="已经有这个文件了,换一个名字", en="there is such a file already; choose another name")
_QUESTION = both(zh="问题 {id}", en="question {id}")


@app.command(
    "import",
    cls=Command,
    help=says(
        zh="""看一份导出的表:哪一列是什么,能读成多少个商机,合计多少,有哪些坑。

        读得了 CSV、TSV、Excel (.xlsx)、ODS、JSON、JSONL、Parquet 和商机文件,编码自己认。
        加 --map 把看不出来的问清楚,存成列对照给 ltc batch 用。有行读不了就逐行列出来,以 3 退出。""",
        en="""Looks at an export: which column is what, how many deals it makes, what they add up to, its traps.

        Reads CSV, TSV, Excel (.xlsx), ODS, JSON, JSONL, Parquet and deal files, and finds the encoding. With
        --map it asks what cannot be told from the data and saves the mapping for ltc batch. Rows that cannot
        be read are listed; exit 3.""",
    ),
    epilog=says(
        zh="""ltc deals import 商机.xlsx
        ltc deals import 商机.xlsx --map -o mapping.yaml
        ltc deals import sales.csv --map --no-input --with teams.csv -o mapping.yaml
        ltc deals import sales.csv --mapping mapping.yaml""",
        en="""ltc deals import deals.xlsx
        ltc deals import deals.xlsx --map -o mapping.yaml
        ltc deals import sales.csv --map --no-input --with teams.csv -o mapping.yaml
        ltc deals import sales.csv --mapping mapping.yaml""",
    ),
)
def import_deals(
    ctx: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="TABLE...",
            help=says(zh="文件、文件夹或通配符,- 是标准输入", en="files, folders or patterns; - is standard input"),
        ),
    ],
    make: Annotated[
        bool,
        typer.Option(
            "--map", help=says(zh="做一份列对照,看不出来的就问", en="make a mapping; ask what cannot be told")
        ),
    ] = False,
    mapping: Annotated[
        str | None,
        typer.Option(
            "--mapping",
            metavar="FILE",
            help=says(zh="按做好的列对照来读", en="read by a mapping made before"),
            rich_help_panel=INPUT,
        ),
    ] = None,
    beside: Annotated[
        list[str],
        typer.Option(
            "--with",
            metavar="FILE",
            help=says(
                zh="同一文件夹里的其他表,如销售和团队,可多次", en="a further table beside it, e.g. of teams; repeatable"
            ),
            rich_help_panel=INPUT,
        ),
    ] = [],  # noqa: B006 - Typer copies it
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding",
            metavar="NAME",
            help=says(zh="编码 (如 gb18030),不给就自己认", en="the encoding, otherwise found: utf-8, gb18030, ..."),
            rich_help_panel=INPUT,
        ),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option(
            "--sheet",
            metavar="NAME",
            help=says(zh="工作簿里的哪张表,默认第一张", en="which sheet of a workbook; the first one otherwise"),
            rich_help_panel=INPUT,
        ),
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option(
            "--currency",
            metavar="CODE",
            help=says(zh="金额的币种,如 CNY", en="the currency of the amounts, such as USD"),
            rich_help_panel=INPUT,
        ),
    ] = None,
    playbook: Playbook = None,
    no_input: NoInput = False,
    output: Output = None,
) -> None:
    """Look at an export and make a mapping for it."""
    from ltc_coach.authoring.loading import load_playbook
    from ltc_coach.cli.mapping_questions import is_currency
    from ltc_coach.deals.mapping import load_mapping
    from ltc_coach.deals.tables import read_rows
    from ltc_coach.settings import DEFAULT_PLAYBOOK

    session: Session = ctx.obj
    if make and mapping:
        raise CoachError(_EITHER, hint=_EITHER_HINT)
    if currency and not is_currency(currency):
        raise CoachError(_NOT_A_CURRENCY)
    book = load_playbook(playbook or session.settings.playbook or DEFAULT_PLAYBOOK)
    rows = read_rows(paths, encoding, sheet=sheet, stdin=_spooled() if _STDIN in paths else None)
    folder = _folder(paths[0])
    asking = make and not (no_input or session.settings.no_input)
    if mapping:
        made = _Made(load_mapping(mapping, book))
        if not made.mapping.columns and not made.mapping.answers:
            raise CoachError(_NO_COLUMNS, hint=_NO_COLUMNS_HINT)
    else:
        made = _propose(session, rows, book, _beside(beside, folder), currency, asking=asking)
    if currency:
        made.mapping = made.mapping.model_copy(update={"currency": currency})
    raise typer.Exit(_account(session, rows, book, made, folder, output))


@dataclass(slots=True)
class _Made:
    """The mapping in use; what it was guessed from, where it was guessed, what stayed open, what somebody told."""

    mapping: Mapping
    guesses: Sequence[Guess] = ()
    open: Sequence[Open] = ()
    others: Sequence[str] = ()
    kept: MappingAnswers | None = None

    @property
    def unused(self) -> list[str]:
        """The headings of columns that the mapping does not read."""
        return [its.column for its in self.guesses if its.column not in self.mapping.named]


def _spooled() -> BinaryIO:
    """Return standard input as something that can be read twice."""
    import shutil
    import tempfile

    spool = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with the process
    if sys.stdin is not None:
        shutil.copyfileobj(sys.stdin.buffer, spool)
    return spool


def _folder(path: str) -> Path:
    """Return the folder in which further tables are looked for."""
    return Path() if path == _STDIN else Path(path) if Path(path).is_dir() else Path(path).parent


def _beside(names: Sequence[str], folder: Path) -> dict[str, Sequence[str]]:
    """Return the headings of the further tables, by file name."""
    from ltc_coach.deals.lookups import headings_of

    found = {}
    for name in names:
        # A bare name is one of the folder, from wherever the command is given.
        path = folder / name if Path(name).name == name else Path(name)
        if path.resolve().parent != folder.resolve():
            raise CoachError(_ELSEWHERE.fill(file=name))
        found[path.name] = headings_of(path)
    return found


def _propose(
    session: Session, rows: Rows, book: Book, beside: dict[str, Sequence[str]], currency: str | None, *, asking: bool
) -> _Made:
    """Guess the mapping; with ``asking``, let whoever knows the table settle the rest."""
    from ltc_coach.cli.left_open import tell_notes
    from ltc_coach.cli.mapping_questions import ask_columns, ask_open
    from ltc_coach.deals.aliases import load_aliases
    from ltc_coach.deals.columns import survey
    from ltc_coach.deals.guessing import guess
    from ltc_coach.deals.mapping_answers import MappingAnswers

    found = survey(row for row in rows if Path(row.file).name not in beside)
    aliases = load_aliases()
    proposal = guess(found, book, aliases, beside=beside)
    mapping, kept = proposal.mapping, None
    still = [its for its in proposal.open if not (its.kind == "currency" and currency)]
    if asking and found.rows:
        if not can_ask():
            raise CoachError(_NO_TERMINAL, hint=_NO_TERMINAL_HINT)
        kept = MappingAnswers(found.columns)
        told = ask_columns(found, proposal, session, kept)
        proposal = guess(found, book, aliases, beside=beside, told=told)
        mapping = ask_open(proposal, book, session, kept, without="currency" if currency else "")
        still = []
    if found.rows and not mapping.columns and not mapping.answers:
        tell_notes(session, rows)
        raise CoachError(_NO_COLUMNS, hint=_NO_COLUMNS_HINT)
    return _Made(mapping, proposal.guesses, still, found.others, kept)


def _account(session: Session, rows: Rows, book: Book, made: _Made, folder: Path, output: str | None) -> int:
    """Read everything by the mapping, save it, show the page; return the exit code."""
    from ltc_coach.console.import_page import import_screen
    from ltc_coach.deals.imports import Importer
    from ltc_coach.deals.lookups import load_lookups
    from ltc_coach.deals.mapping import dump_mapping
    from ltc_coach.model.row import Skipped

    importer = Importer(made.mapping, book, load_lookups(made.mapping, folder))
    refused = 0
    for done in importer.read(rows):
        if isinstance(done, Skipped):
            refused += 1
            _tell(session, done)
    page = import_screen(_page(rows, made, importer), session.lang, width=session.width(), colour=session.colour())
    if output is None and made.kept is not None:
        output = _ask_file(session)
    if output is not None:
        session.emit(dump_mapping(made.mapping, made.unused), output, machine=True)
        if made.kept is not None:
            made.kept.discard()
    if output == _STDIN:
        note(page.rstrip("\n"))
    else:
        session.emit(page)
    if output not in {None, _STDIN}:
        session.say(_SAVED.fill(file=quoted(output, 200), table=quoted(rows.files[0], 200)))
    elif output is None and made.guesses:
        session.say(_NOT_SAVED)
    if not importer.tally.deals.total():
        session.say(_NOTHING)
        return int(ExitCode.USAGE)
    return int(ExitCode.PARTIAL if refused else ExitCode.OK)


def _tell(session: Session, skipped: Skipped) -> None:
    """List one refusal on the error stream: file, line, column, reason."""
    column = f"{quoted(skipped.field, 60)}: " if skipped.field else ""
    note(f"{clean(skipped.file)}:{skipped.line}: {column}{clean(skipped.reason.get(session.lang))}")


def _ask_file(session: Session) -> str:
    from ltc_coach.console.prompts import ask_text

    lang = session.lang

    def check(name: str) -> str | None:
        return _EXISTS.get(lang) if Path(name).exists() else None

    free = next(name for i in range(1, 1000) if not Path(name := _file_name(i)).exists())
    return ask_text(_FILE_NAME.get(lang), lang, default=free, check=check)


def _file_name(number: int) -> str:
    return _DEFAULT_FILE if number == 1 else f"mapping-{number}.yaml"


def _page(rows: Rows, made: _Made, importer: Importer) -> ImportPage:
    """Gather what is told about the import."""
    from ltc_coach.cli.left_open import left_open
    from ltc_coach.console.import_page import ColumnLine, ImportPage, StateLine
    from ltc_coach.deals.recognising import told
    from ltc_coach.deals.traps import STATES, TITLES

    tally = importer.tally
    states = [
        StateLine(title, tally.deals[state], sorted((c, m) for (c, its), m in tally.money.items() if its == state))
        for state, title in STATES.items()
        if tally.deals[state]
    ]
    settled: dict[str, str] = {column: field for field, column in made.mapping.columns.items()}
    settled |= {answer.column: f"{_ANSWERS}{id_}" for id_, answer in made.mapping.answers.items()}
    return ImportPage(
        notes=[(source.file, text) for source in rows.sources for text in source.notes],
        columns=[
            ColumnLine(g.column, _meaning(settled.get(g.column, "")), g.confidence, g.reason, g.samples)
            for g in (its if its.meaning or its.column not in settled else told(its) for its in made.guesses)
        ],
        joined=[(TITLES[f], join.file, name) for join in made.mapping.join for f, name in join.take.items()],
        others=made.others,
        open=[left_open(its, made.mapping.currency) for its in made.open],
        rows=tally.rows,
        deals=tally.deals.total(),
        skipped=tally.skipped,
        states=states,
        findings=[finding.message for finding in importer.findings()],
        questions=len(made.mapping.answers),
        answered=tally.answered,
    )


def _meaning(meaning: str) -> Text:
    from ltc_coach.deals.traps import TITLES

    return (
        _QUESTION.fill(id=meaning.removeprefix(_ANSWERS))
        if meaning.startswith(_ANSWERS)
        else TITLES.get(meaning, Text())
    )
