"""Whether a letter is here already, as another witness saw it (RULES R29)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.models import Message
from ingest.letter import Letter
from mail.address import address_key
from mail.message import ParsedMessage
from mail.subject import base_subject

ENOUGH_TEXT: Final = 40
"""Characters of new text that make two mails without a common Message-ID one letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """The letter that is here; else under which digest to keep this one, and those that have only its Message-ID."""

    message_id: int | None = None
    digest: str = ""
    others: tuple[int, ...] = ()


def find_same(session: Session, company_id: int, inbound_id: int, letter: Letter) -> Same:
    """Answer the letter of which this is another witness, whoever else has one."""
    letters = select(Message).where(Message.company_id == company_id)
    equal = session.scalars(letters.where(Message.content_digest == letter.content_digest)).first()
    if letter.message.message_id is not None:
        if equal is not None:
            return Same(message_id=equal.id)
        with_id = session.scalars(letters.where(Message.message_id == letter.message.message_id)).all()
        same = next((row for row in with_id if _is_same(letter, row)), None)
        if same is not None:
            return Same(message_id=same.id)
        others = tuple(row.id for row in with_id)
    else:
        others = ()
    if _can_be_told_by_text(letter.message):
        found = _by_fingerprint(session, letters, letter)
        if found is not None:
            return Same(message_id=found)
    if equal is not None:
        return Same(digest=_salted(inbound_id, letter), others=others)
    return Same(digest=letter.content_digest, others=others)


def _is_same(letter: Letter, row: Message) -> bool:
    """Tell whether two mails with one Message-ID are one letter: by fingerprint, or but for a footer."""
    if row.fingerprint == letter.fingerprint:
        return True
    message = letter.message
    return (
        row.from_key == (address_key(message.from_[0].address) if message.from_ else "")
        and row.date == message.date
        and row.base_subject.casefold() == base_subject(message.subject).casefold()
        and _one_contains_the_other(row.text, message.text)
    )


def _one_contains_the_other(one: str, other: str) -> bool:
    short, long = sorted((" ".join(one.split()), " ".join(other.split())), key=len)
    return bool(short) and short in long


def _can_be_told_by_text(message: ParsedMessage) -> bool:
    return message.date is not None and bool(message.from_) and len(message.new_text.strip()) >= ENOUGH_TEXT


def _by_fingerprint(session: Session, letters: Select[Message], letter: Letter) -> int | None:
    """No or another Message-ID: From and Date are in the fingerprint."""
    rows = session.scalars(letters.where(Message.fingerprint == letter.fingerprint)).all()
    return next((row.id for row in rows if row.date == letter.message.date), None)


def _salted(inbound_id: int, letter: Letter) -> str:
    """Answer a digest that no other mail has: equal, but not known to be one letter."""
    return hashlib.sha256(f"{letter.content_digest} {inbound_id} {letter.inner_path}".encode()).hexdigest()
