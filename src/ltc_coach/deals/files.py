"""Deal files: read, checked, and changed without touching anything else in them.

People write comments and fields of their own into these files, so a change is put in as text where it
belongs and nothing is ever dumped. The result is read again and compared before it replaces the file.
What somebody else changed since the deal was opened is kept: it merges, or nothing is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ltc_coach.deals.writing import cannot_write, create_file, locked, may_write, remove_file, replace_file, sweep
from ltc_coach.i18n import Text, both
from ltc_coach.model.base import Model
from ltc_coach.model.deal import Answer, Deal
from ltc_coach.problems import CoachError, ExitCode, Problem, SourceMap

if TYPE_CHECKING:
    from ltc_coach.reading.tree import Document

# The format of deal files that is written here.
_FORMAT = 1
_NO_LISTS: Mapping[str, Sequence[Model]] = MappingProxyType({})
_NO_FIELDS: Mapping[tuple[str | int, ...], object] = MappingProxyType({})

_UNUSABLE = both(zh="{file}:这个商机文件用不了", en="{file}: this deal cannot be used")
_NEWER = both(
    zh="{file}:这个商机是新版 ltc 写的 (ltc: {n}),只能看,不能改",
    en="{file}: a newer ltc wrote this deal (ltc: {n}); it can be read, not changed",
)
_NEWER_HINT = both(zh="升级 ltc 再改", en="update ltc to change it")
_OUTSIDE = both(
    zh="{file}:这个商机是从别的文件夹的链接打开的,不往链接指的地方写",
    en="{file}: this deal was opened by a link from another folder and is not written through it",
)
_OUTSIDE_HINT = both(zh="直接打开这个文件", en="open that file itself")
_CHANGED = both(
    zh="{file}:打开之后有人改过这个商机 ({what}),没有覆盖",
    en="{file}: somebody changed this deal after it was opened ({what}); not overwritten",
)
_CHANGED_HINT = both(
    zh="先看对方改了什么,再把命令运行一遍;问诊加上 --resume,答过的都还在",
    en="look at that change, then run the command again; an interview with --resume has all its answers",
)
_GONE = both(zh="文件没了", en="the file is gone")
_BROKEN = both(zh="现在的内容读不了", en="what it holds now cannot be read")
_CONTENT = both(zh="内容变了", en="its content")
_EXISTS = both(zh="{file}:已经有这个文件了,没有覆盖", en="{file}: this file exists already; not overwritten")
_EXISTS_HINT = both(zh="换一个 id,或直接改那个商机", en="choose another id, or change that deal")
_NO_ROOM = both(zh="{file}:写不进去,因为 {reason}", en="{file}: the change cannot be put in, because {reason}")
_NO_ROOM_HINT = both(
    zh="用编辑器改这一处再试;文件没有改动", en="change it in an editor and try again; the file is unchanged"
)
_READS_OTHERWISE = both(zh="写出来再读不是原来的意思", en="what would be written reads as something else")


@dataclass(frozen=True, slots=True)
class OpenDeal:
    """A deal as it was when it was opened.

    ``digest`` is the sha256 of its bytes; ``path`` is absolute, with links followed, and ``link`` the
    symbolic link that was followed, if it was opened by one. ``merged`` says that the last write brought
    in what somebody else had changed meanwhile.
    """

    deal: Deal
    path: Path
    digest: str
    source: SourceMap
    link: Path | None = None
    merged: bool = False


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

    asked = Path(path)
    document = read_yaml(asked)
    deal, problems = _fit(document)
    if deal is None:
        raise CoachError(_UNUSABLE.fill(file=path), problems=problems)
    link = asked.absolute() if asked.is_symlink() else None
    return OpenDeal(deal, asked.resolve(), document.digest, document.source, link)


def check_writable(opened: OpenDeal) -> None:
    """Raise CoachError now if the deal could not be saved later (5, or 2): before anybody has typed anything."""
    _check_ours(opened, opened.deal)
    may_write(opened.path)


def change_deal(
    opened: OpenDeal,
    *,
    add: Mapping[str, Sequence[Model]] = _NO_LISTS,
    put: Mapping[tuple[str | int, ...], object] = _NO_FIELDS,
) -> OpenDeal:
    """Change a deal on disk and return it as it is now, with what somebody else wrote meanwhile.

    ``add`` appends entries to lists of the deal: ``{"people": [Person(...)]}``. ``put`` sets fields:
    ``{("expected",): day, ("people", 2, "stance"): "us", ("outcome",): Outcome(...)}``; None removes one.
    A value has the type of its field; an index counts in ``opened.deal``. Raises CoachError: 4 when somebody
    changed the same thing since the deal was opened, 5 when the disk refuses, 2 when the change has no place
    in the file or does not fit it (with the problems). In each case the file is as it was; only if the disk
    takes the new one but does not confirm it, it may be either, and the message (5) says so.
    """
    from ltc_coach.deals.merging import changed

    if changed(opened.deal, add, put) == opened.deal:
        return opened
    with locked(opened.path.parent):
        sweep(opened.path)
        before = _bytes(opened)
        return _change(opened, before, add, put)


def append_answers(opened: OpenDeal, answers: Sequence[Answer]) -> OpenDeal:
    """Append answers to the deal's log on disk and return the deal as it is now; raises as change_deal does."""
    return change_deal(opened, add={"answers": answers})


def create_deal(path: Path, deal: Deal) -> OpenDeal:
    """Write a new deal file, and its folder if need be; it may be read and written by its owner's group.

    Raises CoachError: 2 when there is such a file already or the deal cannot be written, 5 when the disk refuses.
    """
    from ltc_coach.deals.spelling import whole
    from ltc_coach.reading.tree import parse_yaml

    path = path.absolute()
    data = whole(deal).encode("utf-8", "surrogatepass")
    document = parse_yaml(data, str(path))
    read, problems = _fit(document)
    if read != deal:
        raise _no_room(path, _READS_OTHERWISE, problems)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    with locked(path.parent):
        sweep(path)
        if not create_file(path, data):
            raise CoachError(_EXISTS.fill(file=path), hint=_EXISTS_HINT)
    return OpenDeal(deal, path.resolve(), document.digest, document.source)


def remove_deal(opened: OpenDeal) -> None:
    """Delete a deal's file for good, and the link it was opened by.

    Raises CoachError: 4 when the file changed since it was opened, 5 when the disk refuses.
    """
    _check_inside(opened)
    with locked(opened.path.parent):
        sweep(opened.path)
        _unchanged(opened, opened.digest)()
        remove_file(opened.path)
    if opened.link:
        remove_file(opened.link)


def _change(
    opened: OpenDeal,
    before: bytes,
    add: Mapping[str, Sequence[Model]],
    put: Mapping[tuple[str | int, ...], object],
) -> OpenDeal:
    """Write the change into ``before``, what the file holds now; the folder is locked."""
    from ltc_coach.deals.merging import Collision, changed, merged
    from ltc_coach.deals.patching import CannotPatch, as_written, patch
    from ltc_coach.reading.tree import parse_yaml

    was = parse_yaml(before, str(opened.path))
    now, problems = _fit(was)
    if now is None:
        raise _conflict(opened.path, _BROKEN, problems)
    _check_ours(opened, now)
    try:
        put = merged(opened.deal, now, add, put) if was.digest != opened.digest else put
        after = patch(before, now, add, put)
    except Collision as collision:
        raise _conflict(opened.path, collision.what) from collision
    except CannotPatch as error:
        raise _no_room(opened.path, error.reason) from error
    document = parse_yaml(after, str(opened.path))
    deal, problems = _fit(document)
    spots = {as_written(now, path) for path in put}
    if deal is None or deal != changed(now, add, put) or not _survives(was.data, document.data, spots):
        raise _no_room(opened.path, _READS_OTHERWISE, problems)
    if after != before:
        replace_file(opened.path, after, just_before=_unchanged(opened, was.digest))
    changed_meanwhile = was.digest != opened.digest
    return replace(opened, deal=deal, digest=document.digest, source=document.source, merged=changed_meanwhile)


def _survives(before: Any, after: Any, put: set[tuple[str | int, ...]], at: tuple[str | int, ...] = ()) -> bool:
    """Whether all that was written is there still, but for what was put: fields nobody here knows, too."""
    if at in put:
        return True
    if isinstance(before, dict):
        return all((*at, k) in put or (k in after and _survives(v, after[k], put, (*at, k))) for k, v in before.items())
    if isinstance(before, list):
        return len(before) <= len(after) and all(_survives(v, after[i], put, (*at, i)) for i, v in enumerate(before))
    return bool(before == after)


def _check_ours(opened: OpenDeal, deal: Deal) -> None:
    """Refuse to write what a newer version wrote, and through a link that leads out of its folder."""
    if deal.ltc > _FORMAT:
        raise CoachError(_NEWER.fill(file=opened.path, n=deal.ltc), hint=_NEWER_HINT)
    _check_inside(opened)


def _check_inside(opened: OpenDeal) -> None:
    if opened.link and not opened.path.is_relative_to(opened.link.parent.resolve()):
        raise CoachError(_OUTSIDE.fill(file=opened.path), hint=_OUTSIDE_HINT)


def _bytes(opened: OpenDeal) -> bytes:
    """Return what the file holds now; a file that is none any more, or a link by now, is a conflict."""
    from ltc_coach.reading.files import read_bytes
    from ltc_coach.reading.tree import LIMITS

    if opened.path.is_symlink():
        raise _conflict(opened.path, _GONE)
    try:
        return read_bytes(opened.path, LIMITS.size)
    except CoachError as error:
        if error.exit_code == ExitCode.USAGE:
            raise _conflict(opened.path, _GONE) from error
        raise


def _unchanged(opened: OpenDeal, digest: str) -> Callable[[], None]:
    """Return what raises a conflict if the file is not the one with this digest."""

    def check() -> None:
        if hashlib.sha256(_bytes(opened)).hexdigest() != digest:
            raise _conflict(opened.path, _CONTENT)

    return check


def _fit(document: Document) -> tuple[Deal | None, tuple[Problem, ...]]:
    from ltc_coach.reading.shape import fit

    if document.problems:
        return None, document.problems
    return fit(Deal, document.data, document.source)


def _conflict(path: Path, what: Text, problems: tuple[Problem, ...] = ()) -> CoachError:
    message = _CHANGED.fill(file=path, what=what)
    return CoachError(message, exit_code=ExitCode.CONFLICT, hint=_CHANGED_HINT, problems=problems)


def _no_room(path: Path, reason: Text, problems: tuple[Problem, ...] = ()) -> CoachError:
    return CoachError(_NO_ROOM.fill(file=path, reason=reason), hint=_NO_ROOM_HINT, problems=problems)
