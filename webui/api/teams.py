"""`teams`: everybody reads their names, admins make and change them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

from pydantic import Field

from accounts.teams import TeamView, change_team, delete_team, get_team, list_teams, make_team
from webui.api.operation import Operations
from webui.api.references import missing_references, number_of
from webui.api.shape import Answered, Asked, Change, Line, Listed, Moment, Page, Sealed, unset
from webui.call import Call
from webui.cursor import paged, seal_cursor

operations: Final = Operations()
UserIds = Annotated[list[Sealed], Field(max_length=500)]


class Team(Answered):
    """People who share among themselves; `user_ids` is null for a caller who is neither in it nor an admin."""

    id: str
    name: str
    user_ids: list[str] | None
    created_at: Moment


class TeamNew(Asked):
    """A team to make."""

    name: Line
    user_ids: UserIds = Field(default=[])


class TeamChange(Change):
    """What an admin changes; `user_ids` are all of its members."""

    name: Line = unset()
    user_ids: UserIds = unset()


@operations.add("GET", "/teams", "List the teams", query=Page, answer=Listed[Team])
def list_all_teams(call: Call, page: Page) -> Listed[Team]:
    """Answer the newest first."""
    found = paged(
        call, page, lambda limit, before: list_teams(call.session, call.viewer, limit, before), lambda row: row.id
    )
    return Listed[Team](data=[_shown(call, row) for row in found.rows], next_cursor=seal_cursor(call, found.next))


@operations.add("GET", "/teams/{team}", "Read a team", answer=Team)
def get_one_team(call: Call, team_id: int) -> Team:
    """Answer one."""
    return _shown(call, get_team(call.session, call.viewer, team_id))


@operations.add("POST", "/teams", "Make a team", body=TeamNew, answer=Team, status=HTTPStatus.CREATED, admin=True)
def post_team(call: Call, new: TeamNew) -> Team:
    """Make one."""
    with missing_references():
        return _shown(call, make_team(call.session, call.viewer, new.name, _numbers(call, new.user_ids), call.now))


@operations.add("PATCH", "/teams/{team}", "Change a team's name or members", body=TeamChange, answer=Team, admin=True)
def patch_team(call: Call, change: TeamChange, team_id: int) -> Team:
    """Change what is named."""
    changes: dict[str, Any] = change.named()
    if "user_ids" in changes:
        changes["user_ids"] = _numbers(call, changes["user_ids"])
    with missing_references():
        return _shown(call, change_team(call.session, call.viewer, team_id, changes, call.now))


@operations.add("DELETE", "/teams/{team}", "Delete a team: it opens nothing any more", name="delete_team", admin=True)
def delete_one_team(call: Call, team_id: int) -> None:
    """Take it away."""
    delete_team(call.session, call.viewer, team_id, call.now)


def _numbers(call: Call, user_ids: list[str]) -> list[int]:
    return [number_of(call, "user", one) for one in user_ids]


def _shown(call: Call, team: TeamView) -> Team:
    return Team(
        id=call.seal("team", team.id),
        name=team.name,
        user_ids=None if team.user_ids is None else [call.seal("user", one) for one in team.user_ids],
        created_at=team.created_at,
    )
