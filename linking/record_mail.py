"""What a list of records says about their mail, as one viewer sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import Link, MessageCopy
from linking.visibility import chosen_copy, link_in_view


def latest_mail(session: Session, viewer: Viewer, record_ids: Sequence[int]) -> dict[int, datetime]:
    """Answer when the newest letter came that the viewer sees of each record; a record without one is left out."""
    if not record_ids:
        return {}
    query = (
        select(Link.target_id, func.max(MessageCopy.sort_at))
        .join(MessageCopy, and_(MessageCopy.company_id == viewer.company_id, MessageCopy.message_id == Link.message_id))
        .where(
            link_in_view(viewer),
            Link.target_id.in_(record_ids),
            chosen_copy(viewer),
            MessageCopy.deleted_at.is_(None),
        )
        .group_by(Link.target_id)
    )
    return dict(session.execute(query).all())
