"""Mail that came by a replaced address: who still has the old one in a contact list is told so (RULES R12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import MessageCopy
from ingest.letter import Mark
from mail.address import address_key

LOOKED_AT: Final = 200
"""The newest copies since the address was replaced: a warning needs no more than one of them."""


@dataclass(frozen=True, slots=True)
class OldMail:
    """The newest of one's own letters that came by an old address."""

    message_id: int
    received_at: datetime


def newest_by_old(session: Session, viewer: Viewer, address: str, since: datetime) -> OldMail | None:
    """Answer the viewer's own newest letter that came by this address since it was replaced."""
    query = select(MessageCopy).where(
        MessageCopy.company_id == viewer.company_id,
        MessageCopy.owner_id == viewer.user_id,
        MessageCopy.sort_at >= since,
        MessageCopy.deleted_at.is_(None),
    )
    key = address_key(address)
    for copy in session.scalars(query.order_by(MessageCopy.sort_at.desc(), MessageCopy.id.desc()).limit(LOOKED_AT)):
        paths = (copy.trace or {}).get("forward_paths") or ()
        if Mark.OLD_ADDRESS in (copy.marks or ()) and key in {address_key(path) for path in paths}:
            return OldMail(copy.message_id, copy.received_at)
    return None
