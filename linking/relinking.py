"""Putting another record in the place of one that a letter is linked to, and bringing an undone link back (R25, R30).

Both act where the link is: of the shared letter, or of one copy of it. Whoever sees the letter by it is asked of
before and after, because another place or another record would show it to others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.policies import Sharing
from accounts.refusals import Conflict, Forbidden, Missing
from accounts.viewer import Viewer
from db.events import Event, EventKind, emit
from db.models import Link, MessageCopy, Record
from languages.speech import _
from linking.created import touch_created
from linking.dropped import dropped_among
from linking.in_turn import file_in_turn
from linking.links import Linked, WouldHide, link_copy, undo_link
from linking.membership import team_mates
from linking.onlookers import losing, onlookers
from linking.record_fields import RecordType
from linking.visibility import link_in_view, shared_copy, visible_record

BRINGS_BACK: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Relinked:
    """The new link, and the record that it stands for no more."""

    link_id: int
    former_type: str
    former_id: int


def replace_link(
    session: Session,
    viewer: Viewer,
    link_id: int,
    record_type: RecordType | str,
    target_id: int,
    now: datetime,
    *,
    confirmed: bool = False,
) -> Relinked | WouldHide:
    """Link to the new record where the link is, and undo it; raise Missing, Forbidden, Invalid, Conflict.

    Unless `confirmed`, nothing is done where somebody would lose the letter, but told.
    """
    file_in_turn(session, viewer.company_id)
    query = (
        select(Link, Record.type)
        .join(Record, and_(Record.id == Link.target_id, visible_record(viewer)))
        .where(link_in_view(viewer), Link.id == link_id)
    )
    found = session.execute(query).one_or_none()
    if found is None or dropped_among(session, viewer, [found[0].message_id]):
        raise Missing("link")
    link, former_type = found
    copy = _copy_of(session, viewer, link)
    if _is_linked(session, viewer, link, target_id):
        raise Conflict(_("The mail is linked to it already."))
    former_id = link.target_id
    before = onlookers(session, viewer, [copy.message_id])
    with session.begin_nested() as attempt:
        made = link_copy(session, viewer, copy, record_type, target_id, now, confirmed=True)
        undo_link(session, viewer, link_id, now)
        lost = losing(before, onlookers(session, viewer, [copy.message_id]))
        if isinstance(made, Linked) and (confirmed or not lost):
            return Relinked(made.link_id, former_type, former_id)
        attempt.rollback()
    return WouldHide(lost)


def bring_back(
    session: Session, viewer: Viewer, link_id: int, now: datetime, *, confirmed: bool = False
) -> Linked | WouldHide:
    """Bring a link back where it was, as it was, that the viewer undid within the hour; raise Missing, Forbidden.

    He need not see the letter now: it may have been its only link. Unless `confirmed`, as `links.add_link`.
    """
    file_in_turn(session, viewer.company_id)
    link = _undone_by(session, viewer, link_id, now)
    if link is None or dropped_among(session, viewer, [link.message_id]):
        raise Missing("link")
    if not viewer.may_write:
        raise Forbidden(_("A read-only user makes no links."))
    before = onlookers(session, viewer, [link.message_id])
    with session.begin_nested() as attempt:
        this = Link.company_id == viewer.company_id, Link.id == link_id
        session.execute(update(Link).where(*this).values(undone_at=None, undone_by=None))
        touched = touch_created(session, viewer.company_id, [link.target_id]) if link.copy_id is None else ()
        lost = losing(before, onlookers(session, viewer, [link.message_id]))
        if lost and not confirmed:
            attempt.rollback()
            return WouldHide(lost)
    emit(session, viewer.company_id, [Event(EventKind.LINK_CREATED, {"link": link_id})], now)
    action = "link.add" if link.copy_id is None else f"{OWN}link.add"
    record_event(session, viewer.company_id, viewer.user_id, action, now=now, target=("link", link_id))
    return Linked(link_id, touched)


def _copy_of(session: Session, viewer: Viewer, link: Link) -> MessageCopy:
    """Answer a copy whose link it is: the one that it names, else one that is shared; raise Forbidden."""
    level = MessageCopy.sharing == Sharing.SHARED if link.copy_id is None else MessageCopy.id == link.copy_id
    query = select(MessageCopy).where(shared_copy(viewer), MessageCopy.message_id == link.message_id, level)
    copy = session.scalars(query.order_by(MessageCopy.id).limit(1)).first()
    if copy is None:
        raise Forbidden(_("Its owner lets you see this letter; only its owner changes its links."))
    return copy


def _is_linked(session: Session, viewer: Viewer, link: Link, target_id: int) -> bool:
    query = select(Link.id).where(
        link_in_view(viewer),
        Link.message_id == link.message_id,
        Link.target_id == target_id,
        Link.copy_id.is_not_distinct_from(link.copy_id),
    )
    return session.scalars(query.limit(1)).first() is not None


def _undone_by(session: Session, viewer: Viewer, link_id: int, now: datetime) -> Link | None:
    """Answer the link that the viewer undid, if the place where it was is there still for him."""
    of_team = and_(MessageCopy.sharing == Sharing.TEAM, MessageCopy.owner_id.in_(team_mates(viewer)))
    of_copy = and_(MessageCopy.id == Link.copy_id, or_(MessageCopy.owner_id == viewer.user_id, of_team))
    of_letter = and_(Link.copy_id.is_(None), MessageCopy.sharing == Sharing.SHARED)
    place = and_(
        MessageCopy.company_id == viewer.company_id,
        MessageCopy.message_id == Link.message_id,
        or_(of_copy, of_letter),
    )
    query = (
        select(Link)
        .join(Record, and_(Record.id == Link.target_id, visible_record(viewer)))
        .join(MessageCopy, place)
        .where(
            Link.company_id == viewer.company_id,
            Link.id == link_id,
            Link.undone_by == viewer.user_id,
            Link.undone_at >= now - BRINGS_BACK,
        )
    )
    return session.scalars(query.order_by(MessageCopy.id).limit(1)).first()
