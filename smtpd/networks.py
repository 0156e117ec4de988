"""How many sessions each network has open in this process, and which networks brought proved mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

VOUCHED_FOR: Final = timedelta(days=30)
REMEMBERED: Final = 10_000


class Networks:
    """Counted by one event loop; `smtpd.vouching` shares what is remembered with other processes."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._proved_at: dict[str, datetime] = {}
        self._news: dict[str, datetime] = {}

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
        """Remember that proved mail came from there."""
        self._news[network] = now
        self._remember(network, now)

    def learn(self, proved_at: Mapping[str, datetime]) -> None:
        """Take over what other processes remember."""
        for network, at in proved_at.items():
            if at > self._proved_at.get(network, at - VOUCHED_FOR):
                self._remember(network, at)

    def take_news(self) -> dict[str, datetime]:
        """Answer what was remembered here since the last time."""
        news, self._news = self._news, {}
        return news

    def is_vouched(self, network: str, now: datetime) -> bool:
        """Tell whether proved mail came from there in the last 30 days."""
        at = self._proved_at.get(network)
        return at is not None and now - at < VOUCHED_FOR

    def _remember(self, network: str, at: datetime) -> None:
        """The longest silent one is forgotten first."""
        self._proved_at.pop(network, None)
        self._proved_at[network] = at
        if len(self._proved_at) > REMEMBERED:
            del self._proved_at[next(iter(self._proved_at))]
