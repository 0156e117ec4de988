"""What sharing does beside showing letters, and undoing it without taking or showing anything that came since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.viewer import Viewer
from db.models import AuditEvent, Link, MessageCopy, Record
from linking.changed import Act, AsksFirst, Changed, LinkedTo
from linking.created import untouch
from linking.sharing import ACTIONS, share_copies
from linking.sharing_links import Given, links_on


def letters_at_risk(session: Session, viewer: Viewer, copies: Sequence[MessageCopy]) -> tuple[int, ...]:
    """Answer the letters to which these copies would give links to records that not everybody sees."""
    query = (
        select(Link.message_id)
        .join(Record, Record.id == Link.target_id)
        .where(
            Link.company_id == viewer.company_id,
            Record.company_id == viewer.company_id,
            Link.copy_id.in_([copy.id for copy in copies]),
            Link.undone_at.is_(None),
            Record.visibility != "company",
            Record.deleted_at.is_(None),
        )
    )
    return tuple(session.scalars(query.distinct()))


def what_to_ask(session: Session, viewer: Viewer, given: Sequence[Given], losing: tuple[int, ...]) -> AsksFirst | None:
    """Answer what the viewer is to know before; None where nothing but letters is shown."""
    touched = [one.id for each in given for one in each.touched]
    # What was hidden from him as well stays so: he hears of his own.
    mine = Record.company_id == viewer.company_id, Record.owner_id == viewer.user_id, Record.id.in_(touched)
    records = tuple(session.scalars(select(Record.id).where(*mine).order_by(Record.id))) if touched else ()
    return AsksFirst(user_ids=losing, record_ids=records) if losing or records else None


def linked_now(session: Session, viewer: Viewer, copies: Sequence[MessageCopy]) -> dict[int, LinkedTo]:
    """Answer by copy which records it and its letter are linked to."""
    return {copy.id: _linked(session, viewer, copy) for copy in copies}


def still_left(session: Session, viewer: Viewer, copies: Sequence[MessageCopy], changed: Changed) -> list[MessageCopy]:
    """Answer those of the copies that nobody shared or withdrew since, and to which nothing came that would show.

    A colleague who undid a link of the letter since is not overruled either.
    """
    targets = {f"copy {copy.id}" for copy in copies}
    since = select(AuditEvent.target).where(
        AuditEvent.company_id == viewer.company_id,
        AuditEvent.target.in_(targets),
        AuditEvent.action.in_(ACTIONS.values()),
        AuditEvent.at > changed.at,
    )
    gone = set(session.scalars(since))
    return [
        copy
        for copy in copies
        if f"copy {copy.id}" not in gone
        and (changed.act is Act.SHARE or _is_linked_alike(session, viewer, copy, changed))
    ]


def unshare(session: Session, viewer: Viewer, copies: Sequence[MessageCopy], changed: Changed, now: datetime) -> bool:
    """Share these copies as they were before, each with what it gave; answer whether all is as it was."""
    ids = {copy.id for copy in copies}
    wanted = {number: Sharing(said) for said, numbers in changed.before.items() for number in numbers if number in ids}
    given = {one.copy_id: one for one in changed.given if one.copy_id in ids}
    done = share_copies(session, viewer, wanted, now, given)
    touched = [one for each in given.values() for one in each.touched]
    return untouch(session, viewer.company_id, touched) and done.whole


def _is_linked_alike(session: Session, viewer: Viewer, copy: MessageCopy, changed: Changed) -> bool:
    was = changed.linked.get(copy.id)
    here = _linked(session, viewer, copy)
    return was is not None and was.own == here.own and set(was.letters) <= set(here.letters)


def _linked(session: Session, viewer: Viewer, copy: MessageCopy) -> LinkedTo:
    own, letters = (
        tuple(
            sorted(link.target_id for link in links_on(session, viewer, copy.message_id, level) if not link.undone_at)
        )
        for level in (copy.id, None)
    )
    return LinkedTo(own, letters)
