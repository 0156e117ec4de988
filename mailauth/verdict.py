"""Is this mail really from whom it says? SECURITY 4 as one function: bytes, envelope, DNS -> Proof.

    shape gate -> DKIM, SPF, DMARC -> does an aligned pass stand? -> else: did our own server in front find one?
    -> else: could a failed look-up have changed that? -> else: does the domain publish anything at all?
    -> where that gave no pass: does a forwarder whom we trust vouch for it (ARC)?

Only our own checks speak, and those whom the operator named; every other verdict field in a mail is data.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from mail.envelope import Envelope
from mail.shape import ShapeFault, pass_gate
from mailauth.age import days_old
from mailauth.arc import Chain, check_chain
from mailauth.arriving import BodyHashes
from mailauth.dkim import check_signed, split_mail
from mailauth.dmarc import find_policy
from mailauth.findings import Findings, findings_of
from mailauth.reasons import deferred, deferred_by_chain, proved, proved_by_chain, proved_upstream, unproved
from mailauth.results import Judgement, Method, Proof, Verdict
from mailauth.said import GIVEN_UP, UNDECIDED
from mailauth.spf import check_spf
from mailauth.trust import NOBODY, Trust, may_vouch
from mailauth.upstream import UpstreamPass, passes_upstream
from net.budget import BudgetedResolver
from net.resolver import Resolver

SPF_QUESTIONS: Final = 40
"""Of the mail's questions; the rest is kept for alignment, so that no envelope can use it up."""
CHAIN_QUESTIONS: Final = 12
"""Ten seals by ten keys, and the newest message signature's."""
SECONDS_FOR_SHOW: Final = 3.0
"""For look-ups that are not needed, once there is a pass or for a chain."""


def authenticate(
    raw: bytes,
    envelope: Envelope,
    resolver: Resolver,
    *,
    now: datetime,
    trust: Trust = NOBODY,
    deadline_seconds: float = 20,
    body_hashes: BodyHashes | None = None,
) -> Proof:
    """Judge one mail; never raises, whatever the bytes. Look-ups stop at the deadline (RULES R8: 20 s).

    Where the body was hashed while it arrived (`body_hashes`), `raw` need be no more than the header.
    """
    sender = pass_gate(raw)
    if isinstance(sender, ShapeFault):
        return Proof.unchecked(Verdict.UNPROVED, "", UNDECIDED.format(reasons=sender))
    ends_at = time.monotonic() + deadline_seconds
    dns = BudgetedResolver(resolver, ends_at)
    address, domain = sender.addr_spec, sender.a_label
    mail = split_mail(raw, body_hashes)
    signatures = check_signed(mail, dns, now)
    policy = find_policy(domain, dns)
    # RULES R8: an exact pass is enough, so SPF is then only for show and nobody waits long for it
    enough = any(one.result == "pass" and one.domain == domain for one in signatures)
    spf = check_spf(envelope, _limited(dns, ends_at, SPF_QUESTIONS, for_show=enough))
    found = findings_of(domain, policy, signatures, spf, dns)
    plain = _without_forwarders(found, passes_upstream(mail.fields, envelope, domain, signatures))
    chain = check_chain(mail, _limited(dns, ends_at, CHAIN_QUESTIONS, for_show=True), now)
    by_forwarder = _by_forwarder(domain, chain, trust) if plain.verdict is not Verdict.PROVED else None
    age = days_old(mail.fields, found.dkim, now)
    return _proof(address, found, chain, by_forwarder or plain, otherwise=plain if by_forwarder else None, age=age)


def _proof(
    address: str, found: Findings, chain: Chain, stands: Judgement, *, otherwise: Judgement | None, age: int
) -> Proof:
    return Proof(
        verdict=stands.verdict,
        from_address=address,
        spf=found.spf,
        dkim=found.dkim,
        dmarc=found.dmarc(),
        arc=chain.as_result(),
        sentence=stands.sentence,
        method=stands.method,
        publishes_nothing=stands.publishes_nothing,
        otherwise=otherwise,
        days_old=age,
        records=found.dns.records,
    )


def _limited(dns: BudgetedResolver, ends_at: float, questions: int, *, for_show: bool) -> BudgetedResolver:
    soon = time.monotonic() + SECONDS_FOR_SHOW
    return BudgetedResolver(dns, min(ends_at, soon) if for_show else ends_at, questions)


def _without_forwarders(found: Findings, upstream: Sequence[UpstreamPass]) -> Judgement:
    """SECURITY 4.4 to 4.6 and 4.8."""
    domain = found.domain
    if found.is_proved:
        method = Method.DKIM if any(one.counts for one in found.dkim) else Method.SPF
        return Judgement(verdict=Verdict.PROVED, sentence=proved(domain, found.dkim, found.spf), method=method)
    for one in upstream:
        strict = found.policy.strict_spf if one.method == "spf" else found.policy.strict_dkim
        if found.vouches(one.domain, strict=strict):
            return Judgement(verdict=Verdict.PROVED, sentence=proved_upstream(domain, one), method=Method.UPSTREAM)
    publishes_nothing = None if found.may_still_pass() else found.publishes_nothing()
    if publishes_nothing is None:
        return Judgement(verdict=Verdict.DEFERRED, sentence=deferred(domain, found.dns.failed))
    sentence = unproved(domain, found.dkim, found.spf, found.dmarc(), publishes_nothing)
    return Judgement(verdict=Verdict.UNPROVED, sentence=sentence, publishes_nothing=publishes_nothing)


def _by_forwarder(domain: str, chain: Chain, trust: Trust) -> Judgement | None:
    """SECURITY 4.7; None where the chain changes nothing, so that a stranger's never defers a mail."""
    if not may_vouch(chain, domain, trust):
        return None
    if chain.result == "pass":
        sentence = proved_by_chain(domain, chain.sealers)
        return Judgement(verdict=Verdict.PROVED, sentence=sentence, method=Method.ARC)
    if chain.undecided:
        sentence = deferred_by_chain(domain, chain.sealers)
        return Judgement(verdict=Verdict.DEFERRED, sentence=sentence, method=Method.ARC)
    return None


def without_chain(proof: Proof) -> Proof:
    """Answer the proof that stands where no forwarder was expected; one that rests on no chain is the same."""
    stands = proof.otherwise
    if stands is None:
        return proof
    return replace(
        proof,
        verdict=stands.verdict,
        sentence=stands.sentence,
        method=stands.method,
        publishes_nothing=stands.publishes_nothing,
        otherwise=None,
    )


def not_evaluated(from_address: str, sentence: str) -> Proof:
    """Answer the proof of mail that no stranger handed us: imported, uploaded, composed here."""
    return Proof.unchecked(Verdict.NOT_EVALUATED, from_address, sentence)


def given_up(proof: Proof) -> Proof:
    """Turn a deferred proof into one of a domain that publishes nothing (RULES R8: after four hours).

    Where a forwarder's look-ups were the trouble, only the forwarder is given up.
    """
    proof = without_chain(proof)
    if proof.verdict is not Verdict.DEFERRED:
        return proof
    return replace(proof, verdict=Verdict.UNPROVED, publishes_nothing=True, sentence=GIVEN_UP)
