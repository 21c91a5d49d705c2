"""Two people at one deal, hours apart, an editor and git in between: no work is lost, or a conflict says so."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ltc_coach.deals.files import OpenDeal, change_deal, load_deal
from ltc_coach.model.deal import Answer, Person
from ltc_coach.problems import CoachError, ExitCode
from tests.deal_kit import size

START = """\
# noted by hand
ltc: 1
id: a
customer: A   # the customer
mine: 1
owner: v0
people:
  - {id: wang, name: W, stance: us}
answers: []
# the end
"""
WHO = st.sampled_from([0, 1])
QUESTION = st.sampled_from(["q1", "q2", "q3"])
VALUE = st.sampled_from(["v1", "v2"])
STANCE = st.sampled_from(["us", "rival", "neutral"])


@dataclass(frozen=True)
class Known:
    """What the file has to hold: everything anybody has saved so far."""

    answers: tuple[tuple[str, str, str], ...] = ()
    owner: str = "v0"
    stance: str = "us"
    people: frozenset[str] = frozenset({"wang"})
    comments: tuple[str, ...] = ("# noted by hand", "# the customer", "# the end")


@dataclass
class Session:
    """A deal somebody has opened, and what was in it then."""

    opened: OpenDeal
    seen: Known = field(default_factory=Known)


class Sessions(RuleBasedStateMachine):
    """Opens, saves, edits behind each other's back, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "deal.yaml"
        self.known = Known()
        self.count = 0
        self.committed: list[tuple[str, Known]] = []

    @initialize()
    def begin(self) -> None:
        """Both have the deal open."""
        self.path.write_text(START, encoding="utf-8")
        self.sessions = [Session(load_deal(self.path)) for _ in range(2)]

    def _mark(self) -> str:
        self.count += 1
        return f"n{self.count}"

    def _save(self, who: int, now: Known, *, collides: bool, **change: object) -> None:
        """Save; it must succeed exactly if nobody has changed the same thing since it opened the deal."""
        session = self.sessions[who]
        before = self.path.read_bytes() if self.path.exists() else None
        if not collides and before is not None:
            self.sessions[who] = Session(change_deal(session.opened, **change), now)  # type: ignore[arg-type]
            self.known = now
            return
        with pytest.raises(CoachError) as caught:
            change_deal(session.opened, **change)  # type: ignore[arg-type]
        assert ExitCode.CONFLICT == caught.value.exit_code
        assert before == (self.path.read_bytes() if self.path.exists() else None)
        self.opens(who)

    @rule(who=WHO)
    def opens(self, who: int) -> None:
        """Take a fresh look."""
        if self.path.exists():
            self.sessions[who] = Session(load_deal(self.path), self.known)

    @rule(who=WHO, question=QUESTION, value=VALUE)
    def answers(self, who: int, question: str, value: str) -> None:
        """Answer a question; the other one may have answered it, too."""
        seen, note = self.sessions[who].seen, self._mark()
        since = [answer for answer in self.known.answers if answer not in seen.answers]
        collides = any(q == question and v != value for q, v, _ in since)
        now = replace(self.known, answers=(*self.known.answers, (question, value, note)))
        self._save(who, now, collides=collides, add={"answers": [Answer(question=question, value=value, note=note)]})

    @rule(who=WHO)
    def sets_a_field(self, who: int) -> None:
        """Set something only one can be right about."""
        owner, seen = self._mark(), self.sessions[who].seen
        collides = seen.owner != self.known.owner
        self._save(who, replace(self.known, owner=owner), collides=collides, put={("owner",): owner})

    @rule(who=WHO, stance=STANCE)
    def changes_a_person(self, who: int, stance: str) -> None:
        """A person may stand at another place by now, and is found."""
        session = self.sessions[who]
        if session.seen.stance == stance:
            return  # nothing to change
        place = next(i for i, person in enumerate(session.opened.deal.people) if person.id == "wang")
        collides = session.seen.stance != self.known.stance
        now = replace(self.known, stance=stance)
        self._save(who, now, collides=collides, put={("people", place, "stance"): stance})

    @rule(who=WHO, name=st.sampled_from(["li", "zhou"]))
    def adds_a_person(self, who: int, name: str) -> None:
        """Two who add the same person would make two of him."""
        seen = self.sessions[who].seen
        if name in seen.people:
            return  # he is there already
        now = replace(self.known, people=self.known.people | {name})
        self._save(who, now, collides=name in self.known.people, add={"people": [Person(id=name, name=name)]})

    @rule()
    def an_editor_adds_a_comment(self) -> None:
        """Somebody writes into the file by hand."""
        if self.path.exists():
            comment = f"# {self._mark()}."
            self.path.write_text(f"{comment}\n{self.path.read_text(encoding='utf-8')}", encoding="utf-8")
            self.known = replace(self.known, comments=(*self.known.comments, comment))

    @rule()
    def an_editor_sets_a_field(self) -> None:
        """Somebody changes a value by hand."""
        if self.path.exists():
            owner = self._mark()
            text = self.path.read_text(encoding="utf-8")
            self.path.write_text(text.replace(f"owner: {self.known.owner}", f"owner: {owner}"), encoding="utf-8")
            self.known = replace(self.known, owner=owner)

    @rule()
    def an_editor_moves_the_people(self) -> None:
        """Somebody puts a new person first."""
        name = f"p{self._mark()}"
        if self.path.exists():
            text = self.path.read_text(encoding="utf-8")
            self.path.write_text(text.replace("people:\n", f"people:\n  - {{id: {name}, name: X}}\n"), encoding="utf-8")
            self.known = replace(self.known, people=self.known.people | {name})

    @rule()
    def git_commits(self) -> None:
        """Remember a state."""
        if self.path.exists():
            self.committed.append((self.path.read_text(encoding="utf-8"), self.known))

    @precondition(lambda self: self.committed)
    @rule(data=st.data())
    def git_checks_out(self, data: st.DataObject) -> None:
        """Go back to a remembered state: what came after it is gone because somebody wanted it so."""
        text, self.known = data.draw(st.sampled_from(self.committed))
        self.path.write_text(text, encoding="utf-8")

    @rule()
    def it_is_moved_away(self) -> None:
        """Renamed, or on another branch for a while."""
        if self.path.exists():
            self.path.rename(self.path.with_suffix(".away"))

    @rule()
    def it_comes_back(self) -> None:
        """And is there again."""
        if not self.path.exists():
            self.path.with_suffix(".away").rename(self.path)

    @invariant()
    def everything_saved_is_there(self) -> None:
        """The file reads well and holds what was saved, each thing once, and every comment."""
        if not self.path.exists():
            return
        text, deal = self.path.read_text(encoding="utf-8"), load_deal(self.path).deal
        assert [*self.known.answers] == [(a.question, a.value, a.note) for a in deal.answers]
        assert (self.known.owner, self.known.stance) == (
            deal.owner,
            next(p.stance for p in deal.people if p.id == "wang"),
        )
        assert sorted(self.known.people) == sorted(person.id for person in deal.people)
        assert all(comment in text for comment in (*self.known.comments, "mine: 1"))

    def teardown(self) -> None:
        """Leave nothing."""
        shutil.rmtree(self.folder)


TestSessions = Sessions.TestCase
TestSessions.settings = settings(
    max_examples=size(25, 500),
    stateful_step_count=size(20, 40),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
