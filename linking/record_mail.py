"""The mail of records as one viewer sees it: the latest of each for a list, a line through time for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, literal, select, tuple_
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import Link, Message, MessageCopy
from linking.cursor import Cursor
from linking.letter import Letter
from linking.letter_content import ReadRaw
from linking.letter_filter import LetterFilter, believed_date, conditions
from linking.letters import letters_by_id
from linking.visibility import chosen_copy, link_in_view


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMail:
    """Letters by when they were written, the newest first, and when that was."""

    letters: tuple[Letter, ...]
    written: Mapping[int, datetime]
    next: Cursor | None


def mail_of_record(
    session: Session,
    viewer: Viewer,
    record_id: int,
    limit: int,
    cursor: Cursor | None,
    *,
    now: datetime,
    read_raw: ReadRaw,
) -> RecordMail:
    """Answer a page of the letters of a record, by their own Date (RULES R10a)."""
    believed = believed_date(now)
    query = (
        select(MessageCopy.message_id, MessageCopy.id, believed.label("written"))
        .join(Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id))
        .where(chosen_copy(viewer), *conditions(session, viewer, LetterFilter(record_ids=(record_id,)), now))
        .order_by(believed.desc(), MessageCopy.id.desc())
    )
    if cursor is not None and cursor.at is not None:
        last = tuple_(literal(cursor.at, MessageCopy.sort_at.type), literal(cursor.id, MessageCopy.id.type))
        query = query.where(tuple_(believed, MessageCopy.id) < last)
    rows = session.execute(query.limit(limit + 1)).all()
    shown = rows[:limit]
    found = letters_by_id(session, viewer, [row.message_id for row in shown], read_raw)
    return RecordMail(
        letters=tuple(found[row.message_id] for row in shown if row.message_id in found),
        written={row.message_id: row.written for row in shown},
        next=Cursor(shown[-1].id, shown[-1].written) if len(rows) > limit else None,
    )


def latest_mail(session: Session, viewer: Viewer, record_ids: Sequence[int]) -> dict[int, datetime]:
    """Answer when the newest letter came that the viewer sees of each record; a record without one is left out."""
    if not record_ids:
        return {}
    query = (
        select(Link.target_id, func.max(MessageCopy.sort_at))
        .join(MessageCopy, and_(MessageCopy.company_id == viewer.company_id, MessageCopy.message_id == Link.message_id))
        .where(
            link_in_view(viewer),
            Link.target_id.in_(record_ids),
            chosen_copy(viewer),
            MessageCopy.deleted_at.is_(None),
        )
        .group_by(Link.target_id)
    )
    return dict(session.execute(query).all())
