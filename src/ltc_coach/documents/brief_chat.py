"""A brief as plain text for a chat such as WeChat: no markup, and in parts that one message can hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from ltc_coach.documents.brief_outline import Item, Outline
from ltc_coach.documents.people_map import PeopleMap
from ltc_coach.i18n import Lang, both

PART = 2000
"""Bytes of UTF-8 in one message at most."""

CUT = "\n--------------------\n\n"
"""What stands between the parts when all of them are written into one file."""

_HEADING = both(zh="【{title}】", en="[{title}]")
_LABELLED = both(zh="{label}:{text}", en="{label}: {text}")
# So much is kept free for the number of a part.
_NUMBER = 16


def brief_chat(outline: Outline) -> tuple[str, ...]:
    """Return the messages, each ended by a newline; of several each begins with its number, such as (1/2).

    They are cut between sections; a section too long for one message between lines, a line between characters.
    """
    blocks = ["\n".join(section) for section in _sections(outline)]
    whole = "\n\n".join(blocks) + "\n"
    if _size(whole) <= PART:
        return (whole,)
    parts = list(_packed(blocks, PART - _NUMBER))
    return tuple(f"({number}/{len(parts)})\n{part}\n" for number, part in enumerate(parts, 1))


def _sections(outline: Outline) -> Iterator[list[str]]:
    lang = outline.lang
    yield [line for line in (outline.title, outline.about, *_lines(outline.head, lang)) if line]
    for section in outline.sections:
        heading = _HEADING.fill(title=section.title).get(lang)
        people = _people(section.map, lang) if section.map else ()
        yield [heading, *people, *_lines(section.items, lang)]
    yield [outline.foot]


def _lines(items: Iterable[Item], lang: Lang) -> Iterator[str]:
    """Write every entry as a line; remarks on questions and plans are spared, a chat is read on the way."""
    for item in items:
        if item.mark:
            if item.label:
                yield _labelled(item.label, "", lang)
            yield f"{item.mark} {item.text}"
        else:
            text = f"{item.text} {item.note}".rstrip()
            yield _labelled(item.label, text, lang) if item.label else text
        if item.then:
            yield item.then


def _labelled(label: str, text: str, lang: Lang) -> str:
    return _LABELLED.fill(label=label, text=text).get(lang).rstrip()


def _people(people: PeopleMap, lang: Lang) -> Iterator[str]:
    for row in people.rows:
        there = [
            f"{spot.mark}{spot.name}({column.get(lang)})"
            for column, cell in zip(people.columns, row.cells, strict=True)
            for spot in cell
        ]
        if there:
            yield _labelled(row.title.get(lang), ("、" if lang == Lang.ZH else ", ").join(there), lang)


def _packed(blocks: Iterable[str], most: int) -> Iterator[str]:
    """Put as many blocks into a part as it holds, an empty line between them."""
    part = ""
    for block in blocks:
        joined = f"{part}\n\n{block}" if part else block
        if _size(joined) <= most:
            part = joined
            continue
        if part:
            yield part
        *full, part = _torn(block, most)
        yield from full
    yield part


def _torn(block: str, most: int) -> Iterator[str]:
    """Cut a block that is too long between lines, and a line that is too long between characters."""
    piece = ""
    for line in chain.from_iterable(_short(line, most) for line in block.split("\n")):
        joined = f"{piece}\n{line}" if piece else line
        if _size(joined) > most:
            yield piece
            piece = line
        else:
            piece = joined
    yield piece


def _short(line: str, most: int) -> Iterator[str]:
    if _size(line) <= most:
        yield line
        return
    # No character takes more than four bytes.
    step = most // 4
    yield from (line[i : i + step] for i in range(0, len(line), step))


def _size(text: str) -> int:
    return len(text.encode("utf-8"))
