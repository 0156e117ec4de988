"""Approved senders: which From addresses count as which user, or as which team (RULES R9, R10, R11).

The life of one, as one state machine:

    requested > confirmed > approved      confirmed waits for an admin where the policy asks, else
        |           |           |         it goes on to approved at once
        +-----------+---> rejected        an admin says no
        +-----------+-----------+---> revoked    the owner or an admin takes it back
    approved > requested                  an admin forces re-verification

rejected and revoked are ends: the address may be requested anew, by anybody. Several may request one address;
the first of them who confirms it has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import and_, bindparam, case, insert, or_, select
from sqlalchemy.orm import Session

from accounts.refusals import Conflict
from accounts.viewer import Role, Viewer
from db.ids import new_id
from db.models import ApprovedSender, Team, TeamMember, User
from languages.speech import _, marked
from mail.address import address_key


class SenderState(StrEnum):
    """Where an address stands."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    APPROVED = "approved"
    REJECTED = "rejected"
    REVOKED = "revoked"


class SenderAct(StrEnum):
    """What moves it on."""

    CONFIRM = "confirm"
    APPROVE = "approve"
    REJECT = "reject"
    REVOKE = "revoke"
    VERIFY_AGAIN = "verify_again"


ENDS: Final = frozenset({SenderState.REJECTED, SenderState.REVOKED})
KNOWN: Final = (SenderState.APPROVED, SenderState.CONFIRMED)
"""One of a company can have an address in one of these."""
NEXT: Final[Mapping[tuple[SenderState, SenderAct], SenderState]] = {
    (SenderState.REQUESTED, SenderAct.CONFIRM): SenderState.CONFIRMED,
    (SenderState.CONFIRMED, SenderAct.APPROVE): SenderState.APPROVED,
    (SenderState.REQUESTED, SenderAct.REJECT): SenderState.REJECTED,
    (SenderState.CONFIRMED, SenderAct.REJECT): SenderState.REJECTED,
    (SenderState.REQUESTED, SenderAct.REVOKE): SenderState.REVOKED,
    (SenderState.CONFIRMED, SenderAct.REVOKE): SenderState.REVOKED,
    (SenderState.APPROVED, SenderAct.REVOKE): SenderState.REVOKED,
    (SenderState.APPROVED, SenderAct.VERIFY_AGAIN): SenderState.REQUESTED,
}

STANDS: Final[Mapping[SenderState, str]] = {
    SenderState.REQUESTED: marked("This address waits to be confirmed: that cannot be done with it now."),
    SenderState.CONFIRMED: marked("This address waits for an admin: that cannot be done with it now."),
    SenderState.APPROVED: marked("This address is approved: that cannot be done with it now."),
    SenderState.REJECTED: marked("This address was rejected: nothing more can be done with it."),
    SenderState.REVOKED: marked("This address was revoked: nothing more can be done with it."),
}

_IS_ABLE: Final = and_(User.state == "active", User.role != Role.READ_ONLY)
# Asked for every mail: made once, because making a statement takes longer than its answer.
_STANDING: Final = (
    select(
        ApprovedSender.user_id,
        ApprovedSender.team_id,
        ApprovedSender.state,
        ApprovedSender.id,
        ApprovedSender.confirmed_at,
    )
    .outerjoin(User, and_(User.company_id == ApprovedSender.company_id, User.id == ApprovedSender.user_id))
    .outerjoin(Team, and_(Team.company_id == ApprovedSender.company_id, Team.id == ApprovedSender.team_id))
    .where(
        ApprovedSender.company_id == bindparam("company_id"),
        ApprovedSender.address_key == bindparam("key"),
        ApprovedSender.state.not_in(ENDS),
        or_(_IS_ABLE, and_(Team.id.is_not(None), Team.deleted_at.is_(None))),
    )
    # Of several who ask for it: whose it is already, else whose it once was, else who asked first.
    .order_by(
        case((ApprovedSender.state.in_(KNOWN), 0), (ApprovedSender.confirmed_at.is_not(None), 1), else_=2),
        ApprovedSender.id,
    )
    .limit(1)
)
_MEMBERS: Final = (
    select(TeamMember.user_id)
    .join(User, and_(User.company_id == TeamMember.company_id, User.id == TeamMember.user_id))
    .where(TeamMember.company_id == bindparam("company_id"), TeamMember.team_id == bindparam("team_id"), _IS_ABLE)
)
_COLLEAGUES: Final = (
    select(ApprovedSender.address_key)
    .where(
        ApprovedSender.company_id == bindparam("company_id"),
        ApprovedSender.address_key.in_(bindparam("keys", expanding=True)),
        ApprovedSender.state.in_(KNOWN),
    )
    .union(
        select(User.email_key).where(
            User.company_id == bindparam("company_id"), User.email_key.in_(bindparam("keys", expanding=True))
        )
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whose address this is, and whether it is approved.

    `user_id` is None for a team's, of whose `members` any may write from it. `known`: its owner has shown once that
    he reads what is sent there; what was only asked for says nothing about whose it is.
    """

    user_id: int | None
    state: SenderState
    sender_id: int
    team_id: int | None = None
    members: frozenset[int] = frozenset()
    known: bool = True

    @property
    def approved(self) -> bool:
        """Tell whether mail from here counts as this user's."""
        return self.state is SenderState.APPROVED

    def may_send(self, user_id: int) -> bool:
        """Tell whether mail from here that this user signed in for is his."""
        return self.approved and (user_id == self.user_id or user_id in self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """An address on the list: of a user or of a team."""

    id: int
    user_id: int | None
    team_id: int | None
    address: str
    state: SenderState
    created_at: datetime
    changed_at: datetime


def sender_of(row: ApprovedSender) -> Sender:
    """Answer a row as a value."""
    return Sender(
        id=row.id,
        user_id=row.user_id,
        team_id=row.team_id,
        address=row.address,
        state=SenderState(row.state),
        created_at=row.created_at,
        changed_at=row.changed_at,
    )


def next_state(state: SenderState, act: SenderAct, *, admin_decides: bool) -> SenderState:
    """Answer the state after an act; raise Conflict where the act does not fit the state."""
    reached = NEXT.get((state, act))
    if reached is None:
        raise Conflict(_(STANDS[state]))
    if reached is SenderState.CONFIRMED and not admin_decides:
        return SenderState.APPROVED
    return reached


def find_standing(session: Session, company_id: int, sender_key: str) -> Standing | None:
    """Answer whose address this is by its key; a read-only or deactivated user has none (RULES R11)."""
    connection = session.connection()
    row = connection.execute(_STANDING, {"company_id": company_id, "key": sender_key}).first()
    if row is None:
        return None
    members: frozenset[int] = frozenset()
    if row.team_id is not None:
        members = frozenset(connection.scalars(_MEMBERS, {"company_id": company_id, "team_id": row.team_id}))
    return Standing(
        user_id=row.user_id,
        team_id=row.team_id,
        members=members,
        state=SenderState(row.state),
        sender_id=row.id,
        known=row.confirmed_at is not None,
    )


def add_approved(session: Session, company_id: int, user_id: int, address: str, now: datetime) -> int:
    """Put an address on the list as approved from the start (a login address); raise Conflict where it is taken."""
    key = address_key(address)
    taken = select(ApprovedSender.id).where(
        ApprovedSender.company_id == company_id,
        ApprovedSender.address_key == key,
        ApprovedSender.state.in_(KNOWN),
    )
    if session.scalar(taken) is not None:
        raise Conflict(_("This address already stands for somebody."))
    sender_id = new_id(session)
    session.execute(
        insert(ApprovedSender).values(
            company_id=company_id,
            id=sender_id,
            user_id=user_id,
            address=address,
            address_key=key,
            state=SenderState.APPROVED,
            created_at=now,
            changed_at=now,
            confirmed_at=now,
        )
    )
    return sender_id


def list_senders(
    session: Session, viewer: Viewer, limit: int = 200, before_id: int | None = None
) -> tuple[Sender, ...]:
    """Answer the viewer's own addresses and those of his teams, an admin's whole company's, the newest first."""
    query = select(ApprovedSender).where(ApprovedSender.company_id == viewer.company_id)
    if not viewer.is_admin:
        teams = select(TeamMember.team_id).where(
            TeamMember.company_id == viewer.company_id, TeamMember.user_id == viewer.user_id
        )
        query = query.where(or_(ApprovedSender.user_id == viewer.user_id, ApprovedSender.team_id.in_(teams)))
    if before_id is not None:
        query = query.where(ApprovedSender.id < before_id)
    rows = session.scalars(
        query.order_by(ApprovedSender.id.desc()).limit(limit), execution_options={"populate_existing": True}
    )
    return tuple(map(sender_of, rows))


def colleagues_among(session: Session, company_id: int, keys: frozenset[str]) -> frozenset[str]:
    """Answer which of these address keys are users' login or alternate addresses, whatever the users' state."""
    if not keys:
        return frozenset()
    return frozenset(session.connection().scalars(_COLLEAGUES, {"company_id": company_id, "keys": list(keys)}))
