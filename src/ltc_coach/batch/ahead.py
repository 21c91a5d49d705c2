"""The next item of a stream is made while this one is used."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

_Item = TypeVar("_Item")


def ahead(items: Iterable[_Item]) -> Generator[_Item, None, None]:
    """Have the next item made in a thread while this one is used: reading and writing leave the interpreter free."""
    waiting: queue.Queue[_Item | BaseException | None] = queue.Queue(1)
    stopped = threading.Event()

    def hand_over(item: _Item | BaseException | None) -> None:
        while not stopped.is_set():
            with contextlib.suppress(queue.Full):
                waiting.put(item, timeout=0.1)
                return

    def work() -> None:
        try:
            for item in items:
                hand_over(item)
                if stopped.is_set():
                    break
            if isinstance(items, Generator):
                # What it holds open is let go of here, where it was opened.
                items.close()
            hand_over(None)
        except BaseException as error:  # noqa: BLE001 - raised again where the parts are used
            hand_over(error)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        # A thread at work while the interpreter goes takes the process down with it.
        worker.join()
