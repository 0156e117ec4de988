"""What people do to mail that was not filed: release, discard, restore; and what time does (RULES R9b, R10a, R23).

held > received (released; the worker files it by today's rules)
held > discarded (by hand, or its time is over) > held (restored within 7 days)
discarded by R23 > received (restored: kept, because a person says so)
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.companies import get_policies
from accounts.refusals import Conflict, Forbidden, Invalid
from accounts.senders import ENDS, SenderState, find_standing
from accounts.users import get_user
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import ApprovedSender, InboundMessage
from ingest.held import sees_whole
from ingest.inbounds import find_row
from linking.rule import Rule
from mail.address import address_key

UNDOABLE: Final = timedelta(days=7)


def release(
    session: Session,
    viewer: Viewer,
    inbound_id: int,
    now: datetime,
    *,
    approve: bool = False,
    user_id: int | None = None,
) -> None:
    """Let a held mail in; raise Missing, Forbidden, Conflict, Invalid.

    `user_id` names whose it becomes where it is nobody's. `approve` also requests From as that user's address.
    """
    row = _own_row(session, viewer, inbound_id)
    if row.status != "held":
        raise Conflict("This mail is not held.")
    owner_id = row.owner_id or _named(session, viewer, user_id) or viewer.user_id
    if user_id is not None and user_id != owner_id:
        raise Forbidden("This mail belongs to another.")
    from_address = str((row.reason_args or {}).get("from", ""))
    if approve and from_address:
        request_sender(session, viewer.company_id, owner_id, from_address, now)
    _must(_let_in(session, row, owner_id, viewer.user_id, now))
    _audit(session, viewer, "held.release", row, now)


def release_all_from(session: Session, company_id: int, sender_key: str, released_by: int, now: datetime) -> int:
    """Let in all held mail of a sender who has been approved; answer how many."""
    standing = find_standing(session, company_id, sender_key)
    held = select(InboundMessage).where(InboundMessage.company_id == company_id, InboundMessage.status == "held")
    rows = [
        row
        for row in session.scalars(held.order_by(InboundMessage.id))
        if address_key(str((row.reason_args or {}).get("from", ""))) == sender_key
    ]
    owner_id = standing.user_id if standing else released_by
    return sum(_let_in(session, row, row.owner_id or owner_id, released_by, now) for row in rows)


def discard(session: Session, viewer: Viewer, inbound_id: int, now: datetime) -> None:
    """Throw a held mail away, undoable for 7 days; raise Missing, Forbidden, Conflict."""
    row = _own_row(session, viewer, inbound_id)
    if row.status != "held":
        raise Conflict("This mail is not held.")
    kept = {**(row.reason_args or {}), "held_by": row.reason}
    _must(_change(session, row, status="discarded", reason=Rule.DISCARDED, reason_args=kept, discarded_at=now))
    _audit(session, viewer, "held.discard", row, now)


def restore(session: Session, viewer: Viewer, inbound_id: int, now: datetime) -> None:
    """Take a discarded mail back within 7 days; raise Missing, Forbidden, Conflict."""
    row = _own_row(session, viewer, inbound_id)
    if row.status != "discarded" or row.discarded_at is None:
        raise Conflict("This mail is not discarded.")
    if now - row.discarded_at > UNDOABLE:
        raise Conflict("This mail was discarded more than 7 days ago.")
    if row.reason in (Rule.DISCARDED, Rule.EXPIRED):
        until = now + timedelta(days=get_policies(session, viewer.company_id).hold_days)
        args = dict(row.reason_args or {})
        reason = args.pop("held_by", Rule.NOT_APPROVED)
        _must(
            _change(session, row, status="held", reason=reason, reason_args=args, held_until=until, discarded_at=None)
        )
    else:
        # R23: a person says that it is to be kept.
        _must(_let_in(session, row, row.owner_id or viewer.user_id, viewer.user_id, now))
    _audit(session, viewer, "held.restore", row, now)


def expire(session: Session, company_id: int, now: datetime) -> int:
    """Discard held mail whose time is over; answer how many. For the worker's housekeeping."""
    over = select(InboundMessage).where(
        InboundMessage.company_id == company_id, InboundMessage.status == "held", InboundMessage.held_until < now
    )
    ended = 0
    for row in session.scalars(over).all():
        kept = {**(row.reason_args or {}), "held_by": row.reason}
        ended += _change(session, row, status="discarded", reason=Rule.EXPIRED, reason_args=kept, discarded_at=now)
    return ended


def request_sender(session: Session, company_id: int, user_id: int, address: str, now: datetime) -> None:
    """Put From on the list as requested; it still has to be confirmed (R10). One that stands stays as it is."""
    key = address_key(address)
    taken = select(ApprovedSender.id).where(
        ApprovedSender.company_id == company_id,
        ApprovedSender.address_key == key,
        ApprovedSender.state.not_in(ENDS),
    )
    if session.scalars(taken).first() is not None:
        return
    values: dict[str, Any] = {"company_id": company_id, "id": new_id(session), "user_id": user_id}
    session.execute(
        insert(ApprovedSender).values(
            **values,
            address=address,
            address_key=key,
            state=SenderState.REQUESTED,
            created_at=now,
            changed_at=now,
        )
    )


def _own_row(session: Session, viewer: Viewer, inbound_id: int) -> InboundMessage:
    row = find_row(session, viewer, inbound_id)
    if not sees_whole(viewer, row):
        raise Forbidden("This mail belongs to another.")
    if not viewer.may_write:
        raise Forbidden("A read-only user lets nothing in.")
    return row


def _named(session: Session, viewer: Viewer, user_id: int | None) -> int | None:
    if user_id is None:
        return None
    if not viewer.is_admin:
        raise Forbidden("Only an admin says whose a mail is.")
    if get_user(session, viewer.company_id, user_id).state != "active":
        raise Invalid({"user_id": "this user is deactivated"})
    return user_id


def _let_in(session: Session, row: InboundMessage, owner_id: int, by: int, now: datetime) -> bool:
    return _change(
        session,
        row,
        status="received",
        owner_id=owner_id,
        reason=None,
        reason_args=None,
        attempts=0,
        next_attempt_at=now,
        held_until=None,
        discarded_at=None,
        released_at=now,
        released_by=by,
    )


def _change(session: Session, row: InboundMessage, **values: Any) -> bool:
    """Move a row on from the status it was read with; False where another was first, and then nothing is done."""
    changed = session.execute(
        update(InboundMessage)
        .where(
            InboundMessage.company_id == row.company_id,
            InboundMessage.id == row.id,
            # PostgreSQL lets two look at the same row: what the other let in must not be thrown away.
            InboundMessage.status == row.status,
        )
        .values(**values)
        .returning(InboundMessage.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None


def _must(changed: bool) -> None:
    if not changed:
        raise Conflict("Somebody else has just decided about this mail.")


def _audit(session: Session, viewer: Viewer, action: str, row: InboundMessage, now: datetime) -> None:
    # Mail that belongs to somebody is his own affair, mail of nobody the company's.
    own = OWN if row.owner_id == viewer.user_id else ""
    record_event(session, viewer.company_id, viewer.user_id, own + action, now=now, target=("inbound", row.id))
