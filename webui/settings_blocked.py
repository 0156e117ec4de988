"""Addresses and domains whose mail one does not want to see, one's own and the company's (RULES R33)."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from accounts.blocking import BlockScope, add_blocked, list_blocked, remove_blocked
from accounts.refusals import Invalid
from languages.speech import _
from webui.cursor import paged
from webui.forms import field, page_query
from webui.offering import offer_after_blocking
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.settings_frame import settings, show_page


@settings.get("/settings/blocked")
def blocked() -> str:
    """Show both lists."""
    return _show(NONE)


@settings.post("/settings/blocked")
def block() -> Response:
    """Block what `address` says: an address, or a domain where it has no @ inside."""
    return tried(_block, _show)


@settings.post("/settings/blocked/<entry>/remove")
def unblock(entry: str) -> Response:
    """Take an entry back."""
    with writing() as call:
        gone = remove_blocked(call.session, call.viewer, call.unseal("blocked", entry), call.now)
        offer_after_blocking(call, everybody=gone is BlockScope.COMPANY)
    return done(_("Taken off the list: its mail shows again."), "settings.blocked")


def _block() -> Response:
    name = field("address", 400) or field("domain", 400)
    scope = BlockScope.COMPANY if field("scope") == BlockScope.COMPANY else BlockScope.MINE
    is_address = "@" in name.lstrip("@")
    try:
        with writing() as call:
            made = add_blocked(
                call.session,
                call.viewer,
                address=name if is_address else None,
                domain=None if is_address else name,
                scope=scope,
                now=call.now,
            )
            offer_after_blocking(call, everybody=scope is BlockScope.COMPANY)
            # What stood there before is not this act's to take away.
            is_new = made.created_at == call.now
            undo = url_for("settings.unblock", entry=call.seal("blocked", made.id)) if is_new else ""
    except Invalid as wrong:
        # The page has one field for both.
        raise Invalid({"address": "; ".join(wrong.errors.values())}) from None
    return done(_("Blocked: {name}").format(name=made.name), "settings.blocked", undo)


def _show(errors: Errors) -> str:
    page = page_query()
    with reading() as call:
        found = paged(
            call,
            page,
            lambda limit, before: list_blocked(call.session, call.viewer, limit, before),
            lambda row: row.id,
        )
        # A cursor belongs to the address that gave it: one of a form that failed would lead nowhere.
        older = None if errors else found.next
        return show_page(call, "settings_blocked.html", errors, rows=found.rows, older=older)
