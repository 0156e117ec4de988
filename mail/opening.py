"""Where another's mail begins in a text: a separating line, a header of labels, or a line that attributes a quote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mail.attribution import LINES as BROKEN
from mail.attribution import Attribution, ends_attribution, find_attribution
from mail.header_block import HeaderBlock, read_block, read_glued
from mail.labels import split_label
from mail.markers import RULE, Marker, find_marker

LINES: Final = 4000
"""What stands further down is not looked at: nobody writes that much above a quote."""

FAILED: Final = 400
"""So many lines that only looked like attributions show that this is another text: then one line is enough to read."""

_MARKER_STARTS: Final = frozenset("-‐_=*~—–─>")
_COLONS: Final = (":", "：")


@dataclass(frozen=True, slots=True)
class Opening:
    """The lines from `start` to before `content` introduce another's mail that begins at `content`."""

    start: int
    content: int
    marker: Marker | None = None
    block: HeaderBlock | None = None
    attribution: Attribution | None = None


def is_quoted(line: str) -> bool:
    """Answer whether the line is quoted by its first character."""
    return line.lstrip()[:1] == ">"


class Openings:
    """The lines of a text and the places where another's mail begins; each line is looked at once."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self._ends = [ends_attribution(line) for line in self.lines[: LINES + BROKEN]]
        self._failed = 0
        self._known: dict[int, Opening | None] = {}

    def first(self) -> Opening | None:
        """Answer where the first other mail begins."""
        for position in range(min(len(self.lines), LINES)):
            found = self.at(position)
            if found is not None:
                return found
        return None

    def at(self, position: int) -> Opening | None:
        """Answer what begins at this line, None for a line of the writer's own."""
        if position not in self._known:
            self._known[position] = self._look(position)
        return self._known[position]

    def _look(self, position: int) -> Opening | None:
        line = self.lines[position]
        stripped = line.strip()
        if not stripped:
            return None
        if stripped[0] in _MARKER_STARTS or stripped.endswith(_COLONS):
            marked = find_marker(line)
            if marked is not None:
                return _below_marker(self.lines, position, *marked)
        head = line[:60]
        if (":" in head or "：" in head) and split_label(line) is not None:
            block = read_block(self.lines, position)
            if block.is_header:
                return Opening(_above_rule(self.lines, position), block.end, block=block)
        most = BROKEN if self._failed < FAILED else 1
        if True in self._ends[position : position + most]:
            attribution = find_attribution(self.lines, position, most)
            if attribution is not None:
                return Opening(position, position + attribution.lines, attribution=attribution)
            self._failed += 1
        return None


def next_written(lines: list[str], position: int) -> int:
    """Answer the first line from here that is not blank."""
    while position < len(lines) and not lines[position].strip("\ufeff\u200b \t\xa0\r"):
        position += 1
    return position


def _below_marker(lines: list[str], position: int, marker: Marker, rest: str) -> Opening:
    glued = read_glued(rest, position + 1)
    if glued.is_header:
        return Opening(position, position + 1, marker, glued)
    below = position + 1
    while below < min(len(lines), position + 5) and not lines[below].strip("> \t\xa0\ufeff"):
        below += 1
    block = read_block(lines, below)
    if block.is_header or (block.fields and marker is Marker.FORWARD):
        return Opening(position, block.end, marker, block)
    return Opening(position, position + 1, marker)


def _above_rule(lines: list[str], position: int) -> int:
    """A line of underscores above a header belongs to it (Outlook)."""
    above = position - 1
    while above >= 0 and not lines[above].strip("> \t\xa0"):
        above -= 1
    return above if above >= 0 and RULE.fullmatch(lines[above]) else position
