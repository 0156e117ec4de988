"""Neighbours: the mail servers and proxies of the operator's own, which speak for the clients behind them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from config.kinds import Network
from config.settings import Settings

LOCAL: Final = "127.0.0.1"
"""What a UNIX socket counts as: who may open it is on this machine."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`mtas`: networks of TRUSTED_MTAS, each with its authserv-id or ""; `proxies`: those of TRUSTED_PROXIES."""

    mtas: tuple[tuple[Network, str], ...] = ()
    proxies: tuple[Network, ...] = ()

    def authserv_id(self, address: str) -> str | None:
        """Answer whose results count for mail from there, "" for nobody's; None where no mail server of ours is."""
        found = parse_address(address or LOCAL)
        if found is None:
            return None
        return next((name for network, name in self.mtas if found in network), None)

    def is_proxy(self, address: str) -> bool:
        """Tell whether a proxy of ours is there, which begins each connection by saying for whom."""
        found = parse_address(address)
        return found is not None and any(found in network for network in self.proxies)


NOBODY: Final = Neighbours()


def neighbours_of(settings: Settings) -> Neighbours:
    """Take from the settings whom the operator trusts."""
    return Neighbours(mtas=settings.trusted_mta_networks, proxies=settings.trusted_proxy_networks)


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Answer an address, of a mapped one the IPv4 address inside; None for what is none."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
