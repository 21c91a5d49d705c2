"""Is a playbook any good? Every check, and the one function that runs them.

A check is a class in the module of its subject, listed in that module's ``CHECKS``; the same class
feeds the tests (its samples), ``docs/lint.md`` (its reason and remedy) and the hint an author sees.
"""

from __future__ import annotations

from dataclasses import replace

from ltc_coach.authoring.lint import (
    actions,
    claims,
    evidence,
    measures,
    moves,
    naming,
    questions,
    reachability,
    references,
    texts,
)
from ltc_coach.authoring.lint.check import Check
from ltc_coach.authoring.lint.readback import read_back
from ltc_coach.authoring.lint.walk import as_written, element
from ltc_coach.i18n import Text, both
from ltc_coach.model.playbook import Playbook
from ltc_coach.problems import Problem, Severity, SourceMap

__all__ = ["CHECKS", "SUBJECTS", "Check", "lint", "read_back"]

# Every check, by subject: the order of the handbook.
SUBJECTS: tuple[tuple[Text, tuple[type[Check], ...]], ...] = (
    (both(zh="引用", en="References"), references.CHECKS),
    (both(zh="命名", en="Naming"), naming.CHECKS),
    (both(zh="判断与可信度", en="Claims and trust"), claims.CHECKS),
    (both(zh="证据够不够", en="Evidence"), evidence.CHECKS),
    (both(zh="提问", en="Questions"), questions.CHECKS),
    (both(zh="够得着", en="Reachability"), reachability.CHECKS),
    (both(zh="动作", en="Moves"), moves.CHECKS),
    (both(zh="打算、影响台账", en="Actions, ledger"), actions.CHECKS),
    (both(zh="语言、文字、信件", en="Languages, texts, letters"), texts.CHECKS),
    (both(zh="阶梯、算式、门槛", en="Ladders, figures, thresholds"), measures.CHECKS),
)
CHECKS: tuple[type[Check], ...] = tuple(check for _, checks in SUBJECTS for check in checks)
# Without these the rest of a playbook has no meaning, so deep checks wait until they hold.
_GROUND = frozenset(check.id for module in (references, naming, claims) for check in module.CHECKS)


def lint(playbook: Playbook, source: SourceMap) -> tuple[Problem, ...]:
    """Return everything wrong or doubtful in a playbook that can be read, with places, in the order written."""
    if not playbook.scales:
        # Nothing to locate the customer on: no other check has anything to say.
        return tuple(_named(p, playbook, source).at(source) for p in _run(playbook, [naming.MainScale]))
    found = _run(playbook, [c for c in CHECKS if not c.deep])
    if not any(p.code in _GROUND and p.severity == Severity.ERROR for p in found):
        found += _run(playbook, [c for c in CHECKS if c.deep])
    placed = [_named(p, playbook, source).at(source) for p in found]
    return tuple(sorted(placed, key=lambda p: (p.where or source.root, p.code)))


def _run(playbook: Playbook, checks: list[type[Check]]) -> list[Problem]:
    return [problem for check in checks for problem in check().check(playbook)]


def _named(problem: Problem, playbook: Playbook, source: SourceMap) -> Problem:
    """Begin the message with the element it is about, and point at it as it was written."""
    name, said = element(playbook, problem.path), problem.message
    if name:
        said = Text(zh=f"{name.zh}:{said.zh}", en=f"{name.en}: {said.en}")
    return replace(problem, message=said, path=as_written(problem.path, source))
