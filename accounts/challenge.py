"""Challenge: what an authenticator signs. One browser keeps it, sealed; good for one purpose, once, for minutes."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from accounts.used_once import use_once
from net.sealed import CannotUnseal, Keys

LIFETIME: Final = timedelta(minutes=5)
OCTETS: Final = 32
PLACE: Final = "passkey:challenge:cookie"


class Purpose(StrEnum):
    """What may be done with the answer: make a passkey, sign in by it, or take the second step by it."""

    ADD = "add"
    ENTER = "enter"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Challenge:
    """`user` is (company, user) whose answer is wanted; (0, 0) where nobody is known yet."""

    text: str
    purpose: Purpose
    user: tuple[int, int]
    at: datetime

    @property
    def octets(self) -> bytes:
        """Answer what is signed."""
        return base64url_to_bytes(self.text)

    def sealed(self, keys: Keys) -> str:
        """Answer what the browser keeps: it can read and change nothing of it."""
        content = [self.text, self.purpose, *self.user, self.at.timestamp()]
        return keys.seal(json.dumps(content).encode(), PLACE)

    def use_up(self, session: Session, now: datetime) -> bool:
        """Tell whether it is answered in time and for the first time."""
        in_time = self.at <= now < self.at + LIFETIME
        return in_time and use_once(session, f"challenge {self.text}", self.at + LIFETIME, now)


def new_challenge(purpose: Purpose, now: datetime, user: tuple[int, int] = (0, 0)) -> Challenge:
    """Make one."""
    return Challenge(bytes_to_base64url(secrets.token_bytes(OCTETS)), purpose, user, now)


def open_challenge(keys: Keys, kept: object, purpose: Purpose, user: tuple[int, int] = (0, 0)) -> Challenge | None:
    """Answer what a browser kept; None for anything that is not ours, or is for somebody or something else."""
    if not isinstance(kept, str):
        return None
    try:
        text, named, company_id, user_id, at = json.loads(keys.unseal(kept, PLACE))
    except CannotUnseal:
        return None
    found = Challenge(text, Purpose(named), (company_id, user_id), datetime.fromtimestamp(at, UTC))
    return found if (found.purpose, found.user) == (purpose, user) else None
