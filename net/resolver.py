"""DNS look-ups behind one protocol: cache, time-outs, and a word for every kind of failure."""

from __future__ import annotations

from typing import Protocol


class LookupFailed(Exception):
    """A temporary failure (SERVFAIL, time-out, unreachable): another try may answer."""


class Resolver(Protocol):
    """Answers DNS questions; no records and NXDOMAIN are an empty tuple, not an error.

    Names may carry a trailing dot or not. Raises LookupFailed for temporary failures.
    """

    def txt(self, name: str) -> tuple[bytes, ...]:
        """TXT records, the strings of each joined."""
        ...

    def addresses(self, name: str, family: int) -> tuple[str, ...]:
        """A (family 4) or AAAA (family 6) records as text."""
        ...

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        """MX records: (preference, exchange without trailing dot)."""
        ...

    def ptr(self, address: str) -> tuple[str, ...]:
        """Names of an IP address, without trailing dot."""
        ...

    def exists(self, name: str) -> bool:
        """Whether the name exists at all (NXDOMAIN is False; no data is True)."""
        ...
