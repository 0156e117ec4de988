"""Recent: what was found out lately, by key, bounded in number and shared by the threads of a process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

REMEMBERED: Final = 4096


class Recent:
    """The last things found out; the oldest are forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[Hashable, Hashable] = OrderedDict()

    def get(self, key: Hashable) -> Hashable | None:
        """Answer what was found out, None where that is forgotten."""
        with self._lock:
            return self._found.get(key)

    def put(self, key: Hashable, value: Hashable) -> None:
        """Remember it."""
        with self._lock:
            self._found[key] = value
            self._found.move_to_end(key)
            while len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
