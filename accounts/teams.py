"""Teams: who shares letters and records among themselves (RULES R30, R30a).

Whoever is taken out of a team sees nothing through it from that moment on; whoever comes in sees what
is shared with it already. A deleted team opens nothing, and can be taken back for 30 days.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.companies import check_name
from accounts.refusals import Conflict, Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import Company, Team, TeamMember, User
from languages.speech import _

UNDOABLE: Final = timedelta(days=30)
MOST_MEMBERS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    """A team; `user_ids` is None for a viewer who is neither in it nor an admin: he knows its name alone."""

    id: int
    name: str
    user_ids: tuple[int, ...] | None
    created_at: datetime


def make_team(session: Session, viewer: Viewer, name: object, user_ids: Collection[int], now: datetime) -> TeamView:
    """Make a team; for admins. Raise Forbidden, Invalid, Conflict where the name is taken."""
    _check_admin(viewer)
    checked = check_name(name)
    _refuse_taken(session, viewer, checked)
    members = _check_members(session, viewer, user_ids)
    team_id = new_id(session)
    session.execute(insert(Team).values(company_id=viewer.company_id, id=team_id, name=checked, created_at=now))
    _write_members(session, viewer, team_id, members)
    _audit(session, viewer, "add", team_id, now, {"name": checked, "members": len(members)})
    return get_team(session, viewer, team_id)


def get_team(session: Session, viewer: Viewer, team_id: int) -> TeamView:
    """Answer a team; raise Missing."""
    row = session.scalars(
        _live(viewer).where(Team.id == team_id), execution_options={"populate_existing": True}
    ).first()
    if row is None:
        raise Missing("team")
    return _views(session, viewer, [row])[0]


def list_teams(
    session: Session, viewer: Viewer, limit: int = 200, before_id: int | None = None
) -> tuple[TeamView, ...]:
    """Answer the company's teams, the newest first."""
    query = _live(viewer) if before_id is None else _live(viewer).where(Team.id < before_id)
    return _views(session, viewer, session.scalars(query.order_by(Team.id.desc()).limit(limit)).all())


def teams_of(session: Session, viewer: Viewer) -> tuple[TeamView, ...]:
    """Answer the teams that the viewer is in, by name."""
    mine = select(TeamMember.team_id).where(
        TeamMember.company_id == viewer.company_id, TeamMember.user_id == viewer.user_id
    )
    return _views(session, viewer, session.scalars(_live(viewer).where(Team.id.in_(mine)).order_by(Team.name)).all())


def change_team(session: Session, viewer: Viewer, team_id: int, changes: Mapping[str, Any], now: datetime) -> TeamView:
    """Change name or members; for admins. Raise Forbidden, Missing, Invalid, Conflict."""
    _check_admin(viewer)
    before = get_team(session, viewer, team_id)
    if "name" in changes:
        name = check_name(changes["name"])
        _refuse_taken(session, viewer, name, but=team_id)
        session.execute(update(Team).where(*_this(viewer, team_id)).values(name=name))
    args: dict[str, Any] = {"fields": sorted(changes)}
    if "user_ids" in changes:
        members = _check_members(session, viewer, changes["user_ids"])
        _write_members(session, viewer, team_id, members)
        old, new = set(before.user_ids or ()), set(members)
        args |= {"added": sorted(new - old), "removed": sorted(old - new)}
    _audit(session, viewer, "change", team_id, now, args)
    return get_team(session, viewer, team_id)


def delete_team(session: Session, viewer: Viewer, team_id: int, now: datetime) -> None:
    """Take a team away, undoable for 30 days; what was shared with it is its owners' until then."""
    _check_admin(viewer)
    get_team(session, viewer, team_id)
    session.execute(update(Team).where(*_this(viewer, team_id)).values(deleted_at=now))
    _audit(session, viewer, "delete", team_id, now, {})


def restore_team(session: Session, viewer: Viewer, team_id: int, now: datetime) -> TeamView:
    """Bring a team back that was deleted in the last 30 days; raise Missing, Conflict where its name is taken."""
    _check_admin(viewer)
    row = session.scalars(select(Team).where(*_this(viewer, team_id), Team.deleted_at > now - UNDOABLE)).first()
    if row is None:
        raise Missing("team")
    _refuse_taken(session, viewer, row.name)
    session.execute(update(Team).where(*_this(viewer, team_id)).values(deleted_at=None))
    _audit(session, viewer, "restore", team_id, now, {})
    return get_team(session, viewer, team_id)


def _live(viewer: Viewer) -> Select[Team]:
    return select(Team).where(Team.company_id == viewer.company_id, Team.deleted_at.is_(None))


def _this(viewer: Viewer, team_id: int) -> tuple[Any, Any]:
    return Team.company_id == viewer.company_id, Team.id == team_id


def _views(session: Session, viewer: Viewer, rows: Sequence[Team]) -> tuple[TeamView, ...]:
    query = select(TeamMember.team_id, TeamMember.user_id).where(
        TeamMember.company_id == viewer.company_id, TeamMember.team_id.in_([row.id for row in rows])
    )
    members: dict[int, list[int]] = {row.id: [] for row in rows}
    for team_id, user_id in session.execute(query.order_by(TeamMember.user_id)) if rows else ():
        members[team_id].append(user_id)
    return tuple(
        TeamView(id=row.id, name=row.name, user_ids=_known(viewer, members[row.id]), created_at=row.created_at)
        for row in rows
    )


def _known(viewer: Viewer, members: Sequence[int]) -> tuple[int, ...] | None:
    return tuple(members) if viewer.is_admin or viewer.user_id in members else None


def _check_members(session: Session, viewer: Viewer, user_ids: Collection[int]) -> tuple[int, ...]:
    wanted = tuple(dict.fromkeys(user_ids))
    if len(wanted) > MOST_MEMBERS:
        raise Invalid({"user_ids": _("a team has at most {most_members} members").format(most_members=MOST_MEMBERS)})
    there = set(session.scalars(select(User.id).where(User.company_id == viewer.company_id, User.id.in_(wanted))))
    if set(wanted) - there:
        raise Invalid({"user_ids": _("there is no such user")})
    return wanted


def _write_members(session: Session, viewer: Viewer, team_id: int, user_ids: Sequence[int]) -> None:
    in_team = TeamMember.company_id == viewer.company_id, TeamMember.team_id == team_id
    session.execute(delete(TeamMember).where(*in_team))
    rows = [{"company_id": viewer.company_id, "team_id": team_id, "user_id": one} for one in user_ids]
    if rows:
        session.execute(insert(TeamMember), rows)


def _refuse_taken(session: Session, viewer: Viewer, name: str, but: int | None = None) -> None:
    # Two who take the same name at once wait for each other.
    session.execute(select(Company.id).where(Company.id == viewer.company_id).with_for_update(key_share=True))
    names = session.execute(
        select(Team.id, Team.name).where(Team.company_id == viewer.company_id, Team.deleted_at.is_(None))
    )
    if any(taken.casefold() == name.casefold() and team_id != but for team_id, taken in names):
        raise Conflict(_("A team of this name exists."))


def _check_admin(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin makes and changes teams."))


def _audit(session: Session, viewer: Viewer, act: str, team_id: int, now: datetime, args: Mapping[str, Any]) -> None:
    record_event(
        session, viewer.company_id, viewer.user_id, f"team.{act}", now=now, target=("team", team_id), args=args
    )
