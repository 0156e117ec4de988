"""The demo's small world: a sales company, its customer, a stranger, a forger, and their DNS."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mail.generate import to_bytes
from net.zone_server import quoted
from outbox.signing import sign

COMPANY: Final = "Northwind Trading"
DOMAIN: Final = "northwind.example"
REP: Final = "anna@northwind.example"
CUSTOMER: Final = "maria@fabrikam.example"
STRANGER: Final = "sven@contoso.example"
PASSWORD: Final = "demo-password"  # noqa: S105 -- printed for everybody to see
SELECTOR: Final = "demo"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail of the demo: who hands it over, and what a reader should know of it."""

    title: str
    reverse_path: str
    content: bytes


class World:
    """Makes one key, the zone that publishes it, and the four mails."""

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

    def zone(self) -> dict[tuple[str, str], list[str]]:
        """Answer the DNS: the company lets loopback send for it, so that a mail by hand is proved too."""
        return {
            (DOMAIN, "TXT"): ['"v=spf1 ip4:127.0.0.1 -all"'],
            (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=reject"'],
            (f"{SELECTOR}._domainkey.{DOMAIN}", "TXT"): [quoted(self._record)],
            ("contoso.example", "TXT"): ['"v=spf1 ip4:127.0.0.1 -all"'],
            ("_dmarc.contoso.example", "TXT"): ['"v=DMARC1; p=none"'],
            (f"{SELECTOR}._domainkey.contoso.example", "TXT"): [quoted(self._record)],
        }

    def letters(self) -> list[Letter]:
        """Answer the four mails in the order in which they are sent."""
        first = _mail(
            REP,
            CUSTOMER,
            "Offer for 40 garden chairs",
            "Hello Maria,\n\nhere is our offer: 40 chairs at 89 EUR each.\n",
        )
        reply = _mail(
            REP,
            CUSTOMER,
            "Re: Offer for 40 garden chairs",
            "Hello Maria,\n\ndelivery in week 14 is fine.\n\nAnna\n\n"
            "On Mon, Maria Lopez wrote:\n> Could you deliver in week 14?\n",
            answers=first["Message-ID"],
        )
        stranger = _mail(STRANGER, CUSTOMER, "Our catalogue", "Please find our catalogue attached.\n")
        forged = _mail(REP, CUSTOMER, "Change of our bank account", "Please pay to another account from now on.\n")
        return [
            Letter("a signed Bcc copy", REP, self._signed(first, DOMAIN)),
            Letter("a reply in its thread", REP, self._signed(reply, DOMAIN)),
            Letter("a proved stranger", STRANGER, self._signed(stranger, "contoso.example")),
            Letter("a forged mail in Anna's name", "mallory@forger.example", to_bytes(forged)),
        ]

    def _signed(self, message: EmailMessage, domain: str) -> bytes:
        return sign(to_bytes(message), domain=domain, selector=SELECTOR, private_key=self._private)


def _mail(author: str, recipient: str, subject: str, text: str, *, answers: str | None = None) -> EmailMessage:
    message = EmailMessage()
    names = {REP: "Anna Berg", CUSTOMER: "Maria Lopez", STRANGER: "Sven Olsen"}
    message["From"] = f"{names[author]} <{author}>"
    message["To"] = f"{names[recipient]} <{recipient}>"
    message["Subject"] = subject
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = f"<{subject.lower().replace(' ', '-').replace(':', '')}@{author.partition('@')[2]}>"
    if answers:
        message["In-Reply-To"] = answers
        message["References"] = answers
    message.set_content(text)
    return message
