"""A DNS server on the loopback that is honest about a zone, but for what it says of some names.

    with HostileDns(honest, Lie.WRONG_ID, about=("s1._domainkey.seller.example",), claim=KEY) as server:
        DnsResolver([server.address])

What it lies is always the `claim`, so that whoever believes it takes a stranger's key or record for the owner's.
"""

from __future__ import annotations

import socket
import struct
import threading
from enum import StrEnum, auto
from itertools import pairwise
from typing import Final, override

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset

from net.zone_server import quoted
from tests.kit.dns_server import DnsServer
from tests.kit.resolver import ZoneResolver

ELSEWHERE: Final = "elsewhere.example."
FILLER: Final = "x" * 62_000


class Lie(StrEnum):
    """How an answer is wrong."""

    # fails, and says the claim all the same
    SERVFAIL = auto()
    REFUSED = auto()
    FORMERR = auto()
    NOTIMP = auto()
    # lies
    WRONG_ID = auto()
    WRONG_QUESTION = auto()
    NO_QUESTION = auto()
    OTHER_NAME = auto()
    OTHER_TYPE = auto()
    OTHER_CLASS = auto()
    IN_ADDITIONAL = auto()
    IN_AUTHORITY = auto()
    IS_A_QUERY = auto()
    OTHER_OPCODE = auto()
    OTHER_SOURCE = auto()
    NXDOMAIN_WITH_DATA = auto()
    # loops
    OWN_ALIAS = auto()
    LOOP = auto()
    ENDLESS = auto()
    DANGLING = auto()
    # hangs
    SILENT = auto()
    TCP_CLOSED = auto()
    TCP_HALF = auto()
    TCP_DRIP = auto()
    TCP_SILENT = auto()
    # is no answer
    EMPTY = auto()
    GARBAGE = auto()
    CUT_SHORT = auto()
    TRAILING = auto()
    # is huge
    HUGE = auto()
    MANY = auto()


_RCODES: Final = {
    Lie.SERVFAIL: dns.rcode.SERVFAIL,
    Lie.REFUSED: dns.rcode.REFUSED,
    Lie.FORMERR: dns.rcode.FORMERR,
    Lie.NOTIMP: dns.rcode.NOTIMP,
    Lie.NXDOMAIN_WITH_DATA: dns.rcode.NXDOMAIN,
}
_NO_MESSAGE: Final[dict[Lie, tuple[bytes, ...]]] = {Lie.SILENT: (), Lie.EMPTY: (b"",), Lie.GARBAGE: (b"\xff" * 40,)}
_OVER_TCP: Final = frozenset({Lie.TCP_CLOSED, Lie.TCP_HALF, Lie.TCP_DRIP, Lie.TCP_SILENT, Lie.HUGE, Lie.MANY})


class HostileDns(DnsServer):
    """Lies about the names given, for TXT and every other type; `let_go` ends what hangs.

    `elsewhere` is the name that an answer is about which is about another than was asked.
    """

    def __init__(
        self, honest: ZoneResolver, lie: Lie, *, about: tuple[str, ...], claim: str, elsewhere: str = ELSEWHERE
    ) -> None:
        super().__init__()
        self._honest, self._lie, self._about, self._claim = honest, lie, about, claim
        self._elsewhere = elsewhere
        self._stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.let_go = threading.Event()

    @override
    def __exit__(self, *_: object) -> None:
        self.let_go.set()
        super().__exit__(*_)
        self._stranger.close()

    @override
    def answers(self, query: dns.message.Message, transport: str) -> list[bytes]:
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        if name not in self._about:
            return [self._honestly(query, name, kind)]
        return self._falsely(query, transport)

    def _honestly(self, query: dns.message.Message, name: str, kind: str) -> bytes:
        reply = _reply(query)
        texts = self._honest.records.get((name, kind), [])
        texts = [quoted(text) for text in texts] if kind == "TXT" else texts
        if texts:
            reply.answer.append(dns.rrset.from_text_list(query.question[0].name, 60, "IN", kind, texts))
        elif not self._honest.exists(name):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire(max_size=65_535)

    def _falsely(self, query: dns.message.Message, transport: str) -> list[bytes]:
        lie, name = self._lie, query.question[0].name.to_text()
        reply = _reply(query)
        reply.set_rcode(_RCODES.get(lie, dns.rcode.NOERROR))
        if lie in _OVER_TCP and transport == "udp":
            reply.flags |= dns.flags.TC
            reply.answer.append(self._claimed(name))
            return [reply.to_wire()]
        if lie in _NO_MESSAGE:
            return list(_NO_MESSAGE[lie])
        if lie is Lie.IN_ADDITIONAL:
            reply.additional.append(self._claimed(name))
        elif lie is Lie.IN_AUTHORITY:
            reply.authority.append(self._claimed(name))
        else:
            reply.answer += self._false_records(name)
        return [self._spoiled(reply.to_wire(max_size=65_535), query)]

    def _false_records(self, name: str) -> list[dns.rrset.RRset]:
        claim = quoted(self._claim)
        match self._lie:
            case Lie.OTHER_NAME:
                return [self._claimed(self._elsewhere)]
            case Lie.OTHER_TYPE:
                return [dns.rrset.from_text(name, 60, "IN", "SPF", claim)]
            case Lie.OTHER_CLASS:
                return [dns.rrset.from_text(name, 60, "CH", "TXT", claim)]
            case Lie.OWN_ALIAS:
                return [_alias(name, name), self._claimed(self._elsewhere)]
            case Lie.LOOP:
                return [_alias(name, self._elsewhere), _alias(self._elsewhere, name), self._claimed("third.example.")]
            case Lie.ENDLESS:
                names = [name, *(f"a{number}.example." for number in range(100))]
                return [*(_alias(one, to) for one, to in pairwise(names)), self._claimed(names[-1])]
            case Lie.DANGLING:
                return [_alias(name, self._elsewhere)]
            case Lie.HUGE:
                return [dns.rrset.from_text(name, 60, "IN", "TXT", f"{claim} {quoted(FILLER)}")]
            case Lie.MANY:
                nearly = [quoted(f"{self._claim} x{number}") for number in range(100)]
                return [dns.rrset.from_text_list(name, 60, "IN", "TXT", nearly)]
        return [self._claimed(name)]

    def _spoiled(self, wire: bytes, query: dns.message.Message) -> bytes:
        """Change what dnspython would not write."""
        match self._lie:
            case Lie.WRONG_ID:
                return struct.pack("!H", query.id ^ 1) + wire[2:]
            case Lie.WRONG_QUESTION:
                at = wire.index(b"\x07seller", 12) if b"\x07seller" in wire else 13
                return wire[: at + 1] + b"x" + wire[at + 2 :]
            case Lie.NO_QUESTION:
                end = 12 + len(query.question[0].name.to_wire() or b"") + 4
                return wire[:4] + b"\0\0" + wire[6:12] + wire[end:]
            case Lie.IS_A_QUERY:
                return wire[:2] + bytes([wire[2] & 0x7F]) + wire[3:]
            case Lie.OTHER_OPCODE:
                return wire[:2] + bytes([wire[2] & 0x87 | dns.opcode.STATUS << 3]) + wire[3:]
            case Lie.CUT_SHORT:
                return wire[:-20]
            case Lie.TRAILING:
                return wire + b"more"
        return wire

    def _claimed(self, name: str) -> dns.rrset.RRset:
        return dns.rrset.from_text(name, 86_400, "IN", "TXT", quoted(self._claim))

    @override
    def send_udp(self, answer: bytes, peer: tuple[str, int]) -> None:
        if self._lie is Lie.OTHER_SOURCE and self._claim.encode()[:20] in answer:
            self._stranger.sendto(answer, peer)
        else:
            super().send_udp(answer, peer)

    @override
    def send_tcp(self, answer: bytes, connection: socket.socket) -> None:
        framed = struct.pack("!H", len(answer)) + answer
        match self._lie:
            case Lie.TCP_CLOSED:
                return
            case Lie.TCP_SILENT:
                self.let_go.wait(10)
            case Lie.TCP_HALF:
                connection.sendall(framed[: len(framed) // 2])
            case Lie.TCP_DRIP:
                for octet in framed:
                    if self.let_go.wait(0.02):
                        return
                    connection.sendall(bytes([octet]))
            case _:
                super().send_tcp(answer, connection)


def _reply(query: dns.message.Message) -> dns.message.Message:
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.RA
    return reply


def _alias(name: str, to: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(name, 60, "IN", "CNAME", to)
