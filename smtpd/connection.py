"""Connection: the bytes of one client in both directions, and its patience and ours.

aiosmtpd gives the life of a connection and the place of every verb; what it reads and says itself is
replaced: framing is `smtpd.framing`, nothing is kept beyond a limit, every reply is a constant.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from datetime import datetime
from typing import Any, Final, cast

from aiosmtpd.smtp import SMTP

from smtpd import replies
from smtpd.framing import CommandLines, Fault, MailData
from smtpd.policy.connection import check_greeting
from smtpd.reply import Reply
from smtpd.sessions import Sessions
from smtpd.transaction import Transaction, Visit

MOST_WAITING: Final = 64 * 1024
"""Octets of commands that we read ahead of our replies."""
LARGE_CHUNK: Final = 64 * 1024
LOOK_AGAIN_SECONDS: Final = 1.0
LAST_WORDS_SECONDS: Final = 5.0


class Connection(SMTP):
    """One client; the verbs are in `smtpd.server`."""

    def __init__(
        self,
        handler: object,
        sessions: Sessions,
        *,
        hostname: str,
        tls_context: ssl.SSLContext | None = None,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(
            handler,
            data_size_limit=sessions.limits.message_octets,
            enable_SMTPUTF8=True,
            hostname=hostname,
            tls_context=tls_context,
            loop=loop,
        )
        self.limits = sessions.limits
        self.sessions = sessions
        self._commands = CommandLines()
        self._mail_data: MailData | None = None
        self._arrived: asyncio.Future[None] | None = None
        self._sentence: Reply | None = None
        self._at_end = self._closing = self._over_tls = False
        self._wire: asyncio.Transport
        self._deadline = self._session_end = self._last_input = self._data_began = 0.0

    # The life of the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the session."""
        self._wire = cast(asyncio.Transport, transport)
        self._last_input = self.loop.time()
        self._session_end = self._last_input + self.limits.session_seconds
        self._deadline = self._last_input + self.limits.greeting_delay + self.limits.command_seconds
        super().connection_made(transport)
        self._refusal = self.sessions.enter(self, self.visit.address, datetime.now().astimezone())

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
        self._wake()

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
        return Transaction()

    def _set_rset_state(self) -> None:
        self.envelope = self._create_envelope()

    # What comes in

    def data_received(self, data: bytes) -> None:
        """Take bytes: to the mail while one is read, else to the commands."""
        self._last_input = self.loop.time()
        if self._closing:
            return
        if self._mail_data is not None and not self._mail_data.complete:
            self._commands.feed(self._mail_data.feed(data))
            if len(data) >= LARGE_CHUNK:
                # One large mail is read a chunk a turn, so that the others have theirs.
                self._wire.pause_reading()
                self.loop.call_soon(self._read_on)
            if not self._mail_data.complete:
                return
        else:
            self._commands.feed(data)
        if self._commands.waiting > MOST_WAITING:
            self._wire.pause_reading()
        self._wake()

    async def next_command(self) -> bytes | Fault | None:
        """Answer the next command; None where the session is at its end."""
        self._deadline = min(self.loop.time() + self.limits.command_seconds, self._session_end)
        while (taken := self._commands.take()) is None and not self._at_end:
            if self.sessions.retiring:
                self._sentence = replies.SHUTTING_DOWN
            if self._sentence is not None:
                await self.push(self._sentence)
                return None
            await self._arrival()
        return taken

    async def read_mail(self) -> MailData | None:
        """Answer what comes up to the end of the data; None where the client went away or took too long."""
        data = self._mail_data = MailData(self.limits.message_octets)
        self._data_began = self.loop.time()
        await self.push(replies.START_MAIL)
        while not data.complete and not self._at_end and self._sentence is None:
            await self._arrival()
        self._mail_data = None
        if self._sentence is not None and not data.complete:
            await self.push(self._sentence)
        return data if data.complete else None

    @property
    def has_input(self) -> bool:
        """Tell whether the client sent more than what was read."""
        return self._commands.waiting > 0

    def drop_input(self) -> None:
        """Forget what the client sent ahead."""
        self._commands.clear()

    async def _arrival(self) -> None:
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

    # What goes out

    async def greet(self) -> bool:
        """Greet, or refuse the client; tell whether the session goes on."""
        # Without a delay this is one turn of the loop: what is there already is read in it.
        await asyncio.sleep(self.limits.greeting_delay)
        early = self.has_input or _is_readable(self._wire)
        refusal = self._refusal or check_greeting(spoke_early=early)
        await self.push(refusal or replies.GREETING.naming(self.hostname))
        return refusal is None

    async def push(self, status: Reply | str | bytes) -> None:
        """Say a reply, and end the session after one that closes it."""
        if self._closing or self._wire.is_closing():
            raise ConnectionResetError
        self._wire.write(bytes(status) if isinstance(status, Reply) else _as_line(status))
        await self._writer.drain()
        if isinstance(status, Reply) and status.closes:
            self._hang_up()

    def _hang_up(self) -> None:
        """Close our side, and listen a little longer: a reset would destroy our last reply at the client's."""
        self._closing = True
        if self._at_end or not self._wire.can_write_eof():
            self._wire.close()
            return
        self._wire.write_eof()
        self._deadline = self.loop.time() + self.limits.linger_seconds
        self._read_on()
        self._reset_timeout()

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Go on under TLS with an empty state (RFC 3207 §4.2); raises OSError where the client cannot."""
        self.drop_input()
        await self._writer.start_tls(context, ssl_handshake_timeout=self.limits.command_seconds)
        self._wire = self.transport = cast(asyncio.Transport, self._writer.transport)
        self._over_tls = True
        self.session = self.visit.starts_anew()
        self.session.ssl = {"cipher": self._wire.get_extra_info("cipher")}
        self._set_rset_state()

    # Patience

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
            self._deadline = self._session_end = now + LAST_WORDS_SECONDS
            self._wake()
        self._reset_timeout()

    def _patience_ends(self) -> float:
        now = self.loop.time()
        if self._closing or self._sentence is not None or self._is_stuck():
            return self._deadline
        if self._arrived is None:
            return now + LOOK_AGAIN_SECONDS  # the client waits for us, not we for it
        if self._mail_data is None:
            return self._deadline
        return min(self._slow_data_ends(now), self._last_input + self.limits.command_seconds, self._session_end)

    def _is_stuck(self) -> bool:
        """Tell whether the client does not take our replies."""
        return bool(self._wire.get_write_buffer_size())

    def _slow_data_ends(self, now: float) -> float:
        data, elapsed = self._mail_data, now - self._data_began
        if elapsed < self.limits.data_grace_seconds:
            return self._data_began + self.limits.data_grace_seconds
        slow = data is not None and data.received < elapsed * self.limits.data_octets_per_second
        return now if slow else now + LOOK_AGAIN_SECONDS


def _as_line(status: str | bytes) -> bytes:
    return (status.encode("ascii") if isinstance(status, str) else status) + b"\r\n"


def _is_readable(wire: asyncio.Transport) -> bool:
    """Tell whether the kernel holds bytes that the loop has not read yet."""
    socket: Any = wire.get_extra_info("socket")
    if socket is None:
        return False
    poll = select.poll()
    poll.register(socket.fileno(), select.POLLIN)
    return bool(poll.poll(0))
