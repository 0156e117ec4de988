"""Pages of PDF files as pictures: no script of theirs runs, no form is filled, nothing in them is followed.

The same holds as for pictures (`mail.raster`): native code reads what a stranger sent, so it has a process of its own.
"""

from __future__ import annotations

from typing import Final

import pypdfium2
from PIL import Image

from mail.preview import CannotDraw, Preview
from mail.raster import as_preview

MARK: Final = b"%PDF-"
MARK_OCTETS: Final = 1024
"""Readers take a file whose mark stands somewhere in so many octets (ISO 32000-1, annex H.3.4.1)."""
PAGES: Final = 1000
LARGEST_SCALE: Final = 4.0
"""A point becomes so many pixels at most: a page of a few points stays small."""
_WHITE: Final = (255, 255, 255, 255)


def is_pdf(octets: bytes) -> bool:
    """Tell whether the file says that it is one."""
    return MARK in octets[: MARK_OCTETS + len(MARK)]


def draw_page(octets: bytes, page: int, side: int) -> Preview:
    """Answer a page (the first is 1), no side longer than `side` pixels; raise CannotDraw."""
    if not is_pdf(octets):
        raise CannotDraw
    try:
        with pypdfium2.PdfDocument(octets) as document:
            pages = min(len(document), PAGES)
            if not 0 < page <= pages:
                raise CannotDraw
            return as_preview(_dots(document[page - 1], side), pages)
    except (pypdfium2.PdfiumError, ValueError, ArithmeticError, MemoryError, OSError) as error:
        raise CannotDraw from error


def _dots(page: pypdfium2.PdfPage, side: int) -> Image.Image:
    width, height = page.get_size()
    longest = max(width, height)
    if not 0 < longest < float("inf"):
        raise CannotDraw
    scale = min(side / longest, LARGEST_SCALE)
    bitmap = page.render(scale=scale, may_draw_forms=False, fill_color=_WHITE)
    dots: Image.Image = bitmap.to_pil().convert("RGB")
    dots.thumbnail((side, side))
    return dots
