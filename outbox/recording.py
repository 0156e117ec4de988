"""The third act: write down under the fence what became of a try, and before the dot that there is one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from db.ids import new_id
from db.lease import LEASE
from db.models import DeliveryAttempt, OutboxMessage
from db.session import Database
from outbox.claim import OUTBOX, Errand
from outbox.destinations import calm_down, slow_down
from outbox.kind import Kind
from outbox.outcome import Fate, Outcome
from outbox.schedule import next_try

NO_MORE: Final = b""
STATUSES: Final = {Fate.SENT: "sent", Fate.FAILED: "failed", Fate.UNKNOWN: "unknown"}
log = structlog.get_logger(__name__)


class LeaseLost(Exception):
    """The mail is another's by now, or was cancelled: it must not get its last dot."""


def mark_sending(database: Database, errand: Errand) -> None:
    """Commit that the last dot is about to be sent; raise LeaseLost where it must not be."""
    with database.write() as session:
        until = database.now(session) + LEASE
        marked = session.execute(
            update(OutboxMessage)
            .where(*OUTBOX.held(errand.lease, [errand.row.id]), OutboxMessage.status == "queued")
            .values(status="sending", lease_until=until, next_attempt_at=until)
            .returning(OutboxMessage.id)
        ).all()
    if not marked:
        raise LeaseLost


def record(
    session: Session, errand: Errand, outcome: Outcome, destination: str, now: datetime, chance: Callable[[], float]
) -> bool:
    """Write an outcome down and give the lease up; answer whether it was still ours to write.

    An outcome that comes after the lease ended and the mail was noted as unknown is news, and is taken.
    """
    values = _values(errand, outcome, now, chance)
    recorded = session.execute(
        update(OutboxMessage)
        .where(*OUTBOX.held(errand.lease, [errand.row.id]), OutboxMessage.status.in_(("queued", "sending", "unknown")))
        .values(lease_token=None, lease_until=None, last_reply=outcome.reply, **values)
        .returning(OutboxMessage.id)
    ).all()
    if outcome.slow_down:
        slow_down(session, destination, outcome.code, now, chance)
    elif outcome.code is not None:
        calm_down(session, destination)
    if recorded:
        session.execute(
            insert(DeliveryAttempt).values(
                company_id=errand.lease.company_id,
                id=new_id(session),
                outbox_id=errand.row.id,
                source="try",
                at=now,
                host=outcome.host,
                code=outcome.code,
                reply=outcome.reply,
            )
        )
    return bool(recorded)


def give_back(session: Session, errand: Errand, now: datetime) -> None:
    """Give a mail back that was not tried to its end: nothing was sent, and the attempt does not count."""
    session.execute(
        update(OutboxMessage)
        .where(*OUTBOX.held(errand.lease, [errand.row.id]), OutboxMessage.status == "queued")
        .values(attempts=OutboxMessage.attempts - 1, lease_token=None, lease_until=None, next_attempt_at=now)
    )


def _values(errand: Errand, outcome: Outcome, now: datetime, chance: Callable[[], float]) -> dict[str, Any]:
    again = next_try(errand.row.attempts, now, chance)
    if outcome.fate is Fate.DEFERRED and again < errand.give_up_at:
        return {"status": "queued", "next_attempt_at": again, "ended_at": None}
    ended: dict[str, Any] = {"status": STATUSES.get(outcome.fate, "failed"), "ended_at": now}
    if outcome.fate is Fate.SENT and errand.kind is not Kind.COMPOSED:
        ended["content"] = NO_MORE  # it may hold a link that opens something
    return ended
