"""Claims and trust: what an answer says about a scale makes sense by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ltc_coach.authoring.lint.check import Check
from ltc_coach.authoring.lint.walk import claims, tests
from ltc_coach.i18n import both
from ltc_coach.model.playbook import SHARES, TRUST, Claim, Playbook, Span
from ltc_coach.plain import quoted
from ltc_coach.problems import Path, Problem, Severity

# Only signed papers and received money are facts: more than this share is boasting (design.md section 3).
_FACTS_AT_MOST = 0.15
_PERCENT = re.compile(r"([0-9]{1,2}(\.[0-9]+)?)%|0\.[0-9]+")
# At this trust an answer says as much for as against.
_EVEN = 0.5
_SHARE = re.compile(r"[0-9]{1,3}(\.[0-9]+)?%")


def _spans(playbook: Playbook) -> Iterator[tuple[Path, str, Span]]:
    """Yield every claim and every test: path, scale or fact, span."""
    for said in claims(playbook):
        yield said.path, said.scale, said.claim
    for test in tests(playbook):
        yield test.path, test.name, test.span


def _empty(span: Span) -> bool:
    return not any(span.named())


class OrderOnTypes(Check):
    """`reached`, `before` or `between` on a scale without an order."""

    id = "order-on-types"
    why = both(
        zh="types 没有先后,「到了某个类型」没有意义。",
        en="Types have no order: there is no having reached one.",
    )
    remedy = both(
        zh="改用 at 或 not_at;有先后的话把 types 写成 stages", en="use at or not_at; if there is an order, write stages"
    )
    good = """\
scales:
  origin:
    title: {zh: 谁带的, en: Led by}
    types: [{id: us, title: {zh: 我们, en: Us}}, {id: rival, title: {zh: 对手, en: A rival}}]
questions:
  - id: talk
    answers:
      - {id: trouble, says: {origin: {at: us}}}
      - {id: criteria, says: {origin: {at: rival}}}"""
    bad = """\
scales:
  origin:
    title: {zh: 谁带的, en: Led by}
    types: [{id: us, title: {zh: 我们, en: Us}}, {id: rival, title: {zh: 对手, en: A rival}}]
questions:
  - id: talk
    answers:
      - {id: trouble, says: {origin: {at: us}}}
      - {id: criteria, says: {origin: {reached: rival}}}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for path, name, span in _spans(playbook):
            if name not in playbook.scales or playbook.scales[name].ordered:
                continue
            for field in ("reached", "before", "between"):
                if getattr(span, field) is not None:
                    message = both(zh=f"「{name}」没有先后,不能写 {field}", en=f"{name} has no order, so no {field}")
                    yield self.problem((*path, field), message, on_key=True)


class BetweenReversed(Check):
    """`between` with the later value first."""

    id = "between-reversed"
    why = both(
        zh="between 要先写早的、再写晚的;写反了一个位置都不包含。", en="Reversed, `between` holds no place at all."
    )
    remedy = both(zh="把两个调换一下", en="swap the two")
    good = "questions: [{id: cost, answers: [{id: figure, says: {place: {between: [goal, choice]}}}]}]"
    bad = "questions: [{id: cost, answers: [{id: figure, says: {place: {between: [choice, goal]}}}]}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for path, name, span in _spans(playbook):
            scale, fact = playbook.scales.get(name), playbook.facts.get(name)
            ids = scale.ids if scale else fact.ids if fact else ()
            if span.between is None or not set(span.between) <= set(ids):
                continue
            first, last = span.between
            if ids.index(first) > ids.index(last):
                message = both(zh=f"「{first}」在「{last}」之后,写反了", en=f"{first} comes after {last}: reversed")
                yield self.problem((*path, "between"), message)


class EmptyClaim(Check):
    """A claim or a test that names no value."""

    id = "empty-claim"
    why = both(zh="没写是哪个位置,等于什么也没说。", en="Without a value it says nothing.")
    remedy = both(
        zh="补上 reached、before、between、at 或 not_at,或者删掉这一行",
        en="add reached, before, between, at or not_at, or delete the line",
    )
    good = "questions: [{id: cost, answers: [{id: figure, says: {place: {reached: goal, trust: shaky}}}]}]"
    bad = """\
questions:
  - id: talk
    answers:
      - {id: secrets, label: {zh: 不肯说, en: He will not say}, says: {place: {trust: shaky}}}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for path, name, span in _spans(playbook):
            if _empty(span):
                message = both(zh=f"没说是「{name}」的哪个取值", en=f"it names no value of {name}")
                yield self.problem(path, message)


class FitsNothing(Check):
    """A claim no place fits."""

    id = "fits-nothing"
    deep = True
    why = both(
        zh="几个条件同时成立的位置一个也没有,这个回答就哪儿都不像。",
        en="What is written together is combined with AND; if no place is left the answer points nowhere.",
    )
    remedy = both(zh="放宽其中一个条件", en="loosen one of its parts")
    good = "questions: [{id: cost, answers: [{id: figure, says: {place: {reached: goal, not_at: choice}}}]}]"
    bad = "questions: [{id: cost, answers: [{id: figure, says: {place: {reached: choice, before: goal}}}]}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for said in claims(playbook):
            ids = playbook.scales[said.scale].ids
            if not _empty(said.claim) and not any(said.claim.fits(ids, k) for k in range(len(ids))):
                message = both(zh=f"「{said.scale}」上没有一个取值符合", en=f"no value of {said.scale} fits it")
                yield self.problem(said.path, message)


class FitsEverything(Check):
    """A claim every place fits."""

    id = "fits-everything"
    deep = True
    why = both(
        zh="哪儿都符合的回答分不出客户在哪儿,却占了一个选项。",
        en="An answer that fits every place tells none from another.",
    )
    remedy = both(zh="收窄它,或者删掉这条判断", en="narrow it, or delete the claim")
    good = "questions: [{id: cost, answers: [{id: figure, says: {place: {reached: goal}}}]}]"
    bad = "questions: [{id: cost, answers: [{id: figure, says: {place: {reached: pain}}}]}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for said in claims(playbook):
            ids = playbook.scales[said.scale].ids
            if not _empty(said.claim) and all(said.claim.fits(ids, k) for k in range(len(ids))):
                message = both(zh=f"「{said.scale}」的每个取值都符合", en=f"every value of {said.scale} fits it")
                yield self.problem(said.path, message)


class BadTrust(Check):
    """Trust that is neither a trust word nor a percentage above 50 %."""

    id = "bad-trust"
    why = both(
        zh="可信度是「这样的回答说对的机会」:一半以下就是反着说,百分之百就不许人看错。",
        en="Trust is the chance that such an answer is right: 50 % or less says the opposite, 100 % allows no mistake.",
    )
    remedy = both(
        zh="写 fact、reliable、usual、shaky、guess,或 50% 到 100% 之间的百分数",
        en="write fact, reliable, usual, shaky, guess, or a percentage between 50% and 100%",
    )
    good = "questions: [{id: cost, answers: [{id: figure, says: {place: {reached: goal, trust: 85%}}}]}]"
    bad = "questions: [{id: cost, answers: [{id: figure, says: {place: {reached: goal, trust: 40%}}}]}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        stated = [(said.path, said.claim) for said in claims(playbook)]
        if playbook.ledger:
            stated.append((("ledger",), Claim(trust=playbook.ledger.trust)))
        for path, claim in stated:
            if not _trusted(claim):
                message = both(
                    zh=f"可信度不能写「{quoted(claim.trust)}」", en=f"trust cannot be '{quoted(claim.trust)}'"
                )
                yield self.problem((*path, "trust"), message)


def _trusted(claim: Claim) -> bool:
    if claim.trust in TRUST:
        return True
    return bool(_PERCENT.fullmatch(claim.trust)) and _EVEN < claim.chance < 1.0


class TooManyFacts(Check):
    """`trust: fact` on too many claims."""

    id = "too-many-facts"
    severity = Severity.WARNING
    why = both(
        zh="fact 只留给签了字的纸和到了账的钱;写多了,一次听错就扳不回来。",
        en="`fact` is for signed papers and received money only; used freely, one mishearing cannot be undone.",
    )
    remedy = both(zh="没有白纸黑字的,改成 reliable 或 usual", en="without paper or money write reliable or usual")
    good = "questions: [{id: cost, answers: [{id: figure, says: {place: {reached: goal, trust: fact}}}]}]"
    bad = """\
questions:
  - {id: cost, answers: [{id: figure, says: {place: {reached: goal, trust: fact}}}]}
  - {id: talk, answers: [{id: criteria, says: {place: {at: choice, trust: fact}}}]}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        said = tuple(claims(playbook))
        facts = [one for one in said if one.claim.trust == "fact"]
        # A single one is never too many, however small the playbook.
        if len(facts) > max(1.0, _FACTS_AT_MOST * len(said)):
            message = both(
                zh=f"{len(said)} 条判断里有 {len(facts)} 条写了 fact,超过 15%",
                en=f"{len(facts)} of {len(said)} claims are trusted as fact, more than 15 %",
            )
            yield self.problem((*facts[0].path, "trust"), message)


class BadShare(Check):
    """A share that is neither a share word nor a percentage."""

    id = "bad-share"
    why = both(
        zh="share 说的是平常有多少商机在这个位置,是还没问之前的底数。",
        en="`share` says how many deals usually stand here: the picture before the first question.",
    )
    remedy = both(
        zh="写 rare、usual、common,或百分数如 20%", en="write rare, usual, common, or a percentage such as 20%"
    )
    good = "scales: {place: {stages: [{id: pain, share: common}]}}"
    bad = "scales: {place: {stages: [{id: pain, share: often}]}}"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for name, scale in playbook.scales.items():
            for k, place in enumerate(scale.places):
                if place.share not in SHARES and not _is_percentage(place.share):
                    path: Path = ("scales", name, "stages" if scale.ordered else "types", k, "share")
                    shown = quoted(place.share)
                    yield self.problem(path, both(zh=f"share 不能写「{shown}」", en=f"share cannot be '{shown}'"))


def _is_percentage(share: str) -> bool:
    return bool(_SHARE.fullmatch(share)) and 0 < float(share.removesuffix("%")) <= 100  # noqa: PLR2004 - 100 %


class MixedShares(Check):
    """Share words and percentages on one scale."""

    id = "mixed-shares"
    why = both(
        zh="百分数和 rare、usual、common 的单位不一样,混着写就算不出底数。",
        en="Percentages and the share words have different units; mixed, they make no sense together.",
    )
    remedy = both(zh="一把标尺上要么全写词,要么全写百分数", en="on one scale write only words or only percentages")
    good = "scales: {place: {stages: [{id: pain, share: 50%}, {id: goal, share: 30%}, {id: choice, share: 20%}]}}"
    bad = "scales: {place: {stages: [{id: pain, share: 50%}, {id: goal, share: rare}]}}"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for name, scale in playbook.scales.items():
            shares = {place.share for place in scale.places}
            if any(share in SHARES for share in shares) and any(map(_is_percentage, shares)):
                message = both(zh="share 混用了词和百分数", en="its shares mix words and percentages")
                yield self.problem(("scales", name), message, on_key=True)


class ScaleShape(Check):
    """A scale that has both stages and types, or too few values."""

    id = "scale-shape"
    why = both(
        zh="一把标尺要么有先后(stages),要么没有(types),而且至少两个取值才分得出高低。",
        en="A scale either has an order (stages) or not (types), and needs two values to tell anything.",
    )
    remedy = both(zh="stages 和 types 只写一种,至少写两个", en="write either stages or types, at least two of them")
    good = "scales: {place: {title: {zh: 位置, en: Place}}}"
    bad = "scales: {place: {types: [{id: us, title: {zh: 我们, en: Us}}, {id: rival, title: {zh: 对手, en: A rival}}]}}"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for name, scale in playbook.scales.items():
            if scale.stages and scale.types:
                message = both(zh="同时写了 stages 和 types", en="it has both stages and types")
                yield self.problem(("scales", name, "types"), message, on_key=True)
            elif len(scale.places) < 2:  # noqa: PLR2004 - nothing to tell apart
                message = both(zh="取值不到两个", en="it has fewer than two values")
                yield self.problem(("scales", name), message, on_key=True)


CHECKS: tuple[type[Check], ...] = (
    ScaleShape,
    BadShare,
    MixedShares,
    OrderOnTypes,
    BetweenReversed,
    EmptyClaim,
    FitsNothing,
    FitsEverything,
    BadTrust,
    TooManyFacts,
)
