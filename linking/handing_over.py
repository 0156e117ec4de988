"""An owner hands private mail over to a colleague, before he leaves (RULES R55); nobody else can.

It stays private: it has another owner, and its links, questions and the records that rules made from it
go along. A mail goes whole, because whoever has one of its letters can read the raw mail. One stays of
which the colleague has a letter already.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from accounts.audit import OWN, record_event
from accounts.policies import Sharing
from accounts.refusals import Forbidden, Invalid
from accounts.viewer import Viewer
from db.models import Link, Message, MessageCopy, Record, Unresolved, User
from db.search import set_sight
from languages.speech import _
from linking.cursor import Cursor, Page, page_by_id
from linking.in_turn import file_in_turn
from linking.own_questions import own

_beside: Final = aliased(MessageCopy, name="copy_beside")
_theirs: Final = aliased(MessageCopy, name="their_copy")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateLetter:
    """A letter of one's own that nobody else sees; `id` is its copy's."""

    id: int
    subject: str
    from_name: str
    from_address: str
    sort_at: datetime


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many letters have another owner now, and how many of the chosen stay."""

    moved: int
    stayed: int


def list_private(session: Session, viewer: Viewer, limit: int, cursor: Cursor | None = None) -> Page[PrivateLetter]:
    """Answer the viewer's private letters, the newest first."""
    query = (
        select(MessageCopy.id, Message.subject, Message.from_name, Message.from_address, MessageCopy.sort_at)
        .join(Message, and_(Message.company_id == MessageCopy.company_id, Message.id == MessageCopy.message_id))
        .where(*_private(viewer))
    )
    if cursor is not None:
        query = query.where(MessageCopy.id < cursor.id)
    rows = session.execute(query.order_by(MessageCopy.id.desc()).limit(limit + 1))
    return page_by_id([PrivateLetter(**row._mapping) for row in rows], limit)


def count_private(session: Session, viewer: Viewer) -> int:
    """Answer how many private letters the viewer has."""
    return session.scalar(select(func.count(MessageCopy.id)).where(*_private(viewer))) or 0


def hand_over(
    session: Session, viewer: Viewer, user_id: int, copy_ids: Collection[int] | None, now: datetime
) -> HandedOver:
    """Give private letters, None for all, to a colleague; raise Forbidden, Invalid."""
    if not viewer.may_write:
        raise Forbidden(_("A read-only user hands nothing over."))
    _check_receiver(session, viewer, user_id)
    file_in_turn(session, viewer.company_id)
    chosen = _chosen(session, viewer, copy_ids)
    mails = _whole_mails(session, viewer, user_id, {inbound_id for copy_id, inbound_id in chosen})
    moved = [copy_id for copy_id, inbound_id in chosen if inbound_id in mails]
    _give(session, viewer, user_id, mails)
    set_sight(session, viewer.company_id, moved)
    args = {"letters": len(moved), "to": user_id}
    record_event(session, viewer.company_id, viewer.user_id, f"{OWN}copy.hand_over", now=now, args=args)
    return HandedOver(len(moved), len(chosen) - len(moved))


def _private(viewer: Viewer) -> tuple[Any, ...]:
    return (
        MessageCopy.company_id == viewer.company_id,
        MessageCopy.owner_id == viewer.user_id,
        MessageCopy.sharing == Sharing.PRIVATE,
        MessageCopy.deleted_at.is_(None),
    )


def _check_receiver(session: Session, viewer: Viewer, user_id: int) -> None:
    query = select(User.id).where(User.company_id == viewer.company_id, User.id == user_id, User.state == "active")
    if user_id == viewer.user_id or session.scalar(query) is None:
        raise Invalid({"user_id": _("choose a colleague who is active")})


def _chosen(session: Session, viewer: Viewer, copy_ids: Collection[int] | None) -> Sequence[tuple[int, int]]:
    query = select(MessageCopy.id, MessageCopy.inbound_id).where(*_private(viewer))
    if copy_ids is not None:
        query = query.where(MessageCopy.id.in_(copy_ids))
    return [(copy_id, inbound_id) for copy_id, inbound_id in session.execute(query)]


def _whole_mails(session: Session, viewer: Viewer, user_id: int, inbound_ids: Collection[int]) -> set[int]:
    """Answer those of the mails of which all of the viewer's letters are private, and new to the colleague."""
    has_it = exists().where(
        _theirs.company_id == viewer.company_id,
        _theirs.message_id == _beside.message_id,
        _theirs.owner_id == user_id,
    )
    stays = select(_beside.inbound_id).where(
        _beside.company_id == viewer.company_id,
        _beside.inbound_id.in_(inbound_ids),
        _beside.owner_id == viewer.user_id,
        or_(_beside.sharing != Sharing.PRIVATE, has_it),
    )
    return set(inbound_ids) - set(session.scalars(stays))


def _give(session: Session, viewer: Viewer, user_id: int, mails: Collection[int]) -> None:
    of_mail = (
        MessageCopy.company_id == viewer.company_id,
        MessageCopy.inbound_id.in_(mails),
        MessageCopy.owner_id == viewer.user_id,
    )
    questions = update(Unresolved).where(*own(viewer), Unresolved.copy_id.in_(select(MessageCopy.id).where(*of_mail)))
    _run(session, questions.values(owner_id=user_id))
    _run(session, update(MessageCopy).where(*of_mail).values(owner_id=user_id))
    _give_records(session, viewer, user_id, frozenset(mails))


def _give_records(session: Session, viewer: Viewer, user_id: int, mails: frozenset[int]) -> None:
    """Let records that rules made from these mails go along, but for what a letter that stays is linked to."""
    made = (
        Record.company_id == viewer.company_id,
        Record.owner_id == viewer.user_id,
        Record.visibility == "owner",
        Record.created_from.is_not(None),
    )
    of_what_stays = exists().where(
        Link.company_id == viewer.company_id,
        Link.target_id == Record.id,
        Link.undone_at.is_(None),
        _beside.company_id == viewer.company_id,
        _beside.id == Link.copy_id,
        _beside.owner_id == viewer.user_id,
    )
    rows = session.execute(select(Record.id, Record.created_from).where(*made, ~of_what_stays))
    ids = [record_id for record_id, created_from in rows if (created_from or {}).get("inbound") in mails]
    _run(session, update(Record).where(*made, Record.id.in_(ids)).values(owner_id=user_id))


def _run(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
