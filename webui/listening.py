"""Sockets of our own that listen, and a look whether somebody listens."""

from __future__ import annotations

import socket
from typing import Final

from config.listen import Listen

PROBE_SECONDS: Final = 1.0
BACKLOG: Final = 64


def listen(where: Listen) -> socket.socket:
    """Answer a socket that listens there; raise OSError where the address is taken."""
    found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = found[0]
    # The protocol is named: without it TCP_NODELAY is not set on what is accepted.
    made = socket.socket(family, kind, protocol or socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    return made


def listens(where: Listen) -> bool:
    """Tell whether somebody takes connections there now."""
    try:
        with socket.create_connection((where.host, where.port), timeout=PROBE_SECONDS):
            return True
    except OSError:
        return False
