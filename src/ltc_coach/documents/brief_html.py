"""A brief as one A4 page in HTML, to be printed or sent. What the page has left over is lined for notes."""

from __future__ import annotations

from ltc_coach.documents import brief_sheet as measures
from ltc_coach.documents.brief_outline import TICK, Item, Outline, Section
from ltc_coach.documents.brief_sheet import Sheet, Table, labelled, lay_out
from ltc_coach.documents.html import FONTS, Element, document, element
from ltc_coach.i18n import Lang, both

_NOTES = both(zh="记下他的原话", en="His own words")
# Millimetres: the heading of the notes, a line to write on, and how many lines are worth having.
_NOTES_HEAD, _NOTES_LINE, _NOTES_LEAST = 8.0, 8.0, 2


def brief_html(outline: Outline) -> str:
    """Return the page; the same outline gives the same bytes."""
    sheet = lay_out(outline)
    return document(outline.title, outline.lang, _STYLE, _page(sheet))


def _page(sheet: Sheet) -> Element:
    outline = sheet.outline
    parts = {section.id: _section(section) for section in outline.sections}
    if sheet.table:
        parts["people"].insert(1, _table(sheet.table))
    flow = [part for id_, part in parts.items() if id_ in measures.COLUMNS]
    blocks = [
        element("header", element("h1", outline.title), element("p", outline.about), *map(_item, outline.head)),
        element("div", *_those(parts, "where", "aim"), cls="top"),
        element("div", element("div", *flow[: sheet.cut]), element("div", *flow[sheet.cut :]), cls="columns"),
        element("div", *_those(parts, "people", "alarms"), cls="bottom"),
    ]
    lines = int((sheet.spare - _NOTES_HEAD) // _NOTES_LINE)
    if lines >= _NOTES_LEAST:
        heading = element("h2", _NOTES.get(outline.lang))
        blocks.append(element("section", heading, *(element("div") for _ in range(lines)), cls="notes"))
    return element("main", *blocks, element("footer", outline.foot), cls="small" if sheet.small else "")


def _those(parts: dict[str, Element], *ids: str) -> list[Element]:
    return [parts[id_] for id_ in ids if id_ in parts]


def _section(section: Section) -> Element:
    made = element("section", element("h2", section.title), cls=section.id)
    columned = labelled(section)
    for item in section.items:
        if item.mark and item.label:
            made.append(element("h3", item.label))
        made.append(_item(item, columned=columned and item is not section.items[0]))
    return made


def _item(item: Item, *, columned: bool = False) -> Element:
    """Make an entry; ``columned`` keeps the place of a label free that it does not have itself."""
    made = element("div", cls="item")
    if item.mark == TICK:
        made.append(element("span", cls="tick"))
    elif item.mark:
        made.append(element("span", item.mark, cls="mark"))
    elif item.label or columned:
        made.append(element("span", item.label, cls="label"))
    text = element("div", element("b" if item.strong else "span", item.text), cls="text")
    if item.then:
        text.append(element("p", item.then))
    if item.note:
        text.append(element("p" if item.mark else "i", item.note, cls="note"))
    made.append(text)
    return made


def _table(table: Table) -> Element:
    made = element("table", element("tr", element("th"), *(element("th", head, scope="col") for head in table.heads)))
    for title, cells in table.rows:
        row = element("tr", element("th", title, scope="row"))
        for cell in cells:
            row.append(element("td", *(element("div", name.text, cls="here" if name.here else "") for name in cell)))
        made.append(row)
    return made


_STYLE = f"""
@page {{ size: A4; margin: 11mm; }}
* {{ box-sizing: border-box; margin: 0; padding: 0; }}
html {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
body {{ font: {measures.TYPE}pt/{measures.LEADING} {FONTS}; color: #1c2429; background: #fff; }}
main {{ width: {measures.WIDTH}mm; height: {measures.HEIGHT}mm; overflow: hidden; overflow-wrap: anywhere;
  display: flex; flex-direction: column; }}
main.small {{ font-size: {measures.SMALL_TYPE}pt; }}
header > p, .note, .label, h3, footer, table {{ font-size: {measures.SMALLER}em; }}
header > p, .note, .label, h3, footer, th {{ color: #5a666d; font-weight: normal; }}
header {{ border-bottom: .5mm solid #0b4f57; padding-bottom: 1mm; }}
header > p {{ margin-bottom: 1mm; }}
h1 {{ font-size: 15pt; line-height: 1.3; color: #0b4f57; }}
h2 {{ font-size: 8.6pt; color: #0b4f57; border-bottom: .2mm solid #b9c6c9; margin: 2.2mm 0 1mm; }}
i {{ font-style: normal; margin-left: 2mm; }}
.item {{ display: flex; margin-bottom: {measures.GAP}mm; }}
.text {{ flex: 1; min-width: 0; }}
.label {{ flex: none; width: {measures.LABEL[Lang.ZH]}mm; padding-top: .3mm; }}
main:lang(en) .label {{ width: {measures.LABEL[Lang.EN]}mm; }}
.mark {{ flex: none; width: {measures.MARK}mm; }}
.tick {{ flex: none; width: 2.8mm; height: 2.8mm; margin: .8mm {measures.MARK - 2.8:.1f}mm 0 0;
  border: .25mm solid #1c2429; }}
.top, .columns, .bottom {{ display: flex; justify-content: space-between; align-items: flex-start; flex: none; }}
.where {{ width: {measures.WIDE["where"]}mm; }}
.where b {{ font-size: 10.5pt; line-height: 1; }}
.aim {{ width: {measures.WIDE["aim"]}mm; padding: 0 {measures.BOX}mm {measures.BOX - 1}mm; margin-top: 1.5mm;
  background: #e9f3f3; border-left: 1mm solid #0b4f57; }}
.columns > div {{ width: {measures.COLUMN}mm; }}
.people {{ width: {measures.WIDE["people"]}mm; }}
.alarms {{ width: {measures.WIDE["alarms"]}mm; }}
.never .mark, .planned .mark, .planned h2, .alarms h2 {{ color: #a4262c; }}
table {{ border-collapse: collapse; table-layout: fixed; width: 100%; margin-bottom: {measures.GAP}mm; }}
th, td {{ border: .2mm solid #b9c6c9; padding: {measures.CELL}mm; text-align: left; vertical-align: top; }}
th:first-child {{ width: {measures.ROW}mm; }}
.here {{ font-weight: bold; color: #0b4f57; }}
.notes {{ flex: 1; display: flex; flex-direction: column; min-height: 0; }}
.notes div {{ flex: 1; border-bottom: .2mm solid #b9c6c9; }}
footer {{ margin-top: auto; padding-top: 1.5mm; flex: none; }}
@media screen {{
  body {{ background: #dfe4e6; }}
  main {{ width: 210mm; height: 297mm; padding: 11mm; margin: 6mm auto; background: #fff; }}
}}
@media screen and (max-width: 210mm) {{
  main {{ width: auto; height: auto; padding: 5vw; margin: 0; }}
  .top, .columns, .bottom {{ display: block; }}
  .where, .aim, .columns > div, .people, .alarms {{ width: auto; }}
}}
"""
