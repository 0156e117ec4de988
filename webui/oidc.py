"""The one client by which this process asks providers."""

from __future__ import annotations

import time
from typing import Final

from flask import current_app

from accounts.oidc_client import OidcClient
from net.guard import Guard
from net.post import Poster
from net.resolver import DnsResolver
from webui.backend import backend

NAME: Final = "smartbcc.oidc"


def oidc_client() -> OidcClient:
    """Answer it; it is made when it is first needed."""
    settings, kept = backend().settings, current_app.extensions
    if NAME not in kept:
        guard = Guard(DnsResolver(settings.dns_servers), settings.opened_networks)
        kept[NAME] = OidcClient(Poster(guard), time.monotonic)
    found: OidcClient = kept[NAME]
    return found
