"""Reads every hostile table in a process of its own, with little memory; prints one JSON object per table."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from ltc_coach.deals.tables import read_rows
from ltc_coach.model.row import Skipped
from ltc_coach.problems import CoachError
from tests.hostile.batch.corpus import TABLES

_MEMORY = 900_000_000  # bytes of address space


def main() -> None:
    """Read all tables."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    with tempfile.TemporaryDirectory() as folder:
        for table in TABLES:
            file = Path(folder, table.name)
            file.write_bytes(table.bytes)
            start = time.process_time()
            rows = refused = 0
            unusable, needs_extra, silent = False, False, []
            try:
                for row in read_rows([file]):
                    if not isinstance(row, Skipped):
                        rows += 1
                    elif row.row == 0:
                        unusable = True
                    else:
                        refused += 1
                    if isinstance(row, Skipped) and not (row.reason.zh and row.reason.en and row.line >= 1):
                        silent.append(row.row)
            except CoachError as error:
                needs_extra = "pip install" in error.message.en
            outcome = {
                "name": table.name, "rows": rows, "refused": refused, "unusable": unusable, "silent": silent,
                "needs_extra": needs_extra, "seconds": time.process_time() - start,
            }  # fmt: skip
            file.unlink()
            sys.stdout.write(json.dumps(outcome) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
