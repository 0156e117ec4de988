"""DKIM (RFC 6376, 8301, 8463): which signatures of a mail are good, each on its own.

dkimpy reads tags and keys; choice of fields, hashing and RSA are ours, because dkimpy is quadratic in a
signature's white space and six times slower (docs in `canonical`). Tests hold the two equal.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from languages.speech import marked
from mailauth.arriving import BodyHashes
from mailauth.canonical import BODIES, FIELDS
from mailauth.dkim_key import LEAST_BITS, WANTED_BITS, BadKey, Key, read_key
from mailauth.dkim_signature import BadSignature, Signature, named_in, read_signature, read_tags
from mailauth.results import DkimResult
from mailauth.said import SMALL_KEY, SMALLISH_KEY
from mailauth.suffix import is_public_suffix
from net.resolver import LookupFailed, Resolver

MOST_SIGNATURES: Final = 10
"""SECURITY 4.4; further ones are not looked at."""
MOST_KEYS: Final = 4
"""Records tried under one selector; RFC 6376 §3.6.2.2 leaves several undefined."""


@dataclass(slots=True)
class SignedMail:
    """A mail cut once for all its signatures; body hashes and canonical fields are made once per form."""

    fields: list[tuple[bytes, bytes]]
    """(name as written, value as it stands after the colon, without the last CRLF)."""
    body: bytes
    _body_hashes: dict[bytes, bytes] = field(default_factory=dict)
    _places: dict[bytes, list[int]] = field(default_factory=dict)
    _canonical: dict[tuple[bytes, int], bytes] = field(default_factory=dict)

    def places(self) -> Mapping[bytes, Sequence[int]]:
        """Answer where the fields of each name stand, by lower-case name, from the top down."""
        if not self._places:
            for index, (name, _) in enumerate(self.fields):
                self._places.setdefault(name.lower(), []).append(index)
        return self._places

    def canonical(self, form: bytes, index: int) -> bytes:
        """Answer one field in a canonical form, with its line end."""
        known = self._canonical.get((form, index))
        if known is None:
            known = self._canonical[form, index] = FIELDS[form](*self.fields[index]) + b"\r\n"
        return known

    def body_hash(self, form: bytes) -> bytes:
        """SHA-256 of the canonical body."""
        if form not in self._body_hashes:
            self._body_hashes[form] = hashlib.sha256(BODIES[form](self.body)).digest()
        return self._body_hashes[form]


def check_signatures(raw: bytes, resolver: Resolver, now: datetime) -> tuple[DkimResult, ...]:
    """Judge the topmost signatures of a mail as `check_signed` does."""
    return check_signed(split_mail(raw), resolver, now)


def check_signed(mail: SignedMail, resolver: Resolver, now: datetime) -> tuple[DkimResult, ...]:
    """Judge the topmost signatures of a mail that passed the shape gate, newest first.

    `pass` is only said of a signature that we take as proof for its own domain (SECURITY 4.4); alignment
    is left open. Never raises: what cannot be looked up for now is `temperror`.
    """
    signatures = [one for one in mail.fields if one[0].lower() == b"dkim-signature"][:MOST_SIGNATURES]
    return tuple(_check(mail, name, value, resolver, int(now.timestamp())) for name, value in signatures)


def split_mail(raw: bytes, body_hashes: BodyHashes | None = None) -> SignedMail:
    """Cut at the empty line; a field's continuation lines stay in its value.

    Where the body was hashed while it arrived (`body_hashes`), `raw` need be no more than the header.
    """
    known = dict(body_hashes or {})
    if raw.startswith(b"\r\n"):
        return SignedMail([], raw[2:], known)
    head, _, body = raw.partition(b"\r\n\r\n")
    fields: list[tuple[bytes, list[bytes]]] = []
    for line in head.removesuffix(b"\r\n").split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):
            if fields:
                fields[-1][1].append(line)
            continue
        name, _, value = line.partition(b":")
        fields.append((name, [value]))
    return SignedMail([(name, b"\r\n".join(lines)) for name, lines in fields], body, known)


def _check(mail: SignedMail, name: bytes, value: bytes, resolver: Resolver, now: int) -> DkimResult:
    domain = selector = algorithm = ""
    covered: tuple[str, ...] = ()
    try:
        tags = read_tags(value)
        domain, selector = named_in(tags)
        algorithm = tags.get(b"a", b"").decode("ascii", "replace")[:40]
        signature = read_signature(name, value, tags)
        covered = covered_fields(mail, signature)
        result, reason = _judge(mail, signature, resolver, now)
    except BadSignature as bad:
        result, reason = bad.result, bad.reason
    return DkimResult(
        result=result,
        domain=domain,
        selector=selector,
        algorithm=algorithm,
        aligned=False,
        counts=False,
        reason=reason,
        signed_fields=covered,
    )


def _judge(mail: SignedMail, signature: Signature, resolver: Resolver, now: int) -> tuple[str, str]:
    """Answer (result, reason); what needs no DNS comes first, so that it never defers a mail."""
    if (refusal := signature.refusal(now)) is not None:
        raise refusal
    if is_public_suffix(signature.domain):
        raise BadSignature("policy", marked("d= is a public suffix"))
    if mail.body_hash(signature.body_form) != signature.body_hash:
        return "fail", marked("the body was changed after signing")
    try:
        records = resolver.txt(f"{signature.selector}._domainkey.{signature.domain}")
    except LookupFailed:
        return "temperror", marked("the key could not be looked up for now")
    if not records:
        return "permerror", marked("there is no key under this selector")
    digest = header_hash(mail, signature)
    return min(
        (_judge_key(signature, record, digest) for record in records[:MOST_KEYS]), key=lambda one: one[0] != "pass"
    )


def _judge_key(signature: Signature, record: bytes, digest: bytes) -> tuple[str, str]:
    try:
        key = read_key(record)
    except BadKey as bad:
        return "permerror", str(bad)
    if signature.algorithm != f"{key.kind}-sha256":
        return "permerror", marked("the key is of another kind than the signature")
    if not key.verifies(signature.signature, digest):
        return "fail", marked("the signed fields were changed, or another key signed them")
    return _policy(signature, key)


def _policy(signature: Signature, key: Key) -> tuple[str, str]:
    """SECURITY 4.4: what a cryptographically good signature is still refused for."""
    if key.testing:
        return "policy", marked("the key is marked as a test (t=y)")
    if key.exact_identity and signature.identity_domain != signature.domain:
        return "policy", marked("i= is a sub-domain, which the key forbids (t=s)")
    if key.kind == "rsa" and key.bits < LEAST_BITS:
        return "policy", SMALL_KEY.format(bits=key.bits)
    if key.kind == "rsa" and key.bits < WANTED_BITS:
        return "pass", SMALLISH_KEY.format(bits=key.bits)
    return "pass", marked("good signature")


def header_hash(mail: SignedMail, signature: Signature) -> bytes:
    """Answer the SHA-256 of the named fields from the bottom up, then the signature without its b= (RFC 6376 §3.7)."""
    form, places = signature.header_form, mail.places()
    left = {name: len(places[name]) for name in {*signature.names, b"from"} if name in places}
    hashed = []
    for name in (*signature.names, b"from"):
        # a From more than h= names breaks the signature, as with dkimpy
        if left.get(name):
            left[name] -= 1
            hashed.append(mail.canonical(form, places[name][left[name]]))
    hashed.append(FIELDS[form](signature.field_name, without_b(signature.field_value)))
    return hashlib.sha256(b"".join(hashed)).digest()


def without_b(value: bytes) -> bytes:
    """Empty the b= tag, the white space around its value included (RFC 6376 §3.7)."""
    tags = value.split(b";")
    for index, tag in enumerate(tags):
        name, equals, _ = tag.partition(b"=")
        if equals and name.strip() == b"b":
            tags[index] = name + b"="
    return b";".join(tags)


def covered_fields(mail: SignedMail, signature: Signature) -> tuple[str, ...]:
    """Answer the names of which every field is under the signature; one more field of that name leaves it open."""
    places, named = mail.places(), Counter(signature.names)
    return tuple(name.decode("ascii", "replace") for name in named if 0 < len(places.get(name, ())) <= named[name])
