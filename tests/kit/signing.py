"""DKIM keys and signed mails for tests, made without the code under test.

    signer = Signer("seller.example")
    raw = signed_mail(signer, subject="Offer")
    resolver = ZoneResolver(sender_zone("seller.example", signer))

Signatures carry no `t=`, so that a test may choose its own day.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from dkim.canonicalization import CanonicalizationPolicy

from tests.kit.mails import a_message

PEER: Final = "192.0.2.10"
"""The address from which our senders send."""
PrivateKey = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
SIGNED: Final = ("from", "to", "cc", "subject", "date", "message-id", "mime-version", "content-type")


@cache
def rsa_key(bits: int = 2048, serial: int = 0) -> rsa.RSAPrivateKey:
    """Answer a key of that size, the same one each time in one run; `serial` gives others."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def small_rsa_key(bits: int) -> rsa.RSAPrivateKey:
    """Answer a key that is too small for the library to make."""
    first, second = _probable_prime(bits // 2), _probable_prime(bits - bits // 2)
    secret = pow(65537, -1, (first - 1) * (second - 1))
    public = rsa.RSAPublicNumbers(65537, first * second)
    halves = (rsa.rsa_crt_dmp1(secret, first), rsa.rsa_crt_dmq1(secret, second), rsa.rsa_crt_iqmp(first, second))
    return rsa.RSAPrivateNumbers(first, second, secret, *halves, public).private_key()


def _probable_prime(bits: int) -> int:
    while True:
        candidate = secrets.randbits(bits) | 1 | 3 << (bits - 2)
        if candidate % 65537 != 1 and pow(2, candidate - 1, candidate) == 1:
            return candidate


@cache
def ed25519_key(serial: int = 0) -> ed25519.Ed25519PrivateKey:
    """Answer a key, the same one each time in one run."""
    return ed25519.Ed25519PrivateKey.generate()


@dataclass(frozen=True)
class Signer:
    """Who signs: domain, selector and key; `tags` are further tags of the key record ("t=s")."""

    domain: str
    selector: str = "s1"
    key: PrivateKey = field(default_factory=rsa_key)
    tags: str = ""

    @property
    def name(self) -> str:
        """Where the key record stands."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The key record's text."""
        public = self.key.public_key()
        if isinstance(public, ed25519.Ed25519PublicKey):
            kind, der = "ed25519", public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        else:
            spki = serialization.PublicFormat.SubjectPublicKeyInfo
            kind, der = "rsa", public.public_bytes(serialization.Encoding.DER, spki)
        more = f"; {self.tags}" if self.tags else ""
        return f"v=DKIM1; k={kind}{more}; p={base64.b64encode(der).decode()}"

    def line(self) -> str:
        """The key record as a line of a zone."""
        return f"{self.name} TXT {self.record}\n"

    def sign(
        self, raw: bytes, *, fields: tuple[str, ...] = SIGNED, canonical: str = "relaxed/relaxed", **tags: str
    ) -> bytes:
        """Answer the mail with a signature on top; `tags` replace or add tags ("l", "x", "i", "a" …)."""
        head, _, body = raw.partition(b"\r\n\r\n")
        policy = CanonicalizationPolicy.from_c_value(canonical.encode())
        digest = hashlib.sha1 if tags.get("a") == "rsa-sha1" else hashlib.sha256
        hashed = policy.canonicalize_body(body)
        if "l" in tags:
            hashed = hashed[: int(tags["l"])]
        values = {
            "v": "1",
            "a": "rsa-sha256" if isinstance(self.key, rsa.RSAPrivateKey) else "ed25519-sha256",
            "c": canonical,
            "d": self.domain,
            "s": self.selector,
            "h": ":".join(fields),
            "bh": base64.b64encode(digest(hashed).digest()).decode(),
            **tags,
        }
        value = " " + "; ".join(f"{tag}={text}" for tag, text in values.items() if text != "-") + "; b="
        data = b"".join(name + b":" + text for name, text in self._signed(policy, _fields(head), fields))
        [(name, own)] = policy.canonicalize_headers([(b"DKIM-Signature", value.encode() + b"\r\n")])
        data += name + b":" + own.rstrip()
        return b"DKIM-Signature:" + value.encode() + base64.b64encode(self._seal(data, digest)) + b"\r\n" + raw

    def _signed(self, policy: Any, present: list[tuple[bytes, bytes]], names: tuple[str, ...]) -> Any:
        left = list(present)
        chosen = []
        for name in names:
            for index in range(len(left) - 1, -1, -1):
                if left[index][0].lower() == name.lower().encode():
                    chosen.append(left.pop(index))
                    break
        return policy.canonicalize_headers(chosen)

    def _seal(self, data: bytes, digest: Any) -> bytes:
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(hashlib.sha256(data).digest())
        algorithm = hashes.SHA1() if digest is hashlib.sha1 else hashes.SHA256()
        return self.key.sign(data, padding.PKCS1v15(), algorithm)


def signed_mail(signer: Signer | None = None, **parts: Any) -> bytes:
    """Answer a mail of tests.kit.mails.a_message with a good signature; default signer: seller.example."""
    return (signer or Signer("seller.example")).sign(a_message(**parts))


def sender_zone(domain: str, signer: Signer | None = None, *, policy: str = "reject", peer: str = PEER) -> str:
    """Answer zone lines of an honest sender: SPF for `peer`, DMARC, an address, the signer's key."""
    lines = f"{domain} TXT v=spf1 ip4:{peer} -all\n{domain} A {peer}\n_dmarc.{domain} TXT v=DMARC1; p={policy}\n"
    return lines + (signer.line() if signer else "")


def _fields(head: bytes) -> list[tuple[bytes, bytes]]:
    fields = (re.split(rb":", one, maxsplit=1) for one in re.split(rb"\r\n(?![ \t])", head) if one)
    return [(name, value + b"\r\n") for name, value in fields]
