"""Whether the company's gateway may file one's own mail (RULES R56)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from accounts.gateway import accept, find_gateway, withdraw
from languages.speech import _
from webui.pages import done, reading, writing
from webui.settings_frame import settings, show_page


@settings.get("/settings/gateway")
def gateway() -> str:
    """Show what it is and how one stands to it."""
    with reading() as call:
        return show_page(call, "settings_gateway.html", gateway=find_gateway(call.session, call.viewer))


@settings.post("/settings/gateway/accept")
def accept_gateway() -> Response:
    """Let it."""
    with writing() as call:
        accept(call.session, call.viewer, call.now)
    return done(_("The company's mail server may hand your mail with known people over."), "settings.gateway")


@settings.post("/settings/gateway/withdraw")
def withdraw_gateway() -> Response:
    """Let it no more."""
    with writing() as call:
        withdraw(call.session, call.viewer, call.now)
    return done(_("Nothing of yours is taken from there any more. What is here stays yours."), "settings.gateway")
