"""The newest mail of one user, on its way or arrived: what somebody sees who has just sent a test mail.

Whose a mail is stands in its row once it was worked on. Before that it is told by the proof that the door
kept: it is From's user's, or else the owner's of the personal address that it was sent to (RULES R8a).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from accounts.addresses import AddressKind, find_recipient
from accounts.senders import find_standing
from accounts.viewer import Viewer
from db.models import InboundMessage, MessageCopy
from ingest.envelopes import envelope_from_json
from ingest.inbounds import InboundView, get_inbound

BY_SMTP: Final = ("smtp", "lmtp")
ON_ITS_WAY: Final = ("received", "processing")
MOST_WAITING: Final = 50


def newest_arrival(session: Session, viewer: Viewer, since: datetime) -> InboundView | None:
    """Answer the viewer's own newest mail by SMTP since then, None while there is none; an admin's own too."""
    waiting = next(_waiting(session, viewer, since), None)
    if waiting is not None:
        return _on_its_way(waiting)
    own_copy = exists().where(
        MessageCopy.company_id == viewer.company_id,
        MessageCopy.inbound_id == InboundMessage.id,
        MessageCopy.owner_id == viewer.user_id,
    )
    query = select(InboundMessage.id).where(
        _since(viewer, since),
        InboundMessage.status.not_in(ON_ITS_WAY),
        or_(InboundMessage.owner_id == viewer.user_id, own_copy),
    )
    newest = session.scalar(query.order_by(InboundMessage.id.desc()).limit(1))
    return get_inbound(session, viewer, newest) if newest is not None else None


def _since(viewer: Viewer, since: datetime) -> ColumnElement[bool]:
    return and_(
        InboundMessage.company_id == viewer.company_id,
        InboundMessage.received_at >= since,
        InboundMessage.origin.in_(BY_SMTP),
    )


def _waiting(session: Session, viewer: Viewer, since: datetime) -> Iterator[InboundMessage]:
    query = select(InboundMessage).where(_since(viewer, since), InboundMessage.status.in_(ON_ITS_WAY))
    rows = session.scalars(query.order_by(InboundMessage.id.desc()).limit(MOST_WAITING))
    return (row for row in rows if _will_be_of(session, viewer, row))


def _will_be_of(session: Session, viewer: Viewer, row: InboundMessage) -> bool:
    from_key = str((row.proof or {}).get("from_address", ""))
    author = find_standing(session, viewer.company_id, from_key) if from_key else None
    if author is not None and author.approved:
        return author.user_id == viewer.user_id
    paths = envelope_from_json(row.envelope, row.received_at).forward_paths
    found = (find_recipient(session, path, row.received_at) for path in paths)
    personal = next((one for one in found if one is not None and one.kind is AddressKind.PERSONAL), None)
    return personal is not None and personal.user_id == viewer.user_id


def _on_its_way(row: InboundMessage) -> InboundView:
    return InboundView(
        id=row.id,
        status=row.status,
        origin=row.origin,
        received_at=row.received_at,
        size=row.size,
        attempts=row.attempts,
        mine=True,
        owner_id=None,
        envelope=envelope_from_json(row.envelope, row.received_at),
        reason=None,
        reason_args=None,
        held_until=None,
        message_ids=(),
    )
