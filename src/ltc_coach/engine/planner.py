"""The pull-back planner: where the customer can be brought back to, by whom, with what, at what price.

Targets are the pull moves of the playbook that fit the located place, always to an earlier place
(domain S2-R4: never forward). They are ranked as design.md section 5 says: needs met (the fewer are
missing the better), lands before the first node a rival owns, politics, distance, file order. Leaving
competes: it wins when a move that says so holds, or when every target needs something we know we do
not have. Somebody not met yet is no such thing: he can be met.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ltc_coach import words
from ltc_coach.engine import ledger
from ltc_coach.engine.conditions import LIKELY, SURE
from ltc_coach.engine.ties import exceeds, reaches
from ltc_coach.i18n import Text, both
from ltc_coach.model.casework import Carrier, Direction, LedgerRow, Missing, PullBack, Target
from ltc_coach.model.deal import Person, Stance
from ltc_coach.model.playbook import Kind, Move
from ltc_coach.model.spoken import Named

if TYPE_CHECKING:
    from ltc_coach.engine.advice import Advice
    from ltc_coach.engine.situation import Compiled, Rule, Situation

_WEIGHTS = {"none": 0, "some": 1, "high": 2}
# Whom a pull can go through, the best first; a rival's man never.
_HELPFUL: dict[Stance | None, int] = {"us": 0, "leans_us": 0, "neutral": 1, None: 1, "leans_rival": 2}

_MET = both(zh="先见到{name}", en="meet {name} first")
_NOBODY = both(zh="找到能走的人:{roles}", en="find somebody to go through: {roles}")
_LACKS = both(zh="{what}:{wants}", en="{what}: {wants}")
_HOLDS_IF = both(zh="前提:{what}", en="provided {what}")
_ALL_THERE = both(zh="要的都有了", en="all it needs is there")
_NOT_THERE = both(zh="还缺:{what}", en="still missing: {what}")
_BEFORE = both(zh="落在对手定下的「{node}」之前", en="lands before {node}, which the rival shaped")
_NOT_BEFORE = both(
    zh="「{node}」是对手定的,退到这里还在他的地盘上",
    en="{node} was shaped by the rival: this still stands on his ground",
)
_PRICE = both(zh="往回走 {n} 步,{politics}", en="{n} back, {politics}")
_UNLOCK = both(zh="有了「{missing}」,就能退到「{to}」:{move}", en="back to {to} ({move}) takes {missing}")
# How much politics stands against walking back, 0..3, in words.
POLITICS = (
    both(zh="没什么政治阻力", en="no politics against it"),
    both(zh="有些政治阻力", en="some politics against it"),
    both(zh="政治阻力大", en="much politics against it"),
    both(zh="政治阻力很大", en="very much politics against it"),
)
_OURS = both(
    zh="客户现在的想法是跟我们一起想出来的:守住,陪着往前走",
    en="what he thinks now he thought with us: hold it, walk along",
)
_HIS = both(
    zh="客户的想法是他自己定的:陪着走,同时试一试它站不站得住",
    en="what he thinks is his own: walk along, and test whether it stands",
)
_RIVALS = both(
    zh="客户现在的想法是对手带出来的:跟着走就是按对手的规矩玩,往回拉",
    en="a rival shaped what he thinks: following is playing by his rules, so pull back",
)
_RIVALS_FROM = both(
    zh="从「{node}」起就是对手定的:往回拉,最好拉到它前面",
    en="the rival shaped {node} and what follows: pull back, best to before it",
)
_START = both(
    zh="客户还在起点,没有什么要往回拉:陪他一起看问题",
    en="he stands at the beginning: nothing to pull back, look at it with him",
)
_ASK_WHO = both(zh="还不知道是谁把他带到这一步的:先问清楚", en="who led him here is not known: find out first")
_GO = both(zh="该放手了:{move}", en="time to leave: {move}")
_NO_WAY = both(
    zh="每条往回拉的路都缺我们明知没有的东西:掂量放弃",
    en="every way back needs something we know we lack: consider leaving",
)
_NO_TACTIC = both(
    zh="虽说是对手带的,手册里却没有从这一步往回拉的招:照路线走,边走边找机会",
    en="a rival led him here, but the playbook has no way back from here: take the route and watch for an opening",
)
_LISTED = both(zh="、", en=", ")


def plan_back(compiled: Compiled, situation: Situation, advice: Advice) -> PullBack:
    """Return which way to go at the located place, and the targets in the order of preference."""
    playbook, deal = compiled.playbook, situation.deal
    place = situation.beliefs[compiled.main].best
    rival = ledger.first_rival(playbook, deal, place) if deal else None
    scored = sorted(_targets(compiled, situation, advice, place, rival.node if rival else None), key=lambda t: t[0])
    targets = [target for _, target in scored]
    leave = [m for m in advice.moves() if m.kind == Kind.LEAVE and m.holds == "yes"]
    needs = {move.id: advice.unmet(move) for move in playbook.moves if move.kind == Kind.PULL}
    stuck = all(any(need.known for need in needs[t.move]) for t in targets)
    direction, why = _direction(compiled, situation, rival.node if rival else None, place)
    if leave:
        direction, why = "leave", _GO.fill(move=leave[0].title)
    elif direction == "pull_back" and not targets:
        direction, why = "walk_along", _NO_TACTIC
    elif direction == "pull_back" and stuck:
        direction, why = "leave", _NO_WAY
    best = targets[0].move if targets and direction == "pull_back" else None
    return PullBack(
        direction=direction,
        why=why,
        first_rival=rival.node if rival else None,
        ledger=tuple(_rows(compiled, situation, place)),
        targets=tuple(targets),
        best=best,
        unlock=tuple(_unlocks(scored)),
        leave=tuple(m.id for m in leave),
    )


_Rank = tuple[int, bool, int, int, int]


def _targets(
    compiled: Compiled, situation: Situation, advice: Advice, place: int, rival: str | None
) -> Iterator[tuple[_Rank, Target]]:
    ids = compiled.playbook.scales[compiled.main].ids
    for order, rule in enumerate(compiled.rules):
        move = rule.move
        if move.kind != Kind.PULL or move.to is None or ids.index(move.to) >= place:
            continue
        found = _target(compiled, situation, advice, rule, rival)
        if found is not None:
            # Who is not even known has to be found before he can be met.
            missing = len(found.missing) + (1 if _finding(situation, move, found) else 0)
            yield (missing, found.before_rival is False, found.politics, found.distance, order), found


def _finding(situation: Situation, move: Move, target: Target) -> bool:
    """Whether nobody is known whom the pull could go through."""
    return bool(move.through and not target.through and situation.deal and situation.deal.people)


def _target(compiled: Compiled, situation: Situation, advice: Advice, rule: Rule, rival: str | None) -> Target | None:
    chance = advice.chance_at_best(rule)
    if chance is None:
        return None
    move, scale = rule.move, compiled.playbook.scales[compiled.main]
    place, to = situation.beliefs[compiled.main].best, scale.ids.index(move.to or "")
    carriers = _carriers(situation, move)
    missing = [
        *(Missing(text=_LACKS.fill(what=n.title, wants=n.wants), known=n.known) for n in advice.unmet(move)),
        *_nobody_to_go_through(situation, move, carriers),
        *([] if chance == "likely" else [Missing(text=_HOLDS_IF.fill(what=advice.provided(rule.when)), known=False)]),
    ]
    before = None if rival is None else to < scale.ids.index(rival)
    target = Target(
        move=move.id,
        title=move.title,
        to=scale.ids[to],
        to_title=scale.places[to].title,
        distance=place - to,
        politics=_politics(situation, move, carriers),
        before_rival=before,
        missing=tuple(missing),
        carried_by=tuple(_carried_by(compiled, advice, move)),
        through=tuple(Carrier(id=p.id, name=p.name, met=p.met is not None, stance=p.stance) for p in carriers),
        whom=move.whom,
        do=move.do,
        say=move.say,
        proof=move.proof,
        refused=move.refused,
        reasons=(),
        source=move.source,
    )
    return target.model_copy(update={"reasons": tuple(_reasons(target, _title(scale.places, rival)))})


def _carriers(situation: Situation, move: Move) -> list[Person]:
    """Return the people a pull can go through, the most helpful first."""
    people = situation.deal.people if situation.deal else ()
    able = [p for p in people if p.role in move.through and p.stance in _HELPFUL]
    return sorted(able, key=lambda p: (p.met is None, _HELPFUL[p.stance]))


def _nobody_to_go_through(situation: Situation, move: Move, carriers: Sequence[Person]) -> list[Missing]:
    """Who has to be met first; a deal without people says nothing about them."""
    if not move.through or not (situation.deal and situation.deal.people):
        return []
    if not carriers:
        roles = _LISTED.join(words.role(role) for role in move.through)
        return [Missing(text=_NOBODY.fill(roles=roles), known=True)]
    first = carriers[0]
    return [] if first.met else [Missing(text=_MET.fill(name=first.name), known=True)]


def _politics(situation: Situation, move: Move, carriers: Sequence[Person]) -> int:
    """Return 0..3: what stands against walking back, and one more if nobody on the way is on our side."""
    alone = bool(situation.deal and situation.deal.people) and not any(_HELPFUL[p.stance] == 0 for p in carriers)
    return _WEIGHTS[move.politics] + (1 if alone and move.through else 0)


def _carried_by(compiled: Compiled, advice: Advice, move: Move) -> Iterator[Text]:
    """Our strengths that carry this move."""
    hand = compiled.playbook.hand
    if hand:
        for value in compiled.playbook.facts[hand].values:
            if value.id in advice.hand and value.id in move.needs.get(hand, ()):
                yield value.title


def _reasons(target: Target, rival: Text) -> Iterator[Text]:
    if target.missing:
        yield _NOT_THERE.fill(what=_LISTED.join(m.text for m in target.missing))
    else:
        yield _ALL_THERE
    if target.before_rival is not None:
        yield (_BEFORE if target.before_rival else _NOT_BEFORE).fill(node=rival)
    yield _PRICE.fill(n=target.distance, politics=POLITICS[target.politics])


def _unlocks(scored: Sequence[tuple[_Rank, Target]]) -> Iterator[Text]:
    """What would open a target that is better than the best one within reach."""
    within = min((rank[1:] for rank, target in scored if not target.missing), default=None)
    for rank, target in scored:
        if target.missing and (within is None or rank[1:] < within):
            missing = _LISTED.join(m.text for m in target.missing)
            yield _UNLOCK.fill(missing=missing, to=target.to_title, move=target.title)


def _direction(compiled: Compiled, situation: Situation, rival: str | None, place: int) -> tuple[Direction, Text]:
    playbook = compiled.playbook
    if place == 0:
        return "walk_along", _START
    if rival is not None:
        return "pull_back", _RIVALS_FROM.fill(node=_title(playbook.scales[compiled.main].places, rival))
    kept = playbook.ledger
    if kept is None:
        return "find_out", _ASK_WHO
    belief = situation.beliefs[kept.scale]
    at = playbook.scales[kept.scale].ids[belief.best]
    sure = belief.values[belief.best]
    if not exceeds(sure, LIKELY) or (at != kept.rival and not reaches(sure, SURE)):
        return "find_out", _ASK_WHO
    if at == kept.rival:
        return "pull_back", _RIVALS
    return "walk_along", _OURS if at == kept.ours else _HIS


def _rows(compiled: Compiled, situation: Situation, place: int) -> Iterator[LedgerRow]:
    known = ledger.entries(situation.deal) if situation.deal else {}
    for k, node in enumerate(compiled.playbook.scales[compiled.main].places[: place + 1]):
        entry = known.get(node.id)
        yield LedgerRow(
            node=node.id,
            title=node.title,
            by=entry.by if entry else "unknown",
            fixed=entry.fixed if entry else None,
            grade=entry.grade if entry else None,
            day=entry.day if entry else None,
            note=(entry.note or "") if entry else "",
            here=k == place,
        )


def _title(named: Sequence[Named], id_: str | None) -> Text:
    return next((n.title for n in named if n.id == id_), Text())
