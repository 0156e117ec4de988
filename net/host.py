"""A host as people and mails write it: a name in A-labels, or an address in its one plain spelling."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from config.kinds import parse_domain

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*")
"""What makes a host an IPv4 address if it stands last (WHATWG URL §3.5, "ends in a number")."""


class HostUnreadable(ValueError):
    """Neither a name nor an address, or an address in a spelling that different programs read differently."""


def read_host(text: str) -> str | Address:
    """Answer the name in lower case and A-labels, or the address; raise HostUnreadable.

    Of addresses the plain spelling alone is taken: decimal, octal, hexadecimal and shortened IPv4 addresses
    are refused, and so are zones of IPv6 addresses. A v6 address may stand in brackets.
    """
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        if ":" in bare:
            return _without_zone(bare)
        if bare != text:
            raise ValueError
        name = parse_domain(text)
        # After the mapping of IDNA: full-width digits and ideographic dots are plain ones by now.
        return ipaddress.IPv4Address(name) if _NUMBER.fullmatch(name.rpartition(".")[2]) else name
    except ValueError:
        raise HostUnreadable("this is not a host") from None


def _without_zone(text: str) -> ipaddress.IPv6Address:
    address = ipaddress.IPv6Address(text)
    if address.scope_id is not None:
        raise ValueError
    return address
