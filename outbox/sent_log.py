"""The log of outgoing mail: one's own in full; of other mail admins see what does not arrive (`delivery_log`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from accounts.refusals import Missing
from accounts.viewer import Viewer
from db.models import DeliveryAttempt, OutboxMessage
from outbox.delivery_log import is_listed, is_stuck


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """A mail that we send; `kind` is "" where it is not the viewer's: what it is about stays with whom it is for."""

    id: int
    recipient: str
    kind: str
    status: str
    attempts: int
    reply: str
    asked_at: datetime
    ended_at: datetime | None
    next_at: datetime | None
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What was heard; `source`: try, report or answer."""

    source: str
    at: datetime
    host: str
    code: int | None
    reply: str


def list_sent(
    session: Session,
    viewer: Viewer,
    now: datetime,
    limit: int,
    before_id: int | None = None,
    *,
    address: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[SentMail, ...]:
    """Answer what the viewer may know of, the newest first."""
    query = select(OutboxMessage).where(*_known_to(viewer, now))
    if address:
        query = query.where(func.lower(OutboxMessage.forward_path).contains(address.lower(), autoescape=True))
    if since is not None:
        query = query.where(OutboxMessage.created_at >= since)
    if until is not None:
        query = query.where(OutboxMessage.created_at < until)
    if before_id is not None:
        query = query.where(OutboxMessage.id < before_id)
    rows = session.scalars(query.order_by(OutboxMessage.id.desc()).limit(limit))
    return tuple(_sent(viewer, row) for row in rows)


def get_sent(session: Session, viewer: Viewer, now: datetime, outbox_id: int) -> tuple[SentMail, Sequence[Attempt]]:
    """Answer one with what was heard of it, the oldest first; raise Missing."""
    row = session.scalars(
        select(OutboxMessage).where(*_known_to(viewer, now), OutboxMessage.id == outbox_id)
    ).one_or_none()
    if row is None:
        raise Missing("mail")
    heard = select(DeliveryAttempt).where(
        DeliveryAttempt.company_id == viewer.company_id, DeliveryAttempt.outbox_id == outbox_id
    )
    attempts = [
        Attempt(source=one.source, at=one.at, host=one.host, code=one.code, reply=one.reply)
        for one in session.scalars(heard.order_by(DeliveryAttempt.id))
    ]
    return _sent(viewer, row), attempts


def _known_to(viewer: Viewer, now: datetime) -> tuple[ColumnElement[bool], ...]:
    stuck = and_(*is_listed(viewer), is_stuck(now)) if viewer.is_admin else false()
    mine = OutboxMessage.user_id == viewer.user_id
    return OutboxMessage.company_id == viewer.company_id, or_(mine, stuck)


def _sent(viewer: Viewer, row: OutboxMessage) -> SentMail:
    mine = row.user_id == viewer.user_id
    return SentMail(
        id=row.id,
        recipient=row.forward_path,
        kind=row.kind if mine else "",
        status=row.status,
        attempts=row.attempts,
        reply=row.last_reply or "",
        asked_at=row.created_at,
        ended_at=row.ended_at,
        next_at=row.next_attempt_at if row.status == "queued" else None,
        mine=mine,
    )
