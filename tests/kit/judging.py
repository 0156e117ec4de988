"""Judging a mail in one line: the sellers' and a stranger's zone, and mail of both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from mail.envelope import Envelope
from mailauth.results import Proof
from mailauth.trust import Trust
from mailauth.verdict import authenticate
from tests.kit.mails import a_message
from tests.kit.resolver import FAILS, ZoneResolver
from tests.kit.signing import Signer, rsa_key, sender_zone

NOW: Final = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
SELLER: Final = Signer("seller.example")
EVIL: Final = Signer("evil.example", key=rsa_key(serial=1))
ZONE: Final = sender_zone("seller.example", SELLER) + sender_zone("evil.example", EVIL, peer="203.0.113.66")
PLAIN: Final = a_message()
SIGNED: Final = SELLER.sign(PLAIN)


def judge(
    raw: bytes,
    zone: str | ZoneResolver = ZONE,
    *,
    peer: str = "203.0.113.66",
    sender: str | None = "x@evil.example",
    helo: str = "mx.evil.example",
    now: datetime = NOW,
    seconds: float = 20,
    sealers: tuple[str, ...] = (),
) -> Proof:
    """Answer the proof of a mail that by default a stranger hands in; `sealers` are those we trust."""
    resolver = ZoneResolver(zone) if isinstance(zone, str) else zone
    envelope = Envelope(reverse_path=sender, forward_paths=("b@bcc",), helo=helo, peer=peer, tls=True, received_at=now)
    trust = Trust(frozenset(sealers))
    return authenticate(raw, envelope, resolver, now=now, trust=trust, deadline_seconds=seconds)


def handed_over(
    raw: bytes,
    zone: str | ZoneResolver = ZONE,
    *,
    authserv_id: str = "mx.ours.example",
    sender: str | None = "rita@seller.example",
    peer: str = "",
) -> Proof:
    """Answer the proof of a mail that our own server in front hands over; `peer` is the client as it tells."""
    resolver = ZoneResolver(zone) if isinstance(zone, str) else zone
    envelope = Envelope(
        reverse_path=sender,
        forward_paths=("b@bcc",),
        helo="",
        peer=peer,
        tls=True,
        received_at=NOW,
        relay="192.0.2.99",
        authserv_id=authserv_id,
    )
    return authenticate(raw, envelope, resolver, now=NOW)


def broken(*names: str, zone: str = ZONE) -> ZoneResolver:
    """The zone with names that fail for now."""
    resolver = ZoneResolver(zone)
    for name in names:
        resolver.add(name, "*", FAILS)
    return resolver
