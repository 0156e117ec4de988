"""Everything under /admin: to import the pages is to hang their routes on the blueprint."""

from __future__ import annotations

from typing import Final

from webui import (
    admin_address,
    admin_audit,
    admin_backups,
    admin_configuration,
    admin_dns,
    admin_domains,
    admin_gateway,
    admin_health,
    admin_never_store,
    admin_outbox,
    admin_pauses,
    admin_policies,
    admin_privacy,
    admin_queues,
    admin_sender_domains,
    admin_senders,
    admin_sign_in,
    admin_storage,
    admin_teams,
    admin_users,
)
from webui.admin_frame import admin

PAGES: Final = (
    admin_health,
    admin_policies,
    admin_privacy,
    admin_never_store,
    admin_domains,
    admin_address,
    admin_gateway,
    admin_users,
    admin_teams,
    admin_senders,
    admin_sign_in,
    admin_sender_domains,
    admin_outbox,
    admin_pauses,
    admin_queues,
    admin_dns,
    admin_storage,
    admin_backups,
    admin_configuration,
    admin_audit,
)
__all__ = ["PAGES", "admin"]
