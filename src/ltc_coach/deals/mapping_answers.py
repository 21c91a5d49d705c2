"""What somebody has told about an export, kept until the mapping is written: an interrupted interview goes on.

The file lies in the state folder and is named after the headings of the table, so that the same export, or next
week's, finds its answers again, and another one does not.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from ltc_coach.deals.writing import replace_file
from ltc_coach.problems import CoachError
from ltc_coach.reading.files import read_bytes
from ltc_coach.settings import folder

_LARGEST = 1_000_000  # bytes


class MappingAnswers:
    """Answers by what they are about; each is on the disk before the next question is put."""

    def __init__(self, headings: Iterable[str]) -> None:
        digest = hashlib.sha256(json.dumps(sorted(headings)).encode()).hexdigest()[:16]
        self._path = folder("state") / f"mapping-{digest}.json"
        self._given = _read(self._path)

    def __len__(self) -> int:
        """How many have been given."""
        return len(self._given)

    def get(self, about: str) -> str | None:
        """Return the answer given, None where there was none yet."""
        return self._given.get(about)

    def put(self, about: str, answer: str) -> None:
        """Keep an answer; a disk that refuses does not stop the interview."""
        self._given[about] = answer
        with contextlib.suppress(OSError, CoachError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, json.dumps(self._given, ensure_ascii=False).encode())

    def discard(self) -> None:
        """Throw them away: the mapping has them now."""
        with contextlib.suppress(OSError):
            self._path.unlink()


def _read(path: Path) -> dict[str, str]:
    try:
        document = json.loads(read_bytes(path, _LARGEST))
    except (CoachError, ValueError, RecursionError):
        return {}
    return {str(about): str(answer) for about, answer in document.items()} if isinstance(document, dict) else {}
