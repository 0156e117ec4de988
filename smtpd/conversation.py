"""Conversation: which verb a line asks for, whether it may stand here, and what a bug of ours answers."""

from __future__ import annotations

from typing import Any, Final

import structlog

from db.failures import place_of
from smtpd import replies
from smtpd.command import Command, read_command
from smtpd.connection import Connection
from smtpd.framing import Fault
from smtpd.reply import Reply

LAST_IN_GROUP: Final = frozenset({"HELO", "EHLO", "LHLO", "DATA", "AUTH"})
"""RFC 2920 §3.1: nothing may follow before our reply. STARTTLS has its own answer; what follows NOOP,
VRFY or EXPN against the rule does no harm."""
PIPELINED: Final = frozenset({"MAIL", "RCPT", "DATA"})
"""What may be sent in groups only where PIPELINING was offered."""
NOT_IDLE: Final = frozenset({"RCPT", "DATA"})
HELLOS: Final = frozenset({"HELO", "EHLO", "LHLO"})
log = structlog.get_logger(__name__)


class Conversation(Connection):
    """One session's commands; a method `smtp_VERB` runs a verb."""

    _verbs: list[str]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._verbs = [name for name in dir(cls) if name.startswith("smtp_")]

    def __dir__(self) -> list[str]:
        # aiosmtpd looks for its verbs at every connection, by dir(): all else would cost 0.3 ms.
        return self._verbs

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
        elif verb not in self._smtp_methods or (verb in HELLOS and verb not in self.service.hello):
            await self.answer(replies.UNKNOWN_COMMAND)
        else:
            await self._smtp_methods[verb](command.argument)

    async def answer(self, reply: Reply) -> None:
        """Say a reply to a command; too many bad ones end the session."""
        if reply.counts:
            self.visit.bad_commands += 1
            if self.visit.bad_commands >= self.limits.bad_commands:
                reply = replies.BAD_COMMANDS
        if reply.code >= 400:
            log.info("refused", peer=self.visit.address, reply=reply.line)
        await self.push(reply)
