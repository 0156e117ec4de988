"""The one way from a message object to bytes: nothing is written that another program would read as a field more.

The standard library's generator wrote line breaks inside header values as they stand before Python
3.13.12 (CVE-2026-1299), so what goes in is checked, and what comes out is read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.policy import SMTP, SMTPUTF8
from typing import Final

LINE_LIMIT: Final = 998
"""Octets of a line without its CRLF (RFC 5322 §2.1.1)."""
_NAME: Final = re.compile(r"[!-9;-~]+")
_BREAKS: Final = re.compile(r"[\r\n\0\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""CR, LF, NUL, and what str.splitlines, and so the library, takes for a line end as well."""
_LONE: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)|\0")


class UnsafeMessage(ValueError):
    """The message cannot be written without saying something its author did not; the text gives the reason."""


def to_bytes(message: EmailMessage, *, utf8: bool = False) -> bytes:
    """Answer the message as RFC 5322 bytes with CRLF line ends; `utf8` only where SMTPUTF8 is spoken (RFC 6532).

    Raises UnsafeMessage where a field name or value holds a line break or NUL, in any part, and where
    the bytes would not read back as the same fields in the same order.
    """
    for part in message.walk():
        _check_fields(part)
    try:
        content = message.as_bytes(policy=SMTPUTF8 if utf8 else SMTP)
    except (MessageError, UnicodeError) as wrong:
        raise UnsafeMessage(f"the message cannot be written: {type(wrong).__name__}") from wrong
    _check_content(content)
    written = list(_field_names(content))
    if written != [name.lower() for name in message.keys()]:  # noqa: SIM118 - a message may hold a name twice
        raise UnsafeMessage("the header would read back as other fields")
    return content


def _check_fields(part: Message) -> None:
    # raw_items: items() would parse the value again and mend what the generator then writes as it stands.
    for name, value in part.raw_items():
        if _NAME.fullmatch(name) is None:  # RFC 5322 §2.2
            raise UnsafeMessage("a field name holds a character that is not allowed")
        if _BREAKS.search(str(value)):
            raise UnsafeMessage(f"the {name} field holds a line break or NUL")


def _check_content(content: bytes) -> None:
    if _LONE.search(content):
        raise UnsafeMessage("a CR, LF or NUL stands alone")
    if max(map(len, content.split(b"\r\n")), default=0) > LINE_LIMIT:
        raise UnsafeMessage(f"a line is longer than {LINE_LIMIT} octets")


def _field_names(content: bytes) -> Iterator[str]:
    header, _, _ = content.partition(b"\r\n\r\n")
    for line in header.split(b"\r\n"):
        if line[:1] not in (b" ", b"\t"):
            name, colon, _ = line.partition(b":")
            yield name.decode("ascii", "replace").lower() if colon else ""
