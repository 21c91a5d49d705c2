"""A page of text for a terminal: wrapped by display width, cleaned, sparingly coloured.

Rich breaks lines at spaces only, so Chinese comes out ragged or cut, and lets a comma begin a line;
its console also interprets what deals and playbooks say as markup. A page therefore wraps by itself:
between any two Chinese characters, never before a closing mark, and all text passes ``clean``.
Rich renders the styles.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache

from ltc_coach.plain import clean


class Style(Enum):
    """How a piece of text looks, in Rich's words; everything reads the same without it."""

    PLAIN = ""
    HEAD = "bold"
    ACCENT = "bold cyan"
    FAINT = "dim"


PLAIN, HEAD, ACCENT, FAINT = Style.PLAIN, Style.HEAD, Style.ACCENT, Style.FAINT

Piece = str | tuple[str, Style]
# A cell run: characters, their width in cells, their style.
_Cluster = tuple[str, int, Style]

_CLOSING = frozenset(",.:;!?)]}%,。、:;!?)】」』》〉”’…·~")
_OPENING = frozenset("([{(【「『《〈“‘")
_JOINER, _EMOJI_LOOK = "\u200d", "\ufe0f"
# Marks with a width of their own, and characters newer than this Python.
_SPACING = frozenset({"Mc", "Cn"})


@cache
def _char_cells(char: str) -> int:
    """Width of one character. Common ones are known; the table of the rest takes a while to import."""
    if " " <= char <= "~" or char in "·…—→←×●○█“”‘’":
        return 1
    if "\u4e00" <= char <= "\u9fff" or "\u3001" <= char <= "\u3029" or "\uff01" <= char <= "\uff5e":
        return 2
    from wcwidth import wcwidth

    return max(wcwidth(char), 0)


def cells(text: str) -> int:
    """Return how many terminal cells ``text`` takes; never less than what a terminal draws."""
    return sum(width for _, width, _ in _clusters(((text, PLAIN),)))


def pad(text: str, width: int) -> str:
    """Fill ``text`` with spaces up to ``width`` cells; longer text is left as it is."""
    return text + " " * (width - cells(text))


def one_line(text: str) -> str:
    """Return ``text`` with every run of white space made a single space: for titles and cells."""
    return " ".join(text.split())


def _clusters(pieces: Iterable[tuple[str, Style]]) -> Iterator[_Cluster]:
    """Split text into what a cursor would step over: a character with its marks and joined emoji."""
    held, held_width, held_style = "", 0, PLAIN
    for text, style in pieces:
        for char in text:
            width = _char_cells(char)
            if held and "\n" not in {held, char} and (held.endswith(_JOINER) or (width == 0 and _is_mark(char))):
                # Take the widest any terminal may draw: parts of a joined emoji side by side, a sign
                # widened by emoji presentation, spacing marks in a cell of their own.
                held_width += width + int(char == _EMOJI_LOOK or unicodedata.category(char) in _SPACING)
                held += char
                continue
            if held:
                yield held, held_width, held_style
            # What has no character to sit on may be given a cell of its own.
            held, held_width, held_style = char, width or int(char != "\n"), style
    if held:
        yield held, held_width, held_style


def _is_mark(char: str) -> bool:
    """Say whether a character without width belongs to the one before it."""
    return unicodedata.category(char)[0] in "MC"


def _may_break(left: _Cluster, right: _Cluster) -> bool:
    """Say whether a line may end between two clusters."""
    before, after = left[0], right[0]
    if before == " ":
        return after != " "
    if after == " " or after in _CLOSING or before in _OPENING:
        return False
    return left[1] == 2 or right[1] == 2  # noqa: PLR2004 - two cells: a wide character


def _chunks(line: Iterable[_Cluster]) -> Iterator[list[_Cluster]]:
    """Group clusters into runs that must not be torn apart."""
    chunk: list[_Cluster] = []
    for cluster in line:
        if chunk and _may_break(chunk[-1], cluster):
            yield chunk
            chunk = []
        chunk.append(cluster)
    if chunk:
        yield chunk


def _width(clusters: Iterable[_Cluster]) -> int:
    return sum(width for _, width, _ in clusters)


def _trimmed(clusters: list[_Cluster]) -> list[_Cluster]:
    end = len(clusters)
    while end and clusters[end - 1][0] == " ":
        end -= 1
    return clusters[:end]


def _fill(clusters: list[_Cluster], first: int, rest: int) -> Iterator[list[_Cluster]]:
    """Fill lines of ``first``, then ``rest`` cells; a run longer than a line is torn at its edge."""
    line: list[_Cluster] = []
    used, room = 0, first
    for chunk in _chunks(clusters):
        if line and used + _width(_trimmed(chunk)) > room:
            yield _trimmed(line)
            line, used, room = [], 0, rest
        for cluster in chunk:
            if line and cluster[0] != " " and used + cluster[1] > room:
                yield _trimmed(line)
                line, used, room = [], 0, rest
            line.append(cluster)
            used += cluster[1]
    yield _trimmed(line)


def wrap(text: str, width: int) -> list[str]:
    """Wrap cleaned text into lines of at most ``width`` cells; line ends in it are kept."""
    cleaned = clean(text).replace("\t", " ").strip()
    return [
        "".join(char for char, _, _ in line)
        for paragraph in cleaned.split("\n")
        for line in _fill(list(_clusters(((paragraph.rstrip(), PLAIN),))), width, width)
    ]


class Page:
    """Collects lines of at most ``width`` cells and returns them as one text."""

    def __init__(self, width: int, *, colour: bool = False) -> None:
        self.width = max(width, 2)
        self._colour = colour
        self._lines: list[str] = []

    def blank(self) -> None:
        """Leave one empty line, never two, none at the top."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def head(self, text: str) -> None:
        """Begin a section: an empty line and a heading."""
        self.blank()
        self.line((text, HEAD))

    def line(self, *pieces: Piece, indent: int = 0, hang: int | None = None) -> None:
        """Write pieces as one paragraph; further lines are indented by ``hang`` cells.

        Text is cleaned here, so nothing from a deal or playbook acts on the terminal. A line end
        inside a piece starts a new line at ``hang``.
        """
        hang = indent if hang is None else hang
        indent, hang = min(indent, self.width // 3), min(hang, self.width // 2)
        clusters: list[_Cluster] = []
        margin = indent
        for cluster in _clusters(self._cleaned(pieces)):
            if cluster[0] == "\n":
                self._write(clusters, margin, hang)
                clusters, margin = [], hang
            else:
                clusters.append(cluster)
        self._write(clusters, margin, hang)

    def row(self, label: str, *pieces: Piece, indent: int = 0, column: int = 6, style: Style = FAINT) -> None:
        """Write a label and, ``column`` cells further right, a paragraph that stays in its column."""
        if column > self.width // 2:
            self.line((label, style), " ", *pieces, indent=indent, hang=indent + 2)
        else:
            gap = " " * max(1, column - cells(label))
            self.line((label, style), gap, *pieces, indent=indent, hang=indent + column)

    def fits(self, *pieces: Piece, indent: int = 0) -> bool:
        """Say whether pieces take one line."""
        return indent + _width(list(_clusters(self._cleaned(pieces)))) <= self.width

    def text(self) -> str:
        """Return the page, each line ended."""
        lines = self._lines if not self._lines or self._lines[-1] else self._lines[:-1]
        return "".join(f"{line}\n" for line in lines)

    @staticmethod
    def _cleaned(pieces: Iterable[Piece]) -> Iterator[tuple[str, Style]]:
        for piece in pieces:
            text, style = (piece, PLAIN) if isinstance(piece, str) else piece
            yield clean(text).replace("\t", " "), style

    def _write(self, clusters: list[_Cluster], indent: int, hang: int) -> None:
        margin = indent
        for line in _fill(clusters, self.width - indent, self.width - hang):
            self._lines.append(" " * margin * bool(line) + self._styled(line))
            margin = hang

    def _styled(self, line: list[_Cluster]) -> str:
        if not self._colour:
            return "".join(char for char, _, _ in line)
        written, run, style = "", "", PLAIN
        for char, _, its in line:
            if its is not style:
                written, run, style = written + _painted(run, style), "", its
            run += char
        return written + _painted(run, style)


def _painted(text: str, style: Style) -> str:
    if style is PLAIN or not text.strip():
        return text
    # 40 ms, and only a coloured page needs it.
    from rich.color import ColorSystem
    from rich.style import Style as Look

    return Look.parse(style.value).render(text, color_system=ColorSystem.STANDARD)
