"""One DKIM-Signature field, read and checked as far as that needs neither DNS nor the mail (RFC 6376 §3.5).

dkimpy judges the tags; what it judges in quadratic time or by the wall clock is prepared or done here.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import dkim
import dkim.canonicalization
import dkim.util

from languages.speech import marked
from mail.domain import a_label_form

FUTURE_SECONDS: Final = 3_600
"""SECURITY 4.4: how far a signer's clock may be ahead."""
LONGEST_REASON: Final = 80
LONGEST_NAME: Final = 1_024
"""Octets of d= or s=; a name that DNS can carry has 253 characters."""

_SELECTOR: Final = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.A)
_MOMENT: Final = re.compile(rb"[0-9]+")
MOMENT_DIGITS: Final = 12
"""RFC 6376 §3.5: what is longer is never."""


class BadSignature(Exception):
    """The signature cannot be judged further: RFC 8601 `result` and a `reason`."""

    def __init__(self, result: str, reason: str) -> None:
        super().__init__(reason)
        self.result, self.reason = result, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a signature claims; `domain` in A-labels, `names` lower case as in `h=`, moments in Unix seconds."""

    field_name: bytes
    field_value: bytes
    domain: str
    selector: str
    identity_domain: str
    algorithm: str
    header_form: bytes
    body_form: bytes
    names: tuple[bytes, ...]
    body_hash: bytes
    signature: bytes
    limited: bool
    signed_at: int | None
    expires_at: int | None

    def refusal(self, now: int) -> BadSignature | None:
        """Answer why this signature proves nothing whatever its key says (SECURITY 4.4), or None."""
        if self.algorithm == "rsa-sha1":
            return BadSignature("policy", marked("rsa-sha1 is no longer accepted (RFC 8301 §3.1)"))
        if self.limited:
            return BadSignature("policy", marked("the signature covers only a part of the body (l=)"))
        if self.expires_at is not None and self.expires_at < now:
            return BadSignature("policy", marked("the signature has expired (x=)"))
        if self.signed_at is not None and self.signed_at > now + FUTURE_SECONDS:
            return BadSignature("policy", marked("the signature is dated in the future (t=)"))
        if self.signed_at is not None and self.expires_at is not None and self.expires_at < self.signed_at:
            return BadSignature("neutral", marked("x= is before t= (RFC 6376 §3.5)"))
        if b"from" not in self.names:
            return BadSignature("permerror", marked("the signature does not cover From (RFC 6376 §5.4)"))
        return None


def read_tags(value: bytes) -> dict[bytes, bytes]:
    """Read the tag-list of a DKIM-Signature field; raises BadSignature."""
    try:
        tags: dict[bytes, bytes] = dkim.util.parse_tag_value(value)
    except dkim.util.InvalidTagValueList:
        raise BadSignature("neutral", marked("the signature is no list of tags")) from None
    return tags


def named_in(tags: Mapping[bytes, bytes]) -> tuple[str, str]:
    """Answer (domain, selector) for showing, "" where they are no names; never raises."""
    return _named(tags.get(b"d", b""), tags.get(b"s", b""))


@lru_cache(maxsize=1024)
def _named(domain: bytes, selector: bytes) -> tuple[str, str]:
    if len(domain) > LONGEST_NAME or len(selector) > LONGEST_NAME:
        return "", ""
    name, where = domain.decode("utf-8", "replace"), selector.decode("utf-8", "replace").lower()
    return a_label_form(name) or "", where if _SELECTOR.fullmatch(where) else ""


def read_signature(field_name: bytes, field_value: bytes, tags: Mapping[bytes, bytes]) -> Signature:
    """Check the tags and answer their values; raises BadSignature."""
    packed = {name: b"".join(value.split()) if name in (b"b", b"bh") else value for name, value in tags.items()}
    _let_dkimpy_judge(packed)
    domain, selector = named_in(packed)
    if "." not in domain or not selector:
        # SECURITY P6: checked before anything of it reaches DNS
        raise BadSignature("neutral", marked("d= or s= is not a name"))
    header_form, body_form = _forms(packed)
    return Signature(
        field_name=field_name,
        field_value=field_value,
        domain=domain,
        selector=selector,
        identity_domain=_identity_domain(packed, domain),
        algorithm=packed[b"a"].decode("ascii"),
        header_form=header_form,
        body_form=body_form,
        names=tuple(name.strip().lower() for name in packed[b"h"].split(b":")),
        body_hash=_decoded(packed[b"bh"]),
        signature=_decoded(packed[b"b"]),
        limited=b"l" in packed,
        signed_at=_moment(packed.get(b"t")),
        expires_at=_moment(packed.get(b"x")),
    )


def _let_dkimpy_judge(tags: Mapping[bytes, bytes]) -> None:
    """Mandatory tags, algorithm, base64, i= below d=, q=, v=.

    White space is taken out of b= and bh= before: dkimpy's patterns take quadratic time on it (8 s at
    64 KiB). t= and x= are left out: it would hold them against the wall clock instead of our `now`.
    """
    try:
        dkim.validate_signature_fields({name: value for name, value in tags.items() if name not in (b"t", b"x")})
    except dkim.ValidationError as wrong:
        missing = str(wrong).startswith("missing")
        reason = str(wrong).partition(" (")[0][:LONGEST_REASON]
        raise BadSignature("permerror" if missing else "neutral", reason) from None
    except IndexError:
        # dkimpy looks for the octet before d= in an i= that has none
        raise BadSignature("neutral", marked("i= is not of d=")) from None


def _forms(tags: Mapping[bytes, bytes]) -> tuple[bytes, bytes]:
    try:
        policy = dkim.canonicalization.CanonicalizationPolicy.from_c_value(tags.get(b"c"))
    except dkim.canonicalization.InvalidCanonicalizationPolicyError:
        raise BadSignature("neutral", marked("c= names an unknown canonicalisation")) from None
    return policy.header_algorithm.name, policy.body_algorithm.name


def _identity_domain(tags: Mapping[bytes, bytes], domain: str) -> str:
    identity = tags.get(b"i")
    if identity is None:
        return domain
    found = a_label_form(identity.rpartition(b"@")[2].decode("utf-8", "replace"))
    if found is None or (found != domain and not found.endswith("." + domain)):
        raise BadSignature("neutral", marked("i= is not of d= (RFC 6376 §3.5)"))
    return found


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise BadSignature("neutral", marked("b= or bh= is not valid base64")) from None


def _moment(text: bytes | None) -> int | None:
    if text is None:
        return None
    if _MOMENT.fullmatch(text) is None:
        raise BadSignature("neutral", marked("t= or x= is not a moment"))
    return int(text.lstrip(b"0")[: MOMENT_DIGITS + 1] or b"0")
