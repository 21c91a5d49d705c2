"""Signals that end a process: whoever has begun something is told, and can put it right first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

HANGUP: int = getattr(signal, "SIGHUP", signal.SIGTERM)
_ENDING = {signal.SIGTERM, HANGUP}


@contextmanager
def on_ending(leave: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Call ``leave`` for SIGTERM and SIGHUP; what is ignored, as under nohup, stays so. In the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, leave) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Ended(KeyboardInterrupt):
    """A signal ended the run. As with Ctrl-C, nothing that only looks out for errors may keep it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by signal {number}")
        self.exit_code = 128 + number


def end(number: int, _frame: FrameType | None) -> None:
    """End what is going on as Ctrl-C does."""
    raise Ended(number)
