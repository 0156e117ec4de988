"""Builders of pictures and PDF files, honest and hostile ones."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pypdfium2
from PIL import Image


def a_picture(
    form: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", *, color: str = "white", **given: object
) -> bytes:
    """Answer a picture as a program would write it."""
    written = BytesIO()
    Image.new(mode, size, color if mode in ("RGB", "RGBA") else 0).save(written, form, **given)
    return written.getvalue()


def a_png_that_says(width: int, height: int) -> bytes:
    """Answer a PNG whose header says that it is so large; a few octets follow."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    dots = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + dots + chunk(b"IEND", b"")


def a_pdf(*sizes: tuple[float, float]) -> bytes:
    """Answer a PDF with empty pages of these sizes."""
    document = pypdfium2.PdfDocument.new()
    for width, height in sizes:
        document.new_page(width, height)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def a_pdf_of(*objects: str) -> bytes:
    """Answer a PDF written by hand, its first object the catalogue; readers find the objects without a table."""
    body = "".join(f"{number} 0 obj {one} endobj\n" for number, one in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer << /Root 1 0 R >>\n%%EOF".encode()
