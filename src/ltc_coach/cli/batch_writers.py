"""What writes the rows of a run as they come: nothing, lines of JSON or CSV, Parquet."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from ltc_coach.batch.last_run import TODAY
from ltc_coach.cli.batch_product import Product
from ltc_coach.cli.batch_rows import Piece
from ltc_coach.i18n import Lang
from ltc_coach.model.batch import DealRow
from ltc_coach.model.frame import Frame

if TYPE_CHECKING:
    from ltc_coach.documents.batch_frames import Lines


class Writer:
    """Writes nothing: the report is made of the summary alone."""

    def add(self, piece: Piece) -> None:
        """Write a row, or the rows of a frame."""

    def close(self) -> None:
        """Write what is left."""

    def drop(self) -> None:
        """Let go of what is not to be finished."""


class JsonWriter(Writer):
    """Writes a line of JSON per row."""

    def __init__(self, product: Product, lang: Lang, today: date) -> None:
        self._product = product
        self._lang = lang
        self._today = today
        self._lines: Lines | None = None

    def add(self, piece: Piece) -> None:
        """See ``Writer.add``."""
        from ltc_coach.documents.batch_jsonl import json_line

        if isinstance(piece, Frame):
            if self._lines is None:
                from ltc_coach.documents.batch_frames import JsonLines

                self._lines = JsonLines(self._lang, self._today)
            self._product.write_lines(self._lines.of(piece))
        else:
            self._product.write(json_line(piece, self._lang, self._today))


class CsvWriter(Writer):
    """Writes a line of CSV per row, below a heading."""

    def __init__(self, product: Product, lang: Lang) -> None:
        from ltc_coach.documents.batch_jsonl import csv_report

        heading, self._line = csv_report(lang)
        self._product = product
        self._lang = lang
        self._lines: Lines | None = None
        product.write(heading)

    def add(self, piece: Piece) -> None:
        """See ``Writer.add``."""
        if isinstance(piece, Frame):
            if self._lines is None:
                from ltc_coach.documents.batch_frames import CsvLines

                self._lines = CsvLines(self._lang)
            self._product.write_lines(self._lines.of(piece))
        else:
            self._product.write(self._line(piece))


class ParquetWriter(Writer):
    """Writes the deals as columns, and the day, so that a later run can tell what has changed since."""

    def __init__(self, product: Product, today: date) -> None:
        from ltc_coach.documents.batch_parquet import ParquetRows

        self._rows = ParquetRows(product.stream, {TODAY: today.isoformat()})

    def add(self, piece: Piece) -> None:
        """See ``Writer.add``."""
        if isinstance(piece, Frame):
            self._rows.frame(piece)
        elif isinstance(piece, DealRow):
            self._rows.row(piece)

    def close(self) -> None:
        """See ``Writer.close``."""
        self._rows.close()

    def drop(self) -> None:
        """See ``Writer.drop``: Arrow finishes its file in any case, while there is one."""
        with suppress(OSError):
            self._rows.close()
