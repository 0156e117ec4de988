"""The SHA-256 of a canonical body (RFC 6376 §3.4.3, §3.4.4) while the body arrives, in pieces of any size.

Each piece costs time linear in itself and nothing of it is kept; `mailauth.canonical` does the same to a
body at hand, and tests hold the two equal. Line ends are CRLF alone, as the framing grants.
"""

from __future__ import annotations

import hashlib


class BodyHasher:
    """One body in one form, b"simple" or b"relaxed"."""

    def __init__(self, form: bytes) -> None:
        self._relaxed = form == b"relaxed"
        self._held = b""
        self._whole = hashlib.sha256()
        # What ends with the last octet that is no line end: whether empty lines count is known only when more comes.
        self._up_to_text = self._whole.copy()
        self._has_text = False

    def feed(self, piece: bytes) -> None:
        """Take what arrived."""
        canonical = self._squeezed(piece) if self._relaxed else piece
        text = canonical.rstrip(b"\r\n")
        if text:
            self._whole.update(text)
            self._up_to_text = self._whole.copy()
            self._has_text = True
        self._whole.update(canonical[len(text) :])

    def digest(self) -> bytes:
        """Answer the hash of what came so far, as if it were the whole body."""
        ended = self._up_to_text.copy()
        if self._has_text or not self._relaxed:
            ended.update(b"\r\n")
        return ended.digest()

    def _squeezed(self, piece: bytes) -> bytes:
        """Make runs of white space one space, none at a line's end; what the next piece decides is held back."""
        lines = self._held + piece if self._held else piece
        if b"\t" in lines:
            lines = lines.replace(b"\t", b" ")
        if b" " in lines:
            # an encoded attachment has none; each pass halves every run
            while b"  " in lines:
                lines = lines.replace(b"  ", b" ")
            lines = lines.replace(b" \r\n", b"\r\n")
        decided = lines.removesuffix(b"\r").removesuffix(b" ")
        self._held = lines[len(decided) :]
        return decided
