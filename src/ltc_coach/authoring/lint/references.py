"""References: every id that is written somewhere leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from ltc_coach.authoring.lint.check import Check, did_you_mean
from ltc_coach.authoring.lint.walk import claims, tests
from ltc_coach.i18n import both
from ltc_coach.model.playbook import Playbook, Span
from ltc_coach.plain import quoted
from ltc_coach.problems import Path, Problem

_UNKNOWN = "unknown"


def _values(playbook: Playbook, name: str) -> tuple[str, ...]:
    """Return the values of a scale or fact."""
    if name in playbook.scales:
        return playbook.scales[name].ids
    return playbook.facts[name].ids if name in playbook.facts else ()


def _span_values(path: Path, span: Span) -> Iterator[tuple[Path, str]]:
    """Yield the path and id of every value a span names."""
    for field in ("reached", "before"):
        if (value := getattr(span, field)) is not None:
            yield (*path, field), value
    for field in ("between", "at", "not_at"):
        for i, value in enumerate(getattr(span, field) or ()):
            yield (*path, field, i), value


class UnknownScale(Check):
    """A claim about a scale that does not exist, or a ledger kept for one."""

    id = "unknown-scale"
    why = both(
        zh="回答只能对已定义的标尺下判断;写错一个字母,这条判断就白写了。",
        en="An answer can only bear on a scale that exists; one wrong letter and the claim is lost.",
    )
    remedy = both(zh="改成 scales 里有的名字", en="write a name that stands under scales")
    good = "questions: [{id: cost, answers: [{id: figure, says: {place: {at: goal}}}]}]"
    bad = "questions: [{id: cost, answers: [{id: figure, says: {palce: {at: goal}}}]}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for said in claims(playbook):
            if said.scale not in playbook.scales:
                message = both(
                    zh=f"没有叫「{quoted(said.scale)}」的标尺", en=f"there is no scale '{quoted(said.scale)}'"
                )
                yield self.problem(said.path, message, hint=did_you_mean(said.scale, playbook.scales), on_key=True)
        if playbook.ledger and (name := playbook.ledger.scale) not in playbook.scales:
            message = both(zh=f"没有叫「{quoted(name)}」的标尺", en=f"there is no scale '{quoted(name)}'")
            yield self.problem(("ledger", "scale"), message, hint=did_you_mean(name, playbook.scales))


class UnknownTest(Check):
    """A condition on something that is neither scale nor fact."""

    id = "unknown-test"
    why = both(
        zh="条件只能问标尺和事实;问一个不存在的东西,动作就永远不会出现。",
        en="A condition can ask about scales and facts only; about anything else it can never hold.",
    )
    remedy = both(
        zh="改成 scales 或 facts 里有的名字", en="write the name of a scale or a fact, or `all`, `any`, `not`"
    )
    good = "moves: [{id: count-cost, when: {place: pain, access: boss}}]"
    bad = "moves: [{id: count-cost, when: {place: pain, acess: boss}}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        known = (*playbook.scales, *playbook.facts)
        for test in tests(playbook):
            if test.name not in known:
                message = both(
                    zh=f"没有叫「{quoted(test.name)}」的标尺或事实",
                    en=f"there is no scale or fact '{quoted(test.name)}'",
                )
                yield self.problem(test.path, message, hint=did_you_mean(test.name, known), on_key=True)


class UnknownFact(Check):
    """A fact that does not exist: one an answer sets, a move needs, or `hand` names."""

    id = "unknown-fact"
    why = both(
        zh="sets、needs 和 hand 里写的都是事实;事实不存在,答了也记不下来。",
        en="`sets`, `needs` and `hand` name facts; what is set on a fact that does not exist is lost.",
    )
    remedy = both(zh="改成 facts 里有的名字", en="write a name that stands under facts")
    good = "questions: [{id: contact, answers: [{id: boss, sets: {access: boss}}]}]"
    bad = "questions: [{id: contact, answers: [{id: boss, sets: {acces: boss}}]}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for path, name in _fact_names(playbook):
            if name not in playbook.facts:
                message = both(zh=f"没有叫「{quoted(name)}」的事实", en=f"there is no fact '{quoted(name)}'")
                yield self.problem((*path, name), message, hint=did_you_mean(name, playbook.facts), on_key=True)
        if playbook.hand is not None and playbook.hand not in playbook.facts:
            message = both(
                zh=f"没有叫「{quoted(playbook.hand)}」的事实", en=f"there is no fact '{quoted(playbook.hand)}'"
            )
            yield self.problem(("hand",), message, hint=did_you_mean(playbook.hand, playbook.facts))


def _fact_names(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    for q, question in enumerate(playbook.questions):
        for a, option in enumerate(question.answers):
            for name in option.sets:
                yield ("questions", q, "answers", a, "sets"), name
    for m, move in enumerate(playbook.moves):
        for name in move.needs:
            yield ("moves", m, "needs"), name


class UnknownValue(Check):
    """A value that its scale or fact does not have."""

    id = "unknown-value"
    why = both(
        zh="判断、条件、sets、needs、to、assume、ledger、问题库和异议里写的取值,都得是那把标尺或那个事实自己有的。",
        en="A claim, a condition, `sets`, `needs`, `to`, `assume`, the ledger, the bank and the objections "
        "can name only values that exist.",
    )
    remedy = both(zh="改成已定义的取值", en="write one of the values that are defined")
    good = "moves: [{id: back-to-goal, to: pain}]"
    bad = "moves: [{id: back-to-goal, to: pian}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for path, name, value in chain(
            _in_spans(playbook), _set_and_needed(playbook), _pulled_to_and_assumed(playbook), _in_ledger(playbook)
        ):
            if name in playbook.scales or name in playbook.facts:
                yield from self._check(path, name, value, _values(playbook, name))
        everywhere = {place for scale in playbook.scales.values() for place in scale.ids}
        for path, value in _places_of_talk(playbook):
            if value not in everywhere:
                yield from self._check(path, playbook.main, value, _values(playbook, playbook.main))

    def _check(self, path: Path, name: str, value: str, known: tuple[str, ...]) -> Iterator[Problem]:
        if value not in known:
            message = both(zh=f"「{name}」没有「{quoted(value)}」这个取值", en=f"{name} has no value '{quoted(value)}'")
            yield self.problem(path, message, hint=did_you_mean(value, known))


# Each of the following yields (path, scale or fact, value) wherever a value is named.


def _in_spans(playbook: Playbook) -> Iterator[tuple[Path, str, str]]:
    for said in claims(playbook):
        for path, value in _span_values(said.path, said.claim):
            yield path, said.scale, value
    for test in tests(playbook):
        for path, value in _span_values(test.path, test.span):
            # Conditions may ask whether something is unknown, and only with `at`.
            if not (value == _UNKNOWN and path[-2] == "at"):
                yield path, test.name, value


def _set_and_needed(playbook: Playbook) -> Iterator[tuple[Path, str, str]]:
    for q, question in enumerate(playbook.questions):
        for a, option in enumerate(question.answers):
            for fact, value in option.sets.items():
                yield ("questions", q, "answers", a, "sets", fact), fact, value
    for m, move in enumerate(playbook.moves):
        for fact, values in move.needs.items():
            for i, value in enumerate(values):
                yield ("moves", m, "needs", fact, i), fact, value


def _pulled_to_and_assumed(playbook: Playbook) -> Iterator[tuple[Path, str, str]]:
    for m, move in enumerate(playbook.moves):
        if move.to is not None:
            yield ("moves", m, "to"), playbook.main, move.to
    for name, fact in playbook.facts.items():
        if fact.assume is not None:
            yield ("facts", name, "assume"), name, fact.assume


def _in_ledger(playbook: Playbook) -> Iterator[tuple[Path, str, str]]:
    if kept := playbook.ledger:
        yield ("ledger", "ours"), kept.scale, kept.ours
        yield ("ledger", "rival"), kept.scale, kept.rival


def _places_of_talk(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    """Yield where a question to the customer, or an objection of his, is in place: on whatever scale."""
    for b, asked in enumerate(playbook.bank):
        yield from ((("bank", b, "at", i), value) for i, value in enumerate(asked.at))
    for o, objection in enumerate(playbook.objections):
        yield from ((("objections", o, "at", i), value) for i, value in enumerate(objection.at))


class UnknownMap(Check):
    """A place mapped to a map, or to a value of a map, that does not exist."""

    id = "unknown-map"
    why = both(
        zh="maps 说明同一个位置在别的模型里叫什么;写错了,报告里就会空着。",
        en="`maps` says what the same place is called in another model; a slip leaves a hole in the report.",
    )
    remedy = both(zh="改成 maps 里已定义的名字和取值", en="write a map, and a value of it, that stand under maps")
    good = """\
maps: {p: {title: {zh: 七阶段, en: Seven stages}, values: [{id: P1, title: {zh: 感知, en: Perception}}]}}
scales: {place: {stages: [{id: pain, maps: {p: P1}}]}}"""
    bad = """\
maps: {p: {title: {zh: 七阶段, en: Seven stages}, values: [{id: P1, title: {zh: 感知, en: Perception}}]}}
scales: {place: {stages: [{id: pain, maps: {p: P9}}]}}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for name, scale in playbook.scales.items():
            for k, place in enumerate(scale.places):
                path: Path = ("scales", name, "stages" if scale.ordered else "types", k, "maps")
                for map_, value in place.maps.items():
                    if map_ not in playbook.maps:
                        message = both(zh=f"没有叫「{quoted(map_)}」的对照表", en=f"there is no map '{quoted(map_)}'")
                        hint = did_you_mean(map_, playbook.maps)
                        yield self.problem((*path, map_), message, hint=hint, on_key=True)
                        continue
                    known = tuple(v.id for v in playbook.maps[map_].values)
                    if value not in known:
                        message = both(
                            zh=f"对照表「{map_}」没有「{quoted(value)}」",
                            en=f"map {map_} has no value '{quoted(value)}'",
                        )
                        yield self.problem((*path, map_), message, hint=did_you_mean(value, known))


class UnknownBankQuestion(Check):
    """A move that asks a question the bank does not have."""

    id = "unknown-bank-question"
    why = both(
        zh="ask 引用问题库里的问题;引用不到,销售就看不到该问的话。",
        en="`ask` names questions of the bank; the rep never sees one that is not there.",
    )
    remedy = both(zh="改成 bank 里有的问题", en="write the id of a question that stands under bank")
    good = """\
bank: [{id: G1, kind: problem, at: pain, ask: {zh: '哪里最不顺?', en: 'What runs worst?'}}]
moves: [{id: count-cost, ask: [G1]}]"""
    bad = """\
bank: [{id: G1, kind: problem, at: pain, ask: {zh: '哪里最不顺?', en: 'What runs worst?'}}]
moves: [{id: count-cost, ask: [G2]}]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        known = tuple(b.id for b in playbook.bank)
        for m, move in enumerate(playbook.moves):
            for i, asked in enumerate(move.ask):
                if asked not in known:
                    message = both(zh=f"问题库里没有「{quoted(asked)}」", en=f"the bank has no '{quoted(asked)}'")
                    yield self.problem(("moves", m, "ask", i), message, hint=did_you_mean(asked, known))


class UnknownQuestion(Check):
    """A bank question that closes a question to the rep that does not exist."""

    id = "unknown-question"
    why = both(
        zh="closes 说的是:问清了客户这一句,哪些问销售的提问就不用再问;写错了,该补的空就一直空着。",
        en="`closes` says which questions to the rep the customer's answer settles; a slip leaves the gap open.",
    )
    remedy = both(zh="改成 questions 里有的提问", en="write the id of a question that stands under questions")
    good = "bank: [{id: G1, kind: problem, at: pain, ask: {zh: '亏了多少?', en: 'What did it cost?'}, closes: cost}]"
    bad = "bank: [{id: G1, kind: problem, at: pain, ask: {zh: '亏了多少?', en: 'What did it cost?'}, closes: [costs]}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        known = tuple(question.id for question in playbook.questions)
        for b, asked in enumerate(playbook.bank):
            for i, closed in enumerate(asked.closes):
                if closed not in known:
                    message = both(
                        zh=f"没有叫「{quoted(closed)}」的提问", en=f"there is no question '{quoted(closed)}'"
                    )
                    yield self.problem(("bank", b, "closes", i), message, hint=did_you_mean(closed, known))


class UnknownAction(Check):
    """A never that forbids an action that does not exist."""

    id = "unknown-action"
    why = both(
        zh="forbids 指明这条「现在别做」说的是销售的哪些打算;引用不到,他打算这么做时就没人拦他。",
        en="`forbids` names the plans of a rep a never speaks of; if the name leads nowhere, nobody warns him.",
    )
    remedy = both(zh="改成 actions 里有的打算", en="write the id of an action that stands under actions")
    good = """\
actions: [{id: discount, title: {zh: 降价, en: Cut the price}, words: [降价, discount]}]
moves:
  - id: cut-price
    kind: never
    title: {zh: 别降价, en: No price cut}
    why: {zh: 还早, en: Too early}
    forbids: discount"""
    bad = """\
actions: [{id: discount, title: {zh: 降价, en: Cut the price}, words: [降价, discount]}]
moves:
  - id: cut-price
    kind: never
    title: {zh: 别降价, en: No price cut}
    why: {zh: 还早, en: Too early}
    forbids: [discount, discuont]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        known = tuple(action.id for action in playbook.actions)
        for m, move in enumerate(playbook.moves):
            for i, forbidden in enumerate(move.forbids):
                if forbidden not in known:
                    message = both(
                        zh=f"没有叫「{quoted(forbidden)}」的打算", en=f"there is no action '{quoted(forbidden)}'"
                    )
                    yield self.problem(("moves", m, "forbids", i), message, hint=did_you_mean(forbidden, known))


class UnknownLetter(Check):
    """A move that sends a letter that does not exist."""

    id = "unknown-letter"
    why = both(
        zh="letter 引用现成的信件;引用不到,销售就拿不到文字。",
        en="`letter` names a letter; without it the rep has nothing to send.",
    )
    remedy = both(zh="改成 letters 里有的信件", en="write the id of a letter that stands under letters")
    good = """\
letters: [{id: decline, title: {zh: 婉拒, en: Decline}, body: {zh: 谢谢。, en: Thank you.}}]
moves: [{id: count-cost, letter: decline}]"""
    bad = """\
letters: [{id: decline, title: {zh: 婉拒, en: Decline}, body: {zh: 谢谢。, en: Thank you.}}]
moves: [{id: count-cost, letter: declined}]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        known = tuple(letter.id for letter in playbook.letters)
        for m, move in enumerate(playbook.moves):
            if move.letter is not None and move.letter not in known:
                message = both(
                    zh=f"没有叫「{quoted(move.letter)}」的信件", en=f"there is no letter '{quoted(move.letter)}'"
                )
                yield self.problem(("moves", m, "letter"), message, hint=did_you_mean(move.letter, known))


class UnknownRung(Check):
    """A cap at a rung the ladder does not have."""

    id = "unknown-rung"
    why = both(
        zh="caps 的 at 说最多算到哪一级台阶;台阶不存在,这条封顶就不起作用。",
        en="A cap says at which rung the measure stops counting; at a rung that does not exist it caps nothing.",
    )
    remedy = both(zh="改成这架阶梯里有的台阶", en="write the id of a rung of this ladder")
    good = """\
ladders:
  funnel:
    title: {zh: 漏斗, en: Funnel}
    rungs: [{id: F1, title: {zh: 见到人, en: Met}, rate: 10%, proof: {access: staff}}]
    caps: [{when: {place: pain}, at: F1, why: {zh: 还早, en: Too early}}]"""
    bad = """\
ladders:
  funnel:
    title: {zh: 漏斗, en: Funnel}
    rungs: [{id: F1, title: {zh: 见到人, en: Met}, rate: 10%, proof: {access: staff}}]
    caps: [{when: {place: pain}, at: F7, why: {zh: 还早, en: Too early}}]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for name, ladder in playbook.ladders.items():
            known = tuple(rung.id for rung in ladder.rungs)
            for c, cap in enumerate(ladder.caps):
                if cap.at not in known:
                    message = both(zh=f"没有「{quoted(cap.at)}」这级台阶", en=f"there is no rung '{quoted(cap.at)}'")
                    yield self.problem(("ladders", name, "caps", c, "at"), message, hint=did_you_mean(cap.at, known))


CHECKS: tuple[type[Check], ...] = (
    UnknownScale,
    UnknownTest,
    UnknownFact,
    UnknownValue,
    UnknownMap,
    UnknownBankQuestion,
    UnknownQuestion,
    UnknownAction,
    UnknownLetter,
    UnknownRung,
)
