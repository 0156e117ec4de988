"""The demo's DNS: one key, and the zones of everybody who sends a mail."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from net.zone_server import quoted
from outbox.signing import sign

SELECTOR: Final = "demo"
POLICIES: Final = {True: "v=DMARC1; p=reject", False: "v=DMARC1; p=none"}


class Domains:
    """Signs for domains, and answers the zone that publishes how to check it."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self._record = "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()

    def zone(self, own: str, others: Iterable[str]) -> dict[tuple[str, str], list[str]]:
        """Answer the DNS: loopback may send for all of them, so that a mail by hand is proved too.

        Only our own domain asks others to reject what is not proved.
        """
        zone: dict[tuple[str, str], list[str]] = {}
        for domain in {own, *others}:
            zone[(domain, "TXT")] = ['"v=spf1 ip4:127.0.0.1 -all"']
            zone[(f"_dmarc.{domain}", "TXT")] = [quoted(POLICIES[domain == own])]
            zone[(f"{SELECTOR}._domainkey.{domain}", "TXT")] = [quoted(self._record)]
        return zone

    def signed(self, content: bytes, domain: str) -> bytes:
        """Answer the mail with that domain's signature on top."""
        return sign(content, domain=domain, selector=SELECTOR, private_key=self._private)
