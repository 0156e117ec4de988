"""Files that leave us: downloads of a safe type, never shown by the browser from our origin (SECURITY W10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from flask import Response

from languages.speech import _
from linking.letters import AttachmentContent
from webui.problem import forbidden
from webui.security import FILE_POLICY

SAFE_TYPES: Final = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/calendar"}
)
OTHERWISE: Final = "application/octet-stream"


def as_download(file: AttachmentContent) -> Response:
    """Answer an attachment; raise 403 for one in which a scanner found something (RULES R57)."""
    if file.found_in_it:
        words = _("This file is blocked: the virus scanner found {name} in it.")
        raise forbidden(words.format(name=file.found_in_it))
    declared = file.content_type.lower()
    response = Response(file.content, content_type=declared if declared in SAFE_TYPES else OTHERWISE)
    return _closed(response, file.filename or "attachment")


def as_original(raw: bytes, filename: str) -> Response:
    """Answer a whole mail, byte-exact."""
    return _closed(Response(raw, content_type="message/rfc822"), filename)


def as_card(card: bytes, filename: str) -> Response:
    """Answer a vCard (RFC 6350 §10.1)."""
    return _closed(Response(card, content_type="text/vcard; charset=utf-8"), filename)


def as_archive(pieces: Iterator[bytes], filename: str) -> Response:
    """Answer a ZIP archive that is written while it is sent."""
    return _closed(Response(pieces, content_type="application/zip"), filename)


def as_picture(octets: bytes, content_type: str) -> Response:
    """Answer a picture that we drew ourselves, for a page of ours to show."""
    response = Response(octets, content_type=content_type)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _closed(response: Response, filename: str) -> Response:
    # RFC 6266 §4.3: an ASCII name for all, the real one for those who can.
    plain = "".join(char if char.isascii() and (char.isalnum() or char in " ._-()") else "_" for char in filename)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    )
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response
