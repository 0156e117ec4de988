"""The queue of incoming mail as who runs it sees it: how much stands where, what failed, and trying it again.

Of a mail nothing is told but what RULES R30b exempts: its id, status, origin, size, times and attempts, and the name
of the error that it met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from accounts.audit import record_event
from accounts.refusals import Forbidden, Missing
from accounts.viewer import Viewer
from db.models import InboundMessage, RecordImport, ReplayRun
from languages.speech import _

STANDING: Final = ("received", "processing", "held", "failed")
MOST_AT_ONCE: Final = 1_000
"""So many are put back in one transaction; what is left stays where it is, and is tried with the next press."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many mails have a status, since when the oldest has waited, how many of them were tried before."""

    status: str
    count: int
    oldest: datetime | None
    tried: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """How many mails met an error, from when to when; `error` is the name of its class, "" where none was kept."""

    error: str
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedMail:
    """A mail that could not be worked on."""

    id: int
    origin: str
    size: int
    received_at: datetime
    attempts: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Long work of users, added up: how many are at it, and how much of it is done."""

    count: int
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """How many users look at earlier decisions, and the share that is done: how much mail it is stays theirs (R31)."""

    count: int
    percent: int


def look_at_queues(session: Session, viewer: Viewer) -> tuple[Standing, ...]:
    """Answer how much stands where; raise Forbidden."""
    _admins_alone(viewer)
    query = (
        select(
            InboundMessage.status,
            func.count(),
            func.min(InboundMessage.received_at),
            func.count().filter(InboundMessage.attempts > 0),
        )
        .where(InboundMessage.company_id == viewer.company_id, InboundMessage.status.in_(STANDING))
        .group_by(InboundMessage.status)
    )
    found = {
        status: Standing(status=status, count=count, oldest=oldest, tried=tried)
        for status, count, oldest, tried in session.execute(query)
    }
    empty = {one: Standing(status=one, count=0, oldest=None, tried=0) for one in STANDING}
    return tuple(found.get(one, empty[one]) for one in STANDING)


def list_causes(session: Session, viewer: Viewer) -> tuple[Cause, ...]:
    """Answer which errors mails met that failed, the most frequent first; raise Forbidden."""
    _admins_alone(viewer)
    error = _error()
    query = (
        select(error, func.count(), func.min(InboundMessage.received_at), func.max(InboundMessage.received_at))
        .where(*_failed(viewer))
        .group_by(error)
        .order_by(func.count().desc(), error)
    )
    rows = session.execute(query.limit(50)).all()
    return tuple(Cause(error=name, count=count, first=first, last=last) for name, count, first, last in rows)


def list_failed(session: Session, viewer: Viewer, limit: int, before_id: int | None = None) -> tuple[FailedMail, ...]:
    """Answer what failed, the newest first; raise Forbidden."""
    _admins_alone(viewer)
    row = InboundMessage
    query = select(row.id, row.origin, row.size, row.received_at, row.attempts, _error().label("error"))
    query = query.where(*_failed(viewer))
    if before_id is not None:
        query = query.where(row.id < before_id)
    rows = session.execute(query.order_by(row.id.desc()).limit(limit))
    return tuple(FailedMail(**one._asdict()) for one in rows)


def retry_one(session: Session, viewer: Viewer, inbound_id: int, now: datetime) -> None:
    """Put a mail that failed back into the queue; raise Forbidden, Missing where there is none that failed."""
    _admins_alone(viewer)
    if not _put_back(session, viewer, [inbound_id], now):
        raise Missing("failed mail")


def retry_all(session: Session, viewer: Viewer, error: str, now: datetime) -> int:
    """Put back what met that error, so much as one transaction bears; answer how much. Raises Forbidden."""
    _admins_alone(viewer)
    query = select(InboundMessage.id).where(*_failed(viewer), _error() == error)
    return _put_back(session, viewer, session.scalars(query.order_by(InboundMessage.id).limit(MOST_AT_ONCE)).all(), now)


def look_at_imports(session: Session, viewer: Viewer) -> Running:
    """Answer the imports of records that are at work, whoever's they are; raise Forbidden."""
    _admins_alone(viewer)
    row = RecordImport
    query = select(func.count(), _sum(row.done), _sum(row.total))
    at_work = row.company_id == viewer.company_id, row.state.in_(("running", "undoing"))
    count, done, total = session.execute(query.where(*at_work)).one()
    return Running(count=count, done=int(done), total=int(total))


def look_at_replays(session: Session, viewer: Viewer) -> Looking:
    """Answer the looks at earlier decisions that are at work, whoever's they are; raise Forbidden."""
    _admins_alone(viewer)
    row = ReplayRun
    query = select(func.count(), _sum(row.seen), _sum(row.total))
    at_work = row.company_id == viewer.company_id, row.state.in_(("looking", "applying"))
    count, seen, total = session.execute(query.where(*at_work)).one()
    return Looking(count=count, percent=min(100 * int(seen) // int(total), 100) if total else 0)


def _sum(column: InstrumentedAttribute[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _put_back(session: Session, viewer: Viewer, ids: Sequence[int], now: datetime) -> int:
    changed = session.scalars(
        update(InboundMessage)
        .where(*_failed(viewer), InboundMessage.id.in_(ids))
        .values(status="received", reason=None, reason_args=None, attempts=0, next_attempt_at=now)
        .returning(InboundMessage.id)
        .execution_options(synchronize_session=False)
    ).all()
    if changed:
        target = ("inbound", changed[0]) if len(changed) == 1 else None
        args = {"mails": len(changed)}
        record_event(session, viewer.company_id, viewer.user_id, "inbound.retry", now=now, target=target, args=args)
    return len(changed)


def _failed(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    return InboundMessage.company_id == viewer.company_id, InboundMessage.status == "failed"


def _error() -> ColumnElement[str]:
    return func.coalesce(InboundMessage.reason_args["error"].as_string(), "")


def _admins_alone(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin may do this."))
