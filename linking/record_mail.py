"""The mail of records as one viewer sees it: the latest of each for a list, a line through time for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.viewer import Viewer
from db.models import Link, Message, MessageCopy
from linking.cursor import Cursor
from linking.letter import Letter
from linking.letter_content import ReadRaw
from linking.letter_filter import LetterFilter, believed_date, conditions
from linking.letters import letters_by_id
from linking.visibility import chosen_copy, link_in_view

AT_ONCE: Final = 8
MOST_TURNS: Final = 16
"""After so many letters that he may not see, a list says nothing about the mail of a record."""


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
    """Answer when the newest letter came that the viewer sees of each record; a record without one is left out.

    Looks at a few links of each record at a time, the newest first: to ask of all whether he sees them takes long.
    """
    latest: dict[int, datetime] = {}
    missing = list(record_ids)
    for turn in range(MOST_TURNS):
        links = _newest_links(session, viewer, missing, turn) if missing else []
        if not links:
            break
        latest |= _seen_among(session, viewer, [link for link, _ in links])
        # Whose links were fewer than asked for has no more.
        full = {record for record, count in Counter(record for _, record in links).items() if count == AT_ONCE}
        missing = [record for record in missing if record in full and record not in latest]
    return latest


def _newest_links(session: Session, viewer: Viewer, record_ids: Sequence[int], turn: int) -> list[tuple[int, int]]:
    """Answer links with their records; those of others' private copies are none for this viewer (RULES R30b)."""
    his = exists().where(
        MessageCopy.company_id == viewer.company_id,
        MessageCopy.id == Link.copy_id,
        or_(MessageCopy.owner_id == viewer.user_id, MessageCopy.sharing == Sharing.TEAM),
    )
    place = func.row_number().over(partition_by=Link.target_id, order_by=(Link.message_id.desc(), Link.id.desc()))
    ranked = (
        select(Link.id, Link.target_id, place.label("place"))
        .where(
            Link.company_id == viewer.company_id,
            Link.target_id.in_(record_ids),
            Link.undone_at.is_(None),
            or_(Link.copy_id.is_(None), his),
        )
        .subquery()
    )
    first, last = turn * AT_ONCE, (turn + 1) * AT_ONCE
    query = select(ranked.c.id, ranked.c.target_id).where(ranked.c.place > first, ranked.c.place <= last)
    return [(link, record) for link, record in session.execute(query)]


def _seen_among(session: Session, viewer: Viewer, link_ids: Sequence[int]) -> dict[int, datetime]:
    query = (
        select(Link.target_id, func.max(MessageCopy.sort_at))
        .join(MessageCopy, and_(MessageCopy.company_id == viewer.company_id, MessageCopy.message_id == Link.message_id))
        .where(Link.id.in_(link_ids), link_in_view(viewer), chosen_copy(viewer), MessageCopy.deleted_at.is_(None))
        .group_by(Link.target_id)
    )
    return dict(session.execute(query).all())
