"""A DKIM key record (RFC 6376 §3.6.1, RFC 8463 §4): dkimpy reads it, we hold it to every tag it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import dkim
import dkim.util
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from languages.speech import marked

LONGEST_RECORD: Final = 4_096
"""Octets; an 8192-bit RSA key takes 1,400, and dkimpy's ASN.1 reader is quadratic."""
MOST_BITS: Final = 8_192
LEAST_BITS: Final = 1_024
"""RFC 8301 §3.2."""
WANTED_BITS: Final = 2_048


class BadKey(Exception):
    """The record is no key for us; the text says why."""


@dataclass(frozen=True, slots=True)
class Key:
    """A usable public key; `testing` is t=y, `exact_identity` t=s."""

    kind: str
    public: RSAPublicKey | Ed25519PublicKey
    bits: int
    testing: bool
    exact_identity: bool

    def verifies(self, signature: bytes, digest: bytes) -> bool:
        """Whether the signature is of this SHA-256 digest."""
        try:
            if isinstance(self.public, RSAPublicKey):
                self.public.verify(signature, digest, PKCS1v15(), Prehashed(SHA256()))
            else:
                self.public.verify(signature, digest)
        except InvalidSignature:
            return False
        return True


@lru_cache(maxsize=1024)
def read_key(record: bytes) -> Key:
    """Read a key record; raises BadKey. Equal records answer the same key object."""
    if len(record) > LONGEST_RECORD:
        raise BadKey(marked("the key record is too long"))
    try:
        tags: dict[bytes, bytes] = dkim.util.parse_tag_value(record)
    except dkim.util.InvalidTagValueList:
        raise BadKey(marked("the key record is no list of tags")) from None
    _check_tags(tags)
    flags = _listed(tags.get(b"t", b""))
    public, bits = _public_key(tags)
    kind = "rsa" if isinstance(public, RSAPublicKey) else "ed25519"
    return Key(kind, public, bits, testing=b"y" in flags, exact_identity=b"s" in flags)


def _check_tags(tags: dict[bytes, bytes]) -> None:
    if b"v" in tags and (tags[b"v"] != b"DKIM1" or next(iter(tags)) != b"v"):
        raise BadKey(marked("the key record has another version"))
    if not tags.get(b"p"):
        raise BadKey(marked("the key was revoked") if b"p" in tags else marked("the key record holds no key"))
    if b"h" in tags and b"sha256" not in _listed(tags[b"h"]):
        raise BadKey(marked("the key is not for sha256 (h=)"))
    if b"s" in tags and not {b"*", b"email"} & _listed(tags[b"s"]):
        raise BadKey(marked("the key is not for mail (s=)"))


def _listed(value: bytes) -> set[bytes]:
    return {part.strip() for part in value.split(b":")}


def _public_key(tags: dict[bytes, bytes]) -> tuple[RSAPublicKey | Ed25519PublicKey, int]:
    """Let dkimpy read k= and p=; of s= it would take only a single word."""
    record = b"k=" + tags.get(b"k", b"rsa") + b"; p=" + tags[b"p"]
    try:
        parsed, bits, kind, _ = dkim.evaluate_pk("key", record)
        if kind == b"ed25519":
            return Ed25519PublicKey.from_public_bytes(bytes(parsed)), bits
        if bits > MOST_BITS:
            raise BadKey(marked("the key is too large"))
        return RSAPublicNumbers(parsed["publicExponent"], parsed["modulus"]).public_key(), bits
    except (dkim.DKIMException, UnsupportedAlgorithm, ValueError, TypeError, AssertionError, LookupError):
        # hostile records reach deep into dkimpy's ASN.1 reader, which then raises what it meets
        raise BadKey(marked("the key cannot be read")) from None
