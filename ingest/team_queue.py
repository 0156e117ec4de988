"""The queue of a team: held mail that belongs to no user, and that every member of the team decides about.

Admins who are not in the team know of it what they know of a colleague's held mail.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Select, and_, cast, exists, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.base import BigId
from db.models import InboundMessage, Team, TeamMember
from ingest.team_mail import TEAM

_OF_ROW: Final[ColumnElement[int]] = cast(InboundMessage.reason_args[TEAM].as_string(), BigId)


def of_my_teams(viewer: Viewer) -> ColumnElement[bool]:
    """Answer the condition of a row in the queue of one of the viewer's teams."""
    return and_(InboundMessage.owner_id.is_(None), _OF_ROW.in_(_mine(viewer)))


def of_no_team() -> ColumnElement[bool]:
    """Answer the condition of a row in no team's queue."""
    return _OF_ROW.is_(None)


def team_of(row: InboundMessage) -> int | None:
    """Answer in whose queue a row is."""
    team = (row.reason_args or {}).get(TEAM)
    return team if isinstance(team, int) and row.owner_id is None else None


def is_in_team(session: Session, viewer: Viewer, team_id: int) -> bool:
    """Tell whether the viewer decides about what is in that queue."""
    mine = _mine(viewer).where(TeamMember.team_id == team_id)
    return bool(session.scalar(select(exists(mine))))


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
