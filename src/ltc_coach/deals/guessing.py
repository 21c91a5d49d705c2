"""From the columns of an export to a mapping: what the data tell, and what only somebody can.

What cannot be told from the data, such as whether 04/05/2026 is in April or in May, is not guessed but
left open, to be asked or declared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from ltc_coach.deals.aliases import Aliases, folded
from ltc_coach.deals.columns import Column, Survey
from ltc_coach.deals.recognising import ANSWERS, Guess, Known, code_of, currency_of, recognise
from ltc_coach.i18n import Text, both
from ltc_coach.model.cells import Dates, Numbers, Unit, day_orders
from ltc_coach.model.mapping import DAYS, ENDINGS, OPEN, AnswerColumn, Field, Join, Mapping
from ltc_coach.plain import quoted
from ltc_coach.reading.decoding import FORBIDDEN

if TYPE_CHECKING:
    from ltc_coach.model.playbook import Playbook

FIELDS: tuple[Field, ...] = get_args(Field)
_SEVERAL = 300  # words of a column that are named in a mapping
_LONGEST = 200  # characters of one

_UNTOLD_DAY = both(
    zh="日和月谁在前看不出来 (如 {word}),先不用", en="day or month first cannot be told ({word}): left out"
)
_UNTOLD_NUMBER = both(
    zh="{word} 里的点是小数点还是千分位看不出来,先不用", en="is the point in {word} a decimal one? left out"
)
_YES_OR_NO = both(
    zh="只有是和否:「否」分不出是输了还是还在谈,阶段分得出",
    en="only yes or no: a no may be lost or still open, and the stage tells which",
)
_NAMES_AS_IDS = both(
    zh="没有编号列,名称每行都不一样,也拿来当编号",
    en="there is no column of ids; these names all differ and stand for ids",
)

Kind = Literal["dates", "numbers", "currency", "stages", "outcomes", "words"]


@dataclass(frozen=True, slots=True)
class Open:
    """Something the data do not tell, what it is about (a column, a question) and the words in question."""

    kind: Kind
    about: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping that could be used as it is, one guess per column, and what only somebody can tell."""

    mapping: Mapping
    guesses: tuple[Guess, ...]
    open: tuple[Open, ...]


def guess(
    found: Survey,
    playbook: Playbook,
    aliases: Aliases,
    *,
    beside: Pairs[str, Sequence[str]] | None = None,
    told: Pairs[str, str] | None = None,
) -> Proposal:
    """Guess which column is what.

    ``beside`` are the headings of further tables by file name; ``told`` is what somebody said about
    columns, by heading: a field, or "" for a column that is not to be used.
    """
    known = Known(playbook, aliases)
    draft = _Draft(found, recognise(found, known, told or {}))
    draft.ids()
    draft.days()
    draft.money()
    draft.stages(known)
    draft.answers(known)
    draft.joins(beside or {}, known)
    return draft.proposal()


def settle(mapping: Mapping, open_: Open, told: Pairs[str, str]) -> Mapping:
    """Put into the mapping what somebody told about something open: word -> meaning, or about the whole {"": word}."""
    match open_.kind:
        case "dates":
            columns = mapping.columns | {cast("Field", open_.words[0]): open_.about}
            return mapping.model_copy(update={"columns": columns, "dates": told[""]})
        case "numbers":
            return mapping.model_copy(
                update={"columns": mapping.columns | {"amount": open_.about}, "numbers": told[""]}
            )
        case "currency":
            return mapping.model_copy(update={"currency": told[""]})
        case "stages" | "outcomes":
            return mapping.model_copy(update={open_.kind: {**getattr(mapping, open_.kind), **told}})
    answer = mapping.answers[open_.about]
    answer = answer.model_copy(update={"values": {**answer.values, **told}})
    return mapping.model_copy(update={"answers": mapping.answers | {open_.about: answer}})


class _Draft:
    """The mapping under way: what is settled, what is taken back, what is left open."""

    def __init__(self, found: Survey, guesses: dict[str, Guess]) -> None:
        self._columns = found.columns
        self._rows = found.rows
        self._guesses = guesses
        self._open: list[Open] = []
        self._settings: dict[str, Any] = {}
        self._fields = {its.meaning: its.column for its in guesses.values() if its.meaning}

    def proposal(self) -> Proposal:
        """Return what has come of it."""
        columns: dict[Field, str] = {field: self._fields[field] for field in FIELDS if field in self._fields}
        return Proposal(
            Mapping(columns=columns, **self._settings),
            tuple(self._guesses[name] for name in self._columns),
            tuple(self._open),
        )

    def ids(self) -> None:
        """Let names that all differ stand for missing ids: a row's number would be another deal's next week."""
        name = self._fields.get("alias")
        if (
            name
            and "id" not in self._fields
            and self._columns[name].unique
            and self._columns[name].filled == self._rows
        ):
            self._fields["id"] = name
            self._guesses[name] = replace(self._guesses[name], reason=_NAMES_AS_IDS)

    def days(self) -> None:
        """Find the one order all short days are written in; take back their columns where it cannot be told."""
        short = {field: [w for w in self._words(field) if _is_short(w)] for field in DAYS}
        words = [word for some in short.values() for word in some]
        if not words:
            return
        orders: set[Dates] = {"dmy", "mdy"}
        for word in words:
            orders &= day_orders(word)
        if orders == {"dmy", "mdy"} and all("." in word for word in words):
            # Nobody writes the month first and points after it.
            orders = {"dmy"}
        if len(orders) == 1:
            self._settings["dates"] = orders.pop()
            return
        for field, some in short.items():
            if some:
                column = self._take_back(field, _UNTOLD_DAY.fill(word=quoted(some[0], 20)))
                self._open.append(Open("dates", column, (field, some[0])))

    def money(self) -> None:
        """Find how amounts are written, in which unit and currency."""
        if "amount" not in self._fields:
            return
        column = self._columns[self._fields["amount"]]
        forms: list[Numbers] = list(get_args(Numbers))
        share = [column.share(lambda word, form=form: currency_of(word, form) is not None) for form in forms]  # type: ignore[misc]
        form = forms[share.index(max(share))]
        pointed = [word for word in column.words if "." in word]
        grouped = [word for word in pointed if re.search(r"(?<!\d)[1-9]\d{0,2}(\.\d{3})+(?!\d)", word)]
        if pointed and grouped == pointed and share[0] == share[1] == max(share):
            name = self._take_back("amount", _UNTOLD_NUMBER.fill(word=quoted(grouped[0], 20)))
            self._open.append(Open("numbers", name, (grouped[0],)))
        self._settings["numbers"] = form
        self._settings["unit"] = _unit(column.name)
        if currency := _currency(column, form):
            self._settings["currency"] = currency
        elif "currency" not in self._fields:
            self._open.append(Open("currency", column.name))

    def stages(self, known: Known) -> None:
        """Say what each stage and each outcome comes to; one nobody knows counts as open, and is asked about."""
        kinds: tuple[tuple[str, Kind, Callable[[str], str | None]], ...] = (
            ("crm_stage", "stages", known.stage),
            ("outcome", "outcomes", known.ending),
        )
        for field, kind, meaning in kinds:
            words = _nameable(self._words(field))
            if not 0 < len(words) <= _SEVERAL:
                continue
            if kind == "outcomes" and self._says_less(words, known):
                self._take_back("outcome", _YES_OR_NO)
                continue
            self._settings[kind] = {word: meaning(word) or OPEN for word in words}
            if untold := tuple(word for word in words if meaning(word) is None):
                self._open.append(Open(kind, self._fields[field], untold))

    def _says_less(self, words: Iterable[str], known: Known) -> bool:
        """Whether an outcome column, guessed and not told, only repeats what the stages say more exactly."""
        guessed = self._guesses[self._fields["outcome"]].confidence < 1.0
        ended = any(meaning in ENDINGS for meaning in self._settings.get("stages", {}).values())
        return guessed and ended and all(known.yes_or_no(word) for word in words)

    def answers(self, known: Known) -> None:
        """Say what the words of each answer column mean, as far as they need saying."""
        made = {}
        for question, answers in known.answers.items():
            if ANSWERS + question not in self._fields:
                continue
            column = self._columns[self._fields[ANSWERS + question]]
            words = [word for word in _nameable(column.words) if word not in known.exact[question]]
            values = {word: answers[folded(word)] for word in words if folded(word) in answers}
            made[question] = AnswerColumn(column=column.name, values=values)
            if untold := tuple(word for word in words if word not in values):
                self._open.append(Open("words", question, untold))
        if made:
            self._settings["answers"] = made

    def joins(self, beside: Pairs[str, Sequence[str]], known: Known) -> None:
        """Join a further table by the first heading both have; it gives the fields the export lacks."""
        made = []
        lacking = set(FIELDS) - self._fields.keys()
        for file, names in sorted(beside.items()):
            on = next((name for name in names if name in self._columns), None)
            if on is None:
                continue
            take: dict[Field, str] = {}
            for name in names:
                field = known.headings.get(folded(name))
                if name != on and field in lacking:
                    take[field] = name
                    lacking.remove(field)
            made.append(Join(file=file, on=on, take=take))
        if made:
            self._settings["join"] = tuple(made)

    def _words(self, field: str) -> list[str]:
        return list(self._columns[self._fields[field]].words) if field in self._fields else []

    def _take_back(self, field: Field, reason: Text) -> str:
        name = self._fields.pop(field)
        self._guesses[name] = replace(self._guesses[name], meaning="", confidence=0.0, reason=reason)
        return name


def _is_short(word: str) -> bool:
    """Whether a day is written with the year last."""
    orders = day_orders(word)
    return bool(orders) and "ymd" not in orders


def _nameable(words: Iterable[str]) -> list[str]:
    return [word for word in words if len(word) <= _LONGEST and not FORBIDDEN.search(word)]


def _currency(column: Column, form: Numbers) -> str | None:
    """Return the one currency that the heading or the amounts name."""
    for part in re.findall(r"[(（\[【]([^)）\]】]*)[)）\]】]", column.name):
        if found := code_of(part.lstrip("千百万亿")):
            return found
    named = {currency_of(word, form) for word in column.words} - {None, ""}
    return named.pop() if len(named) == 1 else None


def _unit(heading: str) -> Unit:
    """Return the unit a heading names: 金额(万元), 金额/万."""
    match = re.search(r"[(（\[【/]\s*(千|百万|万|亿)", heading)
    return cast("Unit", match[1]) if match else "1"
