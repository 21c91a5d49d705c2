"""The rows of a run: one by one, or a whole table at a time in columns where that can be done and is worth it.

What a table's reader cannot take in columns, single lines or whole files, is read record by record, in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from ltc_coach.batch.limits import stale
from ltc_coach.batch.rates import Rates
from ltc_coach.batch.records import Records
from ltc_coach.batch.stays import Stays
from ltc_coach.deals.imports import Importer
from ltc_coach.deals.inputs import STDIN
from ltc_coach.i18n import Text
from ltc_coach.model.batch import DealRow, SkippedRow
from ltc_coach.model.frame import Frame
from ltc_coach.model.playbook import Playbook

if TYPE_CHECKING:
    from ltc_coach.batch.blocks import Piece as Unread
    from ltc_coach.batch.blocks import Raw
    from ltc_coach.batch.frames import Framing
    from ltc_coach.cli.batch_input import Source
    from ltc_coach.deals.tables import Plain

Piece: TypeAlias = DealRow | SkippedRow | Frame

# Bytes from which on a file is read in columns: for less, loading what is needed takes longer than reading.
WIDE = 1 << 20


class Reading:
    """One pass over a source."""

    def __init__(self, source: Source, book: Playbook, today: date, rates: Rates) -> None:
        self._source = source
        self._book = book
        self._today = today
        self._rates = rates
        self._importer = Importer(source.mapping, book, source.lookups)
        self._records = Records(book, today, rates, source.mapping.stages)
        self._framing: Framing | None = None

    @property
    def stays(self) -> Stays:
        """How long the deals read so far took."""
        return self._records.stays

    def findings(self) -> Sequence[Text]:
        """Return what is odd about the rows read so far."""
        return [
            *stale(self._importer.tally.newest, self._today),
            *(finding.message for finding in self._importer.findings()),
        ]

    def pieces(self) -> Iterator[Piece]:
        """Yield everything, in the order of the files and their rows."""
        rows = self._source.rows
        for file in rows.files:
            plain = rows.plain(file) if self._is_wide(file) else None
            if plain is None or self._source.mapping.join:
                yield from self._records.read(self._importer.read(rows.read(file)))
            else:
                yield from self._in_columns(plain)

    def _is_wide(self, file: str) -> bool:
        if not all(map(find_spec, ("numpy", "pyarrow"))):
            return False
        path = Path(file)
        # For a Parquet file all of it is needed anyway.
        return file == STDIN or (path.is_file() and (path.suffix == ".parquet" or path.stat().st_size >= WIDE))

    def _in_columns(self, plain: Plain) -> Iterator[Piece]:
        from pyarrow import set_memory_pool, system_memory_pool

        from ltc_coach.batch.ahead import ahead
        from ltc_coach.batch.blocks import Unsuitable

        # Arrow's own pool keeps what it was given, a fifth more in the end, and is no faster here.
        set_memory_pool(system_memory_pool())
        try:
            with closing(ahead(self._framed(plain))) as pieces:
                yield from pieces
        except Unsuitable:
            # Said before the first row.
            yield from self._records.read(self._importer.read(self._source.rows.read(plain.file)))

    def _framed(self, plain: Plain) -> Iterator[Piece]:
        """Yield the rows of a table as frames; of what cannot be read so, row by row."""
        from ltc_coach.batch.ahead import ahead
        from ltc_coach.batch.blocks import Broken

        rows = self._source.rows
        rows.begin(plain)
        with rows.stream(plain.file) as stream, closing(ahead(self._blocks(plain, stream))) as blocks:
            try:
                yield from self._of_blocks(plain, blocks)
            except Broken:
                yield from self._records.read(self._importer.read([rows.broken(plain)]))

    def _of_blocks(self, plain: Plain, blocks: Iterable[Raw | Unread]) -> Iterator[Piece]:
        from ltc_coach.batch.blocks import Piece as Unread
        from ltc_coach.batch.cells import Cells
        from ltc_coach.batch.columns import Columns
        from ltc_coach.batch.frames import Framing

        layout, records = self._source.mapping, self._records
        if self._framing is None:
            self._columns = Columns(self._book, Cells.layout(layout))
            self._framing = Framing(self._book, self._today, self._rates, layout.stages, records.stays)
        cells, before = Cells(plain.name, layout, self._columns), records.number
        for block in blocks:
            within = records.number - before
            if isinstance(block, Unread):
                with block.stream as lines:
                    rows = self._source.rows.piece(plain, lines, within, block.line)
                    yield from records.read(self._importer.read(rows))
            else:
                frame = self._framing.frame(plain.name, cells.part(block, within), before)
                records.number += block.rows
                self._importer.take(frame)
                yield frame

    def _blocks(self, plain: Plain, stream: BinaryIO) -> Iterator[Any]:
        from ltc_coach.batch import blocks

        layout = self._source.mapping
        if plain.kind == "parquet":
            yield from blocks.parquet_blocks(stream, layout)
            return
        with blocks.in_utf8(stream, plain.encoding.codec, plain.encoding.mark) as text:
            if plain.kind == "jsonl":
                yield from blocks.json_blocks(text, layout)
            else:
                yield from blocks.csv_blocks(
                    text, layout, plain.headings, plain.delimiter, plain.first, alone=plain.alone
                )
