"""Is the company's mail going through? Numbers alone, of all mail whoever's it is (RULES R30b exempts them)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import InboundMessage
from webui.call import Call


@dataclass(frozen=True, slots=True)
class MailHealth:
    """How many deliveries stand where, and how long the oldest that is due has been waiting."""

    counts: dict[str, int]
    oldest_waits: timedelta | None


def look_at_mail(call: Call) -> MailHealth:
    """Answer the numbers of the viewer's company."""
    mine = InboundMessage.company_id == call.viewer.company_id
    counts = select(InboundMessage.status, func.count()).where(mine).group_by(InboundMessage.status)
    oldest = select(func.min(InboundMessage.received_at)).where(
        mine, InboundMessage.status.in_(("received", "processing"))
    )
    since = call.session.scalar(oldest)
    return MailHealth(
        counts=dict(call.session.execute(counts).all()),
        oldest_waits=call.now - since if since else None,
    )


def look_at_queue(session: Session, now: datetime) -> tuple[int, float]:
    """Answer how many mails of the installation wait for a worker, and the age of the oldest in seconds."""
    query = select(func.count(), func.min(InboundMessage.received_at)).where(
        InboundMessage.status.in_(("received", "processing"))
    )
    why = "the operator's numbers are about the whole installation"
    waiting, since = session.execute(query.execution_options(across_companies=why)).one()
    return waiting, (now - since).total_seconds() if since else 0.0
