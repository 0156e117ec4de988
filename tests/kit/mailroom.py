"""Letters, copies and links as rows, for tests of who sees what; the pipeline is not asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from db.models import InboundMessage, Link, Message, MessageCopy, Record
from tests.kit.company import NOW
from tests.kit.factories import make


def a_record(session: Session, company_id: int, owner_id: int, **given: Any) -> Record:
    """Make a record; a contact that the company sees unless told otherwise."""
    values = {"type": "contact", "visibility": "company", "name": "Maria"} | given
    return make(session, Record, company_id=company_id, owner_id=owner_id, **values)


def a_letter(session: Session, company_id: int, **given: Any) -> Message:
    """Make a letter that nobody has a copy of yet."""
    values: dict[str, Any] = {"date": NOW, "text": "Hello", "subject": "Offer"} | given
    return make(session, Message, company_id=company_id, **values)


def a_copy(session: Session, letter: Message, owner_id: int, **given: Any) -> MessageCopy:
    """Make a private copy of a letter, received a moment after the one before."""
    inbound = make(session, InboundMessage, company_id=letter.company_id, owner_id=owner_id, status="filed")
    values: dict[str, Any] = {
        "content_digest": letter.content_digest,
        "sharing": "private",
        "origin": "smtp",
        "kind": "copy",
        "inner_path": 0,
        "received_at": NOW,
        "sort_at": NOW,
    } | given
    return make(
        session,
        MessageCopy,
        company_id=letter.company_id,
        message_id=letter.id,
        owner_id=owner_id,
        inbound_id=inbound.id,
        **values,
    )


def a_link(session: Session, letter: Message, target: Record, copy: MessageCopy | None = None, **given: Any) -> Link:
    """Link a letter, or one copy of it, to a record by rule."""
    values: dict[str, Any] = {"origin": "auto", "rule": "R20.address", "args": {"record": target.id}} | given
    return make(
        session,
        Link,
        company_id=letter.company_id,
        message_id=letter.id,
        target_id=target.id,
        copy_id=copy.id if copy else None,
        **values,
    )


def minutes(count: int) -> datetime:
    """Answer a moment after NOW."""
    return NOW + timedelta(minutes=count)
