"""The verdict in one plain English sentence."""

from __future__ import annotations

from typing import Final

from mailauth.results import DkimResult, DmarcResult, SpfResult
from mailauth.upstream import UpstreamPass


def proved(domain: str, dkim: tuple[DkimResult, ...], spf: SpfResult) -> str:
    """Name the strongest pass that counts: a signature covers the content, SPF only the way."""
    for one in dkim:
        if one.counts:
            return f"Proved: a DKIM signature of {one.domain} (selector {one.selector}) vouches for {domain}."
    return f"Proved: {spf.domain} lets the sending host send for {domain} (SPF)."


def proved_upstream(domain: str, found: UpstreamPass) -> str:
    """Name our own server in front, its check and what that was about."""
    about = "" if found.domain == domain else f" for {found.domain}"
    return (
        f"Proved: your own mail server {found.authserv_id} found {domain} to be the sender "
        f"({_METHODS[found.method]} pass{about})."
    )


def proved_by_chain(domain: str, sealers: tuple[str, ...]) -> str:
    """Name the first sealer, who had the mail from its author's side, and whoever sealed it after."""
    names = tuple(dict.fromkeys(sealers))
    later = f", sealed by {', '.join(names)}" if len(names) > 1 else ""
    return f"Proved: {sealers[0]} forwarded it and vouches that {domain} was the sender (ARC{later})."


def deferred_by_chain(domain: str, sealers: tuple[str, ...]) -> str:
    """Say that a trusted forwarder's word could not be verified."""
    return (
        f"Not decided yet: a look-up failed for now by which the seal of {sealers[-1]} could vouch for {domain} (ARC)."
    )


_METHODS: Final = {"dkim": "DKIM", "spf": "SPF", "dmarc": "DMARC"}


def deferred(domain: str, failed: tuple[str, ...]) -> str:
    """Name the first look-up that failed; its answer could change the outcome."""
    which = f" ({failed[0]})" if failed else ""
    return f"Not decided yet: a DNS look-up for mail from {domain} failed for now{which}, and its answer could matter."


def unproved(
    domain: str, dkim: tuple[DkimResult, ...], spf: SpfResult, dmarc: DmarcResult, publishes_nothing: bool
) -> str:
    """Say what was there and why it did not do."""
    if publishes_nothing:
        return f"Not proved: {domain} publishes no SPF, DKIM or DMARC by which a sender could be checked."
    reasons = [_about_dkim(dkim), _about_spf(spf)]
    if dmarc.policy in ("quarantine", "reject"):
        reasons.append(f"{domain} asks to {dmarc.policy} such mail")
    return f"Not proved that this is from {domain}: {'; '.join(reasons)}."


def _about_dkim(dkim: tuple[DkimResult, ...]) -> str:
    if not dkim:
        return "it carries no DKIM signature"
    own = next((one for one in dkim if one.aligned), dkim[0])
    if own.result == "pass":
        return f"its DKIM signature is of {own.domain}"
    return f"DKIM {own.result} for {own.domain or 'an unreadable domain'} ({own.reason})"


def _about_spf(spf: SpfResult) -> str:
    where = f" for {spf.domain}" if spf.domain else ""
    return f"SPF {spf.result}{where} ({spf.reason})"
