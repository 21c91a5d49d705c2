"""The people of a deal on the screen: the map of power and stance, each of them, and what is wrong with the whole."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ltc_coach import words
from ltc_coach.console.days import short
from ltc_coach.console.effect import tell_effect
from ltc_coach.console.grid import grid
from ltc_coach.console.page import ACCENT, FAINT, HEAD, Page, one_line
from ltc_coach.console.terminal import CLEAR
from ltc_coach.engine.people import ENOUGH
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.casework import PeopleView, PersonView
from ltc_coach.model.report import Report
from ltc_coach.plain import percent

if TYPE_CHECKING:
    from ltc_coach.documents.people_map import PeopleMap
    from ltc_coach.engine.effect import Effect

_TITLE = both(zh="{customer}:人都站在哪儿", en="{customer}: where the people stand")
_PLACE = both(zh="商机在「{place}」,把握 {percent}", en="the deal stands at {place}, {percent} sure")
_WEAKEST = both(
    zh="必须点头的人里{name}走得最慢,按他的算",
    en="of those who must agree {name} is furthest behind, so his place counts",
)
_NOBODY = both(zh="还没记下一个人。", en="No person is noted yet.")
_ADD = both(
    zh="加一个:ltc deals people {id} --add 王总 --role decider --power high",
    en='Add one: ltc deals people {id} --add "Ms Wang" --role decider --power high',
)
_AT = both(zh="走到「{place}」{percent},凭关于他的 {n} 条回答", en="at {place} {percent}, by {n} answers about him")
_LIKELY = both(
    zh="还定不了,最像在「{place}」{percent},凭关于他的 {n} 条回答",
    en="not settled, most like {place} {percent}, by {n} answers about him",
)
_PERHAPS = both(
    zh="像在「{place}」{percent},关于他的回答才 {n} 条,不作数",
    en="perhaps at {place} {percent}: only {n} answers about him, which does not count yet",
)
_SILENT = both(zh="还没有关于他的回答", en="no answer about him yet")
_NEEDED = both(zh="没他点头不成", en="nothing is bought without him")
_MET = both(zh="{day} 见过,{n} 天前", en="last met {day}, {n} days ago")
_MET_TODAY = both(zh="今天见过", en="met today")
_NOT_MET = both(zh="还没当面见过", en="not met in person yet")
_WATCH = both(zh="要留神", en="Watch out")
_SPREAD = both(
    zh="走得最快的和最慢的差 {n} 步:先去陪慢的那位,别拿快的当整单的进度",
    en="{n} places lie between the first and the last of them: see the last one, the first is not the deal",
)


def people_screen(  # noqa: PLR0913 - what stands on the screen, each by its name
    report: Report,
    named: tuple[str, str],
    effect: Effect | None,
    *,
    chart: PeopleMap,
    legend: Text,
    lang: Lang,
    width: int,
    colour: bool,
) -> str:
    """Return the screen; ``chart`` is the map of ``report.people``, ``named`` the deal's id and customer."""
    page = Page(width, colour=colour)
    id_, customer = named
    page.line((_TITLE.fill(customer=one_line(customer)).get(lang), ACCENT), (f"  {report.today}", FAINT), hang=2)
    people = report.people
    if people is None or not people.people:
        page.line(_NOBODY.get(lang), indent=2)
        page.line((_ADD.fill(id=id_).get(lang), FAINT), indent=2)
        return page.text()
    _basis(page, report, people, lang)
    if effect:
        tell_effect(page, effect, lang)
    page.blank()
    rows = [(row.title.get(lang), [[f"{s.mark}{s.name}" for s in cell] for cell in row.cells]) for row in chart.rows]
    grid(page, [column.get(lang) for column in chart.columns], rows)
    page.line((legend.get(lang), FAINT), indent=2)
    page.blank()
    for person in people.people:
        _person(page, person, report.today, lang)
    _watch(page, people, lang)
    return page.text()


def _basis(page: Page, report: Report, people: PeopleView, lang: Lang) -> None:
    located = report.located
    place = _PLACE.fill(place=located.name(located.at), percent=percent(located.confidence)).get(lang)
    focus = next((p for p in people.people if p.id == people.focus), None)
    weakest = people.basis == "weakest" and focus
    note = _WEAKEST.fill(name=focus.name).get(lang) if weakest and focus else ""
    page.line(place, (f"  ({note})" if note else "", FAINT), indent=2, hang=4)


def _person(page: Page, person: PersonView, today: date, lang: Lang) -> None:
    """Write two lines: who he is to us; where he stands and when we last met."""
    what = [
        words.role(person.role).get(lang) if person.role else "",
        one_line(person.title),
        words.POWERS[person.power].get(lang) if person.power else "",
        words.STANCES[person.stance].get(lang) if person.stance else "",
        _NEEDED.get(lang) if person.needed else "",
    ]
    page.line((one_line(person.name), HEAD), f"  {' · '.join(part for part in what if part)}", indent=2, hang=4)
    if person.place is None:
        stands = _SILENT
    else:
        how = _PERHAPS if person.own < ENOUGH else _AT if person.confidence >= CLEAR else _LIKELY
        stands = how.fill(place=person.place_title, percent=percent(person.confidence), n=person.own)
    ago = (today - person.met).days if person.met else 0
    met = _NOT_MET if person.met is None else (_MET if ago else _MET_TODAY).fill(day=short(person.met, today), n=ago)
    page.line(stands.get(lang), ";" if lang == Lang.ZH else "; ", met.get(lang), indent=4)


def _watch(page: Page, people: PeopleView, lang: Lang) -> None:
    warnings = [alarm.text for alarm in people.alarms]
    if people.spread > 1:
        warnings.insert(0, _SPREAD.fill(n=people.spread))
    if warnings:
        page.head(_WATCH.get(lang))
    for text in warnings:
        page.line("×  ", one_line(text.get(lang)), indent=2, hang=5)
