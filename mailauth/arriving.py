"""The body hashes of a mail while it arrives, so that after its end only its header is left to be judged.

Which forms are hashed is read from the header before the body comes. A small mail is left alone: it is
judged at once from its bytes, which costs less than looking at its header twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from mail.shape import HEADER_LIMIT
from mailauth.body_hash import BodyHasher

SMALL_OCTETS: Final = 64 * 1024
FORMS: Final = frozenset({b"simple", b"relaxed"})
HEADER_END: Final = b"\r\n\r\n"

_SIGNATURE: Final = re.compile(
    rb"^(dkim-signature|arc-message-signature):([^\r]*(?:\r\n[ \t][^\r]*)*)", re.IGNORECASE | re.MULTILINE
)
_FORMS_TAG: Final = re.compile(rb"(?:^|;)[ \t\r\n]*c[ \t\r\n]*=([^;]*)")

BodyHashes = Mapping[bytes, bytes]
"""SHA-256 by canonical form, of every form that a signature in the header may ask for."""


class ArrivingBody:
    """Takes the content of one mail in pieces, without dot-stuffing and with CRLF line ends alone."""

    def __init__(self) -> None:
        self._start: bytearray | None = bytearray()
        self._searched = 0
        self._hashers: dict[bytes, BodyHasher] = {}

    def feed(self, piece: bytes) -> None:
        """Take what arrived; linear in the piece."""
        if self._start is None:
            self._hash(piece)
            return
        self._start += piece
        if len(self._start) > SMALL_OCTETS:
            self._look_for_body(self._start)

    def hashes(self) -> BodyHashes | None:
        """Answer the hashes of what came so far; None for a small mail."""
        if self._start is not None:
            return None
        return {form: hasher.digest() for form, hasher in self._hashers.items()}

    def _look_for_body(self, start: bytearray) -> None:
        if start.startswith(b"\r\n"):
            self._start = None  # a mail without a header, which nobody signed
            return
        end = start.find(HEADER_END, self._searched)
        self._searched = max(0, len(start) - len(HEADER_END) + 1)
        if end >= 0:
            self._start = None
            self._hashers = {form: BodyHasher(form) for form in forms_wanted(bytes(start[: end + 2]))}
            self._hash(bytes(start[end + len(HEADER_END) :]))
        elif len(start) > HEADER_LIMIT + len(HEADER_END):
            self._start = None  # the shape gate takes no such header

    def _hash(self, piece: bytes) -> None:
        for hasher in self._hashers.values():
            hasher.feed(piece)


def forms_wanted(header: bytes) -> frozenset[bytes]:
    """Answer every body form that a signature of this header names; it may be more than those that are checked."""
    return frozenset(_body_form(*found.groups()) for found in _SIGNATURE.finditer(header)) & FORMS


def _body_form(name: bytes, signature: bytes) -> bytes:
    """RFC 6376 §3.5, c=: the body's form stands behind the slash, without one it is simple.

    Without c= a DKIM signature is simple, a message signature of ARC relaxed, as its signers take it.
    """
    tag = _FORMS_TAG.search(signature)
    if tag is None:
        return b"relaxed" if name.lower().startswith(b"arc-") else b"simple"
    return tag[1].strip().partition(b"/")[2] or b"simple"


def header_part(raw: bytes) -> bytes:
    """Answer the header with its empty line, of bytes without one no more than the shape gate looks at."""
    if raw.startswith(b"\r\n"):
        return b"\r\n"
    end = raw.find(HEADER_END, 0, HEADER_LIMIT + len(HEADER_END))
    return raw[: end + len(HEADER_END)] if end >= 0 else raw[: HEADER_LIMIT + len(HEADER_END)].removesuffix(b"\r")
