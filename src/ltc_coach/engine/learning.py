"""What a firm's own deals say about the playbook's numbers (engine.md section 5).

Two numbers per question are learned, never whole tables: how often an answer is given although it does not
fit, against how often the playbook itself expects that. For even where every claim is right, hasty reps, one
mistaken belief per topic and hearsay bring wrong answers; only what goes beyond them is laid to the claim.

Where nobody knows the true place, the deals are weighed by their posterior and the numbers refined until they
agree (expectation and maximisation). A Beta prior of the weight of ten deals holds each number at the
trainer's word. Win rates are counted per rung of a ladder and made to rise with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ltc_coach.engine.belief import TOPIC_ERROR
from ltc_coach.engine.situation import Compiled
from ltc_coach.engine.tables import RELIABILITY, UNKNOWN, likelihoods
from ltc_coach.model.deal import LAPSES, Answer, Deal
from ltc_coach.model.playbook import TRUST, Claim, Playbook, Question

# Weight of the trainer's word, in deals (engine.md section 5).
PRIOR_WEIGHT = 10.0
# With fewer answers to a question, or fewer closed deals, a figure says nothing (engine.md section 5).
ENOUGH_ANSWERS, ENOUGH_DEALS = 20, 100
# Rounds of refinement; the numbers stand still long before.
_ROUNDS, _STILL = 30, 1e-6
# Two-sided 90 %.
_Z90 = 1.6448536269514722
# Odds of a mistake are looked for within a factor of e to the seventh, a thousand, to a thousandth of a bit.
_WIDEST, _HALVINGS = 7.0, 14
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

    @property
    def proposed(self) -> str | None:
        """The word to write instead; None where there is too little, or where the deals agree with the playbook."""
        agrees = self.low <= self.now <= self.high or TRUST[self.word] == self.now
        return self.word if self.enough and not agrees else None


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
    lapses: float = 0.0
    known: float = 0.0
    given: int = 0

    @property
    def lapse(self) -> float:
        """How often such an answer was given at random, by its grades."""
        return self.lapses / self.given if self.given else 0.0

    @property
    def sure(self) -> float:
        """How concentrated the deals' places are: 1 where they are known."""
        return self.known / self.given if self.given else 0.0

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
                kept.lapses += LAPSES[answer.grade]
                kept.known += math.fsum(x * x for x in values)
                kept.given += 1
                kept.by_answer[answer.value] = [
                    x + y for x, y in zip(kept.by_answer[answer.value], values, strict=True)
                ]
    return counts


@dataclass(frozen=True, slots=True)
class _Error:
    """How often an answer is given although it does not fit: ``hits`` of ``count``, without the trainer's word.

    ``sure`` is how much of a known place the deals' places are worth, 0..1: what is only believed tells less.
    ``expected`` is the share of such answers if the odds of a mistake were so many times those of the playbook.
    """

    hits: float
    count: float
    sure: float
    expected: Callable[[float], float]

    def learned(self) -> float:
        """Return how many times the playbook's odds explain the deals; its own word weighs as much as ten of them."""
        hits, count = self._weighed(1.0)
        return self._times(hits / count)

    def bounds(self) -> tuple[float, float]:
        """Return the times at the lower and upper bound of the share."""
        low, high = wilson(*self._weighed(self.sure))
        return self._times(low), self._times(high)

    def _weighed(self, sure: float) -> tuple[float, float]:
        return sure * self.hits + PRIOR_WEIGHT * self.expected(1.0), sure * self.count + PRIOR_WEIGHT

    def _times(self, share: float) -> float:
        """Return the times at which ``share`` is expected: it rises with them, so halving finds it."""
        low, high = -_WIDEST, _WIDEST
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.expected(math.exp(middle)) < share else (low, middle)
        return math.exp((low + high) / 2)


def _errors(playbook: Playbook, question: Question, scale: str, counts: _Counts) -> dict[str, _Error]:
    """Return the error of each answer that claims: slip and guess of a yes/no question, else one for the question."""
    ids = playbook.scales[scale].ids
    masks = {o.id: o.says[scale].mask(ids) for o in question.answers if scale in o.says}
    full = (1 << len(ids)) - 1
    if len(masks) == 2 and len(question.answers) == 2:  # noqa: PLR2004 - yes and no
        (yes, fits), (no, other) = masks.items()
        if fits ^ other == full:
            return {
                yes: _error(playbook, question, scale, counts, {yes: other}, other),
                no: _error(playbook, question, scale, counts, {no: fits}, fits),
            }
    return dict.fromkeys(
        masks, _error(playbook, question, scale, counts, {a: full & ~m for a, m in masks.items()}, full)
    )


def _error(  # noqa: PLR0913, PLR0917 - a question on a scale, what was counted, and which of it is wrong where
    playbook: Playbook, question: Question, scale: str, counts: _Counts, wrong: Mapping[str, int], within: int
) -> _Error:
    """Count the answers that are ``wrong`` (at the values of a mask), among all claims at the values ``within``."""
    claims = tuple(counts.by_answer[o.id] for o in question.answers if scale in o.says)
    weights = [math.fsum(row[k] for row in claims) if within >> k & 1 else 0.0 for k in range(len(claims[0]))]
    return _Error(
        math.fsum(counts.inside(mask, [answer]) for answer, mask in wrong.items()),
        math.fsum(weights),
        counts.sure,
        lru_cache(maxsize=None)(
            lambda times: _expected(playbook, question, scale, counts.lapse, wrong, weights, times)
        ),
    )


def _expected(  # noqa: PLR0913, PLR0917 - the same, and how often the playbook's odds of a mistake
    playbook: Playbook,
    question: Question,
    scale: str,
    lapse: float,
    wrong: Mapping[str, int],
    weights: Sequence[float],
    times: float,
) -> float:
    """Return the share of wrong answers that the engine itself expects of deals at these values."""
    total = math.fsum(weights)
    table = likelihoods(_doubted(question, scale, times), scale, playbook.scales[scale])
    if table is None or not total:
        return 0.0
    lapsed = 1.0 - (1.0 - lapse) * math.fsum(share * (1.0 - its) for share, its in RELIABILITY[playbook.reps])
    topic = TOPIC_ERROR if table.topic else 0.0
    rows = {}
    for answer, chances in zip(table.answers, table.chances, strict=True):
        said = [(1.0 - lapsed) * chance + lapsed / len(table.answers) for chance in chances]
        mean = math.fsum(said) / len(said)
        rows[answer] = [(1.0 - topic) * chance + topic * mean for chance in said]
    claims = [o.id for o in question.answers if scale in o.says]
    missed = 0.0
    for k, weight in enumerate(weights):
        if weight:
            off = math.fsum(rows[answer][k] for answer, mask in wrong.items() if mask >> k & 1)
            missed += weight * off / math.fsum(rows[answer][k] for answer in claims)
    return missed / total


def _trusted(trust: float, times: float) -> float:
    """Return a trust whose odds of a mistake are multiplied."""
    return trust / (trust + (1.0 - trust) * times)


def _doubted(question: Question, scale: str, times: float, answers: Iterable[str] | None = None) -> Question:
    """Return the question with the odds of a mistake multiplied in its claims on a scale."""
    named = None if answers is None else frozenset(answers)
    options = tuple(
        option.model_copy(update={"says": option.says | {scale: _with(option.says[scale], times)}})
        if scale in option.says and (named is None or option.id in named)
        else option
        for option in question.answers
    )
    return question.model_copy(update={"answers": options})


def _with(claim: Claim, times: float) -> Claim:
    return claim.model_copy(update={"trust": f"{_trusted(claim.chance, times):.12f}"})


def _refined(
    playbook: Playbook, learned: Playbook, histories: Sequence[Sequence[Answer]], labels: Mapping[int, str]
) -> Playbook:
    """Return the playbook with every trust as the counts under ``learned`` put it (maximisation)."""
    counts = _counted(learned, histories, labels)
    questions = []
    for question in playbook.questions:
        better = question
        for (asked, scale), kept in counts.items():
            if asked == question.id:
                for answer, error in _errors(playbook, question, scale, kept).items():
                    better = _doubted(better, scale, _held(question, answer, scale, error.learned()), [answer])
        questions.append(better)
    return playbook.model_copy(update={"questions": tuple(questions)})


def _bounded(trust: float, now: float) -> float:
    """Hold what is learned between a coin and a signed paper, or whatever the playbook says beyond them."""
    return min(max(_MOST, now), max(min(_LEAST, now), trust))


def _held(question: Question, answer: str, scale: str, times: float) -> float:
    """Return the times again, with the trust they lead to held within bounds."""
    trust = next(o.says[scale].chance for o in question.answers if o.id == answer)
    learned = _bounded(_trusted(trust, times), trust)
    return (1.0 - learned) / learned * trust / (1.0 - trust)


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
                fewest, most = error.bounds()
                yield TrustFit(
                    question=question.id,
                    answer=option.id,
                    scale=scale,
                    now=now,
                    learned=_bounded(_trusted(now, error.learned()), now),
                    low=_bounded(_trusted(now, most), now),
                    high=_bounded(_trusted(now, fewest), now),
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
