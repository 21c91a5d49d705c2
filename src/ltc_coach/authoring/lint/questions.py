"""Questions: each can be asked, answered and shown, and each tells something about the customer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

from ltc_coach.authoring.lint.check import Check
from ltc_coach.i18n import Text, both
from ltc_coach.model.playbook import Playbook, Question
from ltc_coach.plain import quoted
from ltc_coach.problems import Path, Problem, Severity

_FEWEST, _MOST = 2, 7
# Prompts cut a label at 60 columns: 30 full-width characters.
_COLUMNS = 60

# What the *seller* did. A stage is a state of the customer; these say nothing about it (design.md section 1).
_SELLER_ZH = re.compile(
    # Not where the customer asks us to: 要我们投标, 请我们演示.
    r"(?<![要请让叫邀约求])(我们|我方|咱们|销售|你)(已经|已|有没有|是否|都)?"
    r"(报了?价|投了?标|发(过|了|送)|提交|演示|讲解|介绍(过|了)|拜访(过|了)?|跟进|签到|送(过|了)样|做(过|了)(演示|方案|报价|介绍))"
    r"|(已|已经)(报价|投标|演示|拜访|提交方案|发送?方案|发送?报价)"
    r"|(报价|方案|样品|标书|合同)(已|已经)(发|发送|提交|送|递交|给)(出|过|了|达)?"
)
_SELLER_EN = re.compile(
    r"\b(we|you|our (rep|team|salesperson)|the (rep|seller|salesperson))( have| has|'ve)?( already)?"
    r" (sent|quoted|presented|demoed|demonstrated|visited|pitched|submitted|followed up|called on"
    r"|(gave|given|made|held|done) (a|the|our) (demo|presentation|offer|quotation|quote|proposal|pitch|visit))\b"
    r"|\b(have|has|did) (we|you|our team|the rep|the seller) (already )?"
    r"(sent|send|quoted?|present(ed)?|demo(ed)?|visit(ed)?|pitch(ed)?|submit(ted)?|follow(ed)? up)\b"
    r"|\b(demo|presentation|proposal|quotation|quote|offer|visit|pitch) "
    r"((has|have) been |was |is )?(given|sent|made|done|submitted|delivered|presented|held)\b",
    re.IGNORECASE,
)


class TooFewAnswers(Check):
    """A question with fewer than two answers."""

    id = "too-few-answers"
    why = both(zh="只有一个回答的提问,答了也分不出什么。", en="With one answer only, answering tells nothing.")
    remedy = both(
        zh="再写一个回答;「不清楚」不用写,程序自己会加",
        en="write a second answer; `unknown` is always offered by itself",
    )
    good = "questions: [{id: talk, answers: [{id: nothing, label: {zh: 什么也不聊, en: Nothing}}]}]"
    bad = """\
questions:
  - id: mood
    ask: {zh: '客户心情怎么样?', en: 'What is the mood?'}
    why: {zh: 急的客户走得快, en: Haste moves a deal}
    answers: [{id: hurried, label: {zh: 很急, en: Hurried}, says: {place: {at: choice}}}]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for q, question in enumerate(playbook.questions):
            if len(question.answers) < _FEWEST:
                message = both(zh="回答不到两个", en="it has fewer than two answers")
                yield self.problem(("questions", q, "answers"), message, on_key=True)


class TooManyAnswers(Check):
    """A question with more than seven answers."""

    id = "too-many-answers"
    severity = Severity.WARNING
    why = both(
        zh="选项超过七个,销售就不细看了,随手点一个。", en="Past seven answers reps stop reading and pick anything."
    )
    remedy = both(zh="合并几个,或者拆成两个提问", en="merge some, or make two questions of it")
    good = "questions: [{id: talk, answers: [{id: a3, label: {zh: 三, en: Three}}]}]"
    bad = """\
questions:
  - id: talk
    answers:
      - {id: a3, label: {zh: 三, en: Three}, says: {place: {at: pain}}}
      - {id: a4, label: {zh: 四, en: Four}, says: {place: {at: goal}}}
      - {id: a5, label: {zh: 五, en: Five}, says: {place: {reached: goal}}}
      - {id: a6, label: {zh: 六, en: Six}, says: {place: {before: goal, trust: shaky}}}
      - {id: a7, label: {zh: 七, en: Seven}, says: {place: {at: goal, trust: guess}}}
      - {id: a8, label: {zh: 八, en: Eight}, says: {place: {at: choice, trust: guess}}}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for q, question in enumerate(playbook.questions):
            if (count := len(question.answers)) > _MOST:
                message = both(zh=f"有 {count} 个回答,超过 {_MOST} 个", en=f"it has {count} answers, more than {_MOST}")
                yield self.problem(("questions", q, "answers"), message, on_key=True)


class LongLabel(Check):
    """A label wider than a prompt."""

    id = "long-label"
    severity = Severity.WARNING
    why = both(
        zh="选项一行放不下就会被截断,后半句销售看不到。",
        en="A label that does not fit its line is cut; reps never see the rest.",
    )
    remedy = both(
        zh="缩到 30 个汉字以内,细节写进 why", en="keep it within 60 columns (30 hanzi); put the detail into `why`"
    )
    good = "questions: [{id: cost, answers: [{id: figure, label: {zh: 说了, en: He named a yearly figure}}]}]"
    bad = """\
questions:
  - id: cost
    answers:
      - id: figure
        label:
          zh: 说了
          en: He has named a figure, and he has named it in front of his own finance director"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for q, question in enumerate(playbook.questions):
            for a, option in enumerate(question.answers):
                for lang, text in (("zh", option.label.zh), ("en", option.label.en)):
                    if (columns := _width(text)) > _COLUMNS:
                        message = both(
                            zh=f"选项太长:{columns} 列,最多 {_COLUMNS} 列",
                            en=f"the label takes {columns} of {_COLUMNS} columns",
                        )
                        yield self.problem(("questions", q, "answers", a, "label", lang), message)


def _width(text: str) -> int:
    """Columns on a terminal, near enough for a warning."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


class AnswersAlike(Check):
    """A question whose answers all say and set the same."""

    id = "answers-alike"
    severity = Severity.WARNING
    why = both(
        zh="答哪个都一样的提问,问了也白问。个别几个回答效果相同没关系。",
        en="If every answer has the same effect, asking tells nothing. Some answers may well be alike, not all.",
    )
    remedy = both(
        zh="让回答说的不一样,或者删掉这个提问", en="let the answers say different things, or delete the question"
    )
    good = """\
questions:
  - {id: cost, answers: [{id: hint, label: {zh: 暗示过, en: He hinted}, says: {place: {reached: goal}}}]}"""
    bad = """\
questions:
  - id: mood
    ask: {zh: '客户急不急?', en: 'Is the customer in a hurry?'}
    why: {zh: 急的客户走得快, en: Haste moves a deal}
    answers:
      - {id: hurried, label: {zh: 急, en: In a hurry}, says: {place: {at: choice}}}
      - {id: calm, label: {zh: 不急, en: Calm}, says: {place: {at: choice}}}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for q, question in enumerate(playbook.questions):
            if len(question.answers) < _FEWEST or question.unknown.says:
                continue
            first = question.answers[0]
            if (first.says or first.sets) and all(
                (o.says, o.sets) == (first.says, first.sets) for o in question.answers
            ):
                message = both(zh="答哪个效果都一样", en="all its answers have the same effect")
                yield self.problem(("questions", q, "id"), message)


class IdleQuestion(Check):
    """A question none of whose answers says or sets anything."""

    id = "idle-question"
    severity = Severity.WARNING
    why = both(
        zh="怎么答都不改变结果,这一句就白问了。", en="If no answer changes anything, asking it wastes the rep's time."
    )
    remedy = both(zh="给回答写上 says 或 sets,或者删掉这个提问", en="give its answers `says` or `sets`, or delete it")
    good = """\
questions:
  - id: mood
    ask: {zh: '客户急不急?', en: 'Is the customer in a hurry?'}
    why: {zh: 急的客户走得快, en: Haste moves a deal}
    answers:
      - {id: hurried, label: {zh: 急, en: In a hurry}, says: {place: {at: choice, trust: guess}}}
      - {id: calm, label: {zh: 不急, en: Calm}}"""
    bad = """\
questions:
  - id: mood
    ask: {zh: '客户急不急?', en: 'Is the customer in a hurry?'}
    why: {zh: 急的客户走得快, en: Haste moves a deal}
    answers: [{id: hurried, label: {zh: 急, en: In a hurry}}, {id: calm, label: {zh: 不急, en: Calm}}]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for q, question in enumerate(playbook.questions):
            if not question.unknown.says and not any(o.says or o.sets for o in question.answers):
                message = both(zh="没有一个回答改变什么", en="none of its answers changes anything")
                yield self.problem(("questions", q, "id"), message)


class SellerAct(Check):
    """A question or a place told by what the seller did."""

    id = "seller-act"
    severity = Severity.WARNING
    why = both(
        zh="阶段是客户的状态。我们报了价、做了演示,说明不了客户走到哪一步。",
        en="A stage is a state of the customer; that we quoted or gave a demo says nothing about where he stands.",
    )
    remedy = both(
        zh="改成客户做了什么、说了什么,比如「客户拿报价去比了吗?」",
        en='tell what the customer did or said, e.g. "Has he compared our quotation with others?"',
    )
    good = "questions: [{id: talk, ask: {zh: '客户拿报价去比了吗?', en: 'Has the customer compared our quotation?'}}]"
    bad = "questions: [{id: talk, ask: {zh: '客户在聊什么?', en: 'Have we sent the quotation?'}}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for path, text in _telling(playbook):
            for lang, words, pattern in (("zh", text.zh, _SELLER_ZH), ("en", text.en, _SELLER_EN)):
                if found := pattern.search(words):
                    message = both(
                        zh=f"「{quoted(found[0])}」说的是我们做了什么,不是客户",
                        en=f"'{quoted(found[0])}' tells what we did, not what the customer did",
                    )
                    yield self.problem((*path, lang), message)


def _telling(playbook: Playbook) -> Iterator[tuple[Path, Text]]:
    """Yield the texts that should speak of the customer: what locates him, and what the places are."""
    for q, question in enumerate(playbook.questions):
        if _locates(question, playbook.main):
            yield ("questions", q, "ask"), question.ask
            for a, option in enumerate(question.answers):
                if option.says.get(playbook.main):
                    yield ("questions", q, "answers", a, "label"), option.label
    scale = playbook.scales[playbook.main]
    for k, place in enumerate(scale.places):
        path: Path = ("scales", playbook.main, "stages" if scale.ordered else "types", k)
        yield (*path, "title"), place.title
        yield (*path, "exit"), place.exit


def _locates(question: Question, scale: str) -> bool:
    return any(scale in option.says for option in question.answers)


CHECKS: tuple[type[Check], ...] = (
    TooFewAnswers,
    TooManyAnswers,
    LongLabel,
    AnswersAlike,
    IdleQuestion,
    SellerAct,
)
