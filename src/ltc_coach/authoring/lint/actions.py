"""Actions and the ledger: a plan is read as one thing, a never answers it, the ledger has two sides."""

from __future__ import annotations

from collections.abc import Iterator

from ltc_coach.authoring.lint.check import Check
from ltc_coach.engine.guard import recognise
from ltc_coach.i18n import both
from ltc_coach.model.playbook import Playbook
from ltc_coach.plain import quoted
from ltc_coach.problems import Problem, Severity

# Shorter words stand in a text by accident: one hanzi, two Latin letters.
_SHORTEST, _SHORTEST_LATIN = 2, 3


class SharedActionWord(Check):
    """A word of one action that means another one too."""

    id = "shared-action-word"
    why = both(
        zh="销售写了什么,是按这些词认出来的;一个词能认成两件事,他就会挨一条不相干的提醒。",
        en="A plan is recognised by these words; one that means two actions brings a warning beside the point.",
    )
    remedy = both(zh="给其中一件事换个词", en="give one of the two another word")
    good = """\
actions:
  - {id: quote, title: {zh: 报价, en: Quote}, words: [报价, quotation]}
  - {id: discount, title: {zh: 降价, en: Cut the price}, words: [降价, discount]}
moves:
  - id: no-price
    kind: never
    title: {zh: 别谈价, en: No price talk}
    why: {zh: 还早, en: Too early}
    forbids: [quote, discount]"""
    bad = """\
actions:
  - {id: quote, title: {zh: 报价, en: Quote}, words: [报价, quotation]}
  - {id: discount, title: {zh: 降价, en: Cut the price}, words: [降价, 压低报价]}
moves:
  - id: no-price
    kind: never
    title: {zh: 别谈价, en: No price talk}
    why: {zh: 还早, en: Too early}
    forbids: [quote, discount]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        folded = {action.id: tuple(word.casefold() for word in action.words) for action in playbook.actions}
        for a, action in enumerate(playbook.actions):
            for w, word in enumerate(action.words):
                # Reading a plan takes its time, and most words have no letters in common.
                alike = [id_ for id_, words in folded.items() if any(part in word.casefold() for part in words)]
                for other in recognise(playbook, word) if alike != [action.id] else ():
                    told_there = other in playbook.actions[a + 1 :] and word.casefold() in folded[other.id]
                    if other is not action and not told_there:
                        message = both(
                            zh=f"写「{quoted(word)}」也会被认成「{quoted(other.id)}」",
                            en=f"'{quoted(word)}' is read as {quoted(other.id)} too",
                        )
                        yield self.problem(("actions", a, "words", w), message)


class ShortActionWord(Check):
    """A word so short that it stands in a plan by accident."""

    id = "short-action-word"
    why = both(
        zh="一个字、两个字母的词,哪句话里都可能碰巧有,销售没打算做的事也会被拦。",
        en="One hanzi or two letters stand in many a sentence by accident, and warn of what nobody plans.",
    )
    remedy = both(zh="写两个字以上、字母三个以上的词", en="write words of two hanzi, or three letters, at least")
    good = """\
actions: [{id: discount, title: {zh: 降价, en: Cut the price}, words: [降价, cut]}]
moves:
  - id: cut-price
    kind: never
    title: {zh: 别降价, en: No price cut}
    why: {zh: 还早, en: Too early}
    forbids: discount"""
    bad = """\
actions: [{id: discount, title: {zh: 降价, en: Cut the price}, words: [降价, 降]}]
moves:
  - id: cut-price
    kind: never
    title: {zh: 别降价, en: No price cut}
    why: {zh: 还早, en: Too early}
    forbids: discount"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for a, action in enumerate(playbook.actions):
            for w, word in enumerate(action.words):
                if len(word.strip()) < (_SHORTEST_LATIN if word.isascii() else _SHORTEST):
                    message = both(zh=f"「{quoted(word)}」太短了", en=f"'{quoted(word)}' is too short")
                    yield self.problem(("actions", a, "words", w), message)


class IdleAction(Check):
    """An action no never forbids."""

    id = "idle-action"
    severity = Severity.WARNING
    why = both(
        zh="actions 是拿来跟「现在别做」对照的;没有一条说到它,打算做它的人就什么提醒也得不到。",
        en="Actions are held against the nevers; if none speaks of it, whoever plans it hears nothing.",
    )
    remedy = both(
        zh="在某条 never 的 forbids 里写上它,或者删掉它", en="name it in the `forbids` of a never, or delete it"
    )
    good = """\
actions: [{id: discount, title: {zh: 降价, en: Cut the price}, words: [降价, discount]}]
moves:
  - id: cut-price
    kind: never
    title: {zh: 别降价, en: No price cut}
    why: {zh: 还早, en: Too early}
    forbids: discount"""
    bad = "actions: [{id: discount, title: {zh: 降价, en: Cut the price}, words: [降价, discount]}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        forbidden = {id_ for move in playbook.moves for id_ in move.forbids}
        for a, action in enumerate(playbook.actions):
            if action.id not in forbidden:
                message = both(zh="没有一条「现在别做」说到它", en="no never forbids it")
                yield self.problem(("actions", a, "id"), message)


class LedgerWithoutSides(Check):
    """A ledger that cannot tell us from a rival."""

    id = "ledger-without-sides"
    why = both(
        zh="影响台账要落到一把没有先后的标尺上,一个取值是我们,另一个是对手;分不出两边,它就说不清是谁带的。",
        en="The ledger comes to a statement about a scale of types, one of them us, another a rival; "
        "without the two sides it cannot say who led the customer.",
    )
    remedy = both(
        zh="scale 写有 types 的标尺,ours 和 rival 写两个不同的取值",
        en="name a scale with types, and two different values for ours and rival",
    )
    good = """\
scales:
  origin:
    title: {zh: 谁带的, en: Led by}
    types: [{id: us, title: {zh: 我们, en: Us}}, {id: rival, title: {zh: 对手, en: A rival}}]
questions:
  - id: talk
    answers: [{id: trouble, says: {origin: {at: us}}}, {id: criteria, says: {origin: {at: rival}}}]
ledger: {scale: origin, ours: us, rival: rival}"""
    bad = "ledger: {scale: place, ours: goal, rival: choice}"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        kept = playbook.ledger
        if kept is None:
            return
        if kept.scale in playbook.scales and playbook.scales[kept.scale].ordered:
            message = both(zh=f"「{kept.scale}」有先后,不能记台账", en=f"{kept.scale} has an order: types are needed")
            yield self.problem(("ledger", "scale"), message)
        if kept.ours == kept.rival:
            message = both(zh="我们和对手成了同一个取值", en="we and the rival are the same value")
            yield self.problem(("ledger", "rival"), message)


CHECKS: tuple[type[Check], ...] = (SharedActionWord, ShortActionWord, IdleAction, LedgerWithoutSides)
