"""TextCache: results kept a while in memory, bounded in number and in size, shared by the threads of a process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final

KEPT: Final = 512
KEPT_CHARACTERS: Final = 16_777_216


@dataclass(slots=True)
class TextCache:
    """The last results, by use."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _found: OrderedDict[Hashable, str] = field(default_factory=OrderedDict)
    _characters: int = 0

    def get(self, key: Hashable, make: Callable[[], str]) -> str:
        """Answer what is kept under the key, or make it; two threads may make it at once."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        with self._lock:
            if key not in self._found:
                self._found[key] = made
                self._characters += len(made)
            while len(self._found) > KEPT or self._characters > KEPT_CHARACTERS:
                self._characters -= len(self._found.popitem(last=False)[1])
        return made
