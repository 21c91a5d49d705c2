"""The journal of an interview: every answer is on disk before the next question is asked.

One line of JSON per event, each a single append followed by fsync, so that a kill, a hang-up or a
full disk costs at most the answer being typed. A journal belongs to one playbook and one deal (or
none); it is locked while its interview runs and removed once the answers are safe elsewhere.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from ltc_coach.deals.writing import cannot_write, sync_folder, try_lock
from ltc_coach.model.deal import Answer
from ltc_coach.settings import folder

_MOST = 64


class Journal:
    """An open journal, ours alone until :meth:`close`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._answers = list(_replay(path.read_bytes()))

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers that stand: what was taken back is gone, a corrected one is the later one."""
        return tuple(self._answers)

    def record(self, answer: Answer) -> None:
        """Put an answer on disk; raises CoachError (5) when the disk refuses it."""
        self._append({"answer": answer.model_dump(mode="json", exclude_none=True)})
        _put(self._answers, answer)

    def take_back(self, answer: Answer) -> None:
        """Put on disk that an answer does not stand; raises CoachError (5)."""
        self._append({"back": [answer.question, answer.about]})
        _drop(self._answers, answer.question, answer.about)

    def close(self, *, keep: bool) -> None:
        """End it; with ``keep`` the answers stay for ``--resume``. An empty journal is never kept."""
        drop = not (keep and self._answers)
        if drop and sys.platform != "win32":
            # Before the lock goes, so that nobody else takes up a journal that is being removed.
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)
        if drop and sys.platform == "win32":
            with contextlib.suppress(OSError):
                self.path.unlink()

    def _append(self, event: object) -> None:
        line = json.dumps(event, ensure_ascii=True).encode() + b"\n"
        before = os.fstat(self._descriptor).st_size
        try:
            written = os.write(self._descriptor, line)
            os.fsync(self._descriptor)
        except OSError as error:
            self._cut_back(before)
            raise cannot_write(self.path, error) from error
        if written < len(line):
            self._cut_back(before)
            raise cannot_write(self.path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        if not before:
            # A file is found again after a loss of power only if its folder knows of it.
            sync_folder(self.path)

    def _cut_back(self, size: int) -> None:
        """Take back half a line: it would spoil the next one."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, size)


def open_journal(playbook: str, deal: Path | None) -> Journal:
    """Begin a journal for an interview; raises CoachError (5) where none can be written."""
    for path in _paths(playbook, deal):
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            journal = _take(path)
        except OSError as error:
            raise cannot_write(path, error) from error
        if journal and not journal.answers:
            return journal
        if journal:
            journal.close(keep=True)
    raise cannot_write(path, OSError(0, "too many unfinished interviews"))


def left_over(playbook: str, deal: Path | None) -> Journal | None:
    """Return the latest journal of an interview that ended early, if there is one."""
    found = [path for path in _paths(playbook, deal) if path.is_file() and not path.is_symlink()]
    for path in sorted(found, key=lambda p: p.stat().st_mtime_ns, reverse=True):
        with contextlib.suppress(OSError):
            if (journal := _take(path)) is None:
                continue
            if journal.answers:
                return journal
            journal.close(keep=False)
    return None


def _paths(playbook: str, deal: Path | None) -> Iterator[Path]:
    about = hashlib.sha256(f"{playbook}\n{deal or ''}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    for number in range(_MOST):
        yield folder("state") / "journal" / f"{about}-{number}.jsonl"


def _take(path: Path) -> Journal | None:
    """Open and lock a journal; None while its interview is still running. A torn last line is cut off."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    if not try_lock(descriptor):
        os.close(descriptor)
        return None
    try:
        same = os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        same = False
    if not same:
        # Its interview ended between our opening and our locking it.
        os.close(descriptor)
        return None
    written = path.read_bytes()
    if written and not written.endswith(b"\n"):
        os.ftruncate(descriptor, written.rfind(b"\n") + 1)
    return Journal(path, descriptor)


def _replay(written: bytes) -> Iterator[Answer]:
    answers: list[Answer] = []
    for line in filter(None, written.split(b"\n")):
        # What Pydantic raises is a ValueError too.
        with contextlib.suppress(ValueError):
            match json.loads(line):
                case {"answer": dict(answer)}:
                    _put(answers, Answer.model_validate(answer))
                case {"back": [str(question), about]}:
                    _drop(answers, question, about)
    yield from answers


def _put(answers: list[Answer], answer: Answer) -> None:
    # A question asked once more about the same person: its new answer replaces the old one.
    _drop(answers, answer.question, answer.about)
    answers.append(answer)


def _drop(answers: list[Answer], question: str, about: str | None) -> None:
    answers[:] = [a for a in answers if (a.question, a.about) != (question, about)]
