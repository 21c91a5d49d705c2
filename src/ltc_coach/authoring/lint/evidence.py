"""Evidence: whether the questions together can tell the values of each scale apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise

from ltc_coach.authoring.lint.check import Check
from ltc_coach.authoring.lint.walk import claims
from ltc_coach.engine.tables import Table, likelihoods
from ltc_coach.i18n import both
from ltc_coach.model.playbook import Playbook, Scale
from ltc_coach.problems import Path, Problem, Severity

# Two columns of chances closer than this are one: what remains is rounding.
_SAME = 1e-9
_WANTED = 2


def _place(name: str, scale: Scale, index: int) -> Path:
    return ("scales", name, "stages" if scale.ordered else "types", index)


def _asked(playbook: Playbook) -> Mapping[str, tuple[Table, ...]]:
    """Return, for every scale some question bears on, the tables of those questions."""
    tables = {
        name: tuple(t for q in playbook.questions if (t := likelihoods(q, name, scale)) is not None)
        for name, scale in playbook.scales.items()
    }
    return {name: tables[name] for name in tables if tables[name]}


def _separates(table: Table, one: int, other: int) -> bool:
    return any(abs(row[one] - row[other]) > _SAME for row in table.chances)


def _without_evidence(playbook: Playbook, name: str) -> frozenset[int]:
    scale = playbook.scales[name]
    spoken = [said.claim for said in claims(playbook) if said.scale == name]
    return frozenset(k for k in range(len(scale.ids)) if not any(claim.fits(scale.ids, k) for claim in spoken))


class ScaleNeverAsked(Check):
    """A scale no answer says anything about."""

    id = "scale-never-asked"
    severity = Severity.WARNING
    deep = True
    why = both(
        zh="没有一个回答提到这把标尺,它就永远停在最初的猜测上。",
        en="No answer bears on this scale, so it stays for ever where it began.",
    )
    remedy = both(
        zh="在某个提问的回答里写上它,或者删掉这把标尺", en="let some answer say something about it, or delete it"
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
    types: [{id: us, title: {zh: 我们, en: Us}}, {id: rival, title: {zh: 对手, en: A rival}}]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        asked = _asked(playbook)
        for name in playbook.scales:
            if name not in asked:
                message = both(zh="没有一个回答提到它", en="no answer says anything about it")
                yield self.problem(("scales", name), message, on_key=True)


class PlaceWithoutEvidence(Check):
    """A value no answer of any question fits."""

    id = "place-without-evidence"
    deep = True
    why = both(
        zh="没有一个回答符合这个位置,客户就算真在这儿也认不出来。",
        en="If no answer fits a place, a customer who stands there is never found.",
    )
    remedy = both(
        zh="加一个只有走到这里的客户才会有的表现",
        en="add an answer that tells what the customer does when he stands here",
    )
    good = """\
scales: {place: {stages: [{id: use, title: {zh: 使用, en: Use}}]}}
questions:
  - {id: talk, answers: [{id: help, label: {zh: 怎么用, en: How to use it}, says: {place: {at: use}}}]}
  - {id: cost, answers: [{id: saved, label: {zh: 省了多少, en: What it saved}, says: {place: {at: use}}}]}"""
    bad = """\
scales: {place: {stages: [{id: use, title: {zh: 使用, en: Use}}]}}
questions:
  - {id: cost, answers: [{id: figure, says: {place: {not_at: use}}}]}
  - {id: suppliers, answers: [{id: several, says: {place: {not_at: use}}}]}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for name in _asked(playbook):
            for k in sorted(_without_evidence(playbook, name)):
                message = both(zh="没有一个回答符合这里", en="no answer of any question fits it")
                yield self.problem((*_place(name, playbook.scales[name], k), "id"), message)


class NeverToldApart(Check):
    """Two values no question separates."""

    id = "never-told-apart"
    deep = True
    why = both(
        zh="所有提问对这两个位置的说法一模一样,问多少遍也分不清。",
        en="Every question treats the two alike, so no number of answers can tell them apart.",
    )
    remedy = both(
        zh="加一个两处回答不同的提问,或者把两个位置合成一个",
        en="add a question that is answered differently there, or make the two one",
    )
    good = """\
scales: {place: {stages: [{id: use, title: {zh: 使用, en: Use}}]}}
questions:
  - {id: talk, answers: [{id: help, label: {zh: 怎么用, en: How to use it}, says: {place: {at: use}}}]}
  - {id: cost, answers: [{id: saved, label: {zh: 省了多少, en: What it saved}, says: {place: {at: use}}}]}"""
    bad = """\
scales: {place: {stages: [{id: use, title: {zh: 使用, en: Use}}]}}
questions: [{id: talk, answers: [{id: criteria, says: {place: {at: [choice, use]}}}]}]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for name, tables in _asked(playbook).items():
            scale, silent = playbook.scales[name], _without_evidence(playbook, name)
            for one, other in combinations(range(len(scale.ids)), 2):
                # Where nothing speaks for a place, place-without-evidence has said so already.
                if {one, other} & silent or any(_separates(t, one, other) for t in tables):
                    continue
                message = both(
                    zh=f"没有一个提问能把它和「{scale.ids[one]}」分开", en=f"no question tells it from {scale.ids[one]}"
                )
                yield self.problem((*_place(name, scale, other), "id"), message)


class HardlyToldApart(Check):
    """Two neighbouring stages told apart by one question only."""

    id = "hardly-told-apart"
    severity = Severity.WARNING
    deep = True
    why = both(
        zh="相邻两个阶段只靠一个提问分开,那一句答错或者不知道,就定不下来。",
        en="If one question alone tells two neighbours apart, one wrong or unknown answer decides the place.",
    )
    remedy = both(zh="再加一个两处回答不同的提问", en="add a second question that is answered differently there")
    good = "questions: [{id: talk, answers: [{id: trouble, says: {place: {before: choice}}}]}]"
    bad = """\
questions:
  - {id: cost, answers: [{id: figure, says: {place: {at: choice}}}, {id: nothing, says: {place: {before: choice}}}]}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for name, tables in _asked(playbook).items():
            scale = playbook.scales[name]
            if not scale.ordered:
                continue
            for one, other in pairwise(range(len(scale.ids))):
                telling = [t.question for t in tables if _separates(t, one, other)]
                if 0 < len(telling) < _WANTED:
                    message = both(
                        zh=f"能把它和「{scale.ids[one]}」分开的提问只有「{telling[0]}」",
                        en=f"only one question, {telling[0]}, tells it from {scale.ids[one]}",
                    )
                    yield self.problem((*_place(name, scale, other), "id"), message)


CHECKS: tuple[type[Check], ...] = (ScaleNeverAsked, PlaceWithoutEvidence, NeverToldApart, HardlyToldApart)
