"""The way of a mail by its Received fields (RFC 5321 §4.4): what each server says; only the last ones are our own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mail.date import parse_date

HOPS: Final = 50
CHARACTERS: Final = 2000
"""Of a field; what stands behind is not read."""
_FROM: Final = re.compile(r"^\s*from\s+([^\s;]{1,253})", re.IGNORECASE)
_BY: Final = re.compile(r"(?:^|\s)by\s+([^\s;]{1,253})", re.IGNORECASE)
_WITH: Final = re.compile(r"\swith\s+([A-Za-z0-9-]{1,20})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hop:
    """One server on the way; `delay` is the time since the one before it, None where a date is missing."""

    from_: str
    by: str
    protocol: str
    moment: datetime | None
    delay: timedelta | None = None

    @property
    def is_encrypted(self) -> bool:
        """Tell whether the server says that it came over TLS (RFC 3848: an S stands at the end or before the A)."""
        return self.protocol.upper() in {"ESMTPS", "ESMTPSA", "LMTPS", "LMTPSA", "UTF8SMTPS", "UTF8SMTPSA"}


def read_hops(received: Sequence[str]) -> tuple[Hop, ...]:
    """Answer the servers in the order in which the mail came by them; `received` are the values, the newest first."""
    hops: list[Hop] = []
    for value in reversed(received[:HOPS]):
        hop = _hop(value[:CHARACTERS])
        before = hops[-1].moment if hops else None
        delay = hop.moment - before if hop.moment and before else None
        hops.append(Hop(hop.from_, hop.by, hop.protocol, hop.moment, delay))
    return tuple(hops)


def _hop(value: str) -> Hop:
    line = " ".join(value.split())
    said, _, date = line.rpartition(";")
    plain = said or line
    return Hop(_named(_FROM, plain), _named(_BY, plain), _named(_WITH, plain), parse_date(_bare(date)))


def _named(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _bare(date: str) -> str:
    """Answer the date without the name of its zone in a comment."""
    return date.partition("(")[0].strip()
