"""Legal holds: what may not be deleted for now (RULES R53). A hold stops every deletion and opens nothing.

Admins place, list and end them. What one keeps is told to nobody: not how much it is, and not whose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.email import check_email
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import LegalHold, User
from languages.speech import _
from mail.address import address_key

LONGEST_REASON: Final = 500


class Held(StrEnum):
    """What a hold is about."""

    COMPANY = "company"
    USER = "user"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """A hold as admins see it."""

    id: int
    kind: Held
    user_id: int | None
    address: str | None
    reason: str
    created_by: int
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Holds:
    """What stands now: of the whole company, users by id, people by address key."""

    company: bool = False
    users: frozenset[int] = frozenset()
    people: frozenset[str] = frozenset()

    def keeps_user(self, user_id: int) -> bool:
        """Tell whether nothing of this user may go."""
        return self.company or user_id in self.users

    def keeps_person(self, key: str) -> bool:
        """Tell whether no mail of this address may go."""
        return self.company or key in self.people

    def names_in(self, raw: bytes) -> bool:
        """Tell whether a held person is named in the bytes of a mail."""
        plain = raw.lower()
        return any(one.encode() in plain for one in self.people)


def standing_holds(session: Session, company_id: int) -> Holds:
    """Answer what may not be deleted now; every deletion asks it, in the transaction that deletes."""
    query = select(LegalHold.kind, LegalHold.user_id, LegalHold.address_key).where(
        LegalHold.company_id == company_id, LegalHold.ended_at.is_(None)
    )
    rows = session.execute(query).all()
    return Holds(
        company=any(row.kind == Held.COMPANY for row in rows),
        users=frozenset(row.user_id for row in rows if row.user_id is not None),
        people=frozenset(row.address_key for row in rows if row.address_key),
    )


def place_hold(
    session: Session,
    viewer: Viewer,
    kind: Held,
    reason: str,
    now: datetime,
    *,
    user_id: int | None = None,
    address: str | None = None,
) -> HoldView:
    """Hold the company, a user of it or a person; raise Forbidden, Invalid."""
    _admins_alone(viewer)
    values = _about(session, viewer, kind, user_id, address) | {"reason": _check_reason(reason)}
    made_id = new_id(session)
    made = {"company_id": viewer.company_id, "id": made_id, "kind": str(kind), **values}
    session.execute(insert(LegalHold).values(**made, created_by=viewer.user_id, created_at=now))
    _audit(session, viewer, "hold.place", made_id, kind, now)
    return _view(_load(session, viewer, made_id))


def list_holds(
    session: Session, viewer: Viewer, limit: int = 200, before_id: int | None = None
) -> tuple[HoldView, ...]:
    """Answer holds, the newest first, ended ones included; raise Forbidden."""
    _admins_alone(viewer)
    query = select(LegalHold).where(LegalHold.company_id == viewer.company_id)
    if before_id is not None:
        query = query.where(LegalHold.id < before_id)
    return tuple(_view(row) for row in session.scalars(query.order_by(LegalHold.id.desc()).limit(limit)))


def end_hold(session: Session, viewer: Viewer, hold_id: int, now: datetime) -> None:
    """Let deletions go on; raise Forbidden, Missing. One that has ended stays as it is."""
    _admins_alone(viewer)
    row = _load(session, viewer, hold_id)
    if row.ended_at is not None:
        return
    this = LegalHold.company_id == viewer.company_id, LegalHold.id == hold_id
    session.execute(update(LegalHold).where(*this).values(ended_at=now, ended_by=viewer.user_id))
    _audit(session, viewer, "hold.end", hold_id, Held(row.kind), now)


def _about(session: Session, viewer: Viewer, kind: Held, user_id: int | None, address: str | None) -> dict[str, Any]:
    match kind:
        case Held.COMPANY:
            return {"user_id": None, "address_key": None}
        case Held.USER:
            there = select(User.id).where(User.company_id == viewer.company_id, User.id == user_id)
            if session.scalar(there) is None:
                raise Invalid({"user_id": _("there is no such user")})
            return {"user_id": user_id, "address_key": None}
        case Held.PERSON:
            return {"user_id": None, "address_key": address_key(check_email(address, "address"))}


def _check_reason(reason: str) -> str:
    plain = " ".join(reason.split())
    if not plain or len(plain) > LONGEST_REASON or not plain.isprintable():
        raise Invalid(
            {"reason": _("a reason has 1 to {longest_reason} characters").format(longest_reason=LONGEST_REASON)}
        )
    return plain


def _admins_alone(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden(_("Legal holds are for admins."))


def _load(session: Session, viewer: Viewer, hold_id: int) -> LegalHold:
    query = select(LegalHold).where(LegalHold.company_id == viewer.company_id, LegalHold.id == hold_id)
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise Missing("hold")
    return row


def _view(row: LegalHold) -> HoldView:
    return HoldView(
        id=row.id,
        kind=Held(row.kind),
        user_id=row.user_id,
        address=row.address_key,
        reason=row.reason,
        created_by=row.created_by,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def _audit(session: Session, viewer: Viewer, action: str, hold_id: int, kind: Held, now: datetime) -> None:
    # The address stands with the hold alone, so that it can be erased there.
    args = {"kind": str(kind)}
    record_event(session, viewer.company_id, viewer.user_id, action, now=now, target=("hold", hold_id), args=args)
