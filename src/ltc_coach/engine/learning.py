"""What a firm's own deals say about the playbook's numbers (engine.md section 5).

Two numbers per question are learned, never whole tables: how often an answer is given although it does not
fit, against how often the playbook itself expects that. For even where every claim is right, hasty reps, one
mistaken belief per topic and hearsay bring wrong answers; only what goes beyond them is laid to the claim.

Where nobody knows the true place, the deals are weighed by their posterior and the numbers refined until they
agree (expectation and maximisation), together with how many reps are careful, hasty or bluffing. A Beta prior of the
weight of ten deals holds each number at the trainer's word.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ltc_coach.engine import rep_mix
from ltc_coach.engine.belief import TOPIC_ERROR
from ltc_coach.engine.intervals import Z90, Z99, wilson
from ltc_coach.engine.rep_mix import RepsFit
from ltc_coach.engine.situation import Compiled
from ltc_coach.engine.tables import UNKNOWN, Mix, likelihoods
from ltc_coach.model.deal import LAPSES, Answer
from ltc_coach.model.playbook import TRUST, Claim, Playbook, Question

# Weight of the trainer's word, in deals (engine.md section 5).
PRIOR_WEIGHT = 10.0
# With fewer answers to a question a figure says nothing.
ENOUGH_ANSWERS = 20
# Rounds of refinement, until no number moves by a hundredth of a per cent.
_ROUNDS, _STILL = 30, 1e-4
# Odds of a mistake are looked for within a factor of e to the seventh, a thousand, to a thousandth of a bit.
_WIDEST, _HALVINGS = 7.0, 14
# No proposal is surer than a signed paper, or less sure than a coin.
_LEAST, _MOST = 0.51, 0.98


@dataclass(frozen=True, slots=True)
class TrustFit:
    """One answer's claim on one scale: trust now and as learned, 0..1, from ``count`` deals (a weighted number).

    ``low`` and ``high`` bound 90 %; ``word`` is the trust word nearest to it. ``enough`` is False where the count
    is below the floor, ``differs`` where bounds of 99 % hold the trust of now: then nothing is proposed. A playbook
    has a hundred claims, and one in ten would lie outside 90 % by chance alone.
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
    differs: bool

    @property
    def word(self) -> str:
        """The trust word that says it best."""
        return min(TRUST, key=lambda w: abs(TRUST[w] - self.learned))

    @property
    def proposed(self) -> str | None:
        """The word to write instead; None where there is too little, or where the deals agree with the playbook."""
        return self.word if self.enough and self.differs and TRUST[self.word] != self.now else None


@dataclass(frozen=True, slots=True)
class Learned:
    """What deals say of a playbook's claims and of those who answer; ``playbook`` has the learned trusts in it."""

    trust: tuple[TrustFit, ...]
    reps: RepsFit
    playbook: Playbook


def fit_trust(
    playbook: Playbook, histories: Sequence[Sequence[Answer]], labels: Mapping[int, str] | None = None
) -> Learned:
    """Learn the trust of every claim, and who answers, from deals: each history is one deal's answers, as of one day.

    ``labels`` gives the true place of some of them, by index. Claims of questions nobody answered are left out.
    """
    truths = labels or {}
    start = rep_mix.assumed(playbook.reps)
    learned, mix = playbook, start
    for _ in range(_ROUNDS):
        seen = _counted(learned, mix, histories, truths)
        better, others = _refined(playbook, seen), rep_mix.refined(start, seen.reps)
        moved = _moved(learned, better, mix, others)
        learned, mix = better, others
        if moved < _STILL:
            break
    seen = _counted(learned, mix, histories, truths)
    return Learned(tuple(_trust_fits(playbook, seen)), rep_mix.judged(playbook.reps, mix, seen.reps), learned)


def _moved(learned: Playbook, better: Playbook, mix: Mix, others: Mix) -> float:
    """Return by how much the number that moved most did."""
    claims = zip(_claims(learned), _claims(better), strict=True)
    shares = zip(mix, others, strict=True)
    return max([*(abs(a.chance - b.chance) for a, b in claims), *(abs(a - b) for (a, _), (b, _) in shares)])


@dataclass(slots=True)
class _Counts:
    """How often a careful rep gave each answer at each value: deals weighted by where they probably stand, and by whom.

    Of careless reps nothing is learned about a claim. With them a wrong claim and a careless rep would explain the
    same share of wrong answers, and the fit could not tell one from the other.
    """

    by_answer: dict[str, list[float]]
    lapses: float = 0.0
    known: float = 0.0
    given: float = 0.0

    @property
    def lapsed(self) -> float:
        """How often such an answer was given at random, by its grade."""
        return self.lapses / self.given

    @property
    def sure(self) -> float:
        """How concentrated the deals' places are: 1 where they are known, and their reps known to be careful."""
        return self.known / self.given

    def take(self, answer: Answer, careful: Sequence[float]) -> None:
        """Count an answer of a deal with these P(value, rep is careful)."""
        share = math.fsum(careful)
        self.lapses += share * LAPSES[answer.grade]
        self.known += math.fsum(x * x for x in careful)
        self.given += share
        self.by_answer[answer.value] = [x + y for x, y in zip(self.by_answer[answer.value], careful, strict=True)]

    def inside(self, mask: int, answers: Iterable[str]) -> float:
        """Those at a value of ``mask`` with one of ``answers``."""
        return math.fsum(x for a in answers for k, x in enumerate(self.by_answer[a]) if mask >> k & 1)


@dataclass(slots=True)
class _Seen:
    """All deals weighed: counts by question and scale, and for each deal P(class of its rep)."""

    counts: dict[tuple[str, str], _Counts] = field(default_factory=dict)
    reps: list[tuple[float, ...]] = field(default_factory=list)

    def of(self, question: str) -> Iterable[tuple[str, _Counts]]:
        """Yield each scale a question was counted on."""
        return ((scale, kept) for (asked, scale), kept in self.counts.items() if asked == question)


def _counted(playbook: Playbook, mix: Mix, histories: Sequence[Sequence[Answer]], labels: Mapping[int, str]) -> _Seen:
    """Weigh every deal's answers by its posterior, or by its label where the main scale has one (expectation)."""
    compiled = Compiled(playbook, mix)
    seen = _Seen()
    for i, history in enumerate(histories):
        force = compiled.in_force(history)
        for scale, star in compiled.stars.items():
            ids = playbook.scales[scale].ids
            told = [a for a in force if a.value != UNKNOWN and (o := compiled.option(a)) and scale in o.says]
            if not told:
                continue
            belief = star.believe(compiled.said(a, None) for a in force)
            if scale == compiled.main:
                # A label is where the customer stands for certain, and tells the more of his rep.
                belief = belief.only([ids.index(labels[i])]) if i in labels else belief
                seen.reps.append(belief.reps)
            whole = math.fsum(belief.joint)
            careful = [x / whole for x in belief.joint[: len(ids)]]
            for answer in told:
                empty = {o.id: [0.0] * len(ids) for o in compiled.questions[answer.question].answers}
                kept = seen.counts.setdefault((answer.question, scale), _Counts(empty))
                kept.take(answer, careful)
    return seen


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

    def bounds(self, z: float) -> tuple[float, float]:
        """Return the times at the lower and upper bound of the share, so many standard deviations away."""
        low, high = wilson(*self._weighed(self.sure), z)
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
            lambda times: _expected(playbook, question, scale, counts.lapsed, wrong, weights, times)
        ),
    )


def _expected(  # noqa: PLR0913, PLR0917 - the same, and how often the playbook's odds of a mistake
    playbook: Playbook,
    question: Question,
    scale: str,
    lapsed: float,
    wrong: Mapping[str, int],
    weights: Sequence[float],
    times: float,
) -> float:
    """Return the share of wrong answers that the engine itself expects of deals at these values."""
    total = math.fsum(weights)
    table = likelihoods(_doubted(question, scale, times), scale, playbook.scales[scale])
    if table is None or not total:
        return 0.0
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


def _refined(playbook: Playbook, seen: _Seen) -> Playbook:
    """Return the playbook with every trust as the counts put it (maximisation)."""
    questions = []
    for question in playbook.questions:
        better = question
        for scale, kept in seen.of(question.id):
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


def _trust_fits(playbook: Playbook, seen: _Seen) -> Iterable[TrustFit]:
    for question in playbook.questions:
        for scale, kept in seen.of(question.id):
            errors = _errors(playbook, question, scale, kept)
            for option in question.answers:
                if option.id not in errors:
                    continue
                now, error = option.says[scale].chance, errors[option.id]
                (fewest, most), (least, utmost) = error.bounds(Z90), error.bounds(Z99)
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
                    differs=not least <= 1.0 <= utmost,
                )


def _claims(playbook: Playbook) -> list[Claim]:
    return [claim for q in playbook.questions for option in q.answers for claim in option.says.values()]
