"""The universal Bcc address as admins find it; replacing it is the settings' work (RULES R12)."""

from __future__ import annotations

from accounts.addresses import AddressKind, address_of
from accounts.rotation import GRACE, old_addresses
from webui.admin_frame import admin, show_page
from webui.pages import reading
from webui.settings_addresses import name_of


@admin.get("/address")
def address() -> str:
    """Show it, and those in whose place it stands."""
    with reading() as call:
        old = old_addresses(call.session, call.viewer, call.now)
        return show_page(
            call,
            "admin_address.html",
            address=address_of(call.session, call.viewer.company_id) or "",
            name=name_of(call, AddressKind.UNIVERSAL),
            old=[one for one in old if one.kind is AddressKind.UNIVERSAL],
            grace_days=GRACE.days,
        )
