"""Which mail a delivery report or a receipt is about: the Message-ID that it returns (RFC 3464, 6522, 8098)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mail.header import Header, split_header
from mail.message_id import parse_message_id, parse_references
from mail.part import Part

READ_CHARACTERS: Final = 200_000
READ_OCTETS: Final = 64 * 1024

_RETURNED: Final = frozenset(
    {"message/rfc822", "message/global", "message/global-headers", "message/rfc822-headers", "text/rfc822-headers"}
)
_STATUS: Final = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/global-disposition-notification",
    }
)
_NAMES: Final = ("original-message-id", "x-original-message-id")
_IN_TEXT: Final = re.compile(r"^[ \t>|]{0,20}(?:x-original-)?message-id:\s{0,3}(<[^<>\s]{3,300}>)", re.I | re.M)


def returned_id(parts: Sequence[Part], text: str) -> str | None:
    """Answer the msg-id of the mail that a report returns, None where it names none.

    `parts` are the leaves of the tree. What is returned as a part speaks before what a status or the text says.
    """
    for part in parts:
        if part.content_type in _RETURNED:
            header = split_header(part.decoded()[:READ_OCTETS].lstrip(b"\r\n") + b"\r\n\r\n")[0]
            if found := parse_message_id(header.text("message-id")):
                return found
    for part in parts:
        if part.content_type in _STATUS and (found := _in_status(part)):
            return found
    # qmail, exim, Exchange and others copy the header into the text.
    in_text = _IN_TEXT.search(text[:READ_CHARACTERS])
    return parse_message_id(in_text[1]) if in_text else None


def _in_status(part: Part) -> str | None:
    header: Header = split_header(part.decoded()[:READ_OCTETS].lstrip(b"\r\n") + b"\r\n\r\n")[0]
    named = (next(iter(parse_references(header.text(name))), None) for name in _NAMES)
    return next((one for one in named if one), None)
