"""Builders of TNEF (MS-OXTNEF), as Outlook wraps files and a body into `winmail.dat`."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SIGNATURE: Final = b"\x78\x9f\x3e\x22\x01\x00"
BODY, DATA, TITLE, BEGIN, PROPERTIES, FILE, CODEPAGE = 0x800C, 0x800F, 0x8010, 0x9002, 0x9003, 0x9005, 0x9007
STRING, UNICODE, BINARY, OBJECT, INTEGER = 0x001E, 0x001F, 0x0102, 0x000D, 0x0003
INTERFACE: Final = bytes(range(16))


@dataclass(frozen=True, slots=True)
class TnefEntry:
    """A file to wrap; `title` is the short name, `inside` makes it a mail of its own."""

    title: str
    content: bytes = b""
    long_name: str = ""
    content_type: str = ""
    content_id: str = ""
    inside: bytes = b""


def tnef(files: Sequence[TnefEntry] = (), *, text: str = "", html: str = "", codepage: int = 1252) -> bytes:
    """Answer the octets of a `winmail.dat`."""
    made = SIGNATURE + attribute(1, CODEPAGE, struct.pack("<II", codepage, 0))
    if text:
        made += attribute(1, BODY, text.encode(f"cp{codepage}") + b"\0")
    if html:
        page = [a_property(INTEGER, 0x3FDE, struct.pack("<I", 65001)), a_property(BINARY, 0x1013, html.encode())]
        made += attribute(1, PROPERTIES, properties(page))
    return made + b"".join(_file(one) for one in files)


def attribute(level: int, number: int, value: bytes) -> bytes:
    """Answer one attribute with its checksum; level 1 is the message, 2 a file."""
    return struct.pack("<BHHI", level, number, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(made: Sequence[bytes]) -> bytes:
    """Answer a list of properties."""
    return struct.pack("<I", len(made)) + b"".join(made)


def a_property(kind: int, number: int, value: bytes, *, name: str = "") -> bytes:
    """Answer one property; with a name it is one of those that have no number of their own."""
    head = struct.pack("<HH", kind, number)
    if name:
        octets = f"{name}\0".encode("utf-16-le")
        head += bytes(16) + struct.pack("<II", 1, len(octets)) + _padded(octets)
    if kind == INTEGER:
        return head + value
    return head + struct.pack("<II", 1, len(value)) + _padded(value)


def _file(file: TnefEntry) -> bytes:
    made = [a_property(UNICODE, 0x8001, b"x\0\0\0", name="a name")]
    for number, text in ((0x3707, file.long_name), (0x370E, file.content_type), (0x3712, file.content_id)):
        if text:
            made.append(a_property(UNICODE, number, f"{text}\0".encode("utf-16-le")))
    if file.inside:
        made.append(a_property(OBJECT, 0x3701, INTERFACE + file.inside))
    return (
        attribute(2, BEGIN, bytes(14))
        + attribute(2, TITLE, file.title.encode("cp1252") + b"\0")
        + attribute(2, DATA, file.content)
        + attribute(2, FILE, properties(made))
    )


def _padded(value: bytes) -> bytes:
    return value + bytes(-len(value) % 4)
