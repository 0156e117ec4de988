"""Which records our names should have, by the settings: pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from config.kinds import DIRECT
from config.settings import Settings
from outbox.dns_record import Purpose, Wanted
from outbox.signing_keys import Published
from outbox.smarthost import parse_smarthost

LONGEST_STRING: Final = 255
"""Octets of one string of a TXT record (RFC 1035 §3.3.14)."""
PREFERENCE: Final = 10


def wanted_of_us(settings: Settings, keys: Mapping[str, Published]) -> tuple[Wanted, ...]:
    """Answer what the installation's own names need; a domain without a signing key has no DKIM record yet."""
    found = list(_of_host(settings.own_name, sends=settings.smarthost_url == DIRECT))
    for domain in settings.mail_domain:
        found += _of_mail_domain(domain, settings, keys.get(domain))
    return tuple(found)


def wanted_of_company(domains: Iterable[str]) -> tuple[Wanted, ...]:
    """Answer what a company's own domains need, so that mail of its users can be proved."""
    found: list[Wanted] = []
    for domain in sorted(set(domains)):
        found.append(
            Wanted(purpose=Purpose.OWN_SPF, domain=domain, name=domain, type="TXT", value="", by_provider=True)
        )
        found.append(
            Wanted(
                purpose=Purpose.OWN_DMARC,
                domain=domain,
                name=f"_dmarc.{domain}",
                type="TXT",
                value="v=DMARC1; p=none",
                needed=False,
            )
        )
    return tuple(found)


def strings_of(value: str) -> str:
    """Answer a text as the quoted strings that some providers want of a long TXT record (RFC 1035 §3.3.14)."""
    pieces = [value[at : at + LONGEST_STRING] for at in range(0, len(value), LONGEST_STRING)]
    return " ".join(f'"{piece}"' for piece in pieces)


def _of_host(host: str, *, sends: bool) -> Iterator[Wanted]:
    yield Wanted(purpose=Purpose.A, domain=host, name=host, type="A", value="")
    yield Wanted(purpose=Purpose.AAAA, domain=host, name=host, type="AAAA", value="", needed=False)
    # Who receives mail looks at the name of the address that sends it.
    yield Wanted(purpose=Purpose.PTR, domain=host, name=host, type="PTR", value=host, needed=sends)


def _of_mail_domain(domain: str, settings: Settings, key: Published | None) -> Iterator[Wanted]:
    yield Wanted(
        purpose=Purpose.MX,
        domain=domain,
        name=domain,
        type="MX",
        value=f"{PREFERENCE} {settings.own_name}",
        by_provider=bool(settings.trusted_mtas),
    )
    yield _spf(domain, settings)
    if key is not None:
        yield Wanted(purpose=Purpose.DKIM, domain=domain, name=key.name, type="TXT", value=key.value)
    dmarc = "v=DMARC1; p=reject"
    yield Wanted(purpose=Purpose.DMARC, domain=domain, name=f"_dmarc.{domain}", type="TXT", value=dmarc, needed=False)
    sts = "v=STSv1; id=1"
    yield Wanted(purpose=Purpose.MTA_STS, domain=domain, name=f"_mta-sts.{domain}", type="TXT", value=sts, needed=False)
    report = f"v=TLSRPTv1; rua=mailto:postmaster@{_parent(domain)}"
    yield Wanted(
        purpose=Purpose.TLS_RPT, domain=domain, name=f"_smtp._tls.{domain}", type="TXT", value=report, needed=False
    )


def _spf(domain: str, settings: Settings) -> Wanted:
    url = settings.smarthost_url
    through = _sender(parse_smarthost(url).host) if url and url != DIRECT else ""
    # A provider sends from other hosts than those that take our mail: its own words count.
    value = f"v=spf1 {through} ~all" if through else f"v=spf1 a:{settings.own_name} -all"
    return Wanted(
        purpose=Purpose.SPF,
        domain=domain,
        name=domain,
        type="TXT",
        value=value,
        needed=bool(url),
        by_provider=bool(through),
    )


def _sender(smarthost: str) -> str:
    """Answer the mechanism that names a smarthost, "" where it is a server on this very machine."""
    try:
        address = ipaddress.ip_address(smarthost)
    except ValueError:
        return "" if smarthost == "localhost" else f"a:{smarthost}"
    return "" if address.is_loopback else f"ip{address.version}:{address}"


def _parent(domain: str) -> str:
    """Answer where people read mail: a domain of Bcc addresses has no postmaster of its own as a rule."""
    labels = domain.split(".")
    return ".".join(labels[1:]) if len(labels) > 2 else domain
