"""What stands on a brief and in which order, in one language: the same for screen, paper, Markdown and chat.

A renderer only lays this out. All text in it is cleaned and on one line, so a renderer has to care for its
own markup and for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ltc_coach import words
from ltc_coach.documents.people_map import LEGEND, PeopleMap, people_map
from ltc_coach.engine.people import ENOUGH
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.brief import Brief, BriefMove
from ltc_coach.model.casework import Change, PersonView
from ltc_coach.plain import clean, percent

TICK = "□"
# From here on a place is called sure; below it a second one is named as well.
_CLEAR, _ALONE = 0.6, 0.9
# So many names of the place in other models, and of moves that are new.
_OTHER_NAMES, _NEW_MOVES = 2, 2

_TITLE = both(zh="拜访单:{customer}", en="Visit brief: {customer}")
_EXPECTED = both(zh="预计 {day} 成交", en="closing expected {day}")
_OWNER = both(zh="负责人 {name}", en="owner {name}")
_MEET = both(zh="见谁", en="meet")
_WHEN = both(zh="哪天", en="when")
_ON_DAY = both(zh="{day}(还有 {n} 天)", en="{day} (in {n} days)")
_TOMORROW = both(zh="{day}(就是明天)", en="{day} (tomorrow)")
_TODAY = both(zh="{day}(就是今天)", en="{day} (today)")
_NO_DAY = both(zh="还没约", en="not fixed yet")
_THE_DEAL = both(zh="没指定见谁,按整个商机来准备", en="nobody in particular: the deal as a whole")
_LAST_MET = both(zh="{day} 见过({n} 天前)", en="last met {day}, {n} days ago")
_NEVER_MET = both(zh="还没当面见过", en="not met in person yet")
_NEEDED = both(zh="必须他点头", en="must agree")

_WHERE = both(zh="客户走到哪一步", en="Where the customer stands")
_UNSETTLED = both(zh="还定不了,最像「{place}」", en="not settled, most like {place}")
_ALSO = both(zh="也叫", en="also")
_OR_ELSE = both(zh="也可能", en="or else")
_BY = both(zh="依据", en="based on")
_BY_HIMSELF = both(zh="{name}自己的位置,凭 {n} 条回答", en="{name} alone, by {n} answers")
_BY_DEAL = both(
    zh="这是整个商机的位置;单说{name},回答还不够({n} 条)",
    en="the whole deal; too little is known about {name} alone ({n} answers)",
)
_BY_WEAKEST = both(
    zh="几位必须点头的人里,走得最慢的是{name},商机就算在他那一步",
    en="of those who must agree {name} is furthest behind, so the deal stands where he does",
)
_WAY = both(zh="方向", en="way")
_SINCE = both(zh="变化", en="change")
_CHANGED = both(zh="{day} 以来({n} 天),{what}", en="in the {n} days since {day}: {what}")
_NEW = both(zh="新添一招:{moves}", en="newly advised: {moves}")

_AIM = both(zh="这次要他做到", en="What he shall do or promise this time")
_QUESTIONS = both(zh="问他这几句", en="Questions to put")
_SETTLES = both(zh="弄清:{what}", en="to learn: {what}")
_MOVE = both(zh="这一趟怎么做", en="The move for this visit")
_LATER = both(zh="之后", en="then")
_OBJECTIONS = both(zh="他可能会说", en="He may say")
_ANSWER = both(zh="答:{answer}", en="answer: {answer}")
_RATHER = both(zh="不如:{instead}", en="instead: {instead}")
_PEOPLE = both(zh="人都站在哪儿", en="Where the people stand")
_SPREAD = both(zh="走得最快的和最慢的差 {n} 步", en="{n} places lie between the first and the last of them")
_ALARMS = both(zh="要留神", en="Watch out")


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. ``then`` is a second sentence that belongs to it, ``note`` a remark.

    ``rank``: 0 belongs on every page; where room is short, the higher ranks are left out first.
    """

    text: str
    mark: str = ""
    label: str = ""
    then: str = ""
    note: str = ""
    strong: bool = False
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page; ``id`` is stable. ``map`` stands before the items."""

    id: str
    title: str
    items: tuple[Item, ...]
    map: PeopleMap | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole page in ``lang``: title, a line about the deal, whom and when, the sections in their order."""

    lang: Lang
    title: str
    about: str
    head: tuple[Item, ...]
    sections: tuple[Section, ...]
    foot: str


def outline(brief: Brief, lang: Lang) -> Outline:
    """Return the page of a brief in one language; sections with nothing in them are left out."""
    speak = _Speaker(lang)
    people = people_map(brief.people, brief.person.id if brief.person else None) if brief.people else None
    sections = (
        Section("where", speak(_WHERE), tuple(_where(brief, speak))),
        Section("aim", speak(_AIM), tuple(_listed([brief.aim], speak, "→"))),
        Section("questions", speak(_QUESTIONS), tuple(_questions(brief, speak))),
        Section("move", speak(_MOVE), tuple(_move(brief, brief.move, speak)) if brief.move else ()),
        Section("objections", speak(_OBJECTIONS), tuple(_objections(brief, speak))),
        Section("never", speak(words.NOT_NOW), tuple(_listed(brief.never, speak, "×"))),
        Section("planned", speak(words.PLANNED_HURTS), tuple(_planned(brief, speak))),
        Section("people", speak(_PEOPLE), tuple(_people(brief, speak)), people),
        Section("alarms", speak(_ALARMS), tuple(_alarms(brief, speak))),
    )
    return Outline(
        lang=lang,
        title=speak(_TITLE.fill(customer=brief.customer)),
        about=" · ".join(_about(brief, speak)),
        head=tuple(_head(brief, speak)),
        sections=tuple(s for s in sections if s.items),
        foot=f"{speak(brief.deal)} · {brief.today.isoformat()}",
    )


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Says a text in one language, cleaned and on one line."""

    lang: Lang

    def __call__(self, text: Text | str) -> str:
        return " ".join(clean(text if isinstance(text, str) else text.get(self.lang)).split())

    def quote(self, text: Text | str) -> str:
        said = self(text)
        if not said or said[0] in '「"“':
            return said
        return f"「{said}」" if self.lang == Lang.ZH else f'"{said}"'

    def quotes(self, texts: Iterable[Text]) -> str:
        return ("" if self.lang == Lang.ZH else ", ").join(self.quote(text) for text in texts)

    def remark(self, texts: Iterable[str]) -> str:
        """Put into brackets, to stand behind something, what is not empty."""
        said = [text for text in texts if text]
        if not said:
            return ""
        return f"({','.join(said)})" if self.lang == Lang.ZH else f" ({', '.join(said)})"


def _about(brief: Brief, speak: _Speaker) -> Iterator[str]:
    """Say in a line what it is about: product, money, when it is to close, whose deal it is."""
    if brief.product:
        yield speak(brief.product)
    if brief.amount is not None:
        yield f"{brief.amount:,} {speak(brief.currency)}"
    if brief.expected:
        yield speak(_EXPECTED.fill(day=brief.expected))
    if brief.owner:
        yield speak(_OWNER.fill(name=brief.owner))


def _head(brief: Brief, speak: _Speaker) -> Iterator[Item]:
    person = brief.person
    if person:
        # A title often says the role already; both are given, for they are different claims.
        titles = speak.remark((speak(person.title), speak(words.role(person.role)) if person.role else ""))
        standing = " · ".join(_standing(brief, person, speak))
        yield Item(f"{speak(person.name)}{titles}", label=speak(_MEET), then=standing, strong=True)
    else:
        yield Item(speak(_THE_DEAL), label=speak(_MEET))
    days = (brief.visit - brief.today).days if brief.visit else -1
    if days < 0:
        when = _NO_DAY
    else:
        when = (_TODAY if days == 0 else _TOMORROW if days == 1 else _ON_DAY).fill(day=brief.visit, n=days)
    yield Item(speak(when), label=speak(_WHEN))


def _standing(brief: Brief, person: PersonView, speak: _Speaker) -> Iterator[str]:
    if person.power:
        yield speak(words.POWERS[person.power])
    if person.stance:
        yield speak(words.STANCES[person.stance])
    if person.needed:
        yield speak(_NEEDED)
    if person.met:
        yield speak(_LAST_MET.fill(day=person.met, n=(brief.today - person.met).days))
    else:
        yield speak(_NEVER_MET)


def _where(brief: Brief, speak: _Speaker) -> Iterator[Item]:
    person, people = brief.person, brief.people
    alone = person is not None and person.place is not None and person.own >= ENOUGH
    sure = (words.SURE if brief.confidence >= _CLEAR else words.ROUGHLY).fill(percent=percent(brief.confidence))
    at = brief.place if alone or brief.settled else _UNSETTLED.fill(place=brief.place)
    yield Item(speak(at), note=speak(sure), strong=True)
    place = speak(brief.place).casefold()
    names = dict.fromkeys(speak(name) for name in brief.also_called)
    others = [name for name in names if name.casefold() != place][:_OTHER_NAMES]
    if others:
        yield Item(" · ".join(others), label=speak(_ALSO), rank=2)
    if brief.runner_up and not alone and brief.confidence < _ALONE:
        yield Item(speak(brief.runner_up), label=speak(_OR_ELSE), rank=1)
    focus = next((p for p in people.people if p.id == people.focus), None) if people else None
    if person:
        basis = (_BY_HIMSELF if alone else _BY_DEAL).fill(name=person.name, n=person.own)
        yield Item(speak(basis), label=speak(_BY), rank=1)
    elif focus and people and people.basis == "weakest":
        yield Item(speak(_BY_WEAKEST.fill(name=focus.name)), label=speak(_BY), rank=1)
    if brief.direction:
        yield Item(speak(brief.direction), label=speak(_WAY))
    if brief.change:
        yield Item(_changed(brief.change, speak), label=speak(_SINCE))


def _changed(change: Change, speak: _Speaker) -> str:
    """Say in one line what is different since advice was last given."""
    parts = [speak(words.MOVED[change.moved].fill(before=change.place_before, now=change.place_now))]
    before, now = percent(change.confidence_before), percent(change.confidence_now)
    if before != now:
        parts.append(f"{speak(words.SURER)} {before} → {now}")
    if change.new_moves:
        parts.append(speak(_NEW.fill(moves=speak.quotes(change.new_moves[:_NEW_MOVES]))))
    if change.slipped_days:
        slipped = words.PUT_OFF if change.slipped_days > 0 else words.BROUGHT_FORWARD
        gap = both(zh="", en=" ")
        parts.append(speak(gap.join([words.CLOSING, slipped.fill(n=abs(change.slipped_days))])))
    what = (";" if speak.lang == Lang.ZH else "; ").join(parts)
    return speak(_CHANGED.fill(day=change.since, n=change.days, what=what))


def _listed(texts: Iterable[Text], speak: _Speaker, mark: str) -> Iterator[Item]:
    for text in texts:
        if said := speak(text):
            yield Item(said, mark=mark, strong=mark == "→")


def _questions(brief: Brief, speak: _Speaker) -> Iterator[Item]:
    """The kind stands before the first question of its kind; a question that settles what was said is not explained."""
    kind, settled = "", ""
    for question in brief.questions:
        label = "" if question.kind == kind else speak(words.BANK_KINDS[question.kind])
        settles = speak(question.settles)
        note = speak(_SETTLES.fill(what=settles)) if settles and settles != settled else ""
        yield Item(speak(question.ask), mark=TICK, label=label, note=note)
        kind, settled = question.kind, settles


def _move(brief: Brief, move: BriefMove, speak: _Speaker) -> Iterator[Item]:
    yield Item(speak(move.title), strong=True)
    rows = [
        (words.ONLY_IF, speak(move.provided), 0),
        (words.WHOM, speak(move.whom), 0),
        (words.DO, speak(move.do), 0),
        *((Text() if i else words.SAY, speak.quote(text), min(i, 1)) for i, text in enumerate(move.say)),
        # The proof mostly is the aim, which stands above.
        (words.PROOF, "" if move.proof == brief.aim else speak(move.proof), 0),
        (words.REFUSED, speak(move.refused), 0),
        (words.LETTER, speak(f"ltc letter {brief.deal} {move.letter}") if move.letter else "", 1),
        *((Text() if i else _LATER, speak(text), 2) for i, text in enumerate(brief.later)),
    ]
    yield from (Item(text, label=speak(label), rank=rank) for label, text, rank in rows if text)


def _objections(brief: Brief, speak: _Speaker) -> Iterator[Item]:
    for objection in brief.objections:
        yield Item(speak.quote(objection.says), mark="·", then=speak(_ANSWER.fill(answer=speak(objection.answer))))


def _planned(brief: Brief, speak: _Speaker) -> Iterator[Item]:
    for warning in brief.planned:
        instead = speak(warning.instead)
        yield Item(
            f"{speak.quote(warning.what)} → {speak(warning.title)}",
            mark="×",
            then=speak(_RATHER.fill(instead=instead)) if instead else "",
            note=speak(warning.why),
        )


def _people(brief: Brief, speak: _Speaker) -> Iterator[Item]:
    if brief.people and brief.people.people:
        spread = speak(_SPREAD.fill(n=brief.people.spread)) if brief.people.spread > 1 else ""
        yield Item(speak(LEGEND), note=spread)


def _alarms(brief: Brief, speak: _Speaker) -> Iterator[Item]:
    return _listed((alarm.text for alarm in (brief.people.alarms if brief.people else ())), speak, "·")
