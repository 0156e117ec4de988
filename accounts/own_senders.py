"""One's own alternate addresses: ask for one, take one back (RULES R10)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from accounts.addresses import own_address_keys
from accounts.audit import record_event
from accounts.email import check_email
from accounts.refusals import Conflict, Invalid, Missing
from accounts.senders import ENDS, Sender, SenderAct, SenderState, next_state
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import ApprovedSender, User
from mail.address import address_key

MOST: Final = 50
"""Addresses of one user that stand."""
TAKEN: Final = "this address stands for a colleague of yours"
OURS: Final = "this is one of our own Bcc addresses: nobody writes from it"


def own_senders(session: Session, viewer: Viewer) -> tuple[Sender, ...]:
    """Answer the viewer's own addresses that stand, the newest first, then the latest that ended."""
    query = select(ApprovedSender).where(
        ApprovedSender.company_id == viewer.company_id, ApprovedSender.user_id == viewer.user_id
    )
    rows = session.scalars(query.order_by(ApprovedSender.id.desc()).limit(2 * MOST)).all()
    shown = [
        Sender(
            id=row.id, user_id=row.user_id, address=row.address, state=SenderState(row.state), created_at=row.created_at
        )
        for row in rows
    ]
    return tuple(sorted(shown, key=lambda one: one.state in ENDS))


def request_own(session: Session, viewer: Viewer, address: str, now: datetime) -> Sender:
    """Ask for an address to count as the viewer's; it still has to be confirmed. Raise Invalid."""
    plain = check_email(address, "address")
    key = address_key(plain)
    if own_address_keys(session, viewer.company_id, frozenset({key})):
        raise Invalid({"address": OURS})
    stands = select(ApprovedSender.user_id).where(
        ApprovedSender.company_id == viewer.company_id,
        ApprovedSender.address_key == key,
        ApprovedSender.state.not_in(ENDS),
    )
    owner_id = session.scalar(stands)
    if owner_id is not None:
        raise Invalid({"address": "this address is on your list already" if owner_id == viewer.user_id else TAKEN})
    if sum(one.state not in ENDS for one in own_senders(session, viewer)) >= MOST:
        raise Invalid({"address": f"you have {MOST} addresses already: revoke one first"})
    sender_id = new_id(session)
    session.execute(
        insert(ApprovedSender).values(
            company_id=viewer.company_id,
            id=sender_id,
            user_id=viewer.user_id,
            address=plain,
            address_key=key,
            state=SenderState.REQUESTED,
            created_at=now,
            changed_at=now,
        )
    )
    _audit(session, viewer, "sender.request", sender_id, now)
    return Sender(id=sender_id, user_id=viewer.user_id, address=plain, state=SenderState.REQUESTED, created_at=now)


def revoke_own(session: Session, viewer: Viewer, sender_id: int, now: datetime) -> str:
    """Take one of one's own addresses back and answer it; mail from it is held from now on.

    Raise Missing, and Conflict for the address one signs in with and for one that has ended.
    """
    query = select(ApprovedSender).where(
        ApprovedSender.company_id == viewer.company_id,
        ApprovedSender.user_id == viewer.user_id,
        ApprovedSender.id == sender_id,
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        raise Missing("sender")
    login = session.scalar(
        select(User.email_key).where(User.company_id == viewer.company_id, User.id == viewer.user_id)
    )
    if row.address_key == login:
        raise Conflict("You sign in with this address: an admin can change that.")
    state = next_state(SenderState(row.state), SenderAct.REVOKE, admin_decides=False)
    session.execute(
        update(ApprovedSender)
        .where(ApprovedSender.company_id == viewer.company_id, ApprovedSender.id == sender_id)
        .values(state=state, changed_at=now)
    )
    _audit(session, viewer, "sender.revoke", sender_id, now)
    return row.address


def _audit(session: Session, viewer: Viewer, action: str, sender_id: int, now: datetime) -> None:
    record_event(session, viewer.company_id, viewer.user_id, action, now=now, target=("sender", sender_id))
