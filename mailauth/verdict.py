"""Is this mail really from whom it says? SECURITY 4 as one function: bytes, envelope, DNS -> Proof.

    shape gate -> DKIM, SPF, DMARC -> does an aligned pass stand? -> else: could a failed look-up
    have changed that? -> else: does the domain publish anything at all?

Only our own checks speak; every verdict field that came with the mail is data.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mail.domain import a_label_form
from mail.envelope import Envelope
from mail.shape import author, check_shape
from mailauth.dkim import check_signatures
from mailauth.dmarc import Policy, find_policy, is_aligned
from mailauth.reasons import deferred, proved, unproved
from mailauth.results import ArcResult, DkimResult, DmarcResult, Proof, SpfResult, Verdict
from mailauth.spf import SpfCheck, check_spf
from mailauth.suffix import registered_domain
from net.budget import BudgetedResolver
from net.resolver import LookupFailed, Resolver

SPF_QUESTIONS: Final = 40
"""Of the mail's questions; the rest is kept for alignment, so that no envelope can use it up."""
SPF_SECONDS_WHEN_PROVED: Final = 3.0
NO_SPF: Final = SpfResult(result="none", domain="", counts=False, reason="not checked")
NO_DMARC: Final = DmarcResult(result="none", policy="", domain="")


def authenticate(
    raw: bytes, envelope: Envelope, resolver: Resolver, *, now: datetime, deadline_seconds: float = 20
) -> Proof:
    """Judge one mail; never raises, whatever the bytes. Look-ups stop at the deadline (RULES R8: 20 s)."""
    fault = check_shape(raw)
    if fault is not None:
        return _refused(f"Not judged: {fault}.")
    ends_at = time.monotonic() + deadline_seconds
    dns = BudgetedResolver(resolver, ends_at)
    address = author(raw)
    domain = a_label_form(address.rpartition("@")[2]) or ""
    signatures = check_signatures(raw, dns, now)
    policy = find_policy(domain, dns)
    if any(one.result == "pass" and one.domain == domain for one in signatures):
        # RULES R8: that is enough, so SPF is only for show and nobody waits long for it
        ends_at = min(ends_at, time.monotonic() + SPF_SECONDS_WHEN_PROVED)
    spf = check_spf(envelope, BudgetedResolver(dns, ends_at, SPF_QUESTIONS))
    return _decide(address, _Findings(domain, signatures, policy, spf, dns))


def not_evaluated(from_address: str, sentence: str) -> Proof:
    """Answer the proof of mail that no stranger handed us: imported, uploaded, composed here."""
    return _without_checks(Verdict.NOT_EVALUATED, from_address, sentence)


def given_up(proof: Proof) -> Proof:
    """Turn a deferred proof into one of a domain that publishes nothing (RULES R8: after four hours)."""
    sentence = "The look-ups for the sender's domain have failed for hours, so nothing proves the sender."
    return replace(proof, verdict=Verdict.UNPROVED, publishes_nothing=True, sentence=sentence)


def _refused(sentence: str) -> Proof:
    return _without_checks(Verdict.UNPROVED, "", sentence)


def _without_checks(verdict: Verdict, from_address: str, sentence: str) -> Proof:
    return Proof(
        verdict=verdict,
        from_address=from_address,
        spf=NO_SPF,
        dkim=(),
        dmarc=NO_DMARC,
        arc=ArcResult(),
        sentence=sentence,
    )


@dataclass(frozen=True, slots=True)
class _Findings:
    """What the checks gave for a From domain, before anything is made of it."""

    domain: str
    signatures: tuple[DkimResult, ...]
    policy: Policy
    spf: SpfCheck
    dns: BudgetedResolver

    def aligned(self, identifier: str, strict: bool) -> bool | None:
        """None where it cannot be known for now."""
        if not identifier:
            return False
        return is_aligned(identifier, self.domain, None if self.policy.failed else strict, self.dns)

    def is_of_domain(self, identifier: str) -> bool:
        """Whether a name lies under the same registered domain."""
        return bool(identifier) and (registered_domain(identifier) or identifier) == (
            registered_domain(self.domain) or self.domain
        )


def _decide(address: str, found: _Findings) -> Proof:
    alignments = [found.aligned(one.domain, found.policy.strict_dkim) for one in found.signatures]
    spf_alignment = found.aligned(found.spf.domain, found.policy.strict_spf)
    dkim = tuple(
        replace(one, aligned=aligned is True, counts=aligned is True and one.result == "pass")
        for one, aligned in zip(found.signatures, alignments, strict=True)
    )
    spf = found.spf.as_result(spf_alignment is True)
    undecided = _may_still_pass(found, alignments, spf_alignment)
    dmarc = _dmarc_result(found, dkim, spf_alignment)
    publishes_nothing: bool | None = False
    if spf.counts or any(one.counts for one in dkim):
        verdict, sentence = Verdict.PROVED, proved(found.domain, dkim, spf)
    elif undecided or (publishes_nothing := _publishes_nothing(found)) is None:
        verdict, sentence = Verdict.DEFERRED, deferred(found.domain, found.dns.failed)
    else:
        verdict, sentence = Verdict.UNPROVED, unproved(found.domain, dkim, spf, dmarc, publishes_nothing)
    return Proof(
        verdict=verdict,
        from_address=address,
        spf=spf,
        dkim=dkim,
        dmarc=dmarc,
        arc=ArcResult(),
        sentence=sentence,
        publishes_nothing=bool(publishes_nothing),
        records=found.dns.records,
    )


def _may_still_pass(found: _Findings, alignments: list[bool | None], spf_alignment: bool | None) -> bool:
    """RULES R8: whether another answer to a failed look-up could make a pass that counts."""
    for one, aligned in zip(found.signatures, alignments, strict=True):
        if aligned is not False and (one.result == "temperror" or (aligned is None and one.result == "pass")):
            return True
    spf = found.spf
    if spf.null or spf.too_wide or spf_alignment is False:
        return False
    return spf.result == "temperror" or (spf_alignment is None and spf.result == "pass")


def _dmarc_result(found: _Findings, dkim: tuple[DkimResult, ...], spf_alignment: bool | None) -> DmarcResult:
    """RFC 9989 §5.3 and the words of RFC 8601; the protocol's own result, before our stricter rules on SPF."""
    policy = found.policy
    spf_result = found.spf.result if spf_alignment is not False else "none"
    if policy.failed:
        result = "temperror"
    elif policy.broken:
        result = "permerror"
    elif not policy.policy:
        result = "none"
    elif (spf_alignment and spf_result == "pass") or any(one.counts for one in dkim):
        result = "pass"
    elif spf_result == "temperror" or any(one.aligned and one.result == "temperror" for one in dkim):
        result = "temperror"
    else:
        result = "fail"
    return DmarcResult(result=result, policy=policy.policy, domain=found.domain)


def _publishes_nothing(found: _Findings) -> bool | None:
    """SECURITY 4.8: no SPF at the From domain, no signature of its organisation, DMARC absent or p=none.

    None where a failed look-up leaves that open.
    """
    if any(found.is_of_domain(one.domain) for one in found.signatures):
        return False
    if not found.policy.failed and not found.policy.asks_nothing:
        return False
    spf = _has_spf(found)
    if spf:
        return False
    return None if spf is None or found.policy.failed else True


def _has_spf(found: _Findings) -> bool | None:
    try:
        texts = found.dns.txt(found.domain)
    except LookupFailed:
        return None
    # RFC 7208 §4.5
    return any(text.lower() == b"v=spf1" or text.lower().startswith(b"v=spf1 ") for text in texts)
