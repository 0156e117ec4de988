"""What is paused, for those whom it concerns: who sees it, and who lets it go on (RULES R40)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.refusals import Forbidden, Missing
from accounts.viewer import Viewer
from db.models import Pause
from languages.speech import _
from outbox.budget import Account, Budget, forget_spent, standing

KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """A peer that caused too much; `count` is what was left undone so far."""

    id: int
    kind: Budget
    peer: str
    mine: bool
    since: datetime
    until: datetime
    count: int


def list_pauses(session: Session, viewer: Viewer, now: datetime, limit: int = 100) -> tuple[Paused, ...]:
    """Answer the pauses that hold and the viewer may know of, the newest first."""
    query = select(Pause).where(_known_to(viewer), *standing(now)).order_by(Pause.id.desc()).limit(limit)
    return tuple(
        Paused(
            id=row.id,
            kind=Budget(row.kind),
            peer=row.peer,
            mine=row.user_id == viewer.user_id,
            since=row.since,
            until=row.until,
            count=row.count,
        )
        for row in session.scalars(query)
    )


def resume(session: Session, viewer: Viewer, pause_id: int, now: datetime) -> None:
    """Let a peer go on, its count begun anew; raise Missing, Forbidden."""
    row = session.scalars(select(Pause).where(_known_to(viewer), Pause.id == pause_id, *standing(now))).one_or_none()
    if row is None:
        raise Missing("pause")
    if not viewer.may_write:
        raise Forbidden(_("A read-only user changes nothing."))
    this = Pause.company_id == viewer.company_id, Pause.id == row.id
    session.execute(update(Pause).where(*this).values(ended_at=now))
    account = Account(company_id=viewer.company_id, user_id=row.user_id, own=row.own)
    forget_spent(session, account, Budget(row.kind), row.peer)
    own = OWN if row.user_id == viewer.user_id else ""
    record_event(session, viewer.company_id, viewer.user_id, own + "pause.end", now=now, target=("pause", row.id))


def forget_pauses(session: Session, company_id: int, now: datetime) -> None:
    """Delete pauses that ended long ago."""
    session.execute(delete(Pause).where(Pause.company_id == company_id, Pause.until < now - KEPT))


def _known_to(viewer: Viewer) -> ColumnElement[bool]:
    """Choose one's own; an admin knows of all but what came of private mail of others (R30b)."""
    whose: Sequence[ColumnElement[bool]] = [Pause.user_id == viewer.user_id]
    if viewer.is_admin:
        whose = [*whose, Pause.own.is_(False)]
    return and_(Pause.company_id == viewer.company_id, or_(*whose))
