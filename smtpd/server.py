"""The receiver: the verbs of a mail in the order of a session (RFC 5321 §4.1.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import override

import structlog

from mailauth.results import Verdict
from smtpd import replies
from smtpd.authentication import Authentication
from smtpd.framing import MailData
from smtpd.hello import Hello
from smtpd.onward import Onward
from smtpd.policy.data import check_framing
from smtpd.policy.mail import read_mail
from smtpd.policy.rcpt import read_rcpt
from smtpd.reply import Reply
from smtpd.small_talk import SmallTalk

log = structlog.get_logger(__name__)


class Receiver(Hello, Authentication, Onward, SmallTalk):
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
        try:
            heard = await self._settle(data)
        finally:
            self._set_rset_state()
            data.release()
        for reply in heard:
            if not self._closing:
                await self.answer(reply)

    def _check_data(self) -> Reply:
        return replies.BAD_SEQUENCE if self.transaction.reverse_path is None else replies.NO_RECIPIENT

    async def _settle(self, data: MailData) -> list[Reply]:
        """Answer what the client hears of a mail that is complete."""
        if (refusal := check_framing(data.fault)) is not None:
            return [refusal] * (len(self.transaction.accepted) if self.service.one_reply_each else 1)
        self.transaction.content, self.transaction.body_hashes = data.content(), data.body.hashes()
        return await self._hand_over_all()

    async def _hand_over_all(self) -> list[Reply]:
        """Answer what the client hears: one reply, or one for each accepted RCPT (RFC 2033 §4.2)."""
        whole = self.transaction
        if not self.service.one_reply_each:
            return [await self._hand_over()]
        answers = {}
        for number, mail in whole.for_each().items():
            self.envelope = mail
            answers[number] = await self._hand_over()
        return [answers[number] for number in whole.accepted]

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
