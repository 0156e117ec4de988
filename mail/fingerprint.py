"""What makes two witnesses one letter (RULES R29, R29a): the fingerprint, and the digest of all that is shown."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Collection
from datetime import UTC
from itertools import islice
from typing import Final

from mail.address import address_key
from mail.message import Address, ParsedMessage
from mail.subject import base_subject

FINGERPRINT_VERSION: Final = 1
TEXT_CHARACTERS: Final = 2000


def fingerprint(message: ParsedMessage, own_keys: Collection[str]) -> str:
    """Answer fingerprint v1 (R29a), hex SHA-256; `own_keys` are the address keys of our Bcc addresses."""
    recipients = {address_key(one.address) for one in (*message.to, *message.cc)} - set(own_keys)
    facts: list[object] = [
        address_key(message.from_[0].address) if message.from_ else "",
        message.date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if message.date else "",
        unicodedata.normalize("NFC", base_subject(message.subject)).casefold(),
        sorted(recipients),
        letters_and_digits(message.new_text, TEXT_CHARACTERS),
    ]
    return _sha256(facts)


def content_digest(message: ParsedMessage) -> str:
    """Answer hex SHA-256 over everything a reader is shown of this mail, its place in a thread included.

    Whoever has a mail of the same digest learns nothing from being its second witness (RULES R30b).
    """
    files = [[one.filename, one.content_type, one.size, one.inline, one.content_id] for one in message.attachments]
    facts: list[object] = [
        message.message_id,
        [message.in_reply_to, message.references, str(message.automatic or "")],
        [_mailboxes(one) for one in (message.from_, message.to, message.cc)],
        message.date.astimezone(UTC).isoformat() if message.date else "",
        message.subject,
        message.text,
        message.html,
        files,
    ]
    return _sha256(facts)


def letters_and_digits(text: str, count: int) -> str:
    """Answer the first letters and digits of the text, NFC and casefolded, so that layout does not count."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(islice(filter(str.isalnum, folded), count))


def _mailboxes(addresses: tuple[Address, ...]) -> list[list[str]]:
    return [[one.name, one.address] for one in addresses]


def _sha256(facts: list[object]) -> str:
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()
