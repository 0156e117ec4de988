"""One entity of a mail (RFC 2045 §2.4): its header, what it says it is, and where its octets lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from mail.header import CONTENT_FIELD_OCTETS, Header, field_text
from mail.parameters import Parameterised, parse_parameters
from mail.transfer import decode_transfer

DEFAULT_TYPE: Final = "text/plain"
OPAQUE_TYPE: Final = "application/octet-stream"
SMIME_TYPES: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_NOTHING: Final = Parameterised("", {})


@dataclass(slots=True)
class Part:
    """An entity; `body` is as sent, before its transfer encoding is undone. Children only of a split multipart."""

    header: Header
    body: bytes
    content_type: str
    parameters: Mapping[str, str]
    disposition: str
    disposition_parameters: Mapping[str, str]
    depth: int
    children: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)

    @property
    def maintype(self) -> str:
        """Answer the type before the slash."""
        return self.content_type.partition("/")[0]

    @property
    def name(self) -> str:
        """Answer the file name as sent (RFC 2183 §2.3, else the older `name`), "" where there is none."""
        return self.disposition_parameters.get("filename") or self.parameters.get("name") or ""

    @property
    def content_id(self) -> str:
        """Answer the Content-ID without its angle brackets, "" where there is none (RFC 2045 §7)."""
        return self.header.text("content-id").strip().strip("<>").strip()

    @property
    def encoding(self) -> str:
        """Answer the transfer encoding, lower case."""
        words = self.header.text("content-transfer-encoding").lower().replace(";", " ").split()
        return words[0].strip('"') if words else ""

    def decoded(self) -> bytes:
        """Answer the octets of the body with the transfer encoding undone."""
        octets, defect = decode_transfer(self.body, self.encoding)
        if defect and defect not in self.defects:
            self.defects.append(defect)
        return octets


def make_part(header: Header, body: bytes, *, depth: int, default_type: str = DEFAULT_TYPE) -> Part:
    """Read what an entity says of itself; a broken Content-Type is taken as RFC 2045 §5.2 says."""
    typed = _parameterised(header, "content-type")
    content_type = _checked_type(typed.value, default_type)
    placed = _parameterised(header, "content-disposition")
    if _is_cut(header):
        content_type = OPAQUE_TYPE  # what such a field says cannot be believed: a file
    part = Part(header, body, content_type, typed.parameters, placed.value, placed.parameters, depth)
    part.defects.extend(header.defects)
    return part


def _parameterised(header: Header, name: str) -> Parameterised:
    value = header.first(name)
    return parse_parameters(field_text(value)) if value else _NOTHING


def _checked_type(value: str, default_type: str) -> str:
    main, slash, sub = value.partition("/")
    main, words = main.strip(), sub.split()
    if slash and main and words and not any(letter.isspace() for letter in main):
        return f"{main}/{words[0]}"
    return default_type


def _is_cut(header: Header) -> bool:
    value = header.first("content-type")
    return value is not None and len(value) >= CONTENT_FIELD_OCTETS
