"""Users: invite them, change what they may do, let them leave and come back (RULES R55)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from flask import make_response, url_for
from werkzeug.wrappers import Response

from accounts.invites import make_invite
from accounts.leaving import GRACE, KEPT, find_leavers
from accounts.second_factor import is_on, reset
from accounts.sightings import last_seen
from accounts.user_change import change_user
from accounts.users import UserState, UserView, add_user, get_user, list_users
from accounts.ways_in import has_own_way
from languages.speech import _
from webui.admin_frame import admin, show_page
from webui.api.users import UserChange, UserNew
from webui.call import Call
from webui.cursor import paged
from webui.forms import page_query, read_form
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried

MOST_LISTED: Final = 200
"""Colleagues to choose from."""


@admin.get("/users")
def users() -> str:
    """Show everybody, the newest first."""
    with reading() as call:
        return _list(call, NONE)


@admin.post("/users")
def add() -> Response:
    """Add a user and show the invitation, once."""
    return tried(_add, _list_again)


@admin.get("/users/<user>")
def user(user: str) -> str:
    """Show one user."""
    with reading() as call:
        return _one(call, call.unseal("user", user), NONE)


@admin.post("/users/<user>")
def change(user: str) -> Response:
    """Change a user's name, role or state; with `successor_id`, who follows him."""

    def again(errors: Errors) -> str:
        with reading() as call:
            return _one(call, call.unseal("user", user), errors)

    return tried(lambda: _change(user), again)


@admin.get("/users/<user>/leave")
def leave(user: str) -> str:
    """Say what it means to deactivate a user, and ask once."""
    with reading() as call:
        found = get_user(call.session, call.viewer.company_id, call.unseal("user", user))
        return show_page(
            call,
            "admin_leave.html",
            user=found,
            colleagues=_successors(call, found),
            grace_days=GRACE.days,
            kept_days=KEPT.days,
        )


@admin.post("/users/<user>/invite")
def invite(user: str) -> Response:
    """Make a new invitation for a first password; earlier ones end."""
    with writing() as call:
        user_id = call.unseal("user", user)
        found = get_user(call.session, call.viewer.company_id, user_id)
        url = _invite_url(call, make_invite(call.session, found.viewer, call.now, by=call.viewer))
        return make_response(_one(call, user_id, NONE, invite_url=url), HTTPStatus.CREATED)


@admin.post("/users/<user>/second-step/reset")
def reset_second_step(user: str) -> Response:
    """Let a user who lost everything sign in by password alone."""
    with writing() as call:
        reset(call.session, call.viewer, call.unseal("user", user), call.now)
    return done(_("The second step is off. Ask for a new one to be set up."), "admin.user", user=user)


def _add() -> Response:
    new = read_form(UserNew)
    with writing() as call:
        domain, company_id = call.backend.settings.mail_domain[0], call.viewer.company_id
        made = add_user(call.session, company_id, new.email, new.name, new.role, call.now, domain, by=call.viewer)
        url = _invite_url(call, make_invite(call.session, made.viewer, call.now, by=call.viewer))
        return make_response(_one(call, made.user_id, NONE, invite_url=url), HTTPStatus.CREATED)


def _change(user: str) -> Response:
    changes = read_form(UserChange).named()
    with writing() as call:
        user_id = call.unseal("user", user)
        if changes.get("successor_id") is not None:
            changes["successor_id"] = call.unseal("user", changes["successor_id"])
        after = change_user(call.session, call.viewer, user_id, changes, call.now)
    if changes.get("state") == UserState.DEACTIVATED:
        back = {"state": str(UserState.ACTIVE)}
        return done(
            _("{name} is deactivated.").format(name=after.name), "admin.users", url_for("admin.change", user=user), back
        )
    return done(_("Saved."), "admin.user", user=user)


def _list_again(errors: Errors) -> str:
    with reading() as call:
        return _list(call, errors)


def _list(call: Call, errors: Errors) -> str:
    company_id = call.viewer.company_id
    found = paged(
        call,
        page_query(),
        lambda limit, before: list_users(call.session, company_id, limit, before),
        lambda row: row.id,
    )
    ids = [row.id for row in found.rows]
    seen, left = last_seen(call.session, company_id, ids), find_leavers(call.session, company_id, ids)
    more = {"rows": found.rows, "seen": seen, "left": left, "older": None if errors else found.next}
    return show_page(call, "admin_users.html", errors, **more)


def _one(call: Call, user_id: int, errors: Errors, **more: Any) -> str:
    company_id = call.viewer.company_id
    found = get_user(call.session, company_id, user_id)
    leaver = find_leavers(call.session, company_id, [user_id]).get(user_id)
    successor_id = leaver.successor_id if leaver else None
    return show_page(
        call,
        "admin_user.html",
        errors,
        user=found,
        seen=last_seen(call.session, company_id, [user_id]).get(user_id),
        has_own_way=has_own_way(call.session, company_id, user_id),
        has_second_step=is_on(call.session, company_id, user_id),
        leaver=leaver,
        successor=get_user(call.session, company_id, successor_id) if successor_id else None,
        colleagues=_successors(call, found) if leaver and successor_id is None else (),
        **more,
    )


def _successors(call: Call, leaver: UserView) -> list[UserView]:
    """Answer who may follow a user, by name."""
    everybody = list_users(call.session, call.viewer.company_id, MOST_LISTED)
    able = [one for one in everybody if one.state is UserState.ACTIVE and one.viewer.may_write and one.id != leaver.id]
    return sorted(able, key=lambda one: one.name.casefold())


def _invite_url(call: Call, secret: str) -> str:
    return f"{call.backend.settings.base_url.rstrip('/')}/invite/{secret}"
