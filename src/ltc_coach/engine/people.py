"""The people of a deal: where each of them stands, whom we have not met, who stands in between.

Needed are the decider, the owner of the budget and the demand key person (design.md section 4).
Silent people are gaps, not evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ltc_coach.engine.tables import UNKNOWN
from ltc_coach.i18n import Text, both
from ltc_coach.model.casework import Alarm, PeopleView, PersonView
from ltc_coach.model.deal import Answer, Person
from ltc_coach.model.playbook import Playbook

if TYPE_CHECKING:
    from ltc_coach.engine.situation import Compiled, Situation

# Without these nothing is bought (design.md section 4).
NEEDED = ("decider", "budget_owner", "demand_owner")
# Who does the evaluating, mostly at a lower level (domain S2-N6, section 4.8).
EVALUATORS = frozenset({"evaluator", "technical", "purchasing"})
_NOBODY_MET = both(zh="一个人都还没当面见过", en="nobody has been met in person yet")
_SINGLE_THREAD = both(
    zh="只见过{name}一个人,他调走或变卦,这单就断了",
    en="only {name} has been met: if he moves or changes his mind, the deal is gone",
)
_NO_POWER = both(zh="见过的人里,没有一个能拍板", en="nobody we have met can decide")
_NO_DECIDER = both(zh="还不知道最后谁拍板", en="it is not known who decides in the end")
_NO_OPPONENT = both(
    zh="还没发现谁不赞成,多半是没看见,不是没有",
    en="no opponent is known: more likely unseen than absent",
)
_IN_BETWEEN = both(
    zh="隔着{names}这些做评估的人,还没见到{strong}",
    en="only evaluators ({names}) stand before us; {strong} has not been met",
)
_NOT_HEARD = both(
    zh="缺{name}自己的说法:关于他的回答不到 {n} 条",
    en="{name} has not been heard: fewer than {n} answers about him",
)
# From so many answers of his own a person has a place of his own (design.md section 4).
ENOUGH = 3


def heard(people: Sequence[Person], force: Sequence[Answer]) -> tuple[str, ...]:
    """Return the needed people with a place of their own; none unless there are two or more of them."""
    needed = [p.id for p in people if p.role in NEEDED]
    enough = [id_ for id_ in needed if len(own_answers(id_, force)) >= ENOUGH] if len(needed) > 1 else []
    # The weakest of one is himself, and then the deal stands where all answers together put it.
    return tuple(enough) if len(enough) > 1 else ()


def own_answers(id_: str, force: Sequence[Answer]) -> list[Answer]:
    """Return the answers about a person that say anything."""
    return [answer for answer in force if answer.about == id_ and answer.value != UNKNOWN]


def facts(playbook: Playbook, people: Sequence[Person]) -> dict[str, str]:
    """Return the facts that the people we met tell: who is a rival's man has not been reached."""
    roles = {p.role for p in people if p.met and p.stance != "rival"}
    told: dict[str, str] = {}
    for id_, fact in playbook.facts.items():
        for value in fact.values:
            if roles & set(value.met):
                told[id_] = value.id
    return told


def is_strong(person: Person) -> bool:
    """Whether he can decide or overturn the matter."""
    return person.power == "high" or (person.power is None and person.role in {"decider", "executive", "budget_owner"})


def view(compiled: Compiled, situation: Situation) -> PeopleView:
    """Return the people of the deal with the place of each, and what is wrong with the whole."""
    deal = situation.deal
    everybody = deal.people if deal else ()
    scale = compiled.playbook.scales[compiled.main]
    views = []
    for person in everybody:
        own = own_answers(person.id, situation.answers)
        belief = compiled.own_belief(own, situation.today) if own else None
        views.append(
            PersonView(
                id=person.id,
                name=person.name,
                title=person.title or "",
                role=person.role or "",
                power=person.power,
                stance=person.stance,
                met=person.met,
                needed=person.role in NEEDED,
                strong=is_strong(person),
                own=len(own),
                place=scale.ids[belief.best] if belief else None,
                place_title=scale.places[belief.best].title if belief else Text(),
                confidence=belief.values[belief.best] if belief else 0.0,
            )
        )
    located = [scale.ids.index(v.place) for v in views if v.place and v.own >= ENOUGH]
    return PeopleView(
        people=tuple(views),
        basis="weakest" if situation.needed else "own",
        focus=situation.focus,
        spread=max(located) - min(located) if located else 0,
        alarms=tuple(_alarms(views)),
    )


def _alarms(views: Sequence[PersonView]) -> Iterator[Alarm]:
    if not views:
        return
    met, strong = [v for v in views if v.met], [v for v in views if v.strong]
    if not met:
        yield Alarm(id="nobody_met", text=_NOBODY_MET)
    elif len(met) == 1:
        yield Alarm(id="single_thread", text=_SINGLE_THREAD.fill(name=met[0].name))
    if met and not any(v.strong for v in met):
        if strong and all(v.role in EVALUATORS for v in met):
            names = Text(zh="、".join(v.name for v in met), en=", ".join(v.name for v in met))
            yield Alarm(id="evaluators_between", text=_IN_BETWEEN.fill(names=names, strong=strong[0].name))
        else:
            yield Alarm(id="nobody_with_power", text=_NO_POWER)
    if not any(v.role == "decider" for v in views):
        yield Alarm(id="no_decider", text=_NO_DECIDER)
    if not any(v.stance in {"rival", "leans_rival"} for v in views):
        yield Alarm(id="no_opponent", text=_NO_OPPONENT)
    for silent in (v for v in views if v.needed and v.own < ENOUGH):
        yield Alarm(id="not_heard", text=_NOT_HEARD.fill(name=silent.name, n=ENOUGH))
