"""What a firm's own deals say about the playbook's numbers (engine.md section 5).

Two numbers per question are learned, never whole tables: how often an answer is given although it does not
fit. Where nobody knows the true place, the deals are weighed by their posterior and the numbers refined
until they agree (expectation and maximisation). A Beta prior of the weight of ten deals holds each number
at the trainer's word. Win rates are counted per rung of a ladder and made to rise with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ltc_coach.engine.situation import Compiled
from ltc_coach.engine.tables import UNKNOWN
from ltc_coach.model.deal import Answer, Deal
from ltc_coach.model.playbook import TRUST, Claim, Playbook, Question

# Weight of the trainer's word, in deals (engine.md section 5).
PRIOR_WEIGHT = 10.0
# With fewer answers to a question, or fewer closed deals, a figure says nothing (engine.md section 5).
ENOUGH_ANSWERS, ENOUGH_DEALS = 20, 100
# Rounds of refinement; the numbers stand still long before.
_ROUNDS, _STILL = 30, 1e-6
# Two-sided 90 %.
_Z90 = 1.6448536269514722
# No proposal is surer than a signed paper, or less sure than a coin.
_LEAST, _MOST = 0.51, 0.98


@dataclass(frozen=True, slots=True)
class TrustFit:
    """One answer's claim on one scale: trust now and as learned, 0..1, from ``count`` deals (a weighted number).

    ``low`` and ``high`` bound 90 %; ``word`` is the trust word nearest to it. ``enough`` is False where the count
    is below the floor: then nothing is proposed.
    """

    question: str
    answer: str
    scale: str
    now: float
    learned: float
    low: float
    high: float
    count: float
    enough: bool

    @property
    def word(self) -> str:
        """The trust word that says it best."""
        return min(TRUST, key=lambda w: abs(TRUST[w] - self.learned))


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


def fit_trust(
    playbook: Playbook, histories: Sequence[Sequence[Answer]], labels: Mapping[int, str] | None = None
) -> tuple[TrustFit, ...]:
    """Learn the trust of every claim from deals: each history is one deal's answers, as of one day.

    ``labels`` gives the true place of some of them, by index. Claims of questions nobody answered are left out.
    """
    truths = labels or {}
    learned = playbook
    for _ in range(_ROUNDS):
        better = _refined(playbook, learned, histories, truths)
        moved = max(
            (abs(a.chance - b.chance) for a, b in zip(_claims(learned), _claims(better), strict=True)), default=0.0
        )
        learned = better
        if moved < _STILL:
            break
    return tuple(_trust_fits(playbook, learned, histories, truths))


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
        rising = _rising([(won / closed if closed else 0.0, float(closed)) for won, closed in counted])
        for rung, (won, closed), learned in zip(ladder.rungs, counted, rising, strict=True):
            low, high = wilson(won, closed)
            fits.append(RateFit(ladder_id, rung.id, rung.rate, won, closed, learned, low, high, closed >= ENOUGH_DEALS))
    return tuple(fits)


def wilson(hits: float, count: float) -> tuple[float, float]:
    """Return the 90 % interval of a share (Wilson 1927); 0..1 where nothing was counted."""
    if count <= 0:
        return 0.0, 1.0
    share, z2 = hits / count, _Z90 * _Z90
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z90 / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    # Rounding must not push a bound past the share itself.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


@dataclass(slots=True)
class _Counts:
    """How often each answer was given at each value: deals weighted by where they probably stand."""

    by_answer: dict[str, list[float]]

    def given(self) -> float:
        """All of them."""
        return math.fsum(math.fsum(row) for row in self.by_answer.values())

    def inside(self, mask: int, answers: Iterable[str]) -> float:
        """Those at a value of ``mask`` with one of ``answers``."""
        return math.fsum(x for a in answers for k, x in enumerate(self.by_answer[a]) if mask >> k & 1)


def _counted(
    playbook: Playbook, histories: Sequence[Sequence[Answer]], labels: Mapping[int, str]
) -> dict[tuple[str, str], _Counts]:
    """Weigh every deal's answers by its posterior, or by its label where the main scale has one (expectation)."""
    compiled = Compiled(playbook)
    counts: dict[tuple[str, str], _Counts] = {}
    for i, history in enumerate(histories):
        force = compiled.in_force(history)
        for scale, star in compiled.stars.items():
            ids = playbook.scales[scale].ids
            told = [a for a in force if a.value != UNKNOWN and (o := compiled.option(a)) and scale in o.says]
            if not told:
                continue
            label = labels.get(i) if scale == compiled.main else None
            values: Sequence[float] = [float(id_ == label) for id_ in ids]
            if label is None:
                values = star.believe(compiled.said(a, None) for a in force).values
            for answer in told:
                empty = {o.id: [0.0] * len(ids) for o in compiled.questions[answer.question].answers}
                kept = counts.setdefault((answer.question, scale), _Counts(empty))
                kept.by_answer[answer.value] = [
                    x + y for x, y in zip(kept.by_answer[answer.value], values, strict=True)
                ]
    return counts


@dataclass(frozen=True, slots=True)
class _Error:
    """How often an answer is given although it does not fit: hits of count, both without the trainer's word."""

    hits: float
    count: float

    def rate(self, word: float) -> float:
        """The learned rate: the trainer's word weighs as much as ten deals."""
        rate = (self.hits + PRIOR_WEIGHT * word) / (self.count + PRIOR_WEIGHT)
        return min(1.0 - _LEAST, max(1.0 - _MOST, rate))


def _errors(playbook: Playbook, question: Question, scale: str, counts: _Counts) -> dict[str, _Error]:
    """Return the error of each answer that claims: slip and guess of a yes/no question, else one for the question."""
    ids = playbook.scales[scale].ids
    masks = {o.id: o.says[scale].mask(ids) for o in question.answers if scale in o.says}
    full = (1 << len(ids)) - 1
    if len(masks) == 2 and len(question.answers) == 2:  # noqa: PLR2004 - yes and no
        (yes, fits), (no, other) = masks.items()
        if fits ^ other == full:
            return {
                yes: _Error(counts.inside(other, [yes]), counts.inside(other, masks)),
                no: _Error(counts.inside(fits, [no]), counts.inside(fits, masks)),
            }
    missed = math.fsum(counts.inside(full & ~mask, [answer]) for answer, mask in masks.items())
    return dict.fromkeys(masks, _Error(missed, counts.inside(full, masks)))


def _refined(
    playbook: Playbook, learned: Playbook, histories: Sequence[Sequence[Answer]], labels: Mapping[int, str]
) -> Playbook:
    """Return the playbook with every trust as the counts under ``learned`` put it (maximisation)."""
    counts = _counted(learned, histories, labels)
    questions = []
    for question in playbook.questions:
        errors = {s: _errors(playbook, question, s, c) for (q, s), c in counts.items() if q == question.id}
        options = [
            option.model_copy(
                update={
                    "says": {
                        scale: claim.model_copy(
                            update={"trust": f"{1 - errors[scale][option.id].rate(1 - claim.chance):.12f}"}
                        )
                        if scale in errors
                        else claim
                        for scale, claim in option.says.items()
                    }
                }
            )
            for option in question.answers
        ]
        questions.append(question.model_copy(update={"answers": tuple(options)}))
    return playbook.model_copy(update={"questions": tuple(questions)})


def _trust_fits(
    playbook: Playbook, learned: Playbook, histories: Sequence[Sequence[Answer]], labels: Mapping[int, str]
) -> Iterable[TrustFit]:
    counts = _counted(learned, histories, labels)
    for question in playbook.questions:
        for (asked, scale), kept in counts.items():
            if asked != question.id:
                continue
            errors = _errors(playbook, question, scale, kept)
            for option in question.answers:
                if option.id not in errors:
                    continue
                now, error = option.says[scale].chance, errors[option.id]
                low, high = wilson(error.hits + PRIOR_WEIGHT * (1 - now), error.count + PRIOR_WEIGHT)
                yield TrustFit(
                    question=question.id,
                    answer=option.id,
                    scale=scale,
                    now=now,
                    learned=1 - error.rate(1 - now),
                    low=1 - high,
                    high=1 - low,
                    count=error.count,
                    enough=error.count >= ENOUGH_ANSWERS,
                )


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


def _rising(points: Sequence[tuple[float, float]]) -> list[float]:
    """Make shares that never fall from the one before: neighbours that do are pooled (weighted isotonic regression)."""
    pools: list[list[float]] = []
    for share, weight in points:
        pools.append([share, weight, 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            right, left = pools.pop(), pools.pop()
            total = left[1] + right[1]
            mean = (left[0] * left[1] + right[0] * right[1]) / total if total else 0.0
            pools.append([mean, total, left[2] + right[2]])
    return [pool[0] for pool in pools for _ in range(int(pool[2]))]


def _claims(playbook: Playbook) -> list[Claim]:
    return [claim for q in playbook.questions for option in q.answers for claim in option.says.values()]
