"""Properties of MAPI as TNEF writes them (MS-OXTNEF §2.1.3.4): the first value of each that is asked for."""

from __future__ import annotations

import struct
from collections.abc import Collection
from typing import Final

from mail.charset import decode

PROPERTIES: Final = 5000
VALUES: Final = 5000

STRING, UNICODE, BINARY, OBJECT = 0x001E, 0x001F, 0x0102, 0x000D
_MANY: Final = 0x1000
_NAMED: Final = 0x8000
_NAME_IS_TEXT: Final = 1
_VARIABLE: Final = frozenset({STRING, UNICODE, BINARY, OBJECT})
_OCTETS: Final = {
    0x0002: 4,
    0x0003: 4,
    0x0004: 4,
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x000A: 4,
    0x000B: 4,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
"""What a value of each fixed type takes, padding included."""


class BadProperties(Exception):
    """What follows cannot be read."""


def read_properties(octets: bytes, wanted: Collection[int]) -> dict[int, tuple[int, bytes]]:
    """Answer (type, value) by property id, as far as the octets can be read."""
    found: dict[int, tuple[int, bytes]] = {}
    try:
        count, at = _number(octets, 0), 4
        for _ in range(min(count, PROPERTIES)):
            kind, number = struct.unpack_from("<HH", octets, at)
            at = _after_name(octets, at + 4, number)
            at, value = _value(octets, at, kind)
            if number in wanted and value is not None:
                found.setdefault(number, (kind & ~_MANY, value))
    except (BadProperties, struct.error):
        pass  # what was read until here is kept
    return found


def property_text(found: dict[int, tuple[int, bytes]], number: int, charset: str) -> str:
    """Answer a property as text without its terminating NUL, "" where it is missing."""
    kind, value = found.get(number, (0, b""))
    if kind == UNICODE:
        return decode(value[: len(value) // 2 * 2], "utf-16-le")[0].split("\ufffd", 1)[0] if value else ""
    return decode(value.split(b"\0", 1)[0], charset)[0] if kind in {STRING, BINARY} else ""


def property_number(found: dict[int, tuple[int, bytes]], number: int) -> int:
    """Answer a property as an integer, 0 where it is missing."""
    kind, value = found.get(number, (0, b""))
    return int.from_bytes(value[:4], "little") if kind in {0x0002, 0x0003} else 0


def _after_name(octets: bytes, at: int, number: int) -> int:
    if number < _NAMED:
        return at
    kind = _number(octets, at + 16)
    if kind != _NAME_IS_TEXT:
        return at + 24
    return _padded(at + 24 + _number(octets, at + 20))


def _value(octets: bytes, at: int, kind: int) -> tuple[int, bytes | None]:
    base = kind & ~_MANY
    if base in _VARIABLE:
        return _variable(octets, at)
    size = _OCTETS.get(base)
    if size is None:
        raise BadProperties
    count, at = (_number(octets, at), at + 4) if kind & _MANY else (1, at)
    if count > VALUES or at + count * size > len(octets):
        raise BadProperties
    return at + count * size, octets[at : at + size] if count else None


def _variable(octets: bytes, at: int) -> tuple[int, bytes | None]:
    """A count stands before strings and objects, even where there is one."""
    count, at = _number(octets, at), at + 4
    if count > VALUES:
        raise BadProperties
    first: bytes | None = None
    for _ in range(count):
        size = _number(octets, at)
        if at + 4 + size > len(octets):
            raise BadProperties
        if first is None:
            first = octets[at + 4 : at + 4 + size]
        at = at + 4 + _padded(size)
    return at, first


def _number(octets: bytes, at: int) -> int:
    number: int = struct.unpack_from("<I", octets, at)[0]
    return number


def _padded(size: int) -> int:
    return -(-size // 4) * 4
