"""Cache: results kept a while in memory, bounded in number and in size, shared by the threads of a process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sized
from dataclasses import dataclass, field
from typing import Final

KEPT: Final = 512
KEPT_CHARACTERS: Final = 16_777_216


@dataclass(slots=True)
class Cache[Result: Sized]:
    """The last results, by use: so many at most, and together no longer than `most`."""

    kept: int = KEPT
    most: int = KEPT_CHARACTERS
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _found: OrderedDict[Hashable, Result] = field(default_factory=OrderedDict)
    _length: int = 0

    def get(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """Answer what is kept under the key, or make it; two threads may make it at once."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        with self._lock:
            if key not in self._found:
                self._found[key] = made
                self._length += len(made)
            while len(self._found) > self.kept or self._length > self.most:
                self._length -= len(self._found.popitem(last=False)[1])
        return made
