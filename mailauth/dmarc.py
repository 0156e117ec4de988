"""DMARC (RFC 9989): policy records, the walk up the tree, alignment.

Relaxed alignment: two names must share their registered domain by the public suffix list, and where a tree
walk meets a psd tag below that, also the organisational domain it names. So nothing is looser than the list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mailauth.suffix import is_public_suffix, registered_domain
from net.resolver import LookupFailed, Resolver

POLICIES: Final = ("none", "quarantine", "reject")
LONGEST_WALK: Final = 7
"""RFC 9989 §4.10: labels left after the first step of a walk."""

_REPORT_ADDRESS: Final = re.compile(r"\s*mailto:[^@,\s]+@[^@,\s]+", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRecord:
    """One valid record and the `name` under whose _dmarc it stands; `testing` is t=y or pct=0."""

    name: str
    policy: str
    subdomain_policy: str
    nonexistent_policy: str
    strict_dkim: bool
    strict_spf: bool
    public_suffix: str
    testing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the From domain publishes: `policy` with sp or np applied, "" where there is no usable record.

    `failed`: the look-up failed for now, so the rest is not known. `broken`: a record stands there, invalid.
    """

    policy: str = ""
    strict_dkim: bool = False
    strict_spf: bool = False
    testing: bool = False
    failed: bool = False
    broken: bool = False

    @property
    def asks_nothing(self) -> bool:
        """Whether receivers are asked to do nothing: no policy, p=none, or a test of one."""
        return self.policy in ("", "none") or self.testing


class BrokenRecord(Exception):
    """A record says v=DMARC1 and is no valid policy."""


def find_policy(domain: str, resolver: Resolver) -> Policy:
    """Discover the policy for a From domain (RFC 9989 §4.10.1); never raises."""
    try:
        record = find_record(domain, resolver)
        if record is not None:
            return _policy(record, record.policy)
        record = _inherited(domain, resolver)
        if record is None:
            return Policy()
        exists = resolver.exists(domain) if record.nonexistent_policy != record.subdomain_policy else True
        return _policy(record, record.subdomain_policy if exists else record.nonexistent_policy)
    except LookupFailed:
        return Policy(failed=True)
    except BrokenRecord:
        return Policy(broken=True)


def is_aligned(identifier: str, domain: str, strict: bool | None, resolver: Resolver) -> bool | None:
    """Whether an authenticated domain vouches for the From domain; None where that cannot be known for now.

    `strict` is None where the policy, and so the mode, could not be looked up.
    """
    if identifier == domain:
        return True
    registered = registered_domain(domain)
    if strict or registered is None or registered_domain(identifier) != registered:
        return False
    if strict is None:
        return None
    try:
        return _organizational_domain(identifier, registered, resolver) == _organizational_domain(
            domain, registered, resolver
        )
    except LookupFailed:
        return None


def find_record(name: str, resolver: Resolver) -> PolicyRecord | None:
    """Answer the one record at _dmarc.name; raises LookupFailed, BrokenRecord."""
    texts = [text for text in resolver.txt(f"_dmarc.{name}") if re.match(rb"v[ \t]*=[ \t]*DMARC1[ \t]*(;|$)", text)]
    if len(texts) != 1:
        # RFC 9989 §4.10: several records are as none
        return None
    return _read(name, texts[0].decode("ascii", "replace"))


def _inherited(domain: str, resolver: Resolver) -> PolicyRecord | None:
    """Walk from the parent to the top: the organisational domain's record, else the public suffix's."""
    found: PolicyRecord | None = None
    for name in _walk(domain)[1:]:
        try:
            record = find_record(name, resolver)
        except BrokenRecord:
            continue
        except LookupFailed:
            if is_public_suffix(name):
                # a registry's trouble is not the domain's: hardly any has a record
                continue
            raise
        if record is None or (record.public_suffix != "y" and is_public_suffix(name)):
            continue
        if record.public_suffix == "y" and found is not None:
            break
        found = record
        if record.public_suffix != "u":
            break
    return found


def _organizational_domain(domain: str, registered: str, resolver: Resolver) -> str:
    """Answer the registered domain, or what a psd tag below it names (RFC 9989 §4.10.2).

    Its third rule, "the record with the fewest labels", is left to the suffix list: by it a record of a
    sub-domain alone would part that sub-domain from its own parent's signatures.
    """
    below: str | None = None
    for name in _walk(domain):
        try:
            record = find_record(name, resolver)
        except BrokenRecord:
            record = None
        if record is not None and record.public_suffix == "n":
            return name
        if record is not None and record.public_suffix == "y" and below is not None:
            return below
        if name == registered:
            break
        below = name
    return registered


def _walk(domain: str) -> list[str]:
    """The names to ask, the domain itself first; long ones skip to seven labels (RFC 9989 §4.10)."""
    labels = domain.split(".")
    parents = [".".join(labels[start:]) for start in range(1, len(labels))]
    return [domain, *parents[-LONGEST_WALK:]]


def _policy(record: PolicyRecord, policy: str) -> Policy:
    return Policy(policy=policy, strict_dkim=record.strict_dkim, strict_spf=record.strict_spf, testing=record.testing)


def _read(name: str, text: str) -> PolicyRecord:
    """RFC 9989 §4.7: unknown tags are ignored, wrong values of optional tags are their defaults."""
    pairs = [part.partition("=") for part in text.split(";")]
    tags = {key.strip().lower(): value.strip() for key, _, value in reversed(pairs)}
    policy = tags.get("p", "").lower()
    wrong = any(tags[key].lower() not in POLICIES for key in ("sp", "np") if key in tags)
    if policy not in POLICIES or wrong:
        if not _REPORT_ADDRESS.match(tags.get("rua", "")):
            raise BrokenRecord(name)
        policy, tags = "none", {key: value for key, value in tags.items() if key not in ("sp", "np")}
    below = tags.get("sp", policy).lower()
    suffix = tags.get("psd", "u").lower()
    return PolicyRecord(
        name=name,
        policy=policy,
        subdomain_policy=below,
        nonexistent_policy=tags.get("np", below).lower(),
        strict_dkim=tags.get("adkim", "").lower() == "s",
        strict_spf=tags.get("aspf", "").lower() == "s",
        public_suffix=suffix if suffix in ("y", "n") else "u",
        # pct was removed by RFC 9989; its value 0 meant what t=y means now
        testing=tags.get("t", "").lower() == "y" or tags.get("pct", "") == "0",
    )
