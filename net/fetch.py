"""Fetch a file that somebody else's text names, as a stranger without cookies would (SECURITY W3).

Every host goes by the guard, those of redirects as well; time, octets and hops are bounded, TLS is verified.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Buffer
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Final, cast
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from net.guard import Destination, Guard, HostRefused
from net.resolver import LookupFailed

LARGEST: Final = 5 * 1024 * 1024
SECONDS: Final = 10.0
"""For all of it: look-ups, every hop, the body."""
REDIRECTS: Final = 3
HEADER_OCTETS: Final = 64 * 1024
USER_AGENT: Final = "Mozilla/5.0 (compatible; smartbcc)"
PORTS: Final = {"http": 80, "https": 443}
MOVED: Final = frozenset({301, 302, 303, 307, 308})
_KEPT: Final = "/%:@!$&'()*+,;=~-._?[]"
"""What stays as written in a path or query; all else is percent-encoded."""
_BREAKS: Final = str.maketrans("", "", "\t\r\n")


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
        parts = _split(url)
        port = parts.port or PORTS[parts.scheme]
        public = frozenset(PORTS.values())
        place = self.guard.find(parts.hostname or "", port, public_ports=public, ends_at=ends_at)
        with closing(place.connect(ends_at)) as plain, closing(self._secured(plain, parts, place, ends_at)) as sock:
            wire = _Wire(sock, ends_at)
            wire.send(_request(parts, place, accept))
            with closing(http.client.HTTPResponse(cast(socket.socket, wire), method="GET")) as response:
                response.begin()
                location = _location(response)
                if response.status in MOVED and location:
                    return location
                wire.allow(largest + HEADER_OCTETS)
                return _body(response, largest)

    def _secured(self, sock: socket.socket, parts: SplitResult, place: Destination, ends_at: float) -> socket.socket:
        if parts.scheme == "http":
            return sock
        sock.settimeout(max(ends_at - time.monotonic(), 0.001))
        return (self.tls or _authorities()).wrap_socket(sock, server_hostname=place.host)


class _Wire(io.RawIOBase):
    """What is read off a socket: each read ends at the same moment, and together they are so many octets."""

    def __init__(self, sock: socket.socket, ends_at: float) -> None:
        super().__init__()
        self._sock = sock
        self._ends_at = ends_at
        self._octets = HEADER_OCTETS

    def allow(self, octets: int) -> None:
        """Let so many more octets in."""
        self._octets += octets

    def makefile(self, mode: str) -> io.BufferedReader:
        """Answer what http.client reads from a socket."""
        return io.BufferedReader(self)

    def send(self, octets: bytes) -> None:
        """Send all of it in time."""
        self._wait_no_longer()
        self._sock.sendall(octets)

    def readable(self) -> bool:
        """Answer yes."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Read what is there; raise TimeoutError where time or octets are used up."""
        self._wait_no_longer()
        got = self._sock.recv_into(memoryview(buffer))
        self._octets -= got
        return got

    def _wait_no_longer(self) -> None:
        left = self._ends_at - time.monotonic()
        if left <= 0 or self._octets <= 0:
            raise TimeoutError("the answer is too long, or takes too long")
        self._sock.settimeout(left)


def _split(url: str) -> SplitResult:
    """Answer the parts; raise ValueError where it is no address for a stranger."""
    # As browsers do with what people write (WHATWG URL §4.4); any other control is a trick.
    written = url.strip(" ").translate(_BREAKS).replace(" ", "%20")
    if any(char < " " or char in "\\\x7f" for char in written):
        raise ValueError("a character that no address has")
    parts = urlsplit(written)
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise ValueError("not an address without a user, over http or https")
    return parts


def _request(parts: SplitResult, place: Destination, accept: str) -> bytes:
    host = f"[{place.host}]" if ":" in place.host else place.host
    port = "" if place.port == PORTS[parts.scheme] else f":{place.port}"
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    lines = [
        f"GET {quote(parts.path, safe=_KEPT) or '/'}{query} HTTP/1.1",
        f"Host: {host}{port}",
        f"User-Agent: {USER_AGENT}",
        f"Accept: {accept}",
        "Accept-Encoding: identity",
        "Connection: close",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


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


@cache
def _authorities() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
