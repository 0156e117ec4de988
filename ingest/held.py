"""Held mail: who sees what of it, letting it in, throwing it away and back (RULES R9b, R10a).

It belongs to whom it seems to belong to: that user sees all of it. Admins see From, verdict, address
used, size and time; all of it only where it belongs to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import InboundMessage
from db.raw import RawMissing, RawStore
from ingest.inbounds import AS_IT_IS, find_row, known_to
from ingest.team_queue import deciders, is_in_team, of_my_teams, of_no_team, team_of
from mail.body import snippet
from mail.message import ParsedMessage
from mail.parse import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMail:
    """`message` is None where this viewer sees the envelope's facts alone; `rule` and `args` say why it is held."""

    inbound_id: int
    owner_id: int | None
    team_id: int | None
    mine: bool
    may_act: bool
    from_address: str
    verdict: str
    address: str
    size: int
    received_at: datetime
    held_until: datetime | None
    discarded_at: datetime | None
    rule: str
    args: dict[str, Any]
    message: ParsedMessage | None

    @property
    def subject(self) -> str | None:
        """Answer the subject where the viewer sees the whole mail."""
        return self.message.subject if self.message else None

    @property
    def snippet(self) -> str | None:
        """Answer the beginning of the text where the viewer sees the whole mail."""
        return snippet(self.message.new_text) if self.message else None


def list_held(
    session: Session, raw: RawStore, viewer: Viewer, *, limit: int = 50, before_id: int | None = None
) -> tuple[HeldMail, ...]:
    """Answer the held mail that the viewer may know of, the newest first."""
    query = select(InboundMessage).where(known_to(viewer), InboundMessage.status == "held")
    if before_id is not None:
        query = query.where(InboundMessage.id < before_id)
    rows = session.scalars(query.order_by(InboundMessage.id.desc()).limit(limit), execution_options=AS_IT_IS)
    return tuple(_held(session, raw, viewer, row) for row in rows)


def list_discarded(
    session: Session, raw: RawStore, viewer: Viewer, since: datetime, limit: int = 50
) -> tuple[HeldMail, ...]:
    """Answer what was discarded since then and the viewer may take back, the latest first."""
    query = (
        select(InboundMessage)
        .where(to_decide(viewer), InboundMessage.status == "discarded", InboundMessage.discarded_at >= since)
        .order_by(InboundMessage.discarded_at.desc(), InboundMessage.id.desc())
    )
    rows = session.scalars(query.limit(limit), execution_options=AS_IT_IS)
    return tuple(_held(session, raw, viewer, row) for row in rows)


def count_held(session: Session, viewer: Viewer, most: int) -> int:
    """Answer how many held mails the viewer may decide about, counted no further than `most`."""
    found = select(InboundMessage.id).where(to_decide(viewer), InboundMessage.status == "held")
    return session.scalar(select(func.count()).select_from(found.limit(most).subquery())) or 0


def get_held(session: Session, raw: RawStore, viewer: Viewer, inbound_id: int) -> HeldMail:
    """Answer one held mail; raise Missing."""
    return _held(session, raw, viewer, find_row(session, viewer, inbound_id))


def sees_whole(session: Session, viewer: Viewer, row: InboundMessage) -> bool:
    """Tell whether subject and body of a held mail are for this viewer.

    They are for whose it is, for every member where it is a team's, and for an admin where it is nobody's.
    """
    team_id = team_of(row)
    if team_id is not None and is_in_team(session, viewer, team_id):
        return True
    if team_id in deciders(session, row.company_id):
        return False
    return row.owner_id == viewer.user_id or (viewer.is_admin and row.owner_id is None)


def to_decide(viewer: Viewer) -> ColumnElement[bool]:
    """Answer the condition of mail that the viewer sees whole, and decides about while it is held or discarded."""
    whose = [InboundMessage.owner_id == viewer.user_id, of_my_teams(viewer)]
    if viewer.is_admin:
        whose.append(and_(InboundMessage.owner_id.is_(None), of_no_team(viewer.company_id)))
    return and_(InboundMessage.company_id == viewer.company_id, or_(*whose))


def _held(session: Session, raw: RawStore, viewer: Viewer, row: InboundMessage) -> HeldMail:
    args = dict(row.reason_args or {})
    whole = sees_whole(session, viewer, row)
    message = _message(session, raw, row) if whole else None
    author = message.from_[0].address if message and message.from_ else ""
    return HeldMail(
        inbound_id=row.id,
        owner_id=row.owner_id,
        team_id=team_of(row),
        mine=row.owner_id == viewer.user_id,
        may_act=whole and viewer.may_write,
        from_address=str(args.get("from", "")) or author,
        verdict=str(args.get("verdict", "")),
        address=str(args.get("to", "")),
        size=row.size,
        received_at=row.received_at,
        held_until=row.held_until,
        discarded_at=row.discarded_at,
        rule=row.reason or "",
        args=args,
        message=message,
    )


def _message(session: Session, raw: RawStore, row: InboundMessage) -> ParsedMessage | None:
    try:
        return parse(raw.read(session, row.company_id, row.sha256))
    except RawMissing:
        return None
