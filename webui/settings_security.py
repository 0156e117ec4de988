"""Password, passkeys, second step and signed-in browsers of one's own."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from accounts.login import Wrong
from accounts.own_password import change_password
from accounts.passkeys import list_passkeys
from accounts.passwords import has_password
from accounts.refusals import Invalid
from accounts.second_factor import state_of
from accounts.sessions import list_sessions, revoke_all_sessions, revoke_session
from accounts.throttle import Throttled
from languages.speech import _, ngettext
from webui.auth import peer, signed_in, viewer
from webui.backend import backend
from webui.devices import device_icon, device_name
from webui.login_frame import party
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.settings_frame import settings, show_page


@settings.get("/settings/security")
def security() -> str:
    """Show all of them."""
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
    return done(_("That browser is signed out."), "settings.security")


@settings.post("/settings/sessions/revoke-others")
def sign_out_others() -> Response:
    """Sign every browser of one's own out but this one."""
    here = signed_in()
    with writing() as call:
        who = call.viewer
        gone = revoke_all_sessions(call.session, who.company_id, who.user_id, call.now, but=here.session_id)
    return done(_signed_out(gone), "settings.security")


def _change_password() -> Response:
    new = request.form.get("password", "")
    if new != request.form.get("password_again", new):
        raise Invalid({"password_again": _("the two passwords differ")})
    current, here = request.form.get("current_password", ""), signed_in()
    outcome = change_password(backend().database, viewer(), current, new, peer(), this_session=here.session_id)
    match outcome:
        case Wrong():
            raise Invalid({"current_password": _("this is not your password")})
        case Throttled():
            raise Invalid({"current_password": _("too many tries: please wait a few minutes")})
    said = _("Your password is changed. {browsers}").format(browsers=_signed_out(outcome.signed_out))
    return done(said, "settings.security")


def _signed_out(count: int) -> str:
    if count == 0:
        return _("No other browser was signed out.")
    told = ngettext("One other browser was signed out.", "{count} other browsers were signed out.", count)
    return told.format(count=count)


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
            passkeys=list_passkeys(call.session, call.viewer),
            has_passkeys=party() is not None,
            has_password=has_password(call.session, call.viewer.company_id, call.viewer.user_id),
        )
