"""Writing so that a file is the old one or the new one, never half of each, and one writer at a time.

A lock is the kernel's: it ends with the process that holds it. On POSIX systems the folder itself
is locked, which leaves nothing behind; Windows cannot lock a folder and uses a small file in it.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ltc_coach.i18n import both
from ltc_coach.problems import CoachError, ExitCode

_NEW_FILE = 0o666
_PATIENCE_S = 10.0
_LOCK_FILE = ".ltc.lock"
_CANNOT_WRITE = both(
    zh="{file}:写不进去 ({reason});原来的内容没动", en="{file}: cannot be written ({reason}); unchanged"
)
_BUSY = both(zh="{folder}:另一个 ltc 正在写,等了 {n} 秒", en="{folder}: another ltc is writing, waited {n} s")
_LINK = both(
    zh="{file} 是个链接,不往链接指的地方写报告", en="{file} is a symbolic link: a report is not written through one"
)
_LINK_HINT = both(zh="给 -o 一个普通文件名,或 - 输出到屏幕", en="give -o the name of a plain file, or - for the screen")


def try_lock(descriptor: int) -> bool:
    """Try to take the lock of an open file for this process; False when another one holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            # A byte far behind the end: other programs may go on reading the content.
            os.lseek(descriptor, 1 << 30, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other ltc from writing into ``folder``; raises CoachError (4) after ten seconds of waiting."""
    descriptor = _open_lock(folder)
    try:
        until = time.monotonic() + _PATIENCE_S
        while not try_lock(descriptor):
            if time.monotonic() > until:
                raise CoachError(_BUSY.fill(folder=folder, n=int(_PATIENCE_S)), exit_code=ExitCode.CONFLICT)
            time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)


def _open_lock(folder: Path) -> int:
    try:
        if sys.platform == "win32":
            return os.open(folder / _LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o666)
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise cannot_write(folder, error) from error


def replace_file(path: Path, data: bytes) -> None:
    """Put ``data`` in place of what ``path`` holds, keeping its permissions; raises CoachError (5).

    Whatever happens on the way, even loss of power, the file is the old one or the new one.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.ltc-tmp")
    try:
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
        try:
            _write_new(temporary, data, mode)
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error


def sweep(path: Path) -> None:
    """Remove what a killed writer of ``path`` left behind; only to be called under the folder's lock."""
    for left in path.parent.glob(f".{path.name}.*.ltc-tmp"):
        with contextlib.suppress(OSError):
            left.unlink()


def write_result(name: str, data: bytes) -> None:
    """Write a result file: whole or not at all, never through a symbolic link; raises CoachError."""
    path = Path(name)
    if path.is_symlink():
        raise CoachError(_LINK.fill(file=name), hint=_LINK_HINT)
    try:
        special = path.exists() and not path.is_file()
        if special:
            # A device or a pipe cannot be replaced and need not be: nobody reads half of it later.
            path.write_bytes(data)
            return
    except OSError as error:
        raise cannot_write(path, error) from error
    replace_file(path, data)


def cannot_write(path: Path, error: OSError) -> CoachError:
    """Make the error for a file that the system will not let us write."""
    return CoachError(
        _CANNOT_WRITE.fill(file=path, reason=error.strerror or type(error).__name__), exit_code=ExitCode.IO
    )


def _write_new(path: Path, data: bytes, mode: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, _NEW_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(descriptor, mode)
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    # Makes the new name last through a loss of power; Windows has no such call and needs none.
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
