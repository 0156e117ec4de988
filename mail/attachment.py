"""What is shown as a file: every part that is not the text of the mail (RFC 2183), and names that are safe to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from mail.encoded_word import decode_words
from mail.header import split_header
from mail.message import Attachment
from mail.part import Part

NAME_OCTETS: Final = 150
LONGEST_EXTENSION: Final = 16

_SEPARATOR: Final = re.compile(r"[/\\\u2044\u2215\u29f8\uff0f\uff3c]")
_SPACE: Final = re.compile(r"\s+")
_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_EXTENSIONS: Final = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "message/rfc822": "eml",
    "message/global": "eml",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "application/pdf": "pdf",
    "application/pgp-signature": "asc",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "application/pkcs7-mime": "p7m",
    "application/ms-tnef": "dat",
}


def list_attachments(parts: Sequence[Part]) -> tuple[Attachment, ...]:
    """Answer the files of these parts in document order."""
    return tuple(_attachment(position, part) for position, part in enumerate(parts))


def safe_filename(name: str) -> str:
    """Answer the last part of the name, NFC, without control, format and bidi characters, <= 150 octets of UTF-8.

    The last extension is kept when the name is cut. Answers "" where nothing is left (SECURITY M7).
    """
    last = _SEPARATOR.split(name[-4000:].rstrip("/\\"))[-1]
    # Runs of space would push an extension out of sight; control (Cc), bidi and zero-width (Cf) lie about it.
    shown = "".join(letter for letter in _SPACE.sub(" ", last) if unicodedata.category(letter)[0] != "C")
    # Once more: what stood between two spaces may be gone.
    return _cut(_SPACE.sub(" ", unicodedata.normalize("NFC", shown)).strip(" ."))


def _cut(name: str) -> str:
    if len(name.encode()) <= NAME_OCTETS:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > LONGEST_EXTENSION:
        return name.encode()[:NAME_OCTETS].decode("utf-8", "ignore").rstrip()
    room = NAME_OCTETS - len(f".{extension}".encode())
    return f"{stem.encode()[:room].decode('utf-8', 'ignore').rstrip()}.{extension}"


def _attachment(position: int, part: Part) -> Attachment:
    content_id = part.content_id
    return Attachment(
        position=position,
        filename=safe_filename(part.name) or _made_name(position, part),
        content_type=part.content_type if _TYPE.fullmatch(part.content_type) else "application/octet-stream",
        size=len(part.decoded()),
        inline=part.disposition != "attachment" and (part.disposition == "inline" or bool(content_id)),
        content_id=content_id or None,
    )


def _made_name(position: int, part: Part) -> str:
    if part.content_type == "message/rfc822":
        subject = decode_words(split_header(part.decoded())[0].text("subject"))
        named = safe_filename(_SEPARATOR.sub("-", subject))
        if named:
            return _cut(f"{named}.eml")
    return f"part-{position + 1}.{_EXTENSIONS.get(part.content_type, 'bin')}"
