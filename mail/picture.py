"""What an image of a mail is there for: to be seen, or to tell its sender that the mail was opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_LENGTH: Final = re.compile(r"(\d{0,6}(?:\.\d{1,6})?)(?:px|pt)?")
_DOT: Final = 1.5
"""Pixels; a point is 1.33 of them."""
_LARGE: Final = 1e6


def is_tracker(attributes: Mapping[str, str]) -> bool:
    """Tell whether nobody could see the image: hidden, without extent, or one pixel as far as its size is said."""
    style = _declarations(attributes.get("style", ""))
    if style.get("display") == "none" or style.get("visibility") == "hidden":
        return True
    if _pixels(style.get("opacity", "1")) == 0:
        return True
    sizes = [size for side in ("width", "height") if (size := _extent(side, style, attributes)) is not None]
    return bool(sizes) and (max(sizes) <= _DOT or min(sizes) == 0)


def _extent(side: str, style: Mapping[str, str], attributes: Mapping[str, str]) -> float | None:
    """Answer the side in pixels, None where nothing says it: the style decides, and `max-` bounds it."""
    said = [_pixels(style[name]) for name in (side, f"max-{side}") if name in style]
    if not said and side in attributes:
        said = [_pixels(attributes[side])]
    return min(said, default=None)


def _pixels(value: str) -> float:
    found = _LENGTH.fullmatch(value.strip().lower())
    return float(found[1]) if found and found[1] else _LARGE


def _declarations(style: str) -> dict[str, str]:
    """Answer the declarations of a style that was cleaned, the last of a name."""
    pairs = (one.partition(":") for one in style.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}
