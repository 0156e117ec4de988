"""The frame of the admin pages: one blueprint for admins alone, and the list of its pages.

Nothing here shows what a mail says: numbers, names, addresses of our own, and who changed what (SECURITY W7).
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint

from languages.speech import _, marked
from webui.auth import viewer
from webui.call import Call
from webui.problem import forbidden
from webui.sections import NONE, Errors, Listed, show_section

admin: Final = Blueprint("admin", __name__, url_prefix="/admin")

FLOW: Final = marked("Mail flow")
SERVER: Final = marked("Server")
COMPANY: Final = marked("Company")
PEOPLE: Final = marked("People")
SECTIONS: Final = (
    Listed(marked("Health"), "admin.show", "activity", FLOW),
    Listed(marked("Queues"), "admin.queues", "list", FLOW),
    Listed(marked("Delivery log"), "deliveries.show", "history", FLOW),
    Listed(marked("Outgoing mail"), "admin.outbox", "send", FLOW),
    Listed(marked("Paused"), "admin.pauses", "bell-off", FLOW),
    Listed(marked("DNS"), "admin.dns", "globe", SERVER),
    Listed(marked("Storage"), "admin.storage", "archive", SERVER),
    Listed(marked("Backups"), "admin.backups", "archive-restore", SERVER),
    Listed(marked("Configuration"), "admin.configuration", "settings", SERVER),
    Listed(marked("Policies"), "admin.policies", "sliders-horizontal", COMPANY),
    Listed(marked("Never store"), "admin.never_store", "eraser", COMPANY),
    Listed(marked("Privacy"), "admin.privacy", "lock-keyhole", COMPANY),
    Listed(marked("Domains"), "admin.domains", "building-2", COMPANY),
    Listed(marked("Address"), "admin.address", "at-sign", COMPANY),
    Listed(marked("Gateway"), "admin.gateway", "copy", COMPANY),
    Listed(marked("Users"), "admin.users", "user-cog", PEOPLE),
    Listed(marked("Teams"), "admin.teams", "users-round", PEOPLE),
    Listed(marked("Sign-in"), "admin.sign_in", "key-round", PEOPLE),
    Listed(marked("Senders"), "admin.senders", "user-check", PEOPLE),
    Listed(marked("Audit log"), "admin.audit", "scroll-text", PEOPLE),
)


@admin.before_request
def admins_alone() -> None:
    """Answer 403 to everybody else."""
    if not viewer().is_admin:
        raise forbidden(_("This page is for admins."))


def show_page(call: Call, template: str, errors: Errors = NONE, **values: Any) -> str:
    """Render an admin page with the list of all of them beside it."""
    return show_section(call, template, SECTIONS, errors, **values)
