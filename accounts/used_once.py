"""What works once: a challenge or a state that was answered is written down until it would be too old anyway.

Nothing is written when one is given out, so that nobody fills a table by opening pages.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.inserting import insert_unless_there
from db.models import UsedOnce


def use_once(session: Session, what: str, expires_at: datetime, now: datetime) -> bool:
    """Tell whether this is the first use; of two at the same moment one is told no."""
    session.execute(delete(UsedOnce).where(UsedOnce.expires_at < now))
    key_hash = hashlib.sha256(what.encode()).hexdigest()
    written = session.execute(
        insert_unless_there(session, UsedOnce, ["key_hash"])
        .values(key_hash=key_hash, expires_at=expires_at)
        .returning(UsedOnce.key_hash)
    )
    return written.first() is not None
