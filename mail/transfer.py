"""Content-Transfer-Encoding to octets (RFC 2045 §6): base64, quoted-printable, uuencode; all else is as it stands."""

from __future__ import annotations

import binascii
from typing import Final

PADDED_RUNS: Final = 10_000
"""How many pieces with padding of their own are joined; no mailer makes more."""

BAD_BASE64: Final = "base64 is broken"
UNKNOWN_ENCODING: Final = "transfer encoding is unknown"

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64: Final = bytes(octet for octet in range(256) if octet not in _ALPHABET)
_IDENTITY: Final = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "7", "8"})
_UU: Final = frozenset({"uuencode", "x-uuencode", "x-uue", "uue", "x-uu"})


def decode_transfer(octets: bytes, encoding: str) -> tuple[bytes, str | None]:
    """Answer the decoded octets and a defect or None; `encoding` is lower case."""
    if encoding in _IDENTITY:
        return octets, None
    if encoding == "base64":
        return decode_base64(octets)
    if encoding == "quoted-printable":
        return decode_quoted_printable(octets), None
    if encoding in _UU:
        return decode_uuencode(octets), None
    return octets, UNKNOWN_ENCODING


def decode_base64(octets: bytes) -> tuple[bytes, str | None]:
    """Answer the octets of base64 as far as it can be read; what is no base64 is skipped (RFC 2045 §6.8)."""
    packed = octets.translate(None, _NOT_BASE64)
    try:
        return binascii.a2b_base64(packed, strict_mode=True), None
    except binascii.Error:
        pass
    whole = bytearray()
    for run in packed.split(b"=", PADDED_RUNS):
        if b"=" in run:
            break
        if len(run) % 4 == 1:  # a lone sextet holds no octet
            run = run[:-1]
        whole += binascii.a2b_base64(run + b"=" * (-len(run) % 4))
    return bytes(whole), BAD_BASE64


def decode_quoted_printable(octets: bytes) -> bytes:
    """Answer the octets; white space at the end of a line was added on the way (RFC 2045 §6.7 rule 3)."""
    if b" \n" in octets or b" \r\n" in octets or b"\t\n" in octets or b"\t\r\n" in octets or octets[-1:] in b" \t":
        octets = _strip_line_ends(octets)
    return binascii.a2b_qp(octets)


def decode_uuencode(octets: bytes) -> bytes:
    """Answer the octets between `begin` and `end`; a broken line is skipped."""
    out = bytearray()
    inside = False
    for line in octets.split(b"\n"):
        if not inside:
            inside = line.startswith(b"begin ")
        elif line.strip() == b"end":
            break
        else:
            out += _uu_line(line.rstrip(b"\r"))
    return bytes(out)


def _uu_line(line: bytes) -> bytes:
    if not line:
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        pass
    length = (line[0] - 32) & 63  # some encoders write more characters than the length needs
    try:
        return binascii.a2b_uu(line[: 1 + (length * 4 + 2) // 3])
    except binascii.Error:
        return b""


def _strip_line_ends(octets: bytes) -> bytes:
    return b"\n".join(_strip_line(line) for line in octets.split(b"\n"))


def _strip_line(line: bytes) -> bytes:
    if line.endswith(b"\r"):
        return line[:-1].rstrip(b" \t") + b"\r"
    return line.rstrip(b" \t")
