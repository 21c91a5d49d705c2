"""The deal over time on the screen: a strip of days for every place, then each stay, the slips, the advice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import get_args

from ltc_coach import words
from ltc_coach.console.bars import FULL
from ltc_coach.console.days import short
from ltc_coach.console.deal_list import OUTCOMES, money
from ltc_coach.console.page import ACCENT, FAINT, HEAD, Page, Piece, cells, one_line, pad
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.casework import FollowedUp, Slip, Spell, Timeline
from ltc_coach.model.deal import Deal, Outcome, Step
from ltc_coach.plain import percent

_TITLE = both(zh="{customer}:一路走来", en="{customer}: the way so far")
_NOTHING = both(
    zh="还看不出客户在哪一步待过:回答要有日期,还要够多。",
    en="No place can be told for any day yet: that takes enough answers with their days.",
)
_DAYS = both(zh="{n} 天", en="{n} d")
_STAYS = both(zh="每一段", en="Each stay")
_FROM = both(zh="{since} 起", en="since {since}")
_FROM_TO = both(zh="{since} 到 {until}", en="{since} to {until}")
_SURE = both(zh="把握 {percent}", en="{percent} sure")
_BACK = {
    "us": both(zh="← 退回来,我们拉的", en="← back, pulled by us"),
    "rival": both(zh="← 退回来,对手拉的", en="← back, pulled by a rival"),
    "himself": both(zh="← 退回来,他自己要退的", en="← back, of his own accord"),
    "unknown": both(zh="← 退回来,不知道谁拉的", en="← back, it is not known who pulled"),
    None: both(zh="← 退回来,还没说是谁拉的", en="← back, nobody said who pulled"),
}
_WHO_PULLED = both(
    zh="客户退回到「{place}」,是谁拉的?ltc deals timeline {id} --went-back us|rival|himself",
    en="The customer went back to {place}. Who pulled? ltc deals timeline {id} --went-back us|rival|himself",
)
_SLIP = both(
    zh="预计签约 {first} → {now},往后拖了 {n} 天(改了 {times} 次)",
    en="closing {first} → {now}, put off by {n} days (moved {times}x)",
)
_SLIP_BACK = both(
    zh="预计签约 {first} → {now},提前了 {n} 天(改了 {times} 次)",
    en="closing {first} → {now}, brought forward by {n} days (moved {times}x)",
)
_SLIP_NONE = both(zh="预计签约改了 {times} 次,又回到 {now}", en="closing moved {times}x, back at {now}")
_ADVICE = both(zh="给过的建议", en="Advice given")
_NOT_TOLD = both(zh="没说做没做", en="not told whether done")
_THEN = both(zh="客户跟着:{act}", en="the customer then: {act}")
_NEXT = both(zh="接下来:{step}", en="Next: {step}")
_NEXT_HOW = both(
    zh="到了就记:ltc deals timeline {id} --step {step}", en="note it with: ltc deals timeline {id} --step {step}"
)
_OUTCOME = both(zh="结果", en="Outcome")
_TO = both(zh="给了{name}", en="to {name}")
# So narrow a strip tells nothing.
_NARROWEST = 12


def timeline_screen(  # noqa: PLR0913 - what stands on the screen, each by its name
    timeline: Timeline, deal: Deal, places: Sequence[str], lang: Lang, *, width: int, colour: bool
) -> str:
    """Return the screen; ``places`` are the ids of the main scale, the earliest first."""
    page = Page(width, colour=colour)
    page.line((_TITLE.fill(customer=one_line(deal.customer)).get(lang), ACCENT), (f"  {timeline.today}", FAINT), hang=2)
    if not timeline.spells:
        page.line(_NOTHING.get(lang), indent=2)
    else:
        page.blank()
        _strips(page, timeline, places, lang)
        _stays(page, timeline, deal.currency, lang)
    for turn in timeline.open_turns[-1:]:
        page.line((_WHO_PULLED.fill(place=turn.title, id=deal.id).get(lang), HEAD), indent=2, hang=4)
    if timeline.slip:
        page.blank()
        page.line(_slipped(timeline.slip, lang), indent=2, hang=4)
    if timeline.followed:
        page.head(_ADVICE.get(lang))
    for advice in timeline.followed:
        _followed(page, advice, timeline.today, lang)
    if deal.outcome:
        page.blank()
        page.row(_OUTCOME.get(lang), _ended(deal.outcome, lang), indent=2, column=9)
    if timeline.next_step:
        page.blank()
        step = timeline.next_step
        how: Piece = (f"  {_NEXT_HOW.fill(id=deal.id, step=step).get(lang)}", FAINT)
        page.line(_NEXT.fill(step=words.STEPS[step]).get(lang), how, indent=2, hang=4)
    return page.text()


def _strips(page: Page, timeline: Timeline, places: Sequence[str], lang: Lang) -> None:
    """Draw a strip for each place or step, the earliest place at the top; time goes right, a step back goes up."""
    spells = timeline.spells
    first, last = min(s.since for s in spells), timeline.today
    order = [*(("place", id_) for id_ in places), *(("step", id_) for id_ in get_args(Step))]
    rows = [row for row in order if row in {(s.kind, s.id) for s in spells}]
    titles = {(s.kind, s.id): one_line(s.title.get(lang)) for s in spells}
    days = {row: _DAYS.fill(n=sum(s.days for s in spells if (s.kind, s.id) == row)).get(lang) for row in rows}
    label = max(cells(title) for title in titles.values())
    count = max(cells(text) for text in days.values())
    room = page.width - label - count - 6
    if room < _NARROWEST:
        for row in rows:
            page.row(titles[row], days[row], indent=2, column=label + 2)
        return
    begins, now = short(first, last), short(last, last)
    ends = f"{begins}{' ' * max(1, room - len(begins) - len(now))}{now}"
    page.line((" " * (label + count + 4), FAINT), (ends, FAINT), indent=2)
    for row in rows:
        stays = [s for s in spells if (s.kind, s.id) == row]
        strip = _strip(stays, first, last, room)
        margin = " " * (count - cells(days[row]))
        page.line(pad(titles[row], label), (f"  {margin}{days[row]}  ", FAINT), (strip, ACCENT), indent=2)


def _strip(stays: Sequence[Spell], first: date, last: date, room: int) -> str:
    """Return ``room`` cells of time, full where the customer stood here; a short stay still shows."""
    span = max(1, (last - first).days)
    line = [" "] * room
    for stay in stays:
        begin = min(room - 1, (stay.since - first).days * room // span)
        end = ((stay.until or last) - first).days * room // span
        for at in range(begin, max(begin + 1, min(end, room))):
            line[at] = FULL
    return "".join(line).rstrip()


def _stays(page: Page, timeline: Timeline, currency: str, lang: Lang) -> None:
    """Write a line for each stay, the first one first; where the customer went back, say who pulled him."""
    page.head(_STAYS.get(lang))
    today, column = timeline.today, max(cells(one_line(s.title.get(lang))) for s in timeline.spells)
    for spell in timeline.spells:
        until = short(spell.until, today) if spell.until else ""
        when = (_FROM_TO if until else _FROM).fill(since=short(spell.since, today), until=until).get(lang)
        notes = [_DAYS.fill(n=spell.days).get(lang)]
        if spell.confidence is not None:
            notes.append(_SURE.fill(percent=percent(spell.confidence)).get(lang))
        if spell.amount is not None:
            notes.append(money(spell.amount, currency, lang))
        told = ("," if lang == Lang.ZH else ", ").join(notes)
        back: Piece = (f"  {_BACK[spell.by].get(lang)}" if spell.went_back else "", HEAD)
        page.line(pad(one_line(spell.title.get(lang)), column), (f"  {when}  {told}", FAINT), back, indent=2, hang=4)


def _slipped(slip: Slip, lang: Lang) -> str:
    said = _SLIP if slip.days > 0 else _SLIP_BACK if slip.days else _SLIP_NONE
    return said.fill(first=slip.first, now=slip.now, n=abs(slip.days), times=slip.times).get(lang)


def _followed(page: Page, advice: FollowedUp, today: date, lang: Lang) -> None:
    taken = words.TAKEN[advice.taken] if advice.taken else _NOT_TOLD
    page.line(
        (f"{short(advice.day, today)}  ", FAINT),
        one_line(advice.title.get(lang)),
        (f"  {taken.get(lang)}", HEAD if advice.taken else FAINT),
        indent=2,
        hang=9,
    )
    if advice.act:
        page.line(f"→ {_THEN.fill(act=one_line(advice.act)).get(lang)}", indent=9, hang=11)


def _ended(outcome: Outcome, lang: Lang) -> str:
    to: Text = _TO.fill(name=outcome.to) if outcome.to else Text()
    parts = [OUTCOMES[outcome.state].get(lang), outcome.day, to.get(lang), outcome.reason]
    return " · ".join(one_line(str(part)) for part in parts if part)
