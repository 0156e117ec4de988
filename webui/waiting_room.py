"""WaitingRoom: places for work that takes long, few of them for one asker."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WaitingRoom:
    """`places` for all, `each` for one asker."""

    places: int
    each: int
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _taken: Counter[Hashable] = field(default_factory=Counter)

    def enter(self, asker: Hashable) -> bool:
        """Take a place if there is one for this asker; whoever got one leaves again."""
        with self._lock:
            if self._taken[asker] >= self.each or self._taken.total() >= self.places:
                return False
            self._taken[asker] += 1
            return True

    def leave(self, asker: Hashable) -> None:
        """Give the place back."""
        with self._lock:
            self._taken[asker] -= 1
            if not self._taken[asker]:
                del self._taken[asker]
