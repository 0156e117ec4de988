"""What is drawn of the mail of records: of each letter when it was written, which way it went, and by whom.

Bounded: of very many letters only those that were linked last are looked at, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.policies import Sharing
from accounts.viewer import Viewer
from db.models import Link, Message, MessageCopy
from linking.letter_filter import LetterFilter, believed_date, conditions
from linking.visibility import chosen_copy, link_in_view

MOST: Final = 500
"""Links of a record whose letters are looked at, the newest that are in view."""
AT_ONCE: Final = 2_000
MOST_LOOKED_AT: Final = 16_000
"""Links of which is asked whether they are in view."""
_witness: Final = aliased(MessageCopy, name="marked_copy")


@dataclass(frozen=True, slots=True)
class Mark:
    """A letter: when it was written, `incoming` or another way, and the key of its From address."""

    written: datetime
    direction: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The marks of a record, the latest first; `complete` unless there was more than is looked at."""

    marks: tuple[Mark, ...] = ()
    complete: bool = True


def marks_of(session: Session, viewer: Viewer, record_ids: Collection[int], now: datetime, most: int = MOST) -> Marks:
    """Answer the marks of the letters that the viewer sees of any of these records."""
    linked, complete = _newest(session, viewer, record_ids, most) if record_ids else ([], True)
    if not linked:
        return Marks(complete=complete)
    written = believed_date(now).label("written")
    wanted = LetterFilter(any_record_ids=tuple(record_ids))
    query = (
        select(written, MessageCopy.direction, Message.from_key)
        .join(Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id))
        .where(
            chosen_copy(viewer),
            MessageCopy.message_id.in_(set(linked)),
            *conditions(session, viewer, wanted, now),
        )
        .order_by(written.desc(), MessageCopy.id.desc())
    )
    marks = tuple(Mark(*row) for row in session.execute(query))
    return Marks(marks=marks, complete=complete)


def _newest(session: Session, viewer: Viewer, record_ids: Collection[int], most: int) -> tuple[list[int], bool]:
    """Answer the letters of the links in view that were made last, and whether these are all.

    In turns, in the order of the index: links that others alone see push none out (RULES R30b).
    """
    found: list[int] = []
    before, at_once, looked, more = None, most + 1, 0, True
    while more and len(found) <= most and looked < MOST_LOOKED_AT:
        rows = _candidates(session, viewer, record_ids, at_once, before)
        in_view = _in_view(session, viewer, [row.id for row in rows])
        found += [row.message_id for row in rows if row.id in in_view]
        looked, more = looked + len(rows), len(rows) == at_once
        before, at_once = rows[-1].id if rows else None, min(2 * at_once, AT_ONCE)
    return found[:most], not more and len(found) <= most


def _candidates(
    session: Session, viewer: Viewer, record_ids: Collection[int], most: int, before: int | None
) -> Sequence[Row[int, int]]:
    query = select(Link.id, Link.message_id).where(
        Link.company_id == viewer.company_id,
        Link.target_id.in_(record_ids),
        Link.undone_at.is_(None),
        or_(Link.copy_id.is_(None), _may_count(viewer)),
    )
    if before is not None:
        query = query.where(Link.id < before)
    return session.execute(query.order_by(Link.id.desc()).limit(most)).all()


def _in_view(session: Session, viewer: Viewer, link_ids: Collection[int]) -> frozenset[int]:
    if not link_ids:
        return frozenset()
    return frozenset(session.scalars(select(Link.id).where(Link.id.in_(link_ids), link_in_view(viewer))))


def _may_count(viewer: Viewer) -> ColumnElement[bool]:
    """A link that may be in view: those of other people's private copies are none for this viewer (RULES R30b)."""
    return exists().where(
        _witness.company_id == viewer.company_id,
        _witness.id == Link.copy_id,
        or_(_witness.owner_id == viewer.user_id, _witness.sharing == Sharing.TEAM),
    )
