"""Signing in and out: the password, then the code where there is a second step; the form behind an invitation."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from accounts.invites import Invitation, accept_invite, find_invite
from accounts.login import Welcome, give_code, let_in, sign_in
from accounts.own_password import words_about
from accounts.passwords import check_chosen_password, hash_password
from accounts.refusals import Invalid
from accounts.second_step import HalfWay, open_half_way
from accounts.sessions import revoke_session
from accounts.throttle import Throttled
from webui.auth import local_path, peer, signed_in, welcome
from webui.backend import backend
from webui.forms import field
from webui.pages import done

login: Final = Blueprint("login", __name__)
WRONG: Final = "This address and password do not belong together."
WRONG_CODE: Final = "This code is not right. An authenticator shows a new one every 30 seconds, and each works once."
GONE: Final = "This link has been used, or is too old. Ask your admin for a new one."
TOO_OFTEN: Final = "Too many tries. Please wait a few minutes."
HALF_WAY: Final = "half_way"
WANTED: Final = "wanted"


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
    outcome = sign_in(backend().database, email, password, peer(), str(request.user_agent))
    match outcome:
        case Welcome(secret=secret):
            welcome(secret)
            return redirect(local_path(wanted), HTTPStatus.SEE_OTHER)
        case HalfWay():
            return to_code(outcome, wanted)
        case Throttled(retry_after_seconds=seconds):
            return _later(render_template("login.html", email=email, next=wanted, sentence=TOO_OFTEN), seconds)
        case _:
            page = render_template("login.html", email=email, next=wanted, sentence=WRONG)
            return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


@login.get("/login/code")
def ask_code() -> Response:
    """Ask for the code where the password was right a moment ago."""
    if current_user.is_authenticated or _half_way() is None:
        return redirect(url_for("login.home"))
    return make_response(render_template("code.html"))


@login.post("/login/code")
def check_code() -> Response:
    """Check the code and sign in; nothing was open before."""
    half_way = _half_way()
    if half_way is None:
        return redirect(url_for("login.show"), HTTPStatus.SEE_OTHER)
    here, wanted = backend(), session.get(WANTED)
    outcome = give_code(here.database, here.keys, half_way, field("code", 40), peer(), str(request.user_agent))
    match outcome:
        case Welcome(secret=secret):
            welcome(secret)
            return redirect(local_path(wanted), HTTPStatus.SEE_OTHER)
        case Throttled(retry_after_seconds=seconds):
            return _later(render_template("code.html", sentence=TOO_OFTEN), seconds)
        case _:
            page = render_template("code.html", sentence=WRONG_CODE)
            return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


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
    return _password_form(invitation, {}) if invitation else _gone()


@login.post("/invite/<secret>")
def accept(secret: str) -> Response:
    """Set the password and sign in."""
    invitation = _open_invitation(secret)
    if invitation is None:
        return _gone()
    try:
        password_hash = hash_password(_new_password(invitation))
    except Invalid as wrong:
        return _password_form(invitation, wrong.errors)
    here = backend()
    with here.database.write() as write:
        now = here.database.now(write)
        viewer = accept_invite(write, secret, password_hash, now)
        entered = let_in(write, viewer, password_hash, str(request.user_agent), now) if viewer else None
    match entered:
        case Welcome(secret=opened):
            welcome(opened)
            return done("Your password is set. Welcome.", "inbox.show")
        case HalfWay():
            return to_code(entered)
        case _:
            return _gone()


def to_code(half_way: HalfWay, wanted: str = "") -> Response:
    """Go on to the second step; what the browser keeps meanwhile opens nothing."""
    session.clear()
    session[HALF_WAY], session[WANTED] = half_way.sealed(backend().keys), wanted
    return redirect(url_for("login.ask_code"), HTTPStatus.SEE_OTHER)


def _open_invitation(secret: str) -> Invitation | None:
    here = backend()
    with here.database.read() as read:
        found = find_invite(read, secret, here.database.now(read))
    return found if found and found.open else None


def _new_password(invitation: Invitation) -> str:
    password = request.form.get("password", "")
    if password != request.form.get("password_again", password):
        raise Invalid({"password_again": "the two passwords differ"})
    with backend().database.read() as read:
        return check_chosen_password(password, words_about(read, invitation.viewer))


def _password_form(invitation: Invitation, errors: dict[str, str]) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return make_response(render_template("password.html", invitation=invitation, errors=errors), status)


def _gone() -> Response:
    page = render_template("error.html", status=HTTPStatus.GONE, sentence=GONE, errors=())
    return make_response(page, HTTPStatus.GONE)


def _half_way() -> HalfWay | None:
    here = backend()
    with here.database.read() as read:
        return open_half_way(here.keys, session.get(HALF_WAY), here.database.now(read))


def _later(page: str, seconds: int) -> Response:
    response = make_response(page, HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(seconds)
    return response
