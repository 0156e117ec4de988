"""Letters by their Message-ID, as one viewer sees them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import Message, MessageCopy
from linking.visibility import chosen_copy


def letters_named(session: Session, viewer: Viewer, message_ids: Collection[str]) -> dict[str, int]:
    """Answer the letter by Message-ID (with its angle brackets); those that the viewer does not see are not there."""
    query = (
        select(Message.message_id, Message.id)
        .join(MessageCopy, and_(MessageCopy.company_id == viewer.company_id, MessageCopy.message_id == Message.id))
        .where(Message.company_id == viewer.company_id, Message.message_id.in_(message_ids), chosen_copy(viewer))
    )
    return {name: number for name, number in session.execute(query) if name is not None} if message_ids else {}
