"""The diagnosis engine: pure functions from a playbook and answers to a report (engine.md).

No clock, files, randomness, YAML or terminal in here: ``today`` and the asker come in as arguments.
"""

from ltc_coach.engine.checking import check_answers
from ltc_coach.engine.coaching import Coach, coach
from ltc_coach.engine.conversation import Again, Asker, Progress, Reply, Signal
from ltc_coach.engine.history import advised, compare

__all__ = ["Again", "Asker", "Coach", "Progress", "Reply", "Signal", "advised", "check_answers", "coach", "compare"]
