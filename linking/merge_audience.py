"""Whether two contacts are seen by the same people, and what keeps it so (RULES R30, R30a, R58)."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.models import Record, TeamMember


def seen_by_the_same(session: Session, one: Record, other: Record) -> bool:
    """Tell whether the visibility of both means the same people.

    A contact that a rule made counts as one made by hand: the merge is the hand that touches it (R30b).
    """
    if one.visibility != other.visibility:
        return False
    if one.visibility == "company" or (one.owner_id == other.owner_id and one.team_id == other.team_id):
        return True
    if one.visibility != "team" or one.team_id != other.team_id:
        return False
    members = select(func.count()).where(
        TeamMember.company_id == one.company_id,
        TeamMember.team_id == one.team_id,
        TeamMember.user_id.in_((one.owner_id, other.owner_id)),
    )
    return session.scalar(members) == 2


def take_audience(session: Session, holder: Record, back: Record) -> None:
    """Let a contact that comes back be seen by those who see its mail now, where that was changed since."""
    if seen_by_the_same(session, holder, back):
        return
    session.execute(
        update(Record)
        .where(Record.company_id == back.company_id, Record.id == back.id)
        .values(visibility=holder.visibility, team_id=holder.team_id, owner_id=holder.owner_id)
    )
