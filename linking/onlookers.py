"""Who sees a letter now through a colleague's copy, and who would not after another link (RULES R30)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.viewer import Role, Viewer
from db.models import MessageCopy, Record, User
from linking.visibility import may_see, visible_copy


def would_hide_from(session: Session, viewer: Viewer, message_id: int, target: Record) -> tuple[int, ...]:
    """Answer the active users who see the letter now, but not the record; owners of a copy keep theirs."""
    if target.visibility == "company":
        return ()
    losing = (other for other in _colleagues(session, viewer) if not _sees_record(session, other, target))
    return tuple(other.user_id for other in losing if _sees_through_another(session, other, message_id))


def _colleagues(session: Session, viewer: Viewer) -> list[Viewer]:
    query = select(User.id, User.role).where(User.company_id == viewer.company_id, User.state == "active")
    return [Viewer(viewer.company_id, user_id, Role(role)) for user_id, role in session.execute(query)]


def _sees_record(session: Session, viewer: Viewer, target: Record) -> bool:
    query = select(Record.id).where(may_see(viewer), Record.id == target.id)
    return session.scalar(query) is not None


def _sees_through_another(session: Session, viewer: Viewer, message_id: int) -> bool:
    owners = session.scalars(
        select(MessageCopy.owner_id).where(visible_copy(viewer), MessageCopy.message_id == message_id)
    ).all()
    return bool(owners) and viewer.user_id not in owners
