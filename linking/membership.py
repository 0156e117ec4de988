"""Who is in a team, asked by the statement itself: whoever is taken out of one loses sight with that commit."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from accounts.viewer import Viewer
from db.models import Team, TeamMember

_mine: Final = aliased(TeamMember, name="my_place")
_theirs: Final = aliased(TeamMember, name="their_place")


def teams(viewer: Viewer) -> Select[int]:
    """The teams that the viewer is in now; asked once a statement, because nothing in it is of the row outside."""
    live = and_(Team.company_id == _mine.company_id, Team.id == _mine.team_id, Team.deleted_at.is_(None))
    mine = and_(_mine.company_id == viewer.company_id, _mine.user_id == viewer.user_id)
    return select(_mine.team_id).join(Team, live).where(mine).correlate(None)


def team_mates(viewer: Viewer) -> Select[int]:
    """The users who are in a team with the viewer now, himself among them."""
    same = and_(_theirs.company_id == _mine.company_id, _theirs.team_id == _mine.team_id)
    live = and_(Team.company_id == _mine.company_id, Team.id == _mine.team_id, Team.deleted_at.is_(None))
    mine = and_(_mine.company_id == viewer.company_id, _mine.user_id == viewer.user_id)
    found = select(_theirs.user_id).select_from(_mine).join(_theirs, same).join(Team, live)
    return found.where(mine).correlate(None)
