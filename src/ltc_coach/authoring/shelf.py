"""Where playbooks are kept: the project's folder, the user's own, and the set shipped with ltc."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import ltc_coach
from ltc_coach.i18n import Text, both
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError
from ltc_coach.settings import folder

Origin = Literal["project", "user", "shipped"]

MAIN_FILE = "playbook.yaml"


@dataclass(frozen=True, slots=True)
class Found:
    """A playbook on the shelf, known by its header only; what the header lacks is empty.

    ``id`` is the name of its folder or file, which is what people ask for.
    """

    id: str
    path: Path
    origin: Origin
    title: Text
    about: Text
    version: str


def shelves() -> tuple[tuple[Origin, Path], ...]:
    """Return the folders playbooks are looked for in, each once, in this order; some may not exist."""
    home = os.environ.get("LTC_HOME")
    user = Path(home) / "playbooks" if home else folder("config") / "playbooks"
    all_: tuple[tuple[Origin, Path], ...] = (("project", Path("playbooks")), ("user", user), ("shipped", shipped()))
    distinct: dict[Path, tuple[Origin, Path]] = {}
    for origin, path in all_:
        # Within a checkout ./playbooks and the shipped set are the same folder; then it is the shipped one.
        distinct[path.resolve()] = (origin, path)
    return tuple(distinct.values())


def shipped() -> Path:
    """Return the folder of the shipped playbooks: inside the package, or in the checkout it is installed from."""
    package = Path(ltc_coach.__file__).resolve().parent
    inside = package / "playbooks"
    return inside if inside.is_dir() else package.parents[1] / "playbooks"


def find_playbooks() -> tuple[Found, ...]:
    """Return every playbook on the shelves, by shelf and then by id; only headers are read."""
    return tuple(
        _glance(origin, path)
        for origin, shelf in shelves()
        for _, path in sorted((_id(path), path) for path in _on(shelf))
    )


def locate(id_: str) -> Path:
    """Return the folder or file of the playbook called ``id_``.

    Raises:
        CoachError: exit 2 if there is none, or if two shelves have one: which is meant must not be
            decided silently.
    """
    if not id_ or Path(id_).name != id_:  # "..", "a/b": not a name, and no way out of the shelf
        raise _none_such(id_)
    hits: list[Path] = []
    for _, shelf in shelves():
        hits += [path for path in (shelf / id_, shelf / f"{id_}.yaml") if _is_playbook(path)]
    if not hits:
        raise _none_such(id_)
    if len(hits) > 1:
        raise CoachError(
            _TWICE.fill(id=quoted(id_), first=quoted(str(hits[0]), 200), second=quoted(str(hits[1]), 200)),
            hint=both(
                zh="给其中一个改名(文件夹名和 id),或用 --playbook 路径 指明用哪个",
                en="rename one of them (its folder and its id), or say which with --playbook PATH",
            ),
        )
    return hits[0]


def _on(shelf: Path) -> list[Path]:
    try:
        return [path for path in shelf.iterdir() if not path.name.startswith((".", "_")) and _is_playbook(path)]
    except OSError:
        return []


def _is_playbook(path: Path) -> bool:
    try:
        return (path / MAIN_FILE).is_file() or (path.suffix == ".yaml" and path.is_file())
    except OSError:  # a name too long, a folder nobody may enter
        return False


def _id(path: Path) -> str:
    return path.stem if path.suffix == ".yaml" else path.name


# The header ends where the first long part begins.
_BODY = re.compile(rb"^(?:maps|scales|facts|questions|moves|bank|letters|ladders|figures|scenarios)[ ]*:", re.MULTILINE)


def _glance(origin: Origin, path: Path) -> Found:
    from ltc_coach.reading.files import is_folder, read_bytes
    from ltc_coach.reading.tree import LIMITS, parse_yaml

    try:
        content = read_bytes(path / MAIN_FILE if is_folder(path) else path, LIMITS.size)
    except CoachError:
        content = b""  # listed all the same: asking for it will say what is wrong
    header = parse_yaml(_BODY.split(content, maxsplit=1)[0], str(path)).data or {}
    version = header.get("version", "")
    return Found(
        _id(path),
        path,
        origin,
        _words(header, "title"),
        _words(header, "about"),
        version if isinstance(version, str) else "",
    )


def _words(header: Mapping[str, Any], name: str) -> Text:
    written = header.get(name)
    texts = written if isinstance(written, dict) else {}
    return Text(**{lang: texts[lang] for lang in ("zh", "en") if isinstance(texts.get(lang), str)})


def _none_such(id_: str) -> CoachError:
    import difflib

    known = sorted({_id(path) for _, shelf in shelves() for path in _on(shelf)})
    close = difflib.get_close_matches(id_[:64].casefold(), known, n=1)
    if close:
        hint = both(zh="是不是想找 {id}?", en="did you mean {id}?").fill(id=quoted(close[0]))
    else:
        hint = both(zh="现有的:{ids}", en="there are: {ids}").fill(ids=", ".join(quoted(id_) for id_ in known) or "-")
    return CoachError(
        both(zh="没有叫「{id}」的打法手册", en="there is no playbook '{id}'").fill(id=quoted(id_)), hint=hint
    )


_TWICE = both(
    zh="有两本打法手册都叫「{id}」:{first} 和 {second}",
    en="two playbooks are called '{id}': {first} and {second}",
)
