"""A brief in GitHub-flavoured Markdown: headings, a list to tick off, the map of people as a table.

Everything that comes from the deal or the playbook is escaped: it can become no heading, link, picture or HTML.
"""

from __future__ import annotations

from collections.abc import Sequence

from ltc_coach.documents.brief_outline import TICK, Item, Outline
from ltc_coach.documents.letters import in_markdown
from ltc_coach.documents.people_map import PeopleMap
from ltc_coach.i18n import Lang

# At the end of a line: every Markdown reader breaks the line there.
_BREAK = "  \n"


def brief_markdown(outline: Outline) -> str:
    """Return the document, ended by a newline."""
    blocks = [f"# {in_markdown(outline.title)}", in_markdown(outline.about), _listed(outline.head)]
    for section in outline.sections:
        blocks.append(f"## {in_markdown(section.title)}")
        if section.map:
            blocks.append(_table(section.map, outline.lang))
        blocks.append(_listed(section.items))
    blocks.append(in_markdown(outline.foot))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _listed(items: Sequence[Item]) -> str:
    """Write entries as lists: one for each label above marked entries, and what stands alone as a paragraph."""
    text, listed = "", False
    for item in items:
        alone = item.strong and not item.label
        if item.mark and item.label:
            text += f"\n\n**{in_markdown(item.label)}**\n\n"
        elif alone or (not listed and text):
            text += "\n\n"
        else:
            text += "\n"
        text += _alone(item) if alone else _entry(item)
        listed = not alone
    return text.strip("\n")


def _alone(item: Item) -> str:
    return f"**{in_markdown(item.text)}** {in_markdown(item.note)}".rstrip()


def _entry(item: Item) -> str:
    box = "[ ] " if item.mark == TICK else ""
    label = f"**{in_markdown(item.label)}** " if item.label and not item.mark else ""
    lines = [f"{box}{label}{in_markdown(item.text)}", in_markdown(item.then), in_markdown(item.note)]
    return "- " + f"{_BREAK}  ".join(line for line in lines if line)


def _table(people: PeopleMap, lang: Lang) -> str:
    rows = [["", *(column.get(lang) for column in people.columns)], ["---"] * (1 + len(people.columns))]
    for row in people.rows:
        cells = [", ".join(f"{spot.mark}{in_markdown(spot.name)}" for spot in cell) for cell in row.cells]
        rows.append([row.title.get(lang), *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
