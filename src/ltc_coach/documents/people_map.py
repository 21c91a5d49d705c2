"""The map of the people of a deal: how much each can decide, and whose side he is on.

A grid of rows and cells and nothing else: the terminal, Markdown, chat and HTML draw it each in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass

from ltc_coach import words
from ltc_coach.i18n import Text, both
from ltc_coach.model.casework import PeopleView, PersonView
from ltc_coach.plain import clean

MET, NOT_MET = "●", "○"
LEGEND = both(zh=f"{MET} 当面见过 {NOT_MET} 还没见过", en=f"{MET} met in person {NOT_MET} not met yet")

# From those who are against us to those who are for us, and from those who decide down.
_STANCES = ("rival", "leans_rival", "neutral", "leans_us", "us")
_POWERS = ("high", "medium", "low")
_UNCLEAR = both(zh="不清楚", en="not known")


@dataclass(frozen=True, slots=True)
class Spot:
    """One person on the map, the name cleaned and on one line; ``here`` marks the one the document is about."""

    id: str
    name: str
    met: bool
    here: bool

    @property
    def mark(self) -> str:
        """``●`` for somebody we have met in person, else ``○``."""
        return MET if self.met else NOT_MET


@dataclass(frozen=True, slots=True)
class MapRow:
    """All people of the same power; as many cells as the map has columns."""

    title: Text
    cells: tuple[tuple[Spot, ...], ...]


@dataclass(frozen=True, slots=True)
class PeopleMap:
    """Rows from the most powerful down, columns from the rival's people to ours, the unknown last."""

    columns: tuple[Text, ...]
    rows: tuple[MapRow, ...]


def people_map(people: PeopleView, here: str | None = None) -> PeopleMap:
    """Return the grid of ``people``; ``here`` is the id of the person to point out.

    The three powers and five stances always stand there, so that an empty corner is seen; the row and
    the column of what is not known only where somebody is in them. Within a cell people keep the deal's order.
    """
    powers = _with_unknown(_POWERS, any(p.power is None for p in people.people))
    stances = _with_unknown(_STANCES, any(p.stance is None for p in people.people))
    return PeopleMap(
        columns=tuple(words.STANCES[s] if s else _UNCLEAR for s in stances),
        rows=tuple(
            MapRow(
                title=words.POWERS[power] if power else _UNCLEAR,
                cells=tuple(
                    tuple(_spot(p, here) for p in people.people if (p.power, p.stance) == (power, stance))
                    for stance in stances
                ),
            )
            for power in powers
        ),
    )


def _with_unknown(known: tuple[str, ...], wanted: bool) -> tuple[str | None, ...]:  # noqa: FBT001 - one flag, one meaning
    return (*known, None) if wanted else known


def _spot(person: PersonView, here: str | None) -> Spot:
    return Spot(
        id=person.id, name=" ".join(clean(person.name).split()), met=person.met is not None, here=person.id == here
    )
