"""What a change to a deal did to the advice, on the screen: before, after, and why."""

from __future__ import annotations

from collections.abc import Iterable

from ltc_coach import words
from ltc_coach.console.page import FAINT, HEAD, Page, Piece, one_line
from ltc_coach.engine.effect import Course, Effect
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.plain import percent

_CHANGED = both(zh="这一改,建议变了", en="That changes the advice")
_UNCHANGED = both(zh="这一改,建议没变", en="That leaves the advice as it was")
_PLACE = both(zh="走到", en="place")
_WAY = both(zh="方向", en="way")
_TO = both(zh="退到", en="back to")
_BY = both(zh="用哪招", en="by")
_THROUGH = both(zh="靠谁", en="through")
_FIRST = both(zh="第一步", en="first")
_WHY = both(zh="为什么", en="why")
_SAME = both(zh="(没变)", en=" (unchanged)")
_NONE = both(zh="没有", en="none")


def tell_effect(page: Page, effect: Effect, lang: Lang) -> None:
    """Write the advice before and after; what stayed as it was is said once."""
    column = 8 if lang == Lang.ZH else 9
    page.head((_CHANGED if effect.changed else _UNCHANGED).get(lang))
    for label, before, after in _rows(effect.before, effect.after, lang):
        page.row(label.get(lang), *_shift(before, after, lang), indent=2, column=column)
    for number, reason in enumerate(effect.why):
        label = Text() if number else _WHY
        page.row(label.get(lang), "· ", one_line(reason.get(lang)), indent=2, column=column)


def _rows(before: Course, after: Course, lang: Lang) -> Iterable[tuple[Text, str, str]]:
    yield _PLACE, _place(before, lang), _place(after, lang)
    if before.direction and after.direction:
        yield _WAY, words.WAYS[before.direction].get(lang), words.WAYS[after.direction].get(lang)
    if before.best or after.best:
        yield _TO, before.to_title.get(lang), after.to_title.get(lang)
        yield _BY, before.best_title.get(lang), after.best_title.get(lang)
    if before.through or after.through:
        between = "、" if lang == Lang.ZH else ", "
        yield _THROUGH, between.join(before.through), between.join(after.through)
    yield _FIRST, before.first_title.get(lang), after.first_title.get(lang)


def _place(course: Course, lang: Lang) -> str:
    return f"{course.place_title.get(lang)} {percent(course.confidence)}"


def _shift(before: str, after: str, lang: Lang) -> tuple[Piece, ...]:
    none = _NONE.get(lang)
    was, now = one_line(before) or none, one_line(after) or none
    return (now, (_SAME.get(lang), FAINT)) if was == now else (was, " → ", (now, HEAD))
