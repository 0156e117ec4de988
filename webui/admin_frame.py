"""The frame of the admin pages: one blueprint for admins alone, and the list of its pages.

Nothing here shows what a mail says: numbers, names, addresses of our own, and who changed what (SECURITY W7).
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint

from webui.auth import viewer
from webui.call import Call
from webui.problem import forbidden
from webui.sections import NONE, Errors, Listed, show_section

admin: Final = Blueprint("admin", __name__, url_prefix="/admin")

SECTIONS: Final = (
    Listed("Health", "admin.show", "activity", "Company"),
    Listed("Policies", "admin.policies", "sliders-horizontal", "Company"),
    Listed("Never store", "admin.never_store", "eraser", "Company"),
    Listed("Privacy", "admin.privacy", "lock-keyhole", "Company"),
    Listed("Domains", "admin.domains", "globe", "Company"),
    Listed("Address", "admin.address", "at-sign", "Company"),
    Listed("Gateway", "admin.gateway", "copy", "Company"),
    Listed("Paused", "admin.pauses", "bell-off", "Company"),
    Listed("Outgoing mail", "admin.outbox", "send", "Company"),
    Listed("Users", "admin.users", "user-cog", "People"),
    Listed("Teams", "admin.teams", "users-round", "People"),
    Listed("Senders", "admin.senders", "user-check", "People"),
    Listed("Audit log", "admin.audit", "scroll-text", "People"),
)


@admin.before_request
def admins_alone() -> None:
    """Answer 403 to everybody else."""
    if not viewer().is_admin:
        raise forbidden("This page is for admins.")


def show_page(call: Call, template: str, errors: Errors = NONE, **values: Any) -> str:
    """Render an admin page with the list of all of them beside it."""
    return show_section(call, template, SECTIONS, errors, **values)
