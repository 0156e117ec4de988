"""The mail with somebody by his addresses: the newest of it, and when it last came and went."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, and_, or_, select
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
"""Letters among which the mail with somebody is looked for, the newest of those that are nobody else's secret."""
_witness: Final = aliased(MessageCopy, name="witness")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWith:
    """`letters`, the newest first; when the last one came and went, None where none is among the newest."""

    letters: tuple[Letter, ...] = ()
    last_in: datetime | None = None
    last_out: datetime | None = None


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
    written = believed_date(now).label("written")
    query = (
        select(MessageCopy.message_id, MessageCopy.direction, written)
        .join(Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id))
        .where(
            chosen_copy(viewer),
            MessageCopy.deleted_at.is_(None),
            MessageCopy.message_id.in_(_newest(session, viewer, keys)),
            # Another witness's To and Cc are no evidence, From is alike in both (RULES R29).
            or_(MessageCopy.content_digest == Message.content_digest, Message.from_key.in_(keys)),
            *in_view(session, viewer, MessageCopy.message_id),
        )
        .order_by(written.desc(), MessageCopy.id.desc())
    )
    rows = session.execute(query).all()
    others = [row.message_id for row in rows if row.message_id not in but][:few]
    found = letters_by_id(session, viewer, others, read_raw, with_threads=False)
    return MailWith(
        letters=tuple(found[one] for one in others if one in found),
        last_in=next((row.written for row in rows if row.direction == "incoming"), None),
        last_out=next((row.written for row in rows if row.direction == "outgoing"), None),
    )


def _newest(session: Session, viewer: Viewer, keys: Collection[str]) -> Sequence[int]:
    """Answer the newest letters with them; what is private to others does not count, lest it show (RULES R30b)."""
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
    return session.scalars(query.limit(LOOKED_AT)).all()


def _let(viewer: Viewer) -> Select[int]:
    return select(AccessGrant.copy_id).where(
        AccessGrant.company_id == viewer.company_id,
        AccessGrant.viewer_id == viewer.user_id,
        AccessGrant.state == "granted",
    )
