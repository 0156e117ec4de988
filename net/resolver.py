"""DNS look-ups behind one protocol: cache, time-outs, and a word for every kind of failure."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final, Protocol, Self

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import dns.reversename
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA

from net.dns_cache import LONGEST_FAILURE, Answer, DnsCache

DNS_PORT: Final = 53
PAYLOAD: Final = 1232
"""Octets of an answer over UDP that no path fragments (DNS flag day 2020); longer ones come over TCP."""


class LookupFailed(Exception):
    """A temporary failure (SERVFAIL, time-out, unreachable): another try may answer."""


class Resolver(Protocol):
    """Answers DNS questions; no records and NXDOMAIN are an empty tuple, not an error.

    Names may carry a trailing dot or not. Raises LookupFailed for temporary failures.
    """

    def txt(self, name: str) -> tuple[bytes, ...]:
        """TXT records, the strings of each joined."""
        ...

    def addresses(self, name: str, family: int) -> tuple[str, ...]:
        """A (family 4) or AAAA (family 6) records as text."""
        ...

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        """MX records: (preference, exchange without trailing dot)."""
        ...

    def ptr(self, address: str) -> tuple[str, ...]:
        """Names of an IP address, without trailing dot."""
        ...

    def exists(self, name: str) -> bool:
        """Whether the name exists at all (NXDOMAIN is False; no data is True)."""
        ...


@dataclass(frozen=True)
class DnsResolver:
    """Asks recursive servers ("ip:port", "[ip6]:port" or "ip"; none: the system's), with a cache; thread-safe.

    `attempt_seconds` bounds one query to one server, `question_seconds` all tries of one question,
    `ends_at` (monotonic seconds) both of them. A name that DNS cannot carry does not exist.
    """

    servers: Sequence[str] = ()
    attempt_seconds: float = 2.0
    question_seconds: float = 5.0
    cache: DnsCache = field(default_factory=DnsCache, repr=False)
    ends_at: float | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where a server is no address."""
        _where(tuple(self.servers))

    def until(self, ends_at: float) -> Self:
        """Answer the same resolver, same cache, that gives up at a moment of time.monotonic()."""
        return replace(self, ends_at=ends_at)

    def known(self) -> KnownAnswers:
        """Answer a resolver that never waits: it knows what is in the cache."""
        return KnownAnswers(cache=self.cache)

    def txt(self, name: str) -> tuple[bytes, ...]:
        """TXT records, the strings of each joined."""
        found = self._ask(_name(name), dns.rdatatype.TXT).records
        return tuple(b"".join(record.strings) for record in found if isinstance(record, TXT))

    def addresses(self, name: str, family: int) -> tuple[str, ...]:
        """A (family 4) or AAAA (family 6) records as text."""
        found = self._ask(_name(name), dns.rdatatype.A if family == 4 else dns.rdatatype.AAAA).records
        return tuple(record.address for record in found if isinstance(record, A | AAAA))

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        """MX records: (preference, exchange without trailing dot)."""
        found = self._ask(_name(name), dns.rdatatype.MX).records
        return tuple((record.preference, _text(record.exchange)) for record in found if isinstance(record, MX))

    def ptr(self, address: str) -> tuple[str, ...]:
        """Names of an IP address, without trailing dot."""
        try:
            name = dns.reversename.from_address(str(ipaddress.ip_address(address)))
        except ValueError:
            return ()
        found = self._ask(name, dns.rdatatype.PTR).records
        return tuple(_text(record.target) for record in found if isinstance(record, PTR))

    def exists(self, name: str) -> bool:
        """Whether the name exists at all (NXDOMAIN is False; no data is True)."""
        return self._ask(_name(name), dns.rdatatype.A).exists

    def _ask(self, name: dns.name.Name | None, kind: dns.rdatatype.RdataType) -> Answer:
        if name is None:
            return Answer(exists=False)
        question = (name.to_text(), kind)
        answer = self.cache.get(question)
        if answer is None:
            answer, seconds = self._ask_servers(name, kind)
            self.cache.put(question, answer, seconds)
        if answer.failed:
            raise LookupFailed(f"{name.to_text(omit_final_dot=True)} {kind.name}: {answer.failed}")
        return answer

    def _ask_servers(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> tuple[Answer, float]:
        """Try each server, then once more those that said nothing; (answer, seconds to keep it)."""
        ends_at = time.monotonic() + self.question_seconds
        if self.ends_at is not None and self.ends_at < ends_at:
            ends_at = self.ends_at
        why = "no server answered in the time that was left"
        silent = list(_where(tuple(self.servers)))
        for _round in range(2):
            asked, silent = silent, []
            for server in asked:
                left = ends_at - time.monotonic()
                if left <= 0:
                    # not the name's fault where the whole verdict's time is up: such a failure is not kept
                    return Answer(exists=True, failed=why), 0.0 if self.ends_at == ends_at else LONGEST_FAILURE
                try:
                    return _read(_exchange(server, name, kind, min(left, self.attempt_seconds)))
                except dns.exception.Timeout:
                    why = "no answer in time"
                    silent.append(server)
                except (_Unhappy, dns.exception.DNSException, OSError, EOFError) as trouble:
                    why = str(trouble) or type(trouble).__name__
        return Answer(exists=True, failed=why), LONGEST_FAILURE


@dataclass(frozen=True)
class KnownAnswers(DnsResolver):
    """What the cache of a DnsResolver knows; `missed` names what it did not, and asks nobody."""

    missed: list[str] = field(default_factory=list)

    def _ask_servers(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> tuple[Answer, float]:
        self.missed.append(name.to_text())
        raise LookupFailed(f"{name.to_text(omit_final_dot=True)} {kind.name} is not known yet")


class _Unhappy(Exception):
    """The server answered with an error code."""


def _exchange(
    server: tuple[str, int], name: dns.name.Name, kind: dns.rdatatype.RdataType, seconds: float
) -> dns.message.QueryMessage:
    query = dns.message.make_query(name, kind, use_edns=0, payload=PAYLOAD)
    host, port = server
    response, _ = dns.query.udp_with_fallback(
        query, host, timeout=seconds, port=port, ignore_unexpected=True, ignore_errors=True
    )
    if not isinstance(response, dns.message.QueryMessage):
        raise _Unhappy("the answer is no answer to a query")
    if response.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        raise _Unhappy(dns.rcode.to_text(response.rcode()))
    return response


def _read(response: dns.message.QueryMessage) -> tuple[Answer, float]:
    exists = response.rcode() != dns.rcode.NXDOMAIN
    try:
        chain = response.resolve_chaining()
    except dns.message.ChainTooLong:
        # a loop, or more than 16 CNAMEs: an answer that no further try makes better
        return Answer(exists=True), LONGEST_FAILURE
    records = tuple(chain.answer) if chain.answer is not None else ()
    octets = sum(len(record.to_wire() or b"") for record in records)
    return Answer(exists=exists, records=records, octets=octets), float(chain.minimum_ttl)


def _name(name: str) -> dns.name.Name | None:
    """Take a dotted name literally, without escapes; None where DNS cannot carry it (RFC 1035 §2.3.4)."""
    try:
        labels = [label.encode("utf-8") for label in name.removesuffix(".").lower().split(".")]
        return dns.name.Name([*labels, b""])
    except (UnicodeEncodeError, dns.exception.DNSException):
        return None


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True)


@cache
def _where(servers: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    return tuple(map(_server, servers)) or _system_servers()


def _server(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":") if ":" in text and not _is_address(text) else (text, "", "")
    host = host.removeprefix("[").removesuffix("]")
    if not _is_address(host) or (port and not port.isdigit()):
        raise ValueError(f"{text!r} is not an IP address with an optional port")
    return host, int(port) if port else DNS_PORT


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _system_servers() -> tuple[tuple[str, int], ...]:
    try:
        configured = dns.resolver.Resolver(configure=True).nameservers
    except dns.resolver.NoResolverConfiguration:
        return ()
    return tuple((str(server), DNS_PORT) for server in configured)
