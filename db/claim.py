"""Claim due inbound mail: a lease with a token, a fence for the write act, back-off, fairness by company.

The rows are the queue. A row is due while its status is received or processing and `next_attempt_at`
has come; a lease moves that time to its own end, so that one condition says both. Every time is the
database's.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, select, text, update
from sqlalchemy.orm import Session

from db.models.inbound import DUE
from db.models.inbound import InboundMessage as Inbound
from db.session import Database

LEASE: Final = timedelta(seconds=15)
HEARTBEAT_SECONDS: Final = 5.0
MOST_BACK_OFF: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One row under a lease; `attempts` counts this claim too."""

    id: int
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Rows of one company that are ours until the lease ends; `token` is the fence."""

    company_id: int
    token: str
    rows: tuple[Claimed, ...]


class Claimer:
    """Claims for one worker, taking the companies in turn."""

    def __init__(self, database: Database, make_token: Callable[[], str] = secrets.token_hex) -> None:
        self._database = database
        self._make_token = make_token
        self._last_company = 0

    def claim(self, most: int) -> Lease | None:
        """Claim up to so many due rows of the next company that has some; None when nothing is due."""
        # A look costs no turn to write: idle workers do not queue before receivers.
        if not self._is_anything_due():
            return None
        with self._database.write() as session:
            now = self._database.now(session)
            for company_id in _companies_in_turn(session, now, self._last_company):
                rows = self._take(session, company_id, now, most)
                if rows:
                    self._last_company = company_id
                    return rows
        return None

    def _is_anything_due(self) -> bool:
        with self._database.read() as session:
            return _next_company(session, self._database.now(session), -1) is not None

    def _take(self, session: Session, company_id: int, now: datetime, most: int) -> Lease | None:
        due = (
            select(Inbound.id)
            .where(Inbound.company_id == company_id, _is_due(now))
            .order_by(Inbound.next_attempt_at, Inbound.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        ids = session.scalars(due).all()
        if not ids:
            return None
        token = self._make_token()
        taken = session.execute(
            update(Inbound)
            .where(Inbound.company_id == company_id, Inbound.id.in_(ids))
            .values(
                status="processing",
                attempts=Inbound.attempts + 1,
                lease_token=token,
                lease_until=now + LEASE,
                next_attempt_at=now + LEASE,
            )
            .returning(Inbound.id, Inbound.attempts)
        ).all()
        rows = tuple(Claimed(id=row.id, attempts=row.attempts) for row in sorted(taken))
        return Lease(company_id=company_id, token=token, rows=rows)


def keep(database: Database, lease: Lease) -> int:
    """Extend a lease by its full time (the heartbeat); answer how many of its rows are still ours."""
    with database.write() as session:
        until = database.now(session) + LEASE
        kept = session.execute(
            update(Inbound)
            .where(*_held(lease, [row.id for row in lease.rows]))
            .values(lease_until=until, next_attempt_at=until)
            .returning(Inbound.id)
        )
        return len(kept.all())


def pass_fence(session: Session, lease: Lease, ids: Collection[int]) -> frozenset[int]:
    """Begin the write act: give the lease up, and answer which of the rows were still ours.

    The rows stay locked until the transaction ends; a row that is not answered is another's.
    """
    passed = session.scalars(
        update(Inbound).where(*_held(lease, ids)).values(lease_token=None, lease_until=None).returning(Inbound.id)
    )
    return frozenset(passed)


def release(session: Session, lease: Lease, now: datetime, delay: timedelta = timedelta()) -> None:
    """Give back what was not tried: the attempt does not count."""
    session.execute(
        update(Inbound)
        .where(*_held(lease, [row.id for row in lease.rows]))
        .values(
            status="received",
            attempts=Inbound.attempts - 1,
            lease_token=None,
            lease_until=None,
            next_attempt_at=now + delay,
        )
    )


def put_off(session: Session, company_id: int, row: Claimed, now: datetime, *, at_once: bool = False) -> None:
    """Try a row again later, after the fence: each time twice as late, within the most."""
    delay = timedelta() if at_once else back_off(row.attempts)
    session.execute(
        update(Inbound)
        .where(Inbound.company_id == company_id, Inbound.id == row.id)
        .values(status="received", next_attempt_at=now + delay)
    )


def give_up(session: Session, company_id: int, row: Claimed, reason: str, reason_args: dict[str, str]) -> None:
    """Mark a row failed, after the fence; the mail stays and can be replayed."""
    session.execute(
        update(Inbound)
        .where(Inbound.company_id == company_id, Inbound.id == row.id)
        .values(status="failed", reason=reason, reason_args=reason_args)
    )


def back_off(attempts: int) -> timedelta:
    """Answer how long to wait after so many attempts: 1, 2, 4 … seconds."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 20)), MOST_BACK_OFF)


def _held(lease: Lease, ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return (
        Inbound.company_id == lease.company_id,
        Inbound.id.in_(ids),
        Inbound.lease_token == lease.token,
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    # As it stands in the partial index: a bound parameter would hide the index from the planner.
    return and_(text(DUE), Inbound.next_attempt_at <= now)


def _companies_in_turn(session: Session, now: datetime, last: int) -> Iterator[int]:
    """Give the companies with due rows, beginning after the last one served, each once."""
    after, wrapped = last, False
    while True:
        company_id = _next_company(session, now, after)
        if company_id is None and not wrapped:
            after, wrapped = -1, True
        elif company_id is None or (wrapped and company_id > last):
            return
        else:
            yield company_id
            after = company_id


def _next_company(session: Session, now: datetime, after: int) -> int | None:
    query = (
        select(Inbound.company_id)
        .where(Inbound.company_id > after, _is_due(now))
        .order_by(Inbound.company_id)
        .limit(1)
        .execution_options(across_companies="a worker serves them all, in turn")
    )
    return session.scalars(query).first()
