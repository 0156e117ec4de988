"""The addresses that count as one's own (RULES R10)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from accounts.own_senders import own_senders, request_own, revoke_own
from webui.forms import field
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.settings_frame import settings, show_page


@settings.get("/settings/senders")
def senders() -> str:
    """List them, each with how it stands."""
    return _show(NONE)


@settings.post("/settings/senders")
def ask_for_sender() -> Response:
    """Ask for one more (INTERFACE 6: `address`)."""

    def act() -> Response:
        with writing() as call:
            asked = request_own(call.session, call.viewer, field("address", 400), call.now)
        return done(f"{asked.address} is on your list. It still has to be confirmed.", "settings.senders")

    return tried(act, _show)


@settings.post("/settings/senders/<sender>/revoke")
def end_sender(sender: str) -> Response:
    """Take one back."""
    with writing() as call:
        address = revoke_own(call.session, call.viewer, call.unseal("sender", sender), call.now)
    return done(f"Revoked: mail from {address} is held from now on.", "settings.senders")


def _show(errors: Errors) -> str:
    with reading() as call:
        return show_page(call, "settings_senders.html", errors, rows=own_senders(call.session, call.viewer))
