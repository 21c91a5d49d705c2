"""Measures: ladders that climb, figures that can be worked out, a pace and thresholds that can be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ltc_coach.authoring.lint.check import Check, did_you_mean
from ltc_coach.engine.figures import FUNCTIONS, FigureError, Formula, names, parse
from ltc_coach.i18n import Text, both
from ltc_coach.model.playbook import Figure, Playbook
from ltc_coach.problems import Path, Problem, Severity

_MOVED_AT_MOST = 0.5
# A name a formula can write: a hyphen or a dot would be read as something else.
_WRITABLE = re.compile(r"[a-z_\u4e00-\u9fff][a-z0-9_\u4e00-\u9fff]*")


class RatesNotClimbing(Check):
    """A rung with a rate that is not above the one before."""

    id = "rates-not-climbing"
    why = both(
        zh="台阶越往上,赢面越大;倒着写多半是抄错了。",
        en="Every rung up means a better chance; anything else is a slip.",
    )
    remedy = both(zh="核对 rate,从下到上一级比一级高", en="check the rates: each above the one before")
    good = """\
ladders:
  funnel:
    title: {zh: 漏斗, en: Funnel}
    rungs:
      - {id: F1, title: {zh: 见到人, en: Met}, rate: 10%, proof: {access: staff}}
      - {id: F2, title: {zh: 见到老板, en: Met the boss}, rate: 30%, proof: {access: boss}}"""
    bad = """\
ladders:
  funnel:
    title: {zh: 漏斗, en: Funnel}
    rungs:
      - {id: F1, title: {zh: 见到人, en: Met}, rate: 30%, proof: {access: staff}}
      - {id: F2, title: {zh: 见到老板, en: Met the boss}, rate: 10%, proof: {access: boss}}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for name, ladder in playbook.ladders.items():
            for r, (lower, upper) in enumerate(pairwise(ladder.rungs), start=1):
                if upper.rate <= lower.rate:
                    message = both(
                        zh=f"{_percent(upper.rate)} 不高于下一级 {lower.id} 的 {_percent(lower.rate)}",
                        en=f"{_percent(upper.rate)} is not above the {_percent(lower.rate)} of {lower.id} below it",
                    )
                    yield self.problem(("ladders", name, "rungs", r, "rate"), message)


def _percent(rate: float) -> str:
    return f"{rate * 100:.4g}%"


class BadFormula(Check):
    """A formula that cannot be read."""

    id = "bad-formula"
    why = both(
        zh="算式只认数字、名字、+ - * / ( )、min、max、sum。",
        en="A formula knows numbers, names, + - * / ( ), min, max and sum.",
    )
    remedy = both(zh="照着 12 * (hours + 1) 的样子改", en="write it like 12 * (hours + 1)")
    good = """\
figures:
  - id: loss
    title: {zh: 损失, en: Loss}
    inputs: [{id: hours, title: {zh: 小时, en: Hours}}]
    formula: 12 * (hours + 1)"""
    bad = """\
figures:
  - id: loss
    title: {zh: 损失, en: Loss}
    inputs: [{id: hours, title: {zh: 小时, en: Hours}}]
    formula: 12 * (hours + 1"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for f, figure in enumerate(playbook.figures):
            read = _read(figure)
            if isinstance(read, FigureError):
                message = both(
                    zh=f"第 {read.column} 个字符:{read.reason.zh}", en=f"character {read.column}: {read.reason.en}"
                )
                yield self.problem(("figures", f, "formula"), message)


class UnknownInput(Check):
    """A formula that uses a name that is no input."""

    id = "unknown-input"
    why = both(
        zh="算式里的名字都要在 inputs 里,程序才会问数值。",
        en="What a formula uses must be among the inputs, or nobody asks for its value.",
    )
    remedy = both(zh="把它加进 inputs,或者改成已有的名字", en="add it to `inputs`, or write one that is there")
    good = """\
figures:
  - id: loss
    title: {zh: 损失, en: Loss}
    inputs: [{id: hours, title: {zh: 小时, en: Hours}}]
    formula: hours * 200"""
    bad = """\
figures:
  - id: loss
    title: {zh: 损失, en: Loss}
    inputs: [{id: hours, title: {zh: 小时, en: Hours}}]
    formula: hours * wage + hours"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for f, figure in enumerate(playbook.figures):
            known = tuple(i.id for i in figure.inputs)
            path: Path = ("figures", f, "formula")
            for name in dict.fromkeys(_used(figure)):
                if name not in known:
                    message = both(zh=f"inputs 里没有「{name}」", en=f"{name} is not among the inputs")
                    yield self.problem(path, message, hint=did_you_mean(name, known))


class UnusedInput(Check):
    """An input its formula does not use, or cannot write."""

    id = "unused-input"
    severity = Severity.WARNING
    why = both(zh="问来了数值,算式却没用上。", en="Its value is asked for and then left out.")
    remedy = both(zh="在 formula 里用上它,或者删掉它", en="use it in the formula, or delete it")
    good = """\
figures:
  - id: loss
    title: {zh: 损失, en: Loss}
    inputs: [{id: hours, title: {zh: 小时, en: Hours}}]
    formula: hours * 200"""
    bad = """\
figures:
  - id: loss
    title: {zh: 损失, en: Loss}
    inputs: [{id: hours, title: {zh: 小时, en: Hours}}]
    formula: 12 * 200"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for f, figure in enumerate(playbook.figures):
            if isinstance(_read(figure), FigureError):
                continue
            used = set(_used(figure))
            for i, item in enumerate(figure.inputs):
                if item.id not in used:
                    yield self.problem(("figures", f, "inputs", i, "id"), _unused(item.id))


def _unused(name: str) -> Text:
    if _WRITABLE.fullmatch(name) and name not in FUNCTIONS:
        return both(zh="算式里没有用到", en="the formula does not use it")
    return both(
        zh="这个 id 写不进算式:只用小写字母、数字、下划线或汉字",
        en="a formula cannot write this id: use lower-case letters, digits, underscores or hanzi",
    )


def _read(figure: Figure) -> Formula | FigureError:
    try:
        return parse(figure.formula)
    except FigureError as error:
        return error


def _used(figure: Figure) -> Iterator[str]:
    read = _read(figure)
    if not isinstance(read, FigureError):
        for name in names(read):
            yield name.id


class BadThreshold(Check):
    """A threshold no interview can meet, or every one meets."""

    id = "bad-threshold"
    why = both(
        zh="把握要在 0 和 100% 之间:写 0 一句不问就停,写 100% 永远停不下来。",
        en="How sure is sure lies between 0 and 100 %: at 0 nothing is asked, at 100 % the questions never end.",
    )
    remedy = both(
        zh="moves_sure、place_sure 写 0 到 100% 之间,at_most 至少写 1,unknown 的 chance 写 100% 以下",
        en="moves_sure and place_sure between 0 and 100%, at_most at least 1, the chance of unknown below 100%",
    )
    good = "stop: {moves_sure: 90%, place_sure: 60%, at_most: 12}"
    bad = "stop: {moves_sure: 90%, place_sure: 60%, at_most: 0}"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for field in ("moves_sure", "place_sure"):
            if not 0.0 < getattr(playbook.stop, field) < 1.0:
                message = both(zh="要在 0 和 100% 之间,两头都不算", en="it has to lie between 0 and 100 %")
                yield self.problem(("stop", field), message)
        if playbook.stop.at_most < 1:
            yield self.problem(("stop", "at_most"), both(zh="至少要问一句", en="at least one question has to be asked"))
        for q, question in enumerate(playbook.questions):
            if question.unknown.chance >= 1.0:
                message = both(
                    zh="总是答「不清楚」的提问不用问", en="a question always answered `unknown` need not be asked"
                )
                yield self.problem(("questions", q, "unknown", "chance"), message)


class BadPace(Check):
    """A pace on a scale without an order, or one that moves half of all customers in a week."""

    id = "bad-pace"
    why = both(
        zh="pace 说客户一周里往前、往后挪一步的机会:没有先后就没有一步可挪;一半以上都挪了,上周的回答就全不作数了。",
        en="`pace` is the chance of one place on or back in a week: without an order there is no next place, and if "
        "more than half move, last week's answers are worth nothing.",
    )
    remedy = both(
        zh="只写在有 stages 的标尺上,on 加 back 不超过 50%", en="only on a scale with stages, on and back 50% at most"
    )
    good = "scales: {place: {pace: {on: 5%, back: 2%}}}"
    bad = "scales: {place: {pace: {on: 40%, back: 20%}}}"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for name, scale in playbook.scales.items():
            if scale.pace is None:
                continue
            path: Path = ("scales", name, "pace")
            if not scale.ordered:
                yield self.problem(path, both(zh="没有先后的标尺不能写 pace", en="types have no pace"), on_key=True)
            elif (moved := scale.pace.on + scale.pace.back) > _MOVED_AT_MOST:
                message = both(
                    zh=f"on 加 back 有 {_percent(moved)},超过 50%",
                    en=f"on and back make {_percent(moved)}, more than 50%",
                )
                yield self.problem(path, message)


CHECKS: tuple[type[Check], ...] = (RatesNotClimbing, BadFormula, UnknownInput, UnusedInput, BadThreshold, BadPace)
