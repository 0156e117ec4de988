"""The verdict in one plain English sentence; `mailauth.said` says it in other languages."""

from __future__ import annotations

from typing import Final

from mailauth import said
from mailauth.results import DkimResult, DmarcResult, SpfResult
from mailauth.upstream import UpstreamPass

POLICIES: Final = {"quarantine": said.QUARANTINED, "reject": said.REJECTED}
_METHODS: Final = {"dkim": "DKIM", "spf": "SPF", "dmarc": "DMARC"}


def proved(domain: str, dkim: tuple[DkimResult, ...], spf: SpfResult) -> str:
    """Name the strongest pass that counts: a signature covers the content, SPF only the way."""
    for one in dkim:
        if one.counts:
            return said.BY_DKIM.format(signer=one.domain, selector=one.selector, domain=domain)
    return said.BY_SPF.format(sender=spf.domain, domain=domain)


def proved_upstream(domain: str, found: UpstreamPass) -> str:
    """Name our own server in front, its check and what that was about."""
    template = said.BY_SERVER if found.domain == domain else said.BY_SERVER_ABOUT
    method = _METHODS[found.method]
    return template.format(server=found.authserv_id, domain=domain, method=method, about=found.domain)


def proved_by_chain(domain: str, sealers: tuple[str, ...]) -> str:
    """Name the first sealer, who had the mail from its author's side, and whoever sealed it after."""
    names = tuple(dict.fromkeys(sealers))
    template = said.BY_LONG_CHAIN if len(names) > 1 else said.BY_CHAIN
    return template.format(forwarder=sealers[0], domain=domain, sealers=", ".join(names))


def deferred_by_chain(domain: str, sealers: tuple[str, ...]) -> str:
    """Say that a trusted forwarder's word could not be verified."""
    return said.CHAIN_DEFERRED.format(forwarder=sealers[-1], domain=domain)


def deferred(domain: str, failed: tuple[str, ...]) -> str:
    """Name the first look-up that failed; its answer could change the outcome."""
    if failed:
        return said.DEFERRED_WHICH.format(domain=domain, which=failed[0])
    return said.DEFERRED.format(domain=domain)


def unproved(
    domain: str, dkim: tuple[DkimResult, ...], spf: SpfResult, dmarc: DmarcResult, publishes_nothing: bool
) -> str:
    """Say what was there and why it did not do."""
    if publishes_nothing:
        return said.NOTHING.format(domain=domain)
    reasons = [_about_dkim(dkim), _about_spf(spf)]
    if dmarc.policy in POLICIES:
        reasons.append(POLICIES[dmarc.policy].format(domain=domain))
    return said.UNPROVED.format(domain=domain, reasons=said.BETWEEN.join(reasons))


def _about_dkim(dkim: tuple[DkimResult, ...]) -> str:
    if not dkim:
        return said.NO_DKIM
    own = next((one for one in dkim if one.aligned), dkim[0])
    if own.result == "pass":
        return said.OTHER_DKIM.format(signer=own.domain)
    template = said.DKIM if own.domain else said.UNREADABLE_DKIM
    return template.format(result=own.result, signer=own.domain, reason=own.reason)


def _about_spf(spf: SpfResult) -> str:
    template = said.SPF if spf.domain else said.SPF_OF_NOBODY
    return template.format(result=spf.result, sender=spf.domain, reason=spf.reason)
