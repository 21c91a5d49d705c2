"""The influence ledger: who shaped which node of the buying process, and what that says about today.

The ledger is kept with the deal, one entry per node and day. What it comes to is one statement,
"who shaped the customer's present thinking", which bears on the playbook's scale of origins like an
answer: everything later is built on the first node a rival owns (domain S2-R6, S2-W2), so that
one decides; else the furthest node somebody is known to have shaped.
"""

from __future__ import annotations

from datetime import date

from ltc_coach.i18n import both
from ltc_coach.model.deal import Answer, Deal, Influence
from ltc_coach.model.playbook import Claim, Option, Playbook, Question

# The id under which the statement appears among the reasons; no playbook may ask it.
LEDGER = "ledger"

_ASK = both(zh="影响台账:眼下这些想法是谁定下来的", en="Influence ledger: who shaped what he thinks now")
_WHY = both(
    zh="台账里最早由对手定下的那一步说了算,后面的都是在它上面长出来的。",
    en="The earliest node a rival shaped decides, because everything later was built on it.",
)


def question(playbook: Playbook) -> Question | None:
    """Return the question that the ledger answers; None where the playbook keeps no ledger."""
    kept = playbook.ledger
    if kept is None:
        return None
    return Question(
        id=LEDGER,
        ask=_ASK,
        why=_WHY,
        answers=tuple(
            Option(id=p.id, label=p.title, says={kept.scale: Claim(at=(p.id,), trust=kept.trust)})
            for p in playbook.scales[kept.scale].places
        ),
    )


def entries(deal: Deal) -> dict[str, Influence]:
    """Return the entry that counts for each node: the latest by day, then by place in the log."""
    dated = sorted(enumerate(deal.influence), key=lambda item: (item[1].day or date.min, item[0]))
    return {entry.node: entry for _, entry in dated}


def first_rival(playbook: Playbook, deal: Deal, place: int) -> Influence | None:
    """Return the entry of the earliest node, up to the place at index ``place``, that a rival shaped."""
    known = entries(deal)
    nodes = playbook.scales[playbook.main].ids[: place + 1]
    return next((known[n] for n in nodes if n in known and known[n].by == "rival"), None)


def statement(playbook: Playbook, deal: Deal, place: int) -> Answer | None:
    """Return what the ledger says about the thinking at ``place`` (an index of the main scale); None if nothing."""
    kept = playbook.ledger
    if kept is None or not deal.influence:
        return None
    known = entries(deal)
    nodes = playbook.scales[playbook.main].ids[: place + 1]
    shaped = [known[n] for n in nodes if n in known and known[n].by != "unknown"]
    if not shaped:
        return None
    telling = first_rival(playbook, deal, place) or shaped[-1]
    value = {"us": kept.ours, "rival": kept.rival}.get(telling.by, telling.by)
    if value not in playbook.scales[kept.scale].ids:
        return None
    # Undated on purpose: the ledger is kept up to date and holds until an entry is replaced.
    return Answer(question=LEDGER, value=value, grade=telling.grade, note=telling.note)
