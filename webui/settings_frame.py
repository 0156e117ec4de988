"""The frame of the settings: one blueprint, and the list of its pages."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint

from webui.call import Call
from webui.sections import NONE, Errors, Listed, show_section

settings: Final = Blueprint("settings", __name__)

SECTIONS: Final = (
    Listed("Bcc addresses", "settings.show", "at-sign", "Mail"),
    Listed("Test mail", "settings.test_mail", "mail-check", "Mail"),
    Listed("Senders", "settings.senders", "user-check", "Mail"),
    Listed("Forwarding", "settings.forwarding", "forward", "Mail"),
    Listed("Company gateway", "settings.gateway", "copy", "Mail"),
    Listed("Sharing and linking", "settings.sharing", "link", "Mail"),
    Listed("Standing answers", "settings.answers", "check-check", "Mail"),
    Listed("Blocked", "settings.blocked", "ban", "Mail"),
    Listed("Decide again", "settings.again", "rotate-ccw", "Mail"),
    Listed("Notices", "settings.notices", "bell", "Mail"),
    Listed("Import", "settings.imports", "contact", "Mail"),
    Listed("Profile", "settings.profile", "circle-user", "You"),
    Listed("Security", "settings.security", "lock-keyhole", "You"),
    Listed("App passwords", "settings.programs", "smartphone", "You"),
    Listed("API tokens", "settings.tokens", "key-round", "You"),
    Listed("Webhooks", "settings.webhooks", "send", "You"),
    Listed("Colours and keys", "settings.appearance", "keyboard", "You"),
    Listed("Hand over", "settings.handover", "corner-up-left", "You"),
)


def show_page(call: Call, template: str, errors: Errors = NONE, **values: Any) -> str:
    """Render a page of the settings with the list of all of them beside it."""
    return show_section(call, template, SECTIONS, errors, **values)
