"""Waiting, with a deadline, for a server in another process: asked again and again, because it cannot tell us."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

PAUSE: Final = 0.05


def ask_until[Found](ask: Callable[[], Found | None], seconds: float) -> Found | None:
    """Answer the first thing that `ask` answers; None where it is still None at the end of the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (found := ask()) is not None:
            return found
        time.sleep(PAUSE)
    return None
