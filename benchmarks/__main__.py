"""`make bench`: run every benchmark and show which speed goals hold.

Each ``bench_*`` module has ``measure()``, which returns rows of name, value, unit, goal and whether it
holds. Names given on the command line choose among them: ``python -m benchmarks startup``. The exit
code is 1 when a goal is missed. The rows are kept in ``build/bench.json``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = Path("build") / "bench.json"


def main(chosen: Sequence[str]) -> int:
    """Run the chosen benchmarks, or all; print their rows as they come."""
    names = sorted(path.stem for path in HERE.glob("bench_*.py"))
    rows: list[dict[str, Any]] = []
    for name in names:
        if chosen and name.removeprefix("bench_") not in chosen:
            continue
        print(f"\n{name}")
        for row in import_module(f"benchmarks.{name}").measure():
            rows.append(row)
            mark = "      " if not row["goal"] else "holds " if row["holds"] else "MISSED"
            print(f"  {mark} {row['name']:<56} {row['value']:>10} {row['unit']:<18} {row['goal']}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    missed = sum(1 for row in rows if not row["holds"])
    print(f"\n{len(rows)} rows, {missed} missed; see {RESULTS}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
