"""At connection: how many sessions one network may have, and who speaks too early (SECURITY S3, S7)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from smtpd import replies
from smtpd.reply import Reply

_PREFIXES: Final = {4: 24, 6: 64}
"""What one party usually holds."""


def network_of(peer: str) -> str | None:
    """Answer the network of an address, None for loopback and for what is no address: both are exempt."""
    try:
        address: IPv4Address | IPv6Address = ip_address(peer.partition("%")[0])
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_loopback:
        return None
    return str(ip_network((address, _PREFIXES[address.version]), strict=False))


def check_connection(open_sessions: int, limit: int, *, vouched: bool) -> Reply | None:
    """Refuse a session beyond the limit; `open_sessions` of its network, this one not counted.

    `vouched`: the network delivered proved mail lately. All mail of a large provider's customers
    comes from few networks, which are never locked out.
    """
    return replies.TOO_MANY_CONNECTIONS if open_sessions >= limit and not vouched else None


def check_crowd(open_sessions: int, limit: int, *, vouched: bool) -> Reply | None:
    """Refuse a stranger where the process has as many sessions as it bears; `open_sessions` counts this one."""
    return replies.TOO_BUSY if open_sessions > limit and not vouched else None


def check_greeting(*, spoke_early: bool) -> Reply | None:
    """Refuse a client that did not wait for the greeting (RFC 5321 §4.3.1)."""
    return replies.EARLY_TALKER if spoke_early else None
