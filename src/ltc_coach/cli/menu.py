"""Bare ``ltc`` on a terminal: a short menu, for those who do not remember commands."""

from __future__ import annotations

from ltc_coach.cli.session import Session
from ltc_coach.i18n import both

_WHAT = both(zh="想做什么?", en="What would you like to do?")
_CHOICES = (
    ("diagnose", both(zh="诊断一个商机:答几句话,出结论", en="Diagnose a deal: a few questions, then the advice")),
    ("deals list", both(zh="看看先跑哪个商机", en="See which deal comes first")),
    ("demo", both(zh="先看一个做好的例子", en="See a worked example first")),
    ("ask", both(zh="翻一翻拜访时可以问客户的话", en="Leaf through questions for the customer")),
    ("playbook list", both(zh="看看有哪些打法手册", en="See which playbooks there are")),
    ("--help", both(zh="全部命令和用法", en="All commands and how to use them")),
)


def pick_command(session: Session) -> list[str]:
    """Let the person choose a command and return its words; raises ``console.Interrupted``."""
    from ltc_coach.console.prompts import choose

    options = [(command, label.get(session.lang)) for command, label in _CHOICES]
    return [*choose(_WHAT.get(session.lang), options, session.lang).split(), "--lang", session.lang.value]
