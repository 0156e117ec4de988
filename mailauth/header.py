"""The header of a mail as the fields that authentication reads: bytes as written, the topmost first."""

from __future__ import annotations

from mailauth.dkim import split_mail


def header_fields(raw: bytes) -> list[tuple[bytes, bytes]]:
    """Answer (name as written, value as it stands after the colon, folds included, without the last CRLF)."""
    end = raw.find(b"\r\n\r\n")
    return split_mail(raw if end < 0 else raw[: end + 4]).fields
