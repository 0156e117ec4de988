"""A cache of DNS answers: bounded in entries and octets, honest about time to live, short about failures."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

import dns.rdata
import dns.rdatatype

LONGEST_KEPT: Final = 3_600.0
"""Seconds; a longer TTL is cut, so that a key taken back by its owner stops working within the hour."""
LONGEST_FAILURE: Final = 5.0
"""Seconds; a temporary failure kept longer would turn one lost packet into many deferred mails."""
OVERHEAD: Final = 400
"""Octets an entry costs beside its records; a round figure, so that empty answers are bounded too."""

Question = tuple[str, dns.rdatatype.RdataType]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gave: whether the name exists, its records; or `failed`, for now."""

    exists: bool
    records: tuple[dns.rdata.Rdata, ...] = ()
    failed: str = ""
    octets: int = 0


class DnsCache:
    """Keeps answers until their TTL ends or room is needed, oldest use first; thread-safe."""

    def __init__(
        self, entries: int = 10_000, octets: int = 16 * 1024 * 1024, clock: Callable[[], float] = monotonic
    ) -> None:
        self._entries, self._octets, self._clock = entries, octets, clock
        self._kept: OrderedDict[Question, tuple[Answer, float]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, question: Question) -> Answer | None:
        """Answer what is known and still valid."""
        with self._lock:
            found = self._kept.get(question)
            if found is None:
                return None
            answer, ends = found
            if ends <= self._clock():
                self._drop(question)
                return None
            self._kept.move_to_end(question)
            return answer

    def put(self, question: Question, answer: Answer, seconds: float) -> None:
        """Keep an answer for its time to live, cut to what this kind of answer may live."""
        kept_for = min(seconds, LONGEST_FAILURE if answer.failed else LONGEST_KEPT)
        weight = answer.octets + OVERHEAD
        with self._lock:
            self._drop(question)
            if kept_for <= 0 or weight > self._octets // 16:
                return
            self._kept[question] = (answer, self._clock() + kept_for)
            self._size += weight
            while len(self._kept) > self._entries or self._size > self._octets:
                self._drop(next(iter(self._kept)))

    def __len__(self) -> int:
        return len(self._kept)

    def _drop(self, question: Question) -> None:
        if (found := self._kept.pop(question, None)) is not None:
            self._size -= found[0].octets + OVERHEAD
