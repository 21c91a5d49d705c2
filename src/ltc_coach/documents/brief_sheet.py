"""One A4 sheet for a brief: what goes on it, and where, so that it is never two.

The room every text takes is reckoned beforehand. Where it is too much, the remarks are left out first, then
what is second in rank, then the type is set smaller, and in the end texts are cut and lists shortened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ltc_coach.documents.brief_outline import Item, Outline, Section
from ltc_coach.documents.paper import clip, lines
from ltc_coach.documents.people_map import Spot
from ltc_coach.i18n import Lang, both

_OTHERS = both(zh="还有 {n} 人", en="{n} more")
_MORE = both(zh="还有 {n} 条,这里放不下", en="{n} more, for which there is no room here")

# Millimetres. The sheet is A4 less a margin of 11 all round and a little to spare. On it: where he stands and the
# aim beside it, two columns, the map and the alarms beside it.
WIDTH, HEIGHT, GUTTER = 188.0, 273.0, 6.0
WIDE = {"where": 114.0, "aim": 68.0, "people": 122.0, "alarms": 60.0}
COLUMN = (WIDTH - GUTTER) / 2
COLUMNS = ("questions", "move", "objections", "never", "planned")
# What stands before a text: a label, a mark, the label of a row of the map.
LABEL, MARK, ROW = {Lang.ZH: 11.5, Lang.EN: 14.5}, 4.6, 18.0
# The space after an item, inside a cell of the map, inside the aim's box.
GAP, CELL, BOX = 0.9, 0.6, 2.5
# Points; remarks and the map are set smaller by this factor; lines are so many times the type.
TYPE, SMALL_TYPE, SMALLER, LEADING = 9.2, 8.5, 0.915, 1.36
_POINT = 0.3528
# With their margins: a heading, the title with the line below it, the foot.
_HEAD, _TITLE, _FOOT = 7.4, 15.5, 6.5


@dataclass(frozen=True, slots=True)
class _Room:
    """What is let on the sheet: texts up to ``length`` ems, items up to ``rank``, the first ``most`` of a section.

    ``type`` is the size of type; ``name`` the length of a name in the map, ``names`` how many stand in one cell.
    """

    length: float
    rank: int = 0
    remarks: bool = False
    type: float = SMALL_TYPE
    most: int = 8
    name: float = 14
    names: int = 4


# From roomy to tight; the last one fits whatever comes.
_ROOMS = (
    _Room(length=230, rank=2, remarks=True, type=TYPE, most=12),
    _Room(length=230, rank=2, type=TYPE, most=12),
    _Room(length=230, rank=1, type=TYPE, most=10),
    _Room(length=230, rank=1, most=10),
    _Room(length=230, most=10),
    _Room(length=100, names=3),
    _Room(length=52, most=6, name=10, names=2),
    _Room(length=36, most=6, name=8, names=1),
    _Room(length=22, most=4, name=5, names=1),
)


@dataclass(frozen=True, slots=True)
class Name:
    """What is written in a cell of the map; ``here`` marks the person the sheet is about."""

    text: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The map of the people as it is written on the sheet."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[Name, ...], ...]], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet laid out. The second column begins after ``cut`` sections; ``spare`` is the height that is left over."""

    outline: Outline
    table: Table | None
    small: bool
    cut: int
    spare: float


def lay_out(outline: Outline) -> Sheet:
    """Return the roomiest sheet that holds the outline; sections keep their order."""
    sheet = _laid_out(outline, _ROOMS[0])
    for room in _ROOMS[1:]:
        if sheet.spare >= 0:
            break
        sheet = _laid_out(outline, room)
    return sheet


def labelled(section: Section) -> bool:
    """Say whether labels stand in a column of their own; that of an item with a mark stands above it."""
    return any(item.label and not item.mark for item in section.items)


def _laid_out(outline: Outline, room: _Room) -> Sheet:
    trimmed = replace(
        outline,
        title=clip(outline.title, 30),
        about=clip(outline.about, 52),
        head=tuple(replace(item, text=clip(item.text, 48), then=clip(item.then, 48)) for item in outline.head),
        sections=tuple(_shortened(section, outline.lang, room) for section in outline.sections),
        foot=clip(outline.foot, 48),
    )
    ruler = _Ruler(outline.lang, room.type * _POINT)
    table = next((_table(s, outline.lang, room) for s in outline.sections if s.map), None)
    tall = {s.id: ruler.section(s, WIDE.get(s.id, COLUMN)) for s in trimmed.sections}
    flow = [tall[id_] for id_ in tall if id_ in COLUMNS]
    cut = min(range(len(flow) + 1), key=lambda n: (max(sum(flow[:n]), sum(flow[n:])), -n))
    used = (
        _TITLE + sum(ruler.item(item, WIDTH - LABEL[outline.lang]) for item in trimmed.head),
        max(tall.get("where", 0), tall.get("aim", 0) + BOX),
        max(sum(flow[:cut]), sum(flow[cut:])),
        max(tall.get("people", 0) + (ruler.table(table) if table else 0), tall.get("alarms", 0)),
        _FOOT,
    )
    return Sheet(trimmed, table, room.type < TYPE, cut, HEIGHT - sum(used))


# ---- what is let on the sheet --------------------------------------------------------------------------


def _shortened(section: Section, lang: Lang, room: _Room) -> Section:
    kept = [item for item in section.items if item.rank <= room.rank]
    left = len(kept) - room.most
    more = [Item(_MORE.fill(n=left).get(lang), mark="·")] if left > 0 else []
    return replace(section, items=(*(_clipped(item, room) for item in kept[: room.most]), *more))


def _clipped(item: Item, room: _Room) -> Item:
    # Beside a place the remark says how sure that is; below a question or a plan it can be spared.
    note = item.note if room.remarks or not item.mark else ""
    return replace(
        item, text=clip(item.text, room.length), then=clip(item.then, room.length), note=clip(note, room.length)
    )


def _table(section: Section, lang: Lang, room: _Room) -> Table:
    columns = section.map.columns if section.map else ()
    rows = section.map.rows if section.map else ()
    return Table(
        heads=tuple(column.get(lang) for column in columns),
        rows=tuple((row.title.get(lang), tuple(tuple(_names(cell, lang, room)) for cell in row.cells)) for row in rows),
    )


def _names(cell: Sequence[Spot], lang: Lang, room: _Room) -> Iterator[Name]:
    """Cut a cell to so many people; the one the sheet is about stays among them."""
    shown = cell if len(cell) <= room.names else sorted(cell, key=lambda spot: not spot.here)[: room.names]
    for spot in shown:
        yield Name(f"{spot.mark}{clip(spot.name, room.name)}", spot.here)
    if len(cell) > len(shown):
        yield Name(_OTHERS.fill(n=len(cell) - len(shown)).get(lang))


# ---- how much room it takes ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ruler:
    """Measures heights in millimetres, for a size of type of ``em`` millimetres."""

    lang: Lang
    em: float

    def section(self, section: Section, width: float) -> float:
        width -= LABEL[self.lang] if labelled(section) else 0
        # The aim stands in a box.
        width -= 2 * BOX + 1 if section.id == "aim" else 0
        return _HEAD + sum(self.item(item, width) for item in section.items)

    def item(self, item: Item, width: float) -> float:
        width -= MARK if item.mark else 0
        # Bold letters are broader; hanzi are not, but a strong text is short.
        width /= 1.12 if item.strong else 1
        # Without a mark a remark stands beside the text, else below it, and a label above it.
        rows = self._lines(f"{item.text}  {'' if item.mark else item.note}", width) + self._lines(item.then, width)
        if item.mark:
            rows += self._lines(item.note, width / SMALLER) + bool(item.label)
        return rows * self.em * LEADING + GAP

    def table(self, table: Table) -> float:
        width = ((WIDE["people"] - ROW) / len(table.heads) - 2 * CELL) / SMALLER
        rows = [max(self._lines(head, width) for head in table.heads)]
        rows += [max(1, *(sum(self._lines(n.text, width) for n in cell) for cell in cells)) for _, cells in table.rows]
        return sum(count * self.em * SMALLER * LEADING + 2 * CELL + 0.4 for count in rows)

    def _lines(self, text: str, width: float) -> int:
        # A closing mark may pull the hanzi before it down with it, so a line of hanzi holds one less.
        return lines(text, width / self.em - (0.2 if text.isascii() else 1.1))
