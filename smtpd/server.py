"""The receiver: the verbs of a mail in the order of a session (RFC 5321 §4.1.1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
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

    _under_way: asyncio.Task[tuple[Reply, Verdict | None]] | None = None

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
            async for reply in self._settle(data):
                if not self._closing:
                    await self.answer(reply)
        finally:
            self._set_rset_state()
            self._give_back(data)

    def _check_data(self) -> Reply:
        return replies.BAD_SEQUENCE if self.transaction.reverse_path is None else replies.NO_RECIPIENT

    async def _settle(self, data: MailData) -> AsyncIterator[Reply]:
        """Answer what the client hears of a mail that is complete: one reply, or one for each accepted RCPT.

        Each as soon as it is known (RFC 2033 §4.2): the client of a large mail to many does not wait for all of them.
        """
        whole, answers = self.transaction, dict[int, Reply]()
        order = whole.accepted if self.service.one_reply_each else [0]
        if (refusal := check_framing(data.fault)) is not None:
            answers = dict.fromkeys(order, refusal)
        else:
            whole.content, whole.body_hashes = data.content(), data.body.hashes()
        mails = whole.for_each() if self.service.one_reply_each else {0: whole}
        for number in order:
            if number not in answers:
                self.envelope = mails.pop(number)
                answers[number] = await self._hand_over()
            if not mails:
                data.release()
            yield answers[number]

    async def _hand_over(self) -> Reply:
        reply: Reply
        verdict: Verdict | None
        self._under_way = asyncio.create_task(self.door.handler.handle_DATA(self, self.visit, self.transaction))
        # A client that goes away ends its session, not what is under way: that holds its room until it is settled.
        reply, verdict = await asyncio.shield(self._under_way)
        if reply.accepts:
            self.visit.idle_commands = 0
            log.info("stored", peer=self.visit.address, reply=reply.line)
        if verdict is Verdict.PROVED:
            self.sessions.vouch(self, datetime.now(UTC))
        return reply

    def _give_back(self, data: MailData) -> None:
        if self._under_way is None or self._under_way.done():
            data.release()
        else:
            self._under_way.add_done_callback(lambda _: data.release())
