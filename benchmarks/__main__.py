"""`make bench`: run every benchmark and show which speed goals hold.

Each ``bench_*`` module has ``measure()``, which returns rows of name, value, unit, goal and whether it
holds; ``benchmarks/rows.py`` has the row of what could not be measured. Names given on the command line choose
among them: ``python -m benchmarks startup``. The exit code is 1 when a goal is missed. The rows of a whole run are
kept in ``build/bench.json``, those of chosen benchmarks under their names beside it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.rows import Row

HERE = Path(__file__).parent
RESULTS = Path("build")
# A hundred million rows take minutes, and gigabytes of disk: only for who asks.
ASKED_FOR = ("scale",)


def main(chosen: Sequence[str]) -> int:
    """Run the chosen benchmarks, or all; print their rows as they come."""
    names = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    if strange := set(chosen) - set(names):
        print(f"no such benchmark: {', '.join(sorted(strange))}; there are {', '.join(names)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in names:
        if name not in (chosen or set(names) - set(ASKED_FOR)):
            continue
        print(f"\nbench_{name}")
        for row in import_module(f"benchmarks.bench_{name}").measure():
            rows.append(row)
            print(f"  {line(row)}", flush=True)
    results = RESULTS / f"{'-'.join(['bench', *sorted(chosen)])}.json"
    RESULTS.mkdir(exist_ok=True)
    results.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    missed = sum(row["holds"] is False for row in rows)
    absent = sum(row["holds"] is None for row in rows)
    print(f"\n{len(rows)} rows, {missed} missed, {absent} not measured; see {results}")
    return 1 if missed else 0


def line(row: Row) -> str:
    """Return a row as it is printed."""
    if row["holds"] is None:
        return f"absent {row['name']:<56} not measured: {row['why']}"
    mark = "" if not row["goal"] else "holds" if row["holds"] else "MISSED"
    value = f"{float(format(row['value'], '.4g')):,g}"
    return f"{mark:<6} {row['name']:<56} {value:>10} {row['unit']:<18} {row['goal']}".rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
