"""The sealed link to one picture of one letter for one reader, good for a day (SECURITY W3).

It proves itself, because the sandboxed frame has an origin of its own and sends no cookie. Nobody can make
one but us, so that the proxy fetches nothing but what stands in a mail that we showed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from net.sealed import CannotUnseal, Keys

PLACE: Final = "webui:image"
LIFETIME: Final = timedelta(hours=24)
STEP: Final = timedelta(hours=6)
LONGEST_URL: Final = 2_500
"""Octets; sealed and with the rest of its request line it stays below the 4,094 that gunicorn reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageLink:
    """Who may see which picture of which letter."""

    company_id: int
    user_id: int
    message_id: int
    url: str

    def seal(self, keys: Keys, until: datetime) -> str | None:
        """Answer the link; None where the address is too long for one."""
        if len(self.url.encode()) > LONGEST_URL:
            return None
        plain = [self.company_id, self.user_id, self.message_id, int(until.timestamp()), self.url]
        return keys.seal(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(), PLACE)

    @classmethod
    def unseal(cls, keys: Keys, sealed: str, now: datetime) -> Self | None:
        """Answer what a link stands for; None where we did not make it, or it is too old."""
        try:
            company_id, user_id, message_id, until, url = json.loads(keys.unseal(sealed, PLACE))
        except (CannotUnseal, ValueError):
            return None
        if now.timestamp() >= until:
            return None
        return cls(company_id=company_id, user_id=user_id, message_id=message_id, url=url)


def good_until(now: datetime) -> datetime:
    """Answer when links that are made now end: the same for some hours, so that a page made now may be kept."""
    past = (now - datetime.fromtimestamp(0, UTC)) % STEP
    return now - past + LIFETIME
