"""Which ids came up twice, however many there are: what memory does not hold goes into a temporary file.

Of each id its 64-bit hash is kept and where it stood. They lie in buckets by their hash, and the buckets are looked at
one by one.
"""

from __future__ import annotations

import tempfile
import weakref
from array import array
from collections.abc import Iterator
from typing import IO

BUCKETS = 256
OF_LINE = 40
"""Bits of a place that are the line; those above number the file."""

_HASH = (1 << 64) - 1
# Ids held in memory, at 16 bytes each.
_MOST = 1 << 18


class Seen:
    """Takes ids and tells which stood in several places."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self._buckets = [array("Q") for _ in range(BUCKETS)]
        self._held = 0
        self._file: IO[bytes] | None = None
        self._away: list[list[tuple[int, int]]] = [[] for _ in range(BUCKETS)]

    def add(self, id_: str, file: str, line: int) -> None:
        """Take an id."""
        mark = hash(id_) & _HASH
        bucket = self._buckets[mark % BUCKETS]
        bucket.append(mark)
        bucket.append(self.number(file) << OF_LINE | line)
        self._grown(1)

    def put(self, bucket: int, pairs: bytes) -> None:
        """Take many ids of a bucket: hashes as 64 bits and places in turn, in the byte order of the machine."""
        self._buckets[bucket].frombytes(pairs)
        self._grown(len(pairs) // 16)

    def number(self, file: str) -> int:
        """Return the number of the file that is being read."""
        if not self.files or self.files[-1] != file:
            self.files.append(file)
        return len(self.files) - 1

    def twice(self) -> Iterator[tuple[tuple[str, int], ...]]:
        """Yield the places of every id that has several, as file and line."""
        for number in range(BUCKETS):
            first: dict[int, int] = {}
            several: dict[int, list[int]] = {}
            for part in self._parts(number):
                for mark, place in zip(part[::2], part[1::2], strict=True):
                    if mark in first:
                        several.setdefault(mark, [first[mark]]).append(place)
                    else:
                        first[mark] = place
            for places in several.values():
                yield tuple((self.files[place >> OF_LINE], place & ((1 << OF_LINE) - 1)) for place in places)

    def _grown(self, by: int) -> None:
        self._held += by
        if self._held >= _MOST:
            self._put_away()

    def _put_away(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with this object
            weakref.finalize(self, self._file.close)
        for number, bucket in enumerate(self._buckets):
            if bucket:
                self._away[number].append((self._file.seek(0, 2), len(bucket)))
                bucket.tofile(self._file)
                del bucket[:]
        self._held = 0

    def _parts(self, number: int) -> Iterator[array[int]]:
        for start, length in self._away[number]:
            assert self._file is not None  # noqa: S101 - there is one where anything was put away
            self._file.seek(start)
            part = array("Q")
            part.fromfile(self._file, length)
            yield part
        yield self._buckets[number]
