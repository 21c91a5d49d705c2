"""The page of an import: what each column was taken for, what the rows come to, what to look at.

What an export cannot tell is said as plainly as what it can: without answers in it there is no place
of the customer, whatever stage the CRM shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ltc_coach.console.page import ACCENT, FAINT, Page, one_line
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.plain import grouped, percent, quoted

_SAMPLE = 24  # characters

_COLUMNS = both(zh="每一列是什么", en="What each column is")
_NOT_USED = both(zh="不用", en="not used")
_SUCH_AS = both(zh="例如 {samples}", en="such as {samples}")
_FROM = both(zh="{field} 取自 {file} 的「{column}」", en="{field}: from '{column}' of {file}")
_OTHERS = both(zh="列名不同、没有算进来的表:{files}", en="Tables with other headings, left out: {files}")
_OPEN = both(zh="数据里看不出来的", en="What the data do not tell")
_COUNT = both(zh="算下来", en="What it comes to")
_ROWS = both(zh="{rows} 行:{deals} 个商机,{skipped} 行读不了", en="rows: {rows}, deals: {deals}, unreadable: {skipped}")
_NO_AMOUNT = both(zh="没有金额", en="no amounts")
_LOOK = both(zh="要留意", en="Look at these")
_TELLS = both(zh="说得出什么,说不出什么", en="What this can tell, and what not")
_NO_ANSWERS = both(
    zh="没有一列记着客户做了什么、说了什么,所以说不出客户走到哪一步。CRM 的阶段是销售自己走到了哪,只放在旁边对照,"
    "不当依据。要让它说得出来:给最要紧的单子补上回答 (ltc diagnose),或者在导出里加一列,列名写问题的编号。",
    en="No column says what the customers did or said, so nobody can say where they stand. The stage of the CRM is how "
    "far the seller got; it is kept beside the evidence and is none. To change that, answer the questions for the "
    "deals that matter (ltc diagnose), or add a column to the export with the id of a question as its heading.",
)
_SOME_ANSWERS = both(
    zh="{n} 个问题有对应的列,{deals} 个商机至少答了一个;一个也没答的,说不出客户走到哪一步。CRM 的阶段只放在旁边对照。",
    en="Columns with answers: {n}. Deals with an answer at least: {deals}; of the others nobody can say where the "
    "customer stands. The stage of the CRM is kept beside the evidence and is none.",
)


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column: what it is taken for (an empty text if for nothing), how sure that is, why, a few of its values."""

    name: str
    meaning: Text
    confidence: float
    reason: Text
    samples: Sequence[str]


@dataclass(frozen=True, slots=True)
class StateLine:
    """How many deals are in a state, and their amounts by currency."""

    state: Text
    deals: int
    money: Sequence[tuple[str, Decimal]]


@dataclass(frozen=True, slots=True)
class ImportPage:
    """All that is told about an import; ``joined`` are fields taken from further tables: field, file, column."""

    notes: Sequence[tuple[str, Text]]
    columns: Sequence[ColumnLine]
    joined: Sequence[tuple[Text, str, str]]
    others: Sequence[str]
    open: Sequence[Text]
    rows: int
    deals: int
    skipped: int
    states: Sequence[StateLine]
    findings: Sequence[Text]
    questions: int
    answered: int


def import_screen(told: ImportPage, lang: Lang, *, width: int, colour: bool = False) -> str:
    """Return the page as text."""
    page = Page(width, colour=colour)
    for file, note in told.notes:
        page.line((f"{quoted(file, 200)}: {note.get(lang)}", FAINT), hang=2)
    if told.columns:
        page.head(_COLUMNS.get(lang))
        for column in told.columns:
            _column(page, column, lang)
    for field, file, name in told.joined:
        text = _FROM.fill(field=field, file=quoted(file, 60), column=quoted(name, 60))
        page.line(text.get(lang), indent=2, hang=4)
    if told.others:
        page.line((_OTHERS.fill(files=", ".join(quoted(file, 200) for file in told.others)).get(lang), FAINT), hang=2)
    _listed(page, _OPEN, told.open, lang)
    page.head(_COUNT.get(lang))
    counts = {"rows": f"{told.rows:,}", "deals": f"{told.deals:,}", "skipped": f"{told.skipped:,}"}
    page.line((_ROWS.fill(**counts).get(lang), ACCENT), indent=2)
    for line in told.states:
        money = ", ".join(f"{grouped(amount)} {quoted(currency, 8)}" for currency, amount in line.money)
        page.row(line.state.get(lang), f"{line.deals:,}  {money or _NO_AMOUNT.get(lang)}", indent=2, column=10)
    _listed(page, _LOOK, told.findings, lang)
    page.head(_TELLS.get(lang))
    words = _SOME_ANSWERS.fill(n=told.questions, deals=f"{told.answered:,}") if told.answered else _NO_ANSWERS
    page.line(words.get(lang), indent=2)
    return page.text()


def _column(page: Page, column: ColumnLine, lang: Lang) -> None:
    used = bool(column.meaning)
    meaning = (column.meaning if used else _NOT_USED).get(lang)
    sure = f"  {percent(column.confidence)}" if used else ""
    page.line(quoted(column.name, 60), " → ", (meaning, ACCENT if used else FAINT), (sure, FAINT), indent=2, hang=4)
    reason = column.reason.get(lang)
    if column.samples:
        samples = ", ".join(quoted(one_line(sample), _SAMPLE) for sample in column.samples)
        reason += f"{';' if lang == Lang.ZH else '; '}{_SUCH_AS.fill(samples=samples).get(lang)}"
    page.line((reason, FAINT), indent=4)


def _listed(page: Page, title: Text, texts: Sequence[Text], lang: Lang) -> None:
    if texts:
        page.head(title.get(lang))
        for text in texts:
            page.line("● ", text.get(lang), indent=2, hang=4)
