"""Picking one thing out of a playbook by the id somebody typed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, get_args

from ltc_coach.cli.failures import nearest
from ltc_coach.i18n import Text, both
from ltc_coach.problems import CoachError

if TYPE_CHECKING:
    from ltc_coach.cli.session import Session
    from ltc_coach.model.deal import Deal
    from ltc_coach.model.playbook import Playbook
    from ltc_coach.model.spoken import BankQuestion

_NOT_ONE_OF = both(zh="{name} 没有「{value}」", en="{name}: there is no '{value}'")
_CHOICES = both(zh="可选:{choices}", en="choose from: {choices}")
_NO_ITEM = both(zh="手册 {playbook} 里没有「{id}」", en="playbook {playbook} has no '{id}'")
_SEE_ALL = both(zh="全部编号:ltc playbook show -p {playbook}", en="all ids: ltc playbook show -p {playbook}")
_NO_PEOPLE = both(zh="商机文件里还没有写人 (people)", en="the deal lists no people yet")


def pick_questions(
    playbook: Playbook, *, place: str | None = None, kind: str | None = None, to: str | None = None
) -> list[BankQuestion]:
    """Return the bank questions that fit; what is None does not matter. Raises CoachError (2) for an unknown id."""
    from ltc_coach.model.spoken import BankKind

    _known("--place", place, playbook.scales[playbook.main].ids)
    _known("--kind", kind, get_args(BankKind))
    _known("--to", to, dict.fromkeys(whom for question in playbook.bank for whom in question.to))
    return [
        question
        for question in playbook.bank
        if (place is None or place in question.at)
        and (kind is None or kind == question.kind)
        and (to is None or not question.to or to in question.to)
    ]


def item_screen(session: Session, playbook: Playbook, id_: str) -> str:
    """Return the screen of a question or move of the playbook; raises CoachError (2) for an unknown id."""
    from ltc_coach.authoring.lint import read_back
    from ltc_coach.console.screens import move_screen, question_screen

    width, colour = session.width(), session.colour()
    if question := playbook.question(id_):
        return question_screen(question, read_back(playbook, question), session.lang, width=width, colour=colour)
    if move := next((m for m in playbook.moves if m.id == id_), None):
        return move_screen(playbook, move, session.lang, width=width, colour=colour)
    ids = [*(q.id for q in playbook.questions), *(m.id for m in playbook.moves)]
    raise CoachError(
        _NO_ITEM.fill(playbook=playbook.id, id=id_[:80]),
        hint=nearest(id_, ids) or _SEE_ALL.fill(playbook=playbook.id),
    )


def pick_person(deal: Deal, written: str) -> str:
    """Return the id of the person meant by an id or a name; raises CoachError (2) naming the people of the deal."""
    for person in deal.people:
        if written in {person.id, person.name}:
            return person.id
    names = [p.name for p in deal.people]
    hint = nearest(written, names) or (_CHOICES.fill(choices=", ".join(names)) if names else _NO_PEOPLE)
    raise CoachError(_NOT_ONE_OF.fill(name="--person", value=written[:80]), hint=hint)


def _known(name: str, value: str | None, choices: Collection[str]) -> None:
    if value is not None and value not in choices:
        hint: Text = nearest(value, choices) or _CHOICES.fill(choices=", ".join(choices))
        raise CoachError(_NOT_ONE_OF.fill(name=name, value=value[:80]), hint=hint)
