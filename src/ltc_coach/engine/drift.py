"""What time does to a posterior: every week the customer may move one place on or back (design.md section 4).

The forward step of a hidden Markov model. A few weeks are taken one by one; for more, the chances of getting from each
value to each other in so many weeks are worked out once and remembered.
"""

# ruff: noqa: B905 - rows of one star are equally long, and `strict=` costs a tenth of a step

from __future__ import annotations

from operator import mul

from ltc_coach.model.playbook import Pace

# After so many weeks (four years) without a word nothing more changes that anybody could notice.
_FORGOTTEN = 208
# From so many weeks on one product with all chances is faster than a step for each week.
_MANY = 5

Row = list[float]


class Drift:
    """The weekly step on a scale; rows are R x K joint probabilities, flat as [r * K + k]."""

    def __init__(self, pace: Pace, size: int, classes: int) -> None:
        self._size = size
        on, back = [0.0] + [pace.on] * (size - 1), [pace.back] * (size - 1) + [0.0]
        stay = [1.0 - o - b for o, b in zip([*on[1:], 0.0], [0.0, *back[:-1]])]
        self._week = stay * classes, on * classes, back * classes
        # The same for as many classes as there are values, each certain of one of them, after 0, 1, 2 ... weeks.
        self._certain = stay * size, on * size, back * size
        self._weeks: list[Row] = [[float(j == k) for j in range(size) for k in range(size)]]

    def later(self, joint: Row, weeks: int) -> Row:
        """Let ``weeks`` pass."""
        weeks = min(weeks, _FORGOTTEN)
        if weeks < _MANY:
            for _ in range(weeks):
                joint = _step(joint, *self._week)
            return joint
        size, columns = self._size, self._columns(weeks)
        parts = [joint[start : start + size] for start in range(0, len(joint), size)]
        return [sum(map(mul, part, column)) for part in parts for column in columns]

    def _columns(self, weeks: int) -> list[Row]:
        """Return for each value the chances of getting there in so many weeks, by where one starts."""
        while len(self._weeks) <= weeks:
            self._weeks.append(_step(self._weeks[-1], *self._certain))
        return [self._weeks[weeks][k :: self._size] for k in range(self._size)]


def _step(joint: Row, stay: Row, on: Row, back: Row) -> Row:
    """Return what a week makes of joint probabilities: what stays, and what comes from the ones before and after."""
    before, after = [0.0, *joint], [*joint[1:], 0.0]
    return [s * x + o * b + k * a for s, x, o, b, k, a in zip(stay, joint, on, before, back, after)]
