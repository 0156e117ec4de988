"""Signing in and out, and the form behind an invitation."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from accounts.invites import Invitation, accept_invite, find_invite
from accounts.login import Throttled, Welcome, sign_in
from accounts.passwords import hash_password
from accounts.refusals import Invalid
from accounts.sessions import open_session, revoke_session
from webui.auth import local_path, signed_in, welcome
from webui.backend import backend
from webui.forms import field
from webui.pages import done
from webui.problem import FieldError

login: Final = Blueprint("login", __name__)
WRONG: Final = "This address and password do not belong together."
GONE: Final = "This link has been used, or is too old. Ask your admin for a new one."


@login.get("/")
def home() -> Response:
    """Lead to the inbox, or to the form."""
    return redirect(url_for("inbox.show" if current_user.is_authenticated else "login.show"))


@login.get("/login")
def show() -> str | Response:
    """Show the form."""
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next")))
    return render_template("login.html", email="", next=request.args.get("next", ""))


@login.post("/login")
def enter() -> Response:
    """Check the password; every failure looks and lasts alike (SECURITY W5)."""
    email, password = field("email", 320), request.form.get("password", "")
    wanted = field("next") or request.args.get("next", "")
    outcome = sign_in(backend().database, email, password, request.remote_addr or "", str(request.user_agent))
    match outcome:
        case Welcome(secret=secret):
            welcome(secret)
            return redirect(local_path(wanted), HTTPStatus.SEE_OTHER)
        case Throttled(retry_after_seconds=seconds):
            response = _form_again(
                email, wanted, "Too many tries. Please wait a few minutes.", HTTPStatus.TOO_MANY_REQUESTS
            )
            response.headers["Retry-After"] = str(seconds)
            return response
        case _:
            return _form_again(email, wanted, WRONG, HTTPStatus.UNPROCESSABLE_ENTITY)


@login.post("/logout")
def logout() -> Response:
    """End this browser's session row, then the cookie."""
    here, browser = backend(), signed_in()
    with here.database.write() as write:
        revoke_session(write, browser.viewer, browser.session_id, here.database.now(write))
    logout_user()
    session.clear()
    return redirect(url_for("login.show"), HTTPStatus.SEE_OTHER)


@login.get("/invite/<secret>")
def invited(secret: str) -> Response:
    """Show the form that sets a password; looking changes nothing (SECURITY W4)."""
    invitation = _open_invitation(secret)
    return _password_form(invitation, []) if invitation else _gone()


@login.post("/invite/<secret>")
def accept(secret: str) -> Response:
    """Set the password and sign in."""
    invitation = _open_invitation(secret)
    if invitation is None:
        return _gone()
    password = request.form.get("password", "")
    try:
        if password != request.form.get("password_again", password):
            raise Invalid({"password_again": "the two passwords differ"})
        password_hash = hash_password(password)
    except Invalid as wrong:
        return _password_form(invitation, [FieldError(*one) for one in wrong.errors.items()])
    here = backend()
    with here.database.write() as write:
        now = here.database.now(write)
        viewer = accept_invite(write, secret, password_hash, now)
        opened = open_session(write, viewer, str(request.user_agent), now) if viewer else None
    if opened is None:
        return _gone()
    welcome(opened)
    return done("Your password is set. Welcome.", "inbox.show")


def _open_invitation(secret: str) -> Invitation | None:
    here = backend()
    with here.database.read() as read:
        found = find_invite(read, secret, here.database.now(read))
    return found if found and found.open else None


def _form_again(email: str, wanted: str, sentence: str, status: HTTPStatus) -> Response:
    return make_response(render_template("login.html", email=email, next=wanted, sentence=sentence), status)


def _password_form(invitation: Invitation, errors: list[FieldError]) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return make_response(render_template("password.html", invitation=invitation, errors=errors), status)


def _gone() -> Response:
    page = render_template("error.html", status=HTTPStatus.GONE, sentence=GONE, errors=())
    return make_response(page, HTTPStatus.GONE)
