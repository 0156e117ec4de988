"""One's own addresses, as the settings page lists them (RULES R10)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.senders import ENDS, Sender, sender_of
from accounts.viewer import Viewer
from db.models import ApprovedSender

MOST_SHOWN: Final = 100


def own_senders(session: Session, viewer: Viewer) -> tuple[Sender, ...]:
    """Answer the viewer's own addresses that stand, the newest first, then the latest that ended."""
    query = select(ApprovedSender).where(
        ApprovedSender.company_id == viewer.company_id, ApprovedSender.user_id == viewer.user_id
    )
    rows = session.scalars(
        query.order_by(ApprovedSender.id.desc()).limit(MOST_SHOWN), execution_options={"populate_existing": True}
    )
    return tuple(sorted(map(sender_of, rows), key=lambda one: one.state in ENDS))
