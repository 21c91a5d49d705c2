"""How many of a firm's reps are careful, hasty or bluffing, from how the answers of each deal hang together.

A rep who answers at random is wrong in many answers of one deal, a claim that is wrong spoils one answer in many deals.
So the two can be told apart, and must be: with the playbook's word taken for granted, better reps read as better
claims. The word weighs as much as thirty deals, and one more keeps every class possible (docs/decisions.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ltc_coach.engine.tables import RELIABILITY, Mix
from ltc_coach.model.playbook import Reps

# Weight of the playbook's word, in deals. A deal tells less of its rep than of its place: with ten, a hundred deals
# of reps who never lapse still look a little careless.
_WEIGHT = 30.0
# Fewer deals than this tell too little of who answered; the odds, in decibans, from which another word is proposed.
ENOUGH_TOLD, CLEAR = 100, 20.0
# A deal of hundreds of wrong answers may be beyond what a number can hold of a careful rep.
_NEVER = 1e-300
_LAPSES = tuple(sorted({lapse for mix in RELIABILITY.values() for _, lapse in mix}))


@dataclass(frozen=True, slots=True)
class RepsFit:
    """Who answers: the playbook's word now, the classes as learned, from so many ``deals``.

    ``decibans`` says for every word how much better it explains the deals than the word now: 20 is a hundred to one.
    """

    now: Reps
    mix: Mix
    deals: int
    decibans: tuple[tuple[Reps, float], ...]

    @property
    def enough(self) -> bool:
        """Whether there are enough deals to propose anything."""
        return self.deals >= ENOUGH_TOLD

    @property
    def proposed(self) -> Reps | None:
        """The word to write instead, with its odds far above those of the present one; else None."""
        word, gain = max(self.decibans, key=lambda its: its[1])
        return word if self.enough and word != self.now and gain >= CLEAR else None


def assumed(reps: Reps) -> Mix:
    """Return the classes a fit begins with: those of the word, and one deal more for all alike."""
    word = {lapse: share for share, lapse in RELIABILITY[reps]}
    return tuple(((_WEIGHT * word.get(its, 0.0) + 1.0 / len(_LAPSES)) / (_WEIGHT + 1.0), its) for its in _LAPSES)


def refined(start: Mix, told: Sequence[Sequence[float]]) -> Mix:
    """Return the classes as deals put them, each ``told`` by its P(class); the start weighs as before."""
    totals = [_WEIGHT * share + math.fsum(deal[r] for deal in told) for r, (share, _) in enumerate(start)]
    return tuple((total / (_WEIGHT + len(told)), lapse) for total, (_, lapse) in zip(totals, start, strict=True))


def judged(reps: Reps, mix: Mix, told: Sequence[Sequence[float]]) -> RepsFit:
    """Hold the words for reps against deals whose P(class) was worked out with ``mix``."""
    evidence: dict[Reps, float] = {}
    for word, classes in RELIABILITY.items():
        shares = {lapse: share for share, lapse in classes}
        ratios = [shares.get(lapse, 0.0) / share for share, lapse in mix]
        evidence[word] = math.fsum(
            math.log10(max(math.fsum(p * ratio for p, ratio in zip(deal, ratios, strict=True)), _NEVER))
            for deal in told
        )
    return RepsFit(reps, mix, len(told), tuple((w, 10.0 * (e - evidence[reps])) for w, e in evidence.items()))
