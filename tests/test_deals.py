"""Deal files: answers are appended as text, nothing else is touched, nothing is ever half written."""

from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ltc_coach.deals import insertion, writing
from ltc_coach.deals.files import append_answers, check_writable, load_deal, read_deal
from ltc_coach.deals.insertion import CannotInsert, insert_answers
from ltc_coach.deals.writing import write_result
from ltc_coach.model.deal import Answer
from ltc_coach.problems import CoachError, ExitCode
from ltc_coach.reading.shape import fit
from ltc_coach.reading.tree import parse_yaml
from tests.cli_kit import DEAL

NEW = Answer(question="talk", value="prices", day=date(2026, 11, 21))
HEAD = "ltc: 1\nid: a\ncustomer: A\n"


def answers_in(data: bytes) -> tuple[Answer, ...]:
    """Read back the answers of a deal that must be sound."""
    from ltc_coach.model.deal import Deal

    document = parse_yaml(data, "deal.yaml")
    assert document.problems == ()
    deal, problems = fit(Deal, document.data, document.source)
    assert deal is not None, problems
    return deal.answers


def test_an_answer_is_a_few_more_lines_and_nothing_else(deal: Path) -> None:
    """Comments, unknown fields, order and spacing stay byte for byte; the new lines come after the last answer."""
    append_answers(load_deal(deal), [NEW])
    expected = DEAL.replace("# the end\n", "  - question: talk\n    value: prices\n    day: 2026-11-21\n# the end\n")
    assert expected == deal.read_text(encoding="utf-8")


def test_without_answers_nothing_is_written(deal: Path) -> None:
    """No change means the same bytes, and not even a new time stamp."""
    before = deal.stat()
    append_answers(load_deal(deal), [])
    assert (before.st_mtime_ns, before.st_ino) == (deal.stat().st_mtime_ns, deal.stat().st_ino)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(HEAD, HEAD + "answers:\n  - question: q\n    value: v\n", id="no answers yet"),
        pytest.param(HEAD.rstrip(), HEAD + "answers:\n  - question: q\n    value: v\n", id="no last line end"),
        pytest.param(
            HEAD + "answers: []  # none\nowner: W\n",
            HEAD + "answers:  # none\n  - question: q\n    value: v\nowner: W\n",
            id="an empty list becomes a block, its comment stays",
        ),
        pytest.param(
            HEAD + "answers:\n- {question: a, value: b}  # told me so\n\nowner: W\n",
            HEAD + "answers:\n- {question: a, value: b}  # told me so\n- {question: q, value: v}\n\nowner: W\n",
            id="one line per answer, not indented",
        ),
        pytest.param(
            HEAD + "answers: [{question: a, value: b}]\n",
            HEAD + "answers: [{question: a, value: b}, {question: q, value: v}]\n",
            id="a list in brackets",
        ),
        pytest.param(
            HEAD + "answers:\n  - question: a\n    value: b\n    note: |\n      two\n      lines\nowner: W\n",
            HEAD
            + "answers:\n  - question: a\n    value: b\n    note: |\n      two\n      lines\n"
            + "  - question: q\n    value: v\nowner: W\n",
            id="after a block of text",
        ),
        pytest.param(
            "ltc: 1\r\nid: a\r\ncustomer: A\r\nanswers:\r\n  - question: a\r\n    value: b\r\n",
            "ltc: 1\r\nid: a\r\ncustomer: A\r\nanswers:\r\n  - question: a\r\n    value: b\r\n"
            "  - question: q\r\n    value: v\r\n",
            id="Windows line ends",
        ),
        pytest.param(
            HEAD + "answers:\n  - question: a\n    value: b",
            HEAD + "answers:\n  - question: a\n    value: b\n  - question: q\n    value: v\n",
            id="the last line is an answer without a line end",
        ),
        pytest.param(
            "\ufeff" + HEAD + "people:\n  - id: wang\n    name: 王总\n...\n",
            "\ufeff" + HEAD + "people:\n  - id: wang\n    name: 王总\nanswers:\n  - question: q\n    value: v\n...\n",
            id="a byte order mark, and an end of document",
        ),
    ],
)
def test_every_way_of_writing_a_deal_has_a_place_for_answers(before: str, after: str) -> None:
    """The block is found, or made, and written the way the file is written."""
    written = insert_answers(before.encode(), [Answer(question="q", value="v")])
    assert after == written.decode()
    assert Answer(question="q", value="v") == answers_in(written)[-1]


def test_a_deal_in_one_pair_of_braces_is_left_alone(home: Path) -> None:
    """Where no line can be added, ltc says so and the file stays as it is."""
    path = home / "deal.yaml"
    path.write_text("{ltc: 1, id: a, customer: A}\n", encoding="utf-8")
    with pytest.raises(CoachError, match="pair of braces"):
        append_answers(load_deal(path), [NEW])
    assert path.read_text(encoding="utf-8") == "{ltc: 1, id: a, customer: A}\n"


# What Python's str can hold and a YAML file may say: the reader refuses control characters.
NOTES = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"), min_size=1, max_size=40
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(note=NOTES, by=NOTES, grade=st.sampled_from(["document", "said", "told", "assumed"]), block=st.booleans())
def test_whatever_is_noted_reads_back_as_it_was_said(note: str, by: str, grade: str, *, block: bool) -> None:
    """Quotes, colons, hashes, hanzi, emoji: a note is data and survives being written."""
    answer = Answer.model_validate({"question": "talk", "value": "prices", "note": note, "by": by, "grade": grade})
    before = (DEAL if block else HEAD + "answers: [{question: a, value: b}]\n").encode()
    written = insert_answers(before, [answer, answer])
    assert (answer, answer) == answers_in(written)[1:]


def test_a_surrogate_is_refused_before_anything_is_written() -> None:
    """Half a character from a mistyped terminal could be saved and never opened again."""
    with pytest.raises(CannotInsert):
        insert_answers(HEAD.encode(), [NEW.model_copy(update={"note": "M\udcfcller"})])


def test_a_colleagues_change_is_never_overwritten(deal: Path) -> None:
    """The file is compared with what was opened; a changed one means exit 4 and stays the colleague's."""
    opened = load_deal(deal)
    theirs = DEAL.replace("cloudy", "sunny")
    deal.write_text(theirs, encoding="utf-8")
    with pytest.raises(CoachError) as caught:
        append_answers(opened, [NEW])
    assert (ExitCode.CONFLICT, theirs) == (caught.value.exit_code, deal.read_text(encoding="utf-8"))


def test_a_deal_that_vanished_is_a_conflict(deal: Path) -> None:
    """A colleague may also have renamed it."""
    opened = load_deal(deal)
    deal.unlink()
    with pytest.raises(CoachError) as caught:
        append_answers(opened, [NEW])
    assert ExitCode.CONFLICT == caught.value.exit_code


def test_the_next_answer_builds_on_the_last(deal: Path) -> None:
    """What append_answers returns is the deal as it is on disk now."""
    once = append_answers(load_deal(deal), [NEW])
    twice = append_answers(once, [Answer(question="reach", value="key")])
    assert ["documents", "talk", "reach"] == [a.question for a in twice.deal.answers]
    assert twice.deal == load_deal(deal).deal


def test_permissions_survive(deal: Path) -> None:
    """A private deal stays private."""
    deal.chmod(0o600)
    append_answers(load_deal(deal), [NEW])
    assert 0o600 == stat.S_IMODE(deal.stat().st_mode)


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_the_old_deal(deal: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Whichever step the disk refuses: exit 5, the old file whole, nothing left lying about."""

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    opened = load_deal(deal)
    if call == "fsync":
        monkeypatch.setattr(os, "fsync", refuse)
    elif call == "replace":
        monkeypatch.setattr(Path, "replace", refuse)
    else:
        monkeypatch.setattr(writing, "_write_new", refuse)
    with pytest.raises(CoachError) as caught:
        append_answers(opened, [NEW])
    assert (ExitCode.IO, DEAL) == (caught.value.exit_code, deal.read_text(encoding="utf-8"))
    assert ["deal.yaml"] == [p.name for p in deal.parent.iterdir()]


def test_what_would_read_as_something_else_is_not_written(deal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are read again before they replace the file: a wrong insertion never gets there."""
    monkeypatch.setattr(insertion, "insert_answers", lambda before, _answers: before)
    with pytest.raises(CoachError, match="reads as something else"):
        append_answers(load_deal(deal), [NEW])
    assert deal.read_text(encoding="utf-8") == DEAL


def test_a_read_only_deal_is_noticed_before_anybody_types(deal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 5 comes before the first question."""
    opened = load_deal(deal)
    monkeypatch.setattr(os, "access", lambda path, _mode: path != opened.path.parent)
    with pytest.raises(CoachError) as caught:
        check_writable(opened)
    assert ExitCode.IO == caught.value.exit_code


def test_everything_wrong_with_a_deal_is_said_with_its_place(home: Path) -> None:
    """read_deal returns problems as values; load_deal raises them all at once."""
    path = home / "deal.yaml"
    path.write_text("ltc: 1\nid: a\namount: much\nanswers:\n  - question: q\n    grade: rumour\n", encoding="utf-8")
    deal, _, problems = read_deal(path)
    assert (None, {1, 3, 5, 6}) == (deal, {p.where.line for p in problems if p.where})
    with pytest.raises(CoachError) as caught:
        load_deal(path)
    assert (ExitCode.USAGE, problems) == (caught.value.exit_code, caught.value.problems)


def test_reports_are_not_written_through_links(home: Path) -> None:
    """A link prepared by somebody else must not make ltc overwrite what it points at."""
    (home / "precious").write_text("keep me", encoding="utf-8")
    (home / "report.json").symlink_to("precious")
    with pytest.raises(CoachError, match="symbolic link"):
        write_result(str(home / "report.json"), b"{}")
    assert (home / "precious").read_text(encoding="utf-8") == "keep me"


WRITER = """
import sys
from ltc_coach.deals.files import append_answers, load_deal
from ltc_coach.model.deal import Answer
from ltc_coach.problems import CoachError
done = 0
while done < int(sys.argv[2]):
    try:
        append_answers(load_deal(sys.argv[1]), [Answer(question="talk", value="prices", note=f"{sys.argv[3]}-{done}")])
    except CoachError as error:
        if error.exit_code != 4:
            raise
        continue
    done += 1
    print(done, flush=True)
"""


def writer(deal: Path, count: int, name: str) -> subprocess.Popen[str]:
    """Start a process that appends ``count`` answers one by one, trying again after a conflict."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(deal), str(count), name], stdout=subprocess.PIPE, text=True
    )


def test_two_writers_lose_nothing(deal: Path) -> None:
    """Two processes with twenty answers each: forty-one answers in the end, and no litter."""
    processes = [writer(deal, 20, name) for name in "ab"]
    for process in processes:
        process.communicate(timeout=60)
    notes = [answer.note for answer in load_deal(deal).deal.answers[1:]]
    assert {f"{name}-{n}" for name in "ab" for n in range(20)} == set(notes)
    assert [0, 0, 40] == [*(p.returncode for p in processes), len(notes)]
    assert ["deal.yaml"] == [p.name for p in deal.parent.iterdir()]


def test_kill_9_at_any_moment_leaves_a_whole_deal(deal: Path) -> None:
    """Every answer that was reported as saved is there; the file is never torn; leftovers are swept up."""
    draw = random.Random(20261121)
    for round_ in range(4):
        with writer(deal, 10_000, str(round_)) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(draw.uniform(0.0, 0.05))
            process.send_signal(signal.SIGKILL)
            reported = process.stdout.read().split()
        saved = sum(1 for a in load_deal(deal).deal.answers if (a.note or "").startswith(f"{round_}-"))
        assert saved >= 1 + len(reported)
    append_answers(load_deal(deal), [NEW])
    assert ["deal.yaml"] == [p.name for p in deal.parent.iterdir()]
