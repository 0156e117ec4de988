"""Which letters say more in their bytes than in their rows: calendars, protected mail, what is too complex."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import Attachment, Message
from mail.calendar_part import CALENDAR_TYPES
from mail.part import OPAQUE_TYPE
from mail.protection import ARMOUR, FILE_TYPES

TYPES: Final = CALENDAR_TYPES | FILE_TYPES


def tells_more(session: Session, viewer: Viewer, message: Message) -> bool:
    """Tell whether a letter must be read again to be shown whole."""
    if ARMOUR in message.text:
        return True
    telling = exists().where(
        Attachment.company_id == viewer.company_id,
        Attachment.message_id == message.id,
        or_(
            Attachment.content_type.in_(TYPES),
            Attachment.filename.ilike("%.ics"),
            and_(Attachment.content_type == OPAQUE_TYPE, Attachment.filename.like("part-%.bin")),
        ),
    )
    return bool(session.scalar(select(telling)))
