"""Encoded-words in header fields (RFC 2047), read tolerantly and in linear time."""

from __future__ import annotations

import re
from binascii import a2b_qp
from typing import Final

from mail.charset import decode, find_codec
from mail.transfer import decode_base64

# No part may hold a question mark, so that a field full of broken openings is still read in one pass.
_WORD: Final = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?]*)\?=")


def decode_words(value: str) -> str:
    """Answer the text of an unstructured value; `value` is text as `mail.header` gives it, undecodable words stay."""
    if "=?" not in value:
        return value
    pieces: list[str] = []
    pending, charset, end = b"", "", 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        joined = bool(charset) and not between.strip()
        if not joined or word[1].lower() != charset:
            pieces.append(_text(pending, charset))
            pieces.append("" if joined else between)  # RFC 2047 §6.2: space between two encoded-words is not shown
            pending = b""
        charset, end = word[1].lower(), word.end()
        pending += _octets(word[2], word[3], charset)
    pieces.append(_text(pending, charset))
    pieces.append(value[end:])
    return "".join(pieces)


def _octets(encoding: str, text: str, charset: str) -> bytes:
    # Raw letters beyond ASCII are not allowed here (RFC 2047 §2) and stand in the word's own charset where they do.
    raw = text.encode("ascii" if text.isascii() else find_codec(charset) or "utf-8", "replace")
    return decode_base64(raw)[0] if encoding in "bB" else a2b_qp(raw, header=True)


def _text(octets: bytes, charset: str) -> str:
    return decode(octets, charset, guess=False)[0] if octets else ""
