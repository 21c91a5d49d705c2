"""Compiled playbooks: a playbook that was found good is kept as JSON and read back without YAML.

One rule of freshness: the key is the hash of the format of this cache, the version of ltc and the
bytes of the files, so an entry is never out of date, only unused. Its first line is the hash of the
rest, so that what is read is what was written; nothing else is checked again, which spares the
import of Pydantic. Whatever goes wrong here (no permission, a torn file, a full disk) is no reason to
trouble anybody: the YAML is still there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ltc_coach import __version__
from ltc_coach.i18n import Lang, Text
from ltc_coach.model import playbook, spoken
from ltc_coach.model.base import Model
from ltc_coach.model.playbook import Kind, Playbook
from ltc_coach.settings import folder

_FORMAT = "2"
_KEPT = 32  # entries; an author leaves one behind for every version tried
_LARGEST = 8_000_000  # bytes

# In an entry every object but a plain mapping names its class under this key, which no id can be.
_CLASS = ""
_CLASSES = {
    kind.__name__: kind
    for module in (playbook, spoken)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Model)
}
_VALUES: dict[str, Any] = {"Text": Text, "Kind": Kind, "Lang": Lang}


def fingerprint(files: Mapping[str, bytes]) -> str:
    """Return the 16 hex digits that stand for these files, whatever order they come in."""
    return _hash(files)[:16]


def fetch(files: Mapping[str, bytes]) -> Playbook | None:
    """Return the playbook compiled from exactly these files, or None if there is none to be had."""
    mark = _hash(files)
    try:
        with _entry(mark).open("rb") as entry:
            check, _, text = entry.read(_LARGEST + 1).partition(b"\n")
        playbook = _read(text) if check == _check(text) else None
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None
    # Somebody may have put a file there by hand: it must at least claim to be made of these bytes.
    return playbook if isinstance(playbook, Playbook) and playbook.fingerprint == mark[:16] else None


def store(files: Mapping[str, bytes], playbook: Playbook) -> None:
    """Keep a playbook without errors; the oldest entries give way."""
    import tempfile

    entry = _entry(_hash(files))
    text = json.dumps(_tagged(playbook), ensure_ascii=False, separators=(",", ":")).encode()
    with contextlib.suppress(OSError):
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=entry.parent, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_check(text) + b"\n" + text)
            Path(name).replace(entry)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        _thin_out(entry.parent)


def _tagged(value: Any) -> Any:
    """Return what JSON can hold, each object with the name of its class."""
    if isinstance(value, Model):
        return {_CLASS: type(value).__name__} | {name: _tagged(item) for name, item in vars(value).items()}
    if isinstance(value, Text):
        return {_CLASS: "Text", "zh": value.zh, "en": value.en}
    if isinstance(value, Kind | Lang):
        return {_CLASS: type(value).__name__, "value": value.value}
    if isinstance(value, dict):
        return {key: _tagged(item) for key, item in value.items()}
    return [_tagged(item) for item in value] if isinstance(value, tuple) else value


def _read(text: bytes) -> object:
    return json.loads(text, object_hook=_made)


def _made(written: dict[str, Any]) -> Any:
    """Make the object again; every list in a playbook is a tuple."""
    for name, value in written.items():
        if type(value) is list:
            written[name] = tuple(value)
    name = written.pop(_CLASS, None)
    if name is None:
        return written
    if name in _VALUES:
        return _VALUES[name](**written)
    # The constructor would only compare the names once more, 1,500 times.
    model = object.__new__(_CLASSES[name])
    vars(model).update(written)
    return model


def _check(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode()


def _thin_out(place: Path) -> None:
    entries = sorted((entry.stat().st_mtime_ns, entry) for entry in place.glob("*.json"))
    for _, entry in entries[:-_KEPT]:
        entry.unlink(missing_ok=True)


def _entry(mark: str) -> Path:
    key = hashlib.sha256(f"{_FORMAT} {__version__} {mark}".encode())
    return folder("cache") / "playbooks" / (key.hexdigest() + ".json")


def _hash(files: Mapping[str, bytes]) -> str:
    """Hash names and contents; lengths stand in between, so no two sets of files look alike."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
