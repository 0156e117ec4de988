"""Whose word about a mail counts beside our own checks: sealers of ARC chains (SECURITY 4.7).

A chain that holds proves nothing by itself, anybody can seal anything. It proves the author only where the
operator named every one of its sealers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from config.settings import Settings
from mail.domain import a_label_form
from mailauth.arc import Chain
from mailauth.arc_set import ArcSet
from mailauth.authentication_results import parse_results

MOST_TRUSTED_SETS: Final = 10
"""SECURITY 4.7; a mail that was forwarded more often is not believed, its chain may still hold."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What the operator decided: `sealers` are d= in A-labels, compared exactly, sub-domains are others."""

    sealers: frozenset[str] = frozenset()


NOBODY: Final = Trust()


def trust_of(settings: Settings) -> Trust:
    """Answer whom these settings trust."""
    return Trust(sealers=frozenset(settings.trusted_sealers))


def may_vouch(chain: Chain, domain: str, trust: Trust) -> bool:
    """Whether this chain, where it holds, proves that the mail is from `domain` (A-labels); needs no DNS.

    The newest message signature must be of a trusted domain too: a seal covers its tags, not what it signs.
    """
    sets = chain.sets
    if not 0 < len(sets) <= MOST_TRUSTED_SETS or not trust.sealers.issuperset(chain.sealers):
        return False
    newest = sets[-1].message_signature
    # a signature with l= is refused by the chain itself
    return newest.domain in trust.sealers and b"from" in newest.names and _says_pass(sets[0], domain)


def _says_pass(first: ArcSet, domain: str) -> bool:
    """Whether the first hop, the only one that had the mail from its author's side, found one DMARC pass.

    Later hops have it from a forwarder, where DMARC fails as a rule; what they saw of the chain is their cv=.
    """
    found = parse_results(first.results)
    said = found.of("dmarc") if found is not None else ()
    return len(said) == 1 and said[0].result == "pass" and a_label_form(said[0].value("header.from")) == domain
