"""Charts as drawings made on the server: numbers over time to the paths of an SVG of 100 by 100; pure.

What has no number is a gap. The words of a chart stand beside it, never in it, so that it may be stretched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FULL: Final = 100.0
BAR: Final = 0.72
"""The share of its place that a bar fills."""
SMALLEST: Final = 1.5
"""In hundredths: a single mail among thousands is seen all the same."""
Numbers = Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A curve: the data of a path."""

    look: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a bar."""

    look: str
    x: float
    y: float
    width: float
    height: float


def highest(series: Sequence[Numbers]) -> float:
    """Answer the largest number; 0 where there is none."""
    return max((number for numbers in series for number in numbers if number is not None), default=0.0)


def line(look: str, numbers: Numbers, top: float) -> Line:
    """Draw a curve of which `top` touches the upper edge; a lone point is a dot."""
    parts: list[str] = []
    begins = True
    for place, number in enumerate(numbers):
        if number is None:
            begins = True
            continue
        x, y = _x(place, len(numbers)), _y(number, top)
        parts.append(f"M{x:g} {y:g}h0" if begins else f"L{x:g} {y:g}")
        begins = False
    return Line(look=look, path="".join(parts))


def bars(looks: Sequence[str], series: Sequence[Numbers]) -> tuple[Piece, ...]:
    """Draw a bar a place, the first of the series at its foot."""
    top = highest([stacked(series)])
    pieces: list[Piece] = []
    count = max((len(numbers) for numbers in series), default=0)
    for place in range(count):
        foot = FULL
        for look, numbers in zip(looks, series, strict=True):
            number = numbers[place]
            if number and top:
                height = max(number / top * FULL, SMALLEST)
                foot = max(foot - height, 0.0)
                x = (place + (1 - BAR) / 2) * FULL / count
                width = BAR * FULL / count
                pieces.append(
                    Piece(look=look, x=round(x, 2), y=round(foot, 2), width=round(width, 2), height=round(height, 2))
                )
    return tuple(pieces)


def stacked(series: Sequence[Numbers]) -> list[float | None]:
    """Answer the sums, place by place."""
    return [
        None if all(one is None for one in place) else sum(one or 0 for one in place)
        for place in zip(*series, strict=True)
    ]


def _x(place: int, count: int) -> float:
    return round((place + 0.5) * FULL / count, 2)


def _y(number: float, top: float) -> float:
    return round(FULL - (number / top * FULL if top else 0.0), 2)
