"""Teams: make, rename, fill and delete them (RULES R30, R30a)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from flask import request, url_for
from werkzeug.wrappers import Response

from accounts.refusals import Conflict, Invalid
from accounts.teams import TeamView, change_team, delete_team, get_team, list_teams, make_team, restore_team
from accounts.users import UserView, list_users
from languages.speech import _
from webui.admin_frame import admin, show_page
from webui.call import Call
from webui.forms import field
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried

MOST_LISTED: Final = 500


@admin.get("/teams")
def teams() -> str:
    """Show all teams."""
    return _list(NONE)


@admin.post("/teams")
def add_team() -> Response:
    """Make a team."""
    return tried(_add, _list)


@admin.get("/teams/<team>")
def team(team: str) -> str:
    """Show one team."""
    return _one(team, NONE)


@admin.post("/teams/<team>")
def change_one_team(team: str) -> Response:
    """Change its name and who is in it."""
    return tried(lambda: _change(team), lambda errors: _one(team, errors))


@admin.post("/teams/<team>/delete")
def delete_one_team(team: str) -> Response:
    """Take it away, undoable."""
    with writing() as call:
        team_id = call.unseal("team", team)
        name = get_team(call.session, call.viewer, team_id).name
        delete_team(call.session, call.viewer, team_id, call.now)
    return done(_("{name} is deleted.").format(name=name), "admin.teams", url_for("admin.restore_one_team", team=team))


@admin.post("/teams/<team>/restore")
def restore_one_team(team: str) -> Response:
    """Bring it back."""
    with writing() as call:
        name = restore_team(call.session, call.viewer, call.unseal("team", team), call.now).name
    return done(_("{name} is back.").format(name=name), "admin.teams")


def _add() -> Response:
    with _naming(), writing() as call:
        made = make_team(call.session, call.viewer, field("name"), _members(call), call.now)
    return done(_("{name} is there.").format(name=made.name), "admin.teams")


def _change(team: str) -> Response:
    with _naming(), writing() as call:
        changes: dict[str, Any] = {"name": field("name"), "user_ids": _members(call)}
        change_team(call.session, call.viewer, call.unseal("team", team), changes, call.now)
    return done(_("Saved."), "admin.teams")


@contextmanager
def _naming() -> Iterator[None]:
    """Tell a name that is taken beside its field."""
    try:
        yield
    except Conflict as taken:
        raise Invalid({"name": str(taken)}) from None


def _members(call: Call) -> list[int]:
    return [call.unseal("user", one) for one in request.form.getlist("user_ids")]


def _list(errors: Errors) -> str:
    with reading() as call:
        everybody = _everybody(call)
        names = {one.id: one for one in everybody}
        found = sorted(list_teams(call.session, call.viewer), key=lambda one: one.name.casefold())
        return show_page(call, "admin_teams.html", errors, rows=found, people=names, everybody=_able(everybody))


def _one(team: str, errors: Errors) -> str:
    with reading() as call:
        found: TeamView = get_team(call.session, call.viewer, call.unseal("team", team))
        inside = frozenset(found.user_ids or ())
        shown = [one for one in _everybody(call) if one.state == "active" or one.id in inside]
        return show_page(call, "admin_team.html", errors, team=found, everybody=shown)


def _everybody(call: Call) -> list[UserView]:
    return sorted(list_users(call.session, call.viewer.company_id, MOST_LISTED), key=lambda one: one.name.casefold())


def _able(everybody: list[UserView]) -> list[UserView]:
    return [one for one in everybody if one.state == "active"]
