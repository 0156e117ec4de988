"""Channel: the bytes of one client in both directions, and the timer of its session.

aiosmtpd gives the life of a connection and the place of every verb; what it reads and says is replaced.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final, cast

from aiosmtpd.smtp import SMTP

from smtpd import replies
from smtpd.door import Door
from smtpd.incoming import Incoming
from smtpd.patience import LOOK_AGAIN_SECONDS, Patience
from smtpd.reply import Reply
from smtpd.service import Service
from smtpd.transaction import Transaction, Visit

LARGE_CHUNK: Final = 64 * 1024
MOST_UNSENT: Final = 200
"""Replies of one group that are kept back: who sends commands without an end fills no memory with their answers."""


class Channel(SMTP):
    """One client, whose session `smtpd.connection` conducts; `proxied` as in `Visit`."""

    def __init__(self, door: Door, service: Service, proxied: str | None = None) -> None:
        self.door, self.service, self._proxied = door, service, proxied
        self.sessions, self.limits = door.sessions, door.sessions.limits
        super().__init__(
            door.handler,
            data_size_limit=self.limits.message_octets,
            enable_SMTPUTF8=True,
            hostname=door.hostname,
            loop=door.loop,
        )
        self._incoming = Incoming(self.limits.message_octets, door.sessions.room)
        self._unsent: list[bytes] = []
        self._arrived: asyncio.Future[None] | None = None
        self._sentence: Reply | None = None
        self._at_end = self._closing = self._over_tls = False
        self._wire: asyncio.Transport
        self._patience = Patience(self.limits, door.loop.time())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the session."""
        self._wire = cast(asyncio.Transport, transport)
        super().connection_made(transport)
        self.visit.proxied = self._proxied
        if self.service.implicit_tls:
            self._over_tls = True
            self.visit.ssl = {"cipher": transport.get_extra_info("cipher")}
        self.sessions.enter(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the session; what the store took stays taken."""
        self.sessions.leave(self)
        super().connection_lost(error)

    def eof_received(self) -> bool:
        """Let what is under way end; a client that says no more may still listen."""
        self._at_end = True
        if self._closing:
            self._wire.close()
        self._wake()
        return not self._over_tls

    def retire(self) -> None:
        """End as soon as the client is idle."""
        if self._closing:
            self._wire.close()
        self._wake()

    def hurry(self) -> None:
        """Take the shorter time for what is waited for now."""
        if self._arrived is not None and not self._closing and self._sentence is None:
            self._patience.hurry(self.loop.time())
            self._reset_timeout()

    @property
    def is_hurried(self) -> bool:
        """Tell whether this client has less time than usual."""
        return self.sessions.is_hurried(self, datetime.now(UTC))

    @property
    def visit(self) -> Visit:
        """The session, in our words."""
        return cast(Visit, self.session)

    @property
    def transaction(self) -> Transaction:
        """The mail transaction, in our words."""
        return cast(Transaction, self.envelope)

    def _create_session(self) -> Visit:
        return Visit(self.loop)

    def _create_envelope(self) -> Transaction:
        return Transaction(self.service)

    def _set_rset_state(self) -> None:
        self.envelope = self._create_envelope()

    def data_received(self, data: bytes) -> None:
        """Take bytes: to the mail while one is read, else to the commands."""
        self._patience.heard(self.loop.time())
        if self._closing:
            return
        if self._incoming.feed(data):
            self._wake()
        if self._incoming.is_full:
            self._wire.pause_reading()
        elif len(data) >= LARGE_CHUNK:
            # One large mail is read a chunk a turn, so that the others have theirs.
            self._wire.pause_reading()
            self.loop.call_soon(self._read_on)

    @property
    def has_input(self) -> bool:
        """Tell whether the client sent more than what was read."""
        return self._incoming.has_commands

    async def _arrival(self) -> None:
        self._send()
        self._read_on()
        self._arrived = self.loop.create_future()
        try:
            await self._arrived
        finally:
            self._arrived = None

    def _wake(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    def _read_on(self) -> None:
        if not self._wire.is_closing() and not self._wire.is_reading():
            self._wire.resume_reading()

    async def push(self, status: Reply | str | bytes) -> None:
        """Say a reply, and end the session after one that closes it."""
        if self._closing or self._wire.is_closing():
            raise ConnectionResetError
        self._unsent.append(bytes(status) if isinstance(status, Reply) else _as_line(status))
        closes = isinstance(status, Reply) and status.closes
        if self.has_input and not closes and len(self._unsent) < MOST_UNSENT:
            return  # RFC 2920 §3.2: the replies to a group of commands go out together
        self._send()
        await self._writer.drain()
        if closes:
            self._hang_up()

    def _send(self) -> None:
        if self._unsent:
            self._wire.write(b"".join(self._unsent))
            self._unsent.clear()

    def _hang_up(self) -> None:
        """Close our side, and listen a little longer: a reset would destroy our last reply at the client's."""
        self._closing = True
        if self._at_end or not self._wire.can_write_eof():
            self._wire.close()
            return
        self._wire.write_eof()
        self._patience.await_goodbye(self.loop.time())
        self._read_on()
        self._reset_timeout()

    def _reset_timeout(self, _duration: float | None = None) -> None:
        """Look at the clock when patience ends; one timer serves the whole session."""
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        self._timeout_handle = self.loop.call_at(self._patience_ends(), self._timeout_cb)

    def _timeout_cb(self) -> None:
        now = self.loop.time()
        if now >= self._patience_ends():
            if self._closing or self._sentence is not None:
                self._wire.abort()
                return
            self._sentence = replies.TIMED_OUT
            self._patience.await_last_words(now)
            self._wake()
        self._reset_timeout()

    def _patience_ends(self) -> float:
        takes_no_replies = bool(self._wire.get_write_buffer_size())
        if self._closing or self._sentence is not None or takes_no_replies:
            return self._patience.deadline
        if self._arrived is None:
            return self.loop.time() + LOOK_AGAIN_SECONDS  # the client waits for us, not we for it
        if self._incoming.mail is None:
            return self._patience.deadline
        return self._patience.data_ends(self.loop.time(), self._incoming.mail.received, hurried=self.is_hurried)


def _as_line(status: str | bytes) -> bytes:
    return (status.encode("ascii") if isinstance(status, str) else status) + b"\r\n"
