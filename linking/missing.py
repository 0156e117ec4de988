"""The letters that a conversation names and that are not here, as far as its reader may ask for them (R27, R32)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import Message
from linking.threads import viewer_thread

MOST: Final = 5
"""Letters of one conversation that are asked for at once."""


def letters_missing(session: Session, viewer: Viewer, message_id: int, now: datetime) -> list[tuple[str, int | None]]:
    """Answer what `linking.access.ask` takes for each: a name for it, and the letter where there is one.

    The name tells nothing about whether there is one, and is another every day: what comes later can be asked for.
    """
    thread = viewer_thread(session, viewer, message_id)
    named = sorted(thread.missing)[:MOST] if thread else []
    query = (
        select(Message.message_id, func.min(Message.id).label("first"))
        .where(Message.company_id == viewer.company_id, Message.message_id.in_(named))
        .group_by(Message.message_id)
    )
    there = {row.message_id: row.first for row in session.execute(query)} if named else {}
    return [(_name(one, now), there.get(one)) for one in named]


def _name(msg_id: str, now: datetime) -> str:
    return hashlib.sha256(f"{now:%Y-%m-%d} {msg_id}".encode()).hexdigest()[:32]
