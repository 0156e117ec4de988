"""What an owner does with his copies of a letter: read, archive, delete, share (RULES R25, R30, R32)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.companies import get_policies
from accounts.policies import Sharing
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.events import Event, EventKind, emit
from db.models import MessageCopy
from db.search import set_sight
from languages.speech import _
from linking.dropped import dropped_among
from linking.hidden_contacts import ask_contact_owner
from linking.in_turn import file_in_turn
from linking.sharing_links import Given, give_links, keep_links, take_links_back
from linking.visibility import visible_copy

ACTIONS: Final[Mapping[Sharing, str]] = {
    Sharing.PRIVATE: f"{OWN}copy.withdraw",
    # Admins outside the team know nothing of it.
    Sharing.TEAM: f"{OWN}copy.share_with_team",
    Sharing.SHARED: "copy.share",
}


NOTHING: Final[Mapping[int, Given]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What copies gave as they became shared; `whole`: those that were withdrawn took back all that they had given."""

    given: tuple[Given, ...] = ()
    whole: bool = True


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


def share_copies(
    session: Session, viewer: Viewer, wanted: Mapping[int, Sharing], now: datetime, given: Mapping[int, Given] = NOTHING
) -> Shared:
    """Share each of these copies of the viewer's own as wanted, in a turn of his company; raise Forbidden, Invalid.

    One that is withdrawn takes back what it was `given` by, where it is named there.
    """
    made: list[Given] = []
    whole = True
    for sharing in sorted(set(wanted.values())):
        ids = [number for number, one in wanted.items() if one is sharing]
        own = MessageCopy.company_id == viewer.company_id, MessageCopy.owner_id == viewer.user_id
        copies = session.scalars(select(MessageCopy).where(*own, MessageCopy.id.in_(ids)).order_by(MessageCopy.id))
        done = _share(session, viewer, copies.all(), sharing, now, given)
        made += done.given
        whole = whole and done.whole
    return Shared(given=tuple(made), whole=whole)


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


def _share(
    session: Session,
    viewer: Viewer,
    copies: Sequence[MessageCopy],
    sharing: Sharing,
    now: datetime,
    given: Mapping[int, Given] = NOTHING,
) -> Shared:
    if not viewer.may_write:
        raise Forbidden(_("A read-only user shares nothing."))
    if sharing is not Sharing.PRIVATE and get_policies(session, viewer.company_id).sharing_ceiling == "private":
        raise Invalid({"sharing": _("the company keeps every mail private")})
    made: list[Given] = []
    whole = True
    for copy in copies:
        before = Sharing(copy.sharing)
        if before is sharing:
            continue
        _update(session, viewer, [copy.id], {"sharing": sharing})
        set_sight(session, viewer.company_id, [copy.id])
        if sharing is Sharing.SHARED:
            made.append(give_links(session, viewer, copy))
            ask_contact_owner(session, viewer, copy.id, now)
        elif before is Sharing.SHARED and copy.id in given:
            whole = take_links_back(session, viewer, copy, given[copy.id]) and whole
        elif before is Sharing.SHARED:
            keep_links(session, viewer, copy)
        record_event(session, viewer.company_id, viewer.user_id, ACTIONS[sharing], now=now, target=("copy", copy.id))
        changed = Event(EventKind.MESSAGE_UPDATED, {"message": copy.message_id, "copy": copy.id})
        emit(session, viewer.company_id, [changed], now)
    return Shared(given=tuple(made), whole=whole)


def _update(session: Session, viewer: Viewer, copy_ids: Sequence[int], values: dict[str, Any]) -> None:
    session.execute(
        update(MessageCopy)
        .where(MessageCopy.company_id == viewer.company_id, MessageCopy.id.in_(copy_ids))
        .values(**values)
    )
