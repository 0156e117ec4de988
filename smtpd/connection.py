"""Connection: the bytes of one client in both directions, and its patience and ours.

aiosmtpd gives the life of a connection and the place of every verb; what it reads and says is replaced.
"""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from typing import Final, cast

from aiosmtpd.smtp import SMTP

from smtpd import replies
from smtpd.framing import Fault, MailData
from smtpd.incoming import Incoming, is_readable
from smtpd.patience import LOOK_AGAIN_SECONDS, Patience
from smtpd.policy.connection import check_greeting
from smtpd.reply import Reply
from smtpd.sessions import Sessions
from smtpd.transaction import Transaction, Visit

LARGE_CHUNK: Final = 64 * 1024
_VERBS: Final = [name for name in dir(SMTP) if name.startswith("smtp_")]


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
        self.sessions, self.limits = sessions, sessions.limits
        self._incoming = Incoming(sessions.limits.message_octets)
        self._unsent: list[bytes] = []
        self._arrived: asyncio.Future[None] | None = None
        self._sentence: Reply | None = None
        self._at_end = self._closing = self._over_tls = False
        self._wire: asyncio.Transport
        self._patience = Patience(sessions.limits, loop.time())

    def __dir__(self) -> list[str]:
        # aiosmtpd looks for its verbs at every connection, by dir(): all else would cost 0.3 ms.
        return _VERBS

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the session."""
        self._wire = cast(asyncio.Transport, transport)
        super().connection_made(transport)
        self._refusal = self.sessions.enter(self, self.visit.address, datetime.now(UTC))

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

    async def next_command(self) -> bytes | Fault | None:
        """Answer the next command; None where the session is at its end."""
        now = self.loop.time()
        self._patience.await_command(now)
        if self._patience.session_is_over(now):
            self._sentence = replies.TIMED_OUT
        taken = None
        while self._sentence is None and (taken := self._incoming.take()) is None:
            if self._at_end:
                self._send()
                return None
            if self.sessions.retiring:
                self._sentence = replies.SHUTTING_DOWN
            else:
                await self._arrival()
        if self._sentence is not None:
            await self.push(self._sentence)
            return None
        return taken

    async def read_mail(self) -> MailData | None:
        """Answer what comes up to the end of the data; None where the client went away or took too long."""
        data = self._incoming.begin_mail()
        self._patience.await_data(self.loop.time())
        await self.push(replies.START_MAIL)
        while not data.complete and not self._at_end and self._sentence is None:
            await self._arrival()
        self._incoming.end_mail()
        if self._sentence is not None and not data.complete:
            await self.push(self._sentence)
        return data if data.complete else None

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

    async def greet(self) -> bool:
        """Greet, or refuse the client; tell whether the session goes on."""
        # Without a delay this is one turn of the loop: what is there already is read in it.
        await asyncio.sleep(self.limits.greeting_delay)
        early = self.has_input or is_readable(self._wire)
        refusal = self._refusal or check_greeting(spoke_early=early)
        await self.push(refusal or replies.GREETING.naming(self.hostname))
        return refusal is None

    async def push(self, status: Reply | str | bytes) -> None:
        """Say a reply, and end the session after one that closes it."""
        if self._closing or self._wire.is_closing():
            raise ConnectionResetError
        self._unsent.append(bytes(status) if isinstance(status, Reply) else _as_line(status))
        closes = isinstance(status, Reply) and status.closes
        if self.has_input and not closes:
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

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Go on under TLS with an empty state (RFC 3207 §4.2); raises OSError where the client cannot."""
        self._incoming.drop()
        await self._writer.start_tls(context, ssl_handshake_timeout=self.limits.command_seconds)
        self._wire = self.transport = cast(asyncio.Transport, self._writer.transport)
        self._over_tls = True
        self.session = self.visit.starts_anew()
        self.session.ssl = {"cipher": self._wire.get_extra_info("cipher")}
        self._set_rset_state()

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
        return self._patience.data_ends(self.loop.time(), self._incoming.mail.received)


def _as_line(status: str | bytes) -> bytes:
    return (status.encode("ascii") if isinstance(status, str) else status) + b"\r\n"
