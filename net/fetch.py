"""Fetch a file that somebody else's text names, as a stranger without cookies would (SECURITY W3).

Every host goes by the guard, those of redirects as well; time, octets and hops are bounded, TLS is verified.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import SplitResult, urljoin

from net.guard import Destination, Guard, HostRefused
from net.http_wire import HEADER_OCTETS, PORTS, Wire, request_head, secured, split_address
from net.resolver import LookupFailed

LARGEST: Final = 5 * 1024 * 1024
SECONDS: Final = 10.0
"""For all of it: look-ups, every hop, the body."""
REDIRECTS: Final = 3
USER_AGENT: Final = "Mozilla/5.0 (compatible; smartbcc)"
MOVED: Final = frozenset({301, 302, 303, 307, 308})


class FetchFailed(Exception):
    """Nothing was fetched; why is not for whoever named the address."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches over HTTP; `tls` verifies servers, the system's authorities where it is None. Thread-safe."""

    guard: Guard
    tls: ssl.SSLContext | None = None

    def get(self, url: str, *, largest: int = LARGEST, seconds: float = SECONDS, accept: str = "*/*") -> bytes:
        """Answer the body of an http or https address; raise FetchFailed."""
        ends_at = time.monotonic() + seconds
        try:
            for _hop in range(REDIRECTS + 1):
                found = self._hop(url, largest, ends_at, accept)
                if isinstance(found, bytes):
                    return found
                url = urljoin(url, found)
        except (HostRefused, LookupFailed, OSError, EOFError, http.client.HTTPException, ValueError):
            raise FetchFailed from None
        raise FetchFailed

    def _hop(self, url: str, largest: int, ends_at: float, accept: str) -> bytes | str:
        """Answer the body, or where it went."""
        parts = split_address(url)
        port = parts.port or PORTS[parts.scheme]
        public = frozenset(PORTS.values())
        place = self.guard.find(parts.hostname or "", port, public_ports=public, ends_at=ends_at)
        with closing(place.connect(ends_at)) as plain, closing(secured(plain, parts, place, ends_at, self.tls)) as sock:
            wire = Wire(sock, ends_at)
            wire.send(_request(parts, place, accept))
            with closing(http.client.HTTPResponse(cast(socket.socket, wire), method="GET")) as response:
                response.begin()
                location = _location(response)
                if response.status in MOVED and location:
                    return location
                wire.allow(largest + HEADER_OCTETS)
                return _body(response, largest)


def _request(parts: SplitResult, place: Destination, accept: str) -> bytes:
    fields = (
        ("User-Agent", USER_AGENT),
        ("Accept", accept),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
    )
    return request_head("GET", parts, place, fields)


def _location(response: http.client.HTTPResponse) -> str:
    # The library reads fields as Latin-1; addresses that are not plain ASCII are written in UTF-8.
    return response.headers.get("Location", "").encode("latin-1", "replace").decode("utf-8", "replace")


def _body(response: http.client.HTTPResponse, largest: int) -> bytes:
    encoded = response.headers.get("Content-Encoding", "identity").strip().lower()
    if response.status != http.client.OK or encoded != "identity" or (response.length or 0) > largest:
        raise FetchFailed
    body = response.read(largest + 1)
    # A length that is left over is a body that was cut; of a chunked one the library says so itself.
    if len(body) > largest or response.length:
        raise FetchFailed
    return body
