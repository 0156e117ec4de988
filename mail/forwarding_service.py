"""Services that ask to confirm an address before they forward mail to it (RULES R18).

A sender counts only where no customer of the service can have its address: an address that the service names in
its own help pages, or an answerless one of the service itself. Whoever is not here is an outsider like others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mail.address import domain_of


@dataclass(frozen=True, slots=True)
class ForwardingService:
    """`domains`: those it writes from; `hosts`: where its links lead, sub-domains too."""

    name: str
    domains: tuple[str, ...]
    hosts: tuple[str, ...]

    def leads_to(self, host: str) -> bool:
        """Tell whether a host name is the service's own."""
        return any(host == one or host.endswith(f".{one}") for one in self.hosts)


SERVICES: Final = (
    ForwardingService("Gmail", ("google.com",), ("mail.google.com", "mail-settings.google.com")),
    ForwardingService(
        "Outlook",
        ("microsoft.com", "accountprotection.microsoft.com", "outlook.com"),
        ("microsoft.com", "live.com", "outlook.com", "office.com"),
    ),
    ForwardingService("Yahoo", ("yahoo.com", "yahoo-inc.com", "cc.yahoo-inc.com"), ("yahoo.com",)),
    ForwardingService(
        "Zoho",
        ("zoho.com", "zoho.eu", "zoho.in", "zohoaccounts.com", "zohocorp.com"),
        ("zoho.com", "zoho.eu", "zoho.in"),
    ),
    ForwardingService("Fastmail", ("fastmail.com", "fastmailteam.com"), ("fastmail.com",)),
    ForwardingService("iCloud", ("apple.com", "email.apple.com", "icloud.com"), ("apple.com", "icloud.com")),
    ForwardingService("Proton", ("proton.me", "notify.proton.me"), ("proton.me",)),
    ForwardingService("GMX", ("gmx.net", "gmx.com"), ("gmx.net", "gmx.com")),
    ForwardingService("Yandex", ("yandex.ru", "yandex.com"), ("yandex.ru", "yandex.com")),
    ForwardingService("Mail.ru", ("corp.mail.ru", "mail.ru"), ("mail.ru",)),
)
_RESERVED: Final = re.compile(r"(?:[a-z]+[-_])*no-?reply", re.IGNORECASE)
"""Local parts that these services give to nobody; Gmail's is forwarding-noreply."""


def find_service(address: str) -> ForwardingService | None:
    """Answer the service that writes from this address, None for everybody else's."""
    if not _RESERVED.fullmatch(address.rpartition("@")[0]):
        return None
    domain = domain_of(address)
    return next((one for one in SERVICES if domain in one.domains), None)
