"""A resolver that answers from a zone: a text of `name TYPE value` lines, or records added one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Self

from net.resolver import LookupFailed

FAILS: Final = "SERVFAIL"
"""A value that makes this name and type fail for now; type `*` makes every type fail."""


class ZoneResolver:
    """Answers like net.resolver.Resolver; `queries` lists what was asked as (name, type)."""

    def __init__(self, zone: str = "") -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.queries: list[tuple[str, str]] = []
        for line in zone.splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                name, kind, *value = line.strip().split(maxsplit=2)
                self.add(name, kind, *value)

    def add(self, name: str, kind: str, *values: str) -> Self:
        """Add records; no value at all makes the name exist without data of that type."""
        self.records.setdefault((_key(name), kind.upper()), []).extend(values)
        return self

    def txt(self, name: str) -> tuple[bytes, ...]:
        """TXT records; a record is one string."""
        return tuple(value.encode("utf-8", "surrogateescape") for value in self._find(name, "TXT"))

    def addresses(self, name: str, family: int) -> tuple[str, ...]:
        """A (family 4) or AAAA (family 6) records."""
        return tuple(self._find(name, "A" if family == 4 else "AAAA"))

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        """MX records, written as `10 host`."""
        pairs = (value.partition(" ") for value in self._find(name, "MX"))
        return tuple((int(preference), host.rstrip(".")) for preference, _, host in pairs)

    def ptr(self, address: str) -> tuple[str, ...]:
        """PTR records, whose name in the zone is the address itself."""
        return tuple(name.rstrip(".") for name in self._find(address, "PTR"))

    def exists(self, name: str) -> bool:
        """Whether the name, or one below it, stands in the zone."""
        self._find(name, "A")
        key = _key(name)
        return any(known == key or known.endswith("." + key) for known, _ in self.records)

    def _find(self, name: str, kind: str) -> Iterable[str]:
        key = _key(name)
        self.queries.append((key, kind))
        values = self.records.get((key, kind), [])
        if FAILS in values or FAILS in self.records.get((key, "*"), []):
            raise LookupFailed(f"{key} {kind}: the zone says so")
        if not values and kind != "CNAME" and (alias := self.records.get((key, "CNAME"))):
            return self._find(alias[0], kind)
        return values


def _key(name: str) -> str:
    return name.rstrip(".").lower()
