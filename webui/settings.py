"""One's own settings: addresses, what new mail does, the browsers that are signed in, approved senders."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint
from werkzeug.wrappers import Response

from accounts.addresses import address_of
from accounts.senders import list_senders
from accounts.sessions import list_sessions, revoke_session
from accounts.users import change_preferences, personal_address
from webui.api.me import MeChange
from webui.auth import signed_in
from webui.cursor import paged
from webui.forms import field, page_query, read_form
from webui.pages import done, reading, render, writing

settings: Final = Blueprint("settings", __name__)
NESTED: Final = ("smtp", "imap")


@settings.get("/settings")
def show() -> str:
    """Show them."""
    with reading() as call:
        return render(
            call,
            "settings.html",
            bcc_address=address_of(call.session, call.viewer.company_id),
            personal_bcc_address=personal_address(call.session, call.viewer.company_id, call.viewer.user_id),
            browsers=list_sessions(call.session, call.viewer, call.now),
            this_browser=signed_in().session_id,
        )


@settings.post("/settings")
def change() -> Response:
    """Change what the form names; nested names are joined by a dot: `sharing_default.smtp`."""
    changes: dict[str, Any] = read_form(MeChange).named()
    sharing = {name: field(f"sharing_default.{name}", 20) for name in NESTED}
    if chosen := {name: value for name, value in sharing.items() if value}:
        changes["sharing_default"] = chosen
    with writing() as call:
        change_preferences(call.session, call.viewer, changes)
    return done("Saved.", "settings.show")


@settings.post("/settings/sessions/<session>/revoke")
def sign_out(session: str) -> Response:
    """Sign another browser of one's own out."""
    with writing() as call:
        revoke_session(call.session, call.viewer, call.unseal("session", session), call.now)
    return done("That browser is signed out.", "settings.show")


@settings.get("/settings/senders")
def senders() -> str:
    """Show which addresses count as whose."""
    page = page_query()
    with reading() as call:
        found = paged(
            call,
            page,
            lambda limit, before: list_senders(call.session, call.viewer, limit, before),
            lambda row: row.id,
        )
        return render(call, "senders.html", rows=found.rows, older=found.next)
