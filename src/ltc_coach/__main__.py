"""The front door of ``ltc``, and the one place where errors become exit codes.

``ltc --version`` is answered here, before anything heavy is loaded; scripts call it often.
"""

from __future__ import annotations

import gc
import os
import sys

from ltc_coach import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (see ``problems.EXIT_CODES``); never raises."""
    args = list(sys.argv[1:] if argv is None else argv)
    _make_haste()
    try:
        if args in (["--version"], ["-V"]) and sys.stdout is not None:
            sys.stdout.write(f"ltc {__version__}\n")
            code = 0
        else:
            from ltc_coach.cli.app import run

            code = run(args)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - nothing may leave this function as a traceback
        from ltc_coach.cli.failures import settle

        code = settle(error, args)
    if argv is None:
        # The process ends now: nothing is left to collect.
        gc.freeze()
    return code


def _make_haste() -> None:
    """Spare a short run what only long ones need: frequent garbage collection, a search for Pydantic plug-ins."""
    gc.set_threshold(50_000, 20, 20)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


if __name__ == "__main__":
    sys.exit(main())
