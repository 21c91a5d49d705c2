"""All deals of a folder in short; what was read once is not read again while its file stays as it was.

The files are the truth. The index in the cache folder only spares reading them: it may be deleted at any
time and is rebuilt without a word. An entry counts while size, times and inode of its file are those
of the moment it was read. A file written less than two seconds before it was read is not put in
(git's rule for its index): it may change once more within the same tick of a coarse clock. Where
the customer stands counts as long as the playbook, the idea of reliability and the day are the same.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ltc_coach import __version__
from ltc_coach.deals.store import deal_files
from ltc_coach.i18n import Text
from ltc_coach.model.listing import Filed, Standing
from ltc_coach.problems import CoachError
from ltc_coach.settings import folder as our_folder

if TYPE_CHECKING:
    from ltc_coach.model.deal import Deal

_FORMAT = "1"
_RACY_NS = 2_000_000_000
_LARGEST = 64_000_000  # bytes

Stamp = list[int]


class Locator(Protocol):
    """Says where customers stand; the playbooks are its own affair."""

    def mark(self, playbook: str | None) -> str:
        """Return what a standing depends on besides the deal: playbook, reliability, day. May raise CoachError."""

    def locate(self, deal: Deal, path: Path) -> Standing:
        """Return where the customer stands; raises CoachError for answers that do not fit the playbook."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is no usable deal, and why."""

    path: Path
    error: CoachError


@dataclass(frozen=True, slots=True)
class Stock:
    """What a folder holds, in the order of paths."""

    deals: tuple[Filed, ...]
    unreadable: tuple[Unreadable, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A deal as it was read, and what its standing (if any) depended on."""

    filed: Filed
    playbook: str | None
    mark: str | None


def take_stock(folder: Path, locator: Locator | None = None) -> Stock:
    """Return every deal of ``folder`` in short, with its standing if a ``locator`` is given and it is open.

    Raises CoachError (5) for a folder that may not be read; what is wrong with a file is in the result.
    """
    index = _Index(folder)
    deals: list[Filed] = []
    unreadable: list[Unreadable] = []
    with _no_collecting():
        for path in deal_files(folder):
            try:
                deals.append(index.read(path, locator))
            except CoachError as error:
                unreadable.append(Unreadable(path, error))
        index.save()
    return Stock(tuple(deals), tuple(unreadable))


def forget_indexes() -> None:
    """Delete every index: when a deal is forgotten, its customer's name must not stay in the cache."""
    with contextlib.suppress(OSError):
        for entry in _home().iterdir():
            entry.unlink(missing_ok=True)


class _Index:
    """The entries of one folder: those that were kept, as they stand in the index, and those that count now."""

    def __init__(self, folder: Path) -> None:
        self._file = _home() / (hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16] + ".json")
        # Names are kept as they are below the folder; below "." nothing stands before them.
        self._root = 0 if str(folder) == "." else len(str(folder))
        self._kept = _load(self._file)
        self._now: dict[str, list[Any]] = {}
        self._changed = False

    def read(self, path: Path, locator: Locator | None) -> Filed:
        """Return a deal in short, from its entry where that still counts."""
        # Before the file is read: if it changes in between, the next run sees another stamp.
        began = time.time_ns()
        stamp = _stamp(path)
        key = str(path)[self._root :]
        kept = self._kept.get(key)
        if kept and kept[0] == stamp:
            entry = _entry(path, kept)
            wanted = locator.mark(entry.playbook) if locator and not entry.filed.outcome else entry.mark
            if wanted == entry.mark:
                self._now[key] = kept
                return entry.filed
        deal = _read(path, stamp[0])
        filed, mark = _filed(path, deal), None
        if locator and not filed.outcome:
            mark = locator.mark(deal.playbook)
            filed = replace(filed, standing=locator.locate(deal, path))
        if stamp[0] >= 0 and max(stamp[1:3]) + _RACY_NS < began:
            self._now[key] = _kept(stamp, _Entry(filed, deal.playbook, mark))
            self._changed = True
        return filed

    def save(self) -> None:
        """Keep the entries for the next run, unless they are those of the last one."""
        if self._changed or self._now.keys() != self._kept.keys():
            _save(self._file, self._now)


def _read(path: Path, size: int) -> Deal:
    """Return a deal of ``size`` bytes: at a glance where it is plain, else from the reader, which may raise."""
    from ltc_coach.deals.glance import LARGEST, glance

    if 0 < size <= LARGEST and (deal := glance(_content(path, size))):
        return deal
    from ltc_coach.deals.files import load_deal

    return load_deal(path).deal


def _content(path: Path, size: int) -> bytes:
    """Return the bytes of a file if they are ``size`` and may be read; nothing otherwise, and the reader says why."""
    # Without O_NONBLOCK opening a named pipe waits for a writer for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
        try:
            data = os.read(handle, size + 1)
        finally:
            os.close(handle)
    except OSError:
        return b""
    return data if len(data) == size else b""


def _filed(path: Path, deal: Deal) -> Filed:
    days = [answer.day for answer in deal.answers] + [v.day for v in deal.visits] + [p.met for p in deal.people]
    return Filed(
        path=path,
        id=deal.id,
        customer=deal.customer,
        alias=deal.alias,
        product=deal.product,
        owner=deal.owner,
        amount=deal.amount,
        currency=deal.currency,
        expected=deal.expected,
        next_visit=deal.next_visit,
        contact=max(filter(None, days), default=None),
        asked=len(deal.answers),
        outcome=deal.outcome.state if deal.outcome else None,
    )


def _stamp(path: Path) -> Stamp:
    """Return size, times and inode of a file: what changes when its content does."""
    try:
        found = os.stat(path)  # noqa: PTH116 - half the time of path.stat()
    except OSError:
        return [-1, 0, 0, 0]  # reading it will say what is wrong
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


@contextlib.contextmanager
def _no_collecting() -> Iterator[None]:
    """Put off garbage collection: nothing that is built here is garbage."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


# ---- the file of an index ------------------------------------------------------------------------------


def _home() -> Path:
    return our_folder("cache") / "deals"


def _load(file: Path) -> dict[str, list[Any]]:
    """Return the entries that were kept; none if there are none to be had, for whatever reason."""
    try:
        with file.open("rb") as found:
            check, _, text = found.read(_LARGEST).partition(b"\n")
        entries: dict[str, list[Any]] = json.loads(text) if check == _check(text) else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return entries


def _save(file: Path, entries: dict[str, list[Any]]) -> None:
    from ltc_coach.deals.writing import replace_file

    text = json.dumps(entries, separators=(",", ":")).encode()
    with contextlib.suppress(OSError, CoachError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(file, _check(text) + b"\n" + text)


def _check(text: bytes) -> bytes:
    """Return the first line of an index: what was written by this version is what is read."""
    return hashlib.sha256(f"{_FORMAT} {__version__} ".encode() + text).hexdigest().encode()


def _kept(stamp: Stamp, entry: _Entry) -> list[Any]:
    """Return an entry as it stands in the index."""
    filed, standing = entry.filed, entry.filed.standing
    return [
        stamp,
        entry.playbook,
        entry.mark,
        [filed.id, filed.customer, filed.alias, filed.product, filed.owner],
        None if filed.amount is None else str(filed.amount),
        filed.currency,
        [day and day.isoformat() for day in (filed.expected, filed.next_visit, filed.contact)],
        [filed.asked, filed.outcome],
        standing and [standing.at, standing.title.zh, standing.title.en, standing.confidence, standing.settled],
    ]


def _entry(path: Path, kept: list[Any]) -> _Entry:
    _, playbook, mark, (id_, customer, alias, product, owner), amount, currency, days, (asked, outcome), standing = kept
    if standing:
        at, zh, en, confidence, settled = standing
        standing = Standing(at, Text(zh, en), confidence, settled)
    expected, next_visit, contact = (day and date.fromisoformat(day) for day in days)
    filed = Filed(
        path=path,
        id=id_,
        customer=customer,
        alias=tuple(alias),
        product=product,
        owner=owner,
        amount=None if amount is None else Decimal(amount),
        currency=currency,
        expected=expected,
        next_visit=next_visit,
        contact=contact,
        asked=asked,
        outcome=outcome,
        standing=standing,
    )
    return _Entry(filed, playbook, mark)
