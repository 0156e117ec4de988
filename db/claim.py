"""Claim due inbound mail: a lease with a token, a fence for the write act, back-off, fairness by company.

The rows are the queue, and due while their status is received or processing (`db.lease`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.lease import LEASE, Claimed, Lease, LeasedTable
from db.models.inbound import DUE
from db.models.inbound import InboundMessage as Inbound
from db.session import Database

MOST_BACK_OFF: Final = timedelta(minutes=15)
INBOUND: Final = LeasedTable(Inbound, DUE)


class Claimer:
    """Claims for one worker, taking the companies in turn."""

    def __init__(self, database: Database, make_token: Callable[[], str] = secrets.token_hex) -> None:
        self._database = database
        self._make_token = make_token
        self._last_company = 0

    def claim(self, most: int) -> Lease | None:
        """Claim up to so many due rows of the next company that has some; None when nothing is due."""
        if not INBOUND.is_anything_due(self._database):
            return None
        with self._database.write() as session:
            now = self._database.now(session)
            for company_id in INBOUND.companies_in_turn(session, now, self._last_company):
                rows = self._take(session, company_id, now, most)
                if rows:
                    self._last_company = company_id
                    return rows
        return None

    def _take(self, session: Session, company_id: int, now: datetime, most: int) -> Lease | None:
        due = (
            select(Inbound.id)
            .where(Inbound.company_id == company_id, INBOUND.is_due(now))
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


def pass_fence(session: Session, lease: Lease, ids: Collection[int]) -> frozenset[int]:
    """Begin the write act: give the lease up, and answer which of the rows were still ours.

    The rows stay locked until the transaction ends; a row that is not answered is another's.
    """
    passed = session.scalars(
        update(Inbound)
        .where(*INBOUND.held(lease, ids))
        .values(lease_token=None, lease_until=None)
        .returning(Inbound.id)
    )
    return frozenset(passed)


def release(session: Session, lease: Lease, now: datetime, delay: timedelta = timedelta()) -> None:
    """Give back what was not tried: the attempt does not count."""
    session.execute(
        update(Inbound)
        .where(*INBOUND.held(lease, lease.ids))
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
