"""A client's visit and its mail transaction, in aiosmtpd's places and in our words."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

from aiosmtpd.smtp import Envelope as AiosmtpdEnvelope
from aiosmtpd.smtp import Session

from accounts.addresses import AddressKind, Recipient
from accounts.viewer import Viewer
from ingest.noticing_door import TurnedAway
from mail.envelope import Envelope
from mailauth.arriving import BodyHashes
from mailauth.results import Proof, Verdict

NO_COMPANY: Final = 0
"""The robot's, until its sender is known (RULES R51); ids of companies are greater."""


class Visit(Session):
    """One session: who the client is and how it behaved so far; `viewer` is the user who signed in (RFC 4954)."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.unknown_recipients = 0
        self.bad_commands = 0
        self.idle_commands = 0
        self.wrong_passwords = 0
        self.viewer: Viewer | None = None

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
        anew.wrong_passwords = self.wrong_passwords
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
        self._settled: int | None = None

    def begin(self, reverse_path: str, *, smtputf8: bool) -> None:
        """Take MAIL."""
        self.reverse_path, self.smtp_utf8 = reverse_path, smtputf8

    def add(self, recipient: Recipient, forward_path: str) -> None:
        """Take RCPT; the same address twice is one recipient."""
        self.recipients.setdefault(recipient.bcc_address_id, recipient)
        self.forward_paths.setdefault(recipient.bcc_address_id, forward_path)

    @property
    def company_id(self) -> int | None:
        """Answer the company that the first accepted RCPT fixed (RULES R3), NO_COMPANY for the robot's mail."""
        return self._settled or next((recipient.company_id for recipient in self.recipients.values()), None)

    @property
    def is_return(self) -> bool:
        """Tell whether a return address of our outbox is the recipient; it stands alone."""
        return any(one.kind is AddressKind.RETURN for one in self.recipients.values())

    def settle(self, company_id: int) -> None:
        """Fix the company of the robot's mail."""
        self._settled = company_id

    def turned_away(self, proof: Proof, envelope: Envelope) -> TurnedAway:
        """Answer what is remembered of this mail, where it was refused."""
        personal = (one for one in self.recipients.values() if one.kind is AddressKind.PERSONAL)
        return TurnedAway(
            company_id=self.company_id or NO_COMPANY,
            sender=proof.from_address,
            proved=proof.verdict is not Verdict.UNPROVED,
            personal=tuple(one.bcc_address_id for one in personal),
            peer=envelope.peer,
            at=envelope.received_at,
        )

    def envelope(self, visit: Visit, now: datetime) -> Envelope:
        """Answer the facts as a value, in our words."""
        return Envelope(
            reverse_path=self.reverse_path,
            forward_paths=tuple(self.forward_paths.values()),
            helo=visit.host_name or "",
            peer=visit.address,
            tls=visit.ssl is not None,
            received_at=now,
            submitted_by=visit.viewer.user_id if visit.viewer else None,
        )
