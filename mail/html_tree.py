"""Cleaned HTML as a tree, for measuring it; anything else than what `mail.html` answers is read loosely."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from itertools import islice
from typing import Final

from mail.html_tokens import VOID, attributes_of, tokens

DEEPEST: Final = 200
"""Elements deeper than this are left out."""
TOKENS: Final = 20_000
"""What is longer is taller than any screen."""
_PIXELS: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "em": 15.0, "rem": 15.0}
_LENGTH: Final = re.compile(r"(\d{0,6}(?:\.\d{1,6})?)(px|pt|em|rem|)")


@dataclass
class Element:
    """An element with its children: elements and texts."""

    name: str
    written: str = field(default="", repr=False)
    children: list[Element | str] = field(default_factory=list)

    @cached_property
    def attributes(self) -> dict[str, str]:
        """The attributes, values without references."""
        return attributes_of(self.written)

    @cached_property
    def style(self) -> dict[str, str]:
        """The declarations of the style attribute."""
        pairs = (one.partition(":") for one in self.attributes.get("style", "").lower().split(";"))
        return {name.strip(): value.strip() for name, _, value in pairs}

    def length(self, name: str, whole: float = 0) -> float | None:
        """Answer a length in pixels, of the style or else of the attribute; a share is one of `whole`."""
        return pixels(self.style.get(name, self.attributes.get(name, "")), whole)

    def edges(self, name: str) -> tuple[float, float]:
        """Answer what `padding` or `margin` takes above and below together, and at both sides together."""
        given = [pixels(one) or 0.0 for one in self.style.get(name, "").split()] or [0.0]
        top, right, bottom, left = (given * 4)[:4] if len(given) != 3 else (given[0], given[1], given[2], given[1])
        sides = {"top": top, "right": right, "bottom": bottom, "left": left}
        for side in sides:
            sides[side] = self.length(f"{name}-{side}") or sides[side]
        return sides["top"] + sides["bottom"], sides["left"] + sides["right"]


def tree_of(html: str) -> Element:
    """Answer the root of the tree."""
    root = Element("body")
    path = [root]
    ignored = 0
    for token in islice(tokens(html), TOKENS):
        if not token.name:
            if not ignored:
                path[-1].children.append(unescape(token.text))
        elif token.closing:
            if ignored:
                ignored -= 1
            elif len(path) > 1:
                path.pop()
        elif ignored or len(path) > DEEPEST:
            ignored += token.name not in VOID
        else:
            element = Element(token.name, token.text)
            path[-1].children.append(element)
            if token.name not in VOID:
                path.append(element)
    return root


def pixels(value: str, whole: float = 0) -> float | None:
    """Answer a length in pixels, None where it is none or a share of what is not known."""
    if whole and value.endswith("%"):
        share = _LENGTH.fullmatch(value[:-1])
        return whole * float(share[1]) / 100 if share and share[1] else None
    found = _LENGTH.fullmatch(value)
    return float(found[1]) * _PIXELS[found[2]] if found and found[1] else None
