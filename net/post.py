"""Ask an address that a user or an admin named (SECURITY I6): the guard judges it, nothing is followed.

Over plain HTTP only hosts are reached that the operator opened.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Final, cast

from languages.speech import marked
from net.guard import Guard, HostRefused
from net.http_wire import PORTS, Wire, request_head, secured, split_address
from net.resolver import LookupFailed

SECONDS: Final = 5.0
"""For all of it: look-ups, connecting, the answer."""
KEPT_OCTETS: Final = 1024


class PostFailed(Exception):
    """No answer came; the text is one of few sentences, which tell nothing about what is inside our network."""


@dataclass(frozen=True, slots=True)
class Answered:
    """`body` is the beginning of the answer's, or all of it; `fields` are those of its header."""

    status: int
    body: bytes
    fields: tuple[tuple[str, str], ...] = ()


Reading = Callable[[http.client.HTTPResponse, Wire], bytes]
"""Reads what is wanted of a body."""


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts over HTTP; `tls` verifies servers, the system's authorities where it is None. Thread-safe."""

    guard: Guard
    tls: ssl.SSLContext | None = None

    def post(self, url: str, body: bytes, fields: tuple[tuple[str, str], ...], *, seconds: float = SECONDS) -> Answered:
        """Answer what was answered, a redirect included, and the beginning of its body; raise PostFailed."""
        return self._bounded("POST", url, body, fields, seconds, _beginning)

    def ask(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        fields: tuple[tuple[str, str], ...] = (),
        *,
        seconds: float = SECONDS,
        largest: int,
    ) -> Answered:
        """Answer the same with the whole body; raise PostFailed, also where it is longer than so many octets."""
        return self._bounded(method, url, body, fields, seconds, lambda answer, wire: _whole(answer, wire, largest))

    def _bounded(
        self, method: str, url: str, body: bytes, fields: tuple[tuple[str, str], ...], seconds: float, read: Reading
    ) -> Answered:
        try:
            return self._send(method, url, body, fields, time.monotonic() + seconds, read)
        except HostRefused:
            raise PostFailed(marked("This host is not allowed.")) from None
        except LookupFailed:
            raise PostFailed(marked("The host could not be looked up.")) from None
        except TimeoutError:
            raise PostFailed(marked("It took too long to answer.")) from None
        except ssl.SSLError:
            raise PostFailed(marked("There was no trustworthy TLS connection.")) from None
        except (OSError, EOFError, http.client.HTTPException, ValueError):
            raise PostFailed(marked("There was no answer.")) from None

    def _send(
        self, method: str, url: str, body: bytes, fields: tuple[tuple[str, str], ...], ends_at: float, read: Reading
    ) -> Answered:
        parts = split_address(url)
        port = parts.port or PORTS[parts.scheme]
        public = frozenset({PORTS["https"]}) if parts.scheme == "https" else frozenset[int]()
        place = self.guard.find(parts.hostname or "", port, public_ports=public, ends_at=ends_at)
        length = () if method == "GET" else (("Content-Length", str(len(body))),)
        whole = (*fields, *length, ("Connection", "close"))
        with closing(place.connect(ends_at)) as plain, closing(secured(plain, parts, place, ends_at, self.tls)) as sock:
            wire = Wire(sock, ends_at)
            wire.send(request_head(method, parts, place, whole) + body)
            with closing(http.client.HTTPResponse(cast(socket.socket, wire), method=method)) as response:
                response.begin()
                return Answered(response.status, read(response, wire), tuple(response.getheaders()))


def _beginning(response: http.client.HTTPResponse, _wire: Wire) -> bytes:
    """Answer what came of the body in time; the status is the answer, whatever becomes of the rest."""
    try:
        return response.read(KEPT_OCTETS)
    except (OSError, http.client.HTTPException) as failed:
        return getattr(failed, "partial", b"")


def _whole(response: http.client.HTTPResponse, wire: Wire, largest: int) -> bytes:
    """Answer all of the body; raise PostFailed where it is too long, and IncompleteRead where it was cut."""
    wire.allow(largest)
    body = response.read(largest + 1)
    if len(body) > largest:
        raise PostFailed(marked("The answer is too long."))
    # A length that is left over is a body that was cut; of a chunked one the library says so itself.
    if response.length:
        raise http.client.IncompleteRead(body)
    return body
