"""What the daily digest says: a line a mail that a user got, of what is his alone to see or decide (RULES R38)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from accounts.addresses import own_address_keys
from accounts.viewer import Viewer
from db.models import InboundMessage, Link, Message, MessageAddress, MessageCopy, Unresolved
from linking.dropped import in_view
from linking.visibility import link_in_view

MOST_LINES: Final = 100
ENDED: Final = {"held": "held", "discarded": "not_stored"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A mail: when it came, whether `to` or `from` whom, "" for nobody known, and what became of it.

    `what` is question, linked, filed, held or not_stored.
    """

    at: datetime
    towards: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Digest:
    """The first lines of a time, and how many more there are."""

    lines: tuple[Line, ...]
    left_out: int


def digest_of(session: Session, viewer: Viewer, since: datetime, until: datetime) -> Digest:
    """Answer what came in the time, in order."""
    ended = _not_filed(session, viewer, since, until)
    filed, count = _filed(session, viewer, since, until)
    lines = sorted((*filed, *ended), key=lambda line: line.at)
    return Digest(tuple(lines[:MOST_LINES]), count + len(ended) - len(lines[:MOST_LINES]))


def _filed(session: Session, viewer: Viewer, since: datetime, until: datetime) -> tuple[list[Line], int]:
    own = (
        MessageCopy.company_id == viewer.company_id,
        MessageCopy.owner_id == viewer.user_id,
        MessageCopy.sort_at >= since,
        MessageCopy.sort_at < until,
        MessageCopy.deleted_at.is_(None),
        *in_view(session, viewer, MessageCopy.message_id),
    )
    query = (
        select(MessageCopy.id, MessageCopy.message_id, MessageCopy.sort_at, MessageCopy.direction, Message.from_address)
        .join(Message, and_(Message.company_id == MessageCopy.company_id, Message.id == MessageCopy.message_id))
        .where(*own)
        .order_by(MessageCopy.sort_at, MessageCopy.id)
        .limit(MOST_LINES)
    )
    rows = session.execute(query).all()
    count = session.scalar(select(func.count()).select_from(MessageCopy).where(*own)) or 0
    outgoing = _recipients(session, viewer, [row.message_id for row in rows if row.direction == "outgoing"])
    words = _outcomes(session, viewer, [row.message_id for row in rows], [row.id for row in rows])
    return [
        Line(
            at=row.sort_at,
            towards="to" if row.direction == "outgoing" else "from",
            who=(outgoing.get(row.message_id) if row.direction == "outgoing" else row.from_address) or "",
            what=words.asked.get(row.id) or words.linked.get(row.message_id) or "filed",
        )
        for row in rows
    ], count


@dataclass(frozen=True, slots=True)
class _Outcomes:
    """Words by copy, and by letter."""

    asked: dict[int, str]
    linked: dict[int, str]


def _outcomes(session: Session, viewer: Viewer, letters: Collection[int], copies: Collection[int]) -> _Outcomes:
    asked = select(Unresolved.copy_id).where(
        Unresolved.company_id == viewer.company_id,
        Unresolved.owner_id == viewer.user_id,
        Unresolved.copy_id.in_(copies),
        Unresolved.state == "open",
    )
    linked = select(Link.message_id).where(link_in_view(viewer), Link.message_id.in_(letters))
    return _Outcomes(
        dict.fromkeys(session.scalars(asked), "question"), dict.fromkeys(session.scalars(linked), "linked")
    )


def _recipients(session: Session, viewer: Viewer, letters: Sequence[int]) -> dict[int, str]:
    """Answer the first recipient of each letter that is no address of ours."""
    query = select(MessageAddress.message_id, MessageAddress.address, MessageAddress.address_key).where(
        MessageAddress.company_id == viewer.company_id,
        MessageAddress.message_id.in_(letters),
        MessageAddress.field.in_(("to", "cc")),
    )
    # To before Cc.
    rows = session.execute(query.order_by(MessageAddress.field.desc(), MessageAddress.position)).all()
    ours = own_address_keys(session, viewer.company_id, frozenset(row.address_key for row in rows))
    found: dict[int, str] = {}
    for row in rows:
        if row.address_key not in ours:
            found.setdefault(row.message_id, row.address)
    return found


def _not_filed(session: Session, viewer: Viewer, since: datetime, until: datetime) -> list[Line]:
    query = select(InboundMessage.received_at, InboundMessage.status, InboundMessage.proof).where(
        InboundMessage.company_id == viewer.company_id,
        InboundMessage.owner_id == viewer.user_id,
        InboundMessage.status.in_(ENDED),
        InboundMessage.received_at >= since,
        InboundMessage.received_at < until,
    )
    rows = session.execute(query.order_by(InboundMessage.received_at).limit(MOST_LINES))
    return [
        Line(
            at=row.received_at,
            towards="from",
            who=str((row.proof or {}).get("from_address") or ""),
            what=ENDED[row.status],
        )
        for row in rows
    ]
