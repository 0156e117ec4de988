"""A DNS server on loopback that answers from a table: for the demo, tests and the bench, never for strangers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[tuple[str, str], Sequence[str]]
"""(name, type) to texts in master-file form, such as ("example.com", "TXT") to ('"v=spf1 -all"',)."""


def quoted(text: str) -> str:
    """Answer a TXT record's text in master-file form, as strings of at most 255 octets (RFC 1035 §3.3.14)."""
    return " ".join(f'"{text[start : start + 255]}"' for start in range(0, len(text), 255))


class ZoneServer:
    """Answers over UDP on 127.0.0.1 until it is closed; names outside the table do not exist."""

    def __init__(self, zone: Zone, port: int = 0) -> None:
        self._records = {(_name(name), kind.upper()): tuple(texts) for (name, kind), texts in zone.items()}
        self._names = {name for name, _ in self._records}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Answer `ip:port`, as the setting DNS_SERVERS takes it."""
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def close(self) -> None:
        """Stop answering."""
        self._socket.close()
        self._thread.join(timeout=2)

    def _serve(self) -> None:
        self._socket.settimeout(0.2)
        while self._socket.fileno() >= 0:
            try:
                packet, peer = self._socket.recvfrom(4096)
                self._socket.sendto(self._answer(packet), peer)
            except TimeoutError:
                continue
            except dns.exception.DNSException:
                continue
            except OSError:
                return

    def _answer(self, packet: bytes) -> bytes:
        query = dns.message.from_wire(packet)
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.AA | dns.flags.RA
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        name = question.name.canonicalize()
        texts = self._records.get((name, kind))
        if texts:
            reply.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, texts))
        elif not any(known.is_subdomain(name) for known in self._names):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire(max_size=65535)


def _name(text: str) -> dns.name.Name:
    return dns.name.from_text(text).canonicalize()
