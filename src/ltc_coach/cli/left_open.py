"""What a guess about an export leaves open, said in words: nothing of a table is left out silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ltc_coach.cli.session import Session, note
from ltc_coach.i18n import Text, both
from ltc_coach.plain import clean, quoted

if TYPE_CHECKING:
    from ltc_coach.deals.guessing import Open
    from ltc_coach.deals.tables import Rows

_NO_CURRENCY = both(
    zh="币种没有写,先按 {currency};用 --currency 说明",
    en="the currency is not written: {currency} is assumed; --currency says",
)
_NO_ORDER = both(
    zh="「{column}」里日和月谁在前 (如 {word}):没有用这一列;在列对照里写上它和 dates: dmy 或 mdy",
    en="is it day or month first in '{column}' ({word})? Not used; name it in the mapping with dates: dmy or mdy",
)
_NO_POINT = both(
    zh="「{column}」里的点 (如 {word}):没有用这一列;在列对照里写上它和 numbers",
    en="the point in '{column}' ({word}): not used; name it in the mapping with `numbers`",
)
_NO_STAGE = both(zh="阶段 {words} 算什么,先当作还在谈", en="what stage {words} comes to: taken as open")
_NO_ANSWER = both(
    zh="{words} 是问题 {question} 的哪个答案:写着它的行读不了",
    en="which answer to {question} {words} is: such rows are refused",
)


def left_open(its: Open, currency: str) -> Text:
    """Say what the data do not tell, and what was done about it."""
    some = ", ".join(quoted(word, 30) for word in its.words[:5])
    match its.kind:
        case "currency":
            return _NO_CURRENCY.fill(currency=currency)
        case "dates":
            return _NO_ORDER.fill(column=quoted(its.about, 60), word=quoted(its.words[1], 30))
        case "numbers":
            return _NO_POINT.fill(column=quoted(its.about, 60), word=some)
        case "words":
            return _NO_ANSWER.fill(question=its.about, words=some)
    return _NO_STAGE.fill(words=some)


def tell_notes(session: Session, rows: Rows) -> None:
    """Say what was noticed about the files before nothing comes of them: another sheet may be the right one."""
    for source in rows.sources:
        for text in source.notes:
            note(f"{clean(source.file)}: {clean(text.get(session.lang))}")
