"""Post a body to an address that a user named (SECURITY I6): the guard judges it, nothing is followed.

Over plain HTTP only hosts are reached that the operator opened.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Final, cast

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
    """`body` is the beginning of the answer's."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts over HTTP; `tls` verifies servers, the system's authorities where it is None. Thread-safe."""

    guard: Guard
    tls: ssl.SSLContext | None = None

    def post(self, url: str, body: bytes, fields: tuple[tuple[str, str], ...], *, seconds: float = SECONDS) -> Answered:
        """Answer what was answered, a redirect included; raise PostFailed."""
        ends_at = time.monotonic() + seconds
        try:
            return self._post(url, body, fields, ends_at)
        except HostRefused:
            raise PostFailed("This host is not allowed.") from None
        except LookupFailed:
            raise PostFailed("The host could not be looked up.") from None
        except TimeoutError:
            raise PostFailed("It took too long to answer.") from None
        except ssl.SSLError:
            raise PostFailed("There was no trustworthy TLS connection.") from None
        except (OSError, EOFError, http.client.HTTPException, ValueError):
            raise PostFailed("There was no answer.") from None

    def _post(self, url: str, body: bytes, fields: tuple[tuple[str, str], ...], ends_at: float) -> Answered:
        parts = split_address(url)
        port = parts.port or PORTS[parts.scheme]
        public = frozenset({PORTS["https"]}) if parts.scheme == "https" else frozenset[int]()
        place = self.guard.find(parts.hostname or "", port, public_ports=public, ends_at=ends_at)
        whole = (*fields, ("Content-Length", str(len(body))), ("Connection", "close"))
        with closing(place.connect(ends_at)) as plain, closing(secured(plain, parts, place, ends_at, self.tls)) as sock:
            wire = Wire(sock, ends_at)
            wire.send(request_head("POST", parts, place, whole) + body)
            with closing(http.client.HTTPResponse(cast(socket.socket, wire), method="POST")) as response:
                response.begin()
                return Answered(response.status, _beginning(response))


def _beginning(response: http.client.HTTPResponse) -> bytes:
    """Answer what came of the body in time; the status is the answer, whatever becomes of the rest."""
    try:
        return response.read(KEPT_OCTETS)
    except (OSError, http.client.HTTPException) as failed:
        return getattr(failed, "partial", b"")
