"""The win rate of every rung of a ladder, counted in a firm's own closed deals (engine.md section 5).

A deal counts at every rung it stood at before it ended, won or not. The shares are made to rise with the rung, which
brings them nearer to the truth; they are not drawn towards the mean of all deals, which does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ltc_coach.engine.intervals import rising, wilson
from ltc_coach.engine.situation import Compiled
from ltc_coach.model.deal import Deal
from ltc_coach.model.playbook import Playbook

# With fewer closed deals a rate says nothing: at 30, intervals of 90 % held 74 % (engine.md section 5).
ENOUGH_DEALS = 100


@dataclass(frozen=True, slots=True)
class RateFit:
    """The win rate of a rung: declared, counted (``won`` of ``closed`` deals that stood there), rising with the rung.

    ``low`` and ``high`` bound 90 % of the counted one.
    """

    ladder: str
    rung: str
    declared: float
    won: int
    closed: int
    learned: float
    low: float
    high: float
    enough: bool


def fit_rates(playbook: Playbook, deals: Iterable[Deal]) -> tuple[RateFit, ...]:
    """Count, for every rung of every ladder, how many closed deals that stood there were won."""
    compiled = Compiled(playbook)
    seen: dict[tuple[str, str], list[int]] = {}
    for deal in deals:
        if deal.outcome is None:
            continue
        for ladder_id, stood in _stood(compiled, deal).items():
            for rung_id in stood:
                count = seen.setdefault((ladder_id, rung_id), [0, 0])
                count[0] += deal.outcome.state == "won"
                count[1] += 1
    fits = []
    for ladder_id, ladder in playbook.ladders.items():
        counted = [seen.get((ladder_id, rung.id), [0, 0]) for rung in ladder.rungs]
        learned = rising([(won / closed if closed else 0.0, float(closed)) for won, closed in counted])
        for rung, (won, closed), share in zip(ladder.rungs, counted, learned, strict=True):
            low, high = wilson(won, closed)
            fits.append(RateFit(ladder_id, rung.id, rung.rate, won, closed, share, low, high, closed >= ENOUGH_DEALS))
    return tuple(fits)


def _stood(compiled: Compiled, deal: Deal) -> dict[str, set[str]]:
    """Return every rung of every ladder at which a deal stood before it ended, replayed day by day."""
    end = deal.outcome.day if deal.outcome and deal.outcome.day else date.max
    stood: dict[str, set[str]] = {}
    for day in sorted({a.day for a in deal.answers if a.day and a.day < end}):
        situation = compiled.situation([a for a in deal.answers if a.day and a.day <= day], day, deal)
        for ladder, rungs in compiled.ladders.items():
            rung, _ = rungs.stand(situation.state)
            if rung is not None:
                stood.setdefault(ladder, set()).add(rung.id)
    return stood
