"""Acts on many letters at once, each as one's rights to it allow, and the way back: what was changed, and no more.

A letter that the viewer does not see refuses the whole act, as an id that nobody gave out. One that he sees through a
colleague's copy stays as it is and is counted. The way back touches the copies that the act changed, where they are
still as it left them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.models import Link, MessageCopy
from languages.speech import _
from linking.changed import FLAGS, SHARING, Act, AsksFirst, Changed, LinkedMany
from linking.created import Touched, untouch
from linking.dropped import dropped_among
from linking.in_turn import file_in_turn
from linking.links import WouldHide, add_link, undo_link
from linking.merged import follow
from linking.onlookers import losing, onlookers
from linking.reopening import ask_anew
from linking.sharing import share_copies
from linking.sharing_links import Given
from linking.unsharing import letters_at_risk, linked_now, still_left, unshare, what_to_ask
from linking.visibility import link_in_view, visible_copy

MOST: Final = 100
"""Letters of one act."""


def act_on(
    session: Session,
    viewer: Viewer,
    message_ids: Collection[int],
    act: Act,
    now: datetime,
    *,
    confirmed: bool = False,
) -> Changed | AsksFirst:
    """Do it to one's own copies of these letters; raise Missing, Forbidden, Invalid.

    Unless `confirmed`, sharing that hides a letter, or shows more than letters, is told: then take the transaction
    back.
    """
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
    risky = letters_at_risk(session, viewer, changing) if act is Act.SHARE and not confirmed else ()
    saw = onlookers(session, viewer, risky) if risky else frozenset()
    given = _do(session, viewer, changing, act, now)
    if act is Act.SHARE and not confirmed:
        asks = what_to_ask(session, viewer, given, losing(saw, onlookers(session, viewer, risky)) if saw else ())
        if asks is not None:
            return asks
    stayed = len({copy.message_id for copy in seen} - {copy.message_id for copy in own})
    linked = linked_now(session, viewer, changing) if act in (Act.PRIVATE, Act.TEAM) else {}
    return Changed(act=act, at=now, before=before, letters=len(letters), stayed=stayed, given=given, linked=linked)


def put_back(session: Session, viewer: Viewer, changed: Changed, now: datetime) -> bool:
    """Undo an act, where its copies are still as it left them; answer whether all were; raise Forbidden, Invalid."""
    if changed.act in SHARING:
        file_in_turn(session, viewer.company_id)
    ids = {number for numbers in changed.before.values() for number in numbers}
    own = MessageCopy.company_id == viewer.company_id, MessageCopy.owner_id == viewer.user_id
    copies = session.scalars(select(MessageCopy).where(*own, MessageCopy.id.in_(ids))).all()
    left = [copy for copy in copies if _is_as_left(copy, changed)]
    if changed.act in SHARING:
        left = still_left(session, viewer, left, changed)
        return unshare(session, viewer, left, changed, now) and len(left) == len(ids)
    for said, numbers in changed.before.items():
        these = {copy.id for copy in left}.intersection(numbers)
        _write(session, viewer, these, _as_before(changed.act, said))
    return len(left) == len(ids)


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
    touched: list[Touched] = []
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
            touched += one.touched
    if hidden:
        return WouldHide(tuple(sorted(hidden)))
    return LinkedMany(links=tuple(made.values()), letters=tuple(made), at=now, stayed=stayed, touched=tuple(touched))


def unlink_all(session: Session, viewer: Viewer, linked: LinkedMany, now: datetime) -> bool:
    """Undo links that are still as they were made, and ask again what they had answered; raise Forbidden.

    Answer whether none of them stays: one that somebody undid is made anew by whoever links the letter again.
    """
    file_in_turn(session, viewer.company_id)
    query = select(Link).where(
        Link.company_id == viewer.company_id, Link.id.in_(linked.links), Link.undone_at.is_(None)
    )
    links = session.scalars(query.order_by(Link.id)).all()
    mine = [link.id for link in links if (link.created_at, link.created_by) == (linked.at, viewer.user_id)]
    whole = len(mine) == len(links)
    for link_id in mine:
        try:
            undo_link(session, viewer, link_id, now)
        except Missing:
            whole = False
    ask_anew(session, viewer, linked.letters, linked.at)
    return untouch(session, viewer.company_id, linked.touched) and whole


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


def _is_as_left(copy: MessageCopy, changed: Changed) -> bool:
    return copy.deleted_at == changed.at if changed.act is Act.DELETE else _is_done(copy, changed.act)


def _said(copy: MessageCopy, act: Act) -> str:
    """Answer what a copy is before the act, as far as the act changes it."""
    if act in SHARING:
        return copy.sharing
    return copy.deleted_at.isoformat() if act is Act.RESTORE and copy.deleted_at else ""


def _do(session: Session, viewer: Viewer, copies: Sequence[MessageCopy], act: Act, now: datetime) -> tuple[Given, ...]:
    if act in SHARING:
        return share_copies(session, viewer, {copy.id: SHARING[act] for copy in copies}, now).given
    if act in FLAGS:
        _write(session, viewer, {copy.id for copy in copies}, dict([FLAGS[act]]))
    else:
        _write(session, viewer, {copy.id for copy in copies}, {"deleted_at": now if act is Act.DELETE else None})
    return ()


def _as_before(act: Act, said: str) -> dict[str, Any]:
    if act in FLAGS:
        name, value = FLAGS[act]
        return {name: not value}
    return {"deleted_at": datetime.fromisoformat(said) if said else None}


def _write(session: Session, viewer: Viewer, copy_ids: Collection[int], values: Mapping[str, Any]) -> None:
    own = MessageCopy.company_id == viewer.company_id, MessageCopy.owner_id == viewer.user_id
    session.execute(update(MessageCopy).where(*own, MessageCopy.id.in_(copy_ids)).values(**values))
