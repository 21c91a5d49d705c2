"""From what answers claim to how likely they are: P(answer | value) per question and scale.

Source: engine.md section 2 with the completions of design.md section 3. Everything here is
compiled once per playbook.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ltc_coach.model.playbook import SHARES, Claim, Place, Question, Reps, Scale

# No single claim may make an answer rarer than this anywhere: no answer excludes a value.
FLOOR = 0.01

UNKNOWN = "unknown"

# Rep reliability: (share of such reps, lapse) per class, a lapse being the chance of answering at random.
Mix = tuple[tuple[float, float], ...]
RELIABILITY: Mapping[Reps, Mix] = {
    "trained": ((1.0, 0.0),),
    "mixed": ((0.7, 0.0), (0.2, 0.3), (0.1, 0.7)),
    "unknown": ((0.5, 0.0), (0.3, 0.3), (0.2, 0.7)),
}


def mix_of(reps: Reps | Mix) -> Mix:
    """Return the classes of reps that a word of the playbook stands for, or those given."""
    return RELIABILITY[reps] if isinstance(reps, str) else reps


def blind_share(mix: Mix) -> float:
    """Return how often these reps answer at random."""
    return math.fsum(share * lapse for share, lapse in mix)


@dataclass(frozen=True, slots=True)
class Table:
    """One question on one scale.

    ``chances[a][k]`` is P(answers[a] | value k); each column sums to 1. ``topic`` names what
    shares one mistaken belief; None means the answers stand on their own. `unknown` is among the
    answers only where not knowing says something.
    """

    question: str
    answers: tuple[str, ...]
    chances: tuple[tuple[float, ...], ...]
    topic: str | None = None

    @classmethod
    def explicit(cls, question: str, chances: Mapping[str, Sequence[float]]) -> Table:
        """Make a table of learned or published chances: no floor, no topic mixture."""
        return cls(question, tuple(chances), tuple(tuple(map(float, row)) for row in chances.values()))


def prior(places: Iterable[Place]) -> tuple[float, ...]:
    """Return the probability of each value before anything is known: share words or percentages."""
    weights = [SHARES[p.share] if p.share in SHARES else float(p.share.rstrip("%")) for p in places]
    total = sum(weights)
    return tuple(w / total for w in weights)


def likelihoods(question: Question, scale_id: str, scale: Scale) -> Table | None:
    """Compile one question on one scale; None if none of its answers says anything about it.

    An answer that claims something weighs 1 where it fits and (1 - t) / t, shared by those that do
    not fit, where it does not. An answer without a claim has the chance 1 / n everywhere. For
    yes/no this is exactly slip and guess (engine.md section 2).
    """
    values = scale.ids
    claims = [option.says.get(scale_id) for option in question.answers]
    unknown = question.unknown.says.get(scale_id)
    if unknown is None and not any(claims):
        return None
    said = [None if claim is None else (claim.mask(values), _doubt(claim)) for claim in claims]
    columns = [_column(said, k) for k in range(len(values))]
    answers = tuple(option.id for option in question.answers)
    if unknown is not None:
        answers = (*answers, UNKNOWN)
        fits, doubt = unknown.mask(values), _doubt(unknown)
        for k, column in enumerate(columns):
            silent = question.unknown.chance * (1.0 if fits >> k & 1 else doubt)
            columns[k] = [*(chance * (1.0 - silent) for chance in column), silent]
    return Table(question.id, answers, tuple(zip(*columns, strict=True)), question.topic)


def _doubt(claim: Claim) -> float:
    """Odds that such an answer is wrong."""
    return (1.0 - claim.chance) / claim.chance


def _column(claims: Sequence[tuple[int, float] | None], k: int) -> list[float]:
    """P(answer | value k) for every answer, from where its claim fits and how doubtful it is."""
    wrong = sum([1 for c in claims if c is not None and not c[0] >> k & 1])
    weights = [None if c is None else 1.0 if c[0] >> k & 1 else c[1] / wrong for c in claims]
    said = [w for w in weights if w is not None]
    scale = len(said) / len(claims) / sum(said) if said else 0.0
    chances = [max(1.0 / len(claims) if w is None else w * scale, FLOOR) for w in weights]
    total = sum(chances)
    return [chance / total for chance in chances]
