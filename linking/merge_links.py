"""Links of a contact that is merged: given to the one that is kept, and taken back (RULES R25, R58).

The merged contact's own links stay as they are: while it is deleted they count for nothing, they follow
when a copy is shared or withdrawn, and they are there again when the merge is undone. Private and shared
ones, live and undone ones are treated alike, and nobody is told how many there were (R30b).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from db.ids import new_id
from db.models import Link
from linking.moved import MovedLinks, Overruled
from linking.said import from_kept, said_by, to_kept

Place = tuple[int, int | None]
"""A letter, and the copy whose link it is; None where it is the letter's."""


def carry_links(session: Session, company_id: int, merged_id: int, kept_id: int) -> MovedLinks:
    """Give the kept contact the links that it lacks; where both have one, it lives if either lives.

    So no letter is lost to anybody's eyes; an undone mark follows where nothing speaks against it.
    """
    theirs = _links(session, company_id, merged_id)
    ours = _links(session, company_id, kept_id)
    known = {message_id for message_id, _ in ours}
    rows, overruled = [], []
    for place, link in theirs.items():
        said, there = _said_for(link, merged_id, kept_id), ours.get(place)
        if there is None:
            rows.append(_row(company_id, new_id(session), place, kept_id) | said)
        elif _outweighs(link, there):
            overruled.append(Overruled(there.id, to_kept(said_by(there))))
            _say(session, there, said)
    if rows:
        session.execute(insert(Link), rows)
    return MovedLinks(
        link_ids=tuple(row["id"] for row in rows),
        letters=tuple(dict.fromkeys(row["message_id"] for row in rows if row["message_id"] not in known)),
        overruled=tuple(overruled),
    )


def take_back_links(
    session: Session, company_id: int, merged_id: int, kept_id: int, moved: MovedLinks, merged_at: datetime
) -> None:
    """Take from the kept contact what `carry_links` gave; what a hand or a rule said since then stays.

    An undoing since then goes with the link that it undid: no undone link is made again.
    """
    theirs = _links(session, company_id, merged_id)
    made, letters = frozenset(moved.link_ids), frozenset(moved.letters)
    before = {one.link_id: one.before for one in moved.overruled}
    for place, link in _links(session, company_id, kept_id).items():
        if link.created_at > merged_at:
            continue
        if link.id in made or place[0] in letters:
            _pass_undoing(session, link, theirs.get(place))
            session.execute(delete(Link).where(Link.company_id == company_id, Link.id == link.id))
        elif link.id in before and link.undone_at is None:
            _say(session, link, from_kept(before[link.id]))


def _outweighs(link: Link, there: Link) -> bool:
    if link.undone_at is not None:
        return False
    return there.undone_at is not None or (link.origin == "manual" and there.origin != "manual")


def _pass_undoing(session: Session, link: Link, source: Link | None) -> None:
    if link.undone_at is not None and source is not None and source.undone_at is None:
        _say(session, source, {"undone_at": link.undone_at, "undone_by": link.undone_by})


def _said_for(link: Link, merged_id: int, kept_id: int) -> dict[str, Any]:
    """Answer what the link says, with the kept contact as the one whose address it was."""
    said, args = said_by(link), link.args or {}
    if args.get("record") == merged_id:
        said["args"] = args | {"record": kept_id}
    return said


def _row(company_id: int, number: int, place: Place, kept_id: int) -> dict[str, Any]:
    message_id, copy_id = place
    identity = {"company_id": company_id, "id": number, "target_id": kept_id}
    return {**identity, "message_id": message_id, "copy_id": copy_id}


def _say(session: Session, link: Link, said: Mapping[str, Any]) -> None:
    session.execute(
        update(Link)
        .where(Link.company_id == link.company_id, Link.id == link.id)
        .values(**said)
        .execution_options(synchronize_session=False)
    )


def _links(session: Session, company_id: int, target_id: int) -> dict[Place, Link]:
    query = select(Link).where(Link.company_id == company_id, Link.target_id == target_id)
    rows: Iterable[Link] = session.scalars(query.order_by(Link.id).execution_options(populate_existing=True))
    return {(link.message_id, link.copy_id): link for link in rows}
