"""TNEF, the `winmail.dat` of Outlook (MS-OXTNEF): the files in it, and the body where it has one.

One pass over the octets; what is broken ends the reading, and what was read until there is kept. A mail inside is
TNEF itself: its files are answered with the others, NESTED levels deep.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final

from mail.charset import decode
from mail.mapi import OBJECT, property_number, property_text, read_properties

SIGNATURE: Final = b"\x78\x9f\x3e\x22"
FILES: Final = 200
ATTRIBUTES: Final = 20_000
NESTED: Final = 3

_MESSAGE, _ATTACHMENT = 1, 2
_BODY, _DATA, _TITLE, _BEGIN, _PROPERTIES, _FILE, _CODEPAGE = (
    0x800C, 0x800F, 0x8010, 0x9002, 0x9003, 0x9005, 0x9007,
)  # fmt: skip
_TEXT, _HTML, _CHARSET = 0x1000, 0x1013, 0x3FDE
_CONTENT, _SHORT_NAME, _LONG_NAME, _SHOWN_NAME, _TYPE, _CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x3001, 0x370E, 0x3712
_OF_MESSAGE: Final = frozenset({_TEXT, _HTML, _CHARSET})
_OF_FILE: Final = frozenset({_CONTENT, _SHORT_NAME, _LONG_NAME, _SHOWN_NAME, _TYPE, _CONTENT_ID})
_INTERFACE_ID: Final = 16
"""What stands before an embedded object: which interface it is of."""
_CHARSETS: Final = {65001: "utf-8", 20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u", 50220: "iso-2022-jp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TnefFile:
    """A file as TNEF names it; nothing of it is checked."""

    name: str
    content_type: str
    content_id: str
    content: bytes


@dataclass(slots=True)
class Tnef:
    """What could be read."""

    text: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    name: str = ""
    content: bytes = b""
    properties: dict[int, tuple[int, bytes]] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    level: int
    charset: str = "windows-1252"
    found: Tnef = field(default_factory=Tnef)
    file: _File | None = None


def read_tnef(octets: bytes, *, level: int = 0) -> Tnef | None:
    """Answer what stands in it, None where it is no TNEF; never raises."""
    if not octets.startswith(SIGNATURE):
        return None
    reading = _Reading(level)
    at = len(SIGNATURE) + 2
    for _ in range(ATTRIBUTES):
        if at + 11 > len(octets):
            break
        whose, number, _kind, size = struct.unpack_from("<BHHI", octets, at)
        if whose not in {_MESSAGE, _ATTACHMENT} or at + 9 + size > len(octets):
            break
        _take(reading, number, octets[at + 9 : at + 9 + size])
        at += 9 + size + 2
    _end_file(reading)
    return reading.found


def _take(reading: _Reading, number: int, value: bytes) -> None:
    if number == _CODEPAGE:
        reading.charset = _charset_of(int.from_bytes(value[:4], "little"), reading.charset)
    elif number == _BODY:
        reading.found.text = reading.found.text or _decoded(value, reading.charset)
    elif number == _PROPERTIES:
        _take_message(reading, value)
    elif number == _BEGIN:
        _end_file(reading)
        reading.file = _File()
    else:
        _take_file(reading, number, value)


def _take_message(reading: _Reading, value: bytes) -> None:
    found = read_properties(value, _OF_MESSAGE)
    charset = _charset_of(property_number(found, _CHARSET), reading.charset)
    reading.found.text = property_text(found, _TEXT, charset) or reading.found.text
    reading.found.html = property_text(found, _HTML, charset) or reading.found.html


def _take_file(reading: _Reading, number: int, value: bytes) -> None:
    file = reading.file
    if file is None:
        return
    if number == _TITLE:
        file.name = _decoded(value, reading.charset)
    elif number == _DATA:
        file.content = value
    elif number == _FILE:
        file.properties = read_properties(value, _OF_FILE)


def _end_file(reading: _Reading) -> None:
    file, reading.file = reading.file, None
    if file is None or len(reading.found.files) >= FILES:
        return
    kind, value = file.properties.get(_CONTENT, (0, b""))
    content = value[_INTERFACE_ID:] if kind == OBJECT else value
    inside = _inside(reading, content) if kind == OBJECT else None
    if inside is not None:
        reading.found.files += inside.files[: FILES - len(reading.found.files)]
        return
    text = {number: property_text(file.properties, number, reading.charset) for number in _OF_FILE - {_CONTENT}}
    name = text[_LONG_NAME] or file.name or text[_SHORT_NAME] or text[_SHOWN_NAME]
    made = TnefFile(
        name=name, content_type=text[_TYPE].lower(), content_id=text[_CONTENT_ID], content=content or file.content
    )
    reading.found.files.append(made)


def _inside(reading: _Reading, content: bytes) -> Tnef | None:
    return read_tnef(content, level=reading.level + 1) if reading.level < NESTED else None


def _decoded(value: bytes, charset: str) -> str:
    return decode(value.split(b"\0", 1)[0], charset)[0]


def _charset_of(codepage: int, otherwise: str) -> str:
    if 28591 <= codepage <= 28606:
        return f"iso-8859-{codepage - 28590}"
    return _CHARSETS.get(codepage) or (f"cp{codepage}" if 0 < codepage < 2000 else otherwise)
