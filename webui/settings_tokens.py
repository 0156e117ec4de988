"""API tokens: made for a script, shown once, revoked."""

from __future__ import annotations

from flask import make_response
from werkzeug.wrappers import Response

from accounts.tokens import list_tokens, make_api_token, revoke_token
from languages.speech import _
from webui.forms import field
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.settings_frame import settings, show_page


@settings.get("/settings/tokens")
def tokens() -> str:
    """List one's own."""
    return _show(NONE)


@settings.post("/settings/tokens")
def make_token() -> Response:
    """Make one and show its text, this once."""

    def act() -> Response:
        with writing() as call:
            made = make_api_token(call.session, call.viewer, field("name"), call.now)
        return make_response(_show(NONE, made))

    return tried(act, _show)


@settings.post("/settings/tokens/<key>/revoke")
def end_token(key: str) -> Response:
    """Revoke one."""
    with writing() as call:
        revoke_token(call.session, call.viewer, call.unseal("token", key), call.now)
    return done(_("Revoked: that token opens nothing any more."), "settings.tokens")


def _show(errors: Errors, made: str = "") -> str:
    with reading() as call:
        rows = list_tokens(call.session, call.viewer)
        api = call.backend.settings.base_url.rstrip("/")
        return show_page(call, "settings_tokens.html", errors, rows=rows, made=made, api=api)
