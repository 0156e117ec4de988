"""Mail of ours that ended long ago goes, with what was heard of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.models import OutboxMessage

KEPT: Final = timedelta(days=180)
"""Longer than anything asks for a mail of ours by its key, and than a report of it may come back."""
MOST_AT_ONCE: Final = 500


def purge_outbox(session: Session, company_id: int, now: datetime) -> int:
    """Delete some mails that ended half a year ago; answer how many went."""
    old = OutboxMessage.company_id == company_id, OutboxMessage.ended_at < now - KEPT
    ids = session.scalars(select(OutboxMessage.id).where(*old).limit(MOST_AT_ONCE)).all()
    session.execute(delete(OutboxMessage).where(OutboxMessage.company_id == company_id, OutboxMessage.id.in_(ids)))
    return len(ids)
