"""Everything under /settings: to import the pages is to hang their routes on the blueprint."""

from __future__ import annotations

from typing import Final

from webui import (
    settings_addresses,
    settings_again,
    settings_answers,
    settings_blocked,
    settings_forwarding,
    settings_gateway,
    settings_handover,
    settings_import,
    settings_import_mail,
    settings_passkeys,
    settings_preferences,
    settings_programs,
    settings_second_step,
    settings_security,
    settings_senders,
    settings_test_mail,
    settings_tokens,
    settings_webhooks,
)
from webui.settings_frame import settings

PAGES: Final = (
    settings_addresses,
    settings_test_mail,
    settings_senders,
    settings_forwarding,
    settings_gateway,
    settings_preferences,
    settings_answers,
    settings_again,
    settings_blocked,
    settings_security,
    settings_second_step,
    settings_passkeys,
    settings_tokens,
    settings_webhooks,
    settings_programs,
    settings_import,
    settings_import_mail,
    settings_handover,
)
__all__ = ["PAGES", "settings"]
