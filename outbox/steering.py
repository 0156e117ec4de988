"""What an admin does about sending: pause all of it, try a mail again now, cancel one and take that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.refusals import Conflict, Forbidden, Missing
from accounts.viewer import Viewer
from db.inserting import insert_unless_there
from db.models import OutboxMessage, SendingPause
from languages.speech import _
from outbox.kind import Kind
from outbox.schedule import give_up_at


def pause_sending(session: Session, viewer: Viewer, now: datetime) -> None:
    """Let nothing of the company go out; what is on its way arrives. Raises Forbidden."""
    _check(viewer)
    row = {"company_id": viewer.company_id, "since": now}
    session.connection().execute(insert_unless_there(session, SendingPause, ("company_id",)), row)
    record_event(session, viewer.company_id, viewer.user_id, "outbox.pause", now=now)


def resume_sending(session: Session, viewer: Viewer, now: datetime) -> None:
    """Let it go on. Raises Forbidden."""
    _check(viewer)
    session.execute(delete(SendingPause).where(SendingPause.company_id == viewer.company_id))
    record_event(session, viewer.company_id, viewer.user_id, "outbox.resume", now=now)


def retry(session: Session, viewer: Viewer, outbox_id: int, now: datetime) -> None:
    """Try a mail now that waits, has failed or was cancelled, for as long again as a new one.

    Raises Missing, Forbidden, and Conflict where it is under way, has arrived or may have.
    """
    row = _find(session, viewer, outbox_id)
    changed = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.company_id == viewer.company_id,
            OutboxMessage.id == outbox_id,
            OutboxMessage.status.in_(("queued", "failed", "cancelled")),
            OutboxMessage.content != b"",
            or_(OutboxMessage.lease_until.is_(None), OutboxMessage.lease_until <= now),
        )
        .values(status="queued", next_attempt_at=now, give_up_at=give_up_at(Kind(row.kind), now), ended_at=None)
        .returning(OutboxMessage.id)
    ).all()
    if not changed:
        raise Conflict(_("It is under way, or has arrived."))
    _note(session, viewer, "outbox.retry", outbox_id, now)


def cancel(session: Session, viewer: Viewer, outbox_id: int, now: datetime) -> None:
    """Let a mail that waits not be sent; raises Missing, Forbidden, and Conflict where it may have gone already.

    One that is being sent at this moment does not get its last dot: its lease is gone.
    """
    _find(session, viewer, outbox_id)
    changed = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.company_id == viewer.company_id,
            OutboxMessage.id == outbox_id,
            OutboxMessage.status == "queued",
        )
        .values(status="cancelled", ended_at=now, lease_token=None, lease_until=None)
        .returning(OutboxMessage.id)
    ).all()
    if not changed:
        raise Conflict(_("It has gone already."))
    _note(session, viewer, "outbox.cancel", outbox_id, now)


def _find(session: Session, viewer: Viewer, outbox_id: int) -> OutboxMessage:
    """Answer a mail that admins may see one by one: composed mail is its author's affair."""
    _check(viewer)
    query = select(OutboxMessage).where(
        OutboxMessage.company_id == viewer.company_id,
        OutboxMessage.id == outbox_id,
        OutboxMessage.kind != Kind.COMPOSED,
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        raise Missing("mail")
    return row


def _check(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin may do this."))


def _note(session: Session, viewer: Viewer, action: str, outbox_id: int, now: datetime) -> None:
    target = ("outbox", outbox_id)
    record_event(session, viewer.company_id, viewer.user_id, action, now=now, target=target)
