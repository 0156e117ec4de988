"""Is the company's mail going through? Numbers alone, of all mail whoever's it is (RULES R30b exempts them)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

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
