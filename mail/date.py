"""The Date field (RFC 5322 §3.3, §4.3) as aware UTC; a date that no mail can have been written on is none."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from typing import Final

DATE_CHARACTERS: Final = 200
YEARS: Final = range(1900, 3000)
"""RFC 5322 §3.3 names the first. Near the years 1 and 9999 no other zone can say the moment."""


def parse_date(value: str) -> datetime | None:
    """Answer the moment in UTC, None where the field cannot be read; no zone counts as UTC (`-0000`)."""
    text = value[:DATE_CHARACTERS].strip()
    if not text:
        return None
    moment = _rfc5322(text) or _iso(text)
    return _plausible(moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC))


def parse_machine_date(value: str) -> datetime | None:
    """Answer the moment in UTC of a date that names its zone as machines do (RFC 3339), None for any other."""
    moment = _iso(value[:DATE_CHARACTERS])
    return _plausible(moment if moment and moment.tzinfo else None)


def zone_of_date(value: str) -> tzinfo | None:
    """Answer the zone in which a mail was written, None where its Date does not say (RFC 5322 §3.3: `-0000`)."""
    moment = _rfc5322(value[:DATE_CHARACTERS].strip())
    return moment.tzinfo if moment else None


def _plausible(moment: datetime | None) -> datetime | None:
    try:
        found = moment.astimezone(UTC) if moment else None
    except (OverflowError, ValueError):
        return None
    return found if found and found.year in YEARS else None


def _rfc5322(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
