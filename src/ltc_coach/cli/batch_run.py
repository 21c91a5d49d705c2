"""One run over many deals: rows in, every one accounted for, a report out, an exit code."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ltc_coach.batch.hindsight import Score, kept_line, read_kept
from ltc_coach.batch.tally import Tally
from ltc_coach.cli.batch_product import Product, append_lines, deliver, spool
from ltc_coach.cli.batch_rows import Piece, Reading
from ltc_coach.cli.batch_writers import CsvWriter, JsonWriter, ParquetWriter, Writer
from ltc_coach.cli.failures import nearest
from ltc_coach.cli.session import Session, note
from ltc_coach.console.streams import is_terminal
from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import DealRow, SkippedRow, Summary
from ltc_coach.model.frame import Brief, Frame
from ltc_coach.plain import clean, quoted
from ltc_coach.problems import CoachError, ExitCode

if TYPE_CHECKING:
    from ltc_coach.batch.last_run import Last
    from ltc_coach.batch.rates import Rates
    from ltc_coach.cli.batch_input import Source
    from ltc_coach.model.playbook import Playbook

# Refused rows told one by one on the error stream.
_TOLD = 20
# Nothing is drawn before a run takes this long, and then so often.
_PATIENCE_S, _AGAIN_S = 1.0, 0.5

# Formats that are written while the rows are read.
_ROW_BY_ROW = frozenset({"jsonl", "csv", "parquet"})

Condition = Literal["stalled", "unsettled", "overdue", "at-risk", "skipped", "went-back"]
_CONDITIONS: tuple[Condition, ...] = ("stalled", "unsettled", "overdue", "at-risk", "skipped", "went-back")
_THEMES: Mapping[str, str] = {"stalled": "silent", "unsettled": "unsettled", "overdue": "overdue"}

_FAIL_ON = both(
    zh="--fail-on 要写成 stalled=3 这样;可以用 {names}", en="--fail-on wants a form like stalled=3; there are {names}"
)
_NO_LAST = both(zh="--fail-on went-back 要和 --since 一起用", en="--fail-on went-back needs --since")
_MORE = both(zh="另有 {n:,} 行读不了", en="{n:,} more rows could not be read")
_STRICT = both(zh="有 {n} 行读不了,没有出报告 (--strict)", en="{n} rows cannot be read: no report (--strict)")
_NOTHING = both(zh="一行也读不了", en="not one row can be read")
_FOUND = both(zh="--fail-on {what}:{n}", en="--fail-on {what}: {n}")
_READ = both(zh="读了 {n:,} 行……", en="{n:,} rows read...")
_KEPT = both(zh="记下了 {n:,} 个商机的预测:{file}", en="kept the forecasts of {n:,} deals: {file}")
_NONE_KEPT = both(zh="{file}:还没有今天以前记下的预测", en="{file}: no forecasts were kept before today")
_KEEP_FIRST = both(zh="先用 --keep 记一次", en="keep one first, with --keep")
_NOT_ON_SCREEN = both(zh="{form} 不是给屏幕看的:加 -o 文件名", en="{form} is not for the screen: add -o FILE")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a run."""

    form: str
    output: str | None
    strict: bool
    fail_on: Mapping[Condition, Decimal]
    keep: bool
    score: bool
    forecasts: Path


def conditions(written: Sequence[str], *, compared: bool) -> dict[Condition, Decimal]:
    """Turn `stalled=3` into a limit; raises CoachError (2)."""
    found: dict[Condition, Decimal] = {}
    for one in written:
        name, _, limit = one.partition("=")
        try:
            condition = next(its for its in _CONDITIONS if its == name)
            found[condition] = Decimal(limit or 1)
        except (StopIteration, InvalidOperation):
            hint = nearest(name, _CONDITIONS)
            raise CoachError(_FAIL_ON.fill(names=", ".join(_CONDITIONS)), hint=hint) from None
        if not found[condition].is_finite() or found[condition] <= 0:
            raise CoachError(_FAIL_ON.fill(names=", ".join(_CONDITIONS)))
    if "went-back" in found and not compared:
        raise CoachError(_NO_LAST)
    return found


@dataclass(slots=True)
class Run:
    """A run over a source: the rows go through once, or once more where a format needs them after the summary."""

    session: Session
    book: Playbook
    today: date
    rates: Rates
    last: Last | None
    source: Source
    notes: tuple[Text, ...] = ()

    def report(self, wish: Wish) -> int:
        """Write the report that is wanted; return the exit code."""
        from ltc_coach.batch.comparison import Comparison
        from ltc_coach.batch.summary import summarize

        if wish.form in {"xlsx", "parquet"} and wish.output is None:
            raise CoachError(_NOT_ON_SCREEN.fill(form=wish.form))
        tally = Tally(self.today, self.rates, Comparison(self.last, self.book) if self.last else None)
        score, reading = self._score(wish), self._reading()
        with ExitStack() as stack:
            product = stack.enter_context(spool(wish.output if wish.form in _ROW_BY_ROW else None))
            kept = stack.enter_context(spool()) if wish.keep else None
            writer = self._writer(wish, product)
            stack.callback(writer.drop)
            forecasts = self._go_through(reading, tally, score, writer, kept)
            if tally.refused and (wish.strict or not tally.reported):
                message = _STRICT.fill(n=f"{tally.refused:,}") if wish.strict else _NOTHING
                raise CoachError(message)
            summary = summarize(
                tally,
                self.book,
                self.source.rows.sources,
                reading.stays,
                findings=reading.findings(),
                notes=(*self.notes, *self.source.notes),
                hindsight=score.hindsight() if score else None,
            )
            self._emit(wish, summary, product)
            if kept:
                append_lines(wish.forecasts, kept)
                self.session.say(_KEPT.fill(n=forecasts, file=wish.forecasts))
        failed = self._failed(wish, tally)
        if tally.refused:
            return int(ExitCode.PARTIAL)
        return int(ExitCode.FOUND if failed else ExitCode.OK)

    def _reading(self) -> Reading:
        return Reading(self.source, self.book, self.today, self.rates)

    def _go_through(
        self, reading: Reading, tally: Tally, score: Score | None, writer: Writer, kept: Product | None
    ) -> int:
        """Take every row into account; return how many forecasts are to be kept."""
        progress, telling = _Progress(self.session), _Telling(self.session)
        number = forecasts = 0
        for piece in reading.pieces():
            number += piece.rows if isinstance(piece, Frame) else 1
            _take(tally, piece)
            writer.add(piece)
            skipped = piece.skipped if isinstance(piece, Frame) else [piece] if isinstance(piece, SkippedRow) else ()
            if skipped:
                progress.clear()
                telling.tell(skipped)
            if score or kept:
                for deal in _deals(piece):
                    if score:
                        score.add(deal)
                    if kept and (line := kept_line(deal, self.today)) is not None:
                        kept.write(line + "\n")
                        forecasts += 1
            progress.show(number)
        writer.close()
        progress.clear()
        telling.end()
        return forecasts

    def _score(self, wish: Wish) -> Score | None:
        if not wish.score:
            return None
        try:
            with wish.forecasts.open(encoding="utf-8", errors="replace") as lines:
                kept = read_kept(lines, self.today)
        except OSError:
            kept = {}
        if not kept and wish.keep:
            # The first Monday of a script that keeps and scores: there is nothing to score yet.
            self.session.say(_NONE_KEPT.fill(file=wish.forecasts))
            return None
        if not kept:
            raise CoachError(_NONE_KEPT.fill(file=wish.forecasts), hint=_KEEP_FIRST)
        return Score(kept)

    def _writer(self, wish: Wish, product: Product) -> Writer:
        """Return what writes rows as they come, in formats with a line per row."""
        if wish.form in {"jsonl", "json"}:
            return JsonWriter(product, self.session.lang, self.today)
        if wish.form == "csv":
            return CsvWriter(product, self.session.lang)
        return ParquetWriter(product, self.today) if wish.form == "parquet" else Writer()

    def _emit(self, wish: Wish, summary: Summary, product: Product) -> None:
        """Put the report where it belongs."""
        session, output = self.session, wish.output
        if wish.form in _ROW_BY_ROW:
            deliver(session, product, output)
        elif wish.form == "json":
            from ltc_coach.documents.batch_jsonl import json_report

            with spool(output) as whole:
                for piece in json_report(summary, product.lines(), session.lang):
                    whole.write(piece)
                deliver(session, whole, output)
        elif wish.form == "screen":
            from ltc_coach.console.batch import batch_screen

            width, colour = session.width(output), session.colour(output)
            session.emit(batch_screen(summary, session.lang, width=width, colour=colour), output)
        else:
            self._document(wish, summary)

    def _document(self, wish: Wish, summary: Summary) -> None:
        """Write a document for people, or a column file; some go through the rows once more."""
        session, lang = self.session, self.session.lang
        if wish.form == "md":
            from ltc_coach.documents.batch_markdown import batch_markdown

            session.emit(batch_markdown(summary, lang), wish.output)
        elif wish.form == "html":
            from ltc_coach.documents.batch_html import batch_html

            session.emit(batch_html(summary, lang), wish.output, machine=True)
        else:
            from ltc_coach.documents.batch_xlsx import batch_xlsx

            with spool(wish.output) as product:
                # The sheet of all deals stands behind what is only known after the last of them.
                deals = (row for piece in self._reading().pieces() for row in _rows(piece))
                product.stream.write(batch_xlsx(summary, deals, lang))
                deliver(session, product, wish.output)

    def _failed(self, wish: Wish, tally: Tally) -> bool:
        """Say which conditions of --fail-on hold."""
        failed = False
        for what, limit in wish.fail_on.items():
            if what == "at-risk":
                over = {currency: sum_ for currency, sum_ in tally.at_risk().items() if sum_ >= limit}
                found = ", ".join(f"{currency} {sum_:f}" for currency, sum_ in sorted(over.items()))
            else:
                n = {"skipped": tally.refused, "went-back": tally.went_back()}.get(what)
                n = tally.themed(_THEMES[what]) if n is None else n
                found = f"{n:,}" if n >= limit else ""
            if found:
                failed = True
                self.session.say(_FOUND.fill(what=f"{what}={limit}", n=found))
        return failed


def _take(tally: Tally, piece: Piece) -> None:
    """Take a row, or all rows of a frame, into account."""
    if isinstance(piece, Frame):
        from ltc_coach.batch.frame_tally import add_frame

        add_frame(tally, piece)
    else:
        tally.add(piece)


def _rows(piece: Piece) -> Iterable[DealRow]:
    """Return the deals of a piece as rows."""
    if isinstance(piece, Frame):
        from ltc_coach.arrays.rows import deals_of

        return deals_of(piece)
    return [piece] if isinstance(piece, DealRow) else ()


def _deals(piece: Piece) -> Iterable[DealRow | Brief]:
    """Return of the deals of a piece what is followed from run to run."""
    if isinstance(piece, Frame):
        from ltc_coach.arrays.rows import briefs_of

        return briefs_of(piece)
    return _rows(piece)


class _Telling:
    """Lists refusals on the error stream: file, line, column, reason; of many only the first."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told = 0

    def tell(self, rows: Sequence[SkippedRow]) -> None:
        """List some."""
        for row in rows[: max(0, _TOLD - self._told)]:
            column = f"{quoted(row.field, 60)}: " if row.field else ""
            note(f"{clean(row.file)}:{row.line}: {column}{clean(row.reason.get(self._session.lang))}")
        self._told += len(rows)

    def end(self) -> None:
        """Say how many there were besides."""
        if self._told > _TOLD:
            self._session.say(_MORE.fill(n=self._told - _TOLD))


class _Progress:
    """How far a run is: on a terminal only, and only when it takes long."""

    def __init__(self, session: Session) -> None:
        import sys

        self._stream = sys.stderr if is_terminal(sys.stderr) else None
        self._lang = session.lang
        self._next = time.monotonic() + _PATIENCE_S
        self._shown = False

    def show(self, number: int) -> None:
        """Draw the number of rows if it is time to."""
        if self._stream is not None and (now := time.monotonic()) >= self._next:
            self._stream.write(f"\r{_READ.fill(n=number).get(self._lang)}")
            self._stream.flush()
            self._next, self._shown = now + _AGAIN_S, True

    def clear(self) -> None:
        """Take the line away."""
        if self._stream is not None and self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False
