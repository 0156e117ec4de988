"""XFORWARD and XCLIENT: a mail server of ours tells of the client that it took the mail from."""

from __future__ import annotations

from smtpd import replies
from smtpd.conversation import Conversation
from smtpd.reply import Reply
from smtpd.told import XCLIENT, XFORWARD, Told, read_told


class Onward(Conversation):
    """Verbs of neighbours; for anybody else they do not exist."""

    async def smtp_XFORWARD(self, argument: str) -> None:  # noqa: N802 - aiosmtpd's way to find a verb
        """Of the next mail alone."""
        told = self._read_told(argument, XFORWARD, self.transaction.told or Told())
        if isinstance(told, Told):
            self.transaction.told = told
            told = replies.CLIENT_TOLD
        await self.answer(told)

    async def smtp_XCLIENT(self, argument: str) -> None:  # noqa: N802 - aiosmtpd's way to find a verb
        """Of all that follows; the session begins anew, as if that client had connected."""
        told = self._read_told(argument, XCLIENT, self.visit.told)
        if isinstance(told, Reply):
            await self.answer(told)
            return
        self.visit.told, self.visit.host_name = told, None
        self._set_rset_state()
        await self.push(self.greeting)

    def _read_told(self, argument: str, known: tuple[str, ...], before: Told) -> Told | Reply:
        if not self.visit.is_neighbour:
            return replies.UNKNOWN_COMMAND
        if self.transaction.reverse_path is not None:
            return replies.BAD_SEQUENCE
        told = read_told(argument, known, before)
        if told is None:
            return replies.BAD_ATTRIBUTES
        if told.address and self.door.neighbours.authserv_id(told.address) is not None:
            return Told(helo=told.helo)  # handed on among our own servers: the client is not known
        return told
