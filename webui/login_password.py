"""Signing in by password, then by a code where there is a second step; and signing out."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Final

from flask import redirect, request, session, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from accounts.login import give_code, sign_in
from accounts.sessions import revoke_session
from languages.speech import _
from webui.auth import local_path, peer, signed_in
from webui.backend import backend
from webui.forms import field
from webui.login_connecting import connecting, forget_connecting
from webui.login_frame import WANTED, answer, code_page, half_way, login, login_page

NO: Final = "no"


@login.get("/")
def home() -> Response:
    """Lead to the inbox, or to the form."""
    return redirect(url_for("inbox.show" if current_user.is_authenticated else "login.show"))


@login.get("/login")
def show() -> Response:
    """Show the form."""
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next")))
    if request.args.get("connect") == NO:
        forget_connecting()
    return login_page(wanted=request.args.get("next", ""))


@login.post("/login")
def enter() -> Response:
    """Check the password; every failure looks and lasts alike (SECURITY W5)."""
    email, password = field("email", 320), request.form.get("password", "")
    wanted = field("next") or request.args.get("next", "")
    agent = str(request.user_agent)
    outcome = sign_in(backend().database, email, password, peer(), agent, connecting())
    wrong = {"password": _("This address and password do not belong together.")}
    return answer(outcome, wanted, partial(login_page, email=email, wanted=wanted), wrong)


@login.get("/login/code")
def ask_code() -> Response:
    """Ask for the code where the password was right a moment ago."""
    if current_user.is_authenticated or half_way() is None:
        return redirect(url_for("login.home"))
    return code_page()


@login.post("/login/code")
def check_code() -> Response:
    """Check the code and sign in; nothing was open before."""
    half = half_way()
    if half is None:
        return redirect(url_for("login.show"), HTTPStatus.SEE_OTHER)
    here, wanted = backend(), session.get(WANTED)
    outcome = give_code(here.database, here.keys, half, field("code", 40), peer(), str(request.user_agent))
    wrong = {
        "code": _("This code is not right. An authenticator shows a new one every 30 seconds, and each works once.")
    }
    return answer(outcome, wanted, code_page, wrong)


@login.post("/logout")
def logout() -> Response:
    """End this browser's session row, then the cookie."""
    here, browser = backend(), signed_in()
    with here.database.write() as write:
        revoke_session(write, browser.viewer, browser.session_id, here.database.now(write))
    logout_user()
    session.clear()
    return redirect(url_for("login.show"), HTTPStatus.SEE_OTHER)
