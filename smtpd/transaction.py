"""A client's visit and its mail transaction, in aiosmtpd's places and in our words."""

from __future__ import annotations

import asyncio
from datetime import datetime

from aiosmtpd.smtp import Envelope as AiosmtpdEnvelope
from aiosmtpd.smtp import Session

from accounts.addresses import AddressKind, Recipient
from mail.envelope import Envelope
from mailauth.arriving import BodyHashes


class Visit(Session):
    """One session: who the client is and how it behaved so far."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.unknown_recipients = 0
        self.bad_commands = 0
        self.idle_commands = 0

    @property
    def address(self) -> str:
        """Answer the peer's IP address, "" for a UNIX socket."""
        name = self.peer
        return str(name[0]) if isinstance(name, tuple) else ""

    def starts_anew(self) -> Visit:
        """Answer the visit after STARTTLS: nothing said in clear text counts (RFC 3207 §4.2), bad manners do."""
        anew = Visit(self.loop)
        anew.peer = self.peer
        anew.unknown_recipients = self.unknown_recipients
        anew.bad_commands, anew.idle_commands = self.bad_commands, self.idle_commands
        return anew


class Transaction(AiosmtpdEnvelope):
    """What one mail transaction said so far; `reverse_path` is None before MAIL.

    `body_hashes` are of `content`, where that is no small mail.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reverse_path: str | None = None
        self.recipients: dict[int, Recipient] = {}
        self.forward_paths: dict[int, str] = {}
        self.body_hashes: BodyHashes | None = None

    def begin(self, reverse_path: str, *, smtputf8: bool) -> None:
        """Take MAIL."""
        self.reverse_path, self.smtp_utf8 = reverse_path, smtputf8

    def add(self, recipient: Recipient, forward_path: str) -> None:
        """Take RCPT; the same address twice is one recipient."""
        self.recipients.setdefault(recipient.bcc_address_id, recipient)
        self.forward_paths.setdefault(recipient.bcc_address_id, forward_path)

    @property
    def company_id(self) -> int | None:
        """Answer the company that the first accepted RCPT fixed (RULES R3)."""
        return next((recipient.company_id for recipient in self.recipients.values()), None)

    @property
    def has_personal(self) -> bool:
        """Tell whether a personal address of somebody who is here is among the recipients.

        What comes for one who has left is held for his successor, whoever it is from (RULES R55).
        """
        personal = (one for one in self.recipients.values() if one.kind is AddressKind.PERSONAL)
        return any(one.successor_id is None for one in personal)

    def envelope(self, visit: Visit, now: datetime) -> Envelope:
        """Answer the facts as a value, in our words."""
        return Envelope(
            reverse_path=self.reverse_path,
            forward_paths=tuple(self.forward_paths.values()),
            helo=visit.host_name or "",
            peer=visit.address,
            tls=visit.ssl is not None,
            received_at=now,
        )
