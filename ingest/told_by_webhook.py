"""What a user may be told of an event: ids that the API would give him, or nothing (RULES R30, R30a, R30b, R31).

Asked when an event is laid out and again when it is sent. A letter is told through the very copy that the event
is about: that a colleague's private copy came of a letter that one knows is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.events import EventKind
from db.ids import IdSealer
from db.models import InboundMessage, Link, Message, MessageCopy, Record, Unresolved
from ingest.held import to_decide
from linking.dropped import in_view
from linking.own_questions import own
from linking.threads import thread_ids
from linking.visibility import link_place_in_view, visible_copy, visible_record

About = Mapping[str, int]
Data = dict[str, str]


def told(session: Session, sealer: IdSealer, viewer: Viewer, kind: EventKind, about: About) -> Data | None:
    """Answer the `data` of an event for this viewer; None where he may not know of it."""
    return _TELLERS[kind](session, sealer, viewer, about)


def _letter(session: Session, sealer: IdSealer, viewer: Viewer, about: About) -> Data | None:
    query = (
        select(Message.id)
        .join(MessageCopy, and_(MessageCopy.company_id == Message.company_id, MessageCopy.message_id == Message.id))
        .where(visible_copy(viewer), MessageCopy.id == about["copy"], *in_view(session, viewer, Message.id))
    )
    found = session.scalars(query).first()
    if found is None:
        return None
    # As the viewer sees it: a bucket would tell what private letters join (RULES R30b).
    thread_id = thread_ids(session, viewer, [found])[found]
    return {"message_id": sealer.seal("message", found), "thread_id": sealer.seal("thread", thread_id)}


def _inbound(session: Session, sealer: IdSealer, viewer: Viewer, about: About) -> Data | None:
    query = select(InboundMessage.id).where(to_decide(viewer), InboundMessage.id == about["inbound"])
    found = session.scalar(query)
    return None if found is None else {"inbound_id": sealer.seal("inbound", found)}


def _link(session: Session, sealer: IdSealer, viewer: Viewer, about: About) -> Data | None:
    query = (
        select(Link.id, Link.message_id, Link.origin, Record.type, Record.id.label("target_id"))
        .join(Record, and_(Record.id == Link.target_id, visible_record(viewer)))
        .where(link_place_in_view(viewer), Link.id == about["link"], *in_view(session, viewer, Link.message_id))
    )
    row = session.execute(query).first()
    if row is None:
        return None
    return {
        "link_id": sealer.seal("link", row.id),
        "message_id": sealer.seal("message", row.message_id),
        "type": row.type,
        "target_id": sealer.seal(row.type, row.target_id),
        "origin": row.origin,
    }


def _question(session: Session, sealer: IdSealer, viewer: Viewer, about: About) -> Data | None:
    query = select(Unresolved.id, Unresolved.message_id).where(
        *own(viewer), Unresolved.id == about["question"], *in_view(session, viewer, Unresolved.message_id)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    return {"unresolved_id": sealer.seal("unresolved", row.id), "message_id": sealer.seal("message", row.message_id)}


def _nothing(_session: Session, _sealer: IdSealer, _viewer: Viewer, _about: About) -> Data | None:
    return {}


_TELLERS: Final[Mapping[EventKind, Callable[[Session, IdSealer, Viewer, About], Data | None]]] = {
    EventKind.MESSAGE_FILED: _letter,
    EventKind.MESSAGE_UPDATED: _letter,
    EventKind.MESSAGE_HELD: _inbound,
    EventKind.MESSAGE_RELEASED: _inbound,
    EventKind.MESSAGE_DISCARDED: _inbound,
    EventKind.LINK_CREATED: _link,
    EventKind.LINK_REMOVED: _link,
    EventKind.CONTACT_SUGGESTED: _question,
    EventKind.TEST: _nothing,
}
