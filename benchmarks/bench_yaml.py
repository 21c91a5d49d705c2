"""Reading YAML with positions, beside PyYAML's own safe C loader on the same bytes (design.md section 7).

Each figure is the median of paired ratios: both readers take turns on the same bytes in this process.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from ltc_coach.reading.tree import LIMITS, parse_yaml

PLAYBOOKS = Path(__file__).parents[1] / "playbooks"
_HANZI = "客户为什么现在要解决这个问题谁在推动预算从哪里来决策人是否见过对手做了什么"
_SECONDS = 2.0  # at most, for each row


def deal(answers: int) -> bytes:
    """Make a deal file with so many answers."""
    lines = ["ltc: 1", "id: d1", "customer: 某省电力公司", "answers:"]
    lines += [f"  - {{question: q{i}, value: a, day: 2026-01-01, grade: said}}" for i in range(answers)]
    return "\n".join(lines).encode()


def bilingual(lines: int) -> bytes:
    """Make a bilingual list of questions of about so many lines."""
    draw = random.Random(1)

    def words(count: int) -> str:
        return "".join(draw.choice(_HANZI) for _ in range(count))

    text = ["questions:"]
    number = 0
    while len(text) < lines:
        number += 1
        text += [
            f"  - id: q{number}",
            "    ask:",
            f"      zh: {words(24)}?",
            f"      en: What was said on topic {number}?",
        ]
        text += [
            "    why:",
            f"      zh: {words(40)}",
            "      en: >-",
            "        Because it tells us where the customer stands",
            "        in the process.",
        ]
        text += ["    answers:"]
        for answer in ("early", "late"):
            text += [f"      - id: {answer}", f"        label: {{zh: {words(8)}, en: {answer} on topic {number}}}"]
            text += [f"        says: {{place: {{reached: p{number % 11}, trust: reliable}}}}"]
    return "\n".join(text).encode()


def largest() -> bytes:
    """Make a file as large as any that is accepted: near 1 MB and near 50,000 elements."""
    elements = 5  # of an item: itself, two keys, two values
    item = "- {zh: " + "客户" * 7 + ", en: " + "word " * 7 + "words}\n"
    return ("items:\n" + item * (LIMITS.nodes // elements - 1)).encode()


def ratio(content: bytes) -> float:
    """Return the median of our time over PyYAML's, the two taking turns."""
    if problems := parse_yaml(content, "bench").problems:
        raise ValueError(problems[0].message.en)
    pairs: list[float] = []
    end = time.perf_counter() + _SECONDS
    while len(pairs) < 5 or (time.perf_counter() < end and len(pairs) < 200):
        theirs = _timed(lambda: yaml.load(content, yaml.CSafeLoader))
        pairs.append(_timed(lambda: parse_yaml(content, "bench")) / theirs)
    return statistics.median(pairs)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure() -> list[dict[str, Any]]:
    """Return the rows of the benchmark table."""
    shipped = [path.read_bytes() for path in sorted(PLAYBOOKS.glob("*/*.yaml"))]
    samples = [
        ("shipped playbook files", max(shipped, key=len, default=deal(20)), 1.2),
        ("a deal of 8 answers", deal(8), 1.2),
        ("5,000 lines", bilingual(5_000), 1.2),
        ("the largest accepted file", largest(), 0.8),
    ]
    return [_row(name, content, goal) for name, content, goal in samples]


def _row(name: str, content: bytes, goal: float) -> dict[str, Any]:
    value = round(ratio(content), 3)
    return {
        "name": f"YAML with positions: {name} ({len(content):,} bytes)",
        "value": value,
        "unit": "x yaml.load(CSafeLoader)",
        "goal": f"<= {goal}",
        "holds": value <= goal,
    }


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']:<75} {row['value']:>6} {row['goal']:>7} {'holds' if row['holds'] else 'MISSED'}")
