"""Figures: formulas are read by a grammar of their own, exact in decimal, finite, and never Python."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltc_coach.engine.figures import FigureError, evaluate, names, parse

VALUES = {"hours": Decimal(4), "wage": Decimal("12.5"), "人数": Decimal(3)}


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("12 / 4 / 3", "1"),
        ("-hours + 1", "-3"),
        ("2 * -hours", "-8"),
        ("--2", "2"),
        ("0.1 + 0.2", "0.3"),
        ("hours * wage * 人数", "150"),
        ("min(3, hours, 5)", "3"),
        ("max(3, hours, 2 + 5)", "7"),
        ("sum(1, 2, hours)", "7"),
        ("sum(hours)", "4"),
        ("  hours*2 ", "8"),
    ],
)
def test_a_formula_is_worked_out_as_at_school(formula: str, result: str) -> None:
    """Products before sums, from left to right, in exact decimals."""
    assert evaluate(formula, VALUES) == Decimal(result)


@pytest.mark.parametrize(
    ("formula", "column", "reason"),
    [
        ("", 1, "a number or a name is missing here"),
        ("1 +", 4, "a number or a name is missing here"),
        ("(1 + 2", 7, "')' is missing here"),
        ("1 + 2)", 6, "an operator is missing before ')'"),
        ("1 2", 3, "an operator is missing before '2'"),
        ("2 ** 3", 4, "a number or a name is missing here"),
        ("min()", 5, "a number or a name is missing here"),
        ("min 1", 5, "'(' is missing here"),
        ("hours(2)", 6, "an operator is missing before '('"),
        ("1_000", 2, "an operator is missing before '_000'"),
        ("1e9", 2, "an operator is missing before 'e9'"),
        (".5", 1, ". (U+002E) has no place in a formula: use plain + - * / ( ) and lower-case names"),
        ("2 × 3", 3, "× (U+00D7) has no place in a formula: use plain + - * / ( ) and lower-case names"),
        ("hours; 1", 6, "; (U+003B) has no place in a formula: use plain + - * / ( ) and lower-case names"),
        ("1\x00", 2, "U+0000 has no place in a formula: use plain + - * / ( ) and lower-case names"),
        ("(" * 40 + "1" + ")" * 40, 33, "nested more than 32 deep"),
        ("-" * 40 + "1", 33, "nested more than 32 deep"),
        ("1" * 31, 1, "a number of more than 30 digits"),
        ("1+" * 200 + "1", 301, "the formula is longer than 300 characters"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_column(formula: str, column: int, reason: str) -> None:
    """The author reads where and why, in both languages."""
    with pytest.raises(FigureError) as caught:
        parse(formula)
    assert (caught.value.column, caught.value.reason.en) == (column, reason)
    assert caught.value.reason.zh


@pytest.mark.parametrize(
    ("formula", "column", "reason"),
    [
        ("1 / (hours - 4)", 3, "division by zero"),
        ("0 / 0", 3, "the result is too large or undefined"),
        ("*".join(["9" * 30] * 4), 93, "the result is too large or undefined"),
        ("hours + days", 9, "there is no value for days"),
    ],
)
def test_what_has_no_finite_result_is_an_error(formula: str, column: int, reason: str) -> None:
    """Never infinity, never not-a-number, never a guess for a missing input."""
    with pytest.raises(FigureError) as caught:
        evaluate(formula, VALUES)
    assert (caught.value.column, caught.value.reason.en) == (column, reason)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_inputs_are_finite(value: str) -> None:
    """A special value does not get in either."""
    with pytest.raises(FigureError, match="hours is not a finite number"):
        evaluate("hours", {"hours": Decimal(value)})


def test_the_inputs_of_a_formula_are_listed_as_written() -> None:
    """Twice used, twice listed; functions are no inputs."""
    assert [n.id for n in names(parse("max(hours, wage) + hours"))] == ["hours", "wage", "hours"]


@given(st.text(alphabet="0123456789.+-*/(), minmaxsumhours人数\u3000×", max_size=60))
def test_any_text_is_a_number_or_an_error(formula: str) -> None:
    """Whatever is written, the outcome is a finite number or a FigureError inside the text."""
    try:
        column, finite = 1, evaluate(formula, VALUES).is_finite()
    except FigureError as error:
        column, finite = error.column, True
    assert finite
    assert 1 <= column <= len(formula) + 1


@given(
    st.recursive(
        st.integers(0, 999).map(str),
        lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
        max_leaves=12,
    )
)
def test_sums_and_products_agree_with_python(formula: str) -> None:
    """On whole numbers the result is the one Python has."""
    assert evaluate(formula, {}) == eval(formula)  # noqa: S307 - digits, brackets and + - * made above
