"""Builders of CMS signed-data (RFC 5652) without a signature that anybody checks: in DER, and in pieces as BER."""

from __future__ import annotations

from typing import Final

SIGNED: Final = bytes.fromhex("06092a864886f70d010702")
ENVELOPED: Final = bytes.fromhex("06092a864886f70d010703")
DATA: Final = bytes.fromhex("06092a864886f70d010701")
VERSION: Final = bytes.fromhex("020101")
DIGESTS: Final = bytes.fromhex("3100")


def der(tag: int, content: bytes) -> bytes:
    """Answer an element of known length."""
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    length = bytes([size]) if size < 0x80 else bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + length + content


def ber(tag: int, content: bytes) -> bytes:
    """Answer an element that two zero octets close."""
    return bytes([tag, 0x80]) + content + b"\0\0"


def signed_data(content: bytes, *, kind: bytes = SIGNED) -> bytes:
    """Answer signed-data in DER."""
    inside = der(0x30, DATA + der(0xA0, der(0x04, content)))
    return der(0x30, kind + der(0xA0, der(0x30, VERSION + DIGESTS + inside + der(0x31, b""))))


def signed_in_pieces(content: bytes, size: int = 10) -> bytes:
    """Answer signed-data as programs write it that do not know the length yet."""
    pieces = b"".join(der(0x04, content[start : start + size]) for start in range(0, len(content), size))
    inside = ber(0x30, DATA + ber(0xA0, ber(0x24, pieces)))
    return ber(0x30, SIGNED + ber(0xA0, ber(0x30, VERSION + ber(0x31, ber(0x30, VERSION)) + inside)))
