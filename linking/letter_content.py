"""What a letter says, read from raw bytes: the mail itself, or one of the originals that it forwards."""

from __future__ import annotations

from collections.abc import Callable

from mail.date import parse_machine_date
from mail.message import Forwarded, ParsedMessage
from mail.parse import parse

ReadRaw = Callable[[str], bytes]
"""Answers the raw bytes of the viewer's company by SHA-256; raises db.raw.RawMissing."""


def raw_of(raw: bytes, inner_path: int) -> bytes | None:
    """Answer the bytes of the letter itself; None for an original that was found in text."""
    if inner_path == 0:
        return raw
    original = _original(raw, inner_path)
    return original.raw if original else None


def content_of(raw: bytes, inner_path: int) -> ParsedMessage:
    """Answer the letter; an original that is no longer found is an empty one."""
    if inner_path == 0:
        return parse(raw)
    original = _original(raw, inner_path)
    if original is None:
        return parse(b"")
    return parse(original.raw) if original.raw is not None else as_message(original)


def as_message(original: Forwarded) -> ParsedMessage:
    """Answer an original that was found in text as a message, as far as the text tells."""
    return ParsedMessage(
        message_id=None,
        in_reply_to=(),
        references=(),
        from_=(original.from_,) if original.from_ else (),
        sender=None,
        reply_to=(),
        to=original.to,
        cc=original.cc,
        subject=original.subject,
        date=parse_machine_date(original.date or ""),
        text=original.text,
        html=None,
        new_text=original.text,
    )


def _original(raw: bytes, inner_path: int) -> Forwarded | None:
    originals = parse(raw).forwarded
    return originals[inner_path - 1] if 0 < inner_path <= len(originals) else None
