"""What is paused because one peer caused too much, and how to let it go on (RULES R40)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from languages.speech import _
from outbox.budget_pauses import list_pauses
from outbox.budget_pauses import resume as resume_peer
from webui.admin_frame import admin, show_page
from webui.pages import done, reading, writing


@admin.get("/pauses")
def pauses() -> str:
    """Show what is paused."""
    with reading() as call:
        found = list_pauses(call.session, call.viewer, call.now)
        return show_page(call, "admin_pauses.html", pauses=found)


@admin.post("/pauses/<pause>/resume")
def resume(pause: str) -> Response:
    """Let a peer go on."""
    with writing() as call:
        resume_peer(call.session, call.viewer, call.unseal("pause", pause), call.now)
    return done(_("It goes on."), "admin.pauses")
