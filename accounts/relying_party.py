"""RelyingParty: as whom passkeys know us, which is the host of BASE_URL (WebAuthn Level 3 §4, §13.4.9)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

NAME: Final = "smartbcc"
DEFAULT_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """`id` is a domain, `origin` the one address from whose pages an answer may come."""

    id: str
    origin: str


def relying_party(base_url: str) -> RelyingParty | None:
    """Answer who we are; None where browsers make no passkeys: at an IP address, and without TLS but on localhost."""
    parts = urlsplit(base_url.lower())
    host = parts.hostname or ""
    is_local = host == "localhost" or host.endswith(".localhost")
    if not host or _is_address(host) or (parts.scheme != "https" and not is_local):
        return None
    port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return RelyingParty(host, f"{parts.scheme}://{host}{port}")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
