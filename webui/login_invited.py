"""The form behind an invitation: a first password, or a new one."""

from __future__ import annotations

from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from accounts.invites import Invitation, accept_invite, find_invite
from accounts.login import Elsewhere, Welcome, let_in
from accounts.own_password import words_about
from accounts.passwords import check_chosen_password, hash_password
from accounts.refusals import Invalid
from accounts.second_step import HalfWay
from languages.speech import _
from webui.auth import welcome
from webui.backend import backend
from webui.login_frame import answer, login, login_page, to_code
from webui.pages import done


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
            return done(_("Your password is set. Welcome."), "inbox.show")
        case HalfWay():
            return to_code(entered)
        case Elsewhere():
            return answer(entered, "", login_page, {})
        case _:
            return _gone()


def _open_invitation(secret: str) -> Invitation | None:
    here = backend()
    with here.database.read() as read:
        found = find_invite(read, secret, here.database.now(read))
    return found if found and found.open else None


def _new_password(invitation: Invitation) -> str:
    password = request.form.get("password", "")
    if password != request.form.get("password_again", password):
        raise Invalid({"password_again": _("the two passwords differ")})
    with backend().database.read() as read:
        return check_chosen_password(password, words_about(read, invitation.viewer))


def _password_form(invitation: Invitation, errors: dict[str, str]) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return make_response(render_template("password.html", invitation=invitation, errors=errors), status)


def _gone() -> Response:
    sentence = _("This link has been used, or is too old. Ask your admin for a new one.")
    page = render_template("error.html", status=HTTPStatus.GONE, sentence=sentence, errors=())
    return make_response(page, HTTPStatus.GONE)
