"""Header fields (RFC 5322 §2.2, RFC 6532): one split, one unfolding, limits before any structured reading.

Every step is one pass over at most HEADER_OCTETS, so that neither many nor long fields cost more than they weigh
(SECURITY M3). A line without a colon is skipped with a defect; the shape gate refuses such mail at the door.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mail.charset import clean, decode, is_utf8

HEADER_OCTETS: Final = 256 * 1024
FIELDS: Final = 1000
FIELD_OCTETS: Final = 64 * 1024
CONTENT_FIELD_OCTETS: Final = 8 * 1024

TOO_LARGE: Final = "header is too large"
TOO_MANY: Final = "too many header fields"
FIELD_TOO_LONG: Final = "header field is too long"
BAD_LINE: Final = "header line without a name"

_BLANK: Final = re.compile(rb"\n\r?\n")
_FOLD: Final = re.compile(rb"\r?\n(?=[ \t])")
_NAME: Final = re.compile(rb"[!-9;-~]{1,200}")


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of one entity in order: (lower-case name, unfolded value as octets)."""

    fields: tuple[tuple[str, bytes], ...]
    defects: tuple[str, ...] = ()

    def first(self, name: str) -> bytes | None:
        """Answer the first field of that lower-case name, or None."""
        for key, value in self.fields:
            if key == name:
                return value
        return None

    def every(self, name: str) -> list[bytes]:
        """Answer all fields of that lower-case name."""
        return [value for key, value in self.fields if key == name]

    def text(self, name: str) -> str:
        """Answer the first field as text with encoded-words as they stand, "" where it is missing."""
        value = self.first(name)
        return field_text(value) if value else ""


def split_header(octets: bytes) -> tuple[Header, int]:
    """Answer the header of an entity and where its body begins (RFC 5322 §2.1)."""
    if octets[:1] == b"\n" or octets[:2] == b"\r\n":
        return Header(()), 1 if octets[:1] == b"\n" else 2
    blank = _BLANK.search(octets)
    end, body = (blank.start(), blank.end()) if blank else (len(octets), len(octets))
    return _read_block(octets[: min(end, HEADER_OCTETS)], cut=end > HEADER_OCTETS), body


def field_text(value: bytes, hint: str | None = None) -> str:
    """Answer a field's value as text: raw octets are UTF-8 (RFC 6532 §3.2), else of the `hint`, the body's charset."""
    if value.isascii():
        return clean(value.decode("ascii"))
    return decode(value, None if is_utf8(value) else hint, guess=hint is not None)[0]


def _read_block(block: bytes, *, cut: bool) -> Header:
    fields: list[tuple[str, bytes]] = []
    defects = [TOO_LARGE] if cut else []
    for number, line in enumerate(_FOLD.sub(b"", block).split(b"\n")):
        if len(fields) >= FIELDS:
            defects.append(TOO_MANY)
            break
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t")
        if not colon or not _NAME.fullmatch(name):
            if line.strip() and not (number == 0 and line.startswith((b"From ", b">From "))):
                defects.append(BAD_LINE)
            continue
        fields.append(_field(name.decode("ascii").lower(), value, defects))
    return Header(tuple(fields), tuple(dict.fromkeys(defects)))


def _field(name: str, value: bytes, defects: list[str]) -> tuple[str, bytes]:
    value = value.strip(b" \t\r")
    if b"\r" in value:  # a bare CR ends no line (SECURITY P2)
        value = value.replace(b"\r", b" ")
    limit = CONTENT_FIELD_OCTETS if name.startswith("content-") else FIELD_OCTETS
    if len(value) > limit:
        defects.append(FIELD_TOO_LONG)
        value = value[:limit]
    return name, value
