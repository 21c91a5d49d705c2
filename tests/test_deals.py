"""Deal files: changed as text, nothing else touched, and nobody's change lost to another's."""

from __future__ import annotations

import errno
import os
import stat
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ltc_coach.deals import patching, writing
from ltc_coach.deals.files import (
    OpenDeal,
    append_answers,
    change_deal,
    check_writable,
    create_deal,
    load_deal,
    read_deal,
    remove_deal,
)
from ltc_coach.deals.writing import write_result
from ltc_coach.model.deal import Answer, Deal, Outcome, Person, Plan
from ltc_coach.problems import CoachError, ExitCode
from tests.cli_kit import DEAL

DAY = date(2026, 11, 21)
NEW = Answer(question="talk", value="prices", day=DAY)
OTHER = Answer(question="documents", value="criteria")


def test_an_answer_is_a_few_more_lines_and_nothing_else(deal: Path) -> None:
    """Comments, unknown fields, order and spacing stay byte for byte; the new lines come after the last answer."""
    append_answers(load_deal(deal), [NEW])
    expected = DEAL.replace("# the end\n", "  - question: talk\n    value: prices\n    day: 2026-11-21\n# the end\n")
    assert expected == deal.read_text(encoding="utf-8")


def test_without_a_change_nothing_is_written(deal: Path) -> None:
    """What is so already means the same bytes, and not even a new time stamp."""
    before = deal.stat()
    append_answers(load_deal(deal), [])
    change_deal(load_deal(deal), put={("customer",): "华信制造", ("owner",): None, ("answers", 0, "value"): "list"})
    assert (before.st_mtime_ns, before.st_ino) == (deal.stat().st_mtime_ns, deal.stat().st_ino)


def test_a_deal_in_one_pair_of_braces_is_left_alone(home: Path) -> None:
    """Where no line can be added, ltc says so and the file stays as it is."""
    path = home / "deal.yaml"
    path.write_text("{ltc: 1, id: a, customer: A}\n", encoding="utf-8")
    with pytest.raises(CoachError, match="pair of braces"):
        append_answers(load_deal(path), [NEW])
    assert path.read_text(encoding="utf-8") == "{ltc: 1, id: a, customer: A}\n"


def test_a_change_that_does_not_fit_is_refused_with_its_problem(deal: Path) -> None:
    """The file's own checks judge what would be written: a stance that is none never gets there."""
    opened = change_deal(load_deal(deal), add={"people": [Person(id="wang", name="王总")]})
    before = deal.read_bytes()
    with pytest.raises(CoachError) as caught:
        change_deal(opened, put={("people", 0, "stance"): "friend"})
    assert (ExitCode.USAGE, ["not-allowed"]) == (caught.value.exit_code, [p.code for p in caught.value.problems])
    assert before == deal.read_bytes()


def test_a_file_of_a_newer_format_is_read_only(deal: Path) -> None:
    """What a newer version means by it nobody here knows: it can be looked at, and is said to be newer."""
    deal.write_text(DEAL.replace("ltc: 1", "ltc: 2"), encoding="utf-8")
    opened = load_deal(deal)
    before = deal.read_bytes()
    for attempt in (lambda: check_writable(opened), lambda: append_answers(opened, [NEW])):
        with pytest.raises(CoachError, match=r"newer ltc .*ltc: 2.* not changed") as caught:
            attempt()
        assert ExitCode.USAGE == caught.value.exit_code
    assert before == deal.read_bytes()


# ---- somebody else changes it meanwhile ----------------------------------------------------------------


def test_changes_of_different_things_merge(deal: Path) -> None:
    """A colleague's comment, field and answer stay; ours come to them, and it is said that there was something."""
    opened = load_deal(deal)
    theirs = DEAL.replace("cloudy", "sunny").replace(
        "# the end", "  - {question: reach, value: key}\nowner: 林\n# the end"
    )
    deal.write_text(theirs, encoding="utf-8")
    now = change_deal(opened, add={"answers": [NEW]}, put={("expected",): DAY})
    assert ["documents", "reach", "talk"] == [answer.question for answer in now.deal.answers]
    assert ("林", DAY, True) == (now.deal.owner, now.deal.expected, now.merged)
    assert now.deal == load_deal(deal).deal
    assert all(line in deal.read_text(encoding="utf-8").splitlines() for line in theirs.splitlines())
    assert not change_deal(now, put={("owner",): "周"}).merged


def changed_meanwhile(deal: Path, old: str, new: str) -> OpenDeal:
    """Open the deal, and let a colleague change its text."""
    opened = load_deal(deal)
    text = deal.read_text(encoding="utf-8")
    assert old in text
    deal.write_text(text.replace(old, new), encoding="utf-8")
    return opened


PEOPLE = "people:\n  - {id: li, name: 李}\n  - {id: wang, name: 王, stance: us}\nplans:\n  - what: call\n"


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        pytest.param("# the end", "  - {question: talk, value: causes}", {"add": {"answers": [NEW]}}, id="an answer"),
        pytest.param("value: list", "value: tender", {"add": {"answers": [OTHER]}}, id="an answer corrected in place"),
        pytest.param("# the end", "expected: 2027-01-01", {"put": {("expected",): DAY}}, id="a field"),
        pytest.param("# the end", "amount: 101", {"put": {("amount",): Decimal(101)}}, id="both reckoned the same"),
        pytest.param("stance: us", "stance: rival", {"put": {("people", 1, "stance"): "neutral"}}, id="a person"),
        pytest.param("{id: wang", "{id: w2", {"put": {("people", 1, "stance"): "neutral"}}, id="a person who is gone"),
        pytest.param("what: call", "what: write", {"put": {("plans", 0, "state"): "done"}}, id="a plan"),
        pytest.param("{id: li,", "{id: zhou,", {"add": {"people": [Person(id="zhou", name="周")]}}, id="an id taken"),
        pytest.param("id: huaxin", "id: other", {"add": {"answers": [NEW]}}, id="another deal in its place"),
        pytest.param("ltc: 1", "ltc: [", {"add": {"answers": [NEW]}}, id="a file that cannot be read any more"),
    ],
)
def test_changes_of_the_same_thing_are_a_conflict(deal: Path, old: str, new: str, change: dict[str, Any]) -> None:
    """Exit 4, and the file is the colleague's: who of the two is right is for somebody to decide who has seen both."""
    deal.write_text(PEOPLE + DEAL, encoding="utf-8")
    opened = changed_meanwhile(deal, old, new)
    theirs = deal.read_bytes()
    with pytest.raises(CoachError, match="somebody changed this deal") as caught:
        change_deal(opened, **change)
    assert (ExitCode.CONFLICT, theirs) == (caught.value.exit_code, deal.read_bytes())


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        pytest.param(
            "# the end", "  - {question: talk, value: prices}", {"add": {"answers": [NEW]}}, id="answers agree"
        ),
        pytest.param(
            "# the end", "  - {question: talk, value: x, about: li}", {"add": {"answers": [NEW]}}, id="another person's"
        ),
        pytest.param(
            "  - {id: li, name: 李}\n", "", {"put": {("people", 1, "stance"): "neutral"}}, id="a person moved up"
        ),
        pytest.param(
            "name: 王", "name: 王总", {"put": {("people", 1, "stance"): "neutral"}}, id="another field of the person"
        ),
        pytest.param(
            "  - what", "  - what: x\n  - what", {"put": {("plans", 0, "state"): "done"}}, id="a plan moved down"
        ),
        pytest.param("# the end", "plans2: x", {"add": {"plans": [Plan(what="call")]}}, id="plans never collide"),
    ],
)
def test_what_agrees_or_lies_apart_is_no_conflict(deal: Path, old: str, new: str, change: dict[str, Any]) -> None:
    """Whatever they wrote stays, and ours is put where the thing stands now."""
    deal.write_text(PEOPLE + DEAL, encoding="utf-8")
    opened = changed_meanwhile(deal, old, new)
    theirs = load_deal(deal).deal
    now = change_deal(opened, **change).deal
    assert len(theirs.answers) + len(change.get("add", {}).get("answers", [])) == len(now.answers)
    if ("people", 1, "stance") in change.get("put", {}):
        assert {"wang": "neutral"} == {p.id: p.stance for p in now.people if p.stance}
        assert [p.name for p in theirs.people] == [p.name for p in now.people]
    if ("plans", 0, "state") in change.get("put", {}):
        assert [("x", "open"), ("call", "done")] == [(plan.what, plan.state) for plan in now.plans]


def test_a_change_in_the_last_moment_is_not_overwritten(deal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor knows no lock: the file is looked at once more when only the renaming is left."""
    opened = load_deal(deal)
    write_new = writing._write_new

    def editor_saves(*args: Any) -> None:
        write_new(*args)
        deal.write_text("edited\n", encoding="utf-8")

    monkeypatch.setattr(writing, "_write_new", editor_saves)
    with pytest.raises(CoachError) as caught:
        append_answers(opened, [NEW])
    assert (ExitCode.CONFLICT, "edited\n") == (caught.value.exit_code, deal.read_text(encoding="utf-8"))
    assert ["deal.yaml"] == [p.name for p in deal.parent.iterdir()]


@pytest.mark.parametrize("how", ["deleted", "renamed", "a link now", "a folder now"])
def test_a_deal_that_vanished_is_a_conflict(deal: Path, how: str) -> None:
    """A colleague may have renamed it; and what took its place is left alone."""
    opened = load_deal(deal)
    moved = deal.rename(deal.with_name("moved.yaml"))
    if how == "deleted":
        moved.unlink()
    elif how == "a link now":
        deal.symlink_to(moved.name)
    elif how == "a folder now":
        deal.mkdir()
    for attempt in (lambda: append_answers(opened, [NEW]), lambda: remove_deal(opened)):
        with pytest.raises(CoachError) as caught:
            attempt()
        assert ExitCode.CONFLICT == caught.value.exit_code
    assert how == "deleted" or moved.read_text(encoding="utf-8") == DEAL


# ---- a deal comes and goes -----------------------------------------------------------------------------


def test_a_new_deal_is_readable_and_never_takes_the_place_of_another(home: Path) -> None:
    """A short note in both languages, what was said, nothing that was not; its group may read it, others may not."""
    path = home / "deals" / "hua-xin.yaml"
    deal = Deal(
        id="hua-xin",
        customer="华信: 制造",
        amount=Decimal("2600000.50"),
        expected=DAY,
        rivals=("西门子", "A & B"),
        people=(Person(id="wang", name="王总", power="high"),),
        outcome=Outcome(state="won"),
    )
    old = os.umask(0o022)
    try:
        opened = create_deal(path, deal)
    finally:
        os.umask(old)
    head, _, body = path.read_text(encoding="utf-8").partition("ltc: 1\n")
    assert [True, True] == ["ltc" in line and line.startswith("# ") for line in head.splitlines()]
    assert (
        body
        == """\
id: hua-xin
customer: "华信: 制造"
amount: 2600000.50
expected: 2026-11-21
rivals: [西门子, "A & B"]
people:
  - id: wang
    name: 王总
    power: high
outcome: {state: won}
"""
    )
    assert (deal, opened.digest, 0o640) == (opened.deal, load_deal(path).digest, stat.S_IMODE(path.stat().st_mode))
    assert deal == append_answers(opened, [NEW]).deal.model_copy(update={"answers": ()})
    with pytest.raises(CoachError, match="exists already") as caught:
        create_deal(path, deal)
    assert (ExitCode.USAGE, ["hua-xin.yaml"]) == (caught.value.exit_code, [p.name for p in path.parent.iterdir()])


def test_a_deal_is_made_where_there_are_no_hard_links(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a stick or a share without them the name is taken under the lock; a file that is there stays."""

    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", no_links)
    path = home / "a.yaml"
    create_deal(path, Deal(id="a", customer="A"))
    before = path.read_bytes()
    with pytest.raises(CoachError, match="exists already"):
        create_deal(path, Deal(id="a", customer="B"))
    assert (before, ["a.yaml"]) == (path.read_bytes(), [p.name for p in home.iterdir()])


def test_what_cannot_be_read_back_is_not_made(home: Path) -> None:
    """A name with half a character in it is refused, with the place, before there is a file."""
    with pytest.raises(CoachError) as caught:
        create_deal(home / "a.yaml", Deal(id="a", customer="M\udcfcller"))
    assert (ExitCode.USAGE, []) == (caught.value.exit_code, [*home.iterdir()])


def test_a_deal_is_deleted_only_as_it_was_seen(deal: Path) -> None:
    """What a colleague has added since is not thrown away unseen."""
    opened = load_deal(deal)
    deal.write_text(DEAL.replace("cloudy", "sunny"), encoding="utf-8")
    with pytest.raises(CoachError) as caught:
        remove_deal(opened)
    assert (ExitCode.CONFLICT, True) == (caught.value.exit_code, deal.exists())
    remove_deal(load_deal(deal))
    assert [] == [*deal.parent.iterdir()]


def test_a_link_is_followed_within_its_folder_and_not_out_of_it(deal: Path) -> None:
    """Saving replaces what a link points at, unless somebody may have laid the link to reach another folder."""
    (deal.parent / "current.yaml").symlink_to(deal.name)
    outside = deal.parent / "elsewhere"
    outside.mkdir()
    (outside / "link.yaml").symlink_to(deal)
    opened = load_deal(deal.parent / "current.yaml")
    assert (deal, NEW) == (opened.path, append_answers(opened, [NEW]).deal.answers[-1])
    assert (deal.parent / "current.yaml").is_symlink()
    before = deal.read_bytes()
    reached = load_deal(outside / "link.yaml")
    for attempt in (check_writable, remove_deal, lambda it: append_answers(it, [NEW])):
        with pytest.raises(CoachError, match="link from another folder"):
            attempt(reached)
    assert before == deal.read_bytes()
    remove_deal(load_deal(deal.parent / "current.yaml"))
    assert ["elsewhere"] == [p.name for p in deal.parent.iterdir()]


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


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give a file to any group")
def test_the_group_survives(deal: Path) -> None:
    """A deal that colleagues read by its group is still theirs after it was saved."""
    os.chown(deal, -1, 12345)
    append_answers(load_deal(deal), [NEW])
    assert 12345 == deal.stat().st_gid


def test_what_would_read_as_something_else_is_not_written(deal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are read again before they replace the file: a wrong insertion never gets there."""
    monkeypatch.setattr(patching, "patch", lambda before, *_: before)
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
