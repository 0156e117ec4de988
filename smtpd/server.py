"""The receiver: the verbs of SMTP in the order of a session (RFC 5321 §4.1.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, override

import structlog

from db.failures import place_of
from mailauth.results import Verdict
from smtpd import replies
from smtpd.command import Command, read_command
from smtpd.connection import Connection
from smtpd.framing import Fault
from smtpd.policy.data import check_framing
from smtpd.policy.mail import read_mail
from smtpd.policy.rcpt import read_rcpt
from smtpd.reply import Reply

LAST_IN_GROUP: Final = frozenset({"HELO", "EHLO", "DATA", "AUTH"})
"""RFC 2920 §3.1: nothing may follow before our reply. STARTTLS has its own answer; what follows NOOP,
VRFY or EXPN against the rule does no harm."""
PIPELINED: Final = frozenset({"MAIL", "RCPT", "DATA"})
"""What may be sent in groups only where PIPELINING was offered."""
NOT_IDLE: Final = frozenset({"RCPT", "DATA"})
log = structlog.get_logger(__name__)


class Receiver(Connection):
    """Our server: framing, limits and replies are ours, the frame is aiosmtpd's."""

    domains: frozenset[str] = frozenset()
    """The domains of our addresses, lower case, A-labels."""

    async def _handle_client(self) -> None:
        try:
            if await self.greet():
                while not self._closing and (line := await self.next_command()) is not None:
                    await self._obey(line)
        except OSError:
            # The client went away, or broke off the TLS handshake.
            log.debug("connection lost", peer=self.visit.address)
        finally:
            if not self._closing:
                self._wire.close()

    async def _obey(self, line: bytes | Fault) -> None:
        command = read_command(line)
        if isinstance(command, Reply):
            await self.answer(command)
            return
        try:
            await self._run(command)
        except OSError:
            raise
        except Exception as error:  # R2: a bug of ours is 451, and the session starts anew
            log.error("command failed", verb=command.verb, error=type(error).__name__, place=place_of(error))
            self._set_rset_state()
            await self.answer(replies.NOT_NOW)

    async def _run(self, command: Command) -> None:
        verb = command.verb
        self.visit.idle_commands += verb not in NOT_IDLE
        if self.visit.idle_commands >= self.limits.idle_commands:
            await self.answer(replies.IDLE_COMMANDS)
        elif self.has_input and (verb in LAST_IN_GROUP or (verb in PIPELINED and not self.visit.extended_smtp)):
            await self.answer(replies.OUT_OF_STEP)
        elif (method := self._smtp_methods.get(verb)) is None:
            await self.answer(replies.UNKNOWN_COMMAND)
        else:
            await method(command.argument)

    async def answer(self, reply: Reply) -> None:
        """Say a reply to a command; too many bad ones end the session."""
        if reply.counts:
            self.visit.bad_commands += 1
            if self.visit.bad_commands >= self.limits.bad_commands:
                reply = replies.BAD_COMMANDS
        if reply.code >= 400:
            log.info("refused", peer=self.visit.address, reply=reply.line)
        await self.push(reply)

    @override
    async def smtp_HELO(self, argument: str) -> None:
        """RFC 5321 §4.1.1.1."""
        await self._hello(argument, extended=False)

    @override
    async def smtp_EHLO(self, argument: str) -> None:
        """RFC 5321 §4.1.1.1 and the extensions we offer."""
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
        lines = [self.hostname, *self._extensions()]
        await self.push("\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"]))

    def _extensions(self) -> list[str]:
        offered = ["PIPELINING", f"SIZE {self.limits.message_octets}", "8BITMIME", "SMTPUTF8"]
        if self.tls_context is not None and not self._over_tls:
            offered.append("STARTTLS")
        return [*offered, "ENHANCEDSTATUSCODES"]

    @override
    async def smtp_STARTTLS(self, argument: str) -> None:
        """RFC 3207; what came in clear text behind it is never run (SECURITY S2)."""
        refusal = self._check_starttls(argument)
        await self.answer(refusal or replies.START_TLS)
        if refusal is None and self.tls_context is not None:
            await self.start_tls(self.tls_context)

    def _check_starttls(self, argument: str) -> Reply | None:
        if self.has_input:
            self._incoming.drop()
            return replies.TLS_INJECTION
        if self._over_tls:
            return replies.TLS_ALREADY
        if self.tls_context is None:
            return replies.NO_TLS
        return replies.BAD_ARGUMENT if argument else None

    @override
    async def smtp_AUTH(self, _argument: str) -> None:
        """RFC 4954; submission is not offered on this port."""
        await self.answer(replies.NOT_IMPLEMENTED)

    @override
    async def smtp_MAIL(self, argument: str) -> None:
        """RFC 5321 §4.1.1.2."""
        if not self.visit.host_name or self.transaction.reverse_path is not None:
            await self.answer(replies.BAD_SEQUENCE)
            return
        sender = read_mail(argument, extended=self.visit.extended_smtp, size_limit=self.limits.message_octets)
        if isinstance(sender, Reply):
            await self.answer(sender)
            return
        self.transaction.begin(sender.reverse_path, smtputf8=sender.smtputf8)
        await self.answer(replies.SENDER_OK)

    @override
    async def smtp_RCPT(self, argument: str) -> None:
        """RFC 5321 §4.1.1.3."""
        if self.transaction.reverse_path is None:
            await self.answer(replies.BAD_SEQUENCE)
            return
        path = read_rcpt(argument, smtputf8=self.transaction.smtp_utf8, domains=self.domains)
        reply = path if isinstance(path, Reply) else await self._call_handler_hook("RCPT", path, ())
        self.visit.idle_commands += reply.is_permanent
        await self.answer(reply)

    @override
    async def smtp_DATA(self, argument: str) -> None:
        """RFC 5321 §4.1.1.4."""
        if argument or not self.transaction.recipients:
            await self.answer(replies.BAD_ARGUMENT if argument else self._check_data())
            return
        data = await self.read_mail()
        if data is None:
            return
        if (refusal := check_framing(data.fault)) is None:
            self.transaction.content, self.transaction.body_hashes = data.content(), data.body.hashes()
            del data
            refusal = await self._hand_over()
        self._set_rset_state()
        await self.answer(refusal)

    def _check_data(self) -> Reply:
        return replies.BAD_SEQUENCE if self.transaction.reverse_path is None else replies.NO_RECIPIENT

    async def _hand_over(self) -> Reply:
        reply: Reply
        verdict: Verdict | None
        reply, verdict = await self._call_handler_hook("DATA")
        if reply.accepts:
            self.visit.idle_commands = 0
            log.info("stored", peer=self.visit.address, reply=reply.line)
        if verdict is Verdict.PROVED:
            self.sessions.vouch(self, datetime.now(UTC))
        return reply

    @override
    async def smtp_RSET(self, argument: str) -> None:
        """RFC 5321 §4.1.1.5."""
        if not argument:
            self._set_rset_state()
        await self.answer(replies.BAD_ARGUMENT if argument else replies.RESET)

    @override
    async def smtp_NOOP(self, _argument: str) -> None:
        """RFC 5321 §4.1.1.9; an argument is ignored."""
        await self.answer(replies.NOTHING_DONE)

    @override
    async def smtp_QUIT(self, argument: str) -> None:
        """RFC 5321 §4.1.1.10."""
        await self.answer(replies.BAD_ARGUMENT if argument else replies.GOODBYE)

    @override
    async def smtp_VRFY(self, argument: str) -> None:
        """RFC 5321 §3.5.3: we tell nothing (SECURITY S8)."""
        await self.answer(replies.CANNOT_VERIFY if argument else replies.BAD_ARGUMENT)

    @override
    async def smtp_EXPN(self, _argument: str) -> None:
        """RFC 5321 §4.1.1.7."""
        await self.answer(replies.NOT_IMPLEMENTED)

    @override
    async def smtp_HELP(self, _argument: str) -> None:
        """RFC 5321 §4.1.1.8."""
        await self.answer(replies.HELP)
