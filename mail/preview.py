"""Preview: a picture of ours of what a file shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CONTENT_TYPE: Final = "image/webp"


class CannotDraw(Exception):
    """The file is of no kind that is drawn, or asks for more than is given to it, or is broken."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One page as WebP, its extent in pixels, and of how many pages the file consists."""

    image: bytes
    width: int
    height: int
    pages: int
