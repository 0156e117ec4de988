"""The queue of a team: held mail that belongs to no user, and that every member of the team decides about.

Admins who are not in the team know of it what they know of a colleague's held mail; where the team is gone, or nobody
is left in it who may decide, it is nobody's, and theirs to decide about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from accounts.viewer import Role, Viewer
from db.models import InboundMessage, Team, TeamMember, User
from ingest.team_mail import TEAM

_OF_ROW: Final[ColumnElement[Decimal]] = InboundMessage.reason_args[TEAM].as_numeric(20, 0)
"""An id has 63 bits; the integer that PostgreSQL reads out of JSON has 32."""


def of_my_teams(viewer: Viewer) -> ColumnElement[bool]:
    """Answer the condition of a row in the queue of one of the viewer's teams."""
    return and_(InboundMessage.owner_id.is_(None), _OF_ROW.in_(_mine(viewer)))


def of_no_team(company_id: int) -> ColumnElement[bool]:
    """Answer the condition of a row in no team's queue, or in one that nobody decides about any more."""
    return or_(_OF_ROW.is_(None), _OF_ROW.not_in(_deciding(company_id).with_only_columns(TeamMember.team_id)))


def team_of(row: InboundMessage) -> int | None:
    """Answer in whose queue a row is."""
    team = (row.reason_args or {}).get(TEAM)
    return team if isinstance(team, int) and row.owner_id is None else None


def is_in_team(session: Session, viewer: Viewer, team_id: int) -> bool:
    """Tell whether the viewer decides about what is in that queue."""
    mine = _mine(viewer).where(TeamMember.team_id == team_id)
    return bool(session.scalar(select(exists(mine))))


def deciders(session: Session, company_id: int) -> Mapping[int, tuple[int, ...]]:
    """Answer by team who decides about its queue; a team of which nobody does is not there."""
    found: defaultdict[int, tuple[int, ...]] = defaultdict(tuple)
    for team_id, user_id in session.execute(_deciding(company_id).order_by(TeamMember.team_id, TeamMember.user_id)):
        found[team_id] += (user_id,)
    return dict(found)


def _deciding(company_id: int) -> Select[int, int]:
    return (
        select(TeamMember.team_id, TeamMember.user_id)
        .join(Team, and_(Team.company_id == TeamMember.company_id, Team.id == TeamMember.team_id))
        .join(User, and_(User.company_id == TeamMember.company_id, User.id == TeamMember.user_id))
        .where(
            TeamMember.company_id == company_id,
            Team.deleted_at.is_(None),
            User.state == "active",
            User.role != Role.READ_ONLY,
        )
    )


def _mine(viewer: Viewer) -> Select[int]:
    return (
        select(TeamMember.team_id)
        .join(Team, and_(Team.company_id == TeamMember.company_id, Team.id == TeamMember.team_id))
        .where(
            TeamMember.company_id == viewer.company_id,
            TeamMember.user_id == viewer.user_id,
            Team.deleted_at.is_(None),
        )
    )
