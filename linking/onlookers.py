"""Who sees a letter now through a colleague's copy, and who would not after another link or act (RULES R30)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.viewer import Role, Viewer
from db.models import MessageCopy, Record, User
from linking.visibility import may_see, visible_copy


def would_hide_from(session: Session, viewer: Viewer, copy: MessageCopy, target: Record) -> tuple[int, ...]:
    """Answer the active users who see the letter now, and would not once the record is linked to this copy.

    That are those who may not see the record: of a copy for a team, where it is all they see the letter
    through; of a shared copy, everybody, because its links are the letter's. Owners of a copy keep theirs,
    but who has one in private is named like everybody else: nobody learns of it (R30b).
    """
    if target.visibility == "company":
        return ()
    losing = (other for other in _colleagues(session, viewer) if not _sees_record(session, other, target))
    return tuple(other.user_id for other in losing if _would_lose(session, other, copy))


def onlookers(session: Session, viewer: Viewer, message_ids: Collection[int]) -> frozenset[tuple[int, int]]:
    """Answer who sees which of these letters through a copy that is not private, as pairs of user and letter.

    Asked before and after an act, it tells who loses a letter by it; with the same words as `would_hide_from`.
    """
    return frozenset(
        (other.user_id, message_id)
        for other in _colleagues(session, viewer)
        for message_id in session.scalars(
            select(MessageCopy.message_id)
            .where(visible_copy(other), MessageCopy.message_id.in_(message_ids), MessageCopy.sharing != Sharing.PRIVATE)
            .distinct()
        )
    )


def losing(before: frozenset[tuple[int, int]], after: frozenset[tuple[int, int]]) -> tuple[int, ...]:
    """Answer the users who saw a letter before and do not after."""
    return tuple(sorted({user_id for user_id, _ in before - after}))


def _colleagues(session: Session, viewer: Viewer) -> list[Viewer]:
    query = select(User.id, User.role).where(User.company_id == viewer.company_id, User.state == "active")
    return [Viewer(viewer.company_id, user_id, Role(role)) for user_id, role in session.execute(query)]


def _sees_record(session: Session, viewer: Viewer, target: Record) -> bool:
    query = select(Record.id).where(may_see(viewer), Record.id == target.id)
    return session.scalar(query) is not None


def _would_lose(session: Session, viewer: Viewer, copy: MessageCopy) -> bool:
    seen = select(MessageCopy.id, MessageCopy.owner_id).where(
        visible_copy(viewer), MessageCopy.message_id == copy.message_id, MessageCopy.sharing != Sharing.PRIVATE
    )
    rows = session.execute(seen).all()
    if not rows or any(owner_id == viewer.user_id for _, owner_id in rows):
        return False
    return copy.sharing == Sharing.SHARED or [copy_id for copy_id, _ in rows] == [copy.id]
