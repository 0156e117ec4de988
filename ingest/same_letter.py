"""Whether a letter is here already, as another witness saw it (RULES R29)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final

from sqlalchemy import Row, bindparam, select, union
from sqlalchemy.orm import Session

from db.models import Message
from ingest.letter import Letter
from mail.address import address_key
from mail.message import ParsedMessage
from mail.subject import base_subject

ENOUGH_TEXT: Final = 40
"""Characters of new text that make two mails without a common Message-ID one letter."""


Candidate = Row[int, str | None, str, str, str, datetime | None, str]
_LETTERS: Final = select(
    Message.id,
    Message.message_id,
    Message.content_digest,
    Message.fingerprint,
    Message.from_key,
    Message.date,
    Message.base_subject,
).where(Message.company_id == bindparam("company_id"))
# Three look-ups in one: by three indexes, which an OR might not use.
_CANDIDATES: Final = union(
    _LETTERS.where(Message.content_digest == bindparam("digest")),
    _LETTERS.where(Message.message_id == bindparam("msg_id")),
    _LETTERS.where(Message.fingerprint == bindparam("fingerprint")),
)
_TEXT: Final = select(Message.text).where(
    Message.company_id == bindparam("company_id"), Message.id == bindparam("message_id")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """The letter that is here; else under which digest to keep this one, and those that have only its Message-ID."""

    message_id: int | None = None
    digest: str = ""
    others: tuple[int, ...] = ()


def find_same(session: Session, company_id: int, inbound_id: int, letter: Letter) -> Same:
    """Answer the letter of which this is another witness, whoever else has one."""
    candidates = _candidates(session, company_id, letter)
    msg_id = letter.message.message_id
    equal = [one for one in candidates if one.content_digest == letter.content_digest]
    with_id = [one for one in candidates if msg_id is not None and one.message_id == msg_id]
    if msg_id is not None:
        same = next(chain(equal, (one for one in with_id if _is_same(session, company_id, letter, one))), None)
        if same is not None:
            return Same(message_id=same.id)
    others = tuple(one.id for one in with_id)
    if _can_be_told_by_text(letter.message):
        # No or another Message-ID: From and Date are in the fingerprint.
        alike = (one for one in candidates if one.fingerprint == letter.fingerprint)
        found = next((one for one in alike if one.date == letter.message.date), None)
        if found is not None:
            return Same(message_id=found.id)
    digest = _salted(inbound_id, letter) if equal else letter.content_digest
    return Same(digest=digest, others=others)


def _candidates(session: Session, company_id: int, letter: Letter) -> list[Candidate]:
    asked = {
        "company_id": company_id,
        "digest": letter.content_digest,
        "msg_id": letter.message.message_id,
        "fingerprint": letter.fingerprint,
    }
    return sorted(session.connection().execute(_CANDIDATES, asked), key=lambda one: one.id)


def _is_same(session: Session, company_id: int, letter: Letter, one: Candidate) -> bool:
    """Tell whether two mails with one Message-ID are one letter: by fingerprint, or but for a footer."""
    if one.fingerprint == letter.fingerprint:
        return True
    message = letter.message
    if (
        one.from_key != (address_key(message.from_[0].address) if message.from_ else "")
        or one.date != message.date
        or one.base_subject.casefold() != base_subject(message.subject).casefold()
    ):
        return False
    text = session.connection().scalar(_TEXT, {"company_id": company_id, "message_id": one.id})
    return _one_contains_the_other(text or "", message.text)


def _one_contains_the_other(one: str, other: str) -> bool:
    short, long = sorted((" ".join(one.split()), " ".join(other.split())), key=len)
    return bool(short) and short in long


def _can_be_told_by_text(message: ParsedMessage) -> bool:
    return message.date is not None and bool(message.from_) and len(message.new_text.strip()) >= ENOUGH_TEXT


def _salted(inbound_id: int, letter: Letter) -> str:
    """Answer a digest that no other mail has: equal, but not known to be one letter."""
    return hashlib.sha256(f"{letter.content_digest} {inbound_id} {letter.inner_path}".encode()).hexdigest()
