"""Which letters say more in their bytes than in their rows: calendars, and what is signed or encrypted."""

from __future__ import annotations

from typing import Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import Attachment, Message
from mail.calendar_part import CALENDAR_TYPES
from mail.protection import ARMOUR, FILE_TYPES

TYPES: Final = CALENDAR_TYPES | FILE_TYPES


def tells_more(session: Session, viewer: Viewer, message: Message) -> bool:
    """Tell whether a letter must be read again to be shown whole."""
    if ARMOUR in message.text:
        return True
    telling = exists().where(
        Attachment.company_id == viewer.company_id,
        Attachment.message_id == message.id,
        or_(Attachment.content_type.in_(TYPES), Attachment.filename.ilike("%.ics")),
    )
    return bool(session.scalar(select(telling)))
