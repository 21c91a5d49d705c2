"""Where deals are kept: which files of a folder are deals, which of them somebody means, what a new one is called."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import count
from pathlib import Path

from ltc_coach.i18n import both
from ltc_coach.model.base import RESERVED
from ltc_coach.model.listing import Filed
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError, ExitCode

_SUFFIXES = (".yaml", ".yml")
_CANNOT_LOOK = both(zh="{folder}: 文件夹读不了", en="{folder}: this folder cannot be read")
_LONGEST_ID = 40
_LEGAL_FORM = re.compile(r"(?:集团)?(?:股份)?(?:有限(?:责任)?公司|公司)?$")
_HANZI = re.compile("[\u4e00-\u9fff]")


def deal_files(folder: Path) -> tuple[Path, ...]:
    """Return the deal files in a folder and the folders below, by path; none where there is no such folder.

    Hidden files and folders, and what editors leave behind (`x~`, `x.bak`, `x.tmp`), are no deals.
    Raises CoachError (5) for a folder that may not be read.
    """
    # Sorted as texts: comparing thousands of paths part by part takes longer than finding them.
    return tuple(map(Path, sorted(_walk(str(folder)))))


def _walk(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as found:
            entries = [entry for entry in found if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        message = _CANNOT_LOOK.fill(folder=quoted(folder, 200))
        raise CoachError(message, exit_code=ExitCode.IO) from error
    for entry in entries:
        if entry.name.endswith(_SUFFIXES):
            yield entry.path
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path)


# ---- which deal is meant -----------------------------------------------------------------------------


def search(deals: Sequence[Filed], ref: str) -> tuple[Filed, ...]:
    """Return the deals that ``ref`` may mean, by the strictest reading that fits any.

    From strict to loose: the id; the customer or an alias; a part of id, customer, alias or product;
    pinyin or initials of customer or alias, whatever way their characters may be read. The last one
    needs pypinyin; without it nothing is found by sound.
    """
    wanted = _folded(ref)
    if not wanted:
        return ()
    readings: tuple[Callable[[Filed], bool], ...] = (
        lambda deal: wanted == _folded(deal.id),
        lambda deal: wanted in map(_folded, _names(deal)),
        lambda deal: any(wanted in _folded(name) for name in (deal.id, *_names(deal), deal.product or "")),
        lambda deal: any(_sounds_like(name, wanted) for name in _names(deal)),
    )
    # Sounds are ASCII, and pypinyin takes longer to import than all the rest.
    for fits in readings if wanted.isascii() else readings[:-1]:
        if found := tuple(deal for deal in deals if fits(deal)):
            return found
    return ()


def nearest(deals: Iterable[Filed], ref: str) -> Filed | None:
    """Return the deal whose id or name is most like ``ref``, if any is like it."""
    from difflib import get_close_matches

    by_name = {_folded(name): deal for deal in deals for name in (deal.id, *_names(deal))}
    near = get_close_matches(_folded(ref), list(by_name), n=1, cutoff=0.5)
    return by_name[near[0]] if near else None


def _names(deal: Filed) -> tuple[str, ...]:
    return (deal.customer, *deal.alias)


def _folded(text: str) -> str:
    """Return a text as it is compared: full-width letters, capitals and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _sounds_like(name: str, wanted: str) -> bool:
    """Say whether a part of ``name`` may be spelt ``wanted``: huaxin, hx, huaxj."""
    if not _HANZI.search(name):
        return False
    sounds = [_readings(char) for char in _folded(name)]
    return any(_spelt(sounds[start:], wanted) for start in range(len(sounds)))


def _spelt(sounds: Sequence[frozenset[str]], wanted: str) -> bool:
    """Say whether ``wanted`` is a reading or the initial of each character in turn; of the last, any beginning."""
    if not sounds:
        return False
    ways = {part for sound in sounds[0] for part in (sound, sound[:1])}
    return any(sound.startswith(wanted) for sound in sounds[0]) or any(
        wanted.startswith(way) and _spelt(sounds[1:], wanted[len(way) :]) for way in ways
    )


@cache
def _readings(char: str) -> frozenset[str]:
    """Return every way to read a character; ü is typed v or u. What is no hanzi reads as itself."""
    try:
        from pypinyin import Style, pinyin
    except ImportError:
        return frozenset({char})
    # One character at a time: within a word pypinyin settles on one reading, and not always on ours.
    found = pinyin(char, style=Style.NORMAL, heteronym=True)[0] if _HANZI.match(char) else [char]
    return frozenset(found) | {sound.replace("v", "u") for sound in found}


# ---- what a new deal is called -----------------------------------------------------------------------


def new_id(customer: str, taken: Collection[str]) -> str:
    """Return an id for a deal with this customer that is not among ``taken`` (compared without capitals).

    Pinyin where pypinyin is installed, else the characters themselves; legal forms are left out.
    """
    name = _LEGAL_FORM.sub("", unicodedata.normalize("NFKC", customer).strip()) or customer
    parts = re.findall("[a-z0-9]+|[\u4e00-\u9fff]+", name.casefold())
    slug = "-".join(_romanised(part) for part in parts)[:_LONGEST_ID].strip("-") or "deal"
    used = {id_.casefold() for id_ in taken}
    return next(id_ for id_ in _numbered(slug) if id_ not in used and id_ not in RESERVED)


def _romanised(part: str) -> str:
    try:
        from pypinyin import lazy_pinyin
    except ImportError:
        return part
    return "".join(lazy_pinyin(part))


def _numbered(slug: str) -> Iterator[str]:
    yield slug
    for number in count(2):
        yield f"{slug}-{number}"
