"""ARC (RFC 8617): whether the chain of seals holds as a whole, whoever sealed it.

    structure and claims -> body hash -> newest message signature -> every seal, newest first

DNS comes last, so that a chain that cannot hold asks nothing. Whom we believe is `mailauth.trust`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from languages.speech import marked
from mailauth.arc_set import ArcSet, BrokenChain, check_claims, read_sets
from mailauth.canonical import relaxed_field
from mailauth.dkim import MOST_KEYS, SignedMail, covered_fields, header_hash, without_b
from mailauth.dkim_key import LEAST_BITS, BadKey, read_key
from mailauth.dkim_signature import Signature
from mailauth.results import ArcResult
from net.budget import BudgetSpent
from net.resolver import LookupFailed, Resolver


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The chain of one mail: its sets, the oldest first, and whether they hold.

    `covered`: the header fields that the newest message signature covers whole, in lower case.
    `undecided`: a key could not be looked up for now; the result is then "fail", RFC 8617 has no other word.
    """

    sets: tuple[ArcSet, ...] = ()
    result: str = "none"
    reason: str = ""
    covered: tuple[str, ...] = ()
    undecided: bool = False

    @property
    def sealers(self) -> tuple[str, ...]:
        """Answer the d= of the seals in order."""
        return tuple(one.seal.signature.domain for one in self.sets)

    def as_result(self) -> ArcResult:
        """Answer what is kept and shown of it."""
        return ArcResult(result=self.result, sealers=self.sealers, reason=self.reason, signed_fields=self.covered)


def check_chain(mail: SignedMail, resolver: Resolver, now: datetime) -> Chain:
    """Validate the chain (RFC 8617 §5.2) of a mail; never raises, whatever the bytes."""
    sets: tuple[ArcSet, ...] = ()
    try:
        sets = read_sets(mail.fields)
        if not sets:
            return Chain()
        check_claims(sets)
        _check_newest(mail, sets[-1].message_signature, resolver, int(now.timestamp()))
        _check_seals(sets, resolver)
    except BrokenChain as broken:
        return Chain(sets=sets, result="fail", reason=str(broken))
    except LookupFailed as failed:
        # what is over budget would be so again
        undecided = not isinstance(failed, BudgetSpent)
        return Chain(
            sets=sets, result="fail", reason=marked("a key could not be looked up for now"), undecided=undecided
        )
    covered = covered_fields(mail, sets[-1].message_signature)
    return Chain(sets=sets, result="pass", reason=marked("the chain holds"), covered=covered)


def _check_newest(mail: SignedMail, signature: Signature, resolver: Resolver, now: int) -> None:
    """RFC 8617 §5.2: only the newest message signature has to be good, forwarders break the others."""
    if (refusal := signature.refusal(now)) is not None:
        raise BrokenChain(f"newest message signature: {refusal.reason}")
    if mail.body_hash(signature.body_form) != signature.body_hash:
        raise BrokenChain(marked("the body was changed after the newest set"))
    _check(signature, header_hash(mail, signature), resolver, "the newest message signature")


def _check_seals(sets: Sequence[ArcSet], resolver: Resolver) -> None:
    for one, digest in reversed(list(zip(sets, _seal_digests(sets), strict=True))):
        _check(one.seal.signature, digest, resolver, f"seal {one.instance}")


def _seal_digests(sets: Sequence[ArcSet]) -> list[bytes]:
    """RFC 8617 §5.1.1: a seal covers all sets before and its own, its b= emptied; each field is hashed once."""
    digests = []
    before = hashlib.sha256()
    for one in sets:
        *covered, (name, value) = one.fields
        for field in covered:
            before.update(relaxed_field(*field) + b"\r\n")
        own = before.copy()
        own.update(relaxed_field(name, without_b(value)))
        digests.append(own.digest())
        before.update(relaxed_field(name, value) + b"\r\n")
    return digests


def _check(signature: Signature, digest: bytes, resolver: Resolver, what: str) -> None:
    """Hold a signature against the keys of its selector; raises BrokenChain, LookupFailed."""
    if signature.algorithm == "rsa-sha1":
        raise BrokenChain(f"{what} is by rsa-sha1")
    records = resolver.txt(f"{signature.selector}._domainkey.{signature.domain}")
    if not any(_is_by(record, signature, digest) for record in records[:MOST_KEYS]):
        raise BrokenChain(f"{what} is not good" if records else f"{what} has no key")


def _is_by(record: bytes, signature: Signature, digest: bytes) -> bool:
    """Whether this key made it; a test key makes nothing (RFC 6376 §3.6.1), nor does a small one (RFC 8301 §3.2)."""
    try:
        key = read_key(record)
    except BadKey:
        return False
    if key.testing or f"{key.kind}-sha256" != signature.algorithm or (key.kind == "rsa" and key.bits < LEAST_BITS):
        return False
    return key.verifies(signature.signature, digest)
