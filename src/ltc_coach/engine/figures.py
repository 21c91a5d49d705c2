"""Figures: formulas over named inputs, read by a small grammar of their own and never by Python.

Grammar: numbers, names, ``+ - * /``, parentheses, ``min(…)``, ``max(…)``, ``sum(…)``. Everything is
decimal, exact to 28 digits, and finite: a division by zero or an overflow is an error, never a
special value (design.md section 3).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow
from typing import NoReturn

from ltc_coach.i18n import Text, both

FUNCTIONS = ("max", "min", "sum")

# Also bounds how deep a chain of terms nests.
_LONGEST = 300
_DEEPEST = 32
_DIGITS = 30
_CONTEXT = Context(prec=28, Emax=99, Emin=-99, traps=[DivisionByZero, InvalidOperation, Overflow])
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[a-z_\u4e00-\u9fff][a-z0-9_\u4e00-\u9fff]*)|(?P<sign>[-+*/(),]))"
)


class FigureError(ValueError):
    """A formula that cannot be read or worked out; ``column`` counts characters from 1."""

    def __init__(self, reason: Text, column: int = 1) -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.column = column


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    """An input, by its id."""

    id: str
    column: int


@dataclass(frozen=True, slots=True)
class Call:
    """An operation or a function on its parts: ``+ - * / max min sum``; a sign is ``0 - part``."""

    operation: str
    parts: tuple[Formula, ...]
    column: int


Formula = Number | Name | Call


def parse(formula: str) -> Formula:
    """Read a formula; raise FigureError where it cannot be read."""
    if len(formula) > _LONGEST:
        reason = both(zh=f"算式太长,最多 {_LONGEST} 个字符", en=f"the formula is longer than {_LONGEST} characters")
        raise FigureError(reason, _LONGEST + 1)
    return _Reader(formula).whole()


def names(formula: Formula) -> Iterator[Name]:
    """Yield every input a formula uses, in the order written."""
    if isinstance(formula, Name):
        yield formula
    elif isinstance(formula, Call):
        for part in formula.parts:
            yield from names(part)


def evaluate(formula: Formula | str, values: Mapping[str, Decimal]) -> Decimal:
    """Work out a formula; raise FigureError for an input without a value and for what has no finite result."""
    parsed = parse(formula) if isinstance(formula, str) else formula
    for name in names(parsed):
        value = values.get(name.id)
        if value is None:
            raise FigureError(both(zh=f"缺「{name.id}」的数值", en=f"there is no value for {name.id}"), name.column)
        if not value.is_finite():
            raise FigureError(
                both(zh=f"「{name.id}」不是有限的数", en=f"{name.id} is not a finite number"), name.column
            )
    return _work_out(parsed, values)


def _work_out(formula: Formula, values: Mapping[str, Decimal]) -> Decimal:
    if isinstance(formula, Number):
        return formula.value
    if isinstance(formula, Name):
        return values[formula.id]
    operands = [_work_out(part, values) for part in formula.parts]
    try:
        return _OPERATIONS[formula.operation](operands)
    except DivisionByZero:
        raise FigureError(both(zh="除数是零", en="division by zero"), formula.column) from None
    except DecimalException:
        reason = both(zh="结果太大或没有意义", en="the result is too large or undefined")
        raise FigureError(reason, formula.column) from None


def _reduce(step: Callable[[Decimal, Decimal], Decimal]) -> Callable[[list[Decimal]], Decimal]:
    def work_out(operands: list[Decimal]) -> Decimal:
        result = operands[0]
        for operand in operands[1:]:
            result = step(result, operand)
        return result

    return work_out


_OPERATIONS: Mapping[str, Callable[[list[Decimal]], Decimal]] = {
    "+": _reduce(_CONTEXT.add),
    "-": _reduce(_CONTEXT.subtract),
    "*": _reduce(_CONTEXT.multiply),
    "/": _reduce(_CONTEXT.divide),
    "max": max,
    "min": min,
    "sum": _reduce(_CONTEXT.add),
}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def _tokens(formula: str) -> Iterator[_Token]:
    end, position = len(formula.rstrip()), 0
    while position < end:
        match = _TOKEN.match(formula, position)
        if match is None:
            column = position + len(formula[position:]) - len(formula[position:].lstrip()) + 1
            character = formula[column - 1]
            code = f"{character} (U+{ord(character):04X})" if character.isprintable() else f"U+{ord(character):04X}"
            reason = both(
                zh=f"算式里不能有 {code};用半角的 + - * / ( ) 和小写名字",
                en=f"{code} has no place in a formula: use plain + - * / ( ) and lower-case names",
            )
            raise FigureError(reason, column)
        kind = str(match.lastgroup)
        yield _Token(kind, match[kind], match.start(kind) + 1)
        position = match.end()
    yield _Token("end", "", end + 1)


class _Reader:
    """Recursive descent: sum, product, signed, atom."""

    def __init__(self, formula: str) -> None:
        self.tokens = tuple(_tokens(formula))
        self.next = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self, *signs: str) -> _Token | None:
        """Step over one of ``signs``, if it stands here."""
        token = self.token
        if token.kind != "sign" or token.text not in signs:
            return None
        self.next += 1
        return token

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            self.fail(both(zh=f"这里缺「{sign}」", en=f"'{sign}' is missing here"))

    def fail(self, reason: Text) -> NoReturn:
        raise FigureError(reason, self.token.column)

    def whole(self) -> Formula:
        result = self.sum()
        if self.token.kind != "end":
            shown = self.token.text
            self.fail(both(zh=f"「{shown}」前面少了运算符", en=f"an operator is missing before '{shown}'"))
        return result

    def sum(self) -> Formula:
        result = self.product()
        while sign := self.take("+", "-"):
            result = Call(sign.text, (result, self.product()), sign.column)
        return result

    def product(self) -> Formula:
        result = self.signed()
        while sign := self.take("*", "/"):
            result = Call(sign.text, (result, self.signed()), sign.column)
        return result

    def signed(self) -> Formula:
        self.depth += 1
        if self.depth > _DEEPEST:
            self.fail(both(zh=f"括号和正负号套了超过 {_DEEPEST} 层", en=f"nested more than {_DEEPEST} deep"))
        sign = self.take("-")
        result = Call("-", (Number(Decimal(0)), self.signed()), sign.column) if sign else self.atom()
        self.depth -= 1
        return result

    def atom(self) -> Formula:
        token = self.token
        if self.take("("):
            result = self.sum()
            self.expect(")")
            return result
        if token.kind not in {"number", "name"}:
            self.fail(both(zh="这里缺一个数或名字", en="a number or a name is missing here"))
        self.next += 1
        if token.text in FUNCTIONS:
            return self.call(token)
        if token.kind == "name":
            return Name(token.text, token.column)
        if len(token.text) > _DIGITS:
            raise FigureError(
                both(zh=f"数字超过 {_DIGITS} 位", en=f"a number of more than {_DIGITS} digits"), token.column
            )
        return Number(Decimal(token.text))

    def call(self, function: _Token) -> Formula:
        self.expect("(")
        parts = [self.sum()]
        while self.take(","):
            parts.append(self.sum())
        self.expect(")")
        return Call(function.text, tuple(parts), function.column)
