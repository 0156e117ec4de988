"""Incoming: where arriving bytes go, to the mail while one is read, else to the commands."""

from __future__ import annotations

import asyncio
import select
from typing import Any, Final

from smtpd.framing import CommandLines, Fault, MailData
from smtpd.room import Room

MOST_WAITING: Final = 64 * 1024
"""Octets of commands that we read ahead of our replies."""


class Incoming:
    """What came and was not taken yet; `mail` is the one that is being read."""

    def __init__(self, message_octets: int, room: Room) -> None:
        self._message_octets, self._room = message_octets, room
        self._commands = CommandLines()
        self.mail: MailData | None = None

    def feed(self, data: bytes) -> bool:
        """Take what arrived; tell whether somebody may go on: a mail that is not complete yet wakes nobody."""
        if self.mail is None or self.mail.complete:
            self._commands.feed(data)
            return True
        self._commands.feed(self.mail.feed(data))
        return self.mail.complete

    def take(self) -> bytes | Fault | None:
        """Answer the next command, a fault, or None where more must come."""
        return self._commands.take()

    def begin_mail(self) -> MailData:
        """Read a mail from here on."""
        self.mail = MailData(self._message_octets, room=self._room)
        return self.mail

    def end_mail(self) -> None:
        """Read commands from here on."""
        self.mail = None

    @property
    def has_commands(self) -> bool:
        """Tell whether the client sent more than what was taken."""
        return self._commands.waiting > 0

    @property
    def is_full(self) -> bool:
        """Tell whether so many commands wait that no more should be read."""
        return self._commands.waiting > MOST_WAITING

    def drop(self) -> None:
        """Forget what the client sent ahead."""
        self._commands.clear()


def is_readable(wire: asyncio.Transport) -> bool:
    """Tell whether the kernel holds bytes that the loop has not read yet."""
    socket: Any = wire.get_extra_info("socket")
    if socket is None:
        return False
    poll = select.poll()
    poll.register(socket.fileno(), select.POLLIN)
    return bool(poll.poll(0))
