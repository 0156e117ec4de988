"""What of a letter is searched: what its witness shows, but for our dropbox addresses (RULES R12, R13, R29)."""

from __future__ import annotations

from collections.abc import Iterable

from db.search_document import Document, Texts, document_of
from ingest.letter import Letter
from linking.parties import Whose
from mail.address import address_key
from mail.message import Address


def searched(letter: Letter) -> Document:
    """Answer what the index is to know; of a long letter that takes longer than a transaction may."""
    message = letter.message
    texts = Texts(
        from_=_people(letter, message.from_),
        to=_people(letter, message.to),
        cc=_people(letter, message.cc),
        subject=message.subject,
        files=tuple(one.filename for one in message.attachments if not one.inline),
        text=message.text,
    )
    return document_of(texts)


def _people(letter: Letter, addresses: Iterable[Address]) -> tuple[str, ...]:
    seen = (one for one in addresses if letter.whose.get(address_key(one.address)) is not Whose.DROPBOX)
    return tuple(f"{one.name} {one.address}" for one in seen)
