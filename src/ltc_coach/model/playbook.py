"""A playbook: one method of selling as data (design.md section 3).

Scales are located by probability, facts are simply known, questions bear on both, moves and
nevers hold under conditions on both. Ids that refer to other parts of the playbook are plain
text here; ``authoring.lint`` checks that they lead somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from ltc_coach.i18n import Lang, Text
from ltc_coach.model.base import NOTHING, Flag, Id, Ids, Model, Share, Whole, Written, one_or_many
from ltc_coach.model.spoken import Action, BankQuestion, Letter, Named, Objection

FORMAT_VERSION = 1

# Chance that an answer claiming something is right (engine.md section 2).
TRUST: dict[str, float] = {"fact": 0.98, "reliable": 0.95, "usual": 0.90, "shaky": 0.80, "guess": 0.65}
# Weight of a place before anything is known (engine.md section 2).
SHARES: dict[str, float] = {"rare": 1.0, "usual": 2.0, "common": 4.0}
# What a question costs the rep (engine.md section 2).
EFFORTS: dict[str, float] = {"quick": 1.0, "think": 2.0, "ask_customer": 4.0}

Effort = Literal["quick", "think", "ask_customer"]
Reps = Literal["trained", "mixed", "unknown"]


class Kind(StrEnum):
    """What a move does (domain F2); `never` is a warning and not a move."""

    GATE = "gate"
    FIND_OUT = "find_out"
    BUILD = "build"
    DEFEND = "defend"
    TEST = "test"
    PULL = "pull"
    CLOSE = "close"
    SERVE = "serve"
    LEAVE = "leave"
    NEVER = "never"


class Span(Model):
    """A set of values of one scale or fact; what is written is combined with AND.

    ``reached``, ``before`` and ``between`` need an ordered scale (engine.md section 2).
    """

    reached: str | None = None
    before: str | None = None
    between: tuple[str, str] | None = None
    at: Ids = ()
    not_at: Ids = ()

    def fits(self, values: tuple[str, ...], index: int) -> bool:
        """Say whether the value at ``index`` of ``values`` lies in this set."""
        return bool(self.mask(values) >> index & 1)

    def mask(self, values: tuple[str, ...]) -> int:
        """Return the whole set: bit k stands for the value at index k."""
        first, end = 0, len(values)
        if self.reached is not None:
            first = values.index(self.reached)
        if self.before is not None:
            end = values.index(self.before)
        if self.between is not None:
            first = max(first, values.index(self.between[0]))
            end = min(end, values.index(self.between[1]) + 1)
        at, not_at = self.at, self.not_at
        inside = 0
        for k in range(first, end):
            if (not at or values[k] in at) and values[k] not in not_at:
                inside |= 1 << k
        return inside

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield every (field, value) written here."""
        for name in ("reached", "before"):
            if (value := getattr(self, name)) is not None:
                yield name, value
        for name in ("between", "at", "not_at"):
            for value in getattr(self, name) or ():
                yield name, value


class Claim(Span):
    """What an answer says about a scale, and how far to trust it: a trust word or a percentage."""

    trust: str = "usual"

    @property
    def chance(self) -> float:
        """The chance that such an answer is right, 0.5 < chance < 1."""
        if self.trust in TRUST:
            return TRUST[self.trust]
        number = float(self.trust.removesuffix("%"))
        return number / 100 if self.trust.endswith("%") else number


def _span(value: Any) -> Any:
    """`place: pain`, `place: [pain, goal]` and `place: {reached: goal}` are all spans."""
    if isinstance(value, str):
        return {"at": [value]}
    return {"at": value} if isinstance(value, list | tuple) else value


class When(Model):
    """A condition: tests on scales and facts, combined with `all`, `any` and `not` (three-valued).

    Authors write tests as plain keys, `{place: [value, risk], origin: rival}`. The value `unknown`
    asks whether a scale is not located or a fact not known.
    """

    tests: dict[str, Annotated[Span, Written(_span)]] = NOTHING
    all: tuple[When, ...] = ()
    any: tuple[When, ...] = ()
    not_: When | None = None

    model_written_as: ClassVar[dict[str, str]] = {"not_": "not"}

    @classmethod
    def model_prepared(cls, written: Any) -> Any:
        """Gather the tests."""
        if not isinstance(written, dict) or isinstance(written.get("tests"), dict):
            return written
        words = {"all", "any", "not", "not_"}
        return {k: v for k, v in written.items() if k in words} | {
            "tests": {k: v for k, v in written.items() if k not in words}
        }

    def atoms(self) -> Iterator[tuple[str, Span]]:
        """Yield every test in this condition, however deep."""
        yield from self.tests.items()
        for part in (*self.all, *self.any, *((self.not_,) if self.not_ else ())):
            yield from part.atoms()


class Place(Named):
    """One value of a scale: a state of the *customer*, never of the seller.

    ``customer`` tells what the customer is doing and who speaks, ``exit`` the customer's act that
    ends it, ``maps`` where the same place lies in other models, ``share`` its weight beforehand.
    """

    customer: Text = Text()
    exit: Text = Text()
    maps: dict[str, str] = NOTHING
    share: str = "usual"


class Pace(Model):
    """How a customer moves along an ordered scale in a week: on to the next place, back to the one before."""

    on: Share = 0.03
    back: Share = 0.01


class Scale(Model):
    """Something located by probability: ordered ``stages`` or unordered ``types``."""

    title: Text
    main: Flag = False
    stages: tuple[Place, ...] = ()
    types: tuple[Place, ...] = ()
    pace: Pace | None = None

    @property
    def ordered(self) -> bool:
        """Whether the values have an order."""
        return bool(self.stages)

    @property
    def places(self) -> tuple[Place, ...]:
        """The values, ordered or not."""
        return self.stages or self.types

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the values."""
        return tuple(p.id for p in self.places)


class Map(Model):
    """Another model's names for the places, e.g. P1-P7 (domain Part A)."""

    title: Text
    values: tuple[Named, ...]


class FactValue(Named):
    """One value of a fact; ``met``: true as soon as somebody in one of these roles, not a rival's, has been met."""

    met: Ids = ()


class Fact(Model):
    """Something the rep simply knows: closed values, unknown until told, no probability.

    ``assume`` is what a best guess takes for granted while nobody has said otherwise. Where values
    carry ``met``, the people of a deal tell the fact: the last value that is true.
    """

    title: Text
    values: tuple[FactValue, ...]
    assume: str | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the values."""
        return tuple(v.id for v in self.values)


class Option(Model):
    """One answer to a question: what it says about scales, which facts it sets."""

    id: Id
    label: Text
    says: dict[str, Claim] = NOTHING
    sets: dict[str, str] = NOTHING


class Unknown(Model):
    """The answer `unknown`, always offered: how often it comes, and what it says if it says anything."""

    chance: Share = 0.10
    says: dict[str, Claim] = NOTHING


class Question(Model):
    """A question to the rep about what the *customer* did or said.

    ``once``: its answer is about the past, so that no later visit can change it.
    """

    id: Id
    ask: Text
    why: Text
    topic: str | None = None
    effort: Effort = "quick"
    once: Flag = False
    answers: tuple[Option, ...]
    unknown: Unknown = Unknown()
    source: tuple[str, ...] = ()

    def option(self, answer: str) -> Option | None:
        """Return the option with this id; None for `unknown` and for what is no answer here."""
        return next((o for o in self.answers if o.id == answer), None)


Politics = Literal["none", "some", "high"]


class Move(Model):
    """A next move, or with kind `never` something not to do now.

    ``when`` is the condition, ``needs`` what carries the move (fact -> values that satisfy it; what
    is unmet is its price), ``to`` the earlier place a pull leads to, ``whom`` to meet, ``do`` and
    ``say`` the act and the words, ``ask`` ids of bank questions, ``letter`` the id of a letter, ``proof``
    the customer's act that shows it worked, ``refused`` what then, ``why`` the reason, ``instead``
    (nevers) what to do in its place. Of a pull, ``through`` names the roles it can go through and
    ``politics`` what stands against walking back (domain S2-W4, S2-R8, S2-R9). Of a never,
    ``forbids`` names the actions it speaks of.
    """

    id: Id
    kind: Kind
    title: Text
    when: When = When()
    needs: dict[str, Annotated[tuple[str, ...], Written(one_or_many)]] = NOTHING
    to: str | None = None
    whom: Text = Text()
    do: Text = Text()
    say: tuple[Text, ...] = ()
    ask: Ids = ()
    letter: str | None = None
    proof: Text = Text()
    refused: Text = Text()
    why: Text = Text()
    instead: Text = Text()
    through: Ids = ()
    politics: Politics = "none"
    forbids: Ids = ()
    source: tuple[str, ...] = ()


class Rung(Named):
    """A step of a seller-side measure: reached when ``proof`` holds; ``rate`` is its win rate."""

    rate: Share
    proof: When
    exit: Text = Text()


class Cap(Model):
    """A discount rule: while ``when`` holds, the measure counts as ``at`` at the most."""

    when: When
    at: str
    why: Text


class Ladder(Model):
    """A seller-side measure such as the sales funnel (domain S1-F, A4).

    It stands at the last rung WE have proof of, never derived from the customer's place (A2.8).
    """

    title: Text
    rungs: tuple[Rung, ...]
    caps: tuple[Cap, ...] = ()
    source: tuple[str, ...] = ()


class FigureInput(Named):
    """A named number a figure needs, with its unit."""

    unit: Text = Text()


class Figure(Model):
    """A calculator: ``formula`` over named inputs with + - * / ( ), min, max, sum."""

    id: Id
    title: Text
    inputs: tuple[FigureInput, ...]
    formula: str
    unit: Text = Text()
    source: tuple[str, ...] = ()


class Ledger(Model):
    """What the influence ledger of a deal bears on: a scale of types, which of them is us, which a rival.

    ``trust`` is that of the statement the ledger comes to; see ``engine.ledger``.
    """

    scale: str
    ours: str
    rival: str
    trust: str = "usual"


class Stop(Model):
    """When an interview ends (design.md section 3): sure of the moves, sure of the place, enough."""

    moves_sure: Share = 0.90
    place_sure: Share = 0.60
    at_most: Whole = 12


class Playbook(Model):
    """A whole playbook, as written in one file or in a folder of files with fixed names."""

    ltc: Whole
    id: Id
    version: str
    languages: tuple[Lang, ...]
    title: Text
    about: Text = Text()
    source: tuple[str, ...] = ()
    reps: Reps = "mixed"
    maps: dict[Id, Map] = NOTHING
    scales: dict[Id, Scale]
    facts: dict[Id, Fact] = NOTHING
    questions: tuple[Question, ...]
    moves: tuple[Move, ...] = ()
    actions: tuple[Action, ...] = ()
    ledger: Ledger | None = None
    # The fact whose values are strengths: a deal may hold several of them at once.
    hand: str | None = None
    bank: tuple[BankQuestion, ...] = ()
    objections: tuple[Objection, ...] = ()
    letters: tuple[Letter, ...] = ()
    ladders: dict[Id, Ladder] = NOTHING
    figures: tuple[Figure, ...] = ()
    stop: Stop = Stop()
    # Hash of the files it was read from; set by the loader, never written by an author.
    fingerprint: str = ""

    @property
    def main(self) -> str:
        """The id of the scale that locates the customer."""
        return next((k for k, s in self.scales.items() if s.main), next(iter(self.scales)))

    def question(self, id_: str) -> Question | None:
        """Return the question with this id."""
        return next((q for q in self.questions if q.id == id_), None)
