"""Deal files: read, checked, and answers appended without touching anything else in them.

People write comments and fields of their own into these files, so an answer is put in as text at
the end of the `answers` block and nothing is ever dumped. The result is read again and compared
before it replaces the file; a deal that somebody changed since it was opened is left alone.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ltc_coach.deals.writing import cannot_write, locked, replace_file, sweep
from ltc_coach.i18n import Text, both
from ltc_coach.model.deal import Answer, Deal
from ltc_coach.problems import CoachError, ExitCode, Problem, SourceMap

if TYPE_CHECKING:
    from ltc_coach.reading.tree import Document

_UNUSABLE = both(zh="{file}:这个商机文件用不了", en="{file}: this deal cannot be used")
_CHANGED = both(
    zh="{file}:打开之后有人改过这个商机,没有覆盖",
    en="{file}: somebody changed this deal after it was opened; not overwritten",
)
_CHANGED_HINT = both(
    zh="你的回答都留着;看一下对方的改动,再运行同样的命令并加上 --resume",
    en="your answers are kept; look at the change, then run the same command with --resume",
)
_NO_ROOM = both(zh="{file}:回答写不进去,因为 {reason}", en="{file}: the answers cannot be put in, because {reason}")
_NO_ROOM_HINT = both(
    zh="把 answers 写成一行一条的列表 (- question: ...) 再试;文件没有改动",
    en="write answers as a list of lines (- question: ...) and try again; the file is unchanged",
)
_READS_OTHERWISE = both(zh="写出来再读不是原来的意思", en="what would be written reads as something else")


@dataclass(frozen=True, slots=True)
class OpenDeal:
    """A deal as it was when it was opened.

    ``digest`` is the sha256 of its bytes; ``path`` is absolute, with links followed.
    """

    deal: Deal
    path: Path
    digest: str
    source: SourceMap


def read_deal(path: Path | str) -> tuple[Deal | None, SourceMap, tuple[Problem, ...]]:
    """Read a deal file: the deal (None when it has errors), where its parts stand, what is wrong with it.

    Raises CoachError when there is no such file (2) or it may not be read (5).
    """
    from ltc_coach.reading.tree import read_yaml

    document = read_yaml(Path(path))
    deal, problems = _fit(document)
    return deal, document.source, problems


def load_deal(path: Path | str) -> OpenDeal:
    """Open a deal to work with; raises CoachError carrying every problem (2), or why it cannot be read."""
    from ltc_coach.reading.tree import read_yaml

    document = read_yaml(Path(path))
    deal, problems = _fit(document)
    if deal is None:
        raise CoachError(_UNUSABLE.fill(file=path), problems=problems)
    return OpenDeal(deal, Path(path).resolve(), document.digest, document.source)


def check_writable(opened: OpenDeal) -> None:
    """Raise CoachError (5) now if answers could not be saved later: before anybody has typed them."""
    if not (os.access(opened.path, os.W_OK) and os.access(opened.path.parent, os.W_OK)):
        raise cannot_write(opened.path, PermissionError(13, os.strerror(13)))


def append_answers(opened: OpenDeal, answers: Sequence[Answer]) -> OpenDeal:
    """Append answers to the deal's log on disk and return the deal as it is now.

    Raises CoachError: 4 when the file changed since it was opened, 5 when the disk refuses, 2 when the
    file is written in a way that has no place for answers. In each case the file is as it was.
    """
    from ltc_coach.deals.insertion import CannotInsert, insert_answers

    if not answers:
        return opened
    with locked(opened.path.parent):
        sweep(opened.path)
        before = _bytes(opened.path)
        if hashlib.sha256(before).hexdigest() != opened.digest:
            raise CoachError(_CHANGED.fill(file=opened.path), exit_code=ExitCode.CONFLICT, hint=_CHANGED_HINT)
        try:
            after = insert_answers(before, answers)
        except CannotInsert as error:
            raise _no_room(opened.path, error.reason) from error
        now = _read_again(opened, after, answers)
        replace_file(opened.path, after)
    return now


def _read_again(opened: OpenDeal, data: bytes, answers: Sequence[Answer]) -> OpenDeal:
    """Read what is about to be written; it must be the same deal with exactly these answers more."""
    from ltc_coach.reading.tree import parse_yaml

    document = parse_yaml(data, str(opened.path))
    deal, _ = _fit(document)
    wanted = opened.deal.model_copy(update={"answers": (*opened.deal.answers, *answers)})
    if deal != wanted:
        raise _no_room(opened.path, _READS_OTHERWISE)
    return replace(opened, deal=wanted, digest=document.digest, source=document.source)


def _fit(document: Document) -> tuple[Deal | None, tuple[Problem, ...]]:
    from ltc_coach.reading.shape import fit

    if document.problems:
        return None, document.problems
    return fit(Deal, document.data, document.source)


def _no_room(path: Path, reason: Text) -> CoachError:
    return CoachError(_NO_ROOM.fill(file=path, reason=reason), hint=_NO_ROOM_HINT)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CoachError(_CHANGED.fill(file=path), exit_code=ExitCode.CONFLICT, hint=_CHANGED_HINT) from error
    except OSError as error:
        raise cannot_write(path, error) from error
