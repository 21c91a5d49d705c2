"""What a run over many deals goes by: tables with their mapping, rates, the last run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ltc_coach.cli.session import Session
from ltc_coach.i18n import Text, both
from ltc_coach.problems import CoachError

if TYPE_CHECKING:
    from ltc_coach.deals.lookups import Lookup
    from ltc_coach.deals.tables import Rows
    from ltc_coach.model.mapping import Mapping
    from ltc_coach.model.playbook import Playbook

_STDIN = "-"
_LARGEST_RATES = 5_000_000

_UNKNOWN = both(
    zh="一列也认不出来,不知道哪列是什么", en="not one column was recognised: which column is what is not known"
)
_MAP_IT = both(
    zh="先做一份列对照:ltc deals import {table} --map -o mapping.yaml",
    en="make a mapping first: ltc deals import {table} --map -o mapping.yaml",
)
_GUESSED = both(
    zh="没有给列对照,列是照列名和内容猜的:{columns}。核对:ltc deals import {table} --map",
    en="no mapping was given; the columns were guessed: {columns}. To check: ltc deals import {table} --map",
)
_NO_CURRENCY = both(zh="币种没有写,按 {currency} 算", en="the currency is not written: {currency} is assumed")
_NOT_RATES = both(zh="--rates {file}:不是 ltc fit --json 存的文件", en="--rates {file}: not saved by ltc fit --json")
_FIT_IT = both(zh="ltc fit deals/ --json -o fit.json", en="ltc fit deals/ --json -o fit.json")
_OTHER_PLAYBOOK = both(
    zh="--rates {file}:是另一本打法手册的 ({id})", en="--rates {file}: made for another playbook ({id})"
)
_FEW_CLOSED = both(
    zh="自家的赢率还用不上:每级要 {enough} 个结束的商机,最多的一级才 {n} 个",
    en="your own win rates cannot be used yet: {enough} closed deals a rung are needed, the most at any is {n}",
)
_STAGE_RATE = both(zh="--stage-rate 要写成 阶段=30%", en="--stage-rate wants STAGE=30%")


@dataclass(frozen=True, slots=True)
class Source:
    """The rows to be read, the mapping to read them by, and what has to be said about it."""

    rows: Rows
    mapping: Mapping
    lookups: Sequence[Lookup]
    notes: tuple[Text, ...] = ()


def open_source(
    session: Session, paths: Sequence[str], mapping: str | None, book: Playbook, encoding: str | None, sheet: str | None
) -> Source:
    """Find the files and their mapping; without one it is guessed, which is said.

    Raises CoachError (2) for paths that lead nowhere, an unusable mapping, and tables nobody can make sense of.
    """
    from ltc_coach.deals.lookups import load_lookups
    from ltc_coach.deals.mapping import load_mapping
    from ltc_coach.deals.tables import read_rows

    rows = read_rows(paths, encoding, sheet=sheet, stdin=_spooled() if _STDIN in paths else None)
    if mapping is None:
        return _guessed(session, rows, book, encoding, sheet)
    made = load_mapping(mapping, book)
    # A folder may hold the mapping as well as the tables.
    if Path(mapping).is_file():
        rows.files = [name for name in rows.files if name == _STDIN or not Path(name).samefile(mapping)]
    if not made.columns and not made.answers:
        source = _guessed(session, rows, book, encoding, sheet)
        stages = source.mapping.stages | made.stages
        return replace(source, mapping=source.mapping.model_copy(update={"stages": stages}))
    return Source(rows, made, load_lookups(made, _folder(paths[0])))


def _guessed(session: Session, rows: Rows, book: Playbook, encoding: str | None, sheet: str | None) -> Source:
    from ltc_coach.deals.tables import read_rows
    from ltc_coach.model.mapping import Mapping

    tables = [name for name in rows.files if not name.lower().endswith((".yaml", ".yml"))]
    if not tables:
        return Source(rows, Mapping(columns={}), ())
    from ltc_coach.cli.left_open import left_open, tell_notes
    from ltc_coach.deals.aliases import load_aliases
    from ltc_coach.deals.columns import survey
    from ltc_coach.deals.guessing import guess
    from ltc_coach.plain import quoted

    surveyed = rows if _STDIN in tables else read_rows(tables, encoding, sheet=sheet)
    found = survey(surveyed)
    proposal = guess(found, book, load_aliases())
    made, table = proposal.mapping, quoted(tables[0], 60)
    if not found.rows:
        return Source(rows, made, ())
    if not made.columns and not made.answers:
        tell_notes(session, surveyed)
        raise CoachError(_UNKNOWN, hint=_MAP_IT.fill(table=table))
    columns = [f"{field} = {quoted(name, 30)}" for field, name in made.columns.items()]
    columns += [f"{id_} = {quoted(answer.column, 30)}" for id_, answer in made.answers.items()]
    told = [_GUESSED.fill(columns=", ".join(columns), table=table)]
    if any(one.kind == "currency" for one in proposal.open):
        told.append(_NO_CURRENCY.fill(currency=made.currency))
    told += [left_open(one, made.currency) for one in proposal.open if one.kind != "currency"]
    for text in told:
        session.say(text)
    return Source(rows, made, (), tuple(told))


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


def read_rates(name: str, book: Playbook) -> tuple[dict[str, float], tuple[Text, ...]]:
    """Return the win rates proposed by ``ltc fit --json`` for the playbook's first ladder, and what is to be said.

    Raises CoachError (2) for any other file.
    """
    import json

    from ltc_coach.engine.win_rates import ENOUGH_DEALS
    from ltc_coach.plain import quoted
    from ltc_coach.reading.files import read_bytes

    ladder = next(iter(book.ladders), None)
    try:
        document = json.loads(read_bytes(Path(name), _LARGEST_RATES))
        made_for = str(document["playbook"]["id"])
        its = [rate for rate in document["rates"] if rate["ladder"] == ladder]
        learned = {str(rate["rung"]): _share(rate["propose"]) for rate in its if rate["propose"] is not None}
        most = max((int(rate["closed"]) for rate in its), default=0)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CoachError(_NOT_RATES.fill(file=name), hint=_FIT_IT) from error
    if made_for != book.id:
        raise CoachError(_OTHER_PLAYBOOK.fill(file=name, id=quoted(made_for, 40)))
    return learned, () if learned else (_FEW_CLOSED.fill(enough=ENOUGH_DEALS, n=most),)


def _share(value: Any) -> float:
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError
    return share


def stage_rates(written: Sequence[str]) -> dict[str, float]:
    """Turn STAGE=30% into rates by stage; raises CoachError (2)."""
    rates = {}
    for one in written:
        stage, sign, rate = one.rpartition("=")
        number = rate.strip().removesuffix("%")
        try:
            share = _share(number) if number == rate.strip() else _share(float(number) / 100)
        except ValueError:
            sign = ""
        if not sign or not stage.strip():
            raise CoachError(_STAGE_RATE)
        rates[" ".join(stage.split())] = share
    return rates
