"""What every request of ours over HTTP has in common: the address, the wire and its bounds, TLS (SECURITY W3)."""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Buffer
from functools import cache
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from net.guard import Destination

HEADER_OCTETS: Final = 64 * 1024
PORTS: Final = {"http": 80, "https": 443}
_KEPT: Final = "/%:@!$&'()*+,;=~-._?[]"
"""What stays as written in a path or query; all else is percent-encoded."""
_BREAKS: Final = str.maketrans("", "", "\t\r\n")


def split_address(url: str) -> SplitResult:
    """Answer the parts; raise ValueError where it is no address for a stranger."""
    # As browsers do with what people write (WHATWG URL §4.4); any other control is a trick.
    written = url.strip(" ").translate(_BREAKS).replace(" ", "%20")
    if any(char < " " or char in "\\\x7f" for char in written):
        raise ValueError("a character that no address has")
    parts = urlsplit(written)
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise ValueError("not an address without a user, over http or https")
    return parts


def secured(
    sock: socket.socket, parts: SplitResult, place: Destination, ends_at: float, tls: ssl.SSLContext | None
) -> socket.socket:
    """Answer the socket under TLS where the address asks for it; the system's authorities judge without `tls`."""
    if parts.scheme == "http":
        return sock
    sock.settimeout(max(ends_at - time.monotonic(), 0.001))
    return (tls or _authorities()).wrap_socket(sock, server_hostname=place.host)


def request_head(method: str, parts: SplitResult, place: Destination, fields: tuple[tuple[str, str], ...]) -> bytes:
    """Answer the head of a request; raise UnicodeEncodeError (a ValueError) for a field that is not ASCII."""
    host = f"[{place.host}]" if ":" in place.host else place.host
    port = "" if place.port == PORTS[parts.scheme] else f":{place.port}"
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    lines = [f"{method} {quote(parts.path, safe=_KEPT) or '/'}{query} HTTP/1.1", f"Host: {host}{port}"]
    lines += [f"{name}: {value}" for name, value in fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


class Wire(io.RawIOBase):
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


@cache
def _authorities() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
