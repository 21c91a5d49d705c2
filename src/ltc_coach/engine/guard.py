"""The guard: does what the rep plans hurt at this place (domain S4-MM, F4)?

A plan is recognised by the words of the playbook's actions; a warning that holds now and forbids
such an action is raised against it, with what to do instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ltc_coach.model.casework import PlanWarning
from ltc_coach.model.deal import Plan
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.spoken import Action

if TYPE_CHECKING:
    from ltc_coach.engine.advice import Advice
    from ltc_coach.engine.situation import Compiled


def recognise(playbook: Playbook, what: str) -> tuple[Action, ...]:
    """Return the actions whose words stand in ``what``, in the playbook's order."""
    text = _plainly(what)
    return tuple(a for a in playbook.actions if any(_stands_in(_plainly(word), text) for word in a.words))


def check(compiled: Compiled, advice: Advice, plans: Iterable[Plan]) -> tuple[PlanWarning, ...]:
    """Return a warning for every open plan and every never that forbids it here; plans in the deal's order."""
    playbook = compiled.playbook
    forbidding = {move.id: move.forbids for move in playbook.moves if move.forbids}
    warned = []
    for plan in (p for p in plans if p.state == "open"):
        named = [a for a in playbook.actions if a.id == plan.kind]
        actions = named or recognise(playbook, plan.what)
        for never in advice.nevers():
            hit = next((a for a in actions if a.id in forbidding.get(never.id, ())), None)
            if hit is not None:
                warned.append(
                    PlanWarning(
                        what=plan.what,
                        action=hit.id,
                        action_title=hit.title,
                        never=never.id,
                        title=never.title,
                        why=never.why,
                        instead=never.instead,
                        source=never.source,
                    )
                )
    return tuple(warned)


def _plainly(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _stands_in(word: str, text: str) -> bool:
    """Chinese has no gaps between words; what begins or ends in a Latin letter must stand alone there."""
    if word not in text:
        return False
    before = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", word) else ""
    after = r"(?![a-z0-9])" if re.search(r"[a-z0-9]$", word) else ""
    return re.search(before + re.escape(word) + after, text) is not None
