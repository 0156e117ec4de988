"""Whose copies a viewer may see one by one, because their owners let him (RULES R32)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import AccessGrant


def who_let_him_see(session: Session, viewer: Viewer) -> tuple[int, ...]:
    """Answer the users, the lowest id first; mostly none."""
    query = select(AccessGrant.owner_id).where(
        AccessGrant.company_id == viewer.company_id,
        AccessGrant.viewer_id == viewer.user_id,
        AccessGrant.state == "granted",
    )
    return tuple(session.scalars(query.distinct().order_by(AccessGrant.owner_id)))
