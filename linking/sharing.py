"""What an owner does with his copies of a letter: read, archive, delete, share (RULES R25, R30, R32).

Sharing moves links. A copy that becomes shared gives its links to the letter; the last shared copy
that is withdrawn takes the letter's; while another copy stays shared it takes duplicates of its own.
A copy for a team has its own links, as a private one has.
Undone links move alike, so that no rule makes them again on either side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.companies import get_policies
from accounts.policies import Sharing
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.events import Event, EventKind, emit
from db.ids import new_id
from db.models import Link, MessageCopy
from db.search import set_sight
from languages.speech import _
from linking.created import touch_created
from linking.dropped import dropped_among
from linking.hidden_contacts import ask_contact_owner
from linking.in_turn import file_in_turn
from linking.said import said_by
from linking.visibility import visible_copy

ACTIONS: Final[Mapping[Sharing, str]] = {
    Sharing.PRIVATE: f"{OWN}copy.withdraw",
    # Admins outside the team know nothing of it.
    Sharing.TEAM: f"{OWN}copy.share_with_team",
    Sharing.SHARED: "copy.share",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyChanges:
    """What to change; None leaves it."""

    read: bool | None = None
    archived: bool | None = None
    deleted: bool | None = None
    sharing: Sharing | None = None


def change_copy(session: Session, viewer: Viewer, message_id: int, changes: CopyChanges, now: datetime) -> None:
    """Change all of one's own copies of a letter; raise Missing, Forbidden, Invalid."""
    if changes.sharing is not None:
        # Whether another copy is shared decides where links go: nobody may share or file one meanwhile.
        file_in_turn(session, viewer.company_id)
    copies = _own_copies(session, viewer, message_id)
    values: dict[str, Any] = {}
    if changes.read is not None:
        values["read"] = changes.read
    if changes.archived is not None:
        values["archived"] = changes.archived
    if changes.deleted is not None:
        values["deleted_at"] = now if changes.deleted else None
    if values:
        _update(session, viewer, [copy.id for copy in copies], values)
    if changes.sharing is not None:
        _share(session, viewer, copies, changes.sharing, now)


def share_copies(session: Session, viewer: Viewer, wanted: Mapping[int, Sharing], now: datetime) -> None:
    """Share each of these copies of the viewer's own as wanted, in a turn of his company; raise Forbidden, Invalid."""
    for sharing in sorted(set(wanted.values())):
        ids = [number for number, one in wanted.items() if one is sharing]
        own = MessageCopy.company_id == viewer.company_id, MessageCopy.owner_id == viewer.user_id
        copies = session.scalars(select(MessageCopy).where(*own, MessageCopy.id.in_(ids)).order_by(MessageCopy.id))
        _share(session, viewer, copies.all(), sharing, now)


def _own_copies(session: Session, viewer: Viewer, message_id: int) -> Sequence[MessageCopy]:
    seen = session.scalars(
        select(MessageCopy).where(visible_copy(viewer), MessageCopy.message_id == message_id).order_by(MessageCopy.id)
    ).all()
    own = [copy for copy in seen if copy.owner_id == viewer.user_id]
    if not seen or dropped_among(session, viewer, [message_id]):
        raise Missing("message")
    if not own:
        raise Forbidden(_("Only its owner changes a copy, and this letter is seen through a colleague's."))
    return own


def _share(session: Session, viewer: Viewer, copies: Sequence[MessageCopy], sharing: Sharing, now: datetime) -> None:
    if not viewer.may_write:
        raise Forbidden(_("A read-only user shares nothing."))
    if sharing is not Sharing.PRIVATE and get_policies(session, viewer.company_id).sharing_ceiling == "private":
        raise Invalid({"sharing": _("the company keeps every mail private")})
    for copy in copies:
        before = Sharing(copy.sharing)
        if before is sharing:
            continue
        _update(session, viewer, [copy.id], {"sharing": sharing})
        set_sight(session, viewer.company_id, [copy.id])
        if sharing is Sharing.SHARED:
            _give_links(session, viewer, copy)
            ask_contact_owner(session, viewer, copy.id, now)
        elif before is Sharing.SHARED:
            _keep_links(session, viewer, copy)
        record_event(session, viewer.company_id, viewer.user_id, ACTIONS[sharing], now=now, target=("copy", copy.id))
        changed = Event(EventKind.MESSAGE_UPDATED, {"message": copy.message_id, "copy": copy.id})
        emit(session, viewer.company_id, [changed], now)


def _give_links(session: Session, viewer: Viewer, copy: MessageCopy) -> None:
    """Make the copy's links the letter's; where the letter has one already, one row says what both said.

    A link lives if it lived on either side, but one that somebody undid on the letter is brought
    back by a hand alone.
    """
    letters = {link.target_id: link for link in _links(session, viewer, copy.message_id, None)}
    own = _links(session, viewer, copy.message_id, copy.id)
    touch_created(session, viewer.company_id, [link.target_id for link in own if link.undone_at is None])
    for link in own:
        there = letters.get(link.target_id)
        if there is None:
            _change_link(session, viewer, link.id, {"copy_id": None})
            continue
        if there.undone_at is not None and link.undone_at is None and link.origin == "manual":
            _change_link(session, viewer, there.id, said_by(link))
        _drop_link(session, viewer, link.id)


def _keep_links(session: Session, viewer: Viewer, copy: MessageCopy) -> None:
    """Let a copy that is withdrawn have the letter's links, which stay where another copy is shared."""
    if _another_is_shared(session, viewer, copy):
        _take_duplicates(session, viewer, copy)
    else:
        _take_links(session, viewer, copy)


def _take_links(session: Session, viewer: Viewer, copy: MessageCopy) -> None:
    """Make the letter's links the copy's: nobody else shares it any more."""
    for link in _links(session, viewer, copy.message_id, copy.id):
        _drop_link(session, viewer, link.id)
    for link in _links(session, viewer, copy.message_id, None):
        _change_link(session, viewer, link.id, {"copy_id": copy.id})


def _take_duplicates(session: Session, viewer: Viewer, copy: MessageCopy) -> None:
    there = {link.target_id for link in _links(session, viewer, copy.message_id, copy.id)}
    for link in _links(session, viewer, copy.message_id, None):
        if link.target_id in there:
            continue
        identity = {"company_id": viewer.company_id, "id": new_id(session), "message_id": copy.message_id}
        session.execute(insert(Link).values(**identity, copy_id=copy.id, target_id=link.target_id, **said_by(link)))


def _links(session: Session, viewer: Viewer, message_id: int, copy_id: int | None) -> Sequence[Link]:
    level = Link.copy_id.is_(None) if copy_id is None else Link.copy_id == copy_id
    query = select(Link).where(Link.company_id == viewer.company_id, Link.message_id == message_id, level)
    return session.scalars(query.order_by(Link.id).execution_options(populate_existing=True)).all()


def _change_link(session: Session, viewer: Viewer, link_id: int, values: dict[str, Any]) -> None:
    session.execute(update(Link).where(Link.company_id == viewer.company_id, Link.id == link_id).values(**values))


def _drop_link(session: Session, viewer: Viewer, link_id: int) -> None:
    session.execute(delete(Link).where(Link.company_id == viewer.company_id, Link.id == link_id))


def _another_is_shared(session: Session, viewer: Viewer, copy: MessageCopy) -> bool:
    # A deleted copy counts: it may come back, and its links must be there then.
    other = exists().where(
        MessageCopy.company_id == viewer.company_id,
        MessageCopy.message_id == copy.message_id,
        MessageCopy.id != copy.id,
        MessageCopy.sharing == Sharing.SHARED,
    )
    return bool(session.scalar(select(other)))


def _update(session: Session, viewer: Viewer, copy_ids: Sequence[int], values: dict[str, Any]) -> None:
    session.execute(
        update(MessageCopy)
        .where(MessageCopy.company_id == viewer.company_id, MessageCopy.id.in_(copy_ids))
        .values(**values)
    )
