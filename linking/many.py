"""Acts on many letters at once, each as one's rights to it allow, and the way back: what was changed, and no more.

A letter that the viewer does not see refuses the whole act, as an id that nobody gave out. One that he sees through a
colleague's copy stays as it is and is counted. The way back touches the copies that the act changed, where they are
still as it left them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.models import Link, MessageCopy
from languages.speech import _
from linking.dropped import dropped_among
from linking.in_turn import file_in_turn
from linking.links import WouldHide, add_link, undo_link
from linking.merged import follow
from linking.reopening import ask_anew
from linking.sharing import share_copies
from linking.visibility import link_in_view, visible_copy

MOST: Final = 100
"""Letters of one act: its way back travels in a cookie."""


class Act(StrEnum):
    """What can be done with copies of one's own."""

    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"
    DELETE = "delete"
    RESTORE = "restore"
    READ = "read"
    UNREAD = "unread"
    PRIVATE = "private"
    SHARE = "share"


SHARING: Final[Mapping[Act, Sharing]] = {Act.PRIVATE: Sharing.PRIVATE, Act.SHARE: Sharing.SHARED}
FLAGS: Final[Mapping[Act, tuple[str, bool]]] = {
    Act.ARCHIVE: ("archived", True),
    Act.UNARCHIVE: ("archived", False),
    Act.READ: ("read", True),
    Act.UNREAD: ("read", False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What an act changed: ids of copies by what they were before; `letters`, and those that `stayed`, by number."""

    act: Act
    before: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    letters: int = 0
    stayed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedMany:
    """The links that were made, of which letters, and the moment; `stayed`: letters that only their owner links."""

    links: tuple[int, ...]
    letters: tuple[int, ...]
    at: datetime
    stayed: int = 0


def act_on(session: Session, viewer: Viewer, message_ids: Collection[int], act: Act, now: datetime) -> Changed:
    """Do it to one's own copies of these letters; raise Missing, Forbidden, Invalid."""
    if act in SHARING:
        file_in_turn(session, viewer.company_id)
    seen = _seen(session, viewer, message_ids)
    own = [copy for copy in seen if copy.owner_id == viewer.user_id]
    changing = [copy for copy in own if not _is_done(copy, act)]
    before: dict[str, tuple[int, ...]] = {}
    for copy in changing:
        said = _said(copy, act)
        before[said] = (*before.get(said, ()), copy.id)
    letters = {copy.message_id for copy in changing}
    _do(session, viewer, changing, act, now)
    stayed = len({copy.message_id for copy in seen} - {copy.message_id for copy in own})
    return Changed(act=act, before=before, letters=len(letters), stayed=stayed)


def put_back(session: Session, viewer: Viewer, changed: Changed, now: datetime) -> None:
    """Undo an act, where its copies are still as it left them; raise Forbidden, Invalid."""
    if changed.act in SHARING:
        file_in_turn(session, viewer.company_id)
    ids = [number for numbers in changed.before.values() for number in numbers]
    own = MessageCopy.company_id == viewer.company_id, MessageCopy.owner_id == viewer.user_id
    copies = session.scalars(select(MessageCopy).where(*own, MessageCopy.id.in_(ids))).all()
    left = {copy.id for copy in copies if _is_done(copy, changed.act)}
    if changed.act in SHARING:
        wanted = {number: Sharing(said) for said, numbers in changed.before.items() for number in numbers}
        share_copies(session, viewer, {number: one for number, one in wanted.items() if number in left}, now)
        return
    for said, numbers in changed.before.items():
        _write(session, viewer, left.intersection(numbers), _as_before(changed.act, said))


def link_all(
    session: Session,
    viewer: Viewer,
    message_ids: Collection[int],
    target: tuple[str, int],
    now: datetime,
    *,
    confirmed: bool = False,
) -> LinkedMany | WouldHide:
    """Link these letters to a record, type and id; raise Missing, Forbidden, Invalid.

    Unless `confirmed`, links that would hide a letter from colleagues are told: then take the transaction back.
    """
    file_in_turn(session, viewer.company_id)
    _seen(session, viewer, message_ids)
    record_type, number = target
    there = _linked(session, viewer, message_ids, number)
    made: dict[int, int] = {}
    hidden: set[int] = set()
    stayed = 0
    for message_id in sorted(set(message_ids) - there):
        try:
            one = add_link(session, viewer, message_id, record_type, number, now, confirmed=confirmed)
        except Forbidden:
            if not viewer.may_write:
                raise
            stayed += 1
            continue
        if isinstance(one, WouldHide):
            hidden.update(one.user_ids)
        else:
            made[message_id] = one.link_id
    if hidden:
        return WouldHide(tuple(sorted(hidden)))
    return LinkedMany(links=tuple(made.values()), letters=tuple(made), at=now, stayed=stayed)


def unlink_all(session: Session, viewer: Viewer, linked: LinkedMany, now: datetime) -> None:
    """Undo links, and ask again what they had answered; one that is gone needs no undoing; raise Forbidden."""
    file_in_turn(session, viewer.company_id)
    for link_id in linked.links:
        try:
            undo_link(session, viewer, link_id, now)
        except Missing:
            continue
    ask_anew(session, viewer, linked.letters, linked.at)


def _seen(session: Session, viewer: Viewer, message_ids: Collection[int]) -> Sequence[MessageCopy]:
    """Answer the copies through which these letters are seen; raise Missing where one is not."""
    if len(set(message_ids)) > MOST:
        raise Invalid({"ids": _("At most {number} mails can be changed at once.").format(number=MOST)})
    query = select(MessageCopy).where(visible_copy(viewer), MessageCopy.message_id.in_(message_ids))
    seen = session.scalars(query.order_by(MessageCopy.id)).all()
    if set(message_ids) - {copy.message_id for copy in seen} or dropped_among(session, viewer, message_ids):
        raise Missing("message")
    return seen


def _linked(session: Session, viewer: Viewer, message_ids: Collection[int], record_id: int) -> set[int]:
    (target,) = follow(session, viewer.company_id, [record_id])
    query = select(Link.message_id).where(
        link_in_view(viewer), Link.message_id.in_(message_ids), Link.target_id == target
    )
    return set(session.scalars(query))


def _is_done(copy: MessageCopy, act: Act) -> bool:
    if act in SHARING:
        return copy.sharing == SHARING[act]
    if act in FLAGS:
        name, value = FLAGS[act]
        return bool(getattr(copy, name)) is value
    return (copy.deleted_at is not None) is (act is Act.DELETE)


def _said(copy: MessageCopy, act: Act) -> str:
    """Answer what a copy is before the act, as far as the act changes it."""
    if act in SHARING:
        return copy.sharing
    return copy.deleted_at.isoformat() if act is Act.RESTORE and copy.deleted_at else ""


def _do(session: Session, viewer: Viewer, copies: Sequence[MessageCopy], act: Act, now: datetime) -> None:
    if act in SHARING:
        share_copies(session, viewer, {copy.id: SHARING[act] for copy in copies}, now)
    elif act in FLAGS:
        _write(session, viewer, {copy.id for copy in copies}, dict([FLAGS[act]]))
    else:
        _write(session, viewer, {copy.id for copy in copies}, {"deleted_at": now if act is Act.DELETE else None})


def _as_before(act: Act, said: str) -> dict[str, Any]:
    if act in FLAGS:
        name, value = FLAGS[act]
        return {name: not value}
    return {"deleted_at": datetime.fromisoformat(said) if said else None}


def _write(session: Session, viewer: Viewer, copy_ids: Collection[int], values: Mapping[str, Any]) -> None:
    own = MessageCopy.company_id == viewer.company_id, MessageCopy.owner_id == viewer.user_id
    session.execute(update(MessageCopy).where(*own, MessageCopy.id.in_(copy_ids)).values(**values))
