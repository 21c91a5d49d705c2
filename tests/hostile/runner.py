"""Reads every hostile input in a process of its own: what kills it must not take the tests with it.

Prints one JSON object per case, in order, so the last line tells which one the process died after.
"""

from __future__ import annotations

import json
import sys
import time

from ltc_coach.plain import UNSAFE
from ltc_coach.problems import Problem
from ltc_coach.reading.tree import parse_yaml
from tests.hostile.corpus import CASES

_MEMORY = 600_000_000  # bytes of address space; the bombs want gigabytes


def main() -> None:
    """Run all cases."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    for case in CASES:
        content = case.bytes
        start = time.process_time()
        document = parse_yaml(content, "f.yaml")
        seconds = time.process_time() - start
        outcome = {
            "name": case.name,
            "codes": sorted({problem.code for problem in document.problems}),
            "seconds": seconds,
            "as_written": case.data is None or document.data == case.data,
            "badly_told": [problem.code for problem in document.problems if not _well_told(problem, len(content))],
        }
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()


def _well_told(problem: Problem, size: int) -> bool:
    """Whether a problem has a place in the file, both languages, and no live control characters."""
    texts = (problem.message.zh, problem.message.en, problem.hint.zh, problem.hint.en)
    return (
        problem.where is not None
        and 1 <= problem.where.line <= size + 1
        and problem.where.column >= 1
        and bool(problem.message.zh and problem.message.en)
        and bool(problem.hint.zh) == bool(problem.hint.en)
        and not any(UNSAFE.search(text) or len(text) > 200 for text in texts)
    )


if __name__ == "__main__":
    main()
