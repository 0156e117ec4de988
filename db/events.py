"""What happened, for webhooks: rows written in the transaction that did the thing (a transactional outbox).

A replay computes anew what happened before, so it emits nothing (RULES R52). Where no webhook of the
company listens nothing is written, which is found out once a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import insert, select, true
from sqlalchemy.orm import Session

from db.ids import new_id
from db.models import Webhook, WebhookEvent

LISTENS: Final = "webhooks_of"


class EventKind(StrEnum):
    """What a webhook may be told of; a test is asked for, and listened to by nobody."""

    MESSAGE_FILED = "message.filed"
    MESSAGE_HELD = "message.held"
    MESSAGE_RELEASED = "message.released"
    MESSAGE_DISCARDED = "message.discarded"
    MESSAGE_UPDATED = "message.updated"
    LINK_CREATED = "link.created"
    LINK_REMOVED = "link.removed"
    CONTACT_SUGGESTED = "contact.suggested"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Event:
    """`about`: ids by what they are ids of (message, copy, link, question, inbound); never text.

    Letters: message and copy. Mail that was not filed: inbound. Links: link. Questions: question.
    """

    kind: EventKind
    about: Mapping[str, int]


def emit(session: Session, company_id: int, events: Iterable[Event], now: datetime) -> None:
    """Write events where a webhook of the company listens; the session is inside `Database.write()`."""
    if not is_heard(session, company_id):
        return
    rows = [
        {
            "company_id": company_id,
            "id": new_id(session),
            "kind": str(event.kind),
            "about": dict(event.about),
            "at": now,
        }
        for event in events
    ]
    if rows:
        session.execute(insert(WebhookEvent), rows)


def is_heard(session: Session, company_id: int) -> bool:
    """Tell whether any webhook of the company is on; asked of the database once a transaction."""
    known: dict[int, bool] = session.info.setdefault(LISTENS, {})
    if company_id not in known:
        found = select(Webhook.id).where(Webhook.company_id == company_id, Webhook.active == true()).limit(1)
        known[company_id] = session.scalar(found) is not None
    return known[company_id]
