"""The company for its admins: users, policies, health. Nothing here shows what a mail says (SECURITY W7)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from accounts.companies import change_company, get_company
from accounts.invites import make_invite
from accounts.user_change import change_user
from accounts.users import add_user, get_user, list_users
from webui.api.company import CompanyChange
from webui.api.users import UserChange, UserNew
from webui.auth import viewer
from webui.call import Call
from webui.forms import read_form
from webui.health import look_at_mail
from webui.pages import done, reading, render, writing
from webui.problem import forbidden

admin: Final = Blueprint("admin", __name__, url_prefix="/admin")


@admin.before_request
def admins_alone() -> None:
    """Answer 403 to everybody else."""
    if not viewer().is_admin:
        raise forbidden("This page is for admins.")


@admin.get("")
def show() -> str:
    """Show the company."""
    with reading() as call:
        return _page(call)


@admin.post("/company")
def change_policies() -> Response:
    """Change what the form names."""
    several = [name for name in ("domains",) if name in request.form]
    changes = read_form(CompanyChange, several=several, numbers=("hold_days",)).named()
    with writing() as call:
        change_company(call.session, call.viewer, changes, call.now)
    return done("Saved.", "admin.show")


@admin.post("/users")
def add() -> Response:
    """Add a user and show the invitation, once."""
    new = read_form(UserNew)
    with writing() as call:
        domain = call.backend.settings.mail_domain[0]
        made = add_user(
            call.session, call.viewer.company_id, new.email, new.name, new.role, call.now, domain, by=call.viewer
        )
        secret = make_invite(call.session, made.viewer, call.now)
        page = _page(call, invited=new.email, invite_url=_invite_url(call, secret))
    return make_response(page, HTTPStatus.CREATED)


@admin.post("/users/<user>")
def change(user: str) -> Response:
    """Change a user's name, role or state."""
    changes = read_form(UserChange)
    with writing() as call:
        change_user(call.session, call.viewer, call.unseal("user", user), changes.named(), call.now)
    return done("Saved.", "admin.show")


@admin.post("/users/<user>/invite")
def invite(user: str) -> Response:
    """Make a new invitation, for a first or a forgotten password; earlier ones end."""
    with writing() as call:
        found = get_user(call.session, call.viewer.company_id, call.unseal("user", user))
        secret = make_invite(call.session, found.viewer, call.now)
        page = _page(call, invited=found.email, invite_url=_invite_url(call, secret))
    return make_response(page, HTTPStatus.CREATED)


def _page(call: Call, **more: Any) -> str:
    company_id = call.viewer.company_id
    return render(
        call,
        "admin.html",
        company=get_company(call.session, company_id),
        users=list_users(call.session, company_id),
        health=look_at_mail(call),
        **more,
    )


def _invite_url(call: Call, secret: str) -> str:
    return f"{call.backend.settings.base_url.rstrip('/')}/invite/{secret}"
