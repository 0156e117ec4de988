"""The universal Bcc address: hand it out, replace it (RULES R12)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from accounts.addresses import AddressKind, address_of
from accounts.rotation import GRACE, end_grace, old_addresses, rotate
from webui.admin_frame import admin, show_page
from webui.forms import field
from webui.pages import done, reading, writing


@admin.get("/address")
def address() -> str:
    """Show it, and those in whose place it stands."""
    with reading() as call:
        old = old_addresses(call.session, call.viewer, call.now)
        return show_page(
            call,
            "admin_address.html",
            address=address_of(call.session, call.viewer.company_id) or "",
            old=[one for one in old if one.kind is AddressKind.UNIVERSAL],
            grace_days=GRACE.days,
        )


@admin.post("/address/rotate")
def replace_address() -> Response:
    """Put a new address in its place; `address` is the one that is meant."""
    with writing() as call:
        domain = call.backend.settings.mail_domain[0]
        rotate(call.session, call.viewer, AddressKind.UNIVERSAL, field("address", 400), domain, call.now)
    return done(f"There is a new address. The old one takes mail for {GRACE.days} more days.", "admin.address")


@admin.post("/address/<address>/off")
def switch_address_off(address: str) -> Response:
    """Let a replaced address take no mail from now on."""
    with writing() as call:
        end_grace(call.session, call.viewer, call.unseal("address", address), call.now)
    return done("That address takes no mail any more.", "admin.address")
