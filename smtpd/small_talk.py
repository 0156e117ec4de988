"""The verbs that belong to no mail: they tell nothing about anybody."""

from __future__ import annotations

from typing import override

from smtpd import replies
from smtpd.conversation import Conversation


class SmallTalk(Conversation):
    """Each is answered in one line."""

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
