"""The diagnosis engine: pure functions from a playbook and answers to a report (engine.md).

No clock, files, randomness, YAML or terminal in here: ``today`` and the asker come in as arguments.
"""

from ltc_coach.engine.checking import check_answers
from ltc_coach.engine.coaching import Again, Asker, Coach, Progress, Reply, Signal, coach

__all__ = ["Again", "Asker", "Coach", "Progress", "Reply", "Signal", "check_answers", "coach"]
