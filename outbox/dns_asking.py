"""Asks DNS for what `dns_wanted` names; the world's failures become a part of the answer. No transaction is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from mail.envelope import Envelope
from mailauth.dmarc import find_policy
from mailauth.spf import SpfCheck, check_spf
from net.resolver import LookupFailed, Resolver
from outbox.dns_record import Answer, Purpose, Wanted
from outbox.dns_spf import count_lookups, spf_records

MOST_SAID: Final = 20
LONGEST_SAID: Final = 2_000
MOST_ADDRESSES: Final = 4
NOBODY: Final = "192.0.2.1"
"""An address of the documentation (RFC 5737): whom a record lets pass with it, it lets pass with all."""

NEVER: Final = datetime(2025, 1, 1, tzinfo=UTC)
"""The time of an envelope that no mail came in: SPF does not look at it."""


def ask_all(wanted: Iterable[Wanted], resolver: Resolver, host: str) -> dict[Wanted, Answer]:
    """Answer what DNS says to each; `host` is our own name, which SPF has to let pass."""
    return {one: ask(one, resolver, host) for one in wanted}


def ask(wanted: Wanted, resolver: Resolver, host: str) -> Answer:
    """Answer what DNS says now; never raises for what others published."""
    try:
        said = _said(wanted, resolver)[:MOST_SAID]
        facts = _facts(wanted, said, resolver, host)
    except LookupFailed as failed:
        return Answer(failed=str(failed)[:LONGEST_SAID])
    return Answer(said=tuple(text[:LONGEST_SAID] for text in said), facts=facts)


def _said(wanted: Wanted, resolver: Resolver) -> list[str]:
    match wanted.purpose:
        case Purpose.MX:
            return [f"{preference} {exchange or '.'}" for preference, exchange in sorted(resolver.mx(wanted.name))]
        case Purpose.A:
            return sorted(resolver.addresses(wanted.name, 4))
        case Purpose.AAAA:
            return sorted(resolver.addresses(wanted.name, 6))
        case Purpose.PTR:
            return [
                f"{address} {name}".rstrip()
                for address in _addresses(wanted.name, resolver)
                for name in resolver.ptr(address) or ("",)
            ]
    texts = [text.decode("utf-8", "replace") for text in resolver.txt(wanted.name)]
    return [text for text in texts if _is_about(wanted.purpose, text)]


def _is_about(purpose: Purpose, text: str) -> bool:
    """Leave out what stands at the same name for other reasons, such as a proof for a search engine."""
    return "spf1" in text.lower() if purpose in (Purpose.SPF, Purpose.OWN_SPF) else True


def _facts(wanted: Wanted, said: list[str], resolver: Resolver, host: str) -> dict[str, object]:
    facts: dict[str, object] = {}
    if not said and wanted.purpose is not Purpose.PTR:
        # The host field of many providers adds the domain by itself.
        doubled = Wanted(
            purpose=wanted.purpose,
            domain=wanted.domain,
            name=f"{wanted.name}.{wanted.domain}",
            type=wanted.type,
            value=wanted.value,
        )
        facts["doubled"] = bool(_said(doubled, resolver))
    match wanted.purpose:
        case Purpose.SPF | Purpose.OWN_SPF:
            return facts | _spf(wanted, said, resolver, host)
        case Purpose.DMARC | Purpose.OWN_DMARC:
            policy = find_policy(wanted.domain, resolver)
            return facts | {"policy": policy.policy, "broken": policy.broken, "testing": policy.testing}
    return facts


def _spf(wanted: Wanted, said: list[str], resolver: Resolver, host: str) -> dict[str, object]:
    records = spf_records(said)
    if len(records) != 1:
        return {}

    def fetch(name: str) -> list[str]:
        return [text.decode("utf-8", "replace") for text in resolver.txt(name)]

    ours = wanted.purpose is Purpose.SPF and not wanted.by_provider
    checks = [_check(wanted.domain, peer, resolver) for peer in (_addresses(host, resolver) if ours else [])]
    of_nobody = _check(wanted.domain, NOBODY, resolver)
    return {
        "lookups": count_lookups(records[0], fetch),
        "results": [check.result for check in checks],
        "readable": of_nobody.result != "permerror",
        "passes_all": of_nobody.too_wide,
    }


def _check(domain: str, peer: str, resolver: Resolver) -> SpfCheck:
    envelope = Envelope(
        reverse_path=f"postmaster@{domain}",
        forward_paths=(),
        helo=domain,
        peer=peer,
        tls=False,
        received_at=NEVER,
    )
    return check_spf(envelope, resolver)


def _addresses(host: str, resolver: Resolver) -> list[str]:
    found = [*resolver.addresses(host, 4), *resolver.addresses(host, 6)]
    return sorted(found)[:MOST_ADDRESSES]
