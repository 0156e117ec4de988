"""What one mail may cost in DNS: so many questions, so much time, each answer asked for once and kept as evidence."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from net.resolver import DnsResolver, LookupFailed, Resolver

QUESTIONS: Final = 60
"""SECURITY P7."""
LONGEST_EVIDENCE: Final = 2_048
"""Characters kept of one record; the largest key takes 1,400."""
FAILED: Final = "temporary failure"
"""Kept in place of an answer."""


class BudgetSpent(LookupFailed):
    """The mail has asked all the questions it may ask; asking again would not help."""


class BudgetedResolver:
    """Answers like Resolver for the judgement of one mail; not shared between threads.

    Equal questions get equal answers however often they are asked, so nothing can change its mind in the
    middle of a verdict. `records` are the answers used: "name TYPE" to texts.
    """

    def __init__(
        self,
        inner: Resolver,
        ends_at: float,
        questions: int = QUESTIONS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner.until(ends_at) if isinstance(inner, DnsResolver) else inner
        self._ends_at, self._clock = ends_at, clock
        self._left = questions
        self._known: dict[str, tuple[Any, ...] | LookupFailed] = {}
        self._records: dict[str, tuple[str, ...]] = {}

    @property
    def asked(self) -> int:
        """How many questions were asked so far."""
        return len(self._known)

    @property
    def failed(self) -> tuple[str, ...]:
        """The questions that failed for now, as "name TYPE"."""
        return tuple(question for question, known in self._known.items() if isinstance(known, LookupFailed))

    @property
    def records(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The evidence, in the order of the questions."""
        return tuple(self._records.items())

    def txt(self, name: str) -> tuple[bytes, ...]:
        """TXT records, the strings of each joined."""
        return self._once(name, "TXT", lambda: self._inner.txt(name), lambda one: one.decode("utf-8", "replace"))

    def addresses(self, name: str, family: int) -> tuple[str, ...]:
        """A (family 4) or AAAA (family 6) records as text."""
        return self._once(name, "A" if family == 4 else "AAAA", lambda: self._inner.addresses(name, family), str)

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        """MX records: (preference, exchange without trailing dot)."""
        return self._once(name, "MX", lambda: self._inner.mx(name), lambda one: f"{one[0]} {one[1]}")

    def ptr(self, address: str) -> tuple[str, ...]:
        """Names of an IP address, without trailing dot."""
        return self._once(address, "PTR", lambda: self._inner.ptr(address), str)

    def exists(self, name: str) -> bool:
        """Whether the name exists at all (NXDOMAIN is False; no data is True)."""
        found = self._once(name, "exists", lambda: ("yes",) if self._inner.exists(name) else (), str)
        return bool(found)

    def _once[Record](
        self, name: str, kind: str, ask: Callable[[], tuple[Record, ...]], show: Callable[[Record], str]
    ) -> tuple[Record, ...]:
        question = f"{name.rstrip('.').lower()} {kind}"
        if question not in self._known:
            self._known[question] = self._spend(question, ask, show)
        known = self._known[question]
        if isinstance(known, LookupFailed):
            raise known
        return known

    def _spend[Record](
        self, question: str, ask: Callable[[], tuple[Record, ...]], show: Callable[[Record], str]
    ) -> tuple[Record, ...] | LookupFailed:
        if self._left <= 0:
            return BudgetSpent(f"{question}: this mail has asked too many questions")
        if self._clock() >= self._ends_at:
            return LookupFailed(f"{question}: the time for this mail is up")
        self._left -= 1
        try:
            found = ask()
        except LookupFailed as trouble:
            self._records[question] = (FAILED,)
            return trouble
        self._records[question] = tuple(show(one)[:LONGEST_EVIDENCE] for one in found)
        return found
