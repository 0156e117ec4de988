"""Which hosts take the mail of a domain (RFC 5321 §5.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from net.resolver import Resolver

MOST_TRIED: Final = 5


class NoMail(Exception):
    """The domain takes no mail, for good; the text is a reply with its enhanced code."""


def find_exchangers(domain: str, resolver: Resolver, chance: Callable[[], float]) -> tuple[str, ...]:
    """Answer up to five hosts, the best first and equals in an order by chance; raise NoMail, LookupFailed."""
    found = resolver.mx(domain)
    if found and all(host in ("", ".") for _, host in found):
        raise NoMail("5.1.10 The domain says that it takes no mail")  # RFC 7505 §3, §4.2
    hosts = [host for _, _, host in sorted((preference, chance(), host) for preference, host in found if host)]
    if hosts:
        return tuple(dict.fromkeys(hosts))[:MOST_TRIED]
    if resolver.addresses(domain, 4) or resolver.addresses(domain, 6):
        return (domain,)  # RFC 5321 §5.1: the implicit MX
    raise NoMail("5.1.2 The domain has no mail server")
