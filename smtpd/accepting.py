"""Accept connections that may come by a proxy of ours: its header is taken before TLS or the session begins."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

import structlog

from smtpd.door import Door
from smtpd.listening import Listener
from smtpd.proxy_header import BadHeader, Header, take_header
from smtpd.server import Receiver

NO_ROOM_SECONDS: Final = 1.0
"""How long nobody is accepted after the system refused: it may have no descriptors left."""
log = structlog.get_logger(__name__)


class Accepting:
    """One listening socket, until `close`; what came by then goes on.

    Raises ValueError where TLS comes first and there is no certificate.
    """

    def __init__(self, door: Door, listener: Listener) -> None:
        if listener.service.implicit_tls and door.tls_context is None:
            raise ValueError("TLS from the first octet needs a certificate")
        self._door, self._listener = door, listener
        self._loop = door.loop
        self._arrivals: set[asyncio.Task[None]] = set()
        self._accepting = self._loop.create_task(self._accept())

    def close(self) -> None:
        """Accept no more, and let those go whose proxy has not said for whom it speaks."""
        self._accepting.cancel()
        for arrival in self._arrivals:
            arrival.cancel()
        self._listener.socket.close()

    async def _accept(self) -> None:
        while True:
            try:
                own, address = await self._loop.sock_accept(self._listener.socket)
            except OSError as error:
                log.error("cannot accept", error=type(error).__name__)
                await asyncio.sleep(NO_ROOM_SECONDS)
                continue
            arrival = self._loop.create_task(self._arrive(own, str(address[0])))
            self._arrivals.add(arrival)
            arrival.add_done_callback(self._arrivals.discard)

    async def _arrive(self, own: socket.socket, address: str) -> None:
        try:
            proxied = None
            if self._door.neighbours.is_proxy(address):
                async with asyncio.timeout(self._door.sessions.limits.command_seconds):
                    proxied = (await _header(self._loop, own)).address
            await self._begin(own, partial(Receiver, self._door, self._listener.service, proxied))
        except BadHeader:
            # Nobody is there to hear an answer: the proxy, or who pretends to be it, does not speak SMTP yet.
            log.warning("no proxy header", peer=address)
            own.close()
        except (OSError, asyncio.CancelledError):
            own.close()

    async def _begin(self, own: socket.socket, receiver: Callable[[], Receiver]) -> None:
        context = self._door.tls_context if self._listener.service.implicit_tls else None
        seconds = self._door.sessions.limits.command_seconds if context else None
        await self._loop.connect_accepted_socket(receiver, own, ssl=context, ssl_handshake_timeout=seconds)


async def _header(loop: asyncio.AbstractEventLoop, own: socket.socket) -> Header:
    """Take the header off a socket, and nothing behind it: that may be TLS. Raises BadHeader and OSError."""
    start = bytearray()
    while (header := take_header(own, start)) is None:
        readable = loop.create_future()
        loop.add_reader(own.fileno(), _tell, readable)
        try:
            await readable
        finally:
            loop.remove_reader(own.fileno())
    return header


def _tell(readable: asyncio.Future[None]) -> None:
    with suppress(asyncio.InvalidStateError):
        readable.set_result(None)
