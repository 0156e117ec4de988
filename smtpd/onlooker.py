"""Onlooker: asks the directory as the door does, and writes nothing; for `explain`."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.ratchet import may_be_weak
from db.models import DomainTrouble
from db.session import Database
from smtpd.directory import Directory


class Onlooker(Directory):
    """What the door would be told."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._looked_at = database

    def note_trouble(self, domain: str, now: datetime) -> timedelta:
        """Answer for how long the look-ups of a domain have been failing."""
        with self._looked_at.read() as session:
            row = session.get(DomainTrouble, domain)
        return now - row.failing_since if row is not None else timedelta()

    def clear_trouble(self, domain: str) -> None:
        """Leave the note where it is."""

    def take_weak(self, company_id: int, address_key: str, now: datetime) -> bool:
        """Tell whether one would be taken without proof."""
        with self._looked_at.read() as session:
            return may_be_weak(session, company_id, address_key, now)
