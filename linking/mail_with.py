"""The mail with somebody by his addresses: the newest of it, and when it last came and went."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.policies import Sharing
from accounts.viewer import Viewer
from db.models import AccessGrant, Message, MessageAddress, MessageCopy
from linking.dropped import PARTIES, in_view
from linking.letter import Letter
from linking.letter_content import ReadRaw
from linking.letter_filter import believed_date
from linking.letters import letters_by_id
from linking.visibility import chosen_copy

LOOKED_AT: Final = 100
"""Letters among which the mail with somebody is looked for, the newest that the viewer sees."""
AT_ONCE: Final = 150
MOST_AT_ONCE: Final = 1_200
MOST: Final = 12_000
"""Letters that may be for him, of which is asked whether he sees them; it takes long, and nobody writes so many."""
_witness: Final = aliased(MessageCopy, name="witness")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWith:
    """`letters`, the newest first; when the last one came and went, None where none is among the newest.

    `complete` unless there is more than was looked at.
    """

    letters: tuple[Letter, ...] = ()
    last_in: datetime | None = None
    last_out: datetime | None = None
    complete: bool = True


def mail_with(
    session: Session,
    viewer: Viewer,
    keys: Collection[str],
    few: int,
    *,
    but: Collection[int],
    now: datetime,
    read_raw: ReadRaw,
) -> MailWith:
    """Answer a few letters with an owner of these address keys, without the letters `but`."""
    if not keys:
        return MailWith()
    rows, complete = _seen(session, viewer, keys, now)
    others = [row.message_id for row in rows if row.message_id not in but][:few]
    found = letters_by_id(session, viewer, others, read_raw, with_threads=False)
    return MailWith(
        letters=tuple(found[one] for one in others if one in found),
        last_in=next((row.written for row in rows if row.direction == "incoming"), None),
        last_out=next((row.written for row in rows if row.direction == "outgoing"), None),
        complete=complete,
    )


def _seen(
    session: Session, viewer: Viewer, keys: Collection[str], now: datetime
) -> tuple[list[Row[int, int, str, datetime]], bool]:
    """Answer the newest letters with them that he sees, by their own Date, and whether these are all.

    In turns: what others alone see pushes nothing out, and to ask of all whether he sees them takes long.
    """
    query = _letters_with(session, viewer, keys, now)
    found: list[Row[int, int, str, datetime]] = []
    before, at_once, looked, more = None, AT_ONCE, 0, True
    while more and len(found) < LOOKED_AT and looked < MOST:
        ids = _newest(session, viewer, keys, at_once, before)
        rows = session.execute(query.where(MessageCopy.message_id.in_(ids))).all() if ids else ()
        found += sorted(rows, key=lambda row: row.message_id, reverse=True)
        looked, more = looked + len(ids), len(ids) == at_once
        before, at_once = ids[-1] if ids else None, min(2 * at_once, MOST_AT_ONCE)
    complete = not more and len(found) <= LOOKED_AT
    return sorted(found[:LOOKED_AT], key=lambda row: (row.written, row.id), reverse=True), complete


def _letters_with(
    session: Session, viewer: Viewer, keys: Collection[str], now: datetime
) -> Select[int, int, str, datetime]:
    return (
        select(MessageCopy.message_id, MessageCopy.id, MessageCopy.direction, believed_date(now).label("written"))
        .join(Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id))
        .where(
            chosen_copy(viewer),
            MessageCopy.deleted_at.is_(None),
            # Another witness's To and Cc are no evidence, From is alike in both (RULES R29).
            or_(MessageCopy.content_digest == Message.content_digest, Message.from_key.in_(keys)),
            *in_view(session, viewer, MessageCopy.message_id),
        )
    )


def _newest(session: Session, viewer: Viewer, keys: Collection[str], most: int, before: int | None) -> Sequence[int]:
    """Answer the newest letters with them that may be for him; what is private to others is not (RULES R30b)."""
    query = (
        select(MessageAddress.message_id)
        .join(
            _witness,
            and_(_witness.company_id == viewer.company_id, _witness.message_id == MessageAddress.message_id),
        )
        .where(
            MessageAddress.company_id == viewer.company_id,
            MessageAddress.address_key.in_(keys),
            MessageAddress.field.in_(PARTIES),
            or_(
                _witness.owner_id == viewer.user_id, _witness.sharing != Sharing.PRIVATE, _witness.id.in_(_let(viewer))
            ),
        )
        .distinct()
        .order_by(MessageAddress.message_id.desc())
    )
    if before is not None:
        query = query.where(MessageAddress.message_id < before)
    return session.scalars(query.limit(most)).all()


def _let(viewer: Viewer) -> Select[int]:
    return select(AccessGrant.copy_id).where(
        AccessGrant.company_id == viewer.company_id,
        AccessGrant.viewer_id == viewer.user_id,
        AccessGrant.state == "granted",
    )
