"""Rotation of the addresses that carry a secret (RULES R12): a new one at once, the old one for a while.

active > grace (replaced; takes mail until `grace_until`, and what comes by it is marked) > off

Nothing has to run for the grace to end: whoever looks an address up compares the times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from accounts.addresses import AddressKind, make_address
from accounts.audit import record_event
from accounts.refusals import Conflict, Forbidden, Missing
from accounts.viewer import Viewer
from db.models import BccAddress
from languages.speech import _

GRACE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class OldAddress:
    """A replaced address that still takes mail."""

    id: int
    kind: AddressKind
    address: str
    retired_at: datetime
    grace_until: datetime


def rotate(session: Session, viewer: Viewer, kind: AddressKind, replaces: str, mail_domain: str, now: datetime) -> str:
    """Put a new address in the place of one's own, or for admins of the company's, and answer it.

    `replaces` is the address that the viewer means: a form that is sent twice rotates once. One that was
    replaced before and still took mail stops at once: at most two of a kind work.

    Raise Forbidden where the viewer may not, and Conflict where another was put in its place meanwhile.
    """
    _check_allowed(viewer, kind)
    current = session.scalars(
        select(BccAddress).where(_of(viewer, kind), BccAddress.state == "active").order_by(BccAddress.id.desc())
    ).first()
    if current is None or current.address != replaces:
        raise Conflict(_("This address has been replaced already."))
    _end(session, and_(_of(viewer, kind), BccAddress.state == "grace"), now)
    this = and_(BccAddress.company_id == viewer.company_id, BccAddress.id == current.id)
    values = {"state": "grace", "retired_at": now, "grace_until": now + GRACE}
    session.execute(update(BccAddress).where(this).values(values))
    prefix = replaces.partition("-")[0]
    user_id = viewer.user_id if kind is AddressKind.PERSONAL else None
    made = make_address(session, viewer.company_id, kind, prefix, mail_domain, now, user_id=user_id)
    _audit(session, viewer, "address.rotate", kind, current.id, now)
    return made


def end_grace(session: Session, viewer: Viewer, address_id: int, now: datetime) -> None:
    """Switch a replaced address off before its time; raise Missing, Forbidden."""
    row = session.scalars(_in_grace(viewer, now).where(BccAddress.id == address_id)).one_or_none()
    if row is None:
        raise Missing("address")
    kind = AddressKind(row.kind)
    _check_allowed(viewer, kind)
    _end(session, and_(BccAddress.company_id == viewer.company_id, BccAddress.id == address_id), now)
    _audit(session, viewer, "address.off", kind, address_id, now)


def old_addresses(session: Session, viewer: Viewer, now: datetime) -> tuple[OldAddress, ...]:
    """Answer the replaced addresses of the viewer and of the company that still take mail, the newest first."""
    rows = session.scalars(_in_grace(viewer, now).order_by(BccAddress.id.desc()))
    return tuple(
        OldAddress(
            id=row.id,
            kind=AddressKind(row.kind),
            address=row.address,
            retired_at=row.retired_at or row.created_at,
            grace_until=row.grace_until or now,
        )
        for row in rows
    )


def _in_grace(viewer: Viewer, now: datetime) -> Select[BccAddress]:
    theirs = or_(_of(viewer, AddressKind.PERSONAL), _of(viewer, AddressKind.UNIVERSAL))
    return select(BccAddress).where(theirs, BccAddress.state == "grace", BccAddress.grace_until > now)


def _of(viewer: Viewer, kind: AddressKind) -> ColumnElement[bool]:
    user_id = viewer.user_id if kind is AddressKind.PERSONAL else None
    return and_(
        BccAddress.company_id == viewer.company_id,
        BccAddress.kind == kind,
        BccAddress.user_id.is_not_distinct_from(user_id),
    )


def _end(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    session.execute(update(BccAddress).where(which).values(state="off", grace_until=now))


def _check_allowed(viewer: Viewer, kind: AddressKind) -> None:
    if kind is AddressKind.RECORD:
        raise Forbidden(_("The address of a record stays as it is."))
    if kind is AddressKind.UNIVERSAL and not viewer.is_admin:
        raise Forbidden(_("Only an admin replaces the company's address."))


def _audit(session: Session, viewer: Viewer, action: str, kind: AddressKind, address_id: int, now: datetime) -> None:
    target = ("bcc_address", address_id)
    record_event(session, viewer.company_id, viewer.user_id, action, now=now, target=target, args={"kind": kind})
