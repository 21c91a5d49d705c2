"""The terminal: pages of text going out, questions going to a person and answers coming back.

``prompts`` asks: with ``menus`` (the only module that knows Questionary and prompt_toolkit), or with
``lines`` where menus cannot be drawn. ``page`` lays out text by display width, ``terminal`` is the report
screen, ``explain`` its details, ``screens`` all other screens, ``streams`` what a stream can show.
Renderers return text; the commands print it.
"""

from __future__ import annotations

import signal


class Interrupted(Exception):  # noqa: N818 - it is an event, not an error
    """The person left in the middle: Ctrl-C, Ctrl-D, Esc, or a signal that ends the process.

    Every answer given before it has already been handed back by the asker; nothing is lost by
    letting this pass to the command line. ``signal`` is the number behind the exit code 128 + n.
    """

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__(f"interrupted by signal {number}")
        self.signal = int(number)

    @property
    def exit_code(self) -> int:
        """The exit code a shell expects: 130 for the keyboard, 143 for SIGTERM, 129 for SIGHUP."""
        return 128 + self.signal
