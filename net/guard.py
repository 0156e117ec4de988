"""The one guard of outgoing connections whose target somebody else named (SECURITY W3, I1, I6).

A name is looked up once, every address it has is judged, and the caller connects to these addresses and
to nothing else: a name server that answers otherwise the next time changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from config.kinds import Network
from net.host import Address, HostUnreadable, read_host
from net.resolver import DnsResolver, LookupFailed, Resolver

TRIED: Final = 4
"""Addresses of one host that a connection is tried with."""
LOCALHOST: Final = ipaddress.IPv4Address("127.0.0.1")

_CLOSED_V4_TEXTS: Final = (
    # The registry of special-purpose addresses (RFC 6890) as far as nobody on the Internet answers there.
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
    "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
    # A public address that leads to the host's own agent in one large cloud.
    "168.63.129.16/32"
)
_CLOSED_V4: Final = tuple(ipaddress.IPv4Network(text) for text in _CLOSED_V4_TEXTS.split())
_UNICAST_V6: Final = ipaddress.IPv6Network("2000::/3")
"""All that is given out so far (RFC 4291 §2.4); mapped, NAT64, ULA, link-local, multicast lie outside."""
_CLOSED_V6: Final = tuple(
    # Teredo and protocol assignments, documentation twice, 6to4.
    ipaddress.IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "3fff::/20", "2002::/16")
)


class HostRefused(Exception):
    """There is no such host, or it is not one that may be reached; which of them is not told (SECURITY I1)."""

    def __init__(self) -> None:
        super().__init__("This host is not allowed.")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a connection may go: `host` is the name or address to verify, `addresses` are all that is connected to."""

    host: str
    port: int
    addresses: tuple[Address, ...]

    def connect(self, ends_at: float) -> socket.socket:
        """Connect to the first address that answers before `ends_at` (time.monotonic()); raise OSError."""
        trouble: OSError = TimeoutError("no time is left")
        tried = self.addresses[:TRIED]
        for turn, address in enumerate(tried):
            left = ends_at - time.monotonic()
            if left <= 0:
                break
            try:
                return socket.create_connection((str(address), self.port), timeout=left / (len(tried) - turn))
            except OSError as failed:
                trouble = failed
        raise trouble


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges hosts; `opened` are networks that may be reached all the same, at any port (ALLOW_INNER_HOSTS)."""

    resolver: Resolver
    opened: tuple[Network, ...] = ()

    def find(self, host: str, port: int, *, public_ports: Set[int], ends_at: float) -> Destination:
        """Answer where to connect; one address of the host that may not be reached closes all of them.

        Raise HostRefused, and LookupFailed where another try may answer.
        """
        try:
            named = read_host(host)
        except HostUnreadable:
            raise HostRefused from None
        addresses = self._addresses(named, ends_at) if isinstance(named, str) else (named,)
        if not addresses or not all(self._may_reach(one, port, public_ports) for one in addresses):
            raise HostRefused
        return Destination(str(named), port, addresses)

    def _may_reach(self, address: Address, port: int, public_ports: Set[int]) -> bool:
        if any(address in network for network in self.opened):
            return True
        return port in public_ports and is_public(address)

    def _addresses(self, name: str, ends_at: float) -> tuple[Address, ...]:
        if name == "localhost" or name.endswith(".localhost"):  # RFC 6761 §6.3: never asked for
            return (LOCALHOST,)
        resolver = self.resolver.until(ends_at) if isinstance(self.resolver, DnsResolver) else self.resolver
        found: list[Address] = []
        trouble: LookupFailed | None = None
        for family in (4, 6):
            try:
                found += map(ipaddress.ip_address, resolver.addresses(name, family))
            except LookupFailed as failed:
                trouble = failed
        if trouble and not found:
            raise trouble
        return tuple(found)


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the Internet's: not private, local, shared, mapped, reserved or a group's."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    return address in _UNICAST_V6 and not any(address in network for network in _CLOSED_V6)
