"""Where mail goes, and how much of it at once: limits and pauses of the whole installation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from db.inserting import insert_or_touch
from db.models import Destination, OutboxMessage
from db.models.outbox import LEASED
from outbox.route import Limits

MINUTE: Final = timedelta(minutes=1)
BUSY: Final = timedelta(seconds=2)
"""How long to let a destination be that has all its connections."""
MOST_PAUSE: Final = timedelta(hours=1)
JITTER: Final = 0.2


def enter(session: Session, name: str, limits: Limits, now: datetime, *, domain: str | None) -> datetime | None:
    """Take one place at a destination; answer from when on there may be one, where there is none now.

    Its row stays locked until the transaction ends, so that two workers do not take one place. `domain` is the one
    recipient domain behind it, None where all go there.
    """
    there = _locked(session, name, now)
    if there.paused_until is not None and there.paused_until > now:
        return there.paused_until
    if _in_flight(session, domain, now) >= limits.connections:
        return now + BUSY
    minute, count = (there.minute, there.in_minute) if now - there.minute < MINUTE else (now, 0)
    if count >= limits.a_minute:
        return minute + MINUTE
    session.execute(
        update(Destination).where(Destination.name == name).values(minute=minute, in_minute=count + 1),
        execution_options={"synchronize_session": False},
    )
    return None


def slow_down(session: Session, name: str, code: int | None, now: datetime, chance: Callable[[], float]) -> None:
    """Leave a destination alone that asked for it: each time in a row twice as long, up to an hour."""
    strikes = _locked(session, name, now).strikes + 1
    pause = min(MINUTE * 2 ** min(strikes - 1, 10), MOST_PAUSE) * (1 + JITTER * chance())
    session.execute(
        update(Destination)
        .where(Destination.name == name)
        .values(strikes=strikes, paused_until=now + pause, code=code),
        execution_options={"synchronize_session": False},
    )


def calm_down(session: Session, name: str) -> None:
    """Note that a destination takes mail again."""
    session.execute(
        update(Destination)
        .where(Destination.name == name, Destination.strikes > 0)
        .values(strikes=0, paused_until=None, code=None),
        execution_options={"synchronize_session": False},
    )


def _locked(session: Session, name: str, now: datetime) -> Destination:
    row = {"name": name, "strikes": 0, "minute": now, "in_minute": 0}
    session.connection().execute(insert_or_touch(session, Destination, ("name",), "name"), row)
    return session.scalars(
        select(Destination).where(Destination.name == name).execution_options(populate_existing=True)
    ).one()


def _in_flight(session: Session, domain: str | None, now: datetime) -> int:
    # As they stand in the partial indexes.
    query = select(func.count()).where(
        text(LEASED), OutboxMessage.status.in_(("queued", "sending")), OutboxMessage.lease_until > now
    )
    if domain is not None:
        query = query.where(OutboxMessage.domain == domain)
    count: int = session.scalars(
        query.execution_options(across_companies="what a remote server bears is the installation's, not a company's")
    ).one()
    return count
