"""The time zone that a user has chosen, by its name (IANA)."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, tzinfo
from functools import lru_cache


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """Answer the zone of that name, UTC where this machine does not know it."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return UTC
