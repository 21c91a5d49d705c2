"""What CRMs call their columns and stages: the table shipped with ltc, and the user's own in front of it."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files
from typing import TypeVar

from ltc_coach.i18n import both
from ltc_coach.model.base import NOTHING, Ids, Model, Whole
from ltc_coach.model.mapping import Field
from ltc_coach.model.playbook import Playbook
from ltc_coach.problems import CoachError
from ltc_coach.settings import folder

K = TypeVar("K", bound=str)

FILE = "aliases.yaml"
"""In the settings folder: the user's own table."""

_UNUSABLE = both(zh="{file}:这份列名对照表用不了", en="{file}: this table of headings cannot be used")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_SIGNS = re.compile(r"[\W_]+")


class Aliases(Model):
    """Headings by field and by question, words of stages by what they come to, words for "not known"."""

    ltc: Whole
    fields: dict[Field, Ids]
    stages: dict[str, Ids] = NOTHING
    unknown: Ids = ()
    answers: dict[str, Ids] = NOTHING

    def headings(self) -> dict[str, Field]:
        """Return the field of each known heading, folded; of one that stands under two fields, the first counts."""
        return {folded(name): field for field, names in reversed(self.fields.items()) for name in names}

    def questions(self, playbook: Playbook) -> dict[str, str]:
        """Return the question of each heading that means one, folded: its id, its text in either language, an alias."""
        known = {folded(name): question for question, names in self.answers.items() for name in names}
        for question in playbook.questions:
            known |= {folded(text): question.id for text in (question.id, question.ask.zh, question.ask.en) if text}
        return known

    def meanings(self) -> dict[str, str]:
        """Return what each known word of a stage or an outcome comes to, folded."""
        return {folded(name): meaning for meaning, names in self.stages.items() for name in names}


def load_aliases() -> Aliases:
    """Return the shipped table with the user's own before it. Raises CoachError (2) for one that cannot be used."""
    shipped = _read((files("ltc_coach.deals") / FILE).read_bytes(), FILE)
    own = folder("config") / FILE
    if not own.is_file():
        return shipped
    from ltc_coach.reading.files import read_bytes

    mine = _read(read_bytes(own, 1_000_000), str(own))
    return shipped.model_copy(
        update={
            "fields": _joined(mine.fields, shipped.fields),
            "stages": _joined(mine.stages, shipped.stages),
            "unknown": (*mine.unknown, *shipped.unknown),
            "answers": _joined(mine.answers, shipped.answers),
        }
    )


def _joined(first: dict[K, Ids], then: dict[K, Ids]) -> dict[K, Ids]:
    return {key: (*first.get(key, ()), *then.get(key, ())) for key in (*first, *then)}


def _read(data: bytes, name: str) -> Aliases:
    from ltc_coach.reading.shape import fit
    from ltc_coach.reading.tree import parse_yaml

    document = parse_yaml(data, name)
    table, problems = (None, document.problems) if document.problems else fit(Aliases, document.data, document.source)
    if table is None:
        raise CoachError(_UNUSABLE.fill(file=name), problems=problems)
    return table


def folded(text: str) -> str:
    """Return a heading or word as it is compared: without what stands in brackets, signs, spaces and capitals."""
    plain = unicodedata.normalize("NFKC", text)
    return _SIGNS.sub("", _BRACKETS.sub("", plain).casefold()) or _SIGNS.sub("", plain.casefold())
