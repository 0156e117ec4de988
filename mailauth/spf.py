"""SPF (RFC 7208) over pyspf: the answer of check_host, and whether we take a pass as proof."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any, Final

import spf

from languages.speech import marked
from mail.domain import a_label_form
from mail.envelope import NULL_REVERSE_PATH, Envelope
from mailauth.results import SpfResult
from mailauth.said import NOT_EVALUATED
from net.budget import BudgetSpent
from net.resolver import LookupFailed, Resolver

WIDEST: Final = {4: 16, 6: 32}
"""Shortest prefix that still proves something (SECURITY 4.5, BreakSPF)."""

NO_PEER: Final = marked("the address of the sending host is not known")
NO_CLIENT: Final = marked("handed over by our own mail server, which did not tell the client")
LONGEST_RECORD: Final = 8_192
LONGEST_TERM: Final = 512
"""Octets; pyspf expands macros in quadratic time (64 KiB: 20 s), and a name has 253."""


@dataclass(frozen=True, slots=True)
class SpfCheck:
    """`result` as published; `too_wide` where a pass came through +all or a huge range; `null` for `MAIL FROM:<>`."""

    result: str
    domain: str
    reason: str
    too_wide: bool = False
    null: bool = False

    def as_result(self, aligned: bool) -> SpfResult:
        """Answer the result with our opinion of it: counts only as an aligned pass of an envelope domain."""
        counts, reason = False, self.reason
        if self.result == "pass" and self.null:
            reason = marked("the HELO name passed, which proves no sender")
        elif self.result == "pass" and self.too_wide:
            reason = marked("the record lets half the world pass, which proves nothing")
        elif self.result == "pass" and not aligned:
            reason = marked("the envelope domain passed, but it is not that of From")
        else:
            counts = self.result == "pass"
        return SpfResult(result=self.result, domain=self.domain, counts=counts, reason=reason)


def check_spf(envelope: Envelope, resolver: Resolver) -> SpfCheck:
    """Run check_host for MAIL FROM, or for HELO where that is null (RFC 7208 §2.4); never raises."""
    if envelope.reverse_path is None:
        return SpfCheck("none", "", marked("the envelope sender is not known"))
    null = envelope.reverse_path == NULL_REVERSE_PATH
    local_part, _, domain = ("", "", envelope.helo) if null else envelope.reverse_path.rpartition("@")
    name = a_label_form(domain.removesuffix("."))
    peer = envelope.peer.partition("%")[0]  # RFC 4007 §11: a zone means nothing outside this host
    if not _is_address(peer):
        # the address of a relay of our own is never asked about: it may send for nobody
        return SpfCheck("none", name or "", NO_CLIENT if envelope.relay else NO_PEER, null=null)
    if name is None or "." not in name:
        # RFC 7208 §4.3
        return SpfCheck("none", "", marked("the sender gives no domain to ask"), null=null)
    result, reason, too_wide = _check_host(_Query(peer, local_part, name, envelope.helo, resolver))
    return SpfCheck(result, name, reason, too_wide, null)


def _check_host(query: _Query) -> tuple[str, str, bool]:
    try:
        result, _, text = query.check()
    except Exception as trouble:
        # a hostile record reaches deep into pyspf, which then raises whatever it meets
        return "permerror", NOT_EVALUATED.format(trouble=type(trouble).__name__), False
    return result, _REASONS.get(result) or text.partition(":")[2].strip()[:120], result == "pass" and query.is_wide()


_REASONS: Final = {
    "pass": marked("the sending host may send for this domain"),
    "fail": marked("the domain says that this host may not send for it"),
    "softfail": marked("the domain says that this host should not send for it"),
    "neutral": marked("the domain says nothing about this host"),
    "none": marked("the domain has no SPF record"),
}


class _Query(spf.query):  # type: ignore[misc]  # pyspf has no types
    """pyspf's evaluation with our DNS in place of its global, and a note of what a pass rested on.

    pyspf counts terms and void look-ups itself; time and the number of questions are the resolver's.
    """

    def __init__(self, peer: str, local_part: str, domain: str, helo: str, resolver: Resolver) -> None:
        local_part = local_part or "postmaster"  # RFC 7208 §4.3
        super().__init__(i=peer, s=f"{local_part}@{domain}", h=helo, receiver="unknown")
        # pyspf cuts at the first "@", so a quoted one would name another domain
        self.l, self.o, self.d = local_part, domain, domain
        self._resolver = resolver
        self._prefix: int | None = None

    def is_wide(self) -> bool:
        """Whether the last match was of a network too large to prove anything."""
        return self._prefix is not None and self._prefix < WIDEST[self.ipaddr.version]

    def dns(self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False) -> list[Any]:
        """Ask our resolver, which follows CNAMEs itself."""
        found = self._look_up(name.removesuffix("."), qtype) if _is_askable(name.removesuffix(".")) else []
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError(marked("more than two look-ups found nothing"))
        return found

    def dns_ptr(self, i: str) -> list[str]:
        """RFC 7208 §5.5: where the PTR look-up fails, the mechanism does not match."""
        try:
            return list(self._resolver.ptr(str(self.ipaddr)))
        except LookupFailed:
            return []

    def validated_ptrs(self) -> list[Any]:
        """Leave no trace of the networks that validation compares."""
        before = self._prefix
        found: list[Any] = super().validated_ptrs()
        self._prefix = before
        return found

    def get_explanation(self, spec: str) -> None:
        """Ask for no explanation: nobody is shown it, and pyspf asks even where the result is pass."""

    def validate_mechanism(self, mech: str) -> tuple[Any, ...]:
        """Treat a passing `all` as the range of all addresses, so that one rule sees both."""
        mech, name, arg, prefix, result = super().validate_mechanism(mech)
        if name == "all" and result == "pass":
            name, arg = ("ip6", "::") if self.v == "ip6" else ("ip4", "0.0.0.0")  # noqa: S104 - no socket
            prefix = 0
        return mech, name, arg, prefix, result

    def cidrmatch(self, ipaddrs: list[str], n: int) -> bool:
        """Note how long the prefix of the network was that matched."""
        matched: bool = super().cidrmatch(ipaddrs, n)
        if matched:
            self._prefix = n
        return matched

    def check0(self, spf: str, recursion: int) -> tuple[Any, ...]:
        """Forget what matched inside an include that did not pass."""
        answer: tuple[Any, ...] = super().check0(spf, recursion)
        if answer[0] != "pass":
            self._prefix = None
        return answer

    def _look_up(self, name: str, qtype: str) -> list[Any]:
        try:
            match qtype:
                case "TXT":
                    return [[text] for text in self._resolver.txt(name) if _is_sane(text)]
                case "A" | "AAAA":
                    return list(self._resolver.addresses(name, 4 if qtype == "A" else 6))
                case "MX":
                    return list(self._resolver.mx(name))
        except BudgetSpent as spent:
            raise spf.PermError(marked("the record asks for too many look-ups")) from spent
        except LookupFailed as failed:
            raise spf.TempError(marked("a look-up failed for now")) from failed
        return []


def _is_sane(text: bytes) -> bool:
    """Pass what is no SPF record; raise for one that is only there to keep us busy."""
    if not spf.RE_SPF.match(text):
        return True
    if len(text) > LONGEST_RECORD or max(map(len, text.split(b" "))) > LONGEST_TERM:
        raise spf.PermError(marked("the record is too long"))
    return True


def _is_askable(name: str) -> bool:
    return bool(name) and all(0 < len(label) < 64 for label in name.split("."))


def _is_address(peer: str) -> bool:
    try:
        ipaddress.ip_address(peer)
    except ValueError:
        return False
    return True
