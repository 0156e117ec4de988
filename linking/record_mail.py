"""The mail of records as one viewer sees it: the latest of each for a list, a line through time for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.viewer import Viewer
from db.models import AccessGrant, Link, Message, MessageCopy
from linking.cursor import Cursor
from linking.letter import Letter
from linking.letter_content import ReadRaw
from linking.letter_filter import LetterFilter, believed_date, conditions
from linking.letters import letters_by_id
from linking.visibility import chosen_copy, link_in_view

MOST_AT_ONCE: Final = 1_000
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
    wanted: LetterFilter,
    limit: int,
    cursor: Cursor | None,
    *,
    now: datetime,
    read_raw: ReadRaw,
) -> RecordMail:
    """Answer a page of the letters of the records of the filter, by their own Date (RULES R10a)."""
    found = _by_date(session, viewer, wanted, limit + 1, cursor, now)
    shown = found[:limit]
    letters = letters_by_id(session, viewer, [row.message_id for row in shown], read_raw)
    return RecordMail(
        letters=tuple(letters[row.message_id] for row in shown if row.message_id in letters),
        written={row.message_id: row.written for row in shown},
        next=Cursor(shown[-1].id, shown[-1].written) if len(found) > limit else None,
    )


def _by_date(
    session: Session, viewer: Viewer, wanted: LetterFilter, most: int, cursor: Cursor | None, now: datetime
) -> list[Row[int, int, datetime]]:
    """Answer the first letters that he sees: to ask of all whether he sees them takes long, to sort them does not."""
    believed = believed_date(now)
    query = _candidates(viewer, wanted).add_columns(believed.label("written"))
    query = query.order_by(believed.desc(), MessageCopy.id.desc())
    narrowed = tuple(conditions(session, viewer, wanted, now))
    found: list[Row[int, int, datetime]] = []
    at_once = 2 * most
    while len(found) < most:
        rows = session.execute(query.where(*_before(believed, cursor)).limit(at_once)).all()
        found += _seen_of(session, viewer, rows, narrowed)
        if len(rows) < at_once:
            break
        cursor, at_once = Cursor(rows[-1].id, rows[-1].written), min(2 * at_once, MOST_AT_ONCE)
    return found[:most]


def _candidates(viewer: Viewer, wanted: LetterFilter) -> Select[int, int]:
    """Answer copies that he may possibly see of letters that are linked to the records."""
    linked = select(Link.message_id).where(
        Link.company_id == viewer.company_id,
        Link.target_id.in_((*wanted.record_ids, *wanted.any_record_ids)),
        Link.undone_at.is_(None),
    )
    let = select(AccessGrant.copy_id).where(
        AccessGrant.company_id == viewer.company_id,
        AccessGrant.viewer_id == viewer.user_id,
        AccessGrant.state == "granted",
    )
    possible = or_(
        MessageCopy.owner_id == viewer.user_id, MessageCopy.sharing != Sharing.PRIVATE, MessageCopy.id.in_(let)
    )
    return (
        select(MessageCopy.message_id, MessageCopy.id)
        .join(Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id))
        .where(
            MessageCopy.company_id == viewer.company_id,
            MessageCopy.message_id.in_(linked),
            MessageCopy.deleted_at.is_(None),
            possible,
        )
    )


def _before(believed: ColumnElement[datetime], cursor: Cursor | None) -> tuple[ColumnElement[bool], ...]:
    if cursor is None or cursor.at is None:
        return ()
    last = tuple_(literal(cursor.at, MessageCopy.sort_at.type), literal(cursor.id, MessageCopy.id.type))
    return (tuple_(believed, MessageCopy.id) < last,)


def _seen_of(
    session: Session,
    viewer: Viewer,
    rows: Sequence[Row[int, int, datetime]],
    narrowed: Sequence[ColumnElement[bool]],
) -> list[Row[int, int, datetime]]:
    if not rows:
        return []
    query = (
        select(MessageCopy.id)
        .join(Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id))
        .where(chosen_copy(viewer), MessageCopy.id.in_([row.id for row in rows]), *narrowed)
    )
    seen = frozenset(session.scalars(query))
    return [row for row in rows if row.id in seen]


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
