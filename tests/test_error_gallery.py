"""The error gallery: planted faults of a trainer's kind, and exactly what `ltc playbook lint` says about each.

``tests/errors/NAME.yaml`` (or a folder) is a tiny playbook with one fault; beside it ``NAME.en.txt`` and
``NAME.zh.txt`` hold the output, byte for byte. ``LTC_UPDATE=1 pytest tests/test_error_gallery.py`` writes
them anew; read the difference before you keep it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ltc_coach.i18n import Lang
from tests.cli_kit import Ran

GALLERY = Path(__file__).parent / "errors"
ROOT = GALLERY.parent.parent
FAULTS = sorted((p for p in GALLERY.iterdir() if p.is_dir() or p.suffix == ".yaml"), key=lambda p: p.stem)
UPDATE = os.environ.get("LTC_UPDATE") == "1"

INTRODUCTION = """\
# 错误画廊 · The error gallery

<!-- Written by LTC_UPDATE=1 pytest tests/test_error_gallery.py -->

每个文件(或文件夹)是一本只错了一处的小手册,旁边的 `.zh.txt`、`.en.txt` 是 `ltc playbook lint` 的原话。

Each file (or folder) is a tiny playbook with one fault; the `.zh.txt` and `.en.txt` beside it are what
`ltc playbook lint` says about it.

| 文件 · file | 说什么 · what it says |
|---|---|
"""


@pytest.fixture
def lint(ltc: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, Lang], str]:
    """Return what the command prints about a fault, the path given as a trainer would: from the project's folder."""
    monkeypatch.chdir(ROOT)

    def run(fault: Path, lang: Lang) -> str:
        path = fault.relative_to(ROOT).as_posix()
        return ltc("playbook", "lint", path, lang=lang.value).out

    return run


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("fault", FAULTS, ids=lambda p: p.stem)
def test_every_fault_is_told_in_these_words(fault: Path, lang: Lang, lint: Callable[[Path, Lang], str]) -> None:
    """One fault, one message: place, excerpt, reason and remedy in the reader's language."""
    said = lint(fault, lang)
    recorded = fault.with_name(f"{fault.stem}.{lang.value}.txt")
    if UPDATE:
        recorded.write_text(said, encoding="utf-8")
    assert said == recorded.read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda p: p.stem)
def test_a_fault_gives_one_message_with_a_place_and_a_hint(fault: Path) -> None:
    """A trainer who made one slip reads about one slip, where it is and what to do."""
    english = fault.with_name(f"{fault.stem}.en.txt").read_text(encoding="utf-8")
    first, *rest = english.rstrip("\n").split("\n")
    assert re.match(rf"tests/errors/{fault.stem}[./]\S+:\d+:\d+  (error|warning) [a-z-]+: ", first)
    assert rest[-1] in {"1 error, 0 warnings", "0 errors, 1 warning"}
    assert any(line.startswith("  hint: ") for line in rest)


def test_no_recorded_message_is_left_without_its_fault() -> None:
    """Renaming a fault takes its recordings along."""
    recorded = {p.name.split(".")[0] for p in GALLERY.glob("*.txt")}
    assert recorded == {p.stem for p in FAULTS}


def test_the_gallery_is_large_and_its_list_is_complete() -> None:
    """At least forty faults, and the README lists each with its message."""
    rows = []
    for fault in FAULTS:
        english = fault.with_name(f"{fault.stem}.en.txt").read_text(encoding="utf-8").split("\n")[0]
        message = english.split("  ", 1)[1].replace("|", r"\|").replace("<", "&lt;")
        rows.append(f"| [{fault.name}]({fault.name}) | {message} |")
    page = INTRODUCTION + "\n".join(rows) + "\n"
    if UPDATE:
        (GALLERY / "README.md").write_text(page, encoding="utf-8")
    assert (GALLERY / "README.md").read_text(encoding="utf-8") == page
    assert len(FAULTS) >= 40
