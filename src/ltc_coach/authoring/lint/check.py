"""What a check is: one rule about playbooks, with its reason, its remedy and its two samples.

Checks point at elements by path and never at lines; the runner in ``lint/__init__.py`` turns paths
into places once. The samples are changes to the tiny playbook of ``samples.py``: they are tests
and they are the documentation.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import ClassVar

from ltc_coach.i18n import Text, both
from ltc_coach.model.playbook import Playbook
from ltc_coach.plain import quoted
from ltc_coach.problems import Path, Problem, Severity
from ltc_coach.reading.wording import near

_LISTED = 8


class Check(ABC):
    """One rule. ``why`` says what goes wrong without it, ``remedy`` what to do (and is the usual hint).

    ``good`` and ``bad`` are YAML changes to the tiny playbook. A ``deep`` check looks at what the
    playbook means; it runs only once every reference and claim is sound, so that one
    slip of the pen is one message and not ten.
    """

    id: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR
    why: ClassVar[Text]
    remedy: ClassVar[Text]
    good: ClassVar[str]
    bad: ClassVar[str]
    deep: ClassVar[bool] = False

    @abstractmethod
    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """Yield a problem, by path, for every breach of the rule."""

    def problem(self, path: Path, message: Text, *, hint: Text | None = None, on_key: bool = False) -> Problem:
        """Make a problem of this check; without a ``hint`` it carries the remedy."""
        return Problem(self.id, message, path, self.severity, hint or self.remedy, on_key)


def listed(names: Iterable[str]) -> str:
    """Return the first few names, comma separated, for a hint that says what is allowed."""
    shown = [quoted(name) for name in names]
    return ", ".join(shown[:_LISTED]) + (", …" if len(shown) > _LISTED else "")


def did_you_mean(written: str, known: Iterable[str]) -> Text:
    """Return the hint for an id that leads nowhere: the odd character in it, the nearest id, or all of them."""
    names = tuple(known)
    if odd := next((c for c in written if not (c.isascii() or "\u4e00" <= c <= "\u9fff")), None):
        code = f"U+{ord(odd):04X}"
        return both(
            zh=f"这里混进了一个看着像、其实不是的字符 {code},请删掉重新输入",
            en=f"it contains the look-alike or invisible character {code}: delete it and type it again",
        )
    if hint := near(written, names):
        return hint
    if not names:
        return both(zh="这里还一个都没有定义", en="none is defined yet")
    return both(zh=f"可以写的有:{listed(names)}", en=f"known here: {listed(names)}")
