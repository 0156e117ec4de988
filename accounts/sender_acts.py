"""What people do to an address on the list: the state moves on once, whoever else decides at the same moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.companies import get_policies
from accounts.refusals import Conflict, Forbidden, Missing
from accounts.sender_domains import is_vouched_for
from accounts.sender_request import Owner, is_able
from accounts.sender_tokens import end_tokens
from accounts.senders import ENDS, Sender, SenderAct, SenderState, next_state, sender_of
from accounts.viewer import Viewer
from db.models import ApprovedSender, User
from languages.speech import _, marked

TAKEN: Final = marked("This address stands for a colleague by now.")
UNCONFIRMED: Final = marked("Nobody has confirmed this address yet: only who reads its mail can do that.")
NOT_ABLE: Final = marked("This user may not send any more, so no address counts as theirs.")
LOGIN: Final = marked("It is the address to sign in with: it stays as long as its user does.")


def find_sender(session: Session, company_id: int, sender_id: int) -> Sender | None:
    """Answer an address of the company, whoever asks."""
    query = select(ApprovedSender).where(ApprovedSender.company_id == company_id, ApprovedSender.id == sender_id)
    row = session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    return sender_of(row) if row else None


def get_sender(session: Session, viewer: Viewer, sender_id: int) -> Sender:
    """Answer one of the viewer's own addresses, an admin's whole company's; raise Missing."""
    found = find_sender(session, viewer.company_id, sender_id)
    if found is None or not (viewer.is_admin or found.user_id == viewer.user_id):
        raise Missing("sender")
    return found


def confirm(session: Session, viewer: Viewer, sender: Sender, by: str, now: datetime) -> Sender:
    """Move an address on because its owner showed that he reads it, or its domain vouched for it.

    Where the company wants it so an admin still has to approve it, unless he is the one who does this. `by` is what
    showed it: "link", "code" or "domain". Raise Conflict.
    """
    if not is_able(session, viewer.company_id, Owner(sender.user_id, sender.team_id)):
        raise Conflict(_(NOT_ABLE))
    admin_decides = get_policies(session, viewer.company_id).sender_approval == "admin" and not viewer.is_admin
    moved = _move(session, viewer, sender, SenderAct.CONFIRM, now, admin_decides=admin_decides, args={"by": by})
    end_tokens(session, viewer.company_id, sender.id, now)
    return moved


def approve(session: Session, viewer: Viewer, sender_id: int, now: datetime) -> Sender:
    """Approve a confirmed address; for admins. Raise Forbidden, Missing, Conflict.

    One that nobody has confirmed is not approved, unless the DNS of its domain says that it is the company's.
    """
    sender = _of_company(session, viewer, sender_id)
    if sender.state is SenderState.REQUESTED:
        if not is_vouched_for(session, viewer.company_id, sender.address):
            raise Conflict(_(UNCONFIRMED))
        return confirm(session, viewer, sender, "domain", now)
    if not is_able(session, viewer.company_id, Owner(sender.user_id, sender.team_id)):
        raise Conflict(_(NOT_ABLE))
    return _move(session, viewer, sender, SenderAct.APPROVE, now)


def reject(session: Session, viewer: Viewer, sender_id: int, now: datetime) -> Sender:
    """Say no to an address that waits; for admins. Raise Forbidden, Missing, Conflict."""
    sender = _of_company(session, viewer, sender_id)
    moved = _move(session, viewer, sender, SenderAct.REJECT, now)
    end_tokens(session, viewer.company_id, sender_id, now)
    return moved


def revoke(session: Session, viewer: Viewer, sender_id: int, now: datetime) -> Sender:
    """Take an address back, one's own or as an admin; mail from it is held from now on.

    Raise Missing, and Conflict for a login address and for one that has ended.
    """
    sender = get_sender(session, viewer, sender_id)
    if sender.state not in ENDS and is_login(session, viewer.company_id, sender):
        raise Conflict(_(LOGIN))
    moved = _move(session, viewer, sender, SenderAct.REVOKE, now)
    end_tokens(session, viewer.company_id, sender_id, now)
    return moved


def verify_again(session: Session, viewer: Viewer, sender_id: int, now: datetime) -> Sender:
    """Make an approved address be confirmed anew; for admins. Its mail is held for its owner meanwhile."""
    return _move(session, viewer, _of_company(session, viewer, sender_id), SenderAct.VERIFY_AGAIN, now)


def is_login(session: Session, company_id: int, sender: Sender) -> bool:
    """Tell whether its user signs in with this address."""
    key = select(ApprovedSender.address_key).where(
        ApprovedSender.company_id == company_id, ApprovedSender.id == sender.id
    )
    this = User.company_id == company_id, User.id == sender.user_id, User.email_key == key.scalar_subquery()
    return session.scalar(select(User.id).where(*this)) is not None


def _of_company(session: Session, viewer: Viewer, sender_id: int) -> Sender:
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin decides about addresses."))
    return get_sender(session, viewer, sender_id)


def _move(
    session: Session,
    viewer: Viewer,
    sender: Sender,
    act: SenderAct,
    now: datetime,
    *,
    admin_decides: bool = True,
    args: Mapping[str, Any] | None = None,
) -> Sender:
    state = next_state(sender.state, act, admin_decides=admin_decides)
    values: dict[str, Any] = {"state": state, "changed_at": now}
    if act is SenderAct.CONFIRM:
        values["confirmed_at"] = now
    this = ApprovedSender.company_id == viewer.company_id, ApprovedSender.id == sender.id
    try:
        moved = session.execute(
            update(ApprovedSender)
            # PostgreSQL lets two look at the same row: who comes second finds another state.
            .where(*this, ApprovedSender.state == sender.state)
            .values(**values)
            .returning(ApprovedSender.id)
            .execution_options(synchronize_session=False)
        ).first()
    except IntegrityError:
        raise Conflict(_(TAKEN)) from None
    if moved is None:
        raise Conflict(_("Somebody else has just decided about this address."))
    record_event(
        session,
        viewer.company_id,
        viewer.user_id,
        f"sender.{act}",
        now=now,
        target=("sender", sender.id),
        args=dict(args or {}),
    )
    return replace(sender, state=state, changed_at=now)
