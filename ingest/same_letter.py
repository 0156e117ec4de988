"""Whether a letter is here already, as another witness saw it (RULES R29)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Row, and_, bindparam, func, or_, select, union
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from db.models import Message, MessageCopy
from ingest.letter import Letter
from linking.weak import is_weak
from mail.witness import Witness, can_be_told_by_text, have_one_head, say_the_same, witness_of

Candidate = Row[int, str | None, str, str, str, datetime | None, str, int | None]
_COUNTS: Final = or_(
    MessageCopy.sharing == Sharing.SHARED,
    MessageCopy.owner_id == bindparam("owner_id"),
    and_(MessageCopy.sharing == Sharing.TEAM, MessageCopy.owner_id == bindparam("team_owner_id")),
)
_KNOWN_SINCE: Final = (
    select(func.min(MessageCopy.id))
    .where(MessageCopy.company_id == bindparam("company_id"), MessageCopy.message_id == Message.id, _COUNTS)
    .scalar_subquery()
)
_LETTERS: Final = select(
    Message.id,
    Message.message_id,
    Message.content_digest,
    Message.fingerprint,
    Message.from_key,
    Message.date,
    Message.base_subject,
    _KNOWN_SINCE.label("known_since"),
).where(Message.company_id == bindparam("company_id"))
# Three look-ups in one: by three indexes, which an OR might not use.
_CANDIDATES: Final = union(
    _LETTERS.where(Message.content_digest == bindparam("digest")),
    _LETTERS.where(Message.message_id == bindparam("msg_id")),
    _LETTERS.where(Message.fingerprint == bindparam("fingerprint")),
)
_TEXTS: Final = select(Message.text, Message.new_text).where(
    Message.company_id == bindparam("company_id"), Message.id == bindparam("message_id")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """The letter that is here; else under which digest to keep this one, and those that have only its Message-ID."""

    message_id: int | None = None
    digest: str = ""
    others: tuple[int, ...] = ()


def find_same(session: Session, company_id: int, inbound_id: int, letter: Letter) -> Same:
    """Answer the letter of which this is another witness.

    Others' private witnesses show in nothing (R30b): a letter that has only such ones is joined by a witness
    that shows exactly the same, because then nobody can tell; by all others only if it is known.
    """
    candidates = _candidates(session, company_id, letter)
    msg_id = letter.message.message_id
    known = sorted((one for one in candidates if one.known_since is not None), key=lambda one: one.known_since)
    with_id = [one for one in known if msg_id is not None and one.message_id == msg_id and _is_alike(letter, one)]
    same = next((one for one in with_id if _is_same(session, company_id, letter, one)), None)
    if same is not None:
        return Same(message_id=same.id)
    others = tuple(one.id for one in with_id)
    if can_be_told_by_text(witness_of(letter.message, letter.fingerprint)):
        # No or another Message-ID: From and Date are in the fingerprint.
        alike = (one for one in known if one.fingerprint == letter.fingerprint)
        found = next((one for one in alike if one.date == letter.message.date), None)
        if found is not None:
            return Same(message_id=found.id)
    equal = next((one for one in candidates if one.content_digest == letter.content_digest), None)
    if equal is not None and msg_id is not None:
        return Same(message_id=equal.id, others=others)
    digest = _salted(inbound_id, letter) if equal else letter.content_digest
    return Same(digest=digest, others=others)


def _candidates(session: Session, company_id: int, letter: Letter) -> list[Candidate]:
    asked = {
        "company_id": company_id,
        "digest": letter.content_digest,
        "msg_id": letter.message.message_id,
        "fingerprint": letter.fingerprint,
        # One's own private witnesses count for one's next private one alone, those for the team for the
        # next for the team; nobody has the id 0.
        "owner_id": letter.owner_id if letter.sharing is Sharing.PRIVATE else 0,
        "team_owner_id": letter.owner_id if letter.sharing is Sharing.TEAM else 0,
    }
    return sorted(session.connection().execute(_CANDIDATES, asked), key=lambda one: one.id)


def _is_alike(letter: Letter, one: Candidate) -> bool:
    """Tell whether both are proved, or both taken without proof: a forgery is no witness, whatever id it has."""
    return is_weak(letter.fingerprint) == is_weak(one.fingerprint)


def _is_same(session: Session, company_id: int, letter: Letter, one: Candidate) -> bool:
    """Tell whether two mails with one Message-ID are one letter: by fingerprint, or but for a footer."""
    if letter.content_digest == one.content_digest or one.fingerprint == letter.fingerprint:
        return True
    here = witness_of(letter.message, letter.fingerprint)
    there = Witness(
        msg_id=one.message_id,
        fingerprint=one.fingerprint,
        from_key=one.from_key,
        date=one.date,
        subject=one.base_subject.casefold(),
    )
    if not have_one_head(here, there):
        return False
    row = session.connection().execute(_TEXTS, {"company_id": company_id, "message_id": one.id}).one()
    return say_the_same(here, replace(there, text=row.text, new_text=row.new_text))


def _salted(inbound_id: int, letter: Letter) -> str:
    """Answer a digest that no other mail has: equal, but not known to be one letter."""
    return hashlib.sha256(f"{letter.content_digest} {inbound_id} {letter.inner_path}".encode()).hexdigest()
