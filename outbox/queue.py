"""The one way to send: a row, written in the transaction that decides to send (DESIGN 2, 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from db.ids import new_id
from db.inserting import insert_in
from db.models import OutboxMessage
from mail.address import domain_of
from outbox.kind import Kind
from outbox.schedule import give_up_at

__all__ = ["Kind", "Outgoing", "enqueue"]

ONCE: Final = ("company_id", "key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A mail to send, as RFC 5322 bytes with CRLF line ends, unsigned.

    `key`: two requests with one key are one mail, for good. `reports`: a failure is to come back to us.
    """

    company_id: int
    key: str
    kind: Kind
    forward_path: str
    content: bytes
    user_id: int | None = None
    reports: bool = False


def enqueue(session: Session, mail: Outgoing, now: datetime) -> int | None:
    """Put a mail into the outbox and answer its id; None where its key is there already."""
    row: dict[str, Any] = {
        "company_id": mail.company_id,
        "id": new_id(session),
        "key": mail.key,
        "kind": mail.kind,
        "user_id": mail.user_id,
        "forward_path": mail.forward_path,
        "domain": domain_of(mail.forward_path),
        "reports": mail.reports,
        "content": mail.content,
        "status": "queued",
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
        "give_up_at": give_up_at(mail.kind, now),
    }
    connection = session.connection()
    insertion = insert_in(connection.dialect.name, OutboxMessage, ONCE).returning(OutboxMessage.id)
    made: int | None = connection.scalar(insertion, row)
    return made
