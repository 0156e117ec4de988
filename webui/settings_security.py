"""Password, second step and signed-in browsers of one's own."""

from __future__ import annotations

from typing import Final

from flask import request
from werkzeug.wrappers import Response

from accounts.login import Wrong
from accounts.own_password import change_password
from accounts.refusals import Invalid
from accounts.second_factor import state_of
from accounts.sessions import list_sessions, revoke_all_sessions, revoke_session
from accounts.throttle import Throttled
from webui.auth import peer, signed_in, viewer
from webui.backend import backend
from webui.devices import device_icon, device_name
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.settings_frame import settings, show_page

WRONG: Final = "this is not your password"
TOO_OFTEN: Final = "too many tries: please wait a few minutes"


@settings.get("/settings/security")
def security() -> str:
    """Show all three."""
    return _show(NONE)


@settings.post("/settings/security/password")
def new_password() -> Response:
    """Set a new password where the current one is right; other browsers are signed out."""
    return tried(_change_password, _show)


@settings.post("/settings/sessions/<session>/revoke")
def sign_out(session: str) -> Response:
    """Sign another browser of one's own out."""
    with writing() as call:
        revoke_session(call.session, call.viewer, call.unseal("session", session), call.now)
    return done("That browser is signed out.", "settings.security")


@settings.post("/settings/sessions/revoke-others")
def sign_out_others() -> Response:
    """Sign every browser of one's own out but this one."""
    here = signed_in()
    with writing() as call:
        who = call.viewer
        gone = revoke_all_sessions(call.session, who.company_id, who.user_id, call.now, but=here.session_id)
    return done(f"{_browsers(gone)} signed out. This one stays.", "settings.security")


def _change_password() -> Response:
    new = request.form.get("password", "")
    if new != request.form.get("password_again", new):
        raise Invalid({"password_again": "the two passwords differ"})
    current, here = request.form.get("current_password", ""), signed_in()
    outcome = change_password(backend().database, viewer(), current, new, peer(), this_session=here.session_id)
    match outcome:
        case Wrong():
            raise Invalid({"current_password": WRONG})
        case Throttled():
            raise Invalid({"current_password": TOO_OFTEN})
    return done(f"Your password is changed. {_browsers(outcome.signed_out)} signed out.", "settings.security")


def _browsers(count: int) -> str:
    return {0: "No other browser was", 1: "One other browser was"}.get(count, f"{count} other browsers were")


def _show(errors: Errors) -> str:
    here = signed_in()
    with reading() as call:
        found = list_sessions(call.session, call.viewer, call.now)
        browsers = [(one, device_name(one.user_agent), device_icon(one.user_agent)) for one in found]
        return show_page(
            call,
            "settings_security.html",
            errors,
            browsers=browsers,
            this_browser=here.session_id,
            factor=state_of(call.session, call.viewer),
        )
