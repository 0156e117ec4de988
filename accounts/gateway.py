"""The company's gateway (RULES R56): its own server sends a copy of all mail to one secret address.

It is off until an admin switches it on, which makes the address, and takes nothing of a user who has not accepted
it. Both can be taken back, and that holds from the next mail on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import Session

from accounts.addresses import AddressKind, make_address
from accounts.audit import record_event
from accounts.refusals import Conflict, Forbidden
from accounts.senders import SenderState
from accounts.viewer import Role, Viewer
from db.inserting import insert_unless_there
from db.models import ApprovedSender, BccAddress, Company, GatewayMember, User
from languages.speech import _

MOST_KEYS: Final = 1_000
"""Addresses of one mail that are looked up, its author's first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """How it stands: its address, for admins alone; since when the viewer takes part; how many do."""

    is_on: bool
    address: str | None
    accepted_at: datetime | None
    members: int


def find_gateway(session: Session, viewer: Viewer) -> Gateway:
    """Answer how it stands."""
    address = session.scalar(select(BccAddress.address).where(_active(viewer.company_id)))
    of_company = GatewayMember.company_id == viewer.company_id
    accepted_at = session.scalar(
        select(GatewayMember.accepted_at).where(of_company, GatewayMember.user_id == viewer.user_id)
    )
    members = session.scalar(select(func.count()).select_from(GatewayMember).where(of_company))
    return Gateway(
        is_on=address is not None,
        address=address if viewer.is_admin else None,
        accepted_at=accepted_at,
        members=members or 0,
    )


def switch_on(session: Session, viewer: Viewer, mail_domain: str, now: datetime) -> str:
    """Make its address and answer it; for admins. Raise Forbidden, and Conflict where it is on."""
    _check_admin(viewer)
    # Locked, so that of two admins at once the second finds it on.
    session.execute(select(Company.id).where(Company.id == viewer.company_id).with_for_update(key_share=True))
    if session.scalar(select(BccAddress.id).where(_active(viewer.company_id))) is not None:
        raise Conflict(_("The gateway is on already."))
    address = make_address(session, viewer.company_id, AddressKind.GATEWAY, "gateway", mail_domain, now)
    record_event(session, viewer.company_id, viewer.user_id, "gateway.on", now=now)
    return address


def switch_off(session: Session, viewer: Viewer, now: datetime) -> None:
    """End its address for good; switching it on again makes another. For admins; raise Forbidden, Conflict."""
    _check_admin(viewer)
    ended = update(BccAddress).where(_active(viewer.company_id)).values(state="off", grace_until=now)
    if (
        session.execute(ended.returning(BccAddress.id), execution_options={"synchronize_session": False}).first()
        is None
    ):
        raise Conflict(_("The gateway is off already."))
    record_event(session, viewer.company_id, viewer.user_id, "gateway.off", now=now)


def accept(session: Session, viewer: Viewer, now: datetime) -> None:
    """Let it file one's own mail from now on; raise Conflict while it is off, Forbidden for who only reads."""
    if not viewer.may_write:
        raise Forbidden(_("A read-only user files no mail."))
    if session.scalar(select(BccAddress.id).where(_active(viewer.company_id))) is None:
        raise Conflict(_("The company has not switched the gateway on."))
    row = {"company_id": viewer.company_id, "user_id": viewer.user_id, "accepted_at": now}
    session.execute(insert_unless_there(session, GatewayMember, ("company_id", "user_id")), [row])
    record_event(session, viewer.company_id, viewer.user_id, "gateway.accept", now=now)


def withdraw(session: Session, viewer: Viewer, now: datetime) -> None:
    """Let it file nothing of one's own any more; once is enough."""
    this = GatewayMember.company_id == viewer.company_id, GatewayMember.user_id == viewer.user_id
    gone = delete(GatewayMember).where(*this).returning(GatewayMember.user_id)
    if session.execute(gone, execution_options={"synchronize_session": False}).first() is None:
        return
    record_event(session, viewer.company_id, viewer.user_id, "gateway.withdraw", now=now)


def members_among(session: Session, company_id: int, keys: Sequence[str]) -> dict[str, int]:
    """Answer, by address key, which of these are approved addresses of active users who accepted it."""
    asked = list(keys[:MOST_KEYS])
    if not asked:
        return {}
    rows = session.execute(
        select(ApprovedSender.address_key, GatewayMember.user_id)
        .join(
            GatewayMember,
            and_(
                GatewayMember.company_id == ApprovedSender.company_id, GatewayMember.user_id == ApprovedSender.user_id
            ),
        )
        .join(User, and_(User.company_id == GatewayMember.company_id, User.id == GatewayMember.user_id))
        .where(
            ApprovedSender.company_id == company_id,
            ApprovedSender.address_key.in_(asked),
            ApprovedSender.state == SenderState.APPROVED,
            User.state == "active",
            User.role != Role.READ_ONLY,
        )
    )
    return dict(rows.all())


def _active(company_id: int) -> ColumnElement[bool]:
    return and_(
        BccAddress.company_id == company_id, BccAddress.kind == AddressKind.GATEWAY, BccAddress.state == "active"
    )


def _check_admin(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin switches the gateway on and off."))
