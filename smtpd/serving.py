"""Serve listening sockets, and stop without losing a mail under way."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import structlog

from smtpd.accepting import Accepting
from smtpd.certificate import lasting_context
from smtpd.door import Door
from smtpd.listening import Listener
from smtpd.server import Receiver

BACKLOG: Final = 1024
GRACE_SECONDS: Final = 20
"""How long mails under way may still take after the signal to stop; a sender cut off has no 250 and comes again."""
# The path is shared with other processes, which go on; what nobody listens on is removed at the next start.
PATH_STAYS: Final[dict[str, Any]] = {"cleanup_socket": False} if sys.version_info >= (3, 13) else {}
log = structlog.get_logger(__name__)


async def serve(
    door: Door, listeners: Sequence[Listener], stop: asyncio.Event, ready: Callable[[], None] = lambda: None
) -> None:
    """Serve until `stop`; then refuse new connections, end idle ones, let mails under way end."""
    servers = [await _start(door, one) for one in listeners]
    log.info("listening", addresses=[str(one) for one in listeners])
    ready()
    await stop.wait()
    for server in servers:
        server.close()
    door.sessions.retire()
    ends_at = door.loop.time() + GRACE_SECONDS
    while len(door.sessions) and door.loop.time() < ends_at:
        await asyncio.sleep(0.02)
    log.info("stopped", cut_off=len(door.sessions))


async def _start(door: Door, listener: Listener) -> asyncio.Server | Accepting:
    receiver = partial(Receiver, door, listener.service)
    if listener.socket.family == socket.AF_UNIX:
        return await door.loop.create_unix_server(receiver, sock=listener.socket, backlog=BACKLOG, **PATH_STAYS)
    if door.neighbours.proxies:
        listener.socket.listen(BACKLOG)
        return Accepting(door, listener)
    if listener.service.implicit_tls:
        seconds = door.sessions.limits.command_seconds
        return await door.loop.create_server(
            receiver,
            sock=listener.socket,
            backlog=BACKLOG,
            ssl=lasting_context(door),
            ssl_handshake_timeout=seconds,
        )
    return await door.loop.create_server(receiver, sock=listener.socket, backlog=BACKLOG)
