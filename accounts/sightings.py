"""When users were last seen, in a browser or by a token; for their admins."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import ApiToken, WebSession


def last_seen(session: Session, company_id: int, user_ids: Collection[int]) -> dict[int, datetime]:
    """Answer those of the users who were ever seen, with the moment."""
    found: dict[int, datetime] = {}
    for table, seen_at in ((WebSession, WebSession.last_seen_at), (ApiToken, ApiToken.last_used_at)):
        of_company = table.company_id == company_id, table.user_id.in_(user_ids), seen_at.is_not(None)
        query = select(table.user_id, func.max(seen_at)).where(*of_company).group_by(table.user_id)
        for user_id, at in session.execute(query):
            if at is not None:
                found[user_id] = max(at, found.get(user_id, at))
    return found
