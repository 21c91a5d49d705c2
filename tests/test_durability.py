"""What a save promises when it is killed, refused, raced or fed with anything that can be typed.

Every day at a size that fits the suite; ``LTC_LONG=1`` runs the sizes the promises are measured by.
"""

from __future__ import annotations

import errno
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pexpect
import pytest

from ltc_coach.deals import writing
from ltc_coach.deals.files import append_answers, change_deal, create_deal, load_deal
from ltc_coach.model.deal import Answer, Deal
from ltc_coach.problems import CoachError, ExitCode
from ltc_coach.reading.decoding import FORBIDDEN
from tests.cli_kit import DEAL, Ran
from tests.deal_kit import LONG, size
from tests.playbook_kit import move, question, scale, words

if sys.platform == "win32":
    pytest.skip("needs fork and signals", allow_module_level=True)

NEW = Answer(question="talk", value="prices")
Trials = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def trials(tmp_path: Path) -> Trials:
    """Run tests/durability_kit.py in a folder of its own and return what it tells."""
    folder = tmp_path / "deals"
    folder.mkdir()

    def run(what: str, *args: object) -> list[dict[str, Any]]:
        command = [sys.executable, "-m", "tests.durability_kit", what, str(folder), *map(str, args)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3_000)
        assert (0, "") == (done.returncode, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


# ---- killed ---------------------------------------------------------------------------------------------


def by_save(told: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Sort trials by what was saved; the last ones of each went well."""
    return {save: list(of_it) for save, of_it in groupby(told, key=lambda each: str(each["save"]))}


def test_killed_at_every_operation_a_deal_is_old_or_new(trials: Trials) -> None:
    """Before each operation, and with a write half done: all files whole, for every kind of change."""
    told = by_save(trials("kill", "append", "put", "create", "remove"))
    assert ["append", "put", "create", "remove"] == [*told]
    old = {"deal.yaml": DEAL}
    for save, each_trial in told.items():
        new = each_trial[-1]["files"]
        assert new != old
        killed = [each for each in each_trial if each["status"] == -9]
        assert len(killed) > 15, save
        assert [] == [each for each in each_trial if each["files"] not in (old, new)]
        assert {True, False} == {each["files"] == old for each in killed}


def test_killed_at_any_time_no_saved_answer_is_lost(trials: Trials) -> None:
    """What was reported as saved is there, at most the answer being saved comes to it; no litter stays."""
    *told, last = trials("killed-at-random", size(40, 2_000))
    assert [] == [each for each in told if each["found"] - each["saved"] not in {0, 1}]
    assert {"left": ["deal.yaml"]} == last


LEAVING = {
    "KILL": lambda child: child.kill(signal.SIGKILL),
    "TERM": lambda child: child.kill(signal.SIGTERM),
    "HUP": lambda child: child.kill(signal.SIGHUP),
    "INT": lambda child: child.kill(signal.SIGINT),
    "QUIT": lambda child: child.kill(signal.SIGQUIT),
    "the window closed": lambda child: child.close(),
}


@pytest.fixture(scope="session")
def long_playbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A playbook that goes on asking after the twentieth question."""
    weak: dict[str, Any] = {a: {"place": {"at": at, "trust": "guess"}} for a, at in zip("wxyz", "abcd", strict=True)}
    book = {
        "ltc": 1,
        "id": "long",
        "version": "1.0.0",
        "languages": ["zh", "en"],
        "title": words("long"),
        "reps": "trained",
        "scales": {"place": scale(*"abcd", main=True)},
        "questions": [question(f"q{n}", weak) for n in range(24)],
        "moves": [move(f"m{at}", when={"place": at}, proof=words("proof")) for at in "abcd"],
        "stop": {"moves_sure": "99%", "place_sure": "99%", "at_most": "24"},
    }
    path = tmp_path_factory.mktemp("long") / "long.yaml"
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


@pytest.mark.parametrize("how", [*LEAVING] if LONG else ["QUIT", "the window closed"])
@pytest.mark.parametrize("when", [(at, seed) for at in range(1, 21) for seed in range(3)] if LONG else [(5, 0)])
def test_an_interview_that_is_cut_off_loses_at_most_what_was_being_typed(
    ltc: Callable[..., Ran], home: Path, long_playbook: Path, how: str, when: tuple[int, int]
) -> None:
    """Whatever ends it, at whichever question: --resume has the answers that were given."""
    at, seed = when
    deal = create_deal(home / "deal.yaml", Deal(id="a", customer="A")).path
    args = ["diagnose", str(deal), "-p", str(long_playbook), "--today", "2026-11-21"]
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-m", "ltc_coach", *args, "--lang", "en"],
        env=os.environ | {"LTC_PROMPT": "plain", "TERM": "xterm"},
        encoding="utf-8",
        timeout=60,
    )
    sent = []
    for number in range(at):
        child.expect_exact("\n> ")
        # Each answer in turn: they outweigh each other, so nothing is ever settled.
        sent.append((number + seed) % 4 + 1)
        child.sendline(str(sent[-1]))
    if seed == 0:
        child.expect_exact(["\n> ", pexpect.EOF])
    time.sleep(0.01 * seed)
    LEAVING[how](child)
    child.close(force=True)
    assert 0 == ltc(*args, "--resume", "--no-input", "--save", "--json").code
    kept = ["wxyz".index(answer.value) + 1 for answer in load_deal(deal).deal.answers]
    assert sent[: len(kept)] == kept
    # What was sent last may not have been read yet, unless the next question had come.
    assert len(kept) in ({at} if seed == 0 else {at - 1, at})


# ---- refused --------------------------------------------------------------------------------------------


def test_refused_at_every_operation_a_deal_is_whole_and_the_run_ends_with_5(trials: Trials) -> None:
    """Disk full, broken, over quota, not allowed: the old file, or the new one if only its confirmation failed."""
    errors = "ENOSPC,EIO,EDQUOT,EACCES" if LONG else "ENOSPC"
    told = by_save(trials("fail", errors, "append", "put", "create", "remove", "command"))
    assert ["append", "put", "create", "remove", "command"] == [*told]
    old = {"deal.yaml": DEAL}
    for each_trial in told.values():
        new = each_trial[-1]["files"]
        for each in each_trial:
            # 99: what failed did not matter (looking for leftovers, keeping the group, letting go of the lock).
            assert each["status"] in {0, 5, 99}
            assert "Traceback" not in each["said"]
            confirmed = "does not confirm" not in each["said"]
            assert each["files"] == (old if each["status"] == 5 and confirmed else new), each
            assert [] == each["litter"] or each["status"] == 99
        codes = Counter(each["status"] for each in each_trial)
        assert codes[5] >= 2 * codes[99] > 0


def test_nothing_is_renamed_before_it_is_on_disk(deal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Content first, then its name, then the folder: in any other order a loss of power leaves an empty file."""
    done: list[str] = []

    def watched(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(first: Any, *rest: Any, **more: Any) -> Any:
            kind = "folder" if name == "fsync" and Path(f"/proc/self/fd/{first}").is_dir() else "file"
            done.append(f"{name} {kind}")
            return real(first, *rest, **more)

        return call

    opened = load_deal(deal)
    for name in ("write", "fsync", "replace"):
        monkeypatch.setattr(os, name, watched(name))
    append_answers(opened, [NEW])
    assert ["write file", "fsync file", "replace file", "fsync folder"] == done


def test_killed_or_refused_at_every_operation_a_journal_has_every_answer(trials: Trials) -> None:
    """What was acknowledged is there for --resume, and at most the answer being typed comes to it."""
    told = trials("journal")
    assert {-9, 5, 0} <= {each["status"] for each in told}
    assert [] == [each for each in told if each["kept"] - each["told"] not in {0, 1}]
    assert [] == [each for each in told if each["status"] not in {-9, 5, 0, 99}]


# ---- together -------------------------------------------------------------------------------------------


def test_many_writers_lose_nothing(trials: Trials) -> None:
    """Answers merge, a sum that each has to raise is raised by each; readers never see a broken file."""
    processes, updates = size(8, 16), size(10, 50)
    told = trials("writers", processes, updates)[0]
    assert ([0] * processes, 0) == (told["codes"], told["reader"])
    assert (0, 0, "0") == (told["lost"], told["twice"], told["missing"])
    assert ["deal.yaml"] == told["left"]


def test_a_writer_that_hangs_is_waited_for_and_then_said(deal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 4 when nothing has happened for a while; what it holds ends with it, so then the next save works."""
    monkeypatch.setattr(writing, "_PATIENCE_S", 0.05)
    holder = os.open(deal.parent, os.O_RDONLY)
    assert writing.try_lock(holder)
    with pytest.raises(CoachError, match="another ltc is writing") as caught:
        append_answers(load_deal(deal), [NEW])
    assert (ExitCode.CONFLICT, DEAL) == (caught.value.exit_code, deal.read_text(encoding="utf-8"))
    os.close(holder)
    assert NEW == append_answers(load_deal(deal), [NEW]).deal.answers[-1]


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without locks, as some network shares are."""
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    monkeypatch.setattr(writing, "_PATIENCE_S", 0.05)


@pytest.mark.usefixtures("no_locks")
def test_where_nothing_can_be_locked_a_file_says_who_writes(deal: Path) -> None:
    """It is there while we write, and gone afterwards."""
    with writing.locked(deal.parent):
        assert f"pid {os.getpid()}," in (deal.parent / ".ltc.lock").read_text(encoding="utf-8")
    append_answers(load_deal(deal), [NEW])
    assert ["deal.yaml"] == [p.name for p in deal.parent.iterdir()]


@pytest.mark.usefixtures("no_locks")
def test_a_lock_that_was_left_is_explained_and_never_stolen(deal: Path) -> None:
    """Exit 4, with whose it is and the way out; the deal is as it was."""
    lock = deal.parent / ".ltc.lock"
    lock.write_text("office-pc, pid 77, 2026-11-20 18:00:00 +0800\n", encoding="utf-8")
    with pytest.raises(CoachError, match="another ltc is writing") as caught:
        append_answers(load_deal(deal), [NEW])
    assert ExitCode.CONFLICT == caught.value.exit_code
    assert ["office-pc, pid 77", str(lock)] == [
        s for s in ["office-pc, pid 77", str(lock)] if s in caught.value.hint.en
    ]
    assert (DEAL, True) == (deal.read_text(encoding="utf-8"), lock.exists())


# ---- anything that can be typed -------------------------------------------------------------------------

NASTY = (
    "\"'`:#-?,[]{}&*!|>%@\\~=<>/ \t\n  :  # - 。，：「」"
    "\u3000\u00a0\u200b\u200d\u202e\U0001f600\U00020000e\u0301éÅ\u212b"
)


def anything(draw: random.Random) -> str:
    """Draw a text of any characters that a file may hold."""
    letters = []
    for _ in range(draw.randrange(1, 30)):
        top = draw.choice((0x7F, 0x2FF, 0xFFFF, 0x10FFFF))
        letters.append(draw.choice(NASTY) if draw.random() < 0.4 else chr(draw.randrange(0x20, top + 1)))
    return FORBIDDEN.sub("", "".join(letters)) or "x"


def test_whatever_was_typed_comes_back(home: Path) -> None:
    """Random texts of all of Unicode, saved and loaded again: every one equal, character by character."""
    draw = random.Random(20261121)
    for number in range(size(2_000, 20_000) // 100):
        first, *notes = [anything(draw) for _ in range(100)]
        opened = create_deal(home / f"{number}.yaml", Deal(id="a", customer=first))
        change_deal(opened, add={"answers": [NEW.model_copy(update={"note": note}) for note in notes]})
        now = load_deal(opened.path).deal
        assert [first, *notes] == [now.customer, *(answer.note for answer in now.answers)]


# ---- by a tracer, at every real system call (LTC_LONG=1) -------------------------------------------------

CALLS = [
    "openat",
    "read",
    "write",
    "fsync",
    "rename",
    "close",
    "unlink",
    "flock",
    "fchmod",
    "fchown",
    "newfstatat",
    "lseek",
]


def traced(folder: Path, *inject: str) -> tuple[int, str]:
    """Save once under strace; return the exit code and the log of system calls."""
    log = folder.with_suffix(".strace")
    (folder / "deal.yaml").write_text(DEAL, encoding="utf-8")
    command = ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={','.join(CALLS)}", *inject]
    save = [sys.executable, "-m", "tests.durability_kit", "save", str(folder), "append"]
    done = subprocess.run([*command, *save], capture_output=True, text=True, check=False)
    return done.returncode, log.read_text(encoding="utf-8", errors="replace")


def points(folder: Path) -> Iterator[tuple[str, int]]:
    """Return every system call of a save, as strace counts them: which kind, and the how manieth since the start."""
    code, log = traced(folder)
    assert code == 0
    before, _, after = log.partition("/ltc-begins")
    for call in CALLS:
        pattern = re.compile(rf"^\d+ +{call}\(", re.MULTILINE)
        first = len(pattern.findall(before))
        yield from ((call, first + n) for n in range(1, len(pattern.findall(after)) + 1))


@pytest.mark.skipif(not LONG or not shutil.which("strace"), reason="LTC_LONG=1 and strace")
@pytest.mark.parametrize("how", ["signal=SIGKILL", "error=ENOSPC", "error=EIO", "error=EDQUOT", "error=EACCES"])
def test_at_every_system_call_a_deal_is_old_or_new(tmp_path: Path, how: str) -> None:
    """The same promise where the kernel is asked, and not a stand-in for it."""
    folder = tmp_path / "deals"
    folder.mkdir()
    new = ""
    tried = 0
    for call, n in [*points(folder)]:
        new = new or (folder / "deal.yaml").read_text(encoding="utf-8")
        if "error" in how and call not in {"openat", "write", "fsync", "rename"}:
            continue
        code, log = traced(folder, "-e", f"inject={call}:{how}:when={n}")
        tried += "INJECTED" in log or "SIGKILL" in log
        assert (folder / "deal.yaml").read_text(encoding="utf-8") in {DEAL, new}, (call, n, code)
    assert tried >= (30 if "signal" in how else 10)
    append_answers(load_deal(folder / "deal.yaml"), [NEW])
    assert ["deal.yaml"] == [p.name for p in folder.iterdir()]
