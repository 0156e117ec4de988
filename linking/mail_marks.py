"""What is drawn of the mail of records: of each letter when it was written, which way it went, and by whom.

Bounded: of very many letters only those that were linked last are looked at, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.policies import Sharing
from accounts.viewer import Viewer
from db.models import Link, Message, MessageCopy
from linking.letter_filter import LetterFilter, believed_date, conditions
from linking.visibility import chosen_copy

MOST: Final = 500
"""Links of a record whose letters are looked at, the newest."""
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
    linked = _newest(session, viewer, record_ids, most + 1) if record_ids else ()
    if not linked:
        return Marks()
    written = believed_date(now).label("written")
    wanted = LetterFilter(any_record_ids=tuple(record_ids))
    query = (
        select(written, MessageCopy.direction, Message.from_key)
        .join(Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id))
        .where(
            chosen_copy(viewer),
            MessageCopy.message_id.in_(set(linked[:most])),
            *conditions(session, viewer, wanted, now),
        )
        .order_by(written.desc(), MessageCopy.id.desc())
    )
    marks = tuple(Mark(*row) for row in session.execute(query))
    return Marks(marks=marks, complete=len(linked) <= most)


def _newest(session: Session, viewer: Viewer, record_ids: Collection[int], most: int) -> Sequence[int]:
    """Answer the letters that were linked last: the index of a record's links has them in that order."""
    query = (
        select(Link.message_id)
        .where(
            Link.company_id == viewer.company_id,
            Link.target_id.in_(record_ids),
            Link.undone_at.is_(None),
            or_(Link.copy_id.is_(None), _may_count(viewer)),
        )
        .order_by(Link.id.desc())
    )
    return session.scalars(query.limit(most)).all()


def _may_count(viewer: Viewer) -> ColumnElement[bool]:
    """Links of other people's private copies are none for this viewer (RULES R30b)."""
    return exists().where(
        _witness.company_id == viewer.company_id,
        _witness.id == Link.copy_id,
        or_(_witness.owner_id == viewer.user_id, _witness.sharing == Sharing.TEAM),
    )
