"""Examiner: asks what a mail is worth, first without waiting for anybody, then with DNS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mail.envelope import Envelope
from mailauth.arriving import BodyHashes
from mailauth.trust import NOBODY, Trust
from net.resolver import DnsResolver
from smtpd.examine import Examined, examine


@dataclass(frozen=True, slots=True)
class Examiner:
    """For all threads of a process."""

    resolver: DnsResolver
    trust: Trust = NOBODY

    def examine_known(
        self, raw: bytes, envelope: Envelope, now: datetime, body_hashes: BodyHashes | None = None
    ) -> Examined | None:
        """Answer from what DNS said before; None where it has to be asked."""
        known = self.resolver.known()
        examined = examine(raw, envelope, known, now, self.trust, body_hashes)
        return None if known.missed else examined

    def examine(self, raw: bytes, envelope: Envelope, now: datetime, body_hashes: BodyHashes | None = None) -> Examined:
        """Answer what the mail and the DNS say; waits."""
        return examine(raw, envelope, self.resolver, now, self.trust, body_hashes)
