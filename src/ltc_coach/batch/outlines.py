"""Outlines of many deals: by the engine, once for all with the same answers, or as columns where that is faster.

The columnar path needs the extra `batch` and deals that are nothing but answers: no people, no ledger, no days or
grades. It says the same (tests/test_batch_records.py), but loading it takes a while, so a handful of deals never
uses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.util import find_spec
from typing import Any

from ltc_coach.engine.outline import Outline, Outliner, Stand
from ltc_coach.engine.situation import Compiled
from ltc_coach.i18n import Text
from ltc_coach.model.deal import RETRACTED, Answer, Deal
from ltc_coach.model.playbook import Playbook

# With fewer different answers than this among the deals of a part, columns do not pay.
_WORTH = 300
_EMPTY: dict[str, str] = {}


class Outlines:
    """A playbook ready for many deals at once; ``columns`` allows the columnar path."""

    def __init__(self, playbook: Playbook, *, columns: bool = True) -> None:
        self._playbook = playbook
        self._outliner = Outliner(playbook)
        self._allowed = columns and all(find_spec(name) for name in ("numpy", "pyarrow"))
        self._columns: Any = None

    @property
    def compiled(self) -> Compiled:
        """The playbook as the engine has it."""
        return self._outliner.compiled

    def of(self, deals: Sequence[Deal], today: date) -> list[Outline]:
        """Return the outline of each deal on ``today``."""
        plain = [_plain(deal) for deal in deals] if self._allowed else []
        worth = {tuple(told.items()) for told in plain if told}
        if len(worth) < _WORTH:
            return [self._outliner.outline(deal.answers, today, deal) for deal in deals]
        self._load()
        scored = iter(self._scored([told for told in plain if told]))
        return [
            next(scored) if told else self._outliner.outline(deal.answers, today, deal)
            for deal, told in zip(deals, plain, strict=True)
        ]

    def _load(self) -> None:
        if self._columns is None:
            from ltc_coach.batch.columns import Columns

            self._columns = Columns(self._playbook)

    def _scored(self, told: Sequence[Mapping[str, str]]) -> list[Outline]:
        """Diagnose deals as columns."""
        import pyarrow as pa

        names = [question.id for question in self._playbook.questions]
        arrays = [pa.array([answers.get(name) for answers in told], pa.string()) for name in names]
        result = self._columns.score(pa.RecordBatch.from_arrays(arrays, names=names))
        held = {name: result.column(name).to_pylist() for name in result.schema.names}
        others = [id_ for id_ in self._playbook.scales if id_ != self._playbook.main]
        maps = [name.removeprefix("map_") for name in held if name.startswith("map_") and f"{name}_confidence" in held]
        return [
            Outline(
                place=Stand(held["place"][i], held["confidence"][i], held["runner_up"][i]),
                settled=held["settled"][i],
                maps={name: held[f"map_{name}"][i] for name in maps},
                also={id_: Stand(held[f"also_{id_}"][i], held[f"also_{id_}_confidence"][i], None) for id_ in others},
                moves=tuple(held["moves"][i]),
                never=tuple(held["never"][i]),
                rungs={
                    id_: (held[f"ladder_{id_}"][i], held[f"ladder_{id_}_rate"][i], Text())
                    for id_ in self._playbook.ladders
                },
                answered=held["asked"][i],
            )
            for i in range(len(told))
        ]


def _plain(deal: Deal) -> Mapping[str, str]:
    """Return the answers of a deal that is nothing but answers; nothing for any other, or one without any."""
    if deal.people or deal.influence or deal.strengths:
        return _EMPTY
    told = {answer.question: answer.value for answer in deal.answers if _is_bare(answer)}
    return told if len(told) == len(deal.answers) else _EMPTY


def _is_bare(answer: Answer) -> bool:
    return len(vars(answer)) == 2 and answer.value != RETRACTED  # noqa: PLR2004 - a question and a value
