"""When a delivery is tried again: pure, chance comes in as an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""After each failed try, as the Standard Webhooks specification proposes; together a little over three days."""
JITTER: Final = 0.1
GIVEN_UP_AFTER: Final = timedelta(days=3)
"""A webhook that took nothing for so long is switched off with the delivery that is given up."""


def next_try(attempts: int, now: datetime, chance: Callable[[], float]) -> datetime | None:
    """Answer when to try again after so many tries, None where it was the last; `chance` answers 0 to 1."""
    if attempts > len(WAITS):
        return None
    return now + WAITS[max(attempts, 1) - 1] * (1 + JITTER * chance())
