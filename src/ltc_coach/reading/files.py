"""Bytes from disk, whatever stands behind the name: a pipe, a device or a 50 GB file must not hurt."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ltc_coach.i18n import Text, both
from ltc_coach.plain import clean, quoted
from ltc_coach.problems import CoachError, ExitCode


def read_bytes(path: Path, limit: int) -> bytes:
    """Return the content of a regular file, but at most ``limit + 1`` bytes: more means too large.

    Raises:
        CoachError: exit 2 if there is no such regular file, 5 if the disk or the permissions say no.
    """
    # Without O_NONBLOCK opening a named pipe waits for a writer for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
        with os.fdopen(handle, "rb", buffering=0) as file:
            mode = os.fstat(handle).st_mode
            if not stat.S_ISREG(mode):
                raise _not_a_file(path, folder=stat.S_ISDIR(mode))
            chunks = []
            left = limit + 1
            while left > 0 and (chunk := file.read(left)):
                chunks.append(chunk)
                left -= len(chunk)
            return b"".join(chunks)
    except (FileNotFoundError, NotADirectoryError):
        raise CoachError(_about(path, both(zh="没有这个文件", en="no such file"))) from None
    except IsADirectoryError:
        raise _not_a_file(path, folder=True) from None
    except ValueError:  # a NUL in the name
        raise CoachError(_about(path, both(zh="这不能是文件名", en="this cannot be a file name"))) from None
    except OSError as error:
        if is_folder(path):  # Windows answers "permission denied" for a folder
            raise _not_a_file(path, folder=True) from None
        why = clean(str(error.strerror))
        reason = Text(zh=f"读不了:{why}", en=f"cannot be read: {why}")
        if isinstance(error, PermissionError):
            reason = both(zh="没有读取权限", en="no permission to read it")
        raise CoachError(_about(path, reason), exit_code=ExitCode.IO) from None


def names_in(folder: Path) -> frozenset[str]:
    """Return the names of everything in a folder.

    Raises:
        CoachError: exit 5 if the disk or the permissions say no.
    """
    try:
        return frozenset(entry.name for entry in folder.iterdir())
    except OSError:
        message = _about(folder, both(zh="文件夹读不了", en="this folder cannot be read"))
        raise CoachError(message, exit_code=ExitCode.IO) from None


def is_folder(path: Path) -> bool:
    """Whether ``path`` is a folder; what cannot even be asked about (a name too long) is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _about(path: Path, reason: Text) -> Text:
    name = quoted(str(path), 200)
    return Text(zh=f"{name}: {reason.zh}", en=f"{name}: {reason.en}")


def _not_a_file(path: Path, *, folder: bool) -> CoachError:
    if folder:
        return CoachError(_about(path, both(zh="这是文件夹,不是文件", en="this is a folder, not a file")))
    return CoachError(
        _about(path, both(zh="不是普通文件(是管道或设备)", en="not a regular file (a pipe or a device)")),
    )
