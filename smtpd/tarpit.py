"""Tarpit: who guesses addresses waits, whatever the network the guesses come from (SECURITY S8)."""

from __future__ import annotations

from typing import Final

MOST_AT_ONCE: Final = 1000.0
A_SECOND: Final = 10.0
WAIT_SECONDS: Final = 1.0
EVEN_SECONDS: Final = 0.01
"""What every unknown recipient waits from its command on: a look-up takes a little longer where there is
an address that takes no mail, and this hides it."""


class Tarpit:
    """Lets so many unknown recipients pass at once and so many a second; the others wait. Known ones never do."""

    def __init__(self) -> None:
        self._left = MOST_AT_ONCE
        self._at = 0.0

    def take(self, now: float) -> float:
        """Answer when an unknown recipient, asked for at `now`, has its reply; both in monotonic seconds."""
        self._left = min(MOST_AT_ONCE, self._left + (now - self._at) * A_SECOND)
        self._at = now
        if self._left < 1:
            return now + WAIT_SECONDS
        self._left -= 1
        return now + EVEN_SECONDS
