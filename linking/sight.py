"""Whether somebody sees a letter, asked without reading it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import MessageCopy
from linking.visibility import visible_copy


def sees_letter(session: Session, viewer: Viewer, message_id: int) -> bool:
    """Tell whether the viewer sees the letter through any copy."""
    query = select(MessageCopy.id).where(
        MessageCopy.company_id == viewer.company_id, MessageCopy.message_id == message_id, visible_copy(viewer)
    )
    return session.scalars(query.limit(1)).first() is not None
