"""A DNS server on the loopback: each question gets the behaviour that its first label names.

ok.example        one TXT record             long.example      64 KiB of TXT, over TCP only
empty.example     the name, no data          loop.example      CNAMEs in a circle
nothing.example   NXDOMAIN with an SOA       alias.example     CNAME to ok.example
servfail.example  SERVFAIL                   garbage.example   bytes that are no answer
silent.example    no answer at all           wrongid.example   an answer to another question
years.example     one record that lives for decades
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

RECORDS = {
    "TXT": '"v=spf1" " -all"',
    "A": "192.0.2.1",
    "AAAA": "2001:db8::1",
    "MX": "10 mx.example.",
    "PTR": "host.example.",
}


class DnsServer:
    """`with DnsServer() as server: DnsResolver([server.address])`; `asked` counts questions by transport."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self._udp, self._tcp = _pair()
        self.address = f"127.0.0.1:{self._udp.getsockname()[1]}"
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._serve_udp, self._serve_tcp)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for sock in (self._udp, self._tcp):
            with contextlib.suppress(OSError):
                # a UDP socket is not connected and says so, but its reader wakes all the same
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(5)

    def times(self, name: str) -> int:
        """How often a name was asked for."""
        return sum(asked == name for asked, _, _ in self.asked)

    def _serve_udp(self) -> None:
        while True:
            try:
                wire, peer = self._udp.recvfrom(4096)
            except OSError:
                return
            if not wire:
                return
            for answer in self._answers(wire, "udp"):
                self.send_udp(answer, peer)

    def _serve_tcp(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError, struct.error):
                # a client may have lost its patience
                (size,) = struct.unpack("!H", connection.recv(2))
                for answer in self._answers(connection.recv(size), "tcp"):
                    self.send_tcp(answer, connection)

    def send_udp(self, answer: bytes, peer: tuple[str, int]) -> None:
        """Send an answer; a server that lies may do so otherwise."""
        self._udp.sendto(answer, peer)

    def send_tcp(self, answer: bytes, connection: socket.socket) -> None:
        """Send an answer with its length before it (RFC 1035 §4.2.2)."""
        connection.sendall(struct.pack("!H", len(answer)) + answer)

    def _answers(self, wire: bytes, transport: str) -> list[bytes]:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind, transport))
        return self.answers(query, transport)

    def answers(self, query: dns.message.Message, transport: str) -> list[bytes]:
        """Answer by the first label of the name."""
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        match name.split(".")[0]:
            case "silent":
                return []
            case "garbage":
                return [b"\x00" * 5]
            case "servfail":
                reply.set_rcode(dns.rcode.SERVFAIL)
            case "nothing":
                reply.set_rcode(dns.rcode.NXDOMAIN)
                reply.authority.append(dns.rrset.from_text("example.", 30, "IN", "SOA", "a. b. 1 2 3 4 30"))
            case "empty":
                pass
            case "loop":
                reply.answer.append(dns.rrset.from_text("loop.example.", 60, "IN", "CNAME", "loop2.example."))
                reply.answer.append(dns.rrset.from_text("loop2.example.", 60, "IN", "CNAME", "loop.example."))
            case "alias":
                reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", "CNAME", "ok.example."))
                reply.answer.append(dns.rrset.from_text("ok.example.", 20, "IN", kind, RECORDS[kind]))
            case "years":
                reply.answer.append(dns.rrset.from_text(question.name, 2**31 - 1, "IN", kind, RECORDS[kind]))
            case "long" if transport == "udp":
                reply.flags |= dns.flags.TC
            case "long":
                texts = " ".join(f'"{"x" * 250}"' for _ in range(250))
                reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", "TXT", texts))
            case "wrongid":
                reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, RECORDS[kind]))
                reply.id = (query.id + 1) % 65_536
            case _:
                reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, RECORDS[kind]))
        return [reply.to_wire(max_size=65_535)]


def _pair() -> tuple[socket.socket, socket.socket]:
    """One port number for UDP and TCP."""
    for _attempt in range(50):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        udp.bind(("127.0.0.1", 0))
        try:
            tcp.bind(("127.0.0.1", udp.getsockname()[1]))
        except OSError:
            udp.close()
            tcp.close()
            continue
        tcp.listen()
        return udp, tcp
    raise OSError("no port is free for both transports")
