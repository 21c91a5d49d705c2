"""The proposal of ``ltc fit`` as JSON, and its learned tables read back for whoever wants to diagnose by them."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ltc_coach.engine.answer_tables import ENOUGH_LABELLED, Grid, TableFit, TablesFit
from ltc_coach.engine.learning import ENOUGH_ANSWERS, PRIOR_WEIGHT, Learned
from ltc_coach.engine.situation import Chances
from ltc_coach.engine.tables import Table, likelihoods
from ltc_coach.engine.win_rates import ENOUGH_DEALS, RateFit
from ltc_coach.i18n import both
from ltc_coach.model.playbook import Playbook
from ltc_coach.problems import CoachError
from ltc_coach.reading.files import read_bytes

# A proposal for a playbook of a hundred questions takes a megabyte.
_LARGEST = 20_000_000
_DECIMALS = 4
# Chances are read by programs, and must still make one.
_EXACT = 9

_NOT_FIT = both(zh="{file}:不是 ltc fit --json 存的文件", en="{file}: not saved by ltc fit --json")
_OTHER = both(
    zh="{file}:里面的表跟这本打法手册的位置或答案对不上",
    en="{file}: its tables are for other places or answers than this playbook has",
)
_NONE = both(
    zh="{file}:里面没有建议用的表:知道真实位置的商机有 {labelled} 个,要 {enough} 个以上,而且表要明显比手册的词准",
    en="{file}: no tables are proposed in it: {labelled} labelled deals, {enough} are needed, "
    "and tables clearly better than the words",
)


def fit_document(
    book: Playbook, learned: Learned, tables: TablesFit, rates: Sequence[RateFit], counts: dict[str, int]
) -> dict[str, Any]:
    """Return the whole proposal; shares with four decimals, fields may be added, never changed."""
    return {
        "schema_version": 1,
        "playbook": {"id": book.id, "version": book.version, "fingerprint": book.fingerprint},
        **counts,
        "prior_weight": PRIOR_WEIGHT,
        "enough_answers": ENOUGH_ANSWERS,
        "enough_deals": ENOUGH_DEALS,
        "reps": {
            "now": learned.reps.now,
            "classes": [{"lapse": lapse, "share": _short(share)} for share, lapse in learned.reps.mix],
            "deals": learned.reps.deals,
            "decibans": {word: round(gain, 1) for word, gain in learned.reps.decibans},
            "propose": learned.reps.proposed,
        },
        "trust": [
            {
                "question": f.question,
                "answer": f.answer,
                "scale": f.scale,
                "now": _short(f.now),
                "learned": _short(f.learned),
                "low": _short(f.low),
                "high": _short(f.high),
                "count": round(f.count, 2),
                "propose": f.proposed,
            }
            for f in learned.trust
        ],
        "tables": _tables(book, tables),
        "rates": [
            {
                "ladder": r.ladder,
                "rung": r.rung,
                "declared": r.declared,
                "won": r.won,
                "closed": r.closed,
                "learned": _short(r.learned),
                "low": _short(r.low),
                "high": _short(r.high),
                "propose": _short(r.learned) if r.enough else None,
            }
            for r in rates
        ],
    }


def _short(share: float) -> float:
    return round(share, _DECIMALS)


def _tables(book: Playbook, fit: TablesFit) -> dict[str, Any]:
    return {
        "scale": fit.scale,
        "places": list(book.scales[fit.scale].ids),
        "labelled": fit.labelled,
        "enough_labelled": ENOUGH_LABELLED,
        "reps": book.reps,
        "decibans": round(fit.decibans, 1),
        "propose": fit.proposed,
        "questions": [_table(its) for its in fit.tables],
    }


def _table(fit: TableFit) -> dict[str, Any]:
    def rows(grid: Grid, decimals: int = _DECIMALS) -> dict[str, list[float]]:
        return {a: [round(x, decimals) for x in row] for a, row in zip(fit.answers, grid, strict=True)}

    return {
        "question": fit.question,
        "topic": fit.topic,
        "count": fit.count,
        "n0": fit.n0,
        "decibans": round(fit.decibans, 1),
        "counts": {a: list(row) for a, row in zip(fit.answers, fit.counts, strict=True)},
        "expected": rows(fit.expected),
        "learned": rows(fit.learned),
        "low": rows(fit.low),
        "high": rows(fit.high),
        "chances": rows(fit.chances, _EXACT),
    }


def load_chances(file: str | Path, playbook: Playbook) -> Chances:
    """Return the tables that ``ltc fit --json`` proposed, for ``Coach(playbook, chances=...)`` and ``Columns``.

    They take the place of the claims about the customer's place, and keep the questions' topics. They were made for
    the ``reps`` of the playbook: give no others beside them.

    Raises:
        CoachError: if the file is no such proposal, proposes no tables, or was made for other places or answers.
    """
    try:
        its = json.loads(read_bytes(Path(file), _LARGEST))["tables"]
        scale, labelled, proposed = str(its["scale"]), int(its["labelled"]), its["propose"] is True
        tables = [_read(one) for one in its["questions"]]
        made_for = (scale, tuple(its["places"]), str(its["reps"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CoachError(_NOT_FIT.fill(file=str(file))) from error
    if not proposed:
        raise CoachError(_NONE.fill(file=str(file), labelled=labelled, enough=ENOUGH_LABELLED))
    if made_for != (playbook.main, playbook.scales[playbook.main].ids, playbook.reps) or not all(
        _belongs(table, playbook) for table in tables
    ):
        raise CoachError(_OTHER.fill(file=str(file)))
    return {table.question: {scale: table} for table in tables}


def _read(one: dict[str, Any]) -> Table:
    rows = {str(answer): [float(x) for x in row] for answer, row in one["chances"].items()}
    topic = None if one["topic"] is None else str(one["topic"])
    columns = list(zip(*rows.values(), strict=True))
    if not columns or not all(
        min(column) > 0 and math.isclose(math.fsum(column), 1.0, abs_tol=1e-6) for column in columns
    ):
        raise ValueError
    return Table(str(one["question"]), tuple(rows), tuple(map(tuple, rows.values())), topic)


def _belongs(table: Table, playbook: Playbook) -> bool:
    """Say whether a playbook asks this question with these answers, on this topic, about so many places."""
    question = playbook.question(table.question)
    if question is None:
        return False
    claimed = likelihoods(question, playbook.main, playbook.scales[playbook.main])
    return claimed is not None and (claimed.answers, claimed.topic, len(claimed.chances[0])) == (
        table.answers,
        table.topic,
        len(table.chances[0]),
    )
