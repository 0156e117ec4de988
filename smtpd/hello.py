"""The beginning of a session: HELO, EHLO, LHLO, and STARTTLS, after which it begins anew."""

from __future__ import annotations

from typing import override

from smtpd import replies
from smtpd.conversation import Conversation
from smtpd.reply import Reply
from smtpd.sasl import MECHANISMS
from smtpd.told import XCLIENT, XFORWARD


class Hello(Conversation):
    """What a client says first, and what we offer it."""

    @override
    async def smtp_HELO(self, argument: str) -> None:
        """RFC 5321 §4.1.1.1."""
        await self._hello(argument, extended=False)

    @override
    async def smtp_EHLO(self, argument: str) -> None:
        """RFC 5321 §4.1.1.1 and the extensions we offer."""
        await self._hello(argument, extended=True)

    async def smtp_LHLO(self, argument: str) -> None:  # noqa: N802 - aiosmtpd's way to find a verb
        """RFC 2033 §4.1: as EHLO."""
        await self._hello(argument, extended=True)

    async def _hello(self, argument: str, *, extended: bool) -> None:
        if not argument:
            await self.answer(replies.BAD_ARGUMENT)
            return
        self._set_rset_state()
        self.visit.extended_smtp, self.visit.host_name = extended, argument
        if not extended:
            await self.answer(replies.HELLO.naming(self.hostname))
            return
        lines = [self.hostname, *self.extensions()]
        await self.push("\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"]))

    def extensions(self) -> list[str]:
        """Answer what we offer to this client at this moment."""
        offered = ["PIPELINING", f"SIZE {self.limits.message_octets}", "8BITMIME", "SMTPUTF8"]
        if self.door.tls_context is not None and not self._over_tls:
            offered.append("STARTTLS")
        if self.service.requires_auth and self._over_tls:
            offered.append(f"AUTH {' '.join(MECHANISMS)}")
        if self.visit.is_neighbour:
            offered += [f"XFORWARD {' '.join(XFORWARD)}", f"XCLIENT {' '.join(XCLIENT)}"]
        return [*offered, "ENHANCEDSTATUSCODES"]

    @override
    async def smtp_STARTTLS(self, argument: str) -> None:
        """RFC 3207; what came in clear text behind it is never run (SECURITY S2)."""
        context = self.door.tls_context
        refusal = self._check_starttls(argument)
        await self.answer(refusal or replies.START_TLS)
        if refusal is None and context is not None:
            await self.start_tls(context)

    def _check_starttls(self, argument: str) -> Reply | None:
        if self.has_input:
            self._incoming.drop()
            return replies.TLS_INJECTION
        if self._over_tls:
            return replies.TLS_ALREADY
        if self.door.tls_context is None:
            return replies.NO_TLS
        return replies.BAD_ARGUMENT if argument else None
