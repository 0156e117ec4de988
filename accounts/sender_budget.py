"""How many mails that ask to confirm an address we send: nobody makes us fill a stranger's mailbox (SECURITY O1)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.inserting import insert_or_add
from db.models import WindowCounter
from mail.address import address_key

DAY: Final = timedelta(days=1)
TO_AN_ADDRESS: Final = 3
"""A day, whoever of the installation asks, in UTC days."""
OF_A_USER: Final = 20
"""A day; who has more addresses than that has a list, and an admin who proves the domain."""


def spend_mail(session: Session, by: Viewer, address: str, now: datetime) -> bool:
    """Take one from both budgets; False where one of them is spent."""
    hashed = hashlib.sha256(_mailbox(address).encode("utf-8", "replace")).hexdigest()[:40]
    left = (
        (f"confirm user {by.company_id} {by.user_id}", OF_A_USER),
        (f"confirm address {hashed}", TO_AN_ADDRESS),
    )
    return all(_count(session, key, now) <= most for key, most in left)


def _mailbox(address: str) -> str:
    """Answer the address without its tag (RFC 5233): most servers deliver all tags to one mailbox."""
    local_part, at, domain = address_key(address).rpartition("@")
    return f"{local_part.partition('+')[0] or local_part}{at}{domain}"


def _count(session: Session, key: str, now: datetime) -> int:
    start = datetime.fromtimestamp(now.timestamp() // DAY.total_seconds() * DAY.total_seconds(), UTC)
    statement = insert_or_add(session, WindowCounter, ("key", "window_start"), "count")
    row = {"key": key, "window_start": start, "count": 1}
    counted: int = session.connection().execute(statement.returning(WindowCounter.count), row).scalar_one()
    return counted
