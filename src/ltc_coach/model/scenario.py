"""Scenarios, and what trying a playbook out on them, or on simulated deals, has shown."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from ltc_coach.i18n import Text
from ltc_coach.model.base import NOTHING, Flag, Id, Ids, Model, Written
from ltc_coach.model.deal import Answer
from ltc_coach.model.playbook import Reps
from ltc_coach.problems import Where

# Written in `standing` for a ladder on which nothing is proved yet.
NO_RUNG = "none"
# A place that fewer scenarios than this are about is hardly tested.
FEW = 4


def _answers(value: Any) -> Any:
    """`{documents: tender, timing: firm@told}` and a list of full answers are the same thing."""
    if not isinstance(value, dict):
        return value
    answers = []
    for question, written in value.items():
        answer, _, grade = written.partition("@") if isinstance(written, str) else (written, "", "")
        answers.append({"question": question, "value": answer} | ({"grade": grade} if grade else {}))
    return answers


class Expected(Model):
    """What a scenario expects; what is not written is not checked.

    ``place``: acceptable places, the first is the right one. ``also``: scale -> acceptable values.
    ``settled``: whether the place is settled. ``first``: the moves one of which must come first.
    ``moves``/``not_moves``: shown / must not be shown among the moves. ``never``/``not_never``: the same
    for warnings. ``kind``: kinds one of which the first move must be. ``standing``: ladder -> rung, or
    `none` while nothing is proved. ``runner_up``: acceptable second places. ``ask``: the separating or
    next question, one of these.
    """

    place: Ids = ()
    also: dict[str, Ids] = NOTHING
    settled: Flag | None = None
    first: Ids = ()
    moves: Ids = ()
    not_moves: Ids = ()
    never: Ids = ()
    not_never: Ids = ()
    kind: Ids = ()
    runner_up: Ids = ()
    ask: Ids = ()
    standing: dict[str, str] = NOTHING


class Scenario(Model):
    """A situation in words, its answers, and the expected diagnosis."""

    id: Id
    title: Text
    story: Text = Text()
    answers: Annotated[tuple[Answer, ...], Written(_answers)]
    expect: Expected
    source: tuple[str, ...] = ()


class Scenarios(Model):
    """The content of a scenarios.yaml."""

    scenarios: tuple[Scenario, ...]


class Clue(Model):
    """An answer behind a result; ``decibans`` is what it did to best against second, None where it told a fact."""

    question: str
    answer: str
    decibans: float | None = None


class Ground(Model):
    """What stood on one scale or fact when an expectation failed, and the answers that decided it.

    ``got`` is None for a fact nobody has told; ``probability`` is None for facts.
    """

    about: str
    got: str | None
    probability: float | None = None
    because: tuple[Clue, ...] = ()


class Mismatch(Model):
    """One expectation that did not come true.

    ``expectation`` is the field of ``expect``, with the scale or ladder after a dot (`also.origin`);
    ``expected`` and ``got`` are ids, or true/false; ``grounds`` is what decided it.
    """

    expectation: str
    where: Where
    expected: tuple[str, ...]
    got: tuple[str, ...]
    grounds: tuple[Ground, ...] = ()


class ScenarioResult(Model):
    """How one scenario went; ``where`` it is written, for editors to jump to."""

    id: str
    title: Text
    where: Where
    mismatches: tuple[Mismatch, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.mismatches


class Uncovered(Model):
    """A move or never that no scenario brings up (or not high enough to be seen at a glance)."""

    what: Literal["move", "never"]
    id: str
    where: Where


class Thin(Model):
    """A place that only so few scenarios are about."""

    place: str
    scenarios: int


class TestRun(Model):
    """All scenarios of a playbook, run: the results in file order and what they leave untested.

    ``unreached``: moves and nevers that hold in no scenario; ``buried``: those that hold in some, but
    never among the first three, which is all the first screen shows; ``thin``: places with fewer
    than four scenarios. Only ``unreached`` fails the run.
    """

    # The name is a word of the trade; pytest is not to take it for a test.
    __test__: ClassVar[bool] = False

    playbook: str
    results: tuple[ScenarioResult, ...]
    unreached: tuple[Uncovered, ...] = ()
    buried: tuple[Uncovered, ...] = ()
    thin: tuple[Thin, ...] = ()

    @property
    def failures(self) -> tuple[ScenarioResult, ...]:
        """The scenarios that did not pass."""
        return tuple(result for result in self.results if not result.passed)

    @property
    def passed(self) -> bool:
        """Whether the run as a whole is good: every scenario passes and reaches everything."""
        return not self.failures and not self.unreached


class PlaceRow(Model):
    """How simulated deals at one place went; shares are of these deals, 0..1.

    ``taken_for`` is the wrong place they were most often located at.
    """

    deals: int
    questions: float
    accuracy: float
    within_one: float
    moves: float
    taken_for: str | None


class Simulated(Model):
    """How the interviews of simulated deals went with one kind of reps; shares are 0..1.

    ``questions``: asked on average. ``accuracy``: place right; ``within_one``: or a neighbour.
    ``moves``: the first move is the one it would be with everything known; ``in_three``: that move is
    among the first three. ``settled``: the place was settled; ``settled_right``: the share of these where it
    was right. ``ece``: expected calibration error of the confidence in the place, ten bins.
    ``stopped``: stop rule -> share. ``places``: by the true place, in the scale's order.
    """

    questions: float
    accuracy: float
    within_one: float
    moves: float
    in_three: float
    settled: float
    settled_right: float
    ece: float
    stopped: dict[str, float]
    places: dict[str, PlaceRow]


class Simulation(Model):
    """A playbook tried on deals drawn from its own claims, by kind of reps."""

    playbook: str
    deals: int
    seed: int
    by_reps: dict[Reps, Simulated]
