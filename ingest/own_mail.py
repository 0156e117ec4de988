"""Which delivery gave a user his copy of a letter: what he may compute anew (RULES R52)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.refusals import Missing
from accounts.viewer import Viewer
from db.models import MessageCopy


def inbound_of_own_copy(session: Session, viewer: Viewer, message_id: int) -> int:
    """Answer the newest delivery of one's own of that letter; raise Missing where there is none."""
    query = select(MessageCopy.inbound_id).where(
        MessageCopy.company_id == viewer.company_id,
        MessageCopy.message_id == message_id,
        MessageCopy.owner_id == viewer.user_id,
    )
    found = session.scalars(query.order_by(MessageCopy.id.desc()).limit(1)).first()
    if found is None:
        raise Missing("message")
    return found
