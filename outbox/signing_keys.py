"""The keys that sign our mail: made at first need, one a domain, sealed in the database (SECURITY O3)."""

from __future__ import annotations

import base64
import secrets
import threading
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.inserting import insert_unless_there
from db.models import SigningKey
from db.session import Database
from mail.address import domain_of
from mail.parse import parse
from net.sealed import Keys
from outbox.signing import sign

BITS: Final = 2048
"""RFC 8301 §3.2: at least 1024, 2048 recommended; larger ones do not fit into one UDP answer everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What DNS has to show for a key: the name of a TXT record, and its value."""

    domain: str
    selector: str
    public: str

    @property
    def name(self) -> str:
        """Answer the record's name (RFC 6376 §3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def value(self) -> str:
        """Answer the record's text."""
        return f"v=DKIM1; k=rsa; p={self.public}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """A key at work."""

    published: Published
    private: bytes = field(repr=False)


class Signer:
    """Signs what comes from a domain of ours, published or not: a signature nobody can check does no harm.

    For all threads of a process. Mail from other domains goes unsigned; none is written so far.
    """

    def __init__(self, database: Database, keys: Keys, domains: tuple[str, ...]) -> None:
        self._database = database
        self._keys = keys
        self._domains = frozenset(domains)
        self._known: dict[str, Signing] = {}
        self._lock = threading.Lock()

    def sign(self, content: bytes) -> bytes:
        """Answer the mail with a signature of its From domain on top."""
        authors = parse(content).from_
        domain = domain_of(authors[0].address) if len(authors) == 1 else ""
        if domain not in self._domains:
            return content
        key = self.key(domain)
        return sign(content, domain=domain, selector=key.published.selector, private_key=key.private)

    def key(self, domain: str) -> Signing:
        """Answer the key of a domain, made where there is none."""
        with self._lock:
            if domain not in self._known:
                self._known[domain] = self._stored(domain) or self._made(domain)
            return self._known[domain]

    def _stored(self, domain: str) -> Signing | None:
        with self._database.read() as session:
            row = session.get(SigningKey, domain)
        if row is None:
            return None
        published = Published(domain=domain, selector=row.selector, public=row.public)
        return Signing(published=published, private=self._keys.unseal(row.sealed, _place(domain)))

    def _made(self, domain: str) -> Signing:
        # Before the transaction: it takes a while.
        key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        with self._database.write() as session:
            row = {
                "domain": domain,
                "selector": f"smartbcc-{secrets.token_hex(3)}",
                "sealed": self._keys.seal(private, _place(domain)),
                "public": base64.b64encode(public).decode("ascii"),
                "created_at": self._database.now(session),
            }
            session.connection().execute(insert_unless_there(session, SigningKey, ("domain",)), row)
        made = self._stored(domain)
        if made is None:
            raise LookupError("the key that was just written is gone")
        return made


def published_key(session: Session, domain: str) -> Published | None:
    """Answer what DNS has to show for a domain, None as long as nothing was sent from it."""
    row = session.scalars(select(SigningKey).where(SigningKey.domain == domain)).one_or_none()
    return Published(domain=domain, selector=row.selector, public=row.public) if row else None


def _place(domain: str) -> str:
    return f"signing_key:sealed:{domain}"
