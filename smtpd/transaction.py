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
from mail.address import address_key
from mail.envelope import Envelope
from mailauth.arriving import BodyHashes
from mailauth.results import Proof, Verdict
from smtpd.neighbours import LOCAL
from smtpd.service import SMTP, Service
from smtpd.told import Told

NO_COMPANY: Final = 0
"""The robot's, until its sender is known (RULES R51); ids of companies are greater."""


class Visit(Session):
    """One session: who the client is and how it behaved so far; `viewer` is the user who signed in (RFC 4954).

    `proxied`: the address that a proxy told, "" where it told none, None without a proxy. `authserv_id`: that of
    a mail server of ours, None for a stranger.
    `told`: the client behind it, by XCLIENT for the whole session.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.unknown_recipients = 0
        self.bad_commands = 0
        self.idle_commands = 0
        self.wrong_passwords = 0
        self.viewer: Viewer | None = None
        self.proxied: str | None = None
        self.authserv_id: str | None = None
        self.told = Told()

    @property
    def address(self) -> str:
        """Answer the IP address of who speaks to us, be it by a proxy, "" for a UNIX socket."""
        name = self.peer
        return self.proxied or (str(name[0]) if isinstance(name, tuple) else "")

    @property
    def is_neighbour(self) -> bool:
        """Tell whether a mail server of ours speaks to us, which may tell of the client behind it."""
        return self.authserv_id is not None

    def starts_anew(self) -> Visit:
        """Answer the visit after STARTTLS: nothing said in clear text counts (RFC 3207 §4.2), bad manners do."""
        anew = Visit(self.loop)
        anew.peer = self.peer
        anew.unknown_recipients = self.unknown_recipients
        anew.bad_commands, anew.idle_commands = self.bad_commands, self.idle_commands
        anew.wrong_passwords = self.wrong_passwords
        anew.proxied, anew.authserv_id, anew.told = self.proxied, self.authserv_id, self.told
        return anew


class Transaction(AiosmtpdEnvelope):
    """What one mail transaction said so far; `reverse_path` is None before MAIL.

    `body_hashes` are of `content`, where that is no small mail. `told`: the client behind a mail server of
    ours, by XFORWARD for this mail alone.
    """

    def __init__(self, service: Service = SMTP) -> None:
        super().__init__()
        self.service = service
        self.told: Told | None = None
        self.reverse_path: str | None = None
        self.recipients: dict[int, Recipient] = {}
        self.accepted: list[int] = []
        self.forward_paths: dict[int, str] = {}
        self.body_hashes: BodyHashes | None = None
        self._settled: int | None = None

    def begin(self, reverse_path: str, *, smtputf8: bool) -> None:
        """Take MAIL."""
        self.reverse_path, self.smtp_utf8 = reverse_path, smtputf8

    def add(self, recipient: Recipient, forward_path: str) -> None:
        """Take RCPT; the same address twice is one recipient."""
        self.accepted.append(recipient.bcc_address_id)
        self.recipients.setdefault(recipient.bcc_address_id, recipient)
        self.forward_paths.setdefault(recipient.bcc_address_id, forward_path)

    def for_each(self) -> dict[int, Transaction]:
        """Answer a transaction of its own for each recipient (RULES R3: LMTP), in order."""
        return {number: self._for_one(number) for number in self.recipients}

    def _for_one(self, number: int) -> Transaction:
        one = Transaction(self.service)
        one.reverse_path, one.smtp_utf8, one.told = self.reverse_path, self.smtp_utf8, self.told
        one.content, one.body_hashes = self.content, self.body_hashes
        one.add(self.recipients[number], self.forward_paths[number])
        return one

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
            sender=address_key(proof.from_address),
            proved=proof.verdict is not Verdict.UNPROVED,
            personal=tuple(one.bcc_address_id for one in personal),
            peer=envelope.peer,
            at=envelope.received_at,
        )

    def _client(self, visit: Visit) -> Told:
        """Answer who handed the mail in: to us, or to the mail server of ours that hands it on."""
        if not visit.is_neighbour:
            # A proxy that names nobody speaks for itself: its own address says nothing about a sender.
            return Told("" if visit.proxied == "" else visit.address, visit.host_name or "")
        if self.told is not None or not visit.told.address:
            return self.told or Told()
        return Told(visit.told.address, visit.told.helo or visit.host_name or "")

    def envelope(self, visit: Visit, now: datetime) -> Envelope:
        """Answer the facts as a value, in our words."""
        client = self._client(visit)
        return Envelope(
            reverse_path=self.reverse_path,
            forward_paths=tuple(self.forward_paths.values()),
            helo=client.helo,
            peer=client.address,
            tls=visit.ssl is not None,
            received_at=now,
            relay=(visit.address or LOCAL) if visit.is_neighbour else "",
            authserv_id=visit.authserv_id or "",
            submitted_by=visit.viewer.user_id if visit.viewer else None,
        )
