"""A row of an export becomes a deal by a mapping, or is refused with the column and the reason.

The mapping is compiled once; a row then costs a few dictionary look-ups and no schema. The CRM's stage
is kept as a fact beside the evidence: answers come from answer columns and from nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ltc_coach.deals.lookups import Lookup
from ltc_coach.deals.traps import Tally, Traps
from ltc_coach.i18n import both
from ltc_coach.model.cells import (
    Sum,
    Unfit,
    as_currency,
    as_day,
    as_money,
    as_name,
    as_outcome,
    no_answer,
    other_currency,
    sound,
)
from ltc_coach.model.deal import RETRACTED, Answer, Deal, Ending, Outcome, Visit
from ltc_coach.model.frame import Frame
from ltc_coach.model.mapping import DAYS, OPEN, Mapping
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.row import Finding, Imported, Row, Skipped
from ltc_coach.plain import quoted

# Values of a column that are converted once and remembered; the memory they take stays bounded.
_REMEMBERED = 10_000

_NESTED = both(zh="这一格不是单独一个值", en="this is not a single value")
_NO_QUESTION = both(zh="打法手册里没有问题「{question}」", en="the playbook has no question '{question}'")
_LACKS = both(
    zh="这张表没有列对照要的「{names}」,整张没有读", en="this table lacks '{names}', which the mapping wants: not read"
)

_Given = dict[str, Any]
# What a row carries along beside the fields of its deal: the currency its amount names.
_MARKED = "marked?"
_ENDED: dict[str, Ending] = {"won": "won", "lost": "lost", "given_up": "given_up"}
_Put = Callable[[str, _Given], None]


class Importer:
    """Turns rows into deals, and keeps count; ``lookups`` are the further tables of the mapping."""

    def __init__(self, mapping: Mapping, playbook: Playbook, lookups: Sequence[Lookup] = ()) -> None:
        self.mapping = mapping
        self._lookups = lookups
        self._beside = {lookup.file for lookup in lookups}
        self._currency = mapping.currency
        self._stages, self._outcomes = mapping.stages, mapping.outcomes
        self._blank = frozenset(("", *mapping.blank))
        steps: list[tuple[str, _Put]] = [(column, self._put(field)) for field, column in mapping.columns.items()]
        for id_, words in mapping.words(playbook).items():
            steps.append((mapping.answers[id_].column, _answer(id_, words)))
        steps += [(lookup.on, self._look_up(lookup)) for lookup in lookups]
        self._steps = tuple(steps)
        self._options = {q.id: {"unknown", *(option.id for option in q.answers)} for q in playbook.questions}
        taken = {field for join in mapping.join for field in join.take}
        self._traps = Traps(frozenset([*mapping.columns, *taken]))

    @property
    def tally(self) -> Tally:
        """What the rows read so far come to."""
        return self._traps.tally

    def read(self, rows: Iterable[Row | Skipped]) -> Iterator[Imported | Skipped]:
        """Yield a deal or a refusal for every row, in order; a table that lacks a column is refused as a whole."""
        file, fits = "", True
        for row in rows:
            if isinstance(row, Skipped):
                self.tally.skipped += row.row > 0
                yield row
                continue
            if row.file != file:
                file, fits = row.file, True
                if row.deal is None and Path(file).name in self._beside:
                    fits = False
                elif row.deal is None and not row.sparse and (lacking := self._lacking(row)):
                    names = ", ".join(quoted(name, 40) for name in lacking[:5])
                    yield Skipped(file, 0, 1, lacking[0], _LACKS.fill(names=names))
                    fits = False
            if fits:
                yield self.to_deal(row)

    def to_deal(self, row: Row) -> Imported | Skipped:
        """Turn one row into a deal, or say why not."""
        if row.deal is not None:
            return self._whole(row, row.deal)
        given: _Given = {"currency": self._currency}
        values, blank, column = row.values, self._blank, ""
        try:
            for column, put in self._steps:
                text = values.get(column, "")
                if isinstance(text, str):
                    text = text.strip()
                    if text not in blank:
                        put(text if text[0] != "#" else sound(text), given)
                else:
                    _refuse_nested()
            if _MARKED in given:
                column = self.mapping.columns["amount"]
                _agree(given.pop(_MARKED), given["currency"])
        except Unfit as refused:
            self.tally.skipped += 1
            return Skipped(row.file, row.row, row.line, column, refused.reason)
        return self._imported(row, given)

    def take(self, frame: Frame) -> None:
        """Keep count of deals that were read in columns."""
        from ltc_coach.deals.frame_traps import look

        look(self._traps, frame, self._stages)

    def findings(self) -> tuple[Finding, ...]:
        """Return what is odd about all rows read so far."""
        return self._traps.findings({lookup.file: lookup.rows for lookup in self._lookups})

    def _lacking(self, row: Row) -> list[str]:
        return [name for name in self.mapping.named if name not in row.values]

    def _whole(self, row: Row, deal: Deal) -> Imported | Skipped:
        """Check a deal that came as a file of its own."""
        for i, answer in enumerate(deal.answers):
            options = self._options.get(answer.question)
            if options is None:
                reason = _NO_QUESTION.fill(question=quoted(answer.question, 40))
            elif answer.value not in options and answer.value != RETRACTED:
                reason = no_answer(answer.value, answer.question)
            else:
                continue
            self.tally.skipped += 1
            return Skipped(row.file, row.row, row.line, f"answers.{i}", reason)
        state = deal.outcome.state if deal.outcome else OPEN
        return Imported(row, deal, self._traps.look(row, deal, state))

    def _imported(self, row: Row, given: _Given) -> Imported:
        outcome = given.pop("outcome", None)
        closed = given.pop("closed", None)
        state = outcome or self._state(given.get("crm_stage"), row)
        if state in _ENDED:
            # A CRM with one date column writes the planned day there first, and in the end the real one.
            day = closed or given.pop("expected", None)
            given["outcome"] = Outcome(state=_ENDED[state], day=day)
        else:
            state = OPEN
            if closed is not None:
                given.setdefault("expected", closed)
        if "id" not in given:
            given["id"] = f"{Path(row.file).stem}-{row.row}"
            self._traps.no_id(row)
        given.setdefault("customer", "")
        if (contact := given.pop("last_contact", None)) is not None:
            given["visits"] = (Visit(day=contact),)
        if (answers := given.get("answers")) is not None:
            given["answers"] = tuple(answers)
        deal = Deal(**given)
        return Imported(row, deal, self._traps.look(row, deal, state))

    def _state(self, stage: str | None, row: Row) -> str:
        """Return what the stage of a row comes to."""
        if stage is None or not self._stages:
            return OPEN
        if (known := self._stages.get(stage)) is None:
            self._traps.no_meaning(stage, row)
        return known or OPEN

    def _look_up(self, lookup: Lookup) -> _Put:
        puts = {
            field: self._put(field) for join in self.mapping.join if join.file == lookup.file for field in join.take
        }

        def put(key: str, given: _Given) -> None:
            if (gives := lookup.rows.get(key)) is None:
                self._traps.not_listed(lookup.file, lookup.on, key)
                return
            for field, text in gives.items():
                if text not in self._blank and field not in given:
                    puts[field](text, given)

        return put

    def _put(self, field: str) -> _Put:
        """Return the function that puts the text of such a column into the fields of a deal. It raises Unfit."""
        if field in DAYS:
            return _remembering(lambda text: as_day(text, self.mapping.dates), field)
        match field:
            case "amount":
                return self._amount()
            case "currency":
                return _remembering(as_currency, field)
            case "outcome":
                return _remembering(lambda text: as_outcome(text, self._outcomes), field)
            case "id" | "customer" | "alias":
                return _name(field)

        def put(text: str, given: _Given) -> None:
            given[field] = text

        return put

    def _amount(self) -> _Put:
        sums: dict[str, Sum] = {}

        def put(text: str, given: _Given) -> None:
            found = sums.get(text)
            if found is None:
                found = as_money(text, self.mapping.numbers, self.mapping.unit)
                if len(sums) < _REMEMBERED:
                    sums[text] = found
            given["amount"] = found.amount
            if found.currency:
                given[_MARKED] = found.currency

        return put


def _answer(question: str, words: dict[str, str]) -> _Put:
    """Make the function that puts an answer; there is one object for each."""
    made = {word: Answer(question=question, value=its) for word, its in words.items()}

    def put(text: str, given: _Given) -> None:
        if (answer := made.get(text)) is None:
            raise Unfit(no_answer(text, question))
        given.setdefault("answers", []).append(answer)

    return put


def _name(field: str) -> _Put:
    """Make the function that puts an id or a name."""

    def put(text: str, given: _Given) -> None:
        name = as_name(text, field)
        given[field] = (name,) if field == "alias" else name

    return put


def _remembering(convert: Callable[[str], str | date], field: str) -> _Put:
    """Make the function that converts each text once."""
    known: dict[str, str | date] = {}

    def put(text: str, given: _Given) -> None:
        value = known.get(text)
        if value is None:
            value = convert(text)
            if len(known) < _REMEMBERED:
                known[text] = value
        given[field] = value

    return put


def _refuse_nested() -> None:
    raise Unfit(_NESTED)


def _agree(marked: str, currency: str) -> None:
    """Refuse an amount that names another currency than its column or the mapping does."""
    if marked != currency:
        raise Unfit(other_currency(marked, currency))
