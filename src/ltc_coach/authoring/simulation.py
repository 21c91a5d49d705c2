"""Self-simulation: how well would a playbook do, if customers and reps were as it says they are?

Deals are drawn from the playbook's own claims, interviewed by the real engine and compared with the
truth. It shows what a playbook can do at best: places that its questions cannot tell apart, moves
that hang on what nobody is asked. It says nothing about whether the claims are right.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate

from ltc_coach.engine.advice import Advice
from ltc_coach.engine.belief import TOPIC_ERROR, Belief, Said, Star
from ltc_coach.engine.conditions import State
from ltc_coach.engine.interview import ASSUMED, Survey
from ltc_coach.engine.outlook import Gain, Outlook
from ltc_coach.engine.situation import Compiled, Situation
from ltc_coach.engine.tables import RELIABILITY, UNKNOWN, Table, prior
from ltc_coach.engine.ties import reaches
from ltc_coach.model.deal import Answer
from ltc_coach.model.playbook import Fact, Playbook, Question, Reps
from ltc_coach.model.report import Stopped
from ltc_coach.model.scenario import PlaceRow, Simulated, Simulation

# Called after every simulated deal with (deals done, deals in all), for a progress bar.
Progress = Callable[[int, int], None]

_BINS = 10
_FIRST_SCREEN = 3
# Beliefs kept per scale; a few kilobytes each.
_REMEMBERED = 5000


def simulate(
    playbook: Playbook,
    deals: int = 2000,
    seed: int = 0,
    reps: Sequence[Reps] = ("trained", "mixed"),
    progress: Progress | None = None,
) -> Simulation:
    """Interview ``deals`` simulated deals with each kind of reps; the same input gives the same result.

    The playbook must be sound (lint). Each kind of reps meets the same deals.
    """
    by_reps: dict[Reps, Simulated] = {}
    ordered, done = playbook.scales[playbook.main].ordered, 0
    for kind in dict.fromkeys(reps):
        compiled = _remembering(playbook, kind)
        world, policy, oracle = _World(compiled, kind, seed), _Policy(compiled), _Oracle(compiled)
        runs = []
        for number in range(deals):
            deal = world.deal(number)
            outcome = policy.interview(partial(world.answer, deal))
            runs.append(_Run(deal.values[compiled.main], outcome, oracle.first_move(deal), ordered))
            done += 1
            if progress is not None:
                progress(done, deals * len(set(reps)))
        by_reps[kind] = _summary(compiled, runs)
    return Simulation(playbook=playbook.id, deals=deals, seed=seed, by_reps=by_reps)


# ---- the deals and their reps ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Deal:
    """The truth: index of the value on each scale, facts, the rep's lapse, and what he is mistaken about.

    ``mistaken``: (topic, scale) -> the value he believes it to be.
    """

    number: int
    values: Mapping[str, int]
    facts: Mapping[str, str]
    lapse: float
    mistaken: Mapping[tuple[str, str], int]


class _World:
    """Draws deals and what their reps answer, from the playbook's own tables.

    Every deal, and every answer within it, has its own random numbers: an edit of one question
    leaves the answers to all others as they were.
    """

    def __init__(self, compiled: Compiled, reps: Reps, seed: int) -> None:
        self._playbook = compiled.playbook
        self._reps = RELIABILITY[reps]
        self._seed = seed
        self._tables = {
            question.id: {
                scale: star.tables[question.id] for scale, star in compiled.stars.items() if question.id in star.tables
            }
            for question in self._playbook.questions
        }
        self._priors = {id_: prior(scale.places) for id_, scale in self._playbook.scales.items()}
        self._topics = dict.fromkeys(
            (table.topic, scale)
            for star_tables in self._tables.values()
            for scale, table in star_tables.items()
            if table.topic is not None
        )
        self._setters = {
            fact: [compiled.questions[q] for q in compiled.setters.get(fact, ())] for fact in compiled.playbook.facts
        }

    def deal(self, number: int) -> _Deal:
        """Draw the truth of one deal: scales by their priors, independently of each other."""
        dice = random.Random(f"{self._seed}/{number}")  # noqa: S311 - a simulation, not a secret
        values = {scale: _pick(dice, chances) for scale, chances in self._priors.items()}
        lapse = self._reps[_pick(dice, [share for share, _ in self._reps])][1]
        mistaken = {
            (topic, scale): dice.randrange(len(self._priors[scale]))
            for topic, scale in self._topics
            if dice.random() < TOPIC_ERROR
        }
        return _Deal(number, values, dict(self._facts(dice, values)), lapse, mistaken)

    def _facts(self, dice: random.Random, values: Mapping[str, int]) -> Iterator[tuple[str, str]]:
        """Draw every fact that some answer can tell: even, or mostly as assumed.

        Where the answer that tells a fact also claims something about the customer, the fact is as
        likely as that claim makes it: money is not paid at the first complaint.
        """
        for id_, fact in self._playbook.facts.items():
            told = [v for v in fact.ids if any(_sets(q, id_, v) for q in self._setters[id_])]
            if told:
                weights = [_usual(fact, v, len(told)) * self._fits(id_, v, values) for v in told]
                yield id_, told[_pick(dice, weights)]

    def _fits(self, fact: str, value: str, values: Mapping[str, int]) -> float:
        weight = 1.0
        for question in self._setters[fact]:
            options = _sets(question, fact, value)
            chances = self._chances(question, values)
            if options:
                weight *= sum(chances[a] for a in options) / len(options)
        return weight

    def answer(self, deal: _Deal, question: Question) -> str:
        """Draw what the rep of this deal says when asked."""
        dice = random.Random(f"{self._seed}/{deal.number}/{question.id}")  # noqa: S311 - as above
        if dice.random() < self._silence(deal, question):
            return UNKNOWN
        # Facts are what a rep simply knows (design.md section 3): carelessness is about the customer.
        true = [all(deal.facts.get(f) == v for f, v in option.sets.items()) for option in question.answers]
        if not any(true):
            # No answer on offer is true of this deal: an honest rep does not know which to take.
            return UNKNOWN
        if dice.random() < deal.lapse:
            return dice.choice([o.id for o, fits in zip(question.answers, true, strict=True) if fits])
        believed = {
            scale: deal.mistaken.get((table.topic or "", scale), deal.values[scale])
            for scale, table in self._tables[question.id].items()
        }
        chances = self._chances(question, believed)
        weights = [chance if fits else 0.0 for chance, fits in zip(chances, true, strict=True)]
        return question.answers[_pick(dice, weights)].id

    def _silence(self, deal: _Deal, question: Question) -> float:
        """Chance of `unknown`, which on some scales may say something."""
        usual = chance = question.unknown.chance
        for scale, table in self._tables[question.id].items():
            if scale in question.unknown.says and usual:
                chance *= table.chances[table.answers.index(UNKNOWN)][deal.values[scale]] / usual
        return chance

    def _chances(self, question: Question, values: Mapping[str, int]) -> list[float]:
        """Chances of the answers, up to a factor: the scales they speak on are taken as independent."""
        chances = [1.0] * len(question.answers)
        for scale, table in self._tables[question.id].items():
            # The chance of `unknown`, if it is in the table, comes last and has no partner here.
            chances = [x * row[values[scale]] for x, row in zip(chances, table.chances, strict=False)]
        total = sum(chances)
        return [x / total for x in chances]


def _sets(question: Question, fact: str, value: str) -> list[int]:
    """Indices of the answers that set ``fact`` to ``value``."""
    return [a for a, option in enumerate(question.answers) if option.sets.get(fact) == value]


def _usual(fact: Fact, value: str, count: int) -> float:
    """How likely a value is before anything else is considered."""
    if fact.assume is None or count == 1:
        return 1.0 / count
    return ASSUMED if value == fact.assume else (1.0 - ASSUMED) / (count - 1)


def _pick(dice: random.Random, weights: Sequence[float]) -> int:
    """Return an index, drawn by weight; one random number whatever the weights."""
    sums = list(accumulate(weights))
    point = dice.random() * sums[-1]
    return next(i for i, x in enumerate(sums) if point < x)


# ---- the interviews --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How an interview ended: the place as an index, how sure, the first moves."""

    asked: int
    best: int
    confidence: float
    settled: bool
    moves: tuple[str, ...]
    stopped: Stopped | None


@dataclass(slots=True)
class _Node:
    """A point of the interview, reached by the same answers in many deals; worked out once."""

    then: Question | _Outcome
    after: dict[str, _Node] = field(default_factory=dict)


class _Policy:
    """The real interview as a tree that grows while deals walk through it: most begin alike.

    The same rules as ``Coach.interview`` and ``Coach.report``, without the explanations.
    """

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._root = self._node(())

    def interview(self, ask: Callable[[Question], str]) -> _Outcome:
        """Ask until a stop rule holds."""
        node, answers = self._root, list[Answer]()
        while isinstance(node.then, Question):
            value = ask(node.then)
            answers.append(Answer(question=node.then.id, value=value))
            if value not in node.after:
                node.after[value] = self._node(answers)
            node = node.after[value]
        return node.then

    def _node(self, answers: Sequence[Answer]) -> _Node:
        situation = self._compiled.situation(answers)
        survey = Survey(self._compiled, situation)
        # The other stop rules do not look at the questions left, and these are dear to weigh.
        stopped = survey.stopped(None)
        if stopped == "nothing_left" and (best := survey.best()) is not None:
            return _Node(best.question)
        belief = situation.beliefs[self._compiled.main]
        settled = reaches(confidence := max(belief.values), self._compiled.playbook.stop.place_sure)
        shown = tuple(m.id for m in Advice(self._compiled, situation, settled=settled).moves()[:_FIRST_SCREEN])
        return _Node(_Outcome(len(answers), belief.best, confidence, settled, shown, stopped))


class _View(Outlook):
    """An outlook that works out each question once."""

    def __init__(self, star: Star, belief: Belief) -> None:
        super().__init__(star, belief)
        self._gains: dict[tuple[str, tuple[int, ...]], Gain] = {}

    def gain(self, question: str, groups: Sequence[int]) -> Gain:
        """See the base class."""
        key = (question, tuple(groups))
        if key not in self._gains:
            self._gains[key] = super().gain(question, groups)
        return self._gains[key]


class _Memory(Star):
    """A star that remembers: most answers say nothing about most scales, and many deals begin alike."""

    def __init__(self, chances: Sequence[float], tables: Iterable[Table], reps: Reps) -> None:
        super().__init__(chances, tables, reps)
        self._beliefs: dict[tuple[Said, ...], Belief] = {}
        self._views: dict[int, _View] = {}

    def believe(self, evidence: Iterable[Said]) -> Belief:
        """See the base class."""
        key = tuple(said for said in evidence if self.tells(said))
        if key not in self._beliefs:
            if len(self._beliefs) >= _REMEMBERED:
                self._beliefs.clear()
                self._views.clear()
            self._beliefs[key] = super().believe(key)
        return self._beliefs[key]

    def outlook(self, belief: Belief) -> Outlook:
        """See the base class."""
        # By identity: the beliefs handed out are kept as long as their views.
        if id(belief) not in self._views:
            self._views[id(belief)] = _View(self, belief)
        return self._views[id(belief)]


def _remembering(playbook: Playbook, reps: Reps) -> Compiled:
    compiled = Compiled(playbook, reps)
    compiled.stars = {
        id_: _Memory(prior(playbook.scales[id_].places), star.tables.values(), reps)
        for id_, star in compiled.stars.items()
    }
    return compiled


class _Oracle:
    """The advice of a coach who knows everything: every scale for certain, every fact."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled

    def first_move(self, deal: _Deal) -> str | None:
        """Return the move that should come first."""
        beliefs = {scale: _certain(k, self._compiled.stars[scale].size) for scale, k in deal.values.items()}
        state = State({scale: belief.values for scale, belief in beliefs.items()}, deal.facts)
        moves = Advice(self._compiled, Situation((), beliefs, state), settled=True).moves()
        return moves[0].id if moves else None


def _certain(k: int, size: int) -> Belief:
    values = tuple(1.0 if i == k else 0.0 for i in range(size))
    return Belief(values, 0.0, list(values), {})


# ---- the figures -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """One simulated deal: the true place, what came of the interview, and the move that was right."""

    place: int
    outcome: _Outcome
    right_move: str | None
    ordered: bool

    @property
    def right(self) -> bool:
        return self.outcome.best == self.place

    @property
    def near(self) -> bool:
        return self.right or (self.ordered and abs(self.outcome.best - self.place) == 1)

    @property
    def moved(self) -> bool:
        return self.right_move == (self.outcome.moves[0] if self.outcome.moves else None)

    @property
    def shown(self) -> bool:
        return self.moved or self.right_move in self.outcome.moves


def _summary(compiled: Compiled, runs: Sequence[_Run]) -> Simulated:
    places = compiled.playbook.scales[compiled.main].ids
    settled = [run for run in runs if run.outcome.settled]
    stops = Counter(run.outcome.stopped for run in runs)
    rules: tuple[Stopped, ...] = ("moves_sure", "nothing_left", "at_most")
    return Simulated(
        questions=_mean(run.outcome.asked for run in runs),
        accuracy=_mean(run.right for run in runs),
        within_one=_mean(run.near for run in runs),
        moves=_mean(run.moved for run in runs),
        in_three=_mean(run.shown for run in runs),
        settled=_mean(run.outcome.settled for run in runs),
        settled_right=_mean(run.right for run in settled),
        ece=_calibration_error(runs),
        stopped={rule: stops[rule] / max(1, len(runs)) for rule in rules},
        places={id_: _place_row([r for r in runs if r.place == k], places) for k, id_ in enumerate(places)},
    )


def _place_row(runs: Sequence[_Run], places: Sequence[str]) -> PlaceRow:
    wrong = Counter(run.outcome.best for run in runs if not run.right)
    # The most frequent; the earlier place in a tie.
    taken_for = max(sorted(wrong), key=lambda k: wrong[k], default=None)
    return PlaceRow(
        deals=len(runs),
        questions=_mean(run.outcome.asked for run in runs),
        accuracy=_mean(run.right for run in runs),
        within_one=_mean(run.near for run in runs),
        moves=_mean(run.moved for run in runs),
        taken_for=None if taken_for is None else places[taken_for],
    )


def _calibration_error(runs: Sequence[_Run]) -> float:
    """Return the mean gap between confidence and hits over ten bins of confidence, weighted by deals."""
    gaps = [0.0] * _BINS
    for run in runs:
        gaps[min(_BINS - 1, int(run.outcome.confidence * _BINS))] += run.outcome.confidence - run.right
    return sum(map(abs, gaps)) / max(1, len(runs))


def _mean(numbers: Iterable[float]) -> float:
    listed = list(numbers)
    return sum(listed) / len(listed) if listed else 0.0
