"""What a change to a deal does to the advice: before and after, and why.

Two reports on the same deal and day are compared. What is told as a reason is what the change did on the way to
the advice: the place, a fact that people tell, whose doing the customer's thinking is, what a way back lacks now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ltc_coach.engine.conditions import LIKELY
from ltc_coach.engine.ties import exceeds
from ltc_coach.i18n import Text, both
from ltc_coach.model.casework import Direction, PullBack, Target
from ltc_coach.model.report import KnownFact, Located, Report

_BECAME = both(zh="{what}:{before} → {now}", en="{what}: {before} → {now}")
_NOT_TOLD = both(zh="没说过", en="not known")
_NOT_CLEAR = both(zh="说不准", en="not clear")
_WEAKEST = both(
    zh="几位必须点头的人里,现在走得最慢的是{name}:商机就算在他那一步",
    en="of those who must agree {name} is now furthest behind, so the deal stands where he does",
)
_OWN = both(
    zh="必须点头的人里,自己的位置清楚的不到两位:商机按全部回答来算",
    en="fewer than two of those who must agree have a place of their own, so all answers count together",
)
_LOST = both(zh="「{move}」:{why}", en="{move}: {why}")
_NO_LONGER = both(zh="「{move}」在这里用不上了", en="{move} no longer fits here")
_BETTER = both(zh="现在最好是「{move}」:{why}", en="{move} is best now: {why}")
_CANNOT_CARRY = both(zh="往回拉不能再靠{name}", en="{name} can no longer carry a way back")
_CAN_CARRY = both(zh="往回拉可以靠{name}", en="{name} can carry a way back")
_ASK_FIRST = both(zh="往回拉先靠{name}", en="{name} is now the first to go to for a way back")
_ALARM = both(zh="要留神:{text}", en="watch out: {text}")
_RELIEF = both(zh="不用再担心:{text}", en="no longer a worry: {text}")
_HURTS = both(zh="打算做的「{what}」现在会坏事:{title}", en='the plan "{what}" hurts now: {title}')
_HARMLESS = both(zh="打算做的「{what}」现在不碍事了", en='the plan "{what}" does no harm any more')
_LISTED = both(zh=";", en="; ")


@dataclass(frozen=True, slots=True)
class Course:
    """The course advised: where the customer stands, which way, back to where by which move and whom, what first.

    Ids are the playbook's, None where there is nothing to name; ``through`` are names; ``confidence`` is 0..1.
    """

    place: str
    place_title: Text
    confidence: float
    direction: Direction | None
    best: str | None
    best_title: Text
    to: str | None
    to_title: Text
    through: tuple[str, ...]
    first: str | None
    first_title: Text


@dataclass(frozen=True, slots=True)
class Effect:
    """The advice before and after a change, and the reasons for the difference, the weightiest first."""

    before: Course
    after: Course
    why: tuple[Text, ...]

    @property
    def changed(self) -> bool:
        """Whether anything is advised differently; how sure the place is does not count."""
        return _ids(self.before) != _ids(self.after)


def effect(before: Report, after: Report) -> Effect:
    """Return what is advised differently in ``after``, and why."""
    return Effect(_course(before), _course(after), tuple(dict.fromkeys(_why(before, after))))


def _ids(course: Course) -> tuple[object, ...]:
    # Of those who can carry a way back the first is to be asked first; the order of the others says little.
    carriers = (course.through[:1], frozenset(course.through))
    return (course.place, course.direction, course.best, course.to, course.first, carriers)


def _course(report: Report) -> Course:
    best, first = _best(report.pull_back), next(iter(report.moves), None)
    return Course(
        place=report.located.at,
        place_title=report.located.name(report.located.at),
        confidence=report.located.confidence,
        direction=report.pull_back.direction if report.pull_back else None,
        best=best.move if best else None,
        best_title=best.title if best else Text(),
        to=best.to if best else None,
        to_title=best.to_title if best else Text(),
        through=tuple(c.name for c in best.through) if best else (),
        first=first.id if first else None,
        first_title=first.title if first else Text(),
    )


def _best(plan: PullBack | None) -> Target | None:
    return next((t for t in plan.targets if t.move == plan.best), None) if plan else None


def _why(before: Report, after: Report) -> Iterator[Text]:
    yield from _standing(before, after)
    yield from _facts(before, after)
    if before.pull_back and after.pull_back:
        yield from _ways(before.pull_back, after.pull_back)
    yield from _first(before, after)
    yield from _alarms(before, after)
    yield from _plans(before, after)


def _standing(before: Report, after: Report) -> Iterator[Text]:
    """Whose place is the deal's, and who shaped what he thinks."""
    was, now = before.people, after.people
    if was and now and (was.basis, was.focus) != (now.basis, now.focus):
        focus = next((p for p in now.people if p.id == now.focus), None)
        yield _WEAKEST.fill(name=focus.name) if now.basis == "weakest" and focus else _OWN
    for id_, scale in after.also.items():
        old, new = _clear(before.also.get(id_)), _clear(scale)
        if old != new:
            yield _BECAME.fill(what=scale.title, before=old, now=new)


def _clear(scale: Located | None) -> Text:
    """Return where the customer stands on a scale, if that is likelier than all else together."""
    return scale.name(scale.at) if scale and exceeds(scale.confidence, LIKELY) else _NOT_CLEAR


def _facts(before: Report, after: Report) -> Iterator[Text]:
    was, now = {f.fact: f for f in before.facts}, {f.fact: f for f in after.facts}
    for id_ in dict.fromkeys([*was, *now]):
        old, new = was.get(id_), now.get(id_)
        title = next(fact.title for fact in (new, old) if fact)
        if _value(old) != _value(new):
            yield _BECAME.fill(what=title, before=_named(old), now=_named(new))


def _value(fact: KnownFact | None) -> str | None:
    return fact.value if fact else None


def _named(fact: KnownFact | None) -> Text:
    return fact.name if fact else _NOT_TOLD


def _ways(before: PullBack, after: PullBack) -> Iterator[Text]:
    """Why another direction, why not the same way back, why the new one."""
    if before.why != after.why:
        yield after.why
    old, new = _best(before), _best(after)
    if old and new and old.move == new.move:
        yield from _carriers(old, new)
        return
    if old:
        still = next((t for t in after.targets if t.move == old.move), None)
        if still is None:
            yield _NO_LONGER.fill(move=old.title)
        elif still.reasons != old.reasons:
            yield _LOST.fill(move=old.title, why=_LISTED.join(r for r in still.reasons if r not in old.reasons))
    if new:
        yield _BETTER.fill(move=new.title, why=_LISTED.join(new.reasons))


def _carriers(before: Target, after: Target) -> Iterator[Text]:
    """Who can, or can no longer, carry the same way back."""
    was, now = [c.name for c in before.through], [c.name for c in after.through]
    yield from (_CANNOT_CARRY.fill(name=name) for name in was if name not in now)
    yield from (_CAN_CARRY.fill(name=name) for name in now if name not in was)
    if was and now and was[0] != now[0]:
        yield _ASK_FIRST.fill(name=now[0])
    if before.politics != after.politics:
        yield from (reason for reason in after.reasons if reason not in before.reasons)


def _first(before: Report, after: Report) -> Iterator[Text]:
    """Why another first move, where the way back has not said it."""
    old, new = next(iter(before.moves), None), next(iter(after.moves), None)
    if (old and old.id) == (new and new.id):
        return
    if old and old.id not in {m.id for m in after.moves}:
        yield _NO_LONGER.fill(move=old.title)
    if new and new.why:
        yield _BETTER.fill(move=new.title, why=new.why)


def _alarms(before: Report, after: Report) -> Iterator[Text]:
    was = [a.text for a in before.people.alarms] if before.people else []
    now = [a.text for a in after.people.alarms] if after.people else []
    yield from (_ALARM.fill(text=text) for text in now if text not in was)
    yield from (_RELIEF.fill(text=text) for text in was if text not in now)


def _plans(before: Report, after: Report) -> Iterator[Text]:
    was, now = {w.what: w for w in before.planned}, {w.what: w for w in after.planned}
    yield from (_HURTS.fill(what=w.what, title=w.title) for what, w in now.items() if what not in was)
    yield from (_HARMLESS.fill(what=what) for what in was if what not in now)
