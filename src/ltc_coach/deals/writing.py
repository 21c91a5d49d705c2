"""Writing so that a file is the old one or the new one, never half of each, and one writer at a time.

A lock is the kernel's: it ends with the process that holds it. On POSIX systems the folder itself
is locked, which leaves nothing behind; Windows cannot lock a folder and uses a small file in it.
Where the file system has no locks (some network shares), a file stands for one and says whose it is.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ltc_coach.i18n import both
from ltc_coach.plain import clean
from ltc_coach.problems import CoachError, ExitCode

_RESULT = 0o666
# A deal is shared with the group, not with everybody.
_DEAL = 0o660
_PATIENCE_S = 10.0
# Asked for more seldom, a lock goes again and again to those who have just had it.
_ASK_AGAIN_S = 0.005
_LOCK_FILE = ".ltc.lock"
# How file systems say that a folder cannot be locked there, or not synced (and then it need not be).
_NOT_HERE = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EBADF})
_CANNOT_WRITE = both(
    zh="{file}:写不进去 ({reason});原来的内容没动", en="{file}: cannot be written ({reason}); unchanged"
)
_NOT_CONFIRMED = both(
    zh="{file}:改好了,但磁盘没有确认 ({reason});断电可能会丢",
    en="{file}: changed, but the disk does not confirm it ({reason}); a power cut may undo it",
)
_BUSY = both(
    zh="{folder}:另一个 ltc 正在写,{n} 秒没有动静", en="{folder}: another ltc is writing, nothing happened for {n} s"
)
_HELD = both(
    zh="占着的是:{owner}。如果那个 ltc 早就结束了,删掉 {file} 再试",
    en="held by: {owner}. If that ltc ended long ago, delete {file} and try again",
)
_LINK = both(
    zh="{file} 是个链接,不往链接指的地方写报告", en="{file} is a symbolic link: a report is not written through one"
)
_LINK_HINT = both(zh="给 -o 一个普通文件名,或 - 输出到屏幕", en="give -o the name of a plain file, or - for the screen")


def try_lock(descriptor: int) -> bool:
    """Try to take the lock of an open file for this process; False when another one holds it.

    Raises OSError where the file system has no locks.
    """
    if sys.platform == "win32":
        import msvcrt

        # A byte far behind the end: other programs may go on reading the content.
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other ltc from writing into ``folder``.

    Raises CoachError: 4 after ten seconds in which nobody finished a write, 5 when the folder cannot be opened.
    """
    with contextlib.ExitStack() as held:
        try:
            descriptor = _open_lock(folder)
            held.callback(_let_go, descriptor)
            _wait(lambda: try_lock(descriptor), folder)
        except OSError as error:
            if error.errno not in _NOT_HERE:
                raise cannot_write(folder, error) from error
            held.enter_context(_lock_file(folder))
        yield


def _let_go(descriptor: int) -> None:
    # What was to be done is done, and the lock goes whatever close says.
    with contextlib.suppress(OSError):
        os.close(descriptor)


def _wait(take: Callable[[], bool], folder: Path) -> None:
    """Wait for a lock as long as those who have it get on: each write changes the folder."""
    seen, until = -1, 0.0
    while not take():
        changed, now = folder.stat().st_mtime_ns, time.monotonic()
        if changed != seen:
            seen, until = changed, now + _PATIENCE_S
        elif now > until:
            raise CoachError(_BUSY.fill(folder=folder, n=int(_PATIENCE_S)), exit_code=ExitCode.CONFLICT)
        time.sleep(_ASK_AGAIN_S)


def _open_lock(folder: Path) -> int:
    if sys.platform == "win32":
        return os.open(folder / _LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o666)
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)


@contextlib.contextmanager
def _lock_file(folder: Path) -> Iterator[None]:
    """Lock a folder by a file; one that a killed ltc left is never taken away, the error says how to."""
    path = folder / _LOCK_FILE
    try:
        _wait(lambda: _made(path), folder)
    except CoachError as error:
        owner = clean(path.read_text(encoding="utf-8", errors="replace").strip()) if path.exists() else "?"
        hint = _HELD.fill(owner=owner, file=path)
        raise CoachError(error.message, exit_code=error.exit_code, hint=hint) from error
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _made(path: Path) -> bool:
    """Make a lock file that says who holds it; False when there is one."""
    import platform

    owner = f"{platform.node()}, pid {os.getpid()}, {time.strftime('%Y-%m-%d %H:%M:%S %z')}\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return False
    try:
        os.write(descriptor, owner.encode())
    except OSError:
        path.unlink()
        raise
    finally:
        os.close(descriptor)
    return True


def may_write(path: Path) -> None:
    """Raise CoachError (5) if a file could not be replaced: it or its folder may not be written."""
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise cannot_write(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def replace_file(path: Path, data: bytes, *, just_before: Callable[[], None] | None = None) -> None:
    """Put ``data`` in place of what ``path`` holds, keeping its permissions and group; raises CoachError (5).

    Whatever happens on the way, even loss of power, the file is the old one or the new one. ``just_before``
    is called when only the renaming is left to do; what it raises leaves the old file.
    """
    with _ready(path, data, _RESULT) as temporary:
        if just_before:
            just_before()
        temporary.replace(path)
    sync_folder(path)


def create_file(path: Path, data: bytes) -> bool:
    """Write a new deal file; False when there is such a file already. Raises CoachError (5).

    To be called under the folder's lock.
    """
    with _ready(path, data, _DEAL) as temporary:
        try:
            # Unlike a rename, a link never takes the place of what another program wrote just now.
            os.link(temporary, path)
        except FileExistsError:
            return False
        except OSError:
            # No hard links on this file system.
            if os.path.lexists(path):
                return False
            temporary.replace(path)
    sync_folder(path)
    return True


def remove_file(path: Path) -> None:
    """Remove a file, lastingly; raises CoachError (5)."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    sync_folder(path)


def sweep(path: Path, untouched: float = 0.0) -> None:
    """Remove what a killed writer of ``path`` left behind and that was ``untouched`` for so many seconds.

    Without a time to be called under the folder's lock only, for a writer may be at work.
    """
    with contextlib.suppress(OSError):
        for left in path.parent.glob(f".{glob.escape(path.name)}.*.ltc-tmp"):
            if not untouched or time.time() - left.stat().st_mtime > untouched:
                left.unlink()


def refuse_link(path: Path) -> None:
    """Raise CoachError (2) for a result that would go through a symbolic link."""
    if path.is_symlink():
        raise CoachError(_LINK.fill(file=path), hint=_LINK_HINT)


def write_result(name: str, data: bytes) -> None:
    """Write a result file: whole or not at all, never through a symbolic link; raises CoachError."""
    path = Path(name)
    refuse_link(path)
    try:
        special = path.exists() and not path.is_file()
        if special:
            # A device or a pipe cannot be replaced and need not be: nobody reads half of it later.
            path.write_bytes(data)
            return
    except OSError as error:
        raise cannot_write(path, error) from error
    replace_file(path, data)


def sync_folder(path: Path) -> None:
    """Make what is called ``path``, or no longer, last through a loss of power; raises CoachError (5).

    Windows has no such call and needs none.
    """
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NOT_HERE:
            raise CoachError(_NOT_CONFIRMED.fill(file=path, reason=_reason(error)), exit_code=ExitCode.IO) from error


def cannot_write(path: Path, error: OSError) -> CoachError:
    """Make the error for a file that the system will not let us write."""
    return CoachError(_CANNOT_WRITE.fill(file=path, reason=_reason(error)), exit_code=ExitCode.IO)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


@contextlib.contextmanager
def _ready(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    """Write ``data`` to a file beside ``path`` and give its name; it is gone afterwards, renamed or removed.

    What goes wrong on disk, within the block too, is CoachError (5).
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.ltc-tmp")
    try:
        try:
            _write_new(temporary, data, mode, path.stat() if path.exists() else None)
            yield temporary
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
    except OSError as error:
        raise cannot_write(path, error) from error


def make_like(descriptor: int, like: os.stat_result) -> None:
    """Give a file that replaces another one its permissions and group."""
    if hasattr(os, "fchown"):
        with contextlib.suppress(OSError):
            # Colleagues read it by its group; who is not in it keeps his own.
            os.fchown(descriptor, -1, like.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(like.st_mode))


def _write_new(path: Path, data: bytes, mode: int, like: os.stat_result | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, mode)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
        if like:
            make_like(descriptor, like)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
