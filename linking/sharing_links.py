"""Where links go as a copy is shared or withdrawn (RULES R25).

A copy that becomes shared gives its links to the letter; the last shared copy that is withdrawn takes the letter's;
while another copy stays shared it takes duplicates of its own. A copy for a team has its own links, as a private one
has. Undone links move alike, so that no rule makes them again on either side.
Undoing a sharing is something else than withdrawing: the copy takes back what it gave, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import Link, MessageCopy, Record
from linking.created import Touched, touch_created
from linking.merged import holders_of
from linking.said import from_kept, said_by, to_kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A link, or the record where one was, and what it said then, as `said.to_kept`."""

    id: int
    said: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a copy gave to its letter.

    `moved`: links that are the letter's now. `dropped`, by record: own links to what the letter was linked to already.
    `revived`: links of the letter that were undone, and live by the copy's.
    """

    copy_id: int
    moved: tuple[Place, ...] = ()
    dropped: tuple[Place, ...] = ()
    revived: tuple[Place, ...] = ()
    touched: tuple[Touched, ...] = ()


def give_links(session: Session, viewer: Viewer, copy: MessageCopy) -> Given:
    """Make the copy's links the letter's; where the letter has one already, one row says what both said.

    A link lives if it lived on either side, but one that somebody undid on the letter is brought
    back by a hand alone.
    """
    letters = {link.target_id: link for link in links_on(session, viewer, copy.message_id, None)}
    own = links_on(session, viewer, copy.message_id, copy.id)
    touched = touch_created(session, viewer.company_id, [link.target_id for link in own if link.undone_at is None])
    moved: list[Place] = []
    dropped: list[Place] = []
    revived: list[Place] = []
    for link in own:
        there = letters.get(link.target_id)
        if there is None:
            moved.append(_place(link))
            _change(session, viewer, link.id, {"copy_id": None})
            continue
        if there.undone_at is not None and link.undone_at is None and link.origin == "manual":
            revived.append(_place(there))
            _change(session, viewer, there.id, said_by(link))
        dropped.append(Place(id=link.target_id, said=to_kept(said_by(link))))
        _drop(session, viewer, link.id)
    places = {"moved": tuple(moved), "dropped": tuple(dropped), "revived": tuple(revived)}
    return Given(copy_id=copy.id, touched=touched, **places)


def keep_links(session: Session, viewer: Viewer, copy: MessageCopy) -> None:
    """Let a copy that is withdrawn have the letter's links, which stay where another copy is shared."""
    if _another_is_shared(session, viewer, copy):
        there = {link.target_id for link in links_on(session, viewer, copy.message_id, copy.id)}
        for link in links_on(session, viewer, copy.message_id, None):
            if link.target_id not in there:
                _add(session, viewer, copy, link.target_id, said_by(link))
        return
    for link in links_on(session, viewer, copy.message_id, copy.id):
        _drop(session, viewer, link.id)
    _take_rest(session, viewer, copy)


def take_links_back(session: Session, viewer: Viewer, copy: MessageCopy, given: Given) -> bool:
    """Let a copy that is shared no more have what it gave, and no more; answer whether all of it was as it was left.

    What was said of a link since stays on the letter while another copy is shared, and the copy says it too.
    """
    stays = _another_is_shared(session, viewer, copy)
    letters = {link.id: link for link in links_on(session, viewer, copy.message_id, None)}
    whole = all(place.id in letters for place in given.moved)
    for place in given.moved:
        link = letters.get(place.id)
        if link is None:
            continue
        is_left = to_kept(said_by(link)) == place.said
        whole = whole and is_left
        if is_left or not stays:
            _change(session, viewer, link.id, {"copy_id": copy.id})
        else:
            _add(session, viewer, copy, link.target_id, said_by(link))
    _restore_dropped(session, viewer, copy, given.dropped)
    by_copy = [place.said for place in given.dropped]
    for place in given.revived:
        link = letters.get(place.id)
        if link is not None and to_kept(said_by(link)) in by_copy:
            _change(session, viewer, link.id, from_kept(place.said))
    if not stays:
        _take_rest(session, viewer, copy)
    return whole


def links_on(session: Session, viewer: Viewer, message_id: int, copy_id: int | None) -> Sequence[Link]:
    """Answer the links, undone or not, of a letter or of one copy of it, as the database has them."""
    level = Link.copy_id.is_(None) if copy_id is None else Link.copy_id == copy_id
    query = select(Link).where(Link.company_id == viewer.company_id, Link.message_id == message_id, level)
    return session.scalars(query.order_by(Link.id).execution_options(populate_existing=True)).all()


def _restore_dropped(session: Session, viewer: Viewer, copy: MessageCopy, dropped: Sequence[Place]) -> None:
    if not dropped:
        return
    holders = holders_of(session, viewer.company_id, [place.id for place in dropped])
    said = {holders.get(place.id, place.id): place.said for place in dropped}
    there = select(Record.id).where(Record.company_id == viewer.company_id, Record.id.in_(said))
    own = {link.target_id for link in links_on(session, viewer, copy.message_id, copy.id)}
    for target in session.scalars(there.order_by(Record.id)).all():
        if target not in own:
            _add(session, viewer, copy, target, from_kept(said[target]))


def _take_rest(session: Session, viewer: Viewer, copy: MessageCopy) -> None:
    """Make the letter's links the copy's, which has none of its own to the same: nobody else shares it any more."""
    own = {link.target_id for link in links_on(session, viewer, copy.message_id, copy.id)}
    for link in links_on(session, viewer, copy.message_id, None):
        if link.target_id in own:
            _drop(session, viewer, link.id)
        else:
            _change(session, viewer, link.id, {"copy_id": copy.id})


def _place(link: Link) -> Place:
    return Place(id=link.id, said=to_kept(said_by(link)))


def _add(session: Session, viewer: Viewer, copy: MessageCopy, target_id: int, said: dict[str, Any]) -> None:
    identity = {"company_id": viewer.company_id, "id": new_id(session), "message_id": copy.message_id}
    session.execute(insert(Link).values(**identity, copy_id=copy.id, target_id=target_id, **said))


def _change(session: Session, viewer: Viewer, link_id: int, values: dict[str, Any]) -> None:
    session.execute(update(Link).where(Link.company_id == viewer.company_id, Link.id == link_id).values(**values))


def _drop(session: Session, viewer: Viewer, link_id: int) -> None:
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
