"""App passwords: made for a mail program, shown once, revoked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response
from werkzeug.wrappers import Response

from accounts.app_passwords import list_app_passwords, make_app_password, revoke_app_password
from accounts.users import get_user
from config.listen import IMPLICIT_TLS_PORT
from config.settings import Settings
from languages.speech import _
from webui.forms import field
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.settings_frame import settings, show_page


@dataclass(frozen=True, slots=True)
class SubmissionServer:
    """What a mail program has to be told."""

    host: str
    port: int
    security: str


@settings.get("/settings/programs")
def programs() -> str:
    """List one's own."""
    return _show(NONE)


@settings.post("/settings/programs")
def make_app_password_here() -> Response:
    """Make one and show it, this once."""

    def act() -> Response:
        with writing() as call:
            made = make_app_password(call.session, call.viewer, field("name"), call.now)
        return make_response(_show(NONE, made))

    return tried(act, _show)


@settings.post("/settings/programs/<key>/revoke")
def end_app_password(key: str) -> Response:
    """Revoke one."""
    with writing() as call:
        revoke_app_password(call.session, call.viewer, call.unseal("app_password", key), call.now)
    return done(_("Revoked: that password opens nothing any more."), "settings.programs")


def submission_server(settings: Settings) -> SubmissionServer | None:
    """Answer the first place where programs may hand mail over; None where there is none."""
    if not settings.submission_listeners:
        return None
    port = settings.submission_listeners[0].port
    return SubmissionServer(settings.own_name, port, "TLS" if port == IMPLICIT_TLS_PORT else "STARTTLS")


def _show(errors: Errors, made: str = "") -> str:
    with reading() as call:
        return show_page(
            call,
            "settings_programs.html",
            errors,
            rows=list_app_passwords(call.session, call.viewer),
            made=made,
            email=get_user(call.session, call.viewer.company_id, call.viewer.user_id).email,
            server=submission_server(call.backend.settings),
        )
