"""Claim one mail to send: fair by company, within what its destination bears; note what became of leases that ended.

A lease that ran out while its mail was queued says that nothing was sent: the mail is tried again. One that ran out
after the mail was written down as `sending` says nothing: the outcome is unknown, and no machine repeats it (R47).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from db.lease import LEASE, Claimed, Lease, LeasedTable
from db.models import OutboxMessage, SendingPause
from db.models.outbox import WAITING
from db.session import Database
from outbox.destinations import enter
from outbox.kind import Kind
from outbox.route import Route

MOST_LOOKED: Final = 20
"""Mails of a company that are put off in one claim before the next company is asked."""
DIED: Final = "We were stopped between the last dot and the reply"
TOO_LATE: Final = "It waited too long"
OUTBOX: Final = LeasedTable(
    OutboxMessage, WAITING, (~exists().where(SendingPause.company_id == OutboxMessage.company_id),)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A mail that is ours to send; `content` is unsigned."""

    lease: Lease
    row: Claimed
    kind: Kind
    forward_path: str
    domain: str
    reports: bool
    content: bytes
    give_up_at: datetime


class Claimer:
    """Claims for one process, taking the companies in turn."""

    def __init__(self, database: Database, route: Route, make_token: Callable[[], str] = secrets.token_hex) -> None:
        self._database = database
        self._route = route
        self._make_token = make_token
        self._last_company = 0

    def claim(self) -> Errand | None:
        """Claim the next mail whose destination has a place for it; None where there is none now."""
        if not OUTBOX.is_anything_due(self._database):
            return None
        with self._database.write() as session:
            now = self._database.now(session)
            for company_id in OUTBOX.companies_in_turn(session, now, self._last_company):
                for _ in range(MOST_LOOKED):
                    row = _next_due(session, company_id, now)
                    if row is None:
                        break
                    if (errand := self._take(session, row, now)) is not None:
                        self._last_company = company_id
                        return errand
        return None

    def _take(self, session: Session, row: Any, now: datetime) -> Errand | None:
        """Lease a due row, or settle why it is not to be sent now."""
        if row.status == "sending":
            _end(session, row, now, status="unknown", last_reply=DIED)
            return None
        if row.give_up_at <= now:
            reply = f"{TOO_LATE}; last: {row.last_reply}" if row.last_reply else TOO_LATE
            _end(session, row, now, status="failed", last_reply=reply)
            return None
        name = self._route.destination(row.domain)
        alone = row.domain if name == row.domain else None
        free_at = enter(session, name, self._route.limits, now, domain=alone)
        if free_at is not None:
            _put_off(session, row.company_id, alone, now, free_at)
            return None
        return self._lease(session, row, now)

    def _lease(self, session: Session, row: Any, now: datetime) -> Errand:
        token, attempts = self._make_token(), row.attempts + 1
        values = {
            "attempts": attempts,
            "lease_token": token,
            "lease_until": now + LEASE,
            "next_attempt_at": now + LEASE,
        }
        _change(session, row, values)
        claimed = Claimed(id=row.id, attempts=attempts)
        return Errand(
            lease=Lease(company_id=row.company_id, token=token, rows=(claimed,)),
            row=claimed,
            kind=Kind(row.kind),
            forward_path=row.forward_path,
            domain=row.domain,
            reports=row.reports,
            content=row.content,
            give_up_at=row.give_up_at,
        )


def _next_due(session: Session, company_id: int, now: datetime) -> Any:
    columns = OutboxMessage.__table__.columns
    query = (
        select(*columns)
        .where(*_due(company_id, now))
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.execute(query).first()


def _due(company_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (OutboxMessage.company_id == company_id, OUTBOX.is_due(now))


def _put_off(session: Session, company_id: int, domain: str | None, now: datetime, until: datetime) -> None:
    """Let all that is due there wait, so that the next look finds other mail."""
    due = select(OutboxMessage.id).where(*_due(company_id, now), OutboxMessage.status == "queued")
    if domain is not None:
        due = due.where(OutboxMessage.domain == domain)
    # Locked by another: on its way, or about to be.
    ids = due.with_for_update(skip_locked=True).scalar_subquery()
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.company_id == company_id, OutboxMessage.id.in_(ids))
        .values(next_attempt_at=until),
        execution_options={"synchronize_session": False},
    )


def _end(session: Session, row: Any, now: datetime, *, status: str, last_reply: str) -> None:
    """Settle a row; the token stays, so that a sender who wakes up late can still say what it was told."""
    _change(session, row, {"status": status, "last_reply": last_reply, "ended_at": now})


def _change(session: Session, row: Any, values: dict[str, Any]) -> None:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.company_id == row.company_id, OutboxMessage.id == row.id)
        .values(**values),
        execution_options={"synchronize_session": False},
    )
