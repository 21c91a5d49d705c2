"""Charts of the manager's report, drawn as SVG elements: bars with their figures, ranges from worst to best.

No library and no script: a bar is a rectangle. Lengths are in the units of the view box, so a chart fits any width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ltc_coach.documents.html import Element, element

# Of the view box: its width, the label's share of it, the height of a bar with its gap.
_WIDTH, _LABEL, _ROW = 640.0, 130.0, 30.0
_BAR, _THIN = 16.0, 5.0
# Room for the figure behind the longest bar.
_FIGURE = 200.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is called, how long it is (0 or more), and the figure behind it.

    ``under`` is a second measure, drawn as a thin bar below, on a scale of its own.
    """

    label: str
    value: float
    figure: str
    faint: bool = False
    under: float = 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """One range: from worst to best, with the likely value marked, and the figures behind it."""

    label: str
    worst: float
    likely: float
    best: float
    figure: str


def bars(rows: Sequence[Bar], title: str) -> Element:
    """Return horizontal bars, all on one scale."""
    longest = max((row.value for row in rows), default=0.0) or 1.0
    most = max((row.under for row in rows), default=0.0)
    room = _WIDTH - _LABEL - _FIGURE
    drawn: list[Element] = [element("title", title)]
    for i, row in enumerate(rows):
        top, length = i * _ROW, room * row.value / longest
        below = room * row.under / most if most else 0.0
        drawn += [
            _text(_LABEL - 8, top, row.label, "end"),
            _rect(_LABEL, top, max(length, 1.0), "faint" if row.faint else "bar"),
            _text(_LABEL + max(length, below) + 8, top, row.figure, "start", "figure"),
        ]
        if below:
            drawn.append(_rect(_LABEL, top + _BAR, below, "money", _THIN))
    return _svg(drawn, len(rows))


def spreads(rows: Sequence[Spread], title: str) -> Element:
    """Return ranges, all on one scale that begins at nothing."""
    longest = max((row.best for row in rows), default=0.0) or 1.0
    room = _WIDTH - _LABEL - _FIGURE
    drawn: list[Element] = [element("title", title)]
    for i, row in enumerate(rows):
        top = i * _ROW
        left, right = _LABEL + room * row.worst / longest, _LABEL + room * row.best / longest
        middle = _LABEL + room * row.likely / longest
        drawn += [
            _text(_LABEL - 8, top, row.label, "end"),
            _rect(left, top, max(right - left, 1.0), "faint"),
            element(
                "line",
                cls="mark",
                x1=_number(middle),
                x2=_number(middle),
                y1=_number(top + 2),
                y2=_number(top + _BAR + 6),
            ),
            _text(right + 8, top, row.figure, "start", "figure"),
        ]
    return _svg(drawn, len(rows))


def _svg(drawn: Sequence[Element], rows: int) -> Element:
    made = element("svg", *drawn, cls="chart", role="img")
    made.set("viewBox", f"0 0 {_number(_WIDTH)} {_number(max(rows, 1) * _ROW)}")
    return made


def _rect(left: float, top: float, width: float, cls: str, height: float = _BAR) -> Element:
    return element(
        "rect", cls=cls, x=_number(left), y=_number(top + 4), width=_number(width), height=_number(height), rx="2"
    )


def _text(left: float, top: float, text: str, anchor: str, cls: str = "") -> Element:
    return element("text", text, cls=cls, x=_number(left), y=_number(top + 17), text_anchor=anchor)


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
