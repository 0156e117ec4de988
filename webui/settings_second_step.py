"""The second step of signing in: begin, confirm by a first code, new recovery codes, turn off."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Response as FlaskResponse
from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from accounts.login import Wrong
from accounts.own_password import ask_again
from accounts.refusals import Invalid, Missing
from accounts.second_factor import begin, confirm, find_begun, new_recovery_codes, state_of, turn_off
from accounts.throttle import Throttled
from accounts.totp import provisioning_uri
from accounts.users import get_user
from languages.speech import _, marked
from webui.auth import peer, viewer
from webui.backend import backend
from webui.call import Call
from webui.cards import qr_png
from webui.forms import field
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.security import FILE_POLICY
from webui.settings_frame import settings, show_page

NOT_YOU: Final = marked("this is neither your password nor a code that your authenticator shows now")
TOO_OFTEN: Final = marked("too many tries: please wait a few minutes")
GROUP: Final = 4


@settings.get("/settings/security/second-step")
def second_step() -> str:
    """Show how it stands, or what to put into an authenticator."""
    return _show(NONE)


@settings.post("/settings/security/second-step/begin")
def begin_second_step() -> Response:
    """Make a secret; nobody is asked for a code before a first one was right."""
    with writing() as call:
        begin(call.session, call.backend.keys, call.viewer, call.now)
    return redirect(url_for("settings.second_step"), HTTPStatus.SEE_OTHER)


@settings.get("/settings/security/second-step/qr.png")
def second_step_qr() -> Response:
    """Answer what was begun as a code to point an authenticator at."""
    with reading() as call:
        secret = find_begun(call.session, call.backend.keys, call.viewer)
        if secret is None:
            raise Missing("code")
        response = FlaskResponse(qr_png(provisioning_uri(secret, _email(call))), mimetype="image/png")
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


@settings.post("/settings/security/second-step")
def confirm_second_step() -> Response:
    """Switch it on, and show the recovery codes this once."""

    def act() -> Response:
        with writing() as call:
            codes = confirm(call.session, call.backend.keys, call.viewer, field("code", 20), call.now)
        return make_response(_codes(codes))

    return tried(act, _show)


@settings.get("/settings/security/codes")
def recovery_codes() -> str:
    """Ask who is there before there are new ones."""
    return _show(NONE, wanted="codes")


@settings.post("/settings/security/codes")
def fresh_codes() -> Response:
    """Make new recovery codes, and show them this once."""

    def act() -> Response:
        _ask_again()
        with writing() as call:
            codes = new_recovery_codes(call.session, call.backend.keys, call.viewer, call.now)
        return make_response(_codes(codes))

    return tried(act, lambda errors: _show(errors, wanted="codes"))


@settings.post("/settings/security/second-step/off")
def end_second_step() -> Response:
    """Turn it off after the password or a code; what was only begun is forgotten without."""

    def act() -> Response:
        with reading() as call:
            is_on = state_of(call.session, call.viewer).is_on
        if is_on:
            _ask_again()
        with writing() as call:
            turn_off(call.session, call.viewer, call.now)
        return done(_("The second step is off.") if is_on else _("Forgotten."), "settings.security")

    return tried(act, lambda errors: _show(errors, wanted="off"))


def _ask_again() -> None:
    given = request.form.get("proof", "")
    match ask_again(backend().database, backend().keys, viewer(), given, peer()):
        case Wrong():
            raise Invalid({"proof": _(NOT_YOU)})
        case Throttled():
            raise Invalid({"proof": _(TOO_OFTEN)})


def _show(errors: Errors, wanted: str = "") -> str:
    with reading() as call:
        secret = find_begun(call.session, call.backend.keys, call.viewer)
        return show_page(
            call,
            "settings_second_step.html",
            errors,
            factor=state_of(call.session, call.viewer),
            secret=_grouped(secret) if secret else None,
            uri=provisioning_uri(secret, _email(call)) if secret else None,
            wanted=wanted,
        )


def _codes(codes: tuple[str, ...]) -> str:
    with reading() as call:
        return show_page(call, "settings_codes.html", codes=codes)


def _email(call: Call) -> str:
    return get_user(call.session, call.viewer.company_id, call.viewer.user_id).email


def _grouped(secret: str) -> str:
    """Answer it in groups, as people read it out."""
    return " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))
