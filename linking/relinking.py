"""Putting another record in the place of one that a letter is linked to, in one act (RULES R25, R30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from accounts.refusals import Conflict, Missing
from accounts.viewer import Viewer
from db.models import Link, Record
from languages.speech import _
from linking.links import WouldHide, add_link, undo_link
from linking.record_fields import RecordType
from linking.visibility import link_in_view, visible_record


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
    """Link to the new record, then undo the link; raise Missing, Forbidden, Invalid, Conflict."""
    query = (
        select(Link, Record.type)
        .join(Record, and_(Record.id == Link.target_id, visible_record(viewer)))
        .where(link_in_view(viewer), Link.id == link_id)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise Missing("link")
    link, former_type = found
    if _is_linked(session, viewer, link.message_id, target_id):
        raise Conflict(_("The mail is linked to it already."))
    message_id, former_id = link.message_id, link.target_id
    # The new one first: who sees the letter now is asked while it is linked to something.
    made = add_link(session, viewer, message_id, record_type, target_id, now, confirmed=confirmed)
    if isinstance(made, WouldHide):
        return made
    undo_link(session, viewer, link_id, now)
    return Relinked(made.link_id, former_type, former_id)


def _is_linked(session: Session, viewer: Viewer, message_id: int, target_id: int) -> bool:
    query = select(Link.id).where(link_in_view(viewer), Link.message_id == message_id, Link.target_id == target_id)
    return session.scalars(query.limit(1)).first() is not None
