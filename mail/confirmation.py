"""What a forwarding service's confirmation holds: a code, a link, and which mailbox asks (RULES R18).

Nothing here fetches the link. It is kept only where it leads to the service itself over TLS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from mail.address import address_key
from mail.forwarding_service import ForwardingService, find_service
from mail.message import ParsedMessage

READ_CHARACTERS: Final = 8_000
LONGEST_LINK: Final = 2_000
_SUBJECT_CODE: Final = re.compile(r"#\s?(\d{6,12})\b")
_TEXT_CODE: Final = re.compile(
    r"(?:code|código|codice|kode|koodi|код|コード|代码|代碼|코드)\D{0,40}?(\d[\d -]{3,12}\d)(?!\d)", re.IGNORECASE
)
_LINK: Final = re.compile(r"https://[^\s<>\"'\\]{5,2000}")
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """`account`: the mailbox that wants to forward; each is None where the mail does not say."""

    service: str
    account: str | None
    code: str | None
    link: str | None


def read_confirmation(message: ParsedMessage) -> Confirmation | None:
    """Answer what a mail asks to confirm; None where its From is no known service's, or it says nothing to do."""
    service = find_service(message.from_[0].address) if len(message.from_) == 1 else None
    if service is None:
        return None
    text = message.text[:READ_CHARACTERS]
    code, link = _code(message.subject, text), _link(service, text)
    if code is None and link is None:
        return None
    return Confirmation(service=service.name, account=_account(message, text), code=code, link=link)


def _code(subject: str, text: str) -> str | None:
    found = _SUBJECT_CODE.search(subject) or _TEXT_CODE.search(text)
    return "".join(letter for letter in found[1] if letter.isdigit()) if found else None


def _link(service: ForwardingService, text: str) -> str | None:
    """Answer the first link of the service itself that does more than lead to its start or help pages."""
    for found in _LINK.finditer(text):
        link = found[0].rstrip(".,;:)]>")
        try:
            parts = urlsplit(link)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            continue
        leads_on = len(parts.path.strip("/")) > 8 or bool(parts.query)
        if port in (None, 443) and parts.username is None and service.leads_to(host) and leads_on:
            return link[:LONGEST_LINK]
    return None


def _account(message: ParsedMessage, text: str) -> str | None:
    """Answer the first address that the mail names and that is neither its sender's nor ours."""
    known = {address_key(one.address) for one in (*message.from_, *message.to, *message.cc)}
    for found in _ADDRESS.finditer(f"{message.subject}\n{text}"):
        if (key := address_key(found[0])) not in known and find_service(found[0]) is None:
            return key
    return None
