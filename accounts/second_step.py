"""HalfWay: the password was right, the code is still missing; nothing is open yet.

It goes into the browser's own cookie, sealed, and is good for five minutes, for this user, and for as long as
the password stays what it was.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from net.sealed import CannotUnseal, Keys

LIFETIME: Final = timedelta(minutes=5)
PLACE: Final = "login:second_step:cookie"


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Who gave a right password, and when."""

    company_id: int
    user_id: int
    password_digest: str
    at: datetime

    def is_good(self, password_hash: str | None, now: datetime) -> bool:
        """Tell whether it still counts: in time, and the password is the same."""
        in_time = self.at <= now < self.at + LIFETIME
        return in_time and hmac.compare_digest(self.password_digest, digest_of(password_hash))

    def sealed(self, keys: Keys) -> str:
        """Answer what the browser keeps: it can read and change nothing of it."""
        content = [self.company_id, self.user_id, self.password_digest, self.at.timestamp()]
        return keys.seal(json.dumps(content).encode(), PLACE)


def open_half_way(keys: Keys, text: object, now: datetime) -> HalfWay | None:
    """Answer what a browser kept; None for anything that is not ours or is too old."""
    if not isinstance(text, str):
        return None
    try:
        company_id, user_id, digest, at = json.loads(keys.unseal(text, PLACE))
    except CannotUnseal:
        return None
    found = HalfWay(company_id, user_id, digest, datetime.fromtimestamp(at, UTC))
    return found if now < found.at + LIFETIME else None


def digest_of(password_hash: str | None) -> str:
    """Answer a word that changes with the password and tells nothing of its hash."""
    return hashlib.sha256(f"second step {password_hash}".encode()).hexdigest()
