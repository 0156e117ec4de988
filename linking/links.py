"""Links made and undone by hand (RULES R25): who may, on which level, and what it would hide.

A link belongs to the shared letter where the one who links has a shared copy or sees it through a
colleague's; to a copy for a team where he sees it through that; else to his own private copy. An
undone link stays as a mark: no rule makes it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, insert, select, update
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.policies import Sharing
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.events import Event, EventKind, emit
from db.ids import new_id
from db.models import Link, MessageCopy, Record
from languages.speech import _
from linking.closing import close_answered
from linking.created import Touched, touch_created
from linking.dropped import dropped_among
from linking.in_turn import file_in_turn
from linking.merged import follow
from linking.onlookers import would_hide_from
from linking.record_fields import NO_SUCH, RecordType
from linking.rule import Rule
from linking.visibility import chosen_copy, link_in_view, shared_copy, telling_link, visible_record

MANUAL: Final = "manual"


@dataclass(frozen=True, slots=True)
class Linked:
    """The link is there; `touched`: what became everybody's by it."""

    link_id: int
    touched: tuple[Touched, ...] = ()


@dataclass(frozen=True, slots=True)
class WouldHide:
    """Nothing was done: the link would hide the letter from these users, who see it now (RULES R30)."""

    user_ids: tuple[int, ...]


def add_link(
    session: Session,
    viewer: Viewer,
    message_id: int,
    record_type: RecordType | str,
    target_id: int,
    now: datetime,
    *,
    confirmed: bool = False,
) -> Linked | WouldHide:
    """Link a letter to a record that the viewer sees; raise Missing, Forbidden, Invalid.

    Unless `confirmed`, a link that would hide the letter from colleagues is not made but told.
    """
    # A sharing that flips meanwhile would leave the link with the wrong one of letter and copy.
    file_in_turn(session, viewer.company_id)
    copy = session.scalar(select(MessageCopy).where(chosen_copy(viewer), MessageCopy.message_id == message_id))
    if copy is None or dropped_among(session, viewer, [message_id]):
        raise Missing("message")
    if session.scalar(select(MessageCopy.id).where(shared_copy(viewer), MessageCopy.id == copy.id)) is None:
        raise Forbidden(_("Its owner lets you see this letter; only its owner links it."))
    return link_copy(session, viewer, copy, record_type, target_id, now, confirmed=confirmed)


def link_copy(
    session: Session,
    viewer: Viewer,
    copy: MessageCopy,
    record_type: RecordType | str,
    target_id: int,
    now: datetime,
    *,
    confirmed: bool,
) -> Linked | WouldHide:
    """Link the letter of a copy that the viewer sees; as `add_link`."""
    (found,) = follow(session, viewer.company_id, [target_id])
    target = session.scalar(
        select(Record).where(visible_record(viewer), Record.id == found, Record.type == record_type)
    )
    if target is None:
        raise Invalid({"target_id": _(NO_SUCH[RecordType(record_type)])})
    # Whoever sees a record may edit it, so what is left of "who may" is the right to write at all.
    if not viewer.may_write:
        raise Forbidden(_("A read-only user makes no links."))
    of_copy = copy.id if copy.sharing != Sharing.SHARED else None
    touched: tuple[Touched, ...] = ()
    if of_copy is None and target.created_from is not None:
        touched = touch_created(session, viewer.company_id, [target.id])
    elif copy.sharing != Sharing.PRIVATE and not confirmed:
        hidden = would_hide_from(session, viewer, copy, target)
        if hidden:
            return WouldHide(hidden)
    message_id = copy.message_id
    link_id = _write(session, viewer, message_id, target.id, of_copy, now)
    close_answered(session, viewer, [message_id], target, now)
    _audit(session, viewer, "link.add", link_id, now, private=of_copy is not None)
    return Linked(link_id, touched)


def undo_link(session: Session, viewer: Viewer, link_id: int, now: datetime) -> None:
    """Undo a link, for good; raise Missing where the viewer does not see it, Forbidden."""
    query = (
        select(Link)
        .join(Record, and_(Record.id == Link.target_id, visible_record(viewer)))
        .where(link_in_view(viewer), Link.id == link_id)
    )
    link = session.scalar(query)
    if link is None:
        raise Missing("link")
    if not viewer.may_write:
        raise Forbidden(_("A read-only user undoes no links."))
    if session.scalar(select(Link.id).where(telling_link(viewer), Link.id == link.id)) is None:
        raise Forbidden(_("Its owner lets you see this letter; only its owner changes its links."))
    session.execute(
        update(Link)
        .where(Link.company_id == viewer.company_id, Link.id == link_id)
        .values(undone_at=now, undone_by=viewer.user_id)
    )
    _audit(session, viewer, "link.undo", link_id, now, private=link.copy_id is not None)
    emit(session, viewer.company_id, [Event(EventKind.LINK_REMOVED, {"link": link_id})], now)


def _write(
    session: Session, viewer: Viewer, message_id: int, target_id: int, of_copy: int | None, now: datetime
) -> int:
    """Make the link, or make one that is undone or a rule's a choice by hand; answer its id."""
    level = Link.copy_id.is_(None) if of_copy is None else Link.copy_id == of_copy
    there = session.scalar(
        select(Link).where(
            Link.company_id == viewer.company_id,
            Link.message_id == message_id,
            Link.target_id == target_id,
            level,
        )
    )
    by_hand = {"origin": MANUAL, "rule": Rule.BY_HAND, "args": {}, "created_by": viewer.user_id, "created_at": now}
    if there is None:
        link_id = new_id(session)
        identity = {"company_id": viewer.company_id, "id": link_id, "message_id": message_id}
        session.execute(insert(Link).values(**identity, copy_id=of_copy, target_id=target_id, **by_hand))
        _tell_of(session, viewer, link_id, now)
        return link_id
    if there.undone_at is not None or there.origin != MANUAL:
        # What a person said is his choice from now on, even where a rule had said it before (R52).
        session.execute(
            update(Link)
            .where(Link.company_id == viewer.company_id, Link.id == there.id)
            .values(**by_hand, undone_at=None, undone_by=None)
        )
    if there.undone_at is not None:
        _tell_of(session, viewer, there.id, now)
    return there.id


def _tell_of(session: Session, viewer: Viewer, link_id: int, now: datetime) -> None:
    emit(session, viewer.company_id, [Event(EventKind.LINK_CREATED, {"link": link_id})], now)


def _audit(session: Session, viewer: Viewer, action: str, link_id: int, now: datetime, *, private: bool) -> None:
    shown = f"{OWN}{action}" if private else action
    record_event(session, viewer.company_id, viewer.user_id, shown, now=now, target=("link", link_id))
