"""A disk that fails, and a process that dies, at the n-th operation of a save.

Run as a program (``python -m tests.durability_kit WHAT FOLDER ...``) because it forks, which a test run with
threads must not do. Each trial is a child of its own; the parent looks at what is left and prints one line of
JSON for it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from ltc_coach.__main__ import main
from ltc_coach.deals.files import append_answers, change_deal, create_deal, load_deal, remove_deal
from ltc_coach.deals.journal import left_over, open_journal
from ltc_coach.model.deal import Answer, Deal, Outcome, Person
from ltc_coach.problems import CoachError, ExitCode
from tests.cli_kit import DEAL, TINY

# What a save asks of the operating system; what fails here fails everywhere a program may look.
OPERATIONS = (
    "open",
    "write",
    "fsync",
    "fchown",
    "fchmod",
    "close",
    "replace",
    "link",
    "unlink",
    "scandir",
    "ftruncate",
)
DAY = date(2026, 11, 21)
EVERY = 5  # of so many answers of a writer one comes with a change of the sum
SURVIVED = 99  # the exit code of a trial in which something went wrong and the save was done all the same
TRACEBACK = 70


class Disk:
    """Stands between this process and its files in one folder; counts what is done to them.

    At operation number ``at`` it calls ``wrong(name, do)``, which may fail, or die, before or within ``do``.
    """

    def __init__(self, folder: Path, at: int, wrong: Callable[[str, Callable[..., Any], tuple[Any, ...]], Any]) -> None:
        self.folder = str(folder)
        self.at = at
        self.wrong = wrong
        self.done: list[str] = []
        self.ours: set[int] = set()
        for name in OPERATIONS:
            setattr(os, name, self._watched(name, getattr(os, name)))
        fcntl.flock = self._watched("flock", fcntl.flock)

    def _watched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            if not self._concerns(args[0]):
                return self._noted(name, real(*args, **more), None)
            self.done.append(name)
            if len(self.done) == self.at:
                return self._noted(name, self.wrong(name, real, args), args[0])
            return self._noted(name, real(*args, **more), args[0])

        return call

    def _concerns(self, target: Any) -> bool:
        return target in self.ours if isinstance(target, int) else os.fspath(target).startswith(self.folder)

    def _noted(self, name: str, result: Any, target: Any) -> Any:
        if name == "open":
            (self.ours.discard if target is None else self.ours.add)(result)
        return result


def die(_name: str, _real: Callable[..., Any], _args: tuple[Any, ...]) -> None:
    """Be killed instead."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_halfway(name: str, real: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Be killed when half is written, or when it is just done."""
    if name == "write":
        real(args[0], bytes(args[1])[: len(args[1]) // 2])
    else:
        real(*args)
    os.kill(os.getpid(), signal.SIGKILL)


def fail(number: int) -> Callable[[str, Callable[..., Any], tuple[Any, ...]], None]:
    """Make a disk that refuses with this error."""

    def refuse(name: str, real: Callable[..., Any], args: tuple[Any, ...]) -> None:
        if name == "write":
            real(args[0], bytes(args[1])[: len(args[1]) // 2])
        elif name == "close":
            real(*args)
        raise OSError(number, os.strerror(number))

    return refuse


# ---- what is done to a deal ----------------------------------------------------------------------------

ANSWER = Answer(question="talk", value="prices", day=DAY)


def _append(deal: Path) -> None:
    append_answers(load_deal(deal), [ANSWER])


def _put(deal: Path) -> None:
    person = Person(id="wang", name="王总")
    change_deal(load_deal(deal), add={"people": [person]}, put={("outcome",): Outcome(state="won"), ("expected",): DAY})


def _create(deal: Path) -> None:
    create_deal(deal.with_name("new.yaml"), Deal(id="new", customer="A", answers=(ANSWER,)))


def _remove(deal: Path) -> None:
    remove_deal(load_deal(deal))


def _command(deal: Path) -> None:
    args = ["diagnose", str(deal), "-p", str(TINY), "--answer", "talk=prices", "--no-input", "--save", "--json"]
    code = main([*args, "--today", "2026-11-21", "--lang", "en"])
    if code:
        sys.stderr.flush()
        os._exit(code)


SAVES: dict[str, Callable[[Path], None]] = {
    "append": _append,
    "put": _put,
    "create": _create,
    "remove": _remove,
    "command": _command,
}


def _fresh(folder: Path) -> Path:
    """Empty the folder and put a deal there."""
    for old in folder.iterdir():
        old.unlink()
    deal = folder / "deal.yaml"
    deal.write_text(DEAL, encoding="utf-8")
    return deal


def files(folder: Path) -> dict[str, str]:
    """Return what is in a folder, but for what the next save sweeps away."""
    return {p.name: p.read_text(encoding="utf-8") for p in folder.iterdir() if not p.name.endswith(".ltc-tmp")}


def trial(folder: Path, save: str, at: int, wrong: Any) -> dict[str, Any]:
    """Do one save in a child whose operation number ``at`` goes wrong, and tell what is left."""
    deal = _fresh(folder)
    said = folder.with_suffix(".said")
    if not (child := os.fork()):
        output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        disk = Disk(folder, at, wrong)
        code = 0
        try:
            SAVES[save](deal)
        except CoachError as error:
            os.write(2, error.message.en.encode())
            code = int(error.exit_code)
        except BaseException as error:  # noqa: BLE001 - the child must not go on as if it were the parent
            os.write(2, f"Traceback {error!r}".encode())
            code = TRACEBACK
        os._exit(code or (SURVIVED if len(disk.done) >= at else 0))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {
        "save": save,
        "at": at,
        "status": status,
        "files": files(folder),
        "litter": [p.name for p in folder.iterdir() if p.name.endswith(".ltc-tmp")],
        "said": said.read_text(encoding="utf-8"),
    }


def each_operation(folder: Path, save: str, wrong: Any) -> Iterator[dict[str, Any]]:
    """Let the first, the second, ... operation go wrong, until there is none left."""
    # Once here, so that the children need not load everything each on its own.
    with contextlib.redirect_stdout(io.StringIO()):
        SAVES[save](_fresh(folder))
    for at in range(1, 1000):
        told = trial(folder, save, at, wrong)
        yield told
        if told["status"] == 0:
            return


# ---- many at a time ------------------------------------------------------------------------------------


def killed_at_random(folder: Path, rounds: int) -> Iterator[dict[str, Any]]:
    """Kill a process that saves one answer after the other, again and again, at a random moment."""
    draw = random.Random(20261121)
    _append(_fresh(folder))
    for _ in range(rounds):
        deal = _fresh(folder)
        hears, tells = os.pipe()
        if not (child := os.fork()):
            opened = load_deal(deal)
            while True:
                opened = append_answers(opened, [ANSWER])
                os.write(tells, b".")
        os.close(tells)
        os.read(hears, 1)
        time.sleep(draw.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        saved = 1
        while heard := os.read(hears, 4096):
            saved += len(heard)
        os.close(hears)
        yield {"saved": saved, "found": len(load_deal(deal).deal.answers) - 1}
    _append(deal)
    yield {"left": sorted(p.name for p in folder.iterdir())}


def writers(folder: Path, processes: int, updates: int) -> Iterator[dict[str, Any]]:
    """Let many processes write one deal: answers that merge, and a sum that only one may raise at a time."""
    deal = folder / "deal.yaml"
    create_deal(deal, Deal(id="shared", customer="A", amount=Decimal(0)))
    began = time.monotonic()
    children = [_forked(partial(_write_often, deal, str(name), updates)) for name in range(processes)]
    reader = _forked(partial(_read_on, deal))
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    took = time.monotonic() - began
    os.kill(reader, signal.SIGTERM)
    read = os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1])
    now = load_deal(deal).deal
    notes = [answer.note for answer in now.answers]
    wanted = {f"{name}-{n}" for name in range(processes) for n in range(updates)}
    yield {
        "codes": codes,
        "reader": read,
        "lost": len(wanted - set(notes)),
        "twice": len(notes) - len(set(notes)),
        "missing": str(processes * len(range(0, updates, EVERY)) - (now.amount or 0)),
        "left": sorted(p.name for p in folder.iterdir()),
        "seconds": round(took, 1),
    }


def _forked(what: Callable[[], None]) -> int:
    child = os.fork()
    if not child:
        try:
            what()
        except BaseException as error:  # noqa: BLE001 - the child must not go on as if it were the parent
            os.write(2, f"{error!r}\n".encode())
            os._exit(TRACEBACK)
        os._exit(0)
    return child


def _write_often(deal: Path, name: str, updates: int) -> None:
    opened = load_deal(deal)
    for n in range(updates):
        # All say the same to one question, so all of it merges with what the others wrote meanwhile.
        opened = append_answers(opened, [ANSWER.model_copy(update={"note": f"{name}-{n}"})])
        while n % EVERY == 0:
            try:
                more = (opened.deal.amount or Decimal(0)) + 1
                opened = change_deal(opened, put={("amount",): more})
                break
            except CoachError as error:
                if error.exit_code != ExitCode.CONFLICT:
                    raise
                opened = load_deal(deal)


def _read_on(deal: Path) -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while True:
        load_deal(deal)
        time.sleep(0.1)


def journal(folder: Path) -> Iterator[dict[str, Any]]:
    """Kill and fail an interview's journal at every operation of two answers."""
    os.environ["LTC_HOME"] = str(folder)
    for wrong in (die, die_halfway, fail(errno.ENOSPC), fail(errno.EIO)):
        for at in range(1, 1000):
            told = folder / "told"
            told.write_text("0")
            if not (child := os.fork()):
                disk = Disk(folder / "state", at, wrong)
                code = 0
                try:
                    log = open_journal("tiny", None)
                    for i, question in enumerate(("documents", "talk", "reach"), 1):
                        log.record(Answer(question=question, value="x"))
                        told.write_text(str(i))
                except CoachError as error:
                    code = int(error.exit_code)
                os._exit(code or (SURVIVED if len(disk.done) >= at else 0))
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            left = left_over("tiny", None)
            yield {"at": at, "status": status, "told": int(told.read_text()), "kept": len(left.answers) if left else 0}
            if left:
                left.close(keep=False)
            if status == 0:
                break


def _run(what: str, folder: Path, *args: str) -> Iterator[dict[str, Any]]:
    match what:
        case "kill":
            for save in args:
                yield from each_operation(folder, save, die)
                yield from each_operation(folder, save, die_halfway)
        case "fail":
            for save in args[1:]:
                for name in args[0].split(","):
                    yield from each_operation(folder, save, fail(getattr(errno, name)))
        case "killed-at-random":
            yield from killed_at_random(folder, int(args[0]))
        case "writers":
            yield from writers(folder, int(args[0]), int(args[1]))
        case "journal":
            yield from journal(folder)
        case "save":
            # One save, for a tracer that counts what comes after the marker.
            load_deal(folder / "deal.yaml")
            Path("/ltc-begins").exists()
            SAVES[args[0]](folder / "deal.yaml")


if __name__ == "__main__":
    for line in _run(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]):
        print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201 - this is its result
