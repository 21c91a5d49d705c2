"""Which files are meant by a path: the file itself, all of a folder, or what a pattern matches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from ltc_coach.i18n import both
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError
from ltc_coach.reading.files import is_folder

STDIN = "-"
"""The path that stands for standard input."""

_SUFFIXES = (
    ".yaml", ".yml", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx", ".xlsm", ".ods", ".parquet",
)  # fmt: skip
_LITTER = (".bak", ".tmp", "~")

_NO_FILE = both(zh="{path}:没有这个文件,也没有这样的文件夹", en="{path}: no such file or folder")
_NO_MATCH = both(zh="{path}:一个文件也没对上", en="{path}: no file matches")
_NOTHING_IN = both(
    zh="{path}:文件夹里没有商机文件,也没有表格", en="{path}: there is no deal file and no table in this folder"
)
_KINDS = both(
    zh="读得了的有:YAML、CSV、TSV、JSON、JSONL、XLSX、ODS、Parquet",
    en="what can be read: YAML, CSV, TSV, JSON, JSONL, XLSX, ODS, Parquet",
)


def input_files(paths: Iterable[str | Path]) -> list[str]:
    """Return the files meant, sorted, each once whatever it was called.

    Raises CoachError (2) for a path that leads nowhere, and for a folder or pattern without a file we read.
    """
    files = sorted({file for path in paths for file in _files(str(path))}, reverse=True)
    # One file by two names is one file; the name that comes first stays.
    each = {os.path.realpath(file) if file != STDIN else STDIN: file for file in files}
    return sorted(each.values())


def _files(path: str) -> Sequence[str]:
    if path == STDIN:
        return (path,)
    if is_folder(Path(path)):
        if not (found := _in_folder(path)):
            raise CoachError(_NOTHING_IN.fill(path=quoted(path, 200)), hint=_KINDS)
        return found
    if not os.path.lexists(path) and any(sign in path for sign in "*?["):
        from glob import glob

        found = [file for file in glob(path, recursive=True) if not _is_litter(file) and not is_folder(Path(file))]  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not found:
            raise CoachError(_NO_MATCH.fill(path=quoted(path, 200)), hint=_KINDS)
        return [os.path.normpath(file) for file in found]
    if not os.path.lexists(path):
        raise CoachError(_NO_FILE.fill(path=quoted(path, 200)))
    return (os.path.normpath(path),)


def _in_folder(folder: str) -> list[str]:
    """Return the files in a folder and below that we can read; hidden ones and what editors leave are not meant."""
    found = []
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [os.path.normpath(Path(where, name)) for name in names if not _is_litter(name)]
    return [file for file in found if file.lower().endswith(_SUFFIXES)]


def _is_litter(file: str) -> bool:
    name = Path(file).name
    return name.startswith((".", "~$")) or name.endswith(_LITTER)
