"""The Date field (RFC 5322 §3.3, §4.3) as aware UTC."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from typing import Final

DATE_CHARACTERS: Final = 200


def parse_date(value: str) -> datetime | None:
    """Answer the moment in UTC, None where the field cannot be read; no zone counts as UTC (`-0000`)."""
    text = value[:DATE_CHARACTERS].strip()
    if not text:
        return None
    moment = _rfc5322(text) or _iso(text)
    if moment is None:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


def zone_of_date(value: str) -> tzinfo | None:
    """Answer the zone in which a mail was written, None where its Date does not say (RFC 5322 §3.3: `-0000`)."""
    moment = _rfc5322(value[:DATE_CHARACTERS].strip())
    return moment.tzinfo if moment else None


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
