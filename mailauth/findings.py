"""What the checks gave for a From domain, and what may be concluded from it (SECURITY 4.4 to 4.6, 4.8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailauth.dmarc import Policy, is_aligned
from mailauth.results import DkimResult, DmarcResult, SpfResult
from mailauth.spf import SpfCheck
from mailauth.suffix import registered_domain
from net.budget import BudgetedResolver
from net.resolver import LookupFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The signatures with their alignment; an alignment is None where it cannot be known for now."""

    domain: str
    policy: Policy
    dkim: tuple[DkimResult, ...]
    spf: SpfResult
    spf_check: SpfCheck
    dkim_alignments: tuple[bool | None, ...]
    spf_alignment: bool | None
    dns: BudgetedResolver

    @property
    def is_proved(self) -> bool:
        """Whether an aligned pass stands that we take as proof."""
        return self.spf.counts or any(one.counts for one in self.dkim)

    def may_still_pass(self) -> bool:
        """RULES R8: whether another answer to a failed look-up could make a pass that counts."""
        for one, aligned in zip(self.dkim, self.dkim_alignments, strict=True):
            if aligned is not False and (one.result == "temperror" or (aligned is None and one.result == "pass")):
                return True
        spf = self.spf_check
        if spf.null or spf.too_wide or self.spf_alignment is False:
            return False
        return spf.result == "temperror" or (self.spf_alignment is None and spf.result == "pass")

    def dmarc(self) -> DmarcResult:
        """RFC 9989 §5.3 and the words of RFC 8601; the protocol's own result, before our stricter rules on SPF."""
        policy = self.policy
        spf_result = self.spf_check.result if self.spf_alignment is not False else "none"
        if policy.failed:
            result = "temperror"
        elif policy.broken:
            result = "permerror"
        elif not policy.policy:
            result = "none"
        elif (self.spf_alignment and spf_result == "pass") or any(one.counts for one in self.dkim):
            result = "pass"
        elif spf_result == "temperror" or any(one.aligned and one.result == "temperror" for one in self.dkim):
            result = "temperror"
        else:
            result = "fail"
        return DmarcResult(result=result, policy=policy.policy, domain=self.domain)

    def publishes_nothing(self) -> bool | None:
        """SECURITY 4.8: no SPF at the From domain, no signature of its organisation, DMARC absent or p=none.

        None where a failed look-up leaves that open.
        """
        if any(self._is_of_domain(one.domain) for one in self.dkim):
            return False
        if not self.policy.failed and not self.policy.asks_nothing:
            return False
        spf = self._has_spf()
        if spf:
            return False
        return None if spf is None or self.policy.failed else True

    def vouches(self, identifier: str, *, strict: bool) -> bool:
        """Whether a name that somebody else found to pass is aligned with the From domain."""
        return _aligned(identifier, self.domain, self.policy, strict, self.dns) is True

    def _is_of_domain(self, identifier: str) -> bool:
        """Whether a name lies under the same registered domain."""
        return bool(identifier) and (registered_domain(identifier) or identifier) == (
            registered_domain(self.domain) or self.domain
        )

    def _has_spf(self) -> bool | None:
        try:
            texts = self.dns.txt(self.domain)
        except LookupFailed:
            return None
        # RFC 7208 §4.5
        return any(text.lower() == b"v=spf1" or text.lower().startswith(b"v=spf1 ") for text in texts)


def findings_of(
    domain: str, policy: Policy, signatures: tuple[DkimResult, ...], spf: SpfCheck, dns: BudgetedResolver
) -> Findings:
    """Align what passed with the From domain; asks DNS for where organisations begin."""
    alignments = tuple(_aligned(one.domain, domain, policy, policy.strict_dkim, dns) for one in signatures)
    spf_alignment = _aligned(spf.domain, domain, policy, policy.strict_spf, dns)
    dkim = tuple(
        replace(one, aligned=aligned is True, counts=aligned is True and one.result == "pass")
        for one, aligned in zip(signatures, alignments, strict=True)
    )
    return Findings(
        domain=domain,
        policy=policy,
        dkim=dkim,
        spf=spf.as_result(spf_alignment is True),
        spf_check=spf,
        dkim_alignments=alignments,
        spf_alignment=spf_alignment,
        dns=dns,
    )


def _aligned(identifier: str, domain: str, policy: Policy, strict: bool, dns: BudgetedResolver) -> bool | None:
    return is_aligned(identifier, domain, None if policy.failed else strict, dns) if identifier else False
