"""Naming: no two things share a name, one scale is the main one, a topic or a role has one spelling."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from ltc_coach.authoring.lint.check import Check, did_you_mean
from ltc_coach.authoring.lint.walk import lists_of_ids
from ltc_coach.i18n import both
from ltc_coach.model.playbook import Playbook
from ltc_coach.plain import quoted
from ltc_coach.problems import Path, Problem, Severity
from ltc_coach.words import ROLES


class DuplicateId(Check):
    """Two elements of one list with the same id."""

    id = "duplicate-id"
    why = both(
        zh="id 是商机文件和脚本认人的名字;重名就分不清是谁。",
        en="Deal files and scripts know an element by its id; two of the same name cannot be told apart.",
    )
    remedy = both(zh="给其中一个换个 id", en="give one of the two another id")
    good = "moves: [{id: new, kind: leave, title: {zh: 走, en: Go}, do: {zh: 道别, en: Say goodbye}}]"
    bad = """\
moves:
  - {id: new, kind: leave, title: {zh: 走, en: Go}, do: {zh: 道别, en: Say goodbye}}
  - {id: new, kind: leave, title: {zh: 撤, en: Quit}, do: {zh: 写信, en: Write}}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for path, ids in lists_of_ids(playbook):
            seen: set[str] = set()
            for i, id_ in enumerate(ids):
                same = unicodedata.normalize("NFC", id_).casefold()
                if same in seen:
                    message = both(zh=f"前面已经有一个「{quoted(id_)}」了", en=f"'{quoted(id_)}' stands here already")
                    yield self.problem((*path, i, "id"), message)
                seen.add(same)


class SameName(Check):
    """A scale and a fact of the same name."""

    id = "same-name"
    why = both(
        zh="条件里只写名字;标尺和事实同名,就不知道问的是哪一个。",
        en="A condition writes just the name; if a scale and a fact share it, nobody knows which is meant.",
    )
    remedy = both(zh="给事实换个名字", en="rename the fact")
    good = """\
facts: {budget: {title: {zh: 预算, en: Budget}, values: [{id: open, title: {zh: 没定, en: Open}}]}}
questions: [{id: contact, answers: [{id: staff, sets: {budget: open}}]}]
moves: [{id: count-cost, needs: {budget: open}}]"""
    bad = """\
facts: {place: {title: {zh: 地点, en: Site}, values: [{id: pain, title: {zh: 痛, en: Pain}}]}}
questions: [{id: contact, answers: [{id: staff, sets: {place: pain}}]}]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for name in playbook.facts:
            if name in playbook.scales:
                message = both(zh=f"已经有一把标尺也叫「{name}」", en=f"a scale is called '{name}' too")
                yield self.problem(("facts", name), message, on_key=True)


class MainScale(Check):
    """Not exactly one main scale."""

    id = "main-scale"
    why = both(
        zh="客户的位置只在一把标尺上定:写着 main: true 的那一把。",
        en="The customer is located on one scale: the one with `main: true`.",
    )
    remedy = both(zh="只给一把标尺写 main: true", en="write `main: true` on exactly one scale")
    good = "scales: {place: {main: true}}"
    bad = "scales: {place: {main: false}}"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        mains = [name for name, scale in playbook.scales.items() if scale.main]
        if not mains:
            yield self.problem(("scales",), both(zh="没有一把标尺是主标尺", en="no scale is the main one"), on_key=True)
        for name in mains[1:]:
            message = both(zh=f"主标尺已经是「{mains[0]}」了", en=f"{mains[0]} is the main scale already")
            yield self.problem(("scales", name, "main"), message)


class TopicTypo(Check):
    """A topic used once that looks like another topic."""

    id = "topic-typo"
    severity = Severity.WARNING
    why = both(
        zh="同一个话题的回答算在一起,免得一个误会被数好几遍;名字写岔了就各算各的。",
        en="Answers on one topic count together, so that one mistaken belief is not counted twice; a slip splits them.",
    )
    remedy = both(zh="同一个话题写同一个名字", en="write the same name for the same topic")
    good = "questions: [{id: cost, topic: money}, {id: suppliers, topic: money}, {id: talk, topic: people}]"
    bad = "questions: [{id: cost, topic: money}, {id: suppliers, topic: money}, {id: talk, topic: mony}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        used = Counter(q.topic for q in playbook.questions if q.topic is not None)
        for q, question in enumerate(playbook.questions):
            if question.topic is None or used[question.topic] > 1:
                continue
            if near := _nearest(question.topic, (t for t in used if used[t] > 1)):
                message = both(
                    zh=f"话题「{quoted(question.topic)}」只用了一次",
                    en=f"topic '{quoted(question.topic)}' is used once",
                )
                yield self.problem(("questions", q, "topic"), message, hint=did_you_mean(question.topic, (near,)))


class RoleTypo(Check):
    """A role that looks like one of ours and is spelt another way."""

    id = "role-typo"
    severity = Severity.WARNING
    why = both(
        zh="商机里的人按角色跟 through、met、to 对上;角色写岔了,这个人就永远对不上。",
        en="The people of a deal are matched with `through`, `met` and `to` by their roles; a slip matches nobody.",
    )
    remedy = both(zh="照着角色表写", en="write the role as it stands in the list of roles")
    good = "moves: [{id: back-to-goal, through: [executive, project_owner]}]"
    bad = "moves: [{id: back-to-goal, through: [executives, project_owner]}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for path, role in _roles(playbook):
            if role not in ROLES and (near := _nearest(role, ROLES)):
                message = both(zh=f"没有「{quoted(role)}」这个角色", en=f"'{quoted(role)}' is not among the roles")
                yield self.problem(path, message, hint=did_you_mean(role, (near,)))


def _roles(playbook: Playbook) -> Iterator[tuple[Path, str]]:
    """Yield every role that is named, with its path."""
    named: list[tuple[Path, tuple[str, ...]]] = []
    named += [(("moves", m, "through"), move.through) for m, move in enumerate(playbook.moves)]
    named += [(("bank", b, "to"), asked.to) for b, asked in enumerate(playbook.bank)]
    named += [(("objections", o, "to"), objection.to) for o, objection in enumerate(playbook.objections)]
    for name, fact in playbook.facts.items():
        named += [(("facts", name, "values", v, "met"), value.met) for v, value in enumerate(fact.values)]
    for path, roles in named:
        for i, role in enumerate(roles):
            yield (*path, i), role


def _nearest(written: str, known: Iterable[str]) -> str | None:
    return next(iter(get_close_matches(written, tuple(known), n=1, cutoff=0.75)), None)


CHECKS: tuple[type[Check], ...] = (DuplicateId, SameName, MainScale, TopicTypo, RoleTypo)
