"""What people do to mail that was not filed: release, discard, restore; and what time does (RULES R9b, R10a, R23).

held > received (released; the worker files it by today's rules)
held > discarded (by hand, or its time is over) > held (restored within 7 days)
discarded by R23 > received (restored: kept, because a person says so)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.companies import get_policies
from accounts.refusals import Conflict, Forbidden, Invalid
from accounts.senders import Standing, find_standing
from accounts.users import get_user
from accounts.viewer import Viewer
from db.events import Event, EventKind, emit
from db.models import InboundMessage
from ingest.held import sees_whole
from ingest.inbounds import AS_IT_IS, find_row
from languages.speech import _
from linking.rule import Rule
from mail.address import address_key
from mailauth.results import Verdict

UNDOABLE: Final = timedelta(days=7)
BELIEVED: Final = frozenset({Verdict.PROVED, Verdict.WEAK})


@dataclass(frozen=True, slots=True)
class Released:
    """Whose a mail becomes that was let in, and what its From is, "" where it has none."""

    owner_id: int
    from_address: str


def release(
    session: Session, viewer: Viewer, inbound_id: int, now: datetime, *, user_id: int | None = None
) -> Released:
    """Let a held mail in; raise Missing, Forbidden, Conflict, Invalid.

    `user_id` names whose it becomes where it is nobody's.
    """
    row = _own_row(session, viewer, inbound_id)
    if row.status != "held":
        raise Conflict(_("This mail is not held."))
    owner_id = row.owner_id or _named(session, viewer, user_id) or viewer.user_id
    if user_id is not None and user_id != owner_id:
        raise Forbidden(_("This mail belongs to another."))
    from_address = str((row.reason_args or {}).get("from", ""))
    _must(_let_in(session, row, now, owner_id=owner_id, by=viewer.user_id))
    _audit(session, viewer, "held.release", row, now)
    return Released(owner_id, from_address)


def release_all_from(
    session: Session, company_id: int, sender_key: str, now: datetime, *, others_too: bool = True
) -> int:
    """Let in all held mail that a sender who is approved now has proved to be his; answer how many.

    Nobody decides about each of them, so the rules of today do: whose it is, and whether it is filed at all. What
    only claims to be from there stays held. `others_too`: mail that seemed to be a colleague's is his all the same,
    because he showed that he reads what is sent there.
    """
    standing = find_standing(session, company_id, sender_key)
    if standing is None or not standing.approved:
        return 0
    held = select(InboundMessage).where(InboundMessage.company_id == company_id, InboundMessage.status == "held")
    rows = session.scalars(held.order_by(InboundMessage.id), execution_options=AS_IT_IS)
    waiting = [row for row in rows if _is_proved_from(row, sender_key) and _may_be_his(row, standing, others_too)]
    return sum(_let_in(session, row, now, owner_id=standing.user_id, by=None) for row in waiting)


def discard(session: Session, viewer: Viewer, inbound_id: int, now: datetime) -> None:
    """Throw a held mail away, undoable for 7 days; raise Missing, Forbidden, Conflict."""
    row = _own_row(session, viewer, inbound_id)
    if row.status != "held":
        raise Conflict(_("This mail is not held."))
    _must(_discard(session, row, Rule.DISCARDED, now))
    _audit(session, viewer, "held.discard", row, now)


def restore(session: Session, viewer: Viewer, inbound_id: int, now: datetime) -> None:
    """Take a discarded mail back within 7 days; raise Missing, Forbidden, Conflict."""
    row = _own_row(session, viewer, inbound_id)
    if row.status != "discarded" or row.discarded_at is None:
        raise Conflict(_("This mail is not discarded."))
    if now - row.discarded_at > UNDOABLE:
        raise Conflict(_("This mail was discarded more than 7 days ago."))
    if row.reason in (Rule.DISCARDED, Rule.EXPIRED):
        until = now + timedelta(days=get_policies(session, viewer.company_id).hold_days)
        args = dict(row.reason_args or {})
        reason = args.pop("held_by", Rule.NOT_APPROVED)
        _must(
            _change(session, row, status="held", reason=reason, reason_args=args, held_until=until, discarded_at=None)
        )
    else:
        # R23: a person says that it is to be kept.
        _must(_let_in(session, row, now, owner_id=row.owner_id or viewer.user_id, by=viewer.user_id))
    _audit(session, viewer, "held.restore", row, now)


def expire(session: Session, company_id: int, now: datetime) -> int:
    """Discard held mail whose time is over; answer how many. For the worker's housekeeping."""
    over = select(InboundMessage).where(
        InboundMessage.company_id == company_id, InboundMessage.status == "held", InboundMessage.held_until < now
    )
    ended = 0
    for row in session.scalars(over).all():
        ended += _discard(session, row, Rule.EXPIRED, now)
    return ended


def _own_row(session: Session, viewer: Viewer, inbound_id: int) -> InboundMessage:
    row = find_row(session, viewer, inbound_id)
    if not sees_whole(session, viewer, row):
        raise Forbidden(_("This mail belongs to another."))
    if not viewer.may_write:
        raise Forbidden(_("A read-only user lets nothing in."))
    return row


def _named(session: Session, viewer: Viewer, user_id: int | None) -> int | None:
    if user_id is None:
        return None
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin says whose a mail is."))
    if get_user(session, viewer.company_id, user_id).state != "active":
        raise Invalid({"user_id": _("this user is deactivated")})
    return user_id


def _is_proved_from(row: InboundMessage, sender_key: str) -> bool:
    args = row.reason_args or {}
    return address_key(str(args.get("from", ""))) == sender_key and args.get("verdict") in BELIEVED


def _may_be_his(row: InboundMessage, standing: Standing, others_too: bool) -> bool:
    """Tell whether a mail waited for who has the address now, and not for a colleague."""
    his = {standing.user_id, *standing.members} - {None}
    submitted_by = row.envelope["submitted_by"]
    if submitted_by is not None:
        return submitted_by in his
    if (row.reason_args or {}).get("verdict") == Verdict.WEAK:
        return row.owner_id in his  # Only the secret of its owner's address spoke for it.
    return others_too or row.owner_id is None or row.owner_id in his


def _let_in(session: Session, row: InboundMessage, now: datetime, *, owner_id: int | None, by: int | None) -> bool:
    """Give a mail back to the worker; `by` is who decided about this very mail, None where the rules are to."""
    changed = _change(
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
    return changed and _told(session, row, EventKind.MESSAGE_RELEASED, now)


def _discard(session: Session, row: InboundMessage, rule: Rule, now: datetime) -> bool:
    kept = {**(row.reason_args or {}), "held_by": row.reason}
    changed = _change(session, row, status="discarded", reason=rule, reason_args=kept, discarded_at=now)
    return changed and _told(session, row, EventKind.MESSAGE_DISCARDED, now)


def _told(session: Session, row: InboundMessage, kind: EventKind, now: datetime) -> bool:
    """Tell webhooks, and answer that it was done."""
    emit(session, row.company_id, [Event(kind, {"inbound": row.id})], now)
    return True


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
        raise Conflict(_("Somebody else has just decided about this mail."))


def _audit(session: Session, viewer: Viewer, action: str, row: InboundMessage, now: datetime) -> None:
    # Mail that belongs to somebody is his own affair, mail of nobody the company's.
    own = OWN if row.owner_id == viewer.user_id else ""
    record_event(session, viewer.company_id, viewer.user_id, own + action, now=now, target=("inbound", row.id))
