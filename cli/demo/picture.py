"""A small PNG: a bench under a tree, drawn from rectangles and one circle."""

from __future__ import annotations

import struct
import zlib
from typing import Final

WIDTH: Final = 496
HEIGHT: Final = 248
Colour = tuple[int, int, int]
SKY: Final = (222, 234, 236)
GRASS: Final = (156, 178, 122)
WOOD: Final = (138, 96, 62)
DARK: Final = (92, 66, 46)
LEAVES: Final = (104, 140, 92)
SHAPES: Final[tuple[tuple[int, int, int, int, Colour], ...]] = (
    (0, 0, 496, 176, SKY),
    (0, 176, 496, 72, GRASS),
    (372, 96, 18, 104, DARK),
    (96, 118, 208, 10, WOOD),
    (96, 134, 208, 10, WOOD),
    (84, 160, 232, 12, WOOD),
    (104, 108, 8, 56, DARK),
    (288, 108, 8, 56, DARK),
    (104, 172, 10, 36, DARK),
    (286, 172, 10, 36, DARK),
)
"""Left, top, width, height, colour; later ones lie above."""
CROWN: Final = (381, 72, 62)
"""Centre and radius."""


def bench() -> bytes:
    """Answer the picture as PNG (RFC 2083): eight bits of red, green and blue a pixel."""
    rows = [bytearray(WIDTH * 3) for _ in range(HEIGHT)]
    for left, top, width, height, colour in SHAPES:
        for row in rows[top : top + height]:
            row[left * 3 : (left + width) * 3] = bytes(colour) * width
    x, y, radius = CROWN
    for number in range(y - radius, y + radius):
        half = int((radius**2 - (number - y) ** 2) ** 0.5)
        if number >= 0:
            rows[number][(x - half) * 3 : (x + half) * 3] = bytes(LEAVES) * (2 * half)
    pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
