"""The receiver: the verbs of a mail in the order of a session (RFC 5321 §4.1.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import override

import structlog

from mailauth.results import Verdict
from smtpd import replies
from smtpd.authentication import Authentication
from smtpd.hello import Hello
from smtpd.policy.data import check_framing
from smtpd.policy.mail import read_mail
from smtpd.policy.rcpt import read_rcpt
from smtpd.reply import Reply
from smtpd.small_talk import SmallTalk

log = structlog.get_logger(__name__)


class Receiver(Hello, Authentication, SmallTalk):
    """Our server: framing, limits and replies are ours, the frame is aiosmtpd's."""

    @override
    async def smtp_MAIL(self, argument: str) -> None:
        """RFC 5321 §4.1.1.2."""
        if not self.visit.host_name or self.transaction.reverse_path is not None:
            await self.answer(replies.BAD_SEQUENCE)
            return
        if self.must_sign_in:
            await self.answer(replies.SIGN_IN_FIRST)
            return
        sender = read_mail(
            argument,
            extended=self.visit.extended_smtp,
            size_limit=self.limits.message_octets,
            signed_in=self.visit.viewer is not None,
        )
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
        path = read_rcpt(argument, smtputf8=self.transaction.smtp_utf8, domains=self.door.domains)
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
