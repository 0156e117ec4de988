"""Values with parameters: Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2183, RFC 2231), read tolerantly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from mail.charset import decode
from mail.encoded_word import decode_words

PARAMETERS: Final = 100

# Each piece ends at the first semicolon outside quotes; every alternative starts with another character.
_PIECE: Final = re.compile(r'(?:[^;"\\]|\\.?|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))*+', re.DOTALL)
_COMMENT: Final = re.compile(r"(?:(?<=\s)|^)\([^()]*\)\s*")
_QUOTED_PAIR: Final = re.compile(r"\\(.)", re.DOTALL)
_SECTION: Final = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?\Z")


@dataclass(frozen=True, slots=True)
class Parameterised:
    """A lower-case value and its decoded parameters by lower-case name, the first of each name."""

    value: str
    parameters: Mapping[str, str]


@dataclass(slots=True)
class _Section:
    number: int
    coded: bool
    text: str


def parse_parameters(field: str) -> Parameterised:
    """Answer the value and parameters of a field; what cannot be read is left out."""
    pieces = _split(field)
    sections: dict[str, list[_Section]] = {}
    for piece in pieces[1 : PARAMETERS + 1]:
        name, equals, value = piece.partition("=")
        match = _SECTION.match(name.strip().lower())
        if equals and match:
            section = _Section(int(match[2] or -1), bool(match[3]), _unquote(value))
            sections.setdefault(match[1], []).append(section)
    value = _COMMENT.sub("", pieces[0]).strip().lower() if pieces else ""
    return Parameterised(value, {name: _join(found) for name, found in sections.items()})


def _split(field: str) -> list[str]:
    pieces: list[str] = []
    position = 0
    while position <= len(field) and len(pieces) <= PARAMETERS:
        match = _PIECE.match(field, position)
        end = match.end() if match else len(field)
        pieces.append(field[position:end])
        position = end + 1
    return pieces


def _unquote(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        end = _closing_quote(value)
        return _QUOTED_PAIR.sub(r"\1", value[1:end]) if not _is_windows_path(value) else value[1:end]
    return _COMMENT.sub("", value).strip()


def _closing_quote(value: str) -> int:
    position = value.find('"', 1)
    while position > 0 and value[position - 1] == "\\" and value[position - 2] != "\\":
        position = value.find('"', position + 1)
    return position if position > 0 else len(value)


def _is_windows_path(value: str) -> bool:
    """Internet Explorer sent `"C:\\dir\\file"` with backslashes that quote nothing."""
    return bool(re.match(r'"[A-Za-z]:\\', value))


def _join(sections: list[_Section]) -> str:
    """RFC 2231 §3: sections in the order of their numbers; a whole value wins over sections."""
    whole = next((one for one in sections if one.number < 0 and one.coded), None)
    whole = whole or next((one for one in sections if one.number < 0), None)
    if whole is not None:
        return _decode_coded([whole]) if whole.coded else decode_words(whole.text)
    sections.sort(key=lambda one: one.number)
    if any(one.coded for one in sections):
        return _decode_coded(sections)
    return decode_words("".join(one.text for one in sections))


def _decode_coded(sections: list[_Section]) -> str:
    """RFC 2231 §4: charset'language'text, the first section alone names the charset."""
    charset, first = None, sections[0]
    if first.coded and first.text.count("'") >= 2:
        charset, _, text = first.text.split("'", 2)
        sections = [_Section(first.number, True, text), *sections[1:]]
    octets = b"".join(unquote_to_bytes(one.text) if one.coded else one.text.encode("utf-8") for one in sections)
    return decode(octets, charset or None, guess=False)[0]
