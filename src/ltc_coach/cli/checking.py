"""Checking a playbook: everything wrong with it, from the first tab to the last move."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ltc_coach.problems import Problem


def lint_playbook(ref: str) -> tuple[Problem, ...]:
    """Return every problem of the playbook at a path or with an id; raises CoachError (2) when there is none."""
    from ltc_coach.authoring.lint import lint
    from ltc_coach.authoring.loading import read_playbook

    loaded = read_playbook(find(ref))
    if loaded.playbook is None:
        return loaded.problems
    return (*loaded.problems, *lint(loaded.playbook, loaded.source))


def find(ref: str) -> Path:
    """Return where a playbook lies that was named by path or id; raises CoachError (2) with the nearest id."""
    from ltc_coach.authoring.shelf import locate

    path = Path(ref)
    return path if path.exists() or len(path.parts) > 1 or path.suffix else locate(ref)
