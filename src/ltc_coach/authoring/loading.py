"""From a file or a folder on disk to a playbook, with every problem at its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ltc_coach.authoring import cache
from ltc_coach.authoring.shelf import MAIN_FILE, Found, find_playbooks, locate
from ltc_coach.i18n import both
from ltc_coach.model.playbook import FORMAT_VERSION, Playbook
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError, ExitCode, Problem, Severity, SourceMap, Where
from ltc_coach.reading.files import is_folder, names_in, read_bytes

if TYPE_CHECKING:
    from ltc_coach.reading.tree import Document

__all__ = ["Found", "Loaded", "find_playbooks", "load_playbook", "read_playbook"]

PARTS = ("questions", "moves", "actions", "bank", "objections", "letters", "figures")
"""Top-level keys that may stand in a file of their own, named like the key."""

SCENARIOS = "scenarios"
"""The key and file of the scenarios: beside a playbook, not part of it."""

_SIZE = 1_000_000  # bytes of one file; the reader's own limit (reading.tree), known here without YAML


@dataclass(frozen=True, slots=True)
class Loaded:
    """A playbook as read: None if there is an error among the problems."""

    playbook: Playbook | None
    source: SourceMap
    problems: tuple[Problem, ...]


def read_playbook(path: Path) -> Loaded:
    """Read a playbook from one file or from a folder; bad content is a problem in the result.

    Raises:
        CoachError: exit 2 if nothing is there, 5 if the disk or the permissions say no.
    """
    path = _home(Path(path))
    return _compile(path, _gather(path))


def load_playbook(ref: str | Path) -> Playbook:
    """Return a sound playbook by its id or its path; one that was found sound before comes from the cache.

    Raises:
        CoachError: exit 2 if there is none, or it has errors (they are in ``problems``), or two are
            meant; 5 if the disk or the permissions say no.
    """
    path = _home(_resolve(ref))
    files = _gather(path)
    playbook = cache.fetch(files)
    if playbook is None:
        playbook = _sound(path, files)
        cache.store(files, playbook)
    if not _is_path(ref) and playbook.id != ref:
        raise CoachError(
            _OTHER_ID.fill(path=quoted(str(path), 200), id=playbook.id),
            hint=_SAME_ID.fill(name=quoted(str(ref))),
        )
    return playbook


def _is_path(ref: str | Path) -> bool:
    return isinstance(ref, Path) or "/" in ref or "\\" in ref or ref.endswith((".yaml", ".yml")) or ref in {".", ".."}


def _resolve(ref: str | Path) -> Path:
    return Path(ref) if _is_path(ref) else locate(str(ref))


def _home(path: Path) -> Path:
    """Return the folder of a playbook whose main file was named."""
    return path.parent if path.name == MAIN_FILE else path


def _gather(path: Path) -> dict[str, bytes]:
    """Return the files a playbook is made of, by their fixed names; a single file counts as the main one."""
    if not is_folder(path):
        return {MAIN_FILE: read_bytes(path, _SIZE)}
    present = names_in(path)
    if MAIN_FILE not in present:
        raise CoachError(_NO_MAIN.fill(path=quoted(str(path), 200)), hint=_NEW)
    names = (MAIN_FILE, *(f"{part}.yaml" for part in PARTS))
    return {name: read_bytes(path / name, _SIZE) for name in names if name in present}


def _sound(path: Path, files: Mapping[str, bytes]) -> Playbook:
    """Compile and check a playbook, and accept no error."""
    from ltc_coach.authoring.lint import lint

    loaded = _compile(path, files)
    problems = loaded.problems
    if loaded.playbook is not None:
        problems += lint(loaded.playbook, loaded.source)
    errors = tuple(problem for problem in problems if problem.severity is Severity.ERROR)
    if loaded.playbook is None or errors:
        raise CoachError(
            _UNSOUND.fill(path=quoted(str(path), 200), count=len(errors)),
            exit_code=ExitCode.USAGE,
            hint=_LINT.fill(path=quoted(str(path), 200)),
            problems=errors,
        )
    return loaded.playbook


def _compile(path: Path, files: Mapping[str, bytes]) -> Loaded:
    """Make a playbook of its files, and say everything that is wrong with them."""
    from ltc_coach.reading.shape import fit
    from ltc_coach.reading.tree import parse_yaml

    folder = is_folder(path)
    documents = {
        name: parse_yaml(content, str(path / name) if folder else str(path)) for name, content in files.items()
    }
    source = _merge_sources(documents)
    main = documents[MAIN_FILE]
    if (other := _other_format(main)) is not None:
        return Loaded(None, source, (other.at(source),))
    problems = [problem for document in documents.values() for problem in document.problems]
    if folder:
        problems += _strays(path)
    if main.data is not None:
        tree, misplaced = _merge(documents)
        problems += [problem.at(source) for problem in misplaced]
        tree["fingerprint"] = cache.fingerprint(files)
        playbook, misfits = fit(Playbook, tree, source, known=problems)
        problems += misfits
        if not any(problem.severity is Severity.ERROR for problem in problems):
            return Loaded(playbook, source, tuple(problems))
    return Loaded(None, source, tuple(problems))


def _merge(documents: Mapping[str, Document]) -> tuple[dict[str, Any], list[Problem]]:
    """Put the parts together, and say what stands in the wrong file."""
    tree = dict(documents[MAIN_FILE].data)
    tree.pop(SCENARIOS, None)
    problems = []
    if "fingerprint" in tree:
        problems.append(Problem("unknown-field", _FINGERPRINT, ("fingerprint",), hint=_DELETE, on_key=True))
    for name, document in documents.items():
        part = name.removesuffix(".yaml")
        if name == MAIN_FILE:
            continue
        if document.data is None:
            tree[part] = []  # its problem is known; the other parts are looked at all the same
            continue
        if part in tree:
            where = document.source.find((part,), key=True)
            related = ((documents[MAIN_FILE].source.find((part,), key=True), _HERE_TOO),)
            problems.append(
                Problem("duplicate-key", _TWO_FILES.fill(part=part), where=where, hint=_ONE, related=related)
            )
        elif part in document.data:
            tree[part] = document.data[part]
        else:
            tree[part] = []
            missing = both(zh="缺少「{part}」", en="'{part}' is missing").fill(part=part)
            problems.append(
                Problem("missing-field", missing, where=document.source.root, hint=_FIRST_LINE.fill(part=part))
            )
        for key in document.data:
            if key != part:
                where = document.source.find((key,), key=True)
                message = _MISPLACED.fill(file=name, part=part, key=quoted(key))
                problems.append(Problem("misplaced-key", message, where=where, hint=_TO_MAIN))
    return tree, problems


def _merge_sources(documents: Mapping[str, Document]) -> SourceMap:
    """Make one source map that knows the file of every top-level key."""
    from ltc_coach.reading.places import join

    return join([documents[MAIN_FILE].source, *(d.source for name, d in documents.items() if name != MAIN_FILE)])


def _other_format(main: Document) -> Problem | None:
    """Refuse a format that this version does not know, before it is misunderstood."""
    written = (main.data or {}).get("ltc", "")
    if not isinstance(written, str) or not re.fullmatch("0|[1-9][0-9]{0,8}", written) or int(written) == FORMAT_VERSION:
        return None
    newer = int(written) > FORMAT_VERSION
    message = _NEWER.fill(written=written, known=FORMAT_VERSION)
    hint = _UPDATE if newer else _FORMAT.fill(known=FORMAT_VERSION)
    return Problem("newer-format" if newer else "unknown-format", message, ("ltc",), hint=hint)


def _strays(path: Path) -> list[Problem]:
    """Warn about YAML files in the folder that nobody will read."""
    from ltc_coach.reading.wording import near

    known = {MAIN_FILE, f"{SCENARIOS}.yaml", *(f"{part}.yaml" for part in PARTS)}
    strays = [
        name
        for name in sorted(names_in(path) - known)
        if name.lower().endswith((".yaml", ".yml")) and not name.startswith(".")
    ]
    return [
        Problem(
            "stray-file",
            _STRAY.fill(name=quoted(name)),
            severity=Severity.WARNING,
            hint=near(name, known),
            where=Where(str(path / name), 1, 1),
        )
        for name in strays
    ]


_NO_MAIN = both(zh="{path}: 文件夹里没有 playbook.yaml", en="{path}: there is no playbook.yaml in this folder")
_NEW = both(zh="用 ltc playbook new 生成样板", en="`ltc playbook new` writes a sample")
_OTHER_ID = both(zh="{path}: 这本打法手册的 id 是「{id}」", en="{path}: the id of this playbook is '{id}'")
_SAME_ID = both(zh="文件夹名和 id 要一致:把 id 改成 {name}", en="folder and id must be the same: make the id {name}")
_UNSOUND = both(
    zh="{path}: 打法手册有 {count} 个错误,不能用", en="{path}: this playbook has {count} errors and cannot be used"
)
_LINT = both(zh="用 ltc playbook lint {path} 看全部", en="`ltc playbook lint {path}` lists them all")
_FINGERPRINT = both(zh="「fingerprint」由 ltc 自己算", en="'fingerprint' is worked out by ltc itself")
_DELETE = both(zh="删掉这一行", en="delete this line")
_TWO_FILES = both(zh="「{part}」写在了两个文件里", en="'{part}' stands in two files")
_HERE_TOO = both(zh="另一处在这里", en="the other one is here")
_ONE = both(zh="只留一处", en="keep one of them")
_FIRST_LINE = both(zh="第一行写 {part}:,下面缩进列出", en="begin the file with `{part}:` and list its items below")
_MISPLACED = both(zh="{file} 里只能有「{part}」,不能有「{key}」", en="{file} holds only '{part}', not '{key}'")
_TO_MAIN = both(zh="移到 playbook.yaml,或它自己的文件", en="move it to playbook.yaml or to its own file")
_NEWER = both(
    zh="这本打法手册用的是格式 {written},这个版本的 ltc 只认格式 {known}",
    en="this playbook is written in format {written}; this ltc reads format {known}",
)
_FORMAT = both(zh="写 ltc: {known}", en="write `ltc: {known}`")
_UPDATE = both(zh="升级 ltc-coach", en="update ltc-coach")
_STRAY = both(zh="这个文件不会被读:{name}", en="this file is not read: {name}")
