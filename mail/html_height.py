"""How tall a page will be, guessed: its frame runs no script that could measure it.

A little too tall is better than a second bar to scroll with.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from mail.html_tree import Element, tree_of

FONT: Final = 15.0
LINE: Final = 1.55
LETTER: Final = 0.5
"""The width of a letter in parts of its size; a wide one takes twice that."""
UNKNOWN_SHAPE: Final = 0.4
"""The height of a picture in parts of its width, as long as nothing says it."""
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_FONTS: Final = {"h1": 30.0, "h2": 22.5, "h3": 17.5, "small": 13.0, "big": 18.0}
_GAPS: Final = {
    "p": 15.0,
    "blockquote": 15.0,
    "ul": 15.0,
    "ol": 15.0,
    "pre": 15.0,
    "dl": 15.0,
    "hr": 17.0,
    "figure": 30.0,
}
_GAPS_OF_HEADINGS: Final = {"h1": 40.0, "h2": 36.0, "h3": 35.0, "h4": 40.0, "h5": 42.0, "h6": 45.0}
_BLOCKS_WORDS: Final = (
    "address article aside blockquote center dd details dl dt div figcaption figure footer h1 h2 h3 h4 h5 h6 header hr "
    "li main nav ol p pre section summary ul"
)
_BLOCKS: Final = frozenset(_BLOCKS_WORDS.split())


def height_of(html: str, width: float, *, pictures: bool) -> float:
    """Answer the height of cleaned HTML in a page so wide, in pixels; `pictures`: those on the network are loaded."""
    page = _Page(pictures)
    return page.block(tree_of(html), width, FONT)


@dataclass(slots=True)
class _Flow:
    """Lines under way in a box of some width."""

    width: float
    line: float
    """The least height of one: that of the box's own letters, however small those in it are."""
    done: float = 0.0
    used: float = 0.0
    tallest: float = 0.0
    picture: float = 0.0

    def add(self, width: float, line: float) -> None:
        self.used += width
        self.tallest = max(self.tallest, line)

    def add_picture(self, width: float, height: float) -> None:
        """One that leaves no room for words beside it has a line of its own."""
        is_alone = width > self.width / 2
        if is_alone:
            self.end_line()
        self.used += width
        self.picture = max(self.picture, height)
        if is_alone:
            self.used = min(self.used, self.width)
            self.end_line()

    def end_line(self, *, broken: bool = False) -> None:
        lines, line = -(-self.used // self.width), max(self.tallest, self.line)
        self.done += max(lines - 1, 0) * line + max(line, self.picture) if self.used else self.line * broken
        self.used = self.tallest = self.picture = 0.0


@dataclass(frozen=True, slots=True)
class _Page:
    pictures: bool

    def block(self, element: Element, width: float, font: float) -> float:
        """Answer the height of a box in a place of that width."""
        if _is_hidden(element):
            return 0.0
        (above, beside), (out_above, out_beside) = element.edges("padding"), element.edges("margin")
        inner = min(element.length("width", width) or width, element.length("max-width", width) or width)
        font = _font(element, font)
        flow = _Flow(max(inner - beside - out_beside, 20.0), font * LINE)
        self._flow(element, flow, font)
        flow.end_line()
        gap = (
            0.0 if "margin" in element.style else _GAPS.get(element.name, 0.0) + _GAPS_OF_HEADINGS.get(element.name, 0)
        )
        return max(flow.done + above, element.length("height") or 0.0) + out_above + gap

    def _flow(self, element: Element, flow: _Flow, font: float) -> None:
        for child in element.children:
            if isinstance(child, str):
                self._text(child, flow, font, is_kept=element.name == "pre")
            elif _is_hidden(child):
                continue
            elif child.name == "br":
                flow.end_line(broken=True)
            elif child.name == "img":
                flow.add_picture(*self._picture(child, flow.width, font))
            elif child.name == "table":
                flow.end_line()
                flow.done += self._table(child, flow.width, _font(child, font))
            elif child.name in _BLOCKS or child.style.get("display") == "block":
                flow.end_line()
                flow.done += self.block(child, flow.width, font)
            else:
                self._flow(child, flow, _font(child, font))

    def _text(self, text: str, flow: _Flow, font: float, *, is_kept: bool) -> None:
        line = font * LINE
        if is_kept:
            for one in text.splitlines():
                flow.add(_width_of(one, font), line)
                flow.end_line(broken=True)
        elif said := _SPACE.sub(" ", text).strip(" "):
            flow.add(_width_of(said, font) + font * LETTER, line)

    def _picture(self, image: Element, whole: float, font: float) -> tuple[float, float]:
        width, height = image.length("width", whole), image.length("height")
        if not (self.pictures or image.attributes.get("src", "").startswith(("cid:", "data:"))):
            return width or _width_of(image.attributes.get("alt", ""), font), height or font * LINE
        width = min(width or whole / 3, whole)
        return width, height or width * UNKNOWN_SHAPE

    def _table(self, table: Element, whole: float, font: float) -> float:
        width = min(table.length("width", whole) or whole, whole)
        padding = table.length("cellpadding") or 1.0
        height = sum(self._row(row, width, font, padding) for row in _rows(table))
        return max(height, table.length("height") or 0.0) + table.edges("margin")[0]

    def _row(self, row: Element, whole: float, font: float, padding: float) -> float:
        cells = [one for one in row.children if isinstance(one, Element) and not _is_hidden(one)]
        if row.name == "caption":
            return self.block(row, whole, font)
        said = [cell.length("width", whole) for cell in cells]
        left = max(whole - sum(one or 0.0 for one in said), 0.0)
        wanted = [0.0 if one else min(_letters(cell), 200) + 5.0 for cell, one in zip(cells, said, strict=True)]
        widths = [one or left * share / sum(wanted) for one, share in zip(said, wanted, strict=True)]
        heights = [
            self.block(cell, width, _font(row, font)) + (0.0 if "padding" in cell.style else 2 * padding)
            for cell, width in zip(cells, widths, strict=True)
        ]
        return max([*heights, row.length("height") or 0.0])


def _is_hidden(element: Element) -> bool:
    style = element.style
    return style.get("display") == "none" or (element.length("max-height") == 0 and style.get("overflow") == "hidden")


def _font(element: Element, outer: float) -> float:
    return element.length("font-size", outer) or _FONTS.get(element.name, outer)


def _width_of(text: str, font: float) -> float:
    wide = 0 if text.isascii() else sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return (len(text) + wide) * font * LETTER


def _rows(table: Element) -> list[Element]:
    """Answer the rows of all groups of the table."""
    found: list[Element] = []
    for child in table.children:
        if isinstance(child, Element):
            found += _rows(child) if child.name in ("tbody", "thead", "tfoot") else [child]
    return [row for row in found if row.name in ("tr", "caption") and not _is_hidden(row)]


def _letters(element: Element) -> int:
    return sum(len(one.strip()) if isinstance(one, str) else _letters(one) for one in element.children)
