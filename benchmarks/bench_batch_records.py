"""`ltc batch` without extras: CSV in, a line of JSON per deal out, and what a plain script would need for it.

The yardstick is a script that only reads the same rows and writes each as JSON, run in turn in the same process: a
busy machine slows both. Deals of a firm repeat each other's answers; `different answers` is the other extreme. Deal
files, which have people and a dated log as well, are held against merely parsing them.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ltc_coach.authoring.loading import load_playbook
from ltc_coach.batch.rates import Rates
from ltc_coach.batch.records import Records
from ltc_coach.batch.summary import summarize
from ltc_coach.batch.tally import Tally
from ltc_coach.deals.imports import Importer
from ltc_coach.deals.tables import read_rows
from ltc_coach.documents.batch_jsonl import json_line
from ltc_coach.i18n import Lang
from ltc_coach.model.mapping import AnswerColumn, Mapping
from ltc_coach.model.playbook import Playbook
from ltc_coach.reading.tree import parse_yaml
from ltc_coach.settings import DEFAULT_PLAYBOOK

TODAY = date(2026, 11, 21)
ROUNDS = 3
QUESTIONS = 8
GOAL = 10_000
FILES, PARSED = 1_000, 2
EXAMPLES = Path(__file__).parent.parent / "examples" / "deals"
_HEAD = ("id", "customer", "owner", "amount", "expected", "stage")


def measure() -> list[dict[str, Any]]:
    """Measure deals per second on processor time, and times the plain script."""
    playbook = load_playbook(DEFAULT_PLAYBOOK)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "deals.csv")
        for name, count, kinds in (
            ("no answers", 10_000, 0),
            ("200 different sets of answers", 10_000, 200),
            ("all answers different", 10_000, 10_000),
        ):
            path.write_text(_table(playbook, count, kinds), encoding="utf-8")
            mine, plain = [], []
            for _ in range(ROUNDS):
                mine.append(_seconds(lambda: _batch(playbook, path)))
                plain.append(_seconds(lambda: _script(path)))
            speed = count / statistics.median(mine)
            times = statistics.median(a / b for a, b in zip(mine, plain, strict=True))
            rows += [
                {
                    "name": f"batch, {count:,} CSV rows, {name}",
                    "value": round(speed),
                    "unit": "deals/s",
                    "goal": f">= {GOAL:,}",
                    "holds": speed >= GOAL,
                },
                {"name": "  times a plain script", "value": round(times, 1), "unit": "x", "goal": "", "holds": True},
            ]
    return [*rows, _deal_files(playbook)]


def _deal_files(playbook: Playbook) -> dict[str, Any]:
    """Measure a run over deal files, times only parsing them."""
    with tempfile.TemporaryDirectory() as folder:
        paths = _deals(playbook, Path(folder))
        ratios = []
        # The first round loads what reading deals needs.
        for _ in range(ROUNDS + 1):
            mine = _seconds(lambda: _run(Mapping(columns={}), playbook, paths))
            ratios.append(mine / _seconds(lambda: _parse(paths)))
    times = statistics.median(ratios[1:])
    name = f"batch, {FILES:,} deal files, times only parsing them"
    return {"name": name, "value": round(times, 1), "unit": "x", "goal": f"<= {PARSED}", "holds": times <= PARSED}


def _deals(playbook: Playbook, folder: Path) -> list[Path]:
    """Write the example deals many times, each with an id, days and answers of its own."""
    draw = random.Random(3)
    options = {q.id: [option.id for option in q.answers] for q in playbook.questions}
    texts = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.yaml"))]

    def other_day(found: re.Match[str]) -> str:
        # What was said on one day still is.
        day = days.get(found[0]) or date.fromisoformat(found[0]) - timedelta(days=draw.randrange(7))
        return days.setdefault(found[0], day).isoformat()

    def other_answer(found: re.Match[str]) -> str:
        return f"question: {found[1]}, value: {draw.choice(options.get(found[1], [found[2]]))}"

    paths = []
    for i in range(FILES):
        days: dict[str, date] = {}
        text = re.sub(r"^id: .*$", f"id: deal-{i}", texts[i % len(texts)], flags=re.MULTILINE)
        text = re.sub(r"\d{4}-\d\d-\d\d", other_day, text)
        text = re.sub(r"question: (\w+), value: (\w+)", other_answer, text)
        paths.append(folder / f"{i}.yaml")
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def _parse(paths: Iterable[Path]) -> None:
    for path in paths:
        parse_yaml(path.read_bytes(), path.name)


def _table(playbook: Playbook, count: int, kinds: int) -> str:
    draw = random.Random(3)
    questions = playbook.questions[:QUESTIONS]
    sets = [[draw.choice(["", *(o.id for o in q.answers)]) for q in questions] for _ in range(kinds)]
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow([*_HEAD, *(q.id for q in questions)])
    for i in range(count):
        told = sets[i] if kinds == count else draw.choice(sets) if sets else [""] * QUESTIONS
        amount = f"{draw.randrange(10**6)}.{draw.randrange(100):02}"
        deal = [f"d{i}", f"客户{i % 900}", f"销售{i % 40}", amount, f"2026-12-{1 + i % 28:02}", "方案"]
        writer.writerow([*deal, *told])
    return held.getvalue()


def _batch(playbook: Playbook, path: Path) -> None:
    mapping = Mapping(
        columns={"id": "id", "customer": "customer", "owner": "owner", "amount": "amount", "expected": "expected",
                 "crm_stage": "stage"},
        stages={"方案": "solution"},
        answers={q.id: AnswerColumn(column=q.id) for q in playbook.questions[:QUESTIONS]},
    )  # fmt: skip
    _run(mapping, playbook, [path])


def _run(mapping: Mapping, playbook: Playbook, paths: Sequence[Path]) -> None:
    rates = Rates(playbook)
    records, tally = Records(playbook, TODAY, rates, mapping.stages), Tally(TODAY, rates)
    with tempfile.TemporaryFile("w", encoding="utf-8") as out:
        for row in records.read(Importer(mapping, playbook).read(read_rows(paths))):
            tally.add(row)
            out.write(json_line(row, Lang.ZH, TODAY))
    summarize(tally, playbook, (), records.stays)


def _script(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as table, tempfile.TemporaryFile("w", encoding="utf-8") as out:
        for row in csv.DictReader(table):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _seconds(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
