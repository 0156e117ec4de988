"""The frame of the settings: one blueprint, and the list of its pages."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint

from languages.speech import marked
from webui.call import Call
from webui.sections import NONE, Errors, Listed, show_section

settings: Final = Blueprint("settings", __name__)

MAIL: Final = marked("Mail")
YOU: Final = marked("You")
SECTIONS: Final = (
    Listed(marked("Bcc addresses"), "settings.show", "at-sign", MAIL),
    Listed(marked("Test mail"), "settings.test_mail", "mail-check", MAIL),
    Listed(marked("Senders"), "settings.senders", "user-check", MAIL),
    Listed(marked("Forwarding"), "settings.forwarding", "forward", MAIL),
    Listed(marked("Company gateway"), "settings.gateway", "copy", MAIL),
    Listed(marked("Sharing and linking"), "settings.sharing", "link", MAIL),
    Listed(marked("Standing answers"), "settings.answers", "check-check", MAIL),
    Listed(marked("Blocked"), "settings.blocked", "ban", MAIL),
    Listed(marked("Decide again"), "settings.again", "rotate-ccw", MAIL),
    Listed(marked("Notices"), "settings.notices", "bell", MAIL),
    Listed(marked("Delivery log"), "deliveries.show", "history", MAIL),
    Listed(marked("Import"), "settings.imports", "contact", MAIL),
    Listed(marked("Profile"), "settings.profile", "circle-user", YOU),
    Listed(marked("Security"), "settings.security", "lock-keyhole", YOU),
    Listed(marked("App passwords"), "settings.programs", "smartphone", YOU),
    Listed(marked("API tokens"), "settings.tokens", "key-round", YOU),
    Listed(marked("Webhooks"), "settings.webhooks", "send", YOU),
    Listed(marked("Colours and keys"), "settings.appearance", "keyboard", YOU),
    Listed(marked("Hand over"), "settings.handover", "corner-up-left", YOU),
)


def show_page(call: Call, template: str, errors: Errors = NONE, **values: Any) -> str:
    """Render a page of the settings with the list of all of them beside it."""
    return show_section(call, template, SECTIONS, errors, **values)
