"""Is the company's mail going through? Numbers alone, of all mail whoever's it is (RULES R30b exempts them)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.companies import list_company_ids
from db.models import InboundMessage
from webui.call import Call

WAITING: Final = ("received", "processing")


@dataclass(frozen=True, slots=True)
class MailHealth:
    """How many deliveries stand where, and how long the oldest that is due has been waiting."""

    counts: dict[str, int]
    oldest_waits: timedelta | None


def look_at_mail(call: Call) -> MailHealth:
    """Answer the numbers of the viewer's company."""
    mine = InboundMessage.company_id == call.viewer.company_id
    counts = select(InboundMessage.status, func.count()).where(mine).group_by(InboundMessage.status)
    _, since = _queue(call.session, call.viewer.company_id)
    return MailHealth(
        counts=dict(call.session.execute(counts).all()),
        oldest_waits=call.now - since if since else None,
    )


def look_at_queue(session: Session, now: datetime) -> tuple[int, float]:
    """Answer how many mails of the installation wait for a worker, and the age of the oldest in seconds."""
    queues = [_queue(session, company_id) for company_id in list_company_ids(session)]
    since = min((oldest for _, oldest in queues if oldest), default=None)
    return sum(waiting for waiting, _ in queues), (now - since).total_seconds() if since else 0.0


def _queue(session: Session, company_id: int) -> tuple[int, datetime | None]:
    query = select(func.count(), func.min(InboundMessage.received_at)).where(
        InboundMessage.company_id == company_id, InboundMessage.status.in_(WAITING)
    )
    waiting, since = session.execute(query).one()
    return waiting, since
