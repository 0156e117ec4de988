"""CMS signed-data (RFC 5652 §5, RFC 8551 §3.5): what was signed, so that an opaque signature hides no text.

BER with definite and indefinite lengths, in one pass and without recursion. Neither the signature nor any certificate
is looked at; what is encrypted is never opened.
"""

from __future__ import annotations

from typing import Final

CHUNKS: Final = 50_000
ELEMENTS: Final = 50_000

_SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _OBJECT, _EXPLICIT, _OCTETS, _OCTETS_IN_PIECES = 0x30, 0x06, 0xA0, 0x04, 0x24
_OPEN: Final = -1
"""The end of what says no length: two zero octets close it (X.690 §8.1.3.6)."""


class BadEncoding(Exception):
    """What follows is no BER, or another kind of CMS."""


def signed_content(octets: bytes) -> bytes | None:
    """Answer what was signed, None where this is no signed-data or holds its signature alone; never raises."""
    try:
        at = _enter(octets, 0, _SEQUENCE)
        kind, after = _value(octets, at, _OBJECT)
        if kind != _SIGNED_DATA:
            return None
        at = _enter(octets, _enter(octets, after, _EXPLICIT), _SEQUENCE)
        at = _enter(octets, _skip(octets, _skip(octets, at)), _SEQUENCE)  # version, digest algorithms
        return _octets(octets, _enter(octets, _skip(octets, at), _EXPLICIT))
    except (BadEncoding, IndexError):
        return None


def _head(octets: bytes, at: int) -> tuple[int, int, int]:
    """Answer the tag, where the content begins, and its length or _OPEN."""
    tag, first = octets[at], octets[at + 1]
    if tag & 0x1F == 0x1F:
        raise BadEncoding
    if first < 0x80:
        return tag, at + 2, first
    count = first & 0x7F
    if count == 0:
        return tag, at + 2, _OPEN
    if count > 8:
        raise BadEncoding
    return tag, at + 2 + count, int.from_bytes(octets[at + 2 : at + 2 + count])


def _enter(octets: bytes, at: int, wanted: int) -> int:
    tag, start, _ = _head(octets, at)
    if tag != wanted:
        raise BadEncoding
    return start


def _value(octets: bytes, at: int, wanted: int) -> tuple[bytes, int]:
    """Answer the content of a primitive element, and where the next begins."""
    tag, start, length = _head(octets, at)
    if tag != wanted or length == _OPEN or start + length > len(octets):
        raise BadEncoding
    return octets[start : start + length], start + length


def _skip(octets: bytes, at: int) -> int:
    """Answer where the next element begins."""
    depth = 0
    for _ in range(ELEMENTS):
        tag, start, length = _head(octets, at)
        at = start if length == _OPEN else start + length
        if length == _OPEN:
            depth += 1
        elif tag == 0 and depth:
            depth -= 1
        if depth == 0:
            return at
    raise BadEncoding


def _octets(octets: bytes, at: int) -> bytes:
    tag, start, length = _head(octets, at)
    if tag == _OCTETS:
        return _value(octets, at, _OCTETS)[0]
    if tag != _OCTETS_IN_PIECES:
        raise BadEncoding
    end = len(octets) if length == _OPEN else start + length
    pieces: list[bytes] = []
    at = start
    while at < end and octets[at] == _OCTETS and len(pieces) < CHUNKS:
        piece, at = _value(octets, at, _OCTETS)
        pieces.append(piece)
    return b"".join(pieces)
