"""Connection: greeting, one command after the other, one mail, TLS: what a session waits for, in turn."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from typing import cast

from smtpd import replies
from smtpd.channel import Channel
from smtpd.framing import Fault, MailData
from smtpd.incoming import is_readable
from smtpd.policy.connection import check_greeting
from smtpd.reply import Reply


class Connection(Channel):
    """One session; the verbs are in `smtpd.server`."""

    async def greet(self) -> bool:
        """Greet, or refuse the client; tell whether the session goes on."""
        self.visit.authserv_id = self.door.neighbours.authserv_id(self.visit.address)
        exempt = self.service.exempt or self.visit.is_neighbour
        refusal = self.sessions.admit(self, self.visit.address, datetime.now(UTC), exempt=exempt)
        # Without a delay this is one turn of the loop: what is there already is read in it.
        await asyncio.sleep(self.limits.greeting_delay)
        early = self.has_input or is_readable(self._wire)
        refusal = refusal or check_greeting(spoke_early=early)
        await self.push(refusal or self.greeting)
        return refusal is None

    @property
    def greeting(self) -> Reply:
        """Answer the words with which a session begins."""
        return replies.GREETING.naming(f"{self.hostname} {self.service.protocol}")

    async def next_command(self) -> bytes | Fault | None:
        """Answer the next command; None where the session is at its end."""
        now = self.loop.time()
        self._patience.await_command(now, hurried=self.is_hurried)
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
        data, whole = self._incoming.begin_mail(), False
        self._patience.await_data(self.loop.time())
        try:
            await self.push(replies.START_MAIL)
            while not data.complete and not self._at_end and self._sentence is None:
                await self._arrival()
            whole = data.complete
        finally:
            # A client may go away with all of it sent, or before it took our reply: its room is free again.
            self._incoming.end_mail()
            if not whole:
                data.release()
        if self._sentence is not None and not whole:
            await self.push(self._sentence)
        return data if whole else None

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Go on under TLS with an empty state (RFC 3207 §4.2); raises OSError where the client cannot."""
        self._incoming.drop()
        await self._writer.start_tls(context, ssl_handshake_timeout=self.limits.command_seconds)
        self._wire = self.transport = cast(asyncio.Transport, self._writer.transport)
        self._over_tls = True
        self.session = self.visit.starts_anew()
        self.session.ssl = {"cipher": self._wire.get_extra_info("cipher")}
        self._set_rset_state()
