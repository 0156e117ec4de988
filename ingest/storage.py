"""What time and policy will take away: a choice of days looked at before it is made, and what was discarded.

Counts of the whole company alone. What a legal hold keeps is counted with the rest: how much it is, is told to nobody
(`accounts.holds`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.refusals import Forbidden
from accounts.viewer import Viewer
from db.models import InboundMessage, MessageCopy
from ingest.retention import UNDOABLE
from languages.speech import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """Mail that was discarded and can still be taken back, and when the first of it goes."""

    count: int
    octets: int
    first_goes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """What is older than so many days: letters, copies of them, and when the oldest was received."""

    days: int
    letters: int
    copies: int
    oldest: datetime | None


def look_at_older(session: Session, viewer: Viewer, days: int, now: datetime) -> Older:
    """Answer what would go if mail was kept for so many days; raise Forbidden."""
    _admins_alone(viewer)
    query = select(
        func.count(MessageCopy.message_id.distinct()), func.count(), func.min(MessageCopy.received_at)
    ).where(MessageCopy.company_id == viewer.company_id, MessageCopy.received_at < now - timedelta(days=days))
    letters, copies, oldest = session.execute(query).one()
    return Older(days=days, letters=letters, copies=copies, oldest=oldest)


def look_at_discarded(session: Session, viewer: Viewer, now: datetime) -> Discarded:
    """Answer what waits for its deletion; raise Forbidden."""
    _admins_alone(viewer)
    query = select(
        func.count(), func.coalesce(func.sum(InboundMessage.size), 0), func.min(InboundMessage.discarded_at)
    ).where(
        InboundMessage.company_id == viewer.company_id,
        InboundMessage.status == "discarded",
        InboundMessage.discarded_at >= now - UNDOABLE,
    )
    count, octets, first = session.execute(query).one()
    return Discarded(count=count, octets=int(octets), first_goes_at=first + UNDOABLE if first else None)


def _admins_alone(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin may do this."))
