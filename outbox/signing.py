"""DKIM signatures on what we send (RFC 6376), by dkimpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import dkim

OVERSIGNED: Final = (
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"content-type",
    b"mime-version",
)
"""Signed once more than they occur, so that none can be added on top (SECURITY O3)."""


def sign(
    content: bytes, *, domain: str, selector: str, private_key: bytes, fields: Sequence[bytes] = OVERSIGNED
) -> bytes:
    """Answer the content with a relaxed/relaxed rsa-sha256 signature on top; the key is PEM."""
    present = [line.split(b":", 1)[0].strip().lower() for line in content.split(b"\r\n\r\n", 1)[0].split(b"\r\n")]
    include = [name for name in fields for _ in range(present.count(name) + 1)]
    signature: bytes = dkim.sign(
        content,
        selector.encode(),
        domain.encode(),
        private_key,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=include,
    )
    return signature + content
