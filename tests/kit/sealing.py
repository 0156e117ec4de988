"""ARC chains for tests (RFC 8617), made without the code under test.

sealer = Sealer(Signer("forwarder.example"))
raw = sealer.seal(raw, "mx.forwarder.example; dmarc=pass header.from=seller.example")
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding
from dkim.canonicalization import CanonicalizationPolicy

from tests.kit.signing import Signer, rsa_key

COVERED: Final = ("from", "to", "cc", "subject", "date", "message-id")
SET: Final = (b"arc-authentication-results", b"arc-message-signature", b"arc-seal")
Field = tuple[bytes, bytes]


def a_signer(domain: str = "forwarder.example", serial: int = 7) -> Signer:
    """Answer a forwarder's key."""
    return Signer(domain, selector="arc", key=rsa_key(serial=serial))


@dataclass(frozen=True)
class Sealer:
    """Who forwards and seals; message signature and seal are by `signer` unless `message_signer` is given."""

    signer: Signer = field(default_factory=a_signer)
    message_signer: Signer | None = None

    def seal(
        self,
        raw: bytes,
        results: str,
        *,
        claims: str | None = None,
        covered: tuple[str, ...] = COVERED,
        canonical: str = "relaxed/relaxed",
        signature_tags: dict[str, str] | None = None,
        seal_tags: dict[str, str] | None = None,
    ) -> bytes:
        """Answer the mail with one more set on top; "-" as a tag's value leaves it out."""
        before = _chain(raw)
        number = len(before) // 3 + 1
        claimed = claims or ("none" if number == 1 else "pass")
        aar = f" i={number}; {results}".encode()
        with_results = b"ARC-Authentication-Results:" + aar + b"\r\n" + raw
        ams = self._message_signature(with_results, number, covered, canonical, signature_tags or {})
        tags = {"i": str(number), "cv": claimed, **_named(self.signer), **(seal_tags or {})}
        unsigned = _written(tags)
        own: list[Field] = [
            (b"ARC-Authentication-Results", aar + b"\r\n"),
            (b"ARC-Message-Signature", ams + b"\r\n"),
            (b"ARC-Seal", unsigned + b"\r\n"),
        ]
        seal = unsigned + _sign(self.signer, _data(_policy("relaxed/relaxed"), [*before, *own]))
        return b"ARC-Seal:" + seal + b"\r\nARC-Message-Signature:" + ams + b"\r\n" + with_results

    def _message_signature(
        self, raw: bytes, number: int, covered: tuple[str, ...], canonical: str, tags: dict[str, str]
    ) -> bytes:
        signer, policy = self.message_signer or self.signer, _policy(canonical)
        head, _, body = raw.partition(b"\r\n\r\n")
        digest = base64.b64encode(hashlib.sha256(policy.canonicalize_body(body)).digest()).decode()
        values = {"i": str(number), **_named(signer), "c": canonical, "h": ":".join(covered), "bh": digest, **tags}
        unsigned, left = _written(values), _fields(head)
        chosen = []
        for name in covered:
            places = [place for place, one in enumerate(left) if one[0].lower() == name.encode()]
            if places:
                chosen.append(left.pop(places[-1]))
        return unsigned + _sign(signer, _data(policy, [*chosen, (b"ARC-Message-Signature", unsigned + b"\r\n")]))


def _chain(raw: bytes) -> list[Field]:
    """Answer the fields of the sets that are there, in the order that a seal covers them."""
    present = [one for one in _fields(raw.partition(b"\r\n\r\n")[0]) if one[0].lower() in SET]
    # each set was put on top as seal, message signature, results
    return list(reversed(present))


def _fields(head: bytes) -> list[Field]:
    fields = (one.partition(b":") for one in re.split(rb"\r\n(?![ \t])", head) if one)
    return [(name, value + b"\r\n") for name, _, value in fields]


def _named(signer: Signer) -> dict[str, str]:
    kind = "ed25519" if isinstance(signer.key, ed25519.Ed25519PrivateKey) else "rsa"
    return {"a": f"{kind}-sha256", "d": signer.domain, "s": signer.selector}


def _written(tags: dict[str, str]) -> bytes:
    return " ".join(["", *(f"{name}={value};" for name, value in tags.items() if value != "-"), "b="]).encode()


def _policy(canonical: str) -> CanonicalizationPolicy:
    return CanonicalizationPolicy.from_c_value(canonical.encode())


def _data(policy: CanonicalizationPolicy, fields: list[Field]) -> bytes:
    """The last field is the signature itself, which ends without a line end (RFC 6376 §3.7)."""
    whole = b"".join(name + b":" + value for name, value in policy.canonicalize_headers(fields))
    return whole.removesuffix(b"\r\n")


def _sign(signer: Signer, data: bytes) -> bytes:
    if isinstance(signer.key, ed25519.Ed25519PrivateKey):
        return base64.b64encode(signer.key.sign(hashlib.sha256(data).digest()))
    return base64.b64encode(signer.key.sign(data, padding.PKCS1v15(), hashes.SHA256()))
