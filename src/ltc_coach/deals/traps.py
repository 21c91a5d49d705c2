"""What is odd about the rows of an export together: gathered row by row, told at the end.

An export looks complete where it is not: amounts missing just where the deal was won, one product
under two spellings, the same id twice. Each such thing is one finding with a count and the first few
rows, not one line for each row. Memory does not grow with the rows.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ltc_coach.deals.aliases import folded
from ltc_coach.deals.seen import Seen
from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import Warn
from ltc_coach.model.deal import Deal
from ltc_coach.model.mapping import OPEN
from ltc_coach.model.row import BACKWARDS, BARE, Finding, Row
from ltc_coach.plain import quoted

_SHOWN = 5  # places that are named
_NAMED = 20  # findings of one kind
_DIFFERENT = 2_000  # values of a column that are kept; one with more has no spelling to keep to

# Fields whose absence is worth a word, and those whose values should be spelled alike.
EXPECTED = ("customer", "amount", "opened", "expected", "crm_stage", "owner")
SPELLED = ("customer", "product", "crm_stage", "owner", "team", "currency")

STATES: dict[str, Text] = {
    "open": both(zh="还在谈", en="open"),
    "won": both(zh="已赢", en="won"),
    "lost": both(zh="已输", en="lost"),
    "given_up": both(zh="已放弃", en="given up"),
}
TITLES: dict[str, Text] = {
    "id": both(zh="编号", en="id"),
    "customer": both(zh="客户", en="customer"),
    "alias": both(zh="商机名称", en="deal name"),
    "product": both(zh="产品", en="product"),
    "amount": both(zh="金额", en="amount"),
    "currency": both(zh="币种", en="currency"),
    "opened": both(zh="开始日期", en="opened"),
    "expected": both(zh="预计成交日期", en="expected"),
    "closed": both(zh="结束日期", en="closed"),
    "last_contact": both(zh="最近联系", en="last contact"),
    "next_visit": both(zh="下次拜访", en="next visit"),
    "crm_stage": both(zh="CRM 阶段", en="CRM stage"),
    "owner": both(zh="负责人", en="owner"),
    "team": both(zh="团队", en="team"),
    "outcome": both(zh="结果", en="outcome"),
}
"""What people call the fields of a mapping."""

_TWICE = both(zh="同一个编号出现了 {n} 次:{places}", en="the same id stands {n} times: {places}")
_MORE_TWICE = both(zh="另外还有 {n} 个编号重复", en="{n} more ids stand twice")
_NO_ID = both(
    zh="{n} 行没有编号,用文件名和行号代替:表里多一行少一行,下次 --since 就对不上了",
    en="without an id: {n}; file name and row stand for it, and --since cannot follow them once rows move",
)
_BLANK = both(zh="{field}:{n} 行是空的 ({states})", en="{field}: {n} blank ({states})")
_BARE = both(zh="赢了的单子里有 {n} 笔没有金额", en="won without an amount: {n}")
_ZERO = both(zh="金额是 0 的有 {n} 行 ({states})", en="amount 0: {n} ({states})")
_BACKWARDS = both(zh="{n} 行的结束日期早于开始日期", en="ending before they begin: {n}")
_NO_MEANING = both(
    zh="阶段「{word}」在列对照里没有说算什么,当作还在谈 ({n} 行)",
    en="stage '{word}' is not in the mapping: {n} taken as open",
)
_ALIKE = both(
    zh="{field}里「{one}」({n} 行) 和「{other}」({m} 行) 像是同一个",
    en="{field}: '{one}' ({n}) and '{other}' ({m}) look like the same",
)
_KNOWN_AS = both(
    zh="「{field}」这一列的「{one}」({n} 行),{file} 里写作「{other}」",
    en="column '{field}': '{one}' ({n}) is '{other}' in {file}",
)
_NOT_LISTED = both(
    zh="「{field}」这一列的「{one}」({n} 行) 在 {file} 里找不到",
    en="column '{field}': '{one}' ({n}) is not in {file}",
)


@dataclass(slots=True)
class Tally:
    """How many rows became deals, by state; how many were refused; what they come to, by (currency, state).

    ``answered`` counts the deals with an answer at least: of the others nobody can say where the customer stands.
    ``newest`` is the last day on which something is known to have happened.
    """

    deals: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    answered: int = 0
    newest: date | None = None
    money: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    def dated(self, deal: Deal) -> None:
        """Look for the newest day of a deal on which something has happened."""
        days = [deal.opened, deal.outcome.day if deal.outcome else None]
        days += [answer.day for answer in deal.answers]
        days += [visit.day for visit in deal.visits]
        for day in days:
            if day is not None:
                self.happened(day)

    def happened(self, day: date) -> None:
        """Remember that something happened on a day."""
        if self.newest is None or day > self.newest:
            self.newest = day

    @property
    def rows(self) -> int:
        """Every row that was read, good or not."""
        return self.deals.total() + self.skipped

    def total(self, currency: str) -> Decimal:
        """Return the sum of all amounts in one currency."""
        return sum((amount for (its, _), amount in self.money.items() if its == currency), Decimal(0))


@dataclass(slots=True)
class _Count:
    """How often something happened, to deals in which state, and to which rows first."""

    states: Counter[str] = field(default_factory=Counter)
    places: list[tuple[str, int]] = field(default_factory=list)

    def add(self, row: Row, state: str) -> None:
        self.states[state] += 1
        if len(self.places) < _SHOWN:
            self.places.append((row.file, row.line))

    def put(self, states: Counter[str], places: Iterable[tuple[str, int]]) -> None:
        self.states.update(states)
        self.places = [*self.places, *places][:_SHOWN]

    @property
    def text(self) -> Text:
        """The states with their counts: "won 3, open 17"."""
        most_first = sorted(self.states.items(), key=lambda one: (-one[1], one[0]))
        parts = [(STATES.get(state, Text(state, state)), n) for state, n in most_first]
        return Text(
            zh=",".join(f"{state.zh} {n:,}" for state, n in parts),
            en=", ".join(f"{state.en} {n:,}" for state, n in parts),
        )


class Traps:
    """Looks at every row that became a deal; ``watched`` are the fields the mapping has a column for."""

    SHOWN = _SHOWN

    def __init__(self, watched: frozenset[str]) -> None:
        self.tally = Tally()
        self.seen = Seen()
        self.expected = watched.intersection(EXPECTED)
        self._spelled: dict[str, dict[str, int]] = {name: {} for name in SPELLED}
        self._watched = tuple(self._spelled.items())
        self._many: set[str] = set()
        self._blank: dict[str, _Count] = {}
        self._others: dict[str, _Count] = {}
        self._stages: dict[str, _Count] = {}
        self._unlisted: dict[tuple[str, str, str], int] = Counter()

    def look(self, row: Row, deal: Deal, state: str) -> tuple[Warn, ...]:
        """Take a deal into account; return what is odd about this one."""
        tally = self.tally
        tally.deals[state] += 1
        tally.answered += bool(deal.answers)
        amount = deal.amount
        if amount is not None:
            key = (deal.currency, state)
            tally.money[key] = tally.money.get(key, 0) + amount
        self.seen.add(deal.id, row.file, row.line)
        written = vars(deal)
        if not written.keys() >= self.expected or not deal.customer:
            self._miss(row, deal, state)
        for name, counts in self._watched:
            value = written.get(name)
            if value in counts:
                counts[value] += 1
            elif value:
                self._spell(name, value)
        warnings = []
        if amount is not None and amount == 0:
            self._other("zero", row, state)
        elif amount is None and state == "won":
            self._other("bare", row, state)
            warnings.append(BARE)
        tally.dated(deal)
        end = deal.outcome.day if deal.outcome else deal.expected
        if deal.opened and end and end < deal.opened:
            self._other("backwards", row, state)
            warnings.append(BACKWARDS)
        return tuple(warnings)

    def no_id(self, row: Row) -> None:
        """Remember that a row has no id."""
        self._other("no-id", row, OPEN)

    def no_meaning(self, word: str, row: Row) -> None:
        """Remember a stage that the mapping says nothing about."""
        self._stages.setdefault(word[:200], _Count()).add(row, OPEN)

    def spelled(self, name: str, value: str, deals: int) -> None:
        """Remember how a value of one of ``SPELLED`` is written in so many deals."""
        if value in self._spelled[name]:
            self._spelled[name][value] += deals
        else:
            self._spell(name, value, deals)

    def blank(self, name: str, states: Counter[str], places: Iterable[tuple[str, int]]) -> None:
        """Remember deals that lack a field, by stage or state."""
        self._blank.setdefault(name, _Count()).put(states, places)

    def odd(self, code: str, states: Counter[str], places: Iterable[tuple[str, int]]) -> None:
        """Remember deals about which something is odd: `zero`, `bare`, `backwards`, `no-id`."""
        self._others.setdefault(code, _Count()).put(states, places)

    def meaningless(self, word: str, deals: int, places: Iterable[tuple[str, int]]) -> None:
        """Remember deals in a stage that the mapping says nothing about."""
        if deals:
            self._stages.setdefault(word[:200], _Count()).put(Counter({OPEN: deals}), places)

    def not_listed(self, file: str, field_: str, value: str) -> None:
        """Remember a value that a further table does not have."""
        if len(self._unlisted) < _DIFFERENT:
            self._unlisted[file, field_, value] += 1

    def findings(self, known: dict[str, Iterable[str]]) -> tuple[Finding, ...]:
        """Return what was found; ``known`` are the values further tables have, by their file."""
        found = [*self._twice(), *self._gaps(), *self._alike(), *self._against(known)]
        return tuple(sorted(found, key=lambda finding: (_ORDER.index(finding.code), finding.about, -finding.count)))

    def _miss(self, row: Row, deal: Deal, state: str) -> None:
        written = vars(deal)
        for name in self.expected:
            if written.get(name, "") != "":
                continue
            if name == "expected" and deal.outcome is not None:
                if deal.outcome.day is not None:
                    continue
                name = "closed"  # noqa: PLW2901 - that is what such a day is of a deal that has ended
            self._blank.setdefault(name, _Count()).add(row, deal.crm_stage or state)

    def _other(self, code: str, row: Row, state: str) -> None:
        self._others.setdefault(code, _Count()).add(row, state)

    def _spell(self, name: str, value: str, deals: int = 1) -> None:
        if len(self._spelled[name]) < _DIFFERENT:
            self._spelled[name][value] = deals
        else:
            self._many.add(name)

    def _twice(self) -> Iterator[Finding]:
        groups = 0

        def counted() -> Iterator[tuple[tuple[str, int], ...]]:
            nonlocal groups
            for places in self.seen.twice():
                groups += 1
                yield places

        # A file that is there twice repeats every id.
        for places in heapq.nsmallest(_NAMED, counted()):
            shown = ", ".join(f"{quoted(file, 200)}:{line}" for file, line in places[:_SHOWN])
            message = _TWICE.fill(n=len(places), places=shown)
            yield Finding("duplicate-id", "id", message, len(places), places[:_SHOWN])
        if groups > _NAMED:
            yield Finding("duplicate-id", "id", _MORE_TWICE.fill(n=f"{groups - _NAMED:,}"), 0)

    def _gaps(self) -> Iterator[Finding]:
        for name, count in self._blank.items():
            total = count.states.total()
            message = _BLANK.fill(field=TITLES[name], n=f"{total:,}", states=count.text)
            yield Finding("blank", name, message, total, tuple(count.places))
        words = {
            "no-id": ("id", _NO_ID),
            "bare": ("amount", _BARE),
            "zero": ("amount", _ZERO),
            "backwards": ("closed", _BACKWARDS),
        }
        for code, count in self._others.items():
            about, message = words[code]
            total = count.states.total()
            yield Finding(code, about, message.fill(n=f"{total:,}", states=count.text), total, tuple(count.places))
        most_first = sorted(self._stages.items(), key=lambda item: (-item[1].states.total(), item[0]))
        for word, count in most_first[:_NAMED]:
            total = count.states.total()
            message = _NO_MEANING.fill(word=quoted(word, 40), n=f"{total:,}")
            yield Finding("unknown-stage", "crm_stage", message, total, tuple(count.places))

    def _alike(self) -> Iterator[Finding]:
        """Find values that differ in spaces, capitals and signs only."""
        for name, counts in self._spelled.items():
            if name in self._many:
                continue
            groups: dict[str, list[str]] = {}
            for value in counts:
                groups.setdefault(folded(value), []).append(value)
            for _, values in sorted(groups.items()):
                one, *others = sorted(values, key=lambda value: (-counts[value], value))
                for other in others:
                    message = _ALIKE.fill(
                        field=TITLES[name],
                        one=quoted(one, 40),
                        n=f"{counts[one]:,}",
                        other=quoted(other, 40),
                        m=f"{counts[other]:,}",
                    )
                    yield Finding("spelling", name, message, counts[other])

    def _against(self, known: dict[str, Iterable[str]]) -> Iterator[Finding]:
        for (file, name, value), n in heapq.nlargest(
            _NAMED, self._unlisted.items(), key=lambda item: (item[1], item[0])
        ):
            near = {folded(word): word for word in known.get(file, ())}.get(folded(value))
            words = {"field": name, "one": quoted(value, 40), "n": f"{n:,}", "file": quoted(file, 60)}
            if near is None:
                yield Finding("not-listed", name, _NOT_LISTED.fill(**words), n)
            else:
                yield Finding("spelling", name, _KNOWN_AS.fill(other=quoted(near, 40), **words), n)


_ORDER = ("duplicate-id", "no-id", "bare", "backwards", "blank", "zero", "unknown-stage", "spelling", "not-listed")
