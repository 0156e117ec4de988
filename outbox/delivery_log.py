"""What admins see of the mail that we send: totals of all of it, and one by one what cannot be delivered.

A notice about private mail is a trace of that mail, and a composed mail is its author's (RULES R30b, R31). So mails
that are on their way or delivered are totals alone, which R30b exempts, and composed mails are nothing else, ever.
Listed are notices and confirmations whose delivery fails or drags on: that mail of ours to a user's address does not
arrive is what an admin has to mend, and the user himself cannot be told of it by mail. Which kind of notice it is,
its key, subject and content are never read here: it may be a digest, a sign-in, a held mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import DeliveryAttempt, Destination, OutboxMessage, SendingPause
from outbox.kind import Kind

DAYS: Final = 7
MOST_PAUSED: Final = 20
WAITING: Final = ("queued", "sending")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxHealth:
    """Totals of a company: what waits now, and what became of the rest in the last days.

    `paused_since`: an admin stopped all sending.
    """

    waiting: int
    oldest: datetime | None
    tried: int
    sent: int
    failed: int
    unknown: int
    paused_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedDestination:
    """Where mail of this company waits because the other side asked us to slow down."""

    name: str
    code: int | None
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """What was heard at one try."""

    at: datetime
    host: str
    reply: str
    code: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckMail:
    """A mail that does not arrive; `next_at` is None where nothing more is tried."""

    id: int
    recipient: str
    status: str
    attempts: int
    reply: str
    since: datetime
    next_at: datetime | None
    may_retry: bool
    tries: tuple[Try, ...] = ()


def look_at_outbox(session: Session, company_id: int, now: datetime) -> OutboxHealth:
    """Answer the totals."""
    mine = OutboxMessage.company_id == company_id
    queue = select(
        func.count(), func.min(OutboxMessage.created_at), func.count().filter(OutboxMessage.attempts > 0)
    ).where(mine, OutboxMessage.status.in_(WAITING))
    waiting, oldest, tried = session.execute(queue).one()
    ended = (
        select(OutboxMessage.status, func.count().label("number"))
        .where(mine, OutboxMessage.ended_at > now - timedelta(days=DAYS))
        .group_by(OutboxMessage.status)
    )
    counts = {row.status: row.number for row in session.execute(ended)}
    paused = session.scalar(select(SendingPause.since).where(SendingPause.company_id == company_id))
    return OutboxHealth(
        waiting=waiting,
        oldest=oldest,
        tried=tried,
        sent=counts.get("sent", 0),
        failed=counts.get("failed", 0),
        unknown=counts.get("unknown", 0),
        paused_since=paused,
    )


def list_paused(
    session: Session, viewer: Viewer, now: datetime, smarthost: str | None = None
) -> tuple[PausedDestination, ...]:
    """Answer the destinations that are paused and have mail of this company waiting, composed mail aside."""
    waiting = select(OutboxMessage.domain).where(*is_listed(viewer), OutboxMessage.status == "queued")
    here = Destination.name == smarthost if smarthost else Destination.name.in_(waiting)
    query = select(Destination).where(here, Destination.paused_until > now).order_by(Destination.name)
    return tuple(
        PausedDestination(name=row.name, code=row.code, until=row.paused_until)
        for row in session.scalars(query.limit(MOST_PAUSED))
        if row.paused_until is not None
    )


def list_stuck(
    session: Session, viewer: Viewer, limit: int, before: int | None, now: datetime
) -> tuple[StuckMail, ...]:
    """Answer what cannot be delivered, the newest first, with its tries."""
    query = select(OutboxMessage).where(*is_listed(viewer), is_stuck(now))
    if before is not None:
        query = query.where(OutboxMessage.id < before)
    rows = session.scalars(query.order_by(OutboxMessage.id.desc()).limit(limit)).all()
    tries = _tries(session, viewer, [row.id for row in rows])
    return tuple(_stuck(row, tries.get(row.id, ())) for row in rows)


def is_listed(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Answer the condition of a mail of the viewer's company that may be listed one by one at all."""
    return (OutboxMessage.company_id == viewer.company_id, OutboxMessage.kind != Kind.COMPOSED)


def is_stuck(now: datetime) -> ColumnElement[bool]:
    """Answer the condition of a mail that does not arrive."""
    ended = OutboxMessage.status.in_(("failed", "unknown", "cancelled"))
    return or_(
        and_(OutboxMessage.status == "queued", OutboxMessage.attempts > 0, OutboxMessage.last_reply.is_not(None)),
        and_(ended, OutboxMessage.ended_at > now - timedelta(days=DAYS)),
    )


def _tries(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, tuple[Try, ...]]:
    found: dict[int, list[Try]] = {}
    query = (
        select(DeliveryAttempt)
        .where(DeliveryAttempt.company_id == viewer.company_id, DeliveryAttempt.outbox_id.in_(ids))
        .order_by(DeliveryAttempt.id.desc())
    )
    for row in session.scalars(query):
        told = Try(at=row.at, host=row.host, reply=row.reply, code=row.code)
        found.setdefault(row.outbox_id, []).append(told)
    return {outbox_id: tuple(tries) for outbox_id, tries in found.items()}


def _stuck(row: OutboxMessage, tries: tuple[Try, ...]) -> StuckMail:
    return StuckMail(
        id=row.id,
        recipient=row.forward_path,
        status=row.status,
        attempts=row.attempts,
        reply=row.last_reply or "",
        since=row.created_at,
        next_at=row.next_attempt_at if row.status == "queued" else None,
        may_retry=row.status in ("queued", "failed", "cancelled") and bool(row.content),
        tries=tries,
    )
