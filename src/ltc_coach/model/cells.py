"""Cells of an export become money and days: by declared forms, exactly, or not at all.

Nothing is guessed from a single cell. Money is Decimal from the first digit on; a float never
touches it. What does not fit raises :class:`Unfit` with the reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from ltc_coach.i18n import Text, both
from ltc_coach.plain import quoted

# How thousands and decimals are written, and in which order a day; samples, for that is how authors write them.
Numbers = Literal["1,234.56", "1.234,56", "1 234,56"]
Dates = Literal["ymd", "dmy", "mdy"]
Unit = Literal["1", "千", "万", "百万", "亿"]

UNITS: dict[str, int] = {"1": 1, "千": 1_000, "万": 10_000, "百万": 1_000_000, "亿": 100_000_000}
CURRENCIES: dict[str, str] = {
    "CN¥": "CNY", "¥": "CNY", "RMB": "CNY", "人民币": "CNY", "元": "CNY",
    "HK$": "HKD", "港元": "HKD", "港币": "HKD", "US$": "USD", "$": "USD", "美元": "USD", "美金": "USD",
    "€": "EUR", "欧元": "EUR", "£": "GBP", "英镑": "GBP", "日元": "JPY",
}  # fmt: skip
"""Marks and words that name a currency, as they stand before or behind a number."""

EXCEL_ERRORS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
"""What Excel writes where a formula failed; never a value."""

NOT_COMPUTED = "#NOT-COMPUTED!"
"""What stands for a formula whose result was not saved with it."""

_NUMBERS: dict[str, tuple[str, str]] = {"1,234.56": (",", "."), "1.234,56": (".", ","), "1 234,56": (" ", ",")}
_CODE = "|".join(("[A-Z]{3}", *map(re.escape, sorted(CURRENCIES, key=len, reverse=True))))
_MONEY = re.compile(rf"(?P<before>{_CODE})? ?(?P<number>[0-9][0-9,. ]*?) ?(?P<unit>千|百万|万|亿)?(?P<after>{_CODE})?")
# Nearly all amounts, and nothing to think about.
_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,4})?")
_WHOLE = 15  # digits before the decimals, as many as a deal file may write
_DECIMALS = 4
_TIME = r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp][Mm]|Z|[+-]\d{2}:?\d{2})?)?"
_YMD = re.compile(rf"(\d{{4}})(?:([-/.])(\d{{1,2}})\2(\d{{1,2}})|年(\d{{1,2}})月(\d{{1,2}})日){_TIME}")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SHORT = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}")
TOTAL = r"(?:合计|总计|小计|共计|总和)[::]?|(?:grand |sub-?)totals?\b.*|totals?:|total \(.*\)"
"""How exports name their last line, whatever the capitals."""
TOTAL_ID = rf"{TOTAL}|totals?|sum"
"""The same where an id should stand: `Total` alone may be a customer, but no id."""
IS_TOTAL = both(zh="这是合计行,不是商机", en="a line of totals, not a deal")

_TOTAL, _TOTAL_ID = re.compile(TOTAL, re.IGNORECASE), re.compile(TOTAL_ID, re.IGNORECASE)
_TOTAL_BEGINS = frozenset("合总小共gGsStT")

_EXCEL_ERROR = both(zh="Excel 报错 {error}", en="an Excel error, {error}")
_NOT_COMPUTED = both(
    zh="公式没有存下结果:用 Excel 打开再存一次", en="a formula without a saved result: open it in Excel and save it"
)
_NOT_A_CURRENCY = both(zh="「{written}」不是币种", en="'{written}' is not a currency")
_OTHER_CURRENCY = both(
    zh="金额写的是 {marked},币种是 {currency}", en="the amount says {marked}, the currency is {currency}"
)
_NO_OUTCOME = both(zh="结果「{written}」在列对照里没有", en="outcome '{written}' is not in the mapping")
_NO_ANSWER = both(
    zh="「{written}」不是问题「{question}」的答案", en="'{written}' is not an answer to question '{question}'"
)
_NOT_MONEY = both(zh="「{written}」不是金额", en="'{written}' is not an amount of money")
_NEGATIVE = both(zh="金额是负数:{written}", en="the amount is below zero: {written}")
_SCIENTIFIC = both(
    zh="「{written}」是科学计数法,后面的数字已经丢了", en="'{written}' is in scientific notation: digits are lost"
)
_TOO_LONG = both(zh="「{written}」超过 15 位整数或 4 位小数", en="'{written}' has more than 15 digits or 4 decimals")
_GROUPS = both(
    zh="「{written}」的分隔符和写法 {form} 对不上", en="the separators of '{written}' do not fit the form {form}"
)
_TWO_CURRENCIES = both(zh="「{written}」写了两种币种", en="'{written}' names two currencies")
_NOT_A_DAY = both(zh="「{written}」不是日期", en="'{written}' is not a date")
_NO_SUCH_DAY = both(zh="没有 {written} 这一天", en="there is no such day as {written}")
_WHICH_FIRST = both(
    zh="「{written}」看不出日和月谁在前,要在 dates 里写 dmy 或 mdy",
    en="'{written}': day or month first? Write `dates: dmy` or `mdy`",
)


class Unfit(Exception):  # noqa: N818 - a cell that does not fit is no error of ours
    """A cell is not what its column should hold; ``reason`` says why, in both languages."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


class Sum(NamedTuple):
    """An amount as it was written: ``currency`` where the cell itself names one."""

    amount: Decimal
    currency: str | None


def digits(value: float) -> str:
    """Return a number as Excel shows it: 15 digits, no exponent."""
    text = f"{value:.15g}"
    return format(Decimal(text), "f") if "e" in text else text


def written(value: object) -> object:
    """Return a typed value as it would be written in a table; what is no single value stays what it is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return digits(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if isinstance(value, dict | list | bytes) else str(value)


def sound(text: str) -> str:
    """Return a text that is not what stands for a failed formula, or for one without a result. Raises Unfit."""
    if text == NOT_COMPUTED:
        raise Unfit(_NOT_COMPUTED)
    if text in EXCEL_ERRORS:
        raise Unfit(_EXCEL_ERROR.fill(error=text))
    return text


def as_currency(text: str) -> str:
    """Read a currency: its code, or a mark or word for it. Raises Unfit."""
    plain = unicodedata.normalize("NFKC", text).upper()
    if code := CURRENCIES.get(plain):
        return code
    if len(plain) == 3 and plain.isascii() and plain.isalpha():  # noqa: PLR2004 - ISO 4217
        return plain
    raise Unfit(_NOT_A_CURRENCY.fill(written=quoted(text, 40)))


def as_outcome(text: str, outcomes: Mapping[str, str]) -> str:
    """Read what became of a deal, by the words of a mapping. Raises Unfit."""
    try:
        return outcomes[text]
    except KeyError:
        raise Unfit(_NO_OUTCOME.fill(written=quoted(text, 40))) from None


def other_currency(marked: str, currency: str) -> Text:
    """Say that an amount names another currency than its column or the mapping does."""
    return _OTHER_CURRENCY.fill(marked=marked, currency=currency)


def no_answer(word: str, question: str) -> Text:
    """Say that a word is no answer to a question, or what it stands for instead."""
    try:
        return _NO_ANSWER.fill(written=quoted(sound(word), 40), question=question)
    except Unfit as error:
        return error.reason


def as_money(text: str, numbers: Numbers = "1,234.56", unit: Unit = "1") -> Sum:
    """Read an amount: digits, separators of the declared form, a currency before or behind, 万 or 亿 behind.

    ``unit`` multiplies where the cell has no unit of its own. Raises Unfit.
    """
    if unit == "1" and numbers == "1,234.56" and _PLAIN.fullmatch(text):
        return Sum(Decimal(text), None)
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _MONEY.fullmatch(plain)
    if match is None:
        raise Unfit(_why_not_money(plain).fill(written=quoted(text, 40)))
    before, after = match["before"], match["after"]
    if before and after and CURRENCIES.get(before, before) != CURRENCIES.get(after, after):
        raise Unfit(_TWO_CURRENCIES.fill(written=quoted(text, 40)))
    mark = before or after
    amount = _number(match["number"], text, numbers) * UNITS[match["unit"] or unit]
    if amount >= 10**_WHOLE or amount.normalize().as_tuple().exponent < -_DECIMALS:  # type: ignore[operator]
        raise Unfit(_TOO_LONG.fill(written=quoted(text, 40)))
    return Sum(amount, CURRENCIES.get(mark, mark) if mark else None)


def _number(written: str, text: str, numbers: Numbers) -> Decimal:
    thousands, point = _NUMBERS[numbers]
    whole, _, decimals = written.partition(point)
    groups = whole.split(thousands)
    grouped = len(groups) == 1 or (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))  # noqa: PLR2004 - thousands
    digits = "".join(groups)
    if not grouped or not digits.isdigit() or (decimals and not decimals.isdigit()) or written.endswith(point):
        raise Unfit(_GROUPS.fill(written=quoted(text, 40), form=numbers))
    if len(digits) > _WHOLE + 5:
        raise Unfit(_TOO_LONG.fill(written=quoted(text, 40)))
    return Decimal(f"{digits}.{decimals}" if decimals else digits)


def _why_not_money(plain: str) -> Text:
    if re.fullmatch(r"\W*[-−(]\W*[0-9].*", plain):
        return _NEGATIVE
    return _SCIENTIFIC if re.fullmatch(r"[0-9.]+[eE]\+?[0-9]{1,2}", plain) else _NOT_MONEY


def as_day(text: str, order: Dates = "ymd") -> date:
    """Read a day: year first in any usual spelling; day or month first only where ``order`` declares it.

    A time behind the day is left out. Raises Unfit.
    """
    try:
        if len(text) == 10 and text[4] == "-":  # noqa: PLR2004 - 2026-03-31, nearly all of them
            return date.fromisoformat(text)
        plain = unicodedata.normalize("NFKC", text).strip()
        if match := _YMD.fullmatch(plain):
            year, _, month, day, *hanzi = match.groups()
            return date(int(year), int(month or hanzi[0]), int(day or hanzi[1]))
        if match := _COMPACT.fullmatch(plain):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _SHORT.fullmatch(plain):
            if order == "ymd":
                raise Unfit(_WHICH_FIRST.fill(written=quoted(text, 40)))
            first, second = int(match[1]), int(match[3])
            day_, month_ = (first, second) if order == "dmy" else (second, first)
            return date(int(match[4]), month_, day_)
    except ValueError:
        raise Unfit(_NO_SUCH_DAY.fill(written=quoted(text, 40))) from None
    raise Unfit(_NOT_A_DAY.fill(written=quoted(text, 40)))


def as_name(text: str, field: str) -> str:
    """Return an id or a name as it stands, unless it says that its line adds up all others. Raises Unfit."""
    if text[0] in _TOTAL_BEGINS and (_TOTAL_ID if field == "id" else _TOTAL).fullmatch(text):
        raise Unfit(IS_TOTAL)
    return text


def day_orders(text: str) -> frozenset[Dates]:
    """Return the orders in which ``text`` could be a day: none, one, or `dmy` and `mdy` both."""
    orders: list[Dates] = ["ymd", "dmy", "mdy"]
    fits = []
    for order in orders:
        try:
            as_day(text, order)
        except Unfit:
            continue
        fits.append(order)
    # Year first is read whatever the declared order.
    return frozenset({"ymd"}) if "ymd" in fits else frozenset(fits)
