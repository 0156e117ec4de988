"""The audit log: who changed what, without subjects, bodies or secrets.

What somebody does to private mail is his own affair (RULES R30b, R31): such actions begin with
`own.` and are listed to their actor alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from accounts.refusals import Forbidden
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import AuditEvent
from languages.speech import _

OWN: Final = "own."


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the log; `target` is a kind and an id, `actor_id` None the command line."""

    id: int
    actor_id: int | None
    action: str
    target: str | None
    args: Mapping[str, Any]
    at: datetime


def record_event(
    session: Session,
    company_id: int,
    actor_id: int | None,
    action: str,
    *,
    now: datetime,
    target: tuple[str, int] | None = None,
    args: Mapping[str, Any] | None = None,
) -> None:
    """Write one line; `target` is (kind, id)."""
    session.execute(
        insert(AuditEvent).values(
            company_id=company_id,
            id=new_id(session),
            actor_id=actor_id,
            action=action,
            target=f"{target[0]} {target[1]}" if target else None,
            args=dict(args or {}),
            at=now,
        )
    )


def list_events(
    session: Session,
    viewer: Viewer,
    limit: int,
    before_id: int | None = None,
    *,
    actor_id: int | None = None,
    kinds: Collection[str] = (),
    after: datetime | None = None,
    before: datetime | None = None,
) -> tuple[Event, ...]:
    """Answer the newest events first; of one actor, or whose action begins with one of some words.

    Admins know of everybody's, others of their own alone: raise Forbidden.
    """
    if not viewer.is_admin and actor_id != viewer.user_id:
        raise Forbidden(_("The audit log is for admins."))
    query = select(AuditEvent).where(
        AuditEvent.company_id == viewer.company_id,
        or_(AuditEvent.action.not_like(f"{OWN}%"), AuditEvent.actor_id == viewer.user_id),
    )
    if actor_id is not None:
        query = query.where(AuditEvent.actor_id == actor_id)
    if kinds:
        query = query.where(or_(*(AuditEvent.action.startswith(f"{kind}.", autoescape=True) for kind in kinds)))
    if after is not None:
        query = query.where(AuditEvent.at >= after)
    if before is not None:
        query = query.where(AuditEvent.at < before)
    if before_id is not None:
        query = query.where(AuditEvent.id < before_id)
    rows = session.scalars(query.order_by(AuditEvent.id.desc()).limit(limit))
    return tuple(
        Event(id=row.id, actor_id=row.actor_id, action=row.action, target=row.target, args=row.args or {}, at=row.at)
        for row in rows
    )
