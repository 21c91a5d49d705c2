"""Reports of any size on their way out: gathered in a file, delivered whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ltc_coach.console.signals import end, on_ending
from ltc_coach.console.streams import is_terminal
from ltc_coach.i18n import both
from ltc_coach.problems import CoachError, ExitCode

if TYPE_CHECKING:
    from ltc_coach.cli.session import Session

_NO_ROOM = both(zh="标准输出写不进去 ({reason})", en="standard output cannot be written ({reason})")
_PIECE = 1 << 20
# A report nobody has written to for so long will never be one: its run was killed.
_DEAD_S = 3600.0
_BUFFER = 1 << 18


class Product:
    """A report being written; nothing of it is seen before :meth:`deliver`.

    ``path`` is where it lies, beside the file it will be; None for a file without a name.
    """

    def __init__(self, stream: IO[bytes], path: Path | None = None) -> None:
        self.stream = stream
        self.path = path

    def write(self, text: str) -> None:
        """Add a piece of text."""
        self.stream.write(text.encode("utf-8", "replace"))

    def write_lines(self, pieces: Iterable[Any]) -> None:
        """Add lines that are bytes already."""
        self.stream.writelines(pieces)

    def pieces(self) -> Iterator[bytes]:
        """Yield what was written so far, from the beginning."""
        self.stream.seek(0)
        while piece := self.stream.read(_PIECE):
            yield piece

    def lines(self) -> Iterator[str]:
        """Yield the lines written so far."""
        self.stream.seek(0)
        for line in self.stream:
            yield line.decode("utf-8")


@contextmanager
def spool(output: str | None = None) -> Iterator[Product]:
    """Give a product that is gone afterwards unless it was delivered to ``output``. Raises CoachError.

    It lies beside its output, so that it need not be written twice; what has none, in a temporary file.
    """
    from ltc_coach.deals.writing import cannot_write, refuse_link, sweep

    path = None if output in {None, "-"} else Path(str(output))
    if path is not None:
        # Said before a million rows are read, not after.
        refuse_link(path)
        path = None if path.exists() and not path.is_file() else path
    if path is not None:
        sweep(path, _DEAD_S)
    temporary = path and path.with_name(f".{path.name}.{os.urandom(4).hex()}.ltc-tmp")
    try:
        with (
            on_ending(end),
            temporary.open("x+b", _BUFFER) if temporary else tempfile.TemporaryFile(buffering=_BUFFER) as stream,
        ):
            yield Product(stream, temporary)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise cannot_write(path or Path(tempfile.gettempdir()), error) from error
    finally:
        if temporary:
            with suppress(OSError):
                temporary.unlink()


def deliver(session: Session, product: Product, output: str | None) -> None:
    """Put a product where it belongs: standard output, or ``output`` as a whole. Raises CoachError (5)."""
    from ltc_coach.deals.writing import make_like, sync_folder, write_result

    if output in {None, "-"}:
        _show(session, product)
        return
    path = Path(str(output))
    if product.path is None:
        write_result(str(path), b"".join(product.pieces()))
        return
    product.stream.flush()
    if path.exists():
        make_like(product.stream.fileno(), path.stat())
    os.fsync(product.stream.fileno())
    # Windows replaces no open file.
    product.stream.close()
    product.path.replace(path)
    sync_folder(path)


def _show(session: Session, product: Product) -> None:
    try:
        # Raises where there is no standard output.
        session.emit("")
        for piece in product.lines() if is_terminal(sys.stdout) else product.pieces():
            if isinstance(piece, str):
                sys.stdout.write(piece)
            else:
                sys.stdout.buffer.write(piece)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CoachError(_NO_ROOM.fill(reason=reason), exit_code=ExitCode.IO) from error


def append_lines(path: Path, product: Product) -> None:
    """Add lines to a file of ours, beginning a new line where the last one was cut short. Raises CoachError."""
    from ltc_coach.deals.writing import cannot_write, locked

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    with locked(path.parent):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "r+b") as stream:
                size = stream.seek(0, os.SEEK_END)
                if size:
                    stream.seek(size - 1)
                    if stream.read(1) != b"\n":
                        stream.write(b"\n")
                stream.writelines(product.pieces())
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise cannot_write(path, error) from error
