"""Two people change one deal: which changes go together, and which need somebody to decide.

A deal is opened, and saved minutes or hours later; a colleague, an editor or git may have written the file in
between. Changes of different things are both right, so they merge: entries are appended to the lists as they
stand now, and a field is set where it is as it was. Changes of the same thing that say otherwise (the same
question about the same person answered differently, the same field set to something else) are a collision:
nothing is written, the file keeps what the colleague said and the caller what was typed here, until somebody
has looked at both. Appending the second answer all the same would make it the one that counts, unseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ltc_coach.i18n import Text, both
from ltc_coach.model.base import Model
from ltc_coach.model.deal import Deal
from ltc_coach.plain import quoted
from ltc_coach.problems import Path

# What an entry of each list is about, and what two of them must agree in to be no collision. An empty
# agreement means that the second one, even the same, is one too many (a person, a payment). Entries of
# other lists never collide: plans, advice.
_SUBJECTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "answers": (("question", "about"), ("value",)),
    "influence": (("node",), ("by", "fixed")),
    "followed": (("move",), ("taken",)),
    "people": (("id",), ()),
    "visits": (("day", "people"), ()),
    "turns": (("from_", "to"), ()),
    "milestones": (("what", "day"), ()),
}
_ENTRY = both(zh="{list} 里的 {subject}", en="{subject} in {list}")


class Collision(Exception):  # noqa: N818 - a finding about two changes, not a fault of ours
    """Both changed the same thing; ``what`` names it."""

    def __init__(self, what: Text) -> None:
        super().__init__(what.en)
        self.what = what


def merged(
    opened: Deal, now: Deal, add: Mapping[str, Sequence[Model]], put: Mapping[Path, object]
) -> dict[Path, object]:
    """Check that changes made to ``opened`` can be made to ``now``, and return what to put there.

    Entries may stand at other places by now. A field that was set meanwhile is a collision even if to the same
    value: what was set may have been reckoned from what it was. Raises Collision.
    """
    if opened.id != now.id:
        raise Collision(Text("id", "id"))
    for name, entries in add.items():
        _check_entries(name, entries, _fresh(getattr(opened, name), getattr(now, name)))
    moved: dict[Path, object] = {}
    for path, value in put.items():
        place = _find(opened, now, path)
        if _at(now, place) != _at(opened, path):
            raise Collision(_named(path))
        moved[place] = value
    return moved


def changed(deal: Deal, add: Mapping[str, Sequence[Model]], put: Mapping[Path, object]) -> Deal:
    """Return the deal with entries added and values put; None stands for a field's default."""
    for path, value in put.items():
        deal = _with(deal, path, value)
    return deal.model_copy(update={name: (*getattr(deal, name), *entries) for name, entries in add.items()})


def _with(value: Any, path: Path, new: object) -> Any:
    step, *rest = path
    if isinstance(step, int):
        return (*value[:step], _with(value[step], tuple(rest), new), *value[step + 1 :])
    if rest:
        new = _with(getattr(value, step), tuple(rest), new)
    elif new is None:
        new = getattr(type(value), step, None)
    return value.model_copy(update={step: new})


def _fresh(before: Sequence[Model], now: Sequence[Model]) -> list[Model]:
    """Return the entries that were not there before, added or altered."""
    old = list(before)
    fresh = []
    for entry in now:
        if entry in old:
            old.remove(entry)
        else:
            fresh.append(entry)
    return fresh


def _check_entries(name: str, ours: Sequence[Model], theirs: Sequence[Model]) -> None:
    if name not in _SUBJECTS:
        return
    subject, agreement = _SUBJECTS[name]
    for entry in ours:
        for other in theirs:
            same = all(getattr(entry, field) == getattr(other, field) for field in subject)
            agreed = agreement and all(getattr(entry, field) == getattr(other, field) for field in agreement)
            if same and not agreed:
                told = ", ".join(str(value) for field in subject if (value := getattr(entry, field)))
                raise Collision(_ENTRY.fill(list=name, subject=quoted(told)))


def _find(opened: Deal, now: Deal, path: Path) -> Path:
    """Return the path at which the thing at ``path`` of the opened deal stands now."""
    if len(path) < 2 or not isinstance(path[1], int):  # noqa: PLR2004 - a list and an index
        return path
    name, index = str(path[0]), path[1]
    before, after = getattr(opened, name), getattr(now, name)
    entry = before[index]
    if after[index : index + 1] == (entry,):
        return path
    # An entry is the same one if nothing in it was altered; a person is it by his id.
    places = [i for i, other in enumerate(after) if other == entry or (name == "people" and other.id == entry.id)]
    if len(places) != 1:
        raise Collision(_named(path))
    return (name, places[0], *path[2:])


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step] if isinstance(step, int) else getattr(value, step, None)
    return value


def _named(path: Path) -> Text:
    words = " ".join(str(step + 1) if isinstance(step, int) else step for step in path)
    return Text(words, words)
