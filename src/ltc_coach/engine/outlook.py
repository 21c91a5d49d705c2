"""What each question is expected to tell from where we stand (engine.md section 3)."""

# ruff: noqa: B905 - rows of one star are equally long, and `strict=` costs a tenth of a look ahead

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul, truediv

from ltc_coach.engine.belief import Belief, Star
from ltc_coach.engine.drift import Row
from ltc_coach.engine.tables import Table

# Reps are of so many kinds in every mixture.
_CLASSES = 3


@dataclass(frozen=True, slots=True)
class Gain:
    """Expected information of a question, in bits: about the groups of values, and about the value."""

    groups: float
    values: float


class Outlook:
    """What each question is expected to tell from where we stand.

    For each answer P(answer, value) is needed, summed over the reliability classes. A class only
    lapses, so the sum is linear in the careful rep's chances: P(answer | value) * careful[value] +
    blind[value] / number of answers. ``careful`` and ``blind`` are the same for all questions of a topic.
    """

    def __init__(self, star: Star, belief: Belief) -> None:
        self._star = star
        self._belief = belief
        self._careful, self._blind = self._split(belief.joint)
        self._spoken: dict[str, tuple[Row, Row, list[Row], list[Row]]] = {}
        self._now = entropy(belief.values)
        self._groups: tuple[Sequence[int], int, float] = ((), 0, 0.0)

    def _split(self, joint: Row) -> tuple[Row, Row]:
        """Return the weight of careful and of blind answers per value."""
        size = self._star.size
        careful, blind = [0.0] * size, [0.0] * size
        for r, (_, lapse) in enumerate(self._star.reps):
            part, kept = joint[r * size : (r + 1) * size], 1.0 - lapse
            careful = [c + x * kept for c, x in zip(careful, part)]
            if lapse:
                blind = [b + x * lapse for b, x in zip(blind, part)]
        return careful, blind

    def gain(self, question: str, groups: Sequence[int]) -> Gain:
        """Return the bits that asking ``question`` is expected to bring.

        ``groups[k]`` is the group of value k (same advice). I = H now - sum over answers of
        P(answer) H given the answer (engine.md section 3).
        """
        if groups is not self._groups[0]:
            # One look compares all questions over the same groups.
            count = max(groups) + 1
            self._groups = (groups, count, entropy(_sums(self._belief.values, groups, count)))
        _, count, now = self._groups
        size, log2 = self._star.size, math.log2
        after_values = after_groups = 0.0
        for values in self._outcomes(question):
            total = sum(values)
            if total <= 0.0:
                continue
            whole = total * log2(total)
            certain = 0.0 not in values
            logs: Iterable[float] = map(log2, values) if certain else [log2(x) if x else 0.0 for x in values]
            after_values += whole - sum(map(mul, values, logs))
            if count < size:
                sums = [0.0] * count
                for group, x in zip(groups, values):
                    sums[group] += x
                logs = map(log2, sums) if certain else [log2(x) if x else 0.0 for x in sums]
                after_groups += whole - sum(map(mul, sums, logs))
        told = max(0.0, self._now - after_values)
        if count == size:
            return Gain(told, told)
        return Gain(max(0.0, now - after_groups), told)

    def _outcomes(self, question: str) -> list[Row]:
        """P(answer, value) for every answer."""
        star = self._star
        table = star.tables[question]
        share = 1.0 / len(table.answers)
        if table.topic is None or table.topic not in self._belief.topics:
            careful, lost = self._careful, [x * share for x in self._blind]
            return [[p * c + b for p, c, b in zip(row, careful, lost)] for row in star.first(question)]
        return self._outcomes_on(table, table.topic, share)

    def _outcomes_on(self, table: Table, topic: str, share: float) -> list[Row]:
        """The same for a topic spoken about before: either each answer stands, or one belief is behind all."""
        before = self._belief.topics[topic]
        if topic not in self._spoken:
            self._spoken[topic] = self._speak(before)
        careful, blind, parts, mistaken = self._spoken[topic]
        lost = [x * share for x in blind]
        outcomes = []
        if len(parts) == _CLASSES:
            # Unrolled for the three classes of every mixture: a pass per class takes half as long again.
            (part1, part2, part3), (weights1, weights2, weights3) = parts, mistaken
            for row in table.chances:
                x, y, z = sum(map(mul, part1, row)), sum(map(mul, part2, row)), sum(map(mul, part3, row))
                outcomes.append(
                    [
                        p * c + b + x * u + y * v + z * w
                        for p, c, b, u, v, w in zip(row, careful, lost, weights1, weights2, weights3)
                    ]
                )
            return outcomes
        for row in table.chances:
            values = [p * c + b for p, c, b in zip(row, careful, lost)]
            for part, weights in zip(parts, mistaken):
                told = sum(map(mul, part, row))
                values = [v + told * w for v, w in zip(values, weights)]
            outcomes.append(values)
        return outcomes

    def _speak(self, before: Row) -> tuple[Row, Row, list[Row], list[Row]]:
        """Return careful and blind weights as above, and per class what was said and what it weighs if mistaken."""
        star, size = self._star, self._star.size
        base = list(map(truediv, self._belief.joint, star.mixed(before)))
        right, wrong = 1.0 - star.topic_error, star.topic_error / size
        careful, blind = ([x * right for x in weights] for weights in self._split(list(map(mul, base, before))))
        parts = [before[start : start + size] for start in range(0, len(before), size)]
        mistaken = []
        for r, (_, lapse) in enumerate(star.reps):
            weights = base[r * size : (r + 1) * size]
            lapsed = wrong * lapse * sum(parts[r])
            blind = [b + w * lapsed for b, w in zip(blind, weights)]
            mistaken.append([w * wrong * (1.0 - lapse) for w in weights])
        return careful, blind, parts, mistaken


def _sums(values: Iterable[float], groups: Sequence[int], count: int) -> list[float]:
    sums = [0.0] * count
    for group, x in zip(groups, values):
        sums[group] += x
    return sums


def entropy(chances: Iterable[float]) -> float:
    """Return the entropy in bits."""
    return -sum([x * math.log2(x) for x in chances if x > 0.0])
