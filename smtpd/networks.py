"""How many sessions each network has open in this process, and which networks brought proved mail."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

VOUCHED_FOR: Final = timedelta(days=30)
REMEMBERED: Final = 10_000


class Networks:
    """Counted by one event loop; a restart forgets who brought proved mail, until it brings some again."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._proved_at: dict[str, datetime] = {}

    def open_sessions(self, network: str) -> int:
        """Count the sessions of a network."""
        return self._open[network]

    def enter(self, network: str) -> None:
        """Count one more."""
        self._open[network] += 1

    def leave(self, network: str) -> None:
        """Count one less."""
        self._open[network] -= 1
        if self._open[network] <= 0:
            del self._open[network]

    def vouch(self, network: str, now: datetime) -> None:
        """Remember that proved mail came from there; the longest silent one is forgotten first."""
        self._proved_at.pop(network, None)
        self._proved_at[network] = now
        if len(self._proved_at) > REMEMBERED:
            del self._proved_at[next(iter(self._proved_at))]

    def is_vouched(self, network: str, now: datetime) -> bool:
        """Tell whether proved mail came from there in the last 30 days."""
        at = self._proved_at.get(network)
        return at is not None and now - at < VOUCHED_FOR
