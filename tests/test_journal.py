"""The journal: no answer that was given is ever lost."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ltc_coach.deals.journal import Journal, left_over, open_journal
from ltc_coach.model.deal import Answer
from ltc_coach.problems import CoachError, ExitCode

ONE = Answer(question="documents", value="list")
TWO = Answer(question="talk", value="causes", note="他自己说的")
AGAIN = Answer(question="documents", value="tender")


def reopened(deal: Path | None = None) -> Journal:
    """Take up the interview that ended early; there must be one."""
    journal = left_over("tiny", deal)
    assert journal is not None
    return journal


@pytest.mark.usefixtures("home")
def test_answers_are_there_for_the_next_run() -> None:
    """An interview that stops early is taken up where it stopped."""
    journal = open_journal("tiny", None)
    journal.record(ONE)
    journal.record(TWO)
    journal.close(keep=True)
    assert (ONE, TWO) == reopened().answers


@pytest.mark.usefixtures("home")
def test_what_was_taken_back_or_corrected_does_not_come_up_again() -> None:
    """Back drops an answer; a question asked once more keeps its new answer only."""
    journal = open_journal("tiny", None)
    journal.record(ONE)
    journal.record(TWO)
    journal.take_back(TWO)
    journal.record(AGAIN)
    journal.close(keep=True)
    assert (AGAIN,) == reopened().answers


@pytest.mark.usefixtures("home")
def test_a_finished_interview_leaves_nothing() -> None:
    """Once the report is out there is nothing to take up."""
    journal = open_journal("tiny", None)
    journal.record(ONE)
    journal.close(keep=False)
    assert left_over("tiny", None) is None
    assert not journal.path.exists()


@pytest.mark.usefixtures("home")
def test_interviews_do_not_mix() -> None:
    """Each playbook and each deal has its own journal, and two at a time have two."""
    first, second = open_journal("tiny", None), open_journal("tiny", None)
    first.record(ONE)
    second.record(TWO)
    assert left_over("tiny", None) is None, "both are still running"
    first.close(keep=True)
    assert left_over("other", None) is None
    assert left_over("tiny", Path("/deals/a.yaml")) is None
    taken = reopened()
    assert (ONE,) == taken.answers
    taken.close(keep=False)
    second.close(keep=True)


@pytest.mark.usefixtures("home")
def test_only_its_owner_may_read_a_journal() -> None:
    """Answers are about customers."""
    journal = open_journal("tiny", None)
    assert 0o600 == stat.S_IMODE(journal.path.stat().st_mode)
    journal.close(keep=False)


@pytest.mark.usefixtures("home")
def test_a_torn_end_costs_at_most_the_last_answer() -> None:
    """Cut anywhere in its last two lines, a journal still gives every line before the cut, and goes on."""
    journal = open_journal("tiny", None)
    for answer in (ONE, TWO, Answer(question="reach", value="key")):
        journal.record(answer)
    journal.close(keep=True)
    whole = journal.path.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in range(first, len(whole) + 1):
        journal.path.write_bytes(whole[:cut])
        taken = reopened()
        assert whole[:cut].count(b"\n") == len(taken.answers)
        taken.record(AGAIN)
        taken.close(keep=True)
        once_more = reopened()
        assert AGAIN == once_more.answers[-1]
        once_more.close(keep=True)


@pytest.mark.usefixtures("home")
def test_half_a_line_on_a_full_disk_does_not_spoil_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 5 for the answer that did not fit, none of it kept; what is said once there is room again is."""
    journal = open_journal("tiny", None)
    journal.record(ONE)
    with monkeypatch.context() as full:
        write = os.write
        full.setattr(os, "write", lambda descriptor, line: write(descriptor, line[: len(line) // 2]))
        with pytest.raises(CoachError) as caught:
            journal.record(TWO)
    journal.record(AGAIN)
    journal.close(keep=True)
    assert (ExitCode.IO, (AGAIN,)) == (caught.value.exit_code, reopened().answers)
    assert 2 == len(journal.path.read_bytes().splitlines())


@settings(deadline=None)  # the first answer read back loads Pydantic
@given(garbage=st.binary(max_size=200))
def test_garbage_in_a_journal_is_passed_over(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    """A journal is never a reason not to start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LTC_HOME", str(tmp_path_factory.mktemp("home")))
        journal = open_journal("tiny", None)
        journal.record(ONE)
        journal.close(keep=True)
        with journal.path.open("ab") as file:
            file.write(garbage + b"\n")
        taken = reopened()
        assert ONE == taken.answers[0]
        taken.close(keep=False)
