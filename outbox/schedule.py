"""When a mail is tried again, and when nobody wants it any more: pure, chance comes in as an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from outbox.kind import Kind

WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
"""After each failed try; the last one again and again. The first are short: greylisting lets in after minutes."""
JITTER: Final = 0.1
"""Share of a wait that chance adds, so that mails that failed together do not come back together."""


LIFETIMES: Final = {
    # What waits for somebody has been seen on the pages by then, or is told of anew.
    Kind.NOTICE: timedelta(days=2),
    # The link in it has a life of its own, and is asked for again with a click.
    Kind.CONFIRMATION: timedelta(days=2),
    # Who asked the robot has asked again or gone away.
    Kind.ANSWER: timedelta(days=1),
    # RFC 5321 §4.5.4.1: four to five days.
    Kind.COMPOSED: timedelta(days=5),
}


def next_try(attempts: int, now: datetime, chance: Callable[[], float]) -> datetime:
    """Answer when to try again after so many tries; `chance` answers 0 to 1."""
    wait = WAITS[min(max(attempts, 1), len(WAITS)) - 1]
    return now + wait * (1 + JITTER * chance())


def give_up_at(kind: Kind, now: datetime) -> datetime:
    """Answer from when on a mail that is asked for now is not tried again."""
    return now + LIFETIMES[kind]
